// SPDX-License-Identifier: GPL-3.0-or-later
// Whole trainings of autoencoders on the emulated device, and on one that is lost on the way.
#include <set>
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

TEST(LittleMemory, ChangesWhereAndHowBatchesAreComputedNotWhatIsLearned)
{
    const latent::MemoryTrainingData data = bumps({1, 10, 10}, 80);
    latent::AutoencoderParams params = littleTraining(latent::AutoencoderKind::Convolution2d);
    params.epochs = 2;
    params.batchSize = 64;
    const auto cpu = compute::cpu::CpuBackend::create().value();
    const auto expected = latent::trainAutoencoder(data, params, *cpu, {}, {}).value();
    std::set<std::size_t> kinds; // notices that were given
    for (std::size_t bytes = std::size_t{1} << 16U; !kinds.contains(0); bytes += bytes / 4)
    {
        SCOPED_TRACE(bytes);
        const auto twin = emulatedBackend({.memoryBytes = bytes});
        const auto trained = latent::trainAutoencoder(data, params, *twin, {}, {});
        ASSERT_TRUE(trained.has_value()) << trained.error().message;
        EXPECT_EQ(trained->device, trained->standIn ? cpu->device() : twin->device());
        if (trained->standIn)
            EXPECT_EQ(trained->notices.size(), 2U) << "pieces did not help either";
        else
            EXPECT_LT(trained->notices.size(), 2U);
        expectSameLearning(*trained, expected, 1e-3);
        kinds.insert(trained->notices.size());
    }
    EXPECT_EQ(kinds, (std::set<std::size_t>{0, 1, 2})) << "whole, in pieces, on the processor";
}

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
