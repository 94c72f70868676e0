// SPDX-License-Identifier: GPL-3.0-or-later
// Whole trainings on the emulated device, and on one that is lost on the way.
#include <string>
#include <vector>

#include "core/som/spectra_blocks.h"
#include "tests/gpu/emulated_backend.h"
#include "tests/support/twin_training_suite.h"

namespace somnium::test
{
namespace
{

INSTANTIATE_TEST_SUITE_P(
    Emulated, TwinTraining,
    ::testing::Values(TwinCandidate{
        "emulated", []() -> Result<std::unique_ptr<compute::Backend>> { return emulatedBackend(); }, 150}));

som::TrainingParams smallParams()
{
    som::TrainingParams params;
    params.layout = som::MapLayout::rectangular(2, 2).value();
    params.epochs = 3;
    return params;
}

TEST(DeviceMemory, SpectraThatFitThereAreNotStreamed)
{
    const compute::PolarGrid grid = compute::polarGridFor({1, 64, 64}, {}).value();
    const std::size_t count = (std::size_t{3} << 30U) / compute::halfBytesPerImage(grid); // of 3 GiB
    const auto canStay = [&](std::size_t deviceGibibytes, std::size_t allowedBytes) {
        const auto backend = emulatedBackend({.memoryBytes = deviceGibibytes << 30U});
        return som::SpectraBlocks::canSaveMemory(count, grid, som::Coefficients::Half,
                                                 {.memoryBytes = allowedBytes, .file = {}}, *backend);
    };
    EXPECT_TRUE(canStay(5, 0));
    EXPECT_FALSE(canStay(3, 0)) << "some of it is for other things";
    EXPECT_FALSE(canStay(5, 1)) << "the user says how much";
    EXPECT_TRUE(canStay(3, std::size_t{4} << 30U));
    const auto cpu = compute::cpu::CpuBackend::create().value();
    EXPECT_FALSE(som::SpectraBlocks::canSaveMemory(count, grid, som::Coefficients::Half, {}, *cpu));
}

/// Where blocks begin.
std::vector<std::size_t> blocksOn(compute::Backend &backend, const data::Samples &samples,
                                  std::size_t memoryBytes)
{
    const compute::PolarGrid grid = compute::polarGridFor(samples.shape(), {}).value();
    const auto blocks = som::SpectraBlocks::create(samples, grid, backend, som::Coefficients::Half,
                                                   {.memoryBytes = memoryBytes, .file = {}}, {})
                            .value();
    std::vector<std::size_t> firsts;
    EXPECT_TRUE(blocks->forEach({}, [&](std::size_t first, const compute::Spectra &) -> Result<void> {
        firsts.push_back(first);
        return {};
    }));
    return firsts;
}

TEST(DeviceMemory, BlocksThereAreLargeAndSmallInMainMemory)
{
    constexpr std::size_t kBlock = compute::kUpdateBlockImages;
    constexpr std::size_t kAll = std::size_t{1} << 40U;
    const std::vector<std::size_t> small = {0, kBlock, 2 * kBlock};
    Random random(3);
    const data::MemorySamples samples = blobSamples({1, 5, 5}, 2 * kBlock + 9, random);
    const auto cpu = compute::cpu::CpuBackend::create().value();
    EXPECT_EQ(blocksOn(*cpu, samples, kAll), small);
    EXPECT_EQ(blocksOn(*emulatedBackend(), samples, kAll), std::vector<std::size_t>{0});
    EXPECT_EQ(blocksOn(*emulatedBackend(), samples, 1), small) << "streamed";
}

/// Images of a map that is lost at call `call`, or is not.
class LostWhileTraining : public ::testing::Test
{
protected:
    void checkRun(std::size_t call, const som::Som &expected)
    {
        const FaultyTwin twin = faultyTwin({.call = call});
        std::vector<std::string> notices;
        JobContext context;
        context.onNotice = [&](const std::string &text) { notices.push_back(text); };
        const auto result = som::train(m_samples, smallParams(), *twin.backend, context);
        ASSERT_TRUE(result) << call << ": " << result.error().message;
        m_hasFailed = twin.device->hasFailed();
        EXPECT_EQ(notices.empty(), !m_hasFailed) << call << ": the user is told, and only of what happened";
        EXPECT_TRUE(result->isComplete);
        ASSERT_EQ(result->som.history.size(), expected.history.size()) << call;
        ASSERT_EQ(result->som.prototypes.size(), expected.prototypes.size());
        for (std::size_t p = 0; p < expected.prototypes.size(); ++p)
            ASSERT_NEAR(result->som.prototypes[p], expected.prototypes[p], 1e-3F) << call;
        EXPECT_NEAR(result->som.history.back().meanDistance, expected.history.back().meanDistance,
                    1e-3 * expected.history.back().meanDistance);
    }

    Random m_random{41};
    data::MemorySamples m_samples = blobSamples({1, 9, 9}, 20, m_random);
    bool m_hasFailed = false;
};

TEST_F(LostWhileTraining, EndsOnTheCpuWithTheSameMapWhicheverCallFails)
{
    const auto cpu = compute::cpu::CpuBackend::create().value();
    const som::Som expected = som::train(m_samples, smallParams(), *cpu, {}).value().som;
    std::size_t call = 1;
    do
        checkRun(call, expected);
    while (m_hasFailed && ++call < 100000 && !HasFatalFailure());
    EXPECT_FALSE(m_hasFailed);
    EXPECT_GT(call, 100U) << "calls that a training makes";
}

} // namespace
} // namespace somnium::test
