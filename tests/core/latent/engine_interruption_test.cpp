// SPDX-License-Identifier: GPL-3.0-or-later
// Trainings of autoencoders that are stopped, resumed, paused.
#include <thread>

#include "tests/core/latent/engine_fixture.h"

namespace somnium::latent
{
namespace
{

using EngineInterruption = EngineTrainer;

TEST_F(EngineInterruption, AResumedTrainingEndsWithTheBitsOfAnUninterruptedOne)
{
    const auto data = lineSpectra(200, {.hasWeights = true});
    AutoencoderParams params = smallParams();
    params.epochs = 8;
    params.noise = 0.5;
    params.isVariational = true;
    params.beta = 0.01;
    params.sparsity = 0.01;
    std::vector<TrainingCheckpoint> checkpoints;
    TrainingObserver observer;
    observer.checkpointEpochs = 3;
    observer.onCheckpoint = [&](const TrainingCheckpoint &checkpoint) { checkpoints.push_back(checkpoint); };
    const auto whole = train(*data, params, observer);
    ASSERT_TRUE(whole.has_value()) << whole.error().message;
    ASSERT_EQ(checkpoints.size(), 3U); // after epochs 3, 6 and the last
    for (const TrainingCheckpoint &checkpoint : checkpoints)
    {
        const auto read = deserialiseCheckpoint(serialise(checkpoint));
        ASSERT_TRUE(read.has_value()) << read.error().message;
        ASSERT_TRUE(*read == checkpoint);
        const auto resumed = train(*data, params, {}, {}, &*read);
        ASSERT_TRUE(resumed.has_value()) << resumed.error().message;
        EXPECT_EQ(resumed->model, whole->model);
        EXPECT_EQ(resumed->latent, whole->latent);
        ASSERT_EQ(resumed->history.size(), whole->history.size());
        EXPECT_EQ(resumed->bestEpoch, whole->bestEpoch);
        for (std::size_t i = 0; i < whole->history.size(); ++i)
        {
            EXPECT_EQ(resumed->history[i].trainingLoss, whole->history[i].trainingLoss);
            EXPECT_EQ(resumed->history[i].validationLoss, whole->history[i].validationLoss);
        }
    }
}

TEST_F(EngineInterruption, AStoppedTrainingKeepsWhatItLearnedAndGoesOn)
{
    const auto data = lineSpectra(400);
    AutoencoderParams params = smallParams();
    params.epochs = 60;
    params.patience = 0;
    params.batchSize = 16;
    const auto whole = train(*data, params);
    ASSERT_TRUE(whole.has_value());
    std::stop_source stop;
    JobContext context;
    context.stop = stop.get_token();
    TrainingObserver observer;
    observer.secondsBetweenSnapshots = 0.0;
    std::size_t stoppedIn = 0;
    observer.onSnapshot = [&](const AutoencoderSnapshot &shown) {
        if (shown.epoch < 5 || shown.isEpochEnd || stoppedIn > 0)
            return;
        stoppedIn = shown.epoch; // in the midst of an epoch, whichever is first shown there
        stop.request_stop();
    };
    const auto stopped = train(*data, params, observer, context);
    ASSERT_TRUE(stopped.has_value()) << stopped.error().message;
    EXPECT_FALSE(stopped->isComplete);
    EXPECT_FALSE(stopped->stoppedEarly);
    ASSERT_GE(stoppedIn, 5U);
    EXPECT_EQ(stopped->history.size(), stoppedIn - 1);
    EXPECT_EQ(stopped->latent.size(), 2 * data->count());
    const auto resumed = train(*data, params, {}, {}, stopped->checkpoint.get());
    ASSERT_TRUE(resumed.has_value()) << resumed.error().message;
    EXPECT_TRUE(resumed->isComplete);
    EXPECT_EQ(resumed->model, whole->model);
}

TEST_F(EngineInterruption, ATrainingStoppedBeforeItsFirstEpochIsCancelled)
{
    std::stop_source stop;
    stop.request_stop();
    JobContext context;
    context.stop = stop.get_token();
    const auto trained = train(*lineSpectra(50), smallParams(), {}, context);
    ASSERT_FALSE(trained.has_value());
    EXPECT_EQ(trained.error().kind, ErrorKind::Cancelled);
}

TEST_F(EngineInterruption, APausedTrainingWaitsAndChangesNothing)
{
    const auto data = lineSpectra(100);
    AutoencoderParams params = smallParams();
    params.epochs = 3;
    JobContext context;
    context.pauseGate = std::make_shared<PauseGate>();
    context.pauseGate->pause();
    std::jthread resumer([gate = context.pauseGate] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        gate->resume();
    });
    const auto began = std::chrono::steady_clock::now();
    const auto paused = train(*data, params, {}, context);
    EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(180));
    const auto other = train(*data, params);
    ASSERT_TRUE(paused.has_value() && other.has_value());
    EXPECT_EQ(paused->model, other->model);
}

} // namespace
} // namespace somnium::latent
