// SPDX-License-Identifier: GPL-3.0-or-later
// Trainings of autoencoders whose device fails at any of its calls. The device is the processor under another
// name, so that what is finished without it must have the bits of what was never disturbed.
#include <optional>

#include <gmock/gmock.h>

#include "core/compute/stand_in.h"
#include "core/latent/pca_baseline.h"
#include "tests/core/latent/engine_fixture.h"
#include "tests/support/failing_calls.h"

namespace somnium::latent
{
namespace
{

using test::FailingRun;
using test::Faults;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;

using EngineDeviceFailure = EngineTrainer;

/// Points on a bent line in a few dimensions: so little that a training of them takes milliseconds.
std::unique_ptr<MemoryTrainingData> fewPoints(std::size_t count = 20)
{
    constexpr std::size_t kFew = 6;
    Random random(4);
    std::vector<float> values;
    for (std::size_t i = 0; i < count; ++i)
    {
        const double t = random.uniform(-1.0, 1.0);
        for (std::size_t j = 0; j < kFew; ++j)
            values.push_back(
                static_cast<float>(std::sin(t * static_cast<double>(j + 1)) + 0.01 * random.normal()));
    }
    return std::make_unique<MemoryTrainingData>(data::ImageShape{1, 1, kFew}, std::move(values),
                                                std::vector<float>());
}

AutoencoderParams tinyParams(std::size_t epochs = 2)
{
    AutoencoderParams params;
    params.widths = {5};
    params.latentSize = 1;
    params.epochs = epochs;
    params.patience = 0;
    params.batchSize = 16;
    params.validationFraction = 0.2;
    return params;
}

void expectSameTraining(const TrainedAutoencoder &trained, const TrainedAutoencoder &whole)
{
    EXPECT_EQ(trained.model, whole.model);
    EXPECT_EQ(trained.latent, whole.latent);
    EXPECT_EQ(trained.reconstructionError, whole.reconstructionError);
    EXPECT_EQ(trained.bestEpoch, whole.bestEpoch);
    EXPECT_TRUE(trained.isComplete);
    ASSERT_EQ(trained.history.size(), whole.history.size());
    for (std::size_t i = 0; i < whole.history.size(); ++i)
    {
        EXPECT_EQ(trained.history[i].trainingLoss, whole.history[i].trainingLoss);
        EXPECT_EQ(trained.history[i].validationLoss, whole.history[i].validationLoss);
    }
    // Not the history's seconds.
    EXPECT_EQ(trained.checkpoint->layers, whole.checkpoint->layers);
    EXPECT_EQ(trained.checkpoint->best, whole.checkpoint->best);
    EXPECT_EQ(trained.checkpoint->firstMoments, whole.checkpoint->firstMoments);
    EXPECT_EQ(trained.checkpoint->secondMoments, whole.checkpoint->secondMoments);
    EXPECT_EQ(trained.checkpoint->step, whole.checkpoint->step);
}

/// Every call of the training fails once.
void expectNoCallToMatter(const TrainingData &data, const AutoencoderParams &params, ErrorKind kind,
                          bool isWatched, compute::Backend &processor,
                          const TrainingCheckpoint *from = nullptr)
{
    TrainingObserver observer;
    std::vector<std::size_t> ends; // epochs whose ends were shown
    if (isWatched)
    {
        observer.secondsBetweenSnapshots = 0.0;
        observer.onSnapshot = [&ends](const AutoencoderSnapshot &shown) {
            if (shown.isEpochEnd)
                ends.push_back(shown.epoch);
        };
    }
    const auto whole = trainAutoencoder(data, params, processor, observer, {}, from);
    ASSERT_TRUE(whole) << whole.error().message;
    EXPECT_EQ(whole->device, processor.device());
    std::optional<Result<TrainedAutoencoder>> trained;
    const auto job = [&](compute::Backend &device, const JobContext &context) {
        ends.clear();
        trained.emplace(trainAutoencoder(data, params, device, observer, context, from));
    };
    const std::size_t calls = test::forEveryFailingCall({.kind = kind}, job, [&](const FailingRun &run) {
        ASSERT_TRUE(*trained) << trained->error().message;
        expectSameTraining(**trained, *whole);
        EXPECT_EQ((*trained)->notices, run.notices);
        for (std::size_t i = 1; i < ends.size(); ++i)
            EXPECT_LT(ends[i - 1], ends[i]) << "no epoch is shown twice";
        if (!run.hasFailed)
            return;
        EXPECT_EQ((*trained)->device, processor.device());
        EXPECT_THAT(run.notices,
                    testing::ElementsAre(AllOf(HasSubstr("Faulty GPU"), HasSubstr("was told to fail"),
                                               EndsWith("the processor goes on"))));
    });
    EXPECT_GT(calls, 50U) << "the training did use the device";
}

TEST_F(EngineDeviceFailure, ATrainingEndsWithTheSameModelWhicheverCallFails)
{
    const auto data = fewPoints();
    for (const ErrorKind kind : {ErrorKind::DeviceLost, ErrorKind::OutOfMemory})
        expectNoCallToMatter(*data, tinyParams(), kind, false, *m_backend);
}

TEST_F(EngineDeviceFailure, SoDoesOneThatIsWatched)
{
    expectNoCallToMatter(*fewPoints(), tinyParams(), ErrorKind::DeviceLost, true, *m_backend);
}

TEST_F(EngineDeviceFailure, SoDoOnesWithNoiseAndWithConvolutions)
{
    AutoencoderParams params = tinyParams();
    params.isVariational = true;
    params.noise = 0.1;
    params.sparsity = 0.01;
    expectNoCallToMatter(*fewPoints(), params, ErrorKind::DeviceLost, false, *m_backend);
    params = tinyParams(1);
    params.kind = AutoencoderKind::Convolution1d;
    params.channels = {2};
    params.kernel = 3;
    expectNoCallToMatter(*fewPoints(), params, ErrorKind::DeviceLost, false, *m_backend);
}

TEST_F(EngineDeviceFailure, SoDoesOneThatWasResumed)
{
    const auto data = fewPoints();
    std::vector<TrainingCheckpoint> checkpoints;
    TrainingObserver observer;
    observer.checkpointEpochs = 1;
    observer.onCheckpoint = [&](const TrainingCheckpoint &one) { checkpoints.push_back(one); };
    ASSERT_TRUE(train(*data, tinyParams(3), observer));
    ASSERT_EQ(checkpoints.size(), 3U);
    expectNoCallToMatter(*data, tinyParams(3), ErrorKind::DeviceLost, false, *m_backend, checkpoints.data());
}

TEST_F(EngineDeviceFailure, WhoeverStopsWhenToldKeepsTheFinishedEpochs)
{
    const auto data = fewPoints();
    std::size_t kept = 0;
    for (std::size_t call = 1;; ++call)
    {
        test::FaultyBackend device(*m_backend, {.atCall = call});
        std::stop_source source;
        JobContext context;
        context.stop = source.get_token();
        context.onNotice = [&source](const std::string &) { source.request_stop(); };
        const auto trained = trainAutoencoder(*data, tinyParams(), device, {}, context);
        if (!device.hasFailed())
            break;
        if (!trained)
        {
            EXPECT_EQ(trained.error().kind, ErrorKind::Cancelled);
        }
        else if (!trained->isComplete)
        {
            EXPECT_EQ(trained->history.size(), 1U);
            EXPECT_EQ(trained->latent.size(), data->count());
            ++kept;
        }
    }
    EXPECT_GT(kept, 0U);
}

TEST_F(EngineDeviceFailure, WhereMemoryIsShortBatchesAreComputedInPieces)
{
    const auto data = fewPoints(90);
    AutoencoderParams params = tinyParams();
    params.batchSize = 72;
    const auto whole = trainAutoencoder(*data, params, *m_backend, {}, {});
    ASSERT_TRUE(whole);
    ASSERT_EQ(whole->batchSize, 72U);
    std::optional<Result<TrainedAutoencoder>> trained;
    const auto job = [&](compute::Backend &device, const JobContext &context) {
        trained.emplace(trainAutoencoder(*data, params, device, {}, context));
    };
    test::forEveryFailingCall({.kind = ErrorKind::OutOfMemory, .times = 1}, job, [&](const FailingRun &run) {
        ASSERT_TRUE(*trained) << trained->error().message;
        EXPECT_EQ((*trained)->batchSize, 72U) << "it is part of what is learned";
        EXPECT_EQ((*trained)->standIn, nullptr);
        EXPECT_THAT((*trained)->device, HasSubstr("Faulty GPU"));
        ASSERT_EQ((*trained)->history.size(), whole->history.size());
        for (std::size_t i = 0; i < whole->history.size(); ++i)
            EXPECT_NEAR((*trained)->history[i].trainingLoss, whole->history[i].trainingLoss,
                        1e-4 * whole->history[i].trainingLoss);
        if (!run.hasFailed)
            return;
        EXPECT_THAT(run.notices,
                    testing::ElementsAre(AllOf(HasSubstr("Faulty GPU has too little memory"),
                                               HasSubstr("batches are computed 16 samples at a time"))));
    });
}

TEST_F(EngineDeviceFailure, AndOnTheProcessorWhereNoPieceIsSmallEnough)
{
    const auto data = fewPoints(400);
    AutoencoderParams params = tinyParams();
    params.batchSize = 320;
    test::FaultyBackend device(*m_backend, {.atCall = 1, .kind = ErrorKind::OutOfMemory});
    const auto trained = trainAutoencoder(*data, params, device, {}, {});
    ASSERT_TRUE(trained) << trained.error().message;
    EXPECT_THAT(trained->notices, testing::ElementsAre(HasSubstr("computed 80 samples at a time"),
                                                       HasSubstr("computed 20 samples at a time"),
                                                       HasSubstr("computed 16 samples at a time"),
                                                       EndsWith("the processor goes on")));
    ASSERT_NE(trained->standIn, nullptr);
    EXPECT_TRUE(compute::isProcessor(*trained->standIn));
    const auto whole = trainAutoencoder(*data, params, *m_backend, {}, {});
    expectSameTraining(*trained, *whole);
}

TEST_F(EngineDeviceFailure, OtherFailuresEndTheTraining)
{
    test::FaultyBackend device(*m_backend, {.atCall = 40, .kind = ErrorKind::Internal});
    const auto trained = trainAutoencoder(*fewPoints(), tinyParams(), device, {}, {});
    ASSERT_FALSE(trained);
    EXPECT_EQ(trained.error().kind, ErrorKind::Internal);
}

TEST_F(EngineDeviceFailure, PrincipalComponentsAndPlacesAreTheSameOnTheProcessor)
{
    const auto data = fewPoints();
    const auto trained = train(*data, tinyParams());
    ASSERT_TRUE(trained);
    const auto work = [&](compute::Backend &backend) -> Result<std::pair<PcaBaseline, std::vector<float>>> {
        auto baseline =
            pcaBaseline(*data, trained->split, trained->model.scaling(), 1, 1, backend, JobContext{});
        if (!baseline)
            return failure(baseline.error());
        auto mapped = trained->model.map(*data, backend, {});
        if (!mapped)
            return failure(mapped.error());
        return std::pair(std::move(*baseline), std::move(mapped->latent));
    };
    const auto whole = work(*m_backend).value();
    std::optional<decltype(work(*m_backend))> found;
    test::forEveryFailingCall(
        {},
        [&](compute::Backend &device, const JobContext &context) {
            found = compute::runWithStandIn(device, context, work);
        },
        [&](const FailingRun &run) {
            ASSERT_TRUE(*found) << found->error().message;
            EXPECT_EQ((*found)->first.axes.axes, whole.first.axes.axes);
            EXPECT_EQ((*found)->first.validationLoss, whole.first.validationLoss);
            EXPECT_EQ((*found)->second, whole.second);
            EXPECT_EQ(run.notices.size(), run.hasFailed ? 1U : 0U);
        });
}

} // namespace
} // namespace somnium::latent
