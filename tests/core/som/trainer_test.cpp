// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/trainer.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "core/compute/backend_factory.h"
#include "core/som/mapper.h"
#include "tests/support/blob_images.h"
#include "tests/support/same_map.h"
#include "tests/support/som_agreement.h"

namespace somnium::som
{
namespace
{

using test::expectSameMap;

TrainingParams smallParams()
{
    TrainingParams params;
    params.layout = MapLayout::rectangular(4, 3).value();
    params.epochs = 6;
    return params;
}

class SomTrainer : public ::testing::Test
{
protected:
    TrainingResult trainAll(const TrainingParams &params, const JobContext &context = {},
                            const SnapshotSink &onSnapshot = {}, const Som *resumeFrom = nullptr)
    {
        return train(m_samples, params, *m_backend, context, onSnapshot, resumeFrom).value();
    }

    /// Stops the training once so many epochs are done.
    TrainingResult trainUntil(const TrainingParams &params, std::size_t epochs)
    {
        std::stop_source source;
        JobContext context;
        context.stop = source.get_token();
        return trainAll(params, context, [&](const TrainingSnapshot &snapshot) {
            if (snapshot.som->history.size() == epochs)
                source.request_stop();
        });
    }

    Random m_random{17};
    data::MemorySamples m_samples = test::blobSamples({1, 20, 20}, 80, m_random);
    std::unique_ptr<compute::Backend> m_backend = std::move(compute::chooseBackend("cpu").value().backend);
};

TEST_F(SomTrainer, MakesDistancesFall)
{
    const TrainingResult result = trainAll(smallParams());
    EXPECT_TRUE(result.isComplete);
    ASSERT_EQ(result.som.history.size(), 6U);
    EXPECT_LT(result.som.history.back().meanDistance, 0.85 * result.som.history.front().meanDistance);
    for (std::size_t i = 0; i < 6; ++i)
    {
        EXPECT_EQ(result.som.history[i].epoch, i + 1);
        EXPECT_GT(result.som.history[i].imagesPerSecond, 0.0);
    }
    EXPECT_EQ(result.som.prototypes.size(), 12 * m_samples.shape().size());
    EXPECT_EQ(result.som.spectra.size(), 12 * result.som.grid.coefficientCount());
}

TEST_F(SomTrainer, ReportsTheFiguresOfTheMapItReturns)
{
    const TrainingResult result = trainAll(smallParams());
    const Mapping mapping = test::bestOf(mapSamplesFully(result.som, m_samples, *m_backend, {}).value());
    const EpochReport figures = qualityOf(mapping, result.som.layout);
    EXPECT_EQ(figures.meanDistance, result.som.history.back().meanDistance);
    EXPECT_EQ(figures.topographicError, result.som.history.back().topographicError);
    EXPECT_EQ(figures.emptyNeurons, result.som.history.back().emptyNeurons);
}

TEST_F(SomTrainer, GivesTheSameBitsForAnyNumberOfThreads)
{
    JobContext one;
    one.threads = 1;
    JobContext two;
    two.threads = 2;
    expectSameMap(trainAll(smallParams(), one).som, trainAll(smallParams(), two).som);
}

TEST_F(SomTrainer, OtherSeedsGiveOtherMaps)
{
    TrainingParams params = smallParams();
    const Som first = trainAll(params).som;
    params.seed = 2;
    EXPECT_NE(trainAll(params).som.spectra, first.spectra);
}

TEST_F(SomTrainer, ResumedItGivesTheSameBitsAsUninterrupted)
{
    const Som whole = trainAll(smallParams()).som;
    for (const std::size_t epochs : {1U, 3U, 5U})
    {
        const TrainingResult part = trainUntil(smallParams(), epochs);
        EXPECT_FALSE(part.isComplete);
        ASSERT_EQ(part.som.history.size(), epochs);
        const TrainingResult rest = trainAll(smallParams(), {}, {}, &part.som);
        EXPECT_TRUE(rest.isComplete);
        expectSameMap(rest.som, whole);
    }
}

TEST_F(SomTrainer, StoppedBeforeTheFirstEpochItIsCancelled)
{
    std::stop_source source;
    source.request_stop();
    JobContext context;
    context.stop = source.get_token();
    const auto result = train(m_samples, smallParams(), *m_backend, context);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().kind, ErrorKind::Cancelled);
}

TEST_F(SomTrainer, StoppedMidwayItKeepsAUsableMap)
{
    const TrainingResult part = trainUntil(smallParams(), 2);
    EXPECT_FALSE(part.isComplete);
    const Mapping mapping = mapSamples(part.som, m_samples, *m_backend, {}).value();
    EXPECT_EQ(mapping.sourceCount(), m_samples.count());
}

TEST_F(SomTrainer, PausesAndGoesOn)
{
    JobContext context;
    context.pauseGate = std::make_shared<PauseGate>();
    std::jthread resumer;
    const TrainingResult result = trainAll(smallParams(), context, [&](const TrainingSnapshot &snapshot) {
        if (snapshot.som->history.size() != 2 || resumer.joinable())
            return;
        context.pauseGate->pause();
        resumer = std::jthread([gate = context.pauseGate] {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            gate->resume();
        });
    });
    EXPECT_TRUE(result.isComplete);
    expectSameMap(result.som, trainAll(smallParams()).som);
}

TEST_F(SomTrainer, ShowsEveryEpochAndTheStart)
{
    std::vector<std::size_t> seen;
    std::shared_ptr<const Som> last;
    trainAll(smallParams(), {}, [&](const TrainingSnapshot &snapshot) {
        EXPECT_EQ(snapshot.epochs, 6U);
        EXPECT_GE(snapshot.secondsLeft, 0.0);
        EXPECT_EQ(snapshot.som->prototypes.size(), 12 * m_samples.shape().size());
        seen.push_back(snapshot.som->history.size());
        last = snapshot.som;
    });
    EXPECT_EQ(seen, (std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6, 6}));
    expectSameMap(*last, trainAll(smallParams()).som);
}

