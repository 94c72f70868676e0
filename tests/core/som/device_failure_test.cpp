// SPDX-License-Identifier: GPL-3.0-or-later
// Trainings and mappings whose device fails at any of its calls. The device is the processor under another
// name, so that what is finished without it must have the bits of what was never disturbed.
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/compute/cpu/cpu_backend.h"
#include "core/compute/stand_in.h"
#include "core/som/mapper.h"
#include "core/som/spectra_blocks.h"
#include "core/som/trainer.h"
#include "core/som/vector_trainer.h"
#include "tests/support/blob_images.h"
#include "tests/support/failing_calls.h"
#include "tests/support/same_map.h"
#include "tests/support/temporary_folder.h"

namespace somnium::som
{
namespace
{

using test::expectSameMap;
using test::FailingRun;
using test::Faults;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;

constexpr Faults kLost = {.kind = ErrorKind::DeviceLost};
constexpr Faults kFull = {.kind = ErrorKind::OutOfMemory};

using Training =
    std::function<Result<TrainingResult>(compute::Backend &, const JobContext &, const SnapshotSink &)>;

/// Every call of the training fails once: the map must be the one of a run that nothing disturbed, and the
/// user must know.
void expectNoCallToMatter(const Training &training, const Faults &faults)
{
    const auto processor = compute::cpu::CpuBackend::create().value();
    const Som whole = training(*processor, {}, {}).value().som;
    EXPECT_EQ(whole.device, processor->device());
    std::optional<Result<TrainingResult>> trained;
    std::vector<std::size_t> shown; // epochs of the snapshots
    const auto job = [&](compute::Backend &device, const JobContext &context) {
        shown.clear();
        trained = training(device, context, [&shown](const TrainingSnapshot &one) {
            shown.push_back(one.som->history.size());
        });
    };
    const std::size_t calls = test::forEveryFailingCall(faults, job, [&](const FailingRun &run) {
        ASSERT_TRUE(*trained) << trained->error().message;
        const TrainingResult &result = **trained;
        EXPECT_TRUE(result.isComplete);
        expectSameMap(result.som, whole);
        EXPECT_EQ(result.notices, run.notices);
        EXPECT_EQ(result.som.notices, run.notices);
        EXPECT_EQ(shown.size(), whole.history.size() + 2) << "no epoch is shown twice";
        if (!run.hasFailed)
            return;
        ASSERT_FALSE(run.notices.empty());
        EXPECT_THAT(run.notices.front(), HasSubstr("call " + std::to_string(run.call)));
        if (faults.kind == ErrorKind::DeviceLost)
        {
            EXPECT_THAT(run.notices, testing::ElementsAre(AllOf(HasSubstr("Faulty GPU was lost"),
                                                                EndsWith("the processor goes on"))));
        }
    });
    EXPECT_GT(calls, 5U) << "the training did use the device";
}

TrainingParams smallMap(std::size_t epochs = 3)
{
    TrainingParams params;
    params.layout = MapLayout::rectangular(3, 2).value();
    params.epochs = epochs;
    return params;
}

class ImagesOnAFailingDevice : public ::testing::Test
{
protected:
    [[nodiscard]] Training trainingOf(const TrainingParams &params) const
    {
        return trainingOn(m_samples, params);
    }
    static Training trainingOn(const data::Samples &samples, const TrainingParams &params)
    {
        return [&samples, params](compute::Backend &backend, const JobContext &context,
                                  const SnapshotSink &sink) {
            return train(samples, params, backend, context, sink);
        };
    }
    Random m_random{11};
    data::MemorySamples m_samples = test::blobSamples({1, 13, 13}, 40, m_random);
};

TEST_F(ImagesOnAFailingDevice, ABatchTrainingEndsWithTheSameMap)
{
    for (const Faults &faults : {kLost, kFull})
        for (const Coefficients coefficients : {Coefficients::Full, Coefficients::Half})
        {
            TrainingParams params = smallMap();
            params.coefficients = coefficients;
            expectNoCallToMatter(trainingOf(params), faults);
        }
}

TEST_F(ImagesOnAFailingDevice, NeuronsThatRepelEachOtherEndTheSame)
{
    TrainingParams params = smallMap();
    params.neighbourhood = Neighbourhood::MexicanHat;
    expectNoCallToMatter(trainingOf(params), kLost);
}

TEST_F(ImagesOnAFailingDevice, AnOnlineTrainingEndsWithTheSameMap)
{
    TrainingParams params = smallMap(2);
    params.rule = LearningRule::Online;
    params.sourcesPerStep = 8;
    for (const Faults &faults : {kLost, kFull})
        expectNoCallToMatter(trainingOf(params), faults);
}

TEST_F(ImagesOnAFailingDevice, ACoarseStartEndsWithTheSameMap)
{
    Random random(5);
    const data::MemorySamples samples = test::blobSamples({1, 7, 7}, 2100, random);
    TrainingParams params = smallMap(4);
    params.sigmaStart = 3.0;
    params.coarseSources = 1000;
    ASSERT_LT(sourcesOfEpoch(params, 2100, 0), 2100U);
    expectNoCallToMatter(trainingOn(samples, params), kLost);
}

TEST_F(ImagesOnAFailingDevice, AFullOneIsGivenTheSpectraBlockByBlock)
{
    TrainingParams params = smallMap();
    params.coefficients = Coefficients::Half;
    const Training training = trainingOf(params);
    const auto processor = compute::cpu::CpuBackend::create().value();
    const Som whole = training(*processor, {}, {}).value().som;
    std::optional<Result<TrainingResult>> trained;
    const auto job = [&](compute::Backend &device, const JobContext &context) {
        trained = training(device, context, {});
    };
    // One call fails: what is left fits. Two: the processor goes on.
    for (const std::size_t times : {1U, 2U})
        test::forEveryFailingCall(
            {.kind = ErrorKind::OutOfMemory, .times = times}, job, [&](const FailingRun &run) {
                ASSERT_TRUE(*trained) << trained->error().message;
                expectSameMap((*trained)->som, whole);
                EXPECT_EQ((*trained)->notices, run.notices);
                if (!run.hasFailed)
                    return;
                ASSERT_FALSE(run.notices.empty());
                EXPECT_THAT(run.notices[0], AllOf(HasSubstr("Faulty GPU has too little memory"),
                                                  HasSubstr("block by block")));
                EXPECT_LE(run.notices.size(), times);
                EXPECT_THAT(run.notices.back(),
                            EndsWith(run.notices.size() == 2 ? "the processor goes on" : "block by block"));
                if (run.notices.size() == 1)
                {
                    EXPECT_THAT((*trained)->som.device, HasSubstr("Faulty GPU"));
                }
            });
}

TEST_F(ImagesOnAFailingDevice, AResumedTrainingGoesOnAndItsNoticesAreKept)
{
    const TrainingParams params = smallMap(4);
    const auto processor = compute::cpu::CpuBackend::create().value();
    const Som whole = trainingOf(params)(*processor, {}, {}).value().som;
    std::stop_source source;
    JobContext stopping;
    stopping.stop = source.get_token();
    const auto half = trainingOf(params)(*processor, stopping, [&](const TrainingSnapshot &one) {
        if (one.som->history.size() == 2)
            source.request_stop();
    });
    ASSERT_TRUE(half);
    ASSERT_FALSE(half->isComplete);
    Som from = half->som;
    from.notices = {"told before"};
    std::optional<Result<TrainingResult>> resumed;
    test::forEveryFailingCall(
        kLost,
        [&](compute::Backend &device, const JobContext &context) {
            resumed = train(m_samples, params, device, context, {}, &from);
        },
        [&](const FailingRun &run) {
            ASSERT_TRUE(*resumed) << resumed->error().message;
            expectSameMap((*resumed)->som, whole);
            EXPECT_EQ((*resumed)->som.notices.size(), 1 + run.notices.size());
            EXPECT_EQ((*resumed)->som.notices.front(), "told before");
            EXPECT_EQ((*resumed)->notices, run.notices);
        });
}

TEST_F(ImagesOnAFailingDevice, WhoeverStopsWhenToldKeepsTheFinishedEpochs)
{
    const Training training = trainingOf(smallMap());
    const auto processor = compute::cpu::CpuBackend::create().value();
    std::size_t kept = 0;
    std::size_t cancelled = 0;
    for (std::size_t call = 1;; ++call)
    {
        test::FaultyBackend device(*processor, {.atCall = call});
        std::stop_source source;
        JobContext context;
        context.stop = source.get_token();
        context.onNotice = [&source](const std::string &) { source.request_stop(); };
        const auto result = training(device, context, {});
        if (!device.hasFailed())
            break;
        if (!result)
        {
            EXPECT_EQ(result.error().kind, ErrorKind::Cancelled);
            ++cancelled;
        }
        if (result && !result->isComplete)
        {
            EXPECT_GE(result->som.history.size(), 1U);
            ++kept;
        }
    }
    EXPECT_GT(kept, 0U);
    EXPECT_GT(cancelled, 0U);
}

TEST_F(ImagesOnAFailingDevice, OtherFailuresEndTheTraining)
{
    const Training training = trainingOf(smallMap());
    const auto processor = compute::cpu::CpuBackend::create().value();
    test::FaultyBackend device(*processor, {.atCall = 3, .kind = ErrorKind::Internal});
    EXPECT_EQ(training(device, {}, {}).error().kind, ErrorKind::Internal);
}

TEST_F(ImagesOnAFailingDevice, AMappingIsTheSameInSmallerBlocksOrOnTheProcessor)
{
    Random random(3);
    const data::MemorySamples samples = test::blobSamples({1, 9, 9}, 700, random);
    const auto processor = compute::cpu::CpuBackend::create().value();
    const Som som = trainingOn(samples, smallMap(1))(*processor, {}, {}).value().som;
    const Mapping whole = mapSamples(som, samples, *processor, {}).value();
    const FullMapping allPairs = mapSamplesFully(som, samples, *processor, {}).value();
    Mapping mapping;
    FullMapping pairs;
    const auto job = [&](compute::Backend &backend, const JobContext &context) {
        const auto mapped = compute::runWithStandIn(backend, context, [&](compute::Backend &device) {
            return mapSamples(som, samples, device, context);
        });
        ASSERT_TRUE(mapped) << mapped.error().message;
        mapping = *mapped;
        const auto full = compute::runWithStandIn(backend, context, [&](compute::Backend &device) {
            return mapSamplesFully(som, samples, device, context);
        });
        ASSERT_TRUE(full) << full.error().message;
        pairs = *full;
    };
    std::size_t withSmallerBlocks = 0;
    for (const Faults &faults : {kLost, kFull, Faults{.kind = ErrorKind::OutOfMemory, .times = 1}})
        test::forEveryFailingCall(faults, job, [&](const FailingRun &run) {
            EXPECT_EQ(mapping, whole);
            EXPECT_EQ(pairs.distance, allPairs.distance);
            EXPECT_EQ(pairs.transform, allPairs.transform);
            EXPECT_EQ(run.notices.empty(), !run.hasFailed);
            if (faults.times == 1 && run.hasFailed && run.notices[0].ends_with("350 images at a time"))
                ++withSmallerBlocks;
        });
    EXPECT_EQ(withSmallerBlocks, 4U) << "transform and match of both mappings";
}

TEST_F(ImagesOnAFailingDevice, TheUMatrixIsTheSameOnTheProcessor)
{
    const auto processor = compute::cpu::CpuBackend::create().value();
    const Som som = trainingOf(smallMap(1))(*processor, {}, {}).value().som;
    const auto whole = uMatrix(som, *processor, {}).value();
    std::vector<double> heights;
    test::forEveryFailingCall(
        kLost,
        [&](compute::Backend &backend, const JobContext &context) {
            heights = compute::runWithStandIn(backend, context, [&](compute::Backend &device) {
                          return uMatrix(som, device, context);
                      }).value();
        },
        [&](const FailingRun &run) {
            EXPECT_EQ(heights, whole);
            EXPECT_EQ(run.notices.size(), run.hasFailed ? 1U : 0U);
        });
}

TEST_F(ImagesOnAFailingDevice, SpectraThatAnotherBackendHasWrittenAreNotRead)
{
    const test::TemporaryFolder folder;
    const SpectraStorage storage = {1, folder / "kept.spectra", 5};
    TrainingParams params = smallMap(1);
    params.coefficients = Coefficients::Half;
    const auto processor = compute::cpu::CpuBackend::create().value();
    const auto callsOf = [&](const std::string &name) {
        test::FaultyBackend device(*processor, {}, name);
        EXPECT_TRUE(train(m_samples, params, device, {}, {}, nullptr, nullptr, storage));
        return device.calls();
    };
    const std::size_t making = callsOf("cpu");
    const std::size_t reading = callsOf("cpu");
    EXPECT_LT(reading, making);
    EXPECT_EQ(callsOf("cuda"), making);
    EXPECT_EQ(callsOf("cuda"), reading);
    EXPECT_EQ(callsOf("cpu"), making);
}

/// Waves of random phase; of some, every fifth pixel is masked.
std::unique_ptr<data::MemorySpectra> waves(std::size_t count, bool hasWeights)
{
    constexpr std::size_t kPixels = 19;
    Random random(8);
    std::vector<float> values;
    std::vector<float> weights;
    for (std::size_t i = 0; i < count; ++i)
    {
        const double phase = random.uniform(0.0, 3.0);
        for (std::size_t p = 0; p < kPixels; ++p)
        {
            const bool isMasked = hasWeights && (i + p) % 5 == 0;
            values.push_back(isMasked ? 0.0F
                                      : static_cast<float>(std::sin(0.4 * static_cast<double>(p) + phase) +
                                                           0.05 * random.normal()));
            if (hasWeights)
                weights.push_back(isMasked ? 0.0F : 1.0F);
        }
    }
    return std::make_unique<data::MemorySpectra>(
        data::SpectralGrid{data::SpectralGrid::Scale::Index, 0.0, 1.0, kPixels}, values, weights);
}

TEST(VectorsOnAFailingDevice, ATrainingEndsWithTheSameMap)
{
    for (const bool hasWeights : {false, true})
    {
        const auto vectors = waves(60, hasWeights);
        TrainingParams params = smallMap();
        params.metric = Metric::Vector;
        params.initialisation = Initialisation::PrincipalAxes;
        const Training training = [&](compute::Backend &backend, const JobContext &context,
                                      const SnapshotSink &sink) {
            return trainVectors(*vectors, params, backend, context, sink);
        };
        for (const Faults &faults : {kLost, kFull})
            expectNoCallToMatter(training, faults);
    }
}

TEST(VectorsOnAFailingDevice, AMappingIsTheSameOnTheProcessor)
{
    const auto vectors = waves(60, true);
    TrainingParams params = smallMap(2);
    params.metric = Metric::Vector;
    params.initialisation = Initialisation::RandomSources;
    const auto processor = compute::cpu::CpuBackend::create().value();
    const Som som = trainVectors(*vectors, params, *processor, {}).value().som;
    const Mapping whole = mapVectors(som, *vectors, *processor, {}).value();
    std::optional<Result<Mapping>> mapped;
    test::forEveryFailingCall(
        kLost,
        [&](compute::Backend &backend, const JobContext &context) {
            mapped = compute::runWithStandIn(backend, context, [&](compute::Backend &device) {
                return mapVectors(som, *vectors, device, context);
            });
        },
        [&](const FailingRun &run) {
            ASSERT_TRUE(*mapped) << mapped->error().message;
            EXPECT_EQ(**mapped, whole);
            EXPECT_EQ(run.notices.size(), run.hasFailed ? 1U : 0U);
        });
}

} // namespace
} // namespace somnium::som
