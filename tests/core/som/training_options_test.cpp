// SPDX-License-Identifier: GPL-3.0-or-later
// What PINK's options and ours make of a training, one by one and resumed.
#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "core/compute/backend_factory.h"
#include "core/som/initial_prototypes.h"
#include "core/som/mapper.h"
#include "core/som/trainer.h"
#include "tests/support/blob_images.h"

namespace somnium::som
{
namespace
{

struct Variant
{
    std::string name;
    std::function<void(TrainingParams &)> set;
    /// Of the mean's distance that the map's is below. Pushing source by source spreads prototypes beyond
    /// what there is to fit: asked is that it stays sane.
    double share = 0.75;
};

std::vector<Variant> variants()
{
    const auto layout = [](const char *text) {
        return [text](TrainingParams &params) { params.layout = MapLayout::parse(text).value(); };
    };
    return {
        {"Line", layout("12")},
        {"Ring", layout("12 periodic")},
        {"Torus", layout("4x3 periodic")},
        {"Box", layout("2x3x2")},
        {"ClosedBox", layout("2x3x2 periodic")},
        {"Hexagon", layout("5x5 hexagonal")},
        {"ClosedHexagon", layout("5x5 hexagonal periodic")},
        {"PinkGaussian", [](TrainingParams &p) { p.neighbourhood = Neighbourhood::PinkGaussian; }},
        {"MexicanHat", [](TrainingParams &p) { p.neighbourhood = Neighbourhood::MexicanHat; }},
        {"Bubble", [](TrainingParams &p) { p.neighbourhood = Neighbourhood::Bubble; }},
        {"Linear", [](TrainingParams &p) { p.schedule = Schedule::Linear; }},
        {"MaxUpdateDistance", [](TrainingParams &p) { p.maxUpdateDistance = 1.5; }},
        {"PreferredDirection",
         [](TrainingParams &p) { p.initialisation = Initialisation::PreferredDirection; }},
        {"OneRotation", [](TrainingParams &p) { p.rotations = 1; }},
        {"TwelveRotationsNoFlips",
         [](TrainingParams &p) {
             p.rotations = 12;
             p.useFlips = false;
         }},
        {"SmallNeurons", [](TrainingParams &p) { p.neuronSide = 13; }},
        {"ChannelWeights",
         [](TrainingParams &p) {
             p.channelWeights = {1.0F, 0.25F};
         }},
        {"Online", [](TrainingParams &p) { p.rule = LearningRule::Online; }},
        {"OnlineInOrderBySevens",
         [](TrainingParams &p) {
             p.rule = LearningRule::Online;
             p.shuffles = false;
             p.sourcesPerStep = 7;
         }},
        {"OnlineMexicanHat",
         [](TrainingParams &p) {
             p.rule = LearningRule::Online;
             p.neighbourhood = Neighbourhood::MexicanHat;
             p.sigmaStart = 0.9;
             p.learningRateStart = 0.1;
             p.learningRateEnd = 0.02;
         },
         1.3},
    };
}

/// Eight kinds of image, each ten times, a little changed, turned by quarters and flipped if `areTurned`.
data::MemorySamples kinds(const data::ImageShape &shape, bool areTurned, Random &random)
{
    std::vector<float> values;
    for (unsigned kind = 0; kind < 8; ++kind)
    {
        const data::Image base = test::blobImage(shape, 3, random);
        for (unsigned i = 0; i < 10; ++i)
        {
            data::Image image = base;
            if (areTurned)
                image = test::quarterTurned((i % 2 == 0 ? base : test::rowsFlipped(base.view())).view(), i);
            for (float &pixel : image.pixels())
                pixel += 0.05F * static_cast<float>(random.normal());
            values.insert(values.end(), image.pixels().begin(), image.pixels().end());
        }
    }
    return {shape, values};
}

class TrainingOptions : public ::testing::TestWithParam<Variant>
{
protected:
    static TrainingParams params()
    {
        TrainingParams params;
        params.layout = MapLayout::rectangular(4, 3).value();
        params.epochs = 6;
        GetParam().set(params);
        return params;
    }

