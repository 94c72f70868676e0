// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/reference_matcher.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "core/compute/backend_factory.h"
#include "tests/support/blob_images.h"
#include "tests/support/property.h"
#include "tests/support/reference_trainer.h"

namespace somnium::som
{
namespace
{

data::Image versionOf(const ImageTurner &turner, const data::ImageView &image, std::size_t version)
{
    const std::vector<float> quarter = turner.firstQuarter(image);
    data::Image result(image.shape());
    const auto from = turner.sourcePixels(version);
    for (std::size_t p = 0; p < from.size(); ++p)
        result.pixels()[p] = quarter[turner.quarterRotation(version) * image.shape().size() + from[p]];
    return result;
}

double difference(const data::ImageView &a, const data::ImageView &b, std::span<const std::uint32_t> pixels)
{
    double sum = 0.0;
    for (const std::uint32_t p : pixels)
        sum += std::pow(static_cast<double>(a.pixels()[p]) - static_cast<double>(b.pixels()[p]), 2);
    return std::sqrt(sum);
}

TEST(ImageTurner, QuarterTurnsAreExactCopies)
{
    Random random(1);
    for (const std::size_t side : {12U, 15U})
    {
        const data::Image image = test::blobImage({2, side, side}, 3, random);
        const auto turner = ImageTurner::create(image.shape(), {.rotations = 8}).value();
        ASSERT_EQ(turner.versionCount(), 16U);
        for (unsigned quarter = 0; quarter < 4; ++quarter)
        {
            const data::Image turned = test::quarterTurned(image.view(), quarter);
            EXPECT_EQ(versionOf(turner, image.view(), 2 * quarter), turned);
            EXPECT_EQ(versionOf(turner, image.view(), 8 + 2 * quarter), test::rowsFlipped(turned.view()));
        }
    }
}

TEST(ImageTurner, ItsTransformsAreOurs)
{
    Random random(2);
    const data::Image image = test::blobImage({1, 24, 24}, 3, random);
    const auto turner = ImageTurner::create(image.shape(), {.rotations = 36}).value();
    const std::vector<std::uint32_t> inner = windowPixels(image.shape(), ReferenceWindow::Disc);
    for (std::size_t version = 0; version < turner.versionCount(); ++version)
    {
        const data::Image pinks = versionOf(turner, image.view(), version);
        const data::Image ours = turned(image.view(), turner.transformOf(version));
        EXPECT_LT(difference(pinks.view(), ours.view(), inner), 1e-3) << version;
    }
}

TEST(ImageTurner, RefusesWhatPinkRefuses)
{
    EXPECT_FALSE(ImageTurner::create({1, 20, 21}, {}).has_value());
    EXPECT_FALSE(ImageTurner::create({1, 20, 20}, {.rotations = 6}).has_value());
    EXPECT_FALSE(ImageTurner::create({1, 20, 20}, {.rotations = 0}).has_value());
    EXPECT_TRUE(ImageTurner::create({1, 20, 20}, {.rotations = 1}).has_value());
}

TEST(ReferenceWindow, HasPinksSizes)
{
    const data::ImageShape shape = {1, 64, 64};
    EXPECT_EQ(windowPixels(shape, ReferenceWindow::PinkSquare).size(), 45U * 45U);
    EXPECT_EQ(windowPixels(shape, ReferenceWindow::PinkCircle).size(), 3228U);
    // pi 31.5^2 = 3117
    EXPECT_NEAR(static_cast<double>(windowPixels(shape, ReferenceWindow::Disc).size()), 3117.0, 60.0);
    EXPECT_EQ(windowPixels({3, 64, 64}, ReferenceWindow::PinkSquare).size(), 3U * 45U * 45U);
}

TEST(ReferenceMatcher, FindsTheSmallestOfAllVersions)
{
    test::forAll(3, [](Random &random) {
        const std::size_t side = 10 + random.below(8);
        const data::ImageShape shape = {1 + random.below(2), side, side};
        const data::MemorySamples samples = test::blobSamples(shape, 3, random);
        const data::MemorySamples others = test::blobSamples(shape, 4, random);
        std::vector<float> prototypes;
        for (std::size_t k = 0; k < 4; ++k)
            prototypes.insert(prototypes.end(), others.sample(k).pixels().begin(),
                              others.sample(k).pixels().end());
        for (const ReferenceWindow window :
             {ReferenceWindow::Disc, ReferenceWindow::PinkSquare, ReferenceWindow::PinkCircle})
        {
            const ReferenceOptions options = {.window = window, .rotations = 20, .useFlips = true};
            const auto matcher = ReferenceMatcher::create(prototypes, shape, options).value();
            const FullMapping mapping = matcher.match(samples, 0, 3, {}).value();
            const auto turner = ImageTurner::create(shape, options).value();
            const std::vector<std::uint32_t> pixels = windowPixels(shape, window);
            for (std::size_t i = 0; i < 3; ++i)
                for (std::size_t k = 0; k < 4; ++k)
                {
                    double best = 1e30;
                    for (std::size_t v = 0; v < turner.versionCount(); ++v)
                        best = std::min(best, difference(versionOf(turner, samples.sample(i), v).view(),
                                                         others.sample(k), pixels));
                    EXPECT_NEAR(mapping.distance[i * 4 + k], best, 1e-4);
                }
        }
    });
}

/// Images that any program makes alike: multiples of 1/16.
std::vector<float> patterns(std::size_t side, std::size_t first, std::size_t count)
{
    std::vector<float> pixels;
    for (std::size_t i = first; i < first + count; ++i)
        for (std::size_t row = 0; row < side; ++row)
            for (std::size_t column = 0; column < side; ++column)
                pixels.push_back(
                    static_cast<float>((7 * row + 3 * column * column + 5 * i * row * column + 11 * i) % 17) /
                    16.0F);
    return pixels;
}

struct PrintedByPink
{
    std::size_t imageSide;
    std::size_t neuronSide;
    ReferenceWindow window;
    std::size_t windowSide;           ///< 0: not given
    std::vector<float> distance;      ///< [image][neuron]
    std::vector<std::size_t> version; ///< flip x rotations + rotation
};

TEST(ReferenceMatcher, GivesTheNumbersOfPinkItself)
{
    // Pink 2.5 --map --numrot 8 --neuron-dimension SIDE --som-width 2 --som-height 2, shapes quadratic,
    // circular, with and without --euclidean-distance-dimension
    const std::vector<PrintedByPink> all = {
        {12,
         12,
         ReferenceWindow::PinkSquare,
         0,
         {2.514630F, 2.503622F, 2.459009F, 2.656084F, 2.500261F, 2.679350F, 2.846983F, 2.767921F},
         {9, 15, 13, 15, 7, 7, 15, 7}},
        {12,
         12,
         ReferenceWindow::PinkCircle,
         0,
         {3.826161F, 3.929219F, 3.949910F, 3.584781F, 3.824324F, 3.908701F, 4.218276F, 3.775405F},
         {9, 5, 13, 15, 7, 7, 5, 15}},
        {13,
         13,
         ReferenceWindow::PinkSquare,
         0,
         {2.993447F, 2.987266F, 3.131997F, 3.016252F, 2.977286F, 3.151641F, 3.263813F, 3.136087F},
         {11, 13, 7, 15, 13, 9, 3, 13}},
        {13,
         13,
         ReferenceWindow::PinkCircle,
         0,
         {3.593457F, 3.791825F, 3.673622F, 3.357603F, 3.605443F, 3.702504F, 3.881684F, 3.715182F},
         {5, 15, 13, 15, 7, 7, 3, 15}},
        {16,
         12,
         ReferenceWindow::PinkSquare,
         0,
         {3.730164F, 3.652054F, 3.859965F, 3.756885F, 3.699239F, 3.838077F, 4.035982F, 3.961857F},
         {9, 7, 9, 3, 9, 9, 7, 11}},
        {16,
         12,
         ReferenceWindow::PinkSquare,
         7,
         {2.116243F, 2.240186F, 2.185372F, 2.415012F, 2.299996F, 2.432262F, 2.431301F, 2.350029F},
         {1, 5, 11, 3, 3, 11, 3, 11}},
        {16,
         12,
         ReferenceWindow::PinkCircle,
         7,
         {1.606773F, 1.533897F, 1.883159F, 2.062847F, 1.769228F, 1.761281F, 1.984403F, 1.715509F},
         {1, 7, 11, 1, 13, 9, 3, 11}},
        {13,
         19,
         ReferenceWindow::PinkSquare,
         0,
         {2.937145F, 2.895768F, 2.954254F, 3.106371F, 3.077565F, 3.042125F, 3.425450F, 3.146277F},
         {11, 5, 1, 13, 13, 3, 13, 1}},
        {13,
         19,
         ReferenceWindow::PinkSquare,
         7,
         {2.097232F, 2.285844F, 2.257282F, 2.403848F, 2.422801F, 2.204816F, 2.664104F, 2.387956F},
         {11, 5, 9, 11, 3, 3, 13, 7}},
        {13,
         19,
         ReferenceWindow::PinkCircle,
         0,
         {3.505038F, 3.541803F, 3.514172F, 3.701036F, 3.595596F, 3.690321F, 3.824332F, 3.790695F},
         {11, 5, 9, 5, 13, 9, 9, 11}},
        {13,
         19,
         ReferenceWindow::PinkCircle,
         7,
         {1.678277F, 1.881162F, 1.846455F, 2.059994F, 1.931324F, 1.751528F, 2.104682F, 1.929581F},
         {11, 5, 9, 9, 5, 3, 0, 11}},
    };
    for (const PrintedByPink &pinks : all)
    {
        const data::ImageShape shape = {1, pinks.imageSide, pinks.imageSide};
        const data::ImageShape neuron = {1, pinks.neuronSide, pinks.neuronSide};
        const data::MemorySamples images(shape, patterns(pinks.imageSide, 0, 2));
        const ReferenceOptions options = {
            .window = pinks.window, .rotations = 8, .useFlips = true, .windowSide = pinks.windowSide};
        const auto matcher =
            ReferenceMatcher::create(patterns(pinks.neuronSide, 2, 4), neuron, options, pinks.imageSide)
                .value();
        const auto turner = ImageTurner::create(shape, options, pinks.neuronSide).value();
        const FullMapping mapping = matcher.match(images, 0, 2, {}).value();
        for (std::size_t pair = 0; pair < pinks.distance.size(); ++pair)
        {
            EXPECT_NEAR(mapping.distance[pair], pinks.distance[pair], 3e-6)
                << pinks.imageSide << ' ' << pinks.neuronSide << ' ' << pair;
            EXPECT_EQ(mapping.transform[pair], turner.transformOf(pinks.version[pair]))
                << pinks.imageSide << ' ' << pinks.neuronSide << ' ' << pair;
        }
    }
}

TEST(ReferenceMatcher, GivesTheSameBitsForAnyNumberOfThreads)
{
    Random random(4);
    const data::MemorySamples samples = test::blobSamples({1, 16, 16}, 9, random);
    std::vector<float> prototypes(samples.sample(0).pixels().begin(), samples.sample(0).pixels().end());
    const auto matcher = ReferenceMatcher::create(prototypes, samples.shape(), {.rotations = 20}).value();
    JobContext one;
    one.threads = 1;
    JobContext two;
    two.threads = 2;
    const FullMapping a = matcher.match(samples, 0, 9, one).value();
    const FullMapping b = matcher.match(samples, 0, 9, two).value();
    EXPECT_EQ(a.distance, b.distance);
    EXPECT_EQ(a.transform, b.transform);
    EXPECT_EQ(a.distance[0], 0.0F);
}

TEST(ReferenceMatcher, HandsPairsOverInBlocksThatTogetherAreAll)
{
    Random random(12);
    const data::MemorySamples samples = test::blobSamples({1, 12, 12}, 150, random);
    Som som;
    som.layout = MapLayout::rectangular(1, 1).value();
    som.shape = samples.shape();
    som.grid = compute::polarGridFor(som.shape, compute::MatchPrecision::Standard).value();
    som.prototypes.assign(samples.sample(0).pixels().begin(), samples.sample(0).pixels().end());
    std::size_t blocks = 0;
    FullMapping together;
    const auto take = [&](const FullMapping &block) -> Result<void> {
        ++blocks;
        together.append(block);
        return {};
    };
    ASSERT_TRUE(mapByReference(som, samples, {.rotations = 4}, {}, take));
    EXPECT_GT(blocks, 1U);
    const auto matcher = ReferenceMatcher::create(som.prototypes, som.shape, {.rotations = 4}).value();
    const FullMapping all = matcher.match(samples, 0, 150, {}).value();
    EXPECT_EQ(together.sources, 150U);
    EXPECT_EQ(together.distance, all.distance);
    EXPECT_EQ(together.transform, all.transform);
    const FullMapping atOnce = mapByReference(som, samples, {.rotations = 4}, {}).value();
    EXPECT_EQ(atOnce.distance, all.distance);
    EXPECT_EQ(atOnce.neurons, 1U);
}

TEST(ReferenceMatcher, AgreesWithTheBackend)
{
    Random random(5);
    const data::ImageShape shape = {1, 40, 40};
    const data::MemorySamples samples = test::blobSamples(shape, 40, random);
    const data::MemorySamples prototypes = test::blobSamples(shape, 12, random);
    Som som;
    som.layout = MapLayout::rectangular(4, 3).value();
    som.shape = shape;
    som.grid = compute::polarGridFor(shape, compute::MatchPrecision::Standard).value();
    for (std::size_t k = 0; k < 12; ++k)
        som.prototypes.insert(som.prototypes.end(), prototypes.sample(k).pixels().begin(),
                              prototypes.sample(k).pixels().end());
    const auto backend = std::move(compute::chooseBackend("cpu").value().backend);
    const FullMapping exact = mapByReference(som, samples, {.window = ReferenceWindow::Disc}, {}).value();
    const FullMapping fast = mapSamplesFully(som, samples, *backend, {}).value();
    std::vector<double> differences;
    for (std::size_t at = 0; at < exact.distance.size(); ++at)
    {
        differences.push_back(std::abs(static_cast<double>(fast.distance[at] / exact.distance[at]) - 1.0));
        EXPECT_LT(differences.back(), 0.05);
    }
    std::sort(differences.begin(), differences.end());
    EXPECT_LT(differences[differences.size() / 2], 0.01);
}

TEST(ReferenceTrainer, MakesDistancesFall)
{
    Random random(6);
    const data::MemorySamples samples = test::blobSamples({1, 14, 14}, 20, random);
    test::ReferenceTraining training;
    training.layout = MapLayout::rectangular(2, 2).value();
    training.metric = {.window = ReferenceWindow::Disc, .rotations = 20, .useFlips = true};
    const auto meanDistance = [&](const std::vector<float> &prototypes) {
        const auto matcher = ReferenceMatcher::create(prototypes, samples.shape(), training.metric).value();
        const FullMapping mapping = matcher.match(samples, 0, samples.count(), {}).value();
        double sum = 0.0;
        for (std::size_t i = 0; i < mapping.sources; ++i)
            sum += static_cast<double>(
                *std::min_element(mapping.distance.begin() + static_cast<std::ptrdiff_t>(4 * i),
                                  mapping.distance.begin() + static_cast<std::ptrdiff_t>(4 * i + 4)));
        return sum / static_cast<double>(mapping.sources);
    };
    const double before = meanDistance(test::trainByReference(samples, training, {}).value());
    training.epochs = test::fallingEpochs(4, {1.0, 0.2}, {0.5, 0.05});
    const double after = meanDistance(test::trainByReference(samples, training, {}).value());
    EXPECT_LT(after, 0.9 * before);
}

} // namespace
} // namespace somnium::som
