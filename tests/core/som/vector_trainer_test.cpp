// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/vector_trainer.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/compute/backend_factory.h"
#include "core/som/neighbourhood.h"
#include "tests/support/property.h"

namespace somnium::som
{
namespace
{

using ::testing::HasSubstr;

constexpr std::size_t kPixels = 37;

/// Curves on a sheet of two parameters, about a common level, with noise; and weights, some of them 0.
struct Vectors
{
    std::vector<float> values;
    std::vector<float> weights;
    std::vector<double> places; ///< [count][2] in 0..1
    [[nodiscard]] std::size_t count() const { return values.size() / kPixels; }
    [[nodiscard]] std::unique_ptr<data::MemorySpectra> spectra() const
    {
        return std::make_unique<data::MemorySpectra>(
            data::SpectralGrid{data::SpectralGrid::Scale::Index, 0.0, 1.0, kPixels}, values, weights);
    }
};

Vectors makeVectors(std::size_t count, bool hasWeights, std::uint64_t seed, double noise = 0.05)
{
    Random random(seed);
    Vectors made;
    for (std::size_t i = 0; i < count; ++i)
    {
        const double a = random.uniform();
        const double b = random.uniform();
        made.places.insert(made.places.end(), {a, b});
        const double quality = random.uniform(0.5, 2.0);
        for (std::size_t p = 0; p < kPixels; ++p)
        {
            const double x = static_cast<double>(p) / static_cast<double>(kPixels);
            const bool isMasked = hasWeights && random.below(10) == 0;
            const double value = 10.0 + 2.0 * a * std::sin(6.0 * x) + b * std::cos(11.0 * x) +
                                 noise * quality * random.normal();
            made.values.push_back(isMasked ? 0.0F : static_cast<float>(value));
            if (hasWeights)
                made.weights.push_back(isMasked ? 0.0F
                                                : static_cast<float>(random.uniform(0.5, 1.5) / quality));
        }
    }
    return made;
}

/// The metric of vector_matcher.h in double.
double naiveSquare(const Vectors &vectors, std::size_t i, std::span<const float> prototype)
{
    double sum = 0.0;
    double weights = 0.0;
    for (std::size_t p = 0; p < kPixels; ++p)
    {
        const double w = vectors.weights.empty() ? 1.0 : double{vectors.weights[i * kPixels + p]};
        sum += w * std::pow(double{vectors.values[i * kPixels + p]} - double{prototype[p]}, 2.0);
        weights += w;
    }
    return sum * static_cast<double>(kPixels) / weights;
}

std::size_t naiveBest(const Vectors &vectors, std::size_t i, const Som &som)
{
    std::size_t best = 0;
    double least = 1e300;
    for (std::size_t k = 0; k < som.layout.neuronCount(); ++k)
    {
        const double square = naiveSquare(vectors, i, som.prototype(k).pixels());
        if (square < least)
        {
            least = square;
            best = k;
        }
    }
    return best;
}

/// One epoch of the batch rule by its definition.
std::vector<double> naiveEpoch(const Vectors &vectors, const Som &som, double sigma)
{
    const std::size_t neurons = som.layout.neuronCount();
    std::vector<double> sums(neurons * kPixels);
    std::vector<double> weights(neurons * kPixels);
    for (std::size_t i = 0; i < vectors.count(); ++i)
    {
        const std::size_t best = naiveBest(vectors, i, som);
        double whole = 0.0;
        for (std::size_t p = 0; p < kPixels; ++p)
            whole += vectors.weights.empty() ? 1.0 : double{vectors.weights[i * kPixels + p]};
        for (std::size_t k = 0; k < neurons; ++k)
        {
            const double h =
                neighbourhoodWeight(som.params.neighbourhood, som.layout.distance(best, k), sigma);
            if (h < som.params.minimumWeight)
                continue;
            for (std::size_t p = 0; p < kPixels; ++p)
            {
                const double u = (vectors.weights.empty() ? 1.0 : double{vectors.weights[i * kPixels + p]}) *
                                 static_cast<double>(kPixels) / whole;
                sums[k * kPixels + p] += h * u * double{vectors.values[i * kPixels + p]};
                weights[k * kPixels + p] += h * u;
            }
        }
    }
    for (std::size_t at = 0; at < sums.size(); ++at)
        sums[at] = weights[at] > 0.0 ? sums[at] / weights[at] : double{som.prototypes[at]};
    return sums;
}

TrainingParams paramsOf(std::string_view layout, std::size_t epochs)
{
    TrainingParams params;
    params.layout = MapLayout::parse(layout).value();
    params.metric = Metric::Vector;
    params.initialisation = Initialisation::PrincipalAxes;
    params.epochs = epochs;
    return params;
}

class VectorTrainer : public ::testing::Test
{
protected:
    TrainingResult trained(const data::Spectra &vectors, const TrainingParams &params,
                           const JobContext &context = {}, const SnapshotSink &onSnapshot = {},
                           const Som *resumeFrom = nullptr, const Som *given = nullptr)
    {
        return trainVectors(vectors, params, *m_backend, context, onSnapshot, resumeFrom, given).value();
    }
    std::string faultOf(const data::Spectra &vectors, const TrainingParams &params)
    {
        const auto result = trainVectors(vectors, params, *m_backend, {});
        return result ? "none" : result.error().message;
    }

