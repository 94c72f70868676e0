// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/mapper.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numbers>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "core/compute/backend_factory.h"
#include "core/som/close_calls.h"
#include "core/som/picked_samples.h"
#include "core/som/trainer.h"
#include "tests/support/blob_images.h"
#include "tests/support/property.h"

namespace somnium::som
{
namespace
{

std::unique_ptr<compute::Backend> cpuBackend()
{
    return std::move(compute::chooseBackend("cpu").value().backend);
}

/// A map whose prototypes are these images, as it comes from a file.
Som mapOf(const MapLayout &layout, const data::Samples &prototypes)
{
    Som som;
    som.layout = layout;
    som.shape = prototypes.shape();
    som.grid = compute::polarGridFor(som.shape, compute::MatchPrecision::Standard).value();
    for (std::size_t k = 0; k < prototypes.count(); ++k)
    {
        const data::ImageView image = prototypes.sample(k);
        som.prototypes.insert(som.prototypes.end(), image.pixels().begin(), image.pixels().end());
    }
    return som;
}

double difference(const data::ImageView &a, const data::ImageView &b)
{
    double sum = 0.0;
    for (std::size_t p = 0; p < a.pixels().size(); ++p)
        sum += std::pow(static_cast<double>(a.pixels()[p]) - static_cast<double>(b.pixels()[p]), 2);
    return std::sqrt(sum);
}

TEST(Turned, QuarterTurnsAndFlipsAreExact)
{
    test::forAll(5, [](Random &random) {
        const std::size_t side = 9 + random.below(12);
        const data::ImageShape shape = {1 + random.below(2), side, side};
        const data::Image inDisc = turned(test::blobImage(shape, 3, random).view(), {});
        for (unsigned quarters = 0; quarters < 4; ++quarters)
            for (const bool isFlipped : {false, true})
            {
                const auto angleRad = static_cast<float>(std::numbers::pi / 2.0 * quarters);
                const data::Image found = turned(inDisc.view(), {angleRad, isFlipped});
                const data::Image flipped = isFlipped ? test::rowsFlipped(inDisc.view()) : inDisc;
                const data::Image expected = test::quarterTurned(flipped.view(), quarters);
                EXPECT_LT(difference(found.view(), expected.view()), 1e-4);
            }
    });
}

TEST(Turned, GoesFromTheColumnAxisTowardsTheRowAxis)
{
    data::Image image({1, 21, 21});
    image.at(10, 17) = 1.0F; // on the column axis
    const data::Image quarter = turned(image.view(), {static_cast<float>(std::numbers::pi / 2.0), false});
    EXPECT_NEAR(quarter.at(17, 10), 1.0F, 1e-5F); // on the row axis
    image = data::Image({1, 21, 21});
    image.at(15, 17) = 1.0F;
    EXPECT_NEAR(turned(image.view(), {0.0F, true}).at(5, 17), 1.0F, 1e-5F);
}

TEST(Turned, ShowsTheDiscOnlyAndNoNan)
{
    data::Image image({1, 16, 16}, 1.0F);
    image.at(8, 8) = std::numeric_limits<float>::quiet_NaN();
    const data::Image result = turned(image.view(), {0.7F, false});
    EXPECT_EQ(result.at(0, 0), 0.0F);
    for (const float value : result.pixels())
        EXPECT_TRUE(std::isfinite(value));
}

TEST(SomMapper, FindsTheTransformThatLaysTheSourceOnItsPrototype)
{
    const auto backend = cpuBackend();
    test::forAll(10, [&](Random &random) {
        const data::ImageShape shape = {1, 48, 48};
        const data::Image source = test::blobImage(shape, 4, random);
        const SpatialTransform applied = {static_cast<float>(random.uniform(0.0, 2.0 * std::numbers::pi)),
                                          random.below(2) == 1};
        const data::Image prototype = turned(source.view(), applied);
        const Som som =
            mapOf(MapLayout::rectangular(1, 1).value(),
                  data::MemorySamples(shape, {prototype.pixels().begin(), prototype.pixels().end()}));
        const data::MemorySamples one(shape, {source.pixels().begin(), source.pixels().end()});
        const Mapping mapping = mapSamples(som, one, *backend, {}).value();
        EXPECT_EQ(mapping.transform[0].isFlipped, applied.isFlipped);
        EXPECT_NEAR(std::sin(static_cast<double>(mapping.transform[0].angleRad - applied.angleRad)), 0.0,
                    0.01);
        EXPECT_GT(std::cos(static_cast<double>(mapping.transform[0].angleRad - applied.angleRad)), 0.0);
        const data::Image laid = turned(source.view(), mapping.transform[0]);
        EXPECT_LT(difference(laid.view(), prototype.view()),
                  0.1 * difference(prototype.view(), data::Image(shape).view()));
    });
}

TEST(SomMapper, LeavesFlipsOutWhenTheMapDoes)
{
    Random random(1);
    const auto backend = cpuBackend();
    const data::MemorySamples samples = test::blobSamples({1, 24, 24}, 30, random);
    Som som = mapOf(MapLayout::rectangular(3, 3).value(), test::blobSamples({1, 24, 24}, 9, random));
    som.params.useFlips = false;
    const Mapping mapping = mapSamples(som, samples, *backend, {}).value();
    for (const SpatialTransform &transform : mapping.transform)
        EXPECT_FALSE(transform.isFlipped);
}

TEST(SomMapper, EveryPairHoldsTheBest)
{
    Random random(2);
    const auto backend = cpuBackend();
    const data::MemorySamples samples = test::blobSamples({2, 24, 20}, 25, random);
    const Som som = mapOf(MapLayout::rectangular(4, 5).value(), test::blobSamples({2, 24, 20}, 20, random));
    const Mapping best = mapSamples(som, samples, *backend, {}).value();
    const FullMapping all = mapSamplesFully(som, samples, *backend, {}).value();
    ASSERT_EQ(all.sources, 25U);
    ASSERT_EQ(all.neurons, 20U);
    for (std::size_t i = 0; i < 25; ++i)
    {
        const auto row = all.distance.begin() + static_cast<std::ptrdiff_t>(i * 20);
        const float least = *std::min_element(row, row + 20);
        EXPECT_LE(best.distance[i], kCloseCall * least);
        EXPECT_EQ(std::min(best.distance[i], best.secondDistance[i]), least);
        EXPECT_EQ(all.distance[i * 20 + best.best[i]], best.distance[i]);
        EXPECT_EQ(all.distance[i * 20 + best.second[i]], best.secondDistance[i]);
        EXPECT_EQ(all.transform[i * 20 + best.best[i]], best.transform[i]);
    }
}

TEST(SomMapper, PairsComeInBlocksThatDoNotChangeThem)
{
    Random random(9);
    const auto backend = cpuBackend();
    constexpr std::size_t kSources = 4096 + 150; // a block and a part of one
    const data::MemorySamples samples = test::blobSamples({1, 11, 11}, kSources, random);
    const Som som = mapOf(MapLayout::rectangular(2, 1).value(), test::blobSamples({1, 11, 11}, 2, random));
    std::vector<FullMapping> blocks;
    const auto keep = [&blocks](const FullMapping &block) -> Result<void> {
        blocks.push_back(block);
        return {};
    };
    ASSERT_TRUE(mapSamplesFully(som, samples, *backend, {}, keep));
    ASSERT_EQ(blocks.size(), 2U);
    EXPECT_EQ(blocks[0].sources + blocks[1].sources, kSources);
    std::vector<std::size_t> last(blocks[1].sources);
    std::iota(last.begin(), last.end(), blocks[0].sources);
    const FullMapping alone = mapSamplesFully(som, PickedSamples(samples, last), *backend, {}).value();
    EXPECT_EQ(alone.distance, blocks[1].distance);
    EXPECT_EQ(alone.transform, blocks[1].transform);
    const FullMapping all = mapSamplesFully(som, samples, *backend, {}).value();
    blocks[0].append(blocks[1]);
    EXPECT_EQ(all.sources, kSources);
    EXPECT_EQ(all.distance, blocks[0].distance);
    EXPECT_EQ(all.transform, blocks[0].transform);
}

TEST(SomMapper, PairsThatCannotBeTakenEndTheMapping)
{
    Random random(10);
    const auto backend = cpuBackend();
    const Som som = mapOf(MapLayout::rectangular(2, 1).value(), test::blobSamples({1, 11, 11}, 2, random));
    std::size_t taken = 0;
    const auto refuse = [&taken](const FullMapping &) -> Result<void> {
        ++taken;
        return failure(ErrorKind::WriteFailed, "disk full");
    };
    const auto mapped =
        mapSamplesFully(som, test::blobSamples({1, 11, 11}, 4200, random), *backend, {}, refuse);
    ASSERT_FALSE(mapped);
    EXPECT_EQ(mapped.error(), (Error{ErrorKind::WriteFailed, "disk full"}));
    EXPECT_EQ(taken, 1U);
}

TEST(SomMapper, PixelsDecideCloseCalls)
{
    Random random(8);
    const auto backend = cpuBackend();
    const data::ImageShape shape = {1, 32, 32};
    // Each source three times as prototype, of almost the same brightness: near twins.
    const data::MemorySamples samples = test::blobSamples(shape, 12, random);
    std::vector<float> prototypes;
    for (std::size_t k = 0; k < 12; ++k)
        for (const float factor : {0.9F, 0.905F, 1.11F})
            for (const float value : samples.sample(k).pixels())
                prototypes.push_back(factor * value);
    const Som som = mapOf(MapLayout::rectangular(12, 3).value(), data::MemorySamples(shape, prototypes));
    const Mapping mapping = mapSamples(som, samples, *backend, {}).value();
    for (std::size_t i = 0; i < 12; ++i)
        EXPECT_EQ(mapping.best[i], 3 * i + 1);

    // Handed over the wrong way round within 2 %, they are put right; beyond it they stay.
    const std::vector<std::uint32_t> right = {1};
    compute::MatchResult match;
    match.best = {0};
    match.second = {1};
    match.bestDistance = {1.0F};
    match.bestAngleRad = match.secondAngleRad = {0.0F};
    match.bestFlip = match.secondFlip = {0};
    match.secondDistance = {1.019F};
    ASSERT_TRUE(decideCloseCalls(som, samples, 0, match, {}));
    EXPECT_EQ(match.best, right);
    EXPECT_EQ(match.bestDistance[0], 1.019F);
    match.best = {0};
    match.second = {1};
    match.bestDistance = {1.0F};
    match.secondDistance = {1.021F};
    ASSERT_TRUE(decideCloseCalls(som, samples, 0, match, {}));
    EXPECT_EQ(match.second, right);
}

TEST(SomMapper, PrototypeImagesStandForTheirSpectra)
{
    Random random(3);
    const auto backend = cpuBackend();
    const data::MemorySamples samples = test::blobSamples({1, 32, 32}, 60, random);
    TrainingParams params;
    params.layout = MapLayout::rectangular(3, 3).value();
    Som som = train(samples, params, *backend, {}).value().som;
    const Mapping bySpectra = mapSamples(som, samples, *backend, {}).value();
    som.spectra.clear();
    const Mapping byImages = mapSamples(som, samples, *backend, {}).value();
    std::size_t equal = 0;
    for (std::size_t i = 0; i < samples.count(); ++i)
    {
        equal += bySpectra.best[i] == byImages.best[i] ? 1U : 0U;
        EXPECT_NEAR(bySpectra.distance[i], byImages.distance[i], 0.05F * bySpectra.distance[i]);
    }
    EXPECT_GE(equal, 57U);
}

TEST(SomMapper, RefusesSamplesOfAnotherShape)
{
    Random random(1);
    const auto backend = cpuBackend();
    const Som som = mapOf(MapLayout::rectangular(1, 2).value(), test::blobSamples({1, 24, 24}, 2, random));
    const auto mapping = mapSamples(som, test::blobSamples({1, 20, 24}, 2, random), *backend, {});
    ASSERT_FALSE(mapping.has_value());
    EXPECT_EQ(mapping.error().kind, ErrorKind::Mismatch);
    Som wrong = som;
    wrong.layout = MapLayout::rectangular(5, 2).value();
    EXPECT_EQ(mapSamples(wrong, test::blobSamples({1, 24, 24}, 2, random), *backend, {}).error().kind,
              ErrorKind::Mismatch);
}

TEST(SomMapper, UMatrixIsHighAtABorder)
{
    Random random(4);
    const auto backend = cpuBackend();
    // Columns 0 and 1 hold one image turned, columns 2 and 3 another.
    const data::Image a = test::blobImage({1, 24, 24}, 3, random);
    const data::Image b = test::blobImage({1, 24, 24}, 3, random);
    std::vector<float> prototypes;
    for (unsigned k = 0; k < 12; ++k)
    {
        const data::Image image = test::quarterTurned((k < 6 ? a : b).view(), k);
        prototypes.insert(prototypes.end(), image.pixels().begin(), image.pixels().end());
    }
    const Som som = mapOf(MapLayout::rectangular(4, 3).value(), data::MemorySamples({1, 24, 24}, prototypes));
    const std::vector<double> heights = uMatrix(som, *backend, {}).value();
    ASSERT_EQ(heights.size(), 12U);
    for (std::size_t k = 0; k < 12; ++k)
    {
        const bool isAtBorder = som.layout.x(k) == 1 || som.layout.x(k) == 2;
        EXPECT_EQ(heights[k] > 0.05, isAtBorder) << k;
    }
}

TEST(SomMapper, UMatrixIsTheMeanDistanceToTheNeighboursOnAnyLayout)
{
    Random random(5);
    const auto backend = cpuBackend();
    for (const char *text : {"9x8", "9x8 periodic", "9x9 hexagonal periodic", "70", "4x5x4"})
    {
        const MapLayout layout = MapLayout::parse(text).value();
        const Som som = mapOf(layout, test::blobSamples({1, 12, 12}, layout.neuronCount(), random));
        const std::vector<double> heights = uMatrix(som, *backend, {}).value();
        const FullMapping pairs =
            mapSamplesFully(som, data::MemorySamples(som.shape, som.prototypes), *backend, {}).value();
        for (std::size_t k = 0; k < layout.neuronCount(); ++k)
        {
            double sum = 0.0;
            std::size_t adjacent = 0;
            for (std::size_t other = 0; other < layout.neuronCount(); ++other)
                if (layout.areAdjacent(k, other))
                {
                    sum += static_cast<double>(pairs.distance[k * layout.neuronCount() + other]);
                    ++adjacent;
                }
            ASSERT_NEAR(heights[k], sum / static_cast<double>(adjacent), 1e-5) << text;
        }
    }
}

TEST(SomMapper, FiguresCountHitsAndDistances)
{
    Mapping mapping;
    mapping.best = {0, 0, 2, 0};
    mapping.second = {1, 2, 1, 3};
    mapping.distance = {1.0F, 2.0F, 5.0F, 3.0F};
    const NeuronFigures figures = neuronFigures(mapping, 4);
    EXPECT_EQ(figures.hits, (std::vector<std::size_t>{3, 0, 1, 0}));
    EXPECT_DOUBLE_EQ(figures.meanDistance[0], 2.0);
    EXPECT_TRUE(std::isnan(figures.meanDistance[1]));
    EXPECT_DOUBLE_EQ(figures.meanDistance[2], 5.0);
    // On a 4 x 1 map only 0-1, 1-2 and 2-3 are adjacent: two of the four are torn.
    const EpochReport report = qualityOf(mapping, MapLayout::rectangular(4, 1).value());
    EXPECT_DOUBLE_EQ(report.meanDistance, 11.0 / 4.0);
    EXPECT_DOUBLE_EQ(report.topographicError, 0.5);
    EXPECT_EQ(report.emptyNeurons, 2U);
}

} // namespace
} // namespace somnium::som