TEST_F(SomTrainer, ProgressRisesToItsTotal)
{
    JobContext context;
    std::vector<Progress> seen;
    context.onProgress = [&](const Progress &progress) { seen.push_back(progress); };
    trainAll(smallParams(), context);
    ASSERT_FALSE(seen.empty());
    for (std::size_t i = 1; i < seen.size(); ++i)
        EXPECT_GE(seen[i].done, seen[i - 1].done);
    EXPECT_EQ(seen.back().done, seen.back().total);
}

TEST_F(SomTrainer, EveryInitialisationLeadsToAMap)
{
    for (const Initialisation start :
         {Initialisation::RandomSources, Initialisation::Noise, Initialisation::Zero})
    {
        TrainingParams params = smallParams();
        params.initialisation = start;
        params.epochs = 12;
        const Som som = trainAll(params).som;
        // All neurons part from each other, none is left out.
        EXPECT_LT(som.history.back().emptyNeurons, 4U) << static_cast<int>(start);
        EXPECT_LT(som.history.back().meanDistance, 0.9 * som.history.front().meanDistance);
    }
}

TEST_F(SomTrainer, TrainsWithFewerSourcesThanNeuronsAndWithOne)
{
    Random random(1);
    for (const std::size_t count : {1U, 5U})
    {
        const data::MemorySamples few = test::blobSamples({1, 16, 16}, count, random);
        const auto result = train(few, smallParams(), *m_backend, {});
        ASSERT_TRUE(result.has_value());
        for (const float value : result->som.prototypes)
            ASSERT_TRUE(std::isfinite(value));
        EXPECT_LT(result->som.history.back().meanDistance,
                  0.5 * std::max(result->som.history.front().meanDistance, 0.1));
    }
}

TEST_F(SomTrainer, OneNeuronIsTheMeanOfTheAlignedSources)
{
    TrainingParams params = smallParams();
    params.layout = MapLayout::rectangular(1, 1).value();
    const Som som = trainAll(params).som;
    EXPECT_EQ(som.history.back().emptyNeurons, 0U);
    EXPECT_EQ(som.history.back().topographicError, 0.0);
    EXPECT_LE(som.history.back().meanDistance, som.history.front().meanDistance);
}

TEST_F(SomTrainer, RefusesWhatMakesNoSense)
{
    const auto isRefused = [&](auto change) {
        TrainingParams params = smallParams();
        change(params);
        const auto result = train(m_samples, params, *m_backend, {});
        return !result.has_value() && result.error().kind == ErrorKind::InvalidArgument;
    };
    EXPECT_TRUE(isRefused([](TrainingParams &params) { params.epochs = 0; }));
    EXPECT_TRUE(isRefused([](TrainingParams &params) { params.sigmaEnd = 0.0; }));
    EXPECT_TRUE(isRefused([](TrainingParams &params) { params.sigmaStart = -1.0; }));
    EXPECT_TRUE(isRefused([](TrainingParams &params) { params.sigmaEnd = std::nan(""); }));
    EXPECT_TRUE(isRefused([](TrainingParams &params) { params.minimumWeight = 1.5; }));
    const data::MemorySamples none({1, 16, 16}, {});
    EXPECT_EQ(train(none, smallParams(), *m_backend, {}).error().kind, ErrorKind::InvalidArgument);
}

TEST_F(SomTrainer, RefusesToResumeAnotherTraining)
{
    const TrainingResult part = trainUntil(smallParams(), 2);
    TrainingParams other = smallParams();
    other.seed = 99;
    EXPECT_EQ(train(m_samples, other, *m_backend, {}, {}, &part.som).error().kind, ErrorKind::Mismatch);
    Som withoutSpectra = part.som;
    withoutSpectra.spectra.clear();
    EXPECT_EQ(train(m_samples, smallParams(), *m_backend, {}, {}, &withoutSpectra).error().kind,
              ErrorKind::Mismatch);
    TrainingParams longer = smallParams();
    longer.epochs = 9;
    EXPECT_EQ(trainAll(longer, {}, {}, &part.som).som.history.size(), 9U);
}

} // namespace
} // namespace somnium::som