    Random m_random{17};
    data::MemorySamples m_samples =
        kinds({2, 20, 20}, params().rotations == 0 && params().useFlips, m_random);
    std::unique_ptr<compute::Backend> m_backend = std::move(compute::chooseBackend("cpu").value().backend);
};

TEST_P(TrainingOptions, LeadToAMapThatFitsItsSourcesBetterThanTheirMean)
{
    const TrainingResult result = train(m_samples, params(), *m_backend, {}).value();
    ASSERT_TRUE(result.isComplete);
    TrainingParams single = params();
    single.layout = MapLayout::rectangular(1, 1).value();
    single.rule = LearningRule::Batch;
    single.initialisation = Initialisation::RandomSources;
    single.neighbourhood = Neighbourhood::Gaussian;
    const EpochReport mean = train(m_samples, single, *m_backend, {}).value().som.history.back();
    const EpochReport &last = result.som.history.back();
    EXPECT_LT(last.meanDistance, GetParam().share * mean.meanDistance);
    EXPECT_LE(last.topographicError, 1.0);
    const auto isFinite = [](float value) { return std::isfinite(value); };
    EXPECT_TRUE(std::all_of(result.som.prototypes.begin(), result.som.prototypes.end(), isFinite));
    EXPECT_NEAR(
        qualityOf(mapSamples(result.som, m_samples, *m_backend, {}).value(), result.som.layout).meanDistance,
        last.meanDistance, 0.02 * last.meanDistance);
}

TEST_P(TrainingOptions, ResumedTheyGiveTheSameBits)
{
    const TrainingResult whole = train(m_samples, params(), *m_backend, {}).value();
    std::stop_source source;
    JobContext context;
    context.stop = source.get_token();
    context.threads = 1;
    const auto stopAt = [&](const TrainingSnapshot &snapshot) {
        if (snapshot.som->history.size() == 2)
            source.request_stop();
    };
    const TrainingResult part = train(m_samples, params(), *m_backend, context, stopAt).value();
    ASSERT_FALSE(part.isComplete);
    const TrainingResult resumed = train(m_samples, params(), *m_backend, {}, {}, &part.som).value();
    EXPECT_EQ(resumed.som.spectra, whole.som.spectra);
    EXPECT_EQ(resumed.som.prototypes, whole.som.prototypes);
    ASSERT_EQ(resumed.som.history.size(), whole.som.history.size());
    for (std::size_t i = 0; i < whole.som.history.size(); ++i)
        EXPECT_EQ(resumed.som.history[i].meanDistance, whole.som.history[i].meanDistance);
}

INSTANTIATE_TEST_SUITE_P(All, TrainingOptions, ::testing::ValuesIn(variants()),
                         [](const auto &variant) { return variant.param.name; });

void PrintTo(const Variant &variant, std::ostream *out)
{
    *out << variant.name;
}

class TrainingStart : public ::testing::Test
{
protected:
    Random m_random{3};
    data::MemorySamples m_samples = test::blobSamples({1, 20, 20}, 40, m_random);
    std::unique_ptr<compute::Backend> m_backend = std::move(compute::chooseBackend("cpu").value().backend);
};

/// The map as it is before the first epoch.
Som startOf(const data::Samples &samples, const TrainingParams &params, compute::Backend &backend,
            const Som *given = nullptr)
{
    Som start;
    const auto keep = [&](const TrainingSnapshot &snapshot) {
        if (snapshot.som->history.empty())
            start = *snapshot.som;
    };
    EXPECT_TRUE(train(samples, params, backend, {}, keep, nullptr, given));
    return start;
}

TEST_F(TrainingStart, PreferredDirectionIsABrightDiagonalOnNoise)
{
    TrainingParams params;
    params.layout = MapLayout::rectangular(2, 2).value();
    params.epochs = 1;
    params.initialisation = Initialisation::PreferredDirection;
    const Som start = startOf(m_samples, params, *m_backend);
    for (std::size_t k = 0; k < 4; ++k)
    {
        double along = 0.0;
        double across = 0.0;
        for (std::size_t i = 5; i < 15; ++i)
        {
            along += static_cast<double>(start.prototype(k).at(i, i));
            across += static_cast<double>(start.prototype(k).at(i, 19 - i));
        }
        EXPECT_GT(along, 1.2 * across);
    }
    params.seed = 2;
    EXPECT_NE(startOf(m_samples, params, *m_backend).spectra, start.spectra);
}

TEST_F(TrainingStart, AGivenMapIsTakenAsItIsAndItsMiddleIfItIsLarger)
{
    TrainingParams params;
    params.layout = MapLayout::parse("3x3 hexagonal").value();
    params.epochs = 2;
    const Som given = train(m_samples, params, *m_backend, {}).value().som;
    params.initialisation = Initialisation::GivenMap;
    EXPECT_FALSE(train(m_samples, params, *m_backend, {}));
    const Som start = startOf(m_samples, params, *m_backend, &given);
    for (std::size_t i = 0; i < start.prototypes.size(); ++i)
        ASSERT_NEAR(start.prototypes[i], given.prototypes[i], 0.15);
    params.neuronSide = 12;
    const Som middle = startOf(m_samples, params, *m_backend, &given);
    EXPECT_EQ(middle.shape, (data::ImageShape{1, 12, 12}));
    EXPECT_NEAR(middle.prototype(3).at(6, 6), given.prototype(3).at(10, 10), 0.15);
    params.layout = MapLayout::rectangular(2, 2).value();
    EXPECT_EQ(train(m_samples, params, *m_backend, {}, {}, nullptr, &given).error().kind,
              ErrorKind::Mismatch);
}

TEST_F(TrainingStart, OneRotationComparesImagesAsTheyLie)
{
    TrainingParams params;
    params.layout = MapLayout::rectangular(2, 2).value();
    params.epochs = 2;
    params.rotations = 1;
    params.useFlips = false;
    const Som som = train(m_samples, params, *m_backend, {}).value().som;
    const Mapping asTheyLie = mapSamples(som, m_samples, *m_backend, {}).value();
    for (const SpatialTransform &transform : asTheyLie.transform)
        EXPECT_EQ(transform, SpatialTransform());
    params.rotations = 4;
    const Som quarters = train(m_samples, params, *m_backend, {}).value().som;
    const Mapping byQuarters = mapSamples(quarters, m_samples, *m_backend, {}).value();
    for (const SpatialTransform &transform : byQuarters.transform)
    {
        const double quarter = static_cast<double>(transform.angleRad) / (std::acos(-1.0) / 2.0);
        EXPECT_NEAR(quarter, std::round(quarter), 1e-6);
    }
}

TEST_F(TrainingStart, SmallNeuronsSeeTheMiddleOfTheImagesOnly)
{
    TrainingParams params;
    params.layout = MapLayout::rectangular(2, 2).value();
    params.epochs = 3;
    params.neuronSide = 12;
    const Som small = train(m_samples, params, *m_backend, {}).value().som;
    std::vector<float> middles;
    for (std::size_t i = 0; i < m_samples.count(); ++i)
        for (std::size_t row = 4; row < 16; ++row)
            for (std::size_t column = 4; column < 16; ++column)
                middles.push_back(m_samples.sample(i).at(row, column));
    const data::MemorySamples cut({1, 12, 12}, middles);
    params.neuronSide = 0;
    const Som whole = train(cut, params, *m_backend, {}).value().som;
    ASSERT_EQ(small.shape, whole.shape);
    for (std::size_t i = 0; i < small.prototypes.size(); ++i)
        ASSERT_NEAR(small.prototypes[i], whole.prototypes[i], 1e-3);
    const Mapping a = mapSamples(small, m_samples, *m_backend, {}).value();
    const Mapping b = mapSamples(whole, cut, *m_backend, {}).value();
    EXPECT_EQ(a.best, b.best);
    // A map without a neuron side of its own takes no larger images by mistake.
    EXPECT_EQ(mapSamples(whole, m_samples, *m_backend, {}).error().kind, ErrorKind::Mismatch);
    params.neuronSide = 21;
    EXPECT_EQ(train(m_samples, params, *m_backend, {}).error().kind, ErrorKind::InvalidArgument);
}

TEST_F(TrainingStart, ASettledMapStopsEarlyIfAskedTo)
{
    TrainingParams params;
    params.layout = MapLayout::rectangular(3, 3).value();
    params.epochs = 200;
    params.schedule = Schedule::Constant;
    params.sigmaStart = 0.7;
    params.settledTolerance = 0.01;
    const TrainingResult result = train(m_samples, params, *m_backend, {}).value();
    EXPECT_TRUE(result.isComplete);
    EXPECT_LT(result.som.history.size(), 100U);
    EXPECT_GE(result.som.history.size(), 5U);
}

TEST(HasSettled, AsksForThreeQuietEpochsBeforeTheLast)
{
    std::vector<EpochReport> history(6);
    for (EpochReport &report : history)
        report.meanDistance = 2.0;
    EXPECT_TRUE(hasSettled(history, 0.01));
    EXPECT_FALSE(hasSettled(history, 0.0));
    history[5].meanDistance = 9.0;
    EXPECT_TRUE(hasSettled(history, 0.01)) << "the last one is not final";
    history[3].meanDistance = 1.9;
    EXPECT_FALSE(hasSettled(history, 0.01));
    history[3].meanDistance = 2.0;
    history[2].topographicError = 0.5;
    EXPECT_FALSE(hasSettled(history, 0.01));
    history.resize(4);
    EXPECT_FALSE(hasSettled(history, 0.9));
}

} // namespace
} // namespace somnium::som