    std::unique_ptr<compute::Backend> m_backend = std::move(compute::chooseBackend("cpu").value().backend);
};

TEST_F(VectorTrainer, LearnsAnEpochByTheDefinition)
{
    for (const bool hasWeights : {false, true})
        for (const char *layout : {"5x4", "7", "2x3x2", "5x5 hexagonal", "4x4 periodic", "1x1"})
        {
            const Vectors vectors = makeVectors(150, hasWeights, 3);
            const auto spectra = vectors.spectra();
            TrainingParams params = paramsOf(layout, 1);
            params.sigmaStart = 1.0;
            // From a start that is itself an epoch's result, so that no neuron is far from all.
            const Som start = trained(*spectra, params).som;
            params.initialisation = Initialisation::GivenMap;
            const Som learned = trained(*spectra, params, {}, {}, nullptr, &start).som;
            const std::vector<double> expected = naiveEpoch(vectors, start, 1.0);
            for (std::size_t at = 0; at < expected.size(); ++at)
                ASSERT_NEAR(learned.prototypes[at], expected[at], 2e-5 * 10.0) << layout << " " << hasWeights;
        }
}

TEST_F(VectorTrainer, MapsByTheMetric)
{
    for (const bool hasWeights : {false, true})
    {
        const auto spectra = makeVectors(400, hasWeights, 4).spectra();
        const Som som = trained(*spectra, paramsOf("6x6", 5)).som;
        const Vectors others = makeVectors(300, hasWeights, 5);
        const auto otherSpectra = others.spectra();
        const Mapping mapping = mapVectors(som, *otherSpectra, *m_backend, {}).value();
        ASSERT_EQ(mapping.sourceCount(), 300U);
        std::size_t equal = 0;
        for (std::size_t i = 0; i < 300; ++i)
        {
            equal += mapping.best[i] == naiveBest(others, i, som) ? 1U : 0U;
            const double expected =
                std::sqrt(naiveSquare(others, i, som.prototype(mapping.best[i]).pixels()));
            EXPECT_NEAR(mapping.distance[i], expected, 1e-4 * expected);
            EXPECT_NE(mapping.best[i], mapping.second[i]);
            EXPECT_GE(mapping.secondDistance[i], 0.9999F * mapping.distance[i]);
            EXPECT_EQ(mapping.transform[i], SpatialTransform{});
        }
        EXPECT_GE(equal, 298U); // but for ties within rounding
    }
}

TEST_F(VectorTrainer, OrdersASheetOfCurves)
{
    const Vectors vectors = makeVectors(3000, false, 6, 0.02);
    const auto spectra = vectors.spectra();
    const Som som = trained(*spectra, paramsOf("10x6", 12)).som;
    const EpochReport &last = som.history.back();
    EXPECT_EQ(som.history.size(), 12U);
    EXPECT_LT(last.topographicError, 0.06);
    EXPECT_LE(last.emptyNeurons, 1U);
    EXPECT_LT(last.meanDistance, 0.5 * som.history.front().meanDistance);
    // The longer side of the map follows the parameter that varies most.
    const Mapping mapping = mapVectors(som, *spectra, *m_backend, {}).value();
    double along = 0.0;
    double squares = 0.0;
    for (std::size_t i = 0; i < mapping.sourceCount(); ++i)
    {
        const double column = static_cast<double>(som.layout.x(mapping.best[i])) / 9.0 - 0.5;
        along += column * (vectors.places[2 * i] - 0.5);
        squares += column * column;
    }
    EXPECT_GT(std::abs(along) / std::sqrt(squares * 3000.0 / 12.0), 0.95);
    // A start at random finds an order too.
    TrainingParams params = paramsOf("10x6", 12);
    params.initialisation = Initialisation::RandomSources;
    EXPECT_LT(trained(*spectra, params).som.history.back().topographicError, 0.1);
}

TEST_F(VectorTrainer, ReportsTheFiguresOfTheMapItReturns)
{
    const auto spectra = makeVectors(500, true, 7).spectra();
    const Som som = trained(*spectra, paramsOf("5x5", 4)).som;
    const EpochReport figures = qualityOf(mapVectors(som, *spectra, *m_backend, {}).value(), som.layout);
    EXPECT_NEAR(figures.meanDistance, som.history.back().meanDistance, 1e-3 * figures.meanDistance);
    EXPECT_EQ(figures.topographicError, som.history.back().topographicError);
    EXPECT_EQ(figures.emptyNeurons, som.history.back().emptyNeurons);
    const Mapping mapping = mapVectors(som, *spectra, *m_backend, {}).value();
    FullMapping all;
    all.neurons = 25;
    ASSERT_TRUE(mapVectorsFully(som, *spectra, *m_backend, {}, [&](const FullMapping &block) -> Result<void> {
        all.append(block);
        return {};
    }));
    ASSERT_EQ(all.distance.size(), 500U * 25U);
    for (std::size_t i = 0; i < 500; ++i)
        EXPECT_NEAR(all.distance[i * 25 + mapping.best[i]], mapping.distance[i], 1e-2F * mapping.distance[i]);
}

TEST_F(VectorTrainer, GivesTheSameBitsForAnyNumberOfThreads)
{
    for (const bool hasWeights : {false, true})
    {
        const auto spectra = makeVectors(1500, hasWeights, 8).spectra();
        JobContext one;
        one.threads = 1;
        JobContext two;
        two.threads = 2;
        EXPECT_EQ(trained(*spectra, paramsOf("6x5", 4), one).som.prototypes,
                  trained(*spectra, paramsOf("6x5", 4), two).som.prototypes);
    }
}

TEST_F(VectorTrainer, StoppedItKeepsWhatItHasAndResumedItGivesTheSameBits)
{
    const auto spectra = makeVectors(600, true, 9).spectra();
    const TrainingParams params = paramsOf("5x4", 6);
    const Som whole = trained(*spectra, params).som;
    std::stop_source source;
    JobContext context;
    context.stop = source.get_token();
    const TrainingResult part = trained(*spectra, params, context, [&](const TrainingSnapshot &snapshot) {
        if (snapshot.som->history.size() == 2)
            source.request_stop();
    });
    EXPECT_FALSE(part.isComplete);
    EXPECT_EQ(part.som.history.size(), 2U);
    const TrainingResult rest = trained(*spectra, params, {}, {}, &part.som);
    EXPECT_TRUE(rest.isComplete);
    EXPECT_EQ(rest.som.prototypes, whole.prototypes);
    EXPECT_EQ(rest.som.history.back().meanDistance, whole.history.back().meanDistance);
    EXPECT_EQ(trainVectors(*spectra, params, *m_backend, context).error().kind, ErrorKind::Cancelled);
}

TEST_F(VectorTrainer, LargeCollectionsStartOnSome)
{
    const auto spectra = makeVectors(3000, false, 10).spectra();
    TrainingParams params = paramsOf("4x4", 6);
    params.coarseSources = 1200;
    const Som som = trained(*spectra, params).som;
    EXPECT_EQ(som.history.front().images, 1200U);
    EXPECT_EQ(som.history.back().images, 3000U);
}

TEST_F(VectorTrainer, MaskedPixelsCountNowhere)
{
    Vectors vectors = makeVectors(400, true, 11);
    const auto clean = vectors.spectra();
    for (std::size_t at = 0; at < vectors.values.size(); ++at)
        if (vectors.weights[at] == 0.0F)
            vectors.values[at] = 1e6F;
    const auto spoilt = vectors.spectra();
    const Som som = trained(*clean, paramsOf("4x4", 4)).som;
    EXPECT_EQ(trained(*spoilt, paramsOf("4x4", 4)).som.prototypes, som.prototypes);
    EXPECT_EQ(mapVectors(som, *spoilt, *m_backend, {})->distance,
              mapVectors(som, *clean, *m_backend, {})->distance);
    for (const float value : som.prototypes)
        ASSERT_LT(std::abs(value), 20.0F);
}

TEST_F(VectorTrainer, EveryStartAndNeighbourhoodStaysWithinTheVectors)
{
    const auto spectra = makeVectors(400, false, 12).spectra();
    for (const Initialisation start : {Initialisation::RandomSources, Initialisation::Noise,
                                       Initialisation::Zero, Initialisation::PrincipalAxes})
        for (const Neighbourhood neighbourhood : {Neighbourhood::Gaussian, Neighbourhood::Bubble,
                                                  Neighbourhood::PinkGaussian, Neighbourhood::MexicanHat})
        {
            TrainingParams params = paramsOf("5x5", 6);
            params.initialisation = start;
            params.neighbourhood = neighbourhood;
            const Som som = trained(*spectra, params).som;
            for (const float value : som.prototypes)
                ASSERT_NEAR(value, 10.0F, 10.0F);
            if (neighbourhood == Neighbourhood::MexicanHat) // it drives prototypes apart
                continue;
            EXPECT_LT(som.history.back().meanDistance, som.history.front().meanDistance * 1.01);
        }
}

TEST_F(VectorTrainer, ItsMapIsOneForEverythingThatTakesMaps)
{
    const Vectors vectors = makeVectors(300, false, 13);
    const auto spectra = vectors.spectra();
    const Som som = trained(*spectra, paramsOf("4x3", 3)).som;
    EXPECT_EQ(som.shape, (data::ImageShape{1, 1, kPixels}));
    const auto heights = uMatrix(som, *m_backend, {}).value();
    for (std::size_t k = 0; k < 12; ++k)
    {
        double sum = 0.0;
        const auto near = som.layout.neighbours(k);
        for (const std::size_t other : near)
        {
            double square = 0.0;
            for (std::size_t p = 0; p < kPixels; ++p)
                square += std::pow(
                    double{som.prototype(k).pixels()[p]} - double{som.prototype(other).pixels()[p]}, 2.0);
            sum += std::sqrt(square);
        }
        EXPECT_NEAR(heights[k], sum / static_cast<double>(near.size()), 1e-6 * sum);
    }
    const data::MemorySamples samples({1, 1, kPixels}, vectors.values);
    const Mapping fromSamples = mapSamples(som, samples, *m_backend, {}).value();
    const Mapping fromVectors = mapVectors(som, *spectra, *m_backend, {}).value();
    for (std::size_t i = 0; i < 300; ++i)
        EXPECT_NEAR(fromSamples.distance[i], fromVectors.distance[i], 1e-4F * fromVectors.distance[i]);
    EXPECT_EQ(mapSamplesFully(som, samples, *m_backend, {})->distance.size(), 300U * 12U);
}

TEST_F(VectorTrainer, SaysWhatItNeeds)
{
    const auto spectra = makeVectors(30, false, 14).spectra();
    TrainingParams params = paramsOf("3x3", 2);
    params.metric = Metric::Invariant;
    EXPECT_THAT(faultOf(*spectra, params), HasSubstr("expected the metric of vectors"));
    EXPECT_THAT(validate(params).error().message,
                HasSubstr("only maps of vectors start from principal axes"));
    params = paramsOf("3x3", 2);
    params.rule = LearningRule::Online;
    EXPECT_THAT(faultOf(*spectra, params), HasSubstr("batch rule only"));
    params = paramsOf("3x3", 2);
    params.initialisation = Initialisation::PreferredDirection;
    EXPECT_THAT(faultOf(*spectra, params), HasSubstr("no preferred direction"));
    params.initialisation = Initialisation::GivenMap;
    EXPECT_THAT(faultOf(*spectra, params), HasSubstr("no map given"));
    const Som som = trained(*spectra, paramsOf("3x3", 2)).som;
    const data::MemorySpectra shorter({data::SpectralGrid::Scale::Index, 0.0, 1.0, 5},
                                      std::vector<float>(20));
    EXPECT_EQ(mapVectors(som, shorter, *m_backend, {}).error().message,
              "expected a map of vectors of 5 pixels, found one of vectors of 37");
    const data::MemorySamples images({1, 8, 8}, std::vector<float>(128, 1.0F));
    EXPECT_EQ(train(images, paramsOf("3x3", 2), *m_backend, {}).error().kind, ErrorKind::InvalidArgument);
}

} // namespace
} // namespace somnium::som
