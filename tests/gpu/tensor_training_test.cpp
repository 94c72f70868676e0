// SPDX-License-Identifier: GPL-3.0-or-later
// Whole trainings of autoencoders on the emulated device, and on one that is lost on the way.
#include <string>
#include <vector>

#include "tests/gpu/emulated_backend.h"
#include "tests/support/twin_autoencoder_suite.h"

namespace somnium::test
{
namespace
{

INSTANTIATE_TEST_SUITE_P(Emulated, TwinAutoencoder,
                         testing::Values(AutoencoderDevice{"emulated",
                                                           []() -> Result<std::unique_ptr<compute::Backend>> {
                                                               return emulatedBackend();
                                                           }}),
                         nameOfDevice);

TEST(LostWhileLearning, EndsOnTheCpuWithTheSameModelWhicheverCallFails)
{
    const latent::MemoryTrainingData data = bumps({1, 1, 12}, 40);
    latent::AutoencoderParams params = littleTraining(latent::AutoencoderKind::Dense);
    params.widths = {5};
    params.epochs = 2;
    const auto cpu = compute::cpu::CpuBackend::create().value();
    const auto expected = latent::trainAutoencoder(data, params, *cpu, {}, {}).value();
    bool hasFailed = true;
    std::size_t call = 1;
    for (; hasFailed; ++call)
    {
        SCOPED_TRACE(call);
        const FaultyTwin twin = faultyTwin({.call = call});
        std::vector<std::string> notices;
        JobContext context;
        context.onNotice = [&](const std::string &text) { notices.push_back(text); };
        const auto trained = latent::trainAutoencoder(data, params, *twin.backend, {}, context);
        hasFailed = twin.device->hasFailed();
        ASSERT_TRUE(trained.has_value()) << trained.error().message;
        EXPECT_EQ(notices.empty(), !hasFailed) << "the user is told, and only of what happened";
        EXPECT_TRUE(trained->isComplete);
        expectSameLearning(*trained, expected, 1e-3);
        if (testing::Test::HasFailure())
            return;
    }
    EXPECT_GT(call, 200U) << "the training did use the device";
}

} // namespace
} // namespace somnium::test
