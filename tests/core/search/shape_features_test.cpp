// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/shape_features.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/compute/backend_factory.h"
#include "core/search/principal_components.h"
#include "core/som/trainer.h"
#include "tests/support/blob_images.h"

namespace somnium::search
{
namespace
{

constexpr data::ImageShape kShape = {1, 24, 24};

TEST(PrincipalComponents, FindTheDirectionsThatWerePutIn)
{
    Random random(5);
    constexpr std::size_t kWidth = 6;
    // Much spread along (1, 1, 0, ...) / sqrt 2, less along the third axis, none elsewhere.
    std::vector<float> rows;
    for (int i = 0; i < 3000; ++i)
    {
        const double a = 3.0 * random.normal();
        const double b = random.normal();
        for (const double value : {10.0 + a, 10.0 + a, b, 1.0, 2.0, 3.0})
            rows.push_back(static_cast<float>(value));
    }
    const PrincipalComponents components(rows, kWidth, 4);
    ASSERT_EQ(components.count(), 2U);
    double squares = 0.0;
    std::vector<float> projection(2);
    for (std::size_t i = 0; i < 3000; ++i)
    {
        components.project(std::span(rows).subspan(i * kWidth, kWidth), projection);
        squares += static_cast<double>(projection[0] * projection[0] + projection[1] * projection[1]);
        const double a = (static_cast<double>(rows[i * kWidth]) - 10.0) * std::sqrt(2.0);
        EXPECT_NEAR(std::abs(static_cast<double>(projection[0])), std::abs(a) / std::sqrt(19.0),
                    0.03 + 0.05 * std::abs(a));
    }
    EXPECT_NEAR(squares / 3000.0, 1.0, 1e-4);
}

TEST(PrincipalComponents, OfEqualRowsAreNone)
{
    const std::vector<float> rows(30, 2.0F);
    EXPECT_EQ(PrincipalComponents(rows, 3, 2).count(), 0U);
    EXPECT_EQ(PrincipalComponents({}, 3, 2).count(), 0U);
}

TEST(ShapeFeatures, DoNotChangeWhenASourceIsTurnedOrFlippedOrBrighter)
{
    const auto backend = std::move(compute::chooseBackend("cpu").value().backend);
    Random random(9);
    std::vector<float> values;
    const data::MemorySamples blobs = test::blobSamples(kShape, 40, random);
    const auto append = [&values](const data::ImageView &image, float factor) {
        for (const float pixel : image.pixels())
            values.push_back(factor * pixel);
    };
    for (std::size_t i = 0; i < blobs.count(); ++i)
    {
        append(blobs.sample(i), 1.0F);
        append(test::quarterTurned(blobs.sample(i), static_cast<unsigned>(1 + i % 3)).view(), 1.0F);
        append(test::rowsFlipped(blobs.sample(i)).view(), 1.0F);
        append(blobs.sample(i), 5.0F);
    }
    const data::MemorySamples samples(kShape, values);
    som::TrainingParams params;
    params.layout = som::MapLayout::rectangular(3, 3).value();
    params.epochs = 3;
    const som::Som som = som::train(samples, params, *backend, {}).value().som;
    const ShapeFeatures features = shapeFeatures(som, samples, *backend, {}).value();
    EXPECT_GT(features.dimensions, 8U);
    double between = 0.0;
    std::size_t pairs = 0;
    for (std::size_t i = 0; i < 40; ++i)
    {
        for (std::size_t version = 1; version < 4; ++version)
            EXPECT_LT(squaredDistance(features.of(4 * i), features.of(4 * i + version)), 2e-3F)
                << i << " " << version;
        for (std::size_t other = 0; other < i; ++other, ++pairs)
            between += static_cast<double>(squaredDistance(features.of(4 * i), features.of(4 * other)));
    }
    EXPECT_NEAR(between / static_cast<double>(pairs), 2.0, 0.2);
    const auto lonely = neighbourDistances(features, 3, {}).value();
    const auto lonelier = neighbourDistances(features, 4, {}).value();
    for (std::size_t i = 0; i < lonely.size(); ++i)
    {
        EXPECT_LT(lonely[i], 0.05F) << "three others show the same";
        EXPECT_GT(lonelier[i], lonely[i]);
    }
}

/// As neighbourDistances, one pair after the other.
float naiveNeighbour(const ShapeFeatures &features, std::size_t source, std::size_t neighbour)
{
    constexpr std::size_t kMost = 4096;
    const std::size_t references = std::min(features.sourceCount(), kMost);
    std::vector<float> distances;
    for (std::size_t k = 0; k < references; ++k)
        if (const std::size_t other = k * features.sourceCount() / references; other != source)
            distances.push_back(squaredDistance(features.of(source), features.of(other)));
    if (distances.empty())
        return 0.0F;
    std::sort(distances.begin(), distances.end());
    return std::sqrt(distances[std::min(neighbour, distances.size()) - 1]);
}

TEST(NeighbourDistances, AreThoseOfANaiveSearchForAnyNumberOfSources)
{
    Random random(1);
    for (const std::size_t sources : {0U, 1U, 2U, 5U, 17U, 300U, 5000U})
    {
        ShapeFeatures features;
        features.dimensions = 7;
        features.energy.resize(sources);
        features.values.resize(sources * features.dimensions);
        for (float &value : features.values)
            value = static_cast<float>(random.below(4)); // many ties
        for (const std::size_t neighbour : {1U, 5U})
        {
            const auto found = neighbourDistances(features, neighbour, {}).value();
            ASSERT_EQ(found.size(), sources);
            for (std::size_t i = 0; i<sources; i += sources> 1000 ? 37 : 1)
                EXPECT_EQ(found[i], naiveNeighbour(features, i, neighbour)) << i << " of " << sources;
        }
    }
}

TEST(SignalToNoise, IsThePeakOverTheNoise)
{
    Random random(1);
    data::Image image({1, 64, 64});
    for (float &pixel : image.pixels())
        pixel = static_cast<float>(5.0 + 0.1 * random.normal());
    image.at(30, 30) = 25.0F;
    EXPECT_NEAR(signalToNoiseOf(image.view()), 200.0F, 12.0F);
    image.at(2, 2) = std::nanf("");
    EXPECT_NEAR(signalToNoiseOf(image.view()), 200.0F, 12.0F);
    data::Image clipped({1, 16, 16});
    clipped.at(8, 8) = 1.0F;
    clipped.at(8, 9) = 0.1F;
    EXPECT_NEAR(signalToNoiseOf(clipped.view()), 10.0F, 1e-4F);
    EXPECT_EQ(signalToNoiseOf(data::Image({1, 4, 4}).view()), 0.0F);
    EXPECT_EQ(signalToNoiseOf(data::Image({1, 4, 4}, std::nanf("")).view()), 0.0F);
}

} // namespace
} // namespace somnium::search
