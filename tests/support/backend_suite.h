// SPDX-License-Identifier: GPL-3.0-or-later
// What every backend must do, against a naive double-precision oracle. To be included once in a test program,
// which says which backends with INSTANTIATE_TEST_SUITE_P(..., BackendTest, ::testing::ValuesIn(...),
// candidateName).
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <memory>
#include <numbers>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/compute/backend.h"
#include "tests/support/blob_images.h"
#include "tests/support/naive_backend.h"
#include "tests/support/property.h"

namespace somnium::compute
{
namespace
{

struct BackendCandidate
{
    std::string name;
    std::function<Result<std::unique_ptr<Backend>>()> make; ///< a failure: skipped, with the reason
};

std::string candidateName(const ::testing::TestParamInfo<BackendCandidate> &candidate)
{
    return candidate.param.name;
}

class BackendTest : public ::testing::TestWithParam<BackendCandidate>
{
protected:
    void SetUp() override
    {
        auto made = GetParam().make();
        if (!made)
            GTEST_SKIP() << made.error().message;
        m_backend = std::move(*made);
    }

    static JobContext threads(unsigned count)
    {
        JobContext context;
        context.threads = count;
        return context;
    }

    std::unique_ptr<Spectra> transform(const data::Samples &samples)
    {
        return m_backend
            ->transform(samples, 0, samples.count(),
                        polarGridFor(samples.shape(), MatchPrecision::Standard).value(), {})
            .value();
    }

    std::unique_ptr<Backend> m_backend;
};

std::vector<double> spectrumAt(const std::vector<float> &all, std::size_t index, const PolarGrid &grid)
{
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(index * grid.coefficientCount());
    return {from, from + static_cast<std::ptrdiff_t>(grid.coefficientCount())};
}

double energy(const std::vector<double> &spectrum)
{
    double sum = 0.0;
    for (const double value : spectrum)
        sum += value * value;
    return sum;
}

/// Numbers of lanes and tiles are met, missed by one, and not reached.
data::ImageShape randomShape(Random &random)
{
    return {1 + random.below(3), 5 + random.below(22), 5 + random.below(22)};
}

TEST_P(BackendTest, SpectraEqualTheOracle)
{
    test::forAll(4, [&](Random &random) {
        const data::MemorySamples samples =
            test::blobSamples(randomShape(random), 1 + random.below(40), random);
        const auto spectra = transform(samples);
        const std::vector<float> values = m_backend->download(*spectra).value();
        ASSERT_EQ(values.size(), samples.count() * spectra->grid().coefficientCount());
        for (std::size_t i = 0; i < samples.count(); ++i)
        {
            const std::vector<double> expected = test::naiveSpectrum(samples.sample(i), spectra->grid());
            const std::vector<double> found = spectrumAt(values, i, spectra->grid());
            for (std::size_t c = 0; c < expected.size(); ++c)
                ASSERT_NEAR(found[c], expected[c], 2e-5);
        }
    });
}

TEST_P(BackendTest, MatchesEqualTheOracle)
{
    test::forAll(9, [&](Random &random) {
        const data::ImageShape shape = randomShape(random);
        const data::MemorySamples samples = test::blobSamples(shape, 1 + random.below(20), random);
        const data::MemorySamples others = test::blobSamples(shape, 1 + random.below(20), random);
        const bool useFlips = random.below(2) == 0;
        const std::size_t rotations = std::array<std::size_t, 6>{0, 0, 1, 4, 12, 360}[random.below(6)];
        const auto images = transform(samples);
        const auto prototypes = transform(others);
        const PolarGrid &grid = images->grid();
        const std::vector<float> imageValues = m_backend->download(*images).value();
        const std::vector<float> prototypeValues = m_backend->download(*prototypes).value();
        const MatchOptions options = {.useFlips = useFlips, .rotations = rotations, .all = true};
        const MatchResult match = m_backend->match(*images, *prototypes, options, {}).value();
        ASSERT_EQ(match.distance.size(), samples.count() * others.count());
        for (std::size_t i = 0; i < samples.count(); ++i)
            for (std::size_t k = 0; k < others.count(); ++k)
            {
                const std::size_t at = i * others.count() + k;
                const std::vector<double> image = spectrumAt(imageValues, i, grid);
                const std::vector<double> prototype = spectrumAt(prototypeValues, k, grid);
                const test::NaiveMatch expected =
                    test::naiveMatch(image, prototype, grid, useFlips, rotations);
                const auto distance = static_cast<double>(match.distance[at]);
                ASSERT_NEAR(distance * distance, expected.distance * expected.distance,
                            1e-5 * (energy(image) + energy(prototype)));
                ASSERT_TRUE(useFlips || match.flip[at] == 0);
                ASSERT_GE(match.angleRad[at], 0.0F);
                ASSERT_LT(static_cast<double>(match.angleRad[at]), 2.0 * std::numbers::pi);
                // Laid on the prototype by the angle and flip found, the image is as near as it was said to
                // be.
                const std::vector<double> laid = test::naiveTurned(
                    image, grid, static_cast<double>(match.angleRad[at]), match.flip[at] != 0);
                double squared = 0.0;
                for (std::size_t c = 0; c < laid.size(); ++c)
                    squared += (laid[c] - prototype[c]) * (laid[c] - prototype[c]);
                ASSERT_NEAR(squared, distance * distance, 0.02 * (energy(image) + energy(prototype)));
            }
    });
}

TEST_P(BackendTest, BestAndSecondAreTheSmallest)
{
    test::forAll(4, [&](Random &random) {
        const data::ImageShape shape = {1, 16, 16};
        const auto images = transform(test::blobSamples(shape, 30, random));
        const auto prototypes = transform(test::blobSamples(shape, 2 + random.below(40), random));
        const std::size_t count = prototypes->count();
        const MatchResult match = m_backend->match(*images, *prototypes, {.all = true}, {}).value();
        for (std::size_t i = 0; i < images->count(); ++i)
        {
            std::vector<std::size_t> order(count);
            for (std::size_t k = 0; k < count; ++k)
                order[k] = k;
            const float *const distance = match.distance.data() + i * count;
            std::stable_sort(order.begin(), order.end(),
                             [&](std::size_t a, std::size_t b) { return distance[a] < distance[b]; });
            EXPECT_EQ(match.best[i], order[0]);
            EXPECT_EQ(match.second[i], order[1]);
            EXPECT_EQ(match.bestDistance[i], distance[order[0]]);
            EXPECT_EQ(match.secondDistance[i], distance[order[1]]);
            EXPECT_EQ(match.bestAngleRad[i], match.angleRad[i * count + order[0]]);
            EXPECT_EQ(match.bestFlip[i], match.flip[i * count + order[0]]);
            EXPECT_EQ(match.secondAngleRad[i], match.angleRad[i * count + order[1]]);
            EXPECT_EQ(match.secondFlip[i], match.flip[i * count + order[1]]);
        }
    });
}

TEST_P(BackendTest, TurnsAndFlipsOfTheInputChangeNothing)
{
    test::forAll(4, [&](Random &random) {
        const std::size_t side = 20 + random.below(20);
        const data::ImageShape shape = {1, side, side};
        const data::Image image = test::blobImage(shape, 4, random);
        const auto prototypes = transform(test::blobSamples(shape, 30, random));
        std::vector<float> turned;
        for (unsigned version = 0; version < 8; ++version)
        {
            const data::Image flipped = version >= 4 ? test::rowsFlipped(image.view()) : image;
            const data::Image one = test::quarterTurned(flipped.view(), version);
            turned.insert(turned.end(), one.pixels().begin(), one.pixels().end());
        }
        const data::MemorySamples samples(shape, turned);
        const MatchResult match = m_backend->match(*transform(samples), *prototypes, {}, {}).value();
        for (std::size_t i = 1; i < 8; ++i)
        {
            EXPECT_EQ(match.best[i], match.best[0]);
            EXPECT_NEAR(match.bestDistance[i], match.bestDistance[0], 1e-4F * match.bestDistance[0]);
        }
    });
}

TEST_P(BackendTest, GivesTheSameBitsForAnyNumberOfThreads)
{
    Random random(3);
    const data::ImageShape shape = {1, 24, 24};
    const data::MemorySamples samples = test::blobSamples(shape, 300, random);
    const auto prototypes = transform(test::blobSamples(shape, 20, random));
    const PolarGrid &grid = prototypes->grid();
    const std::vector<float> neighbourhood(20 * 20, 0.5F);
    UpdateOptions options;
    options.neighbourhood = neighbourhood;
    std::vector<float> spectra;
    std::vector<float> updated;
    MatchResult match;
    for (const unsigned count : {1U, 2U, 3U})
    {
        const auto images = m_backend->transform(samples, 0, samples.count(), grid, threads(count)).value();
        const auto update = m_backend->update(*images, *prototypes, options, threads(count)).value();
        const std::vector<float> spectraNow = m_backend->download(*images).value();
        const std::vector<float> updatedNow = m_backend->download(*update.prototypes).value();
        if (count == 1)
        {
            spectra = spectraNow;
            updated = updatedNow;
            match = update.match;
        }
        EXPECT_EQ(spectraNow, spectra);
        EXPECT_EQ(updatedNow, updated);
        EXPECT_EQ(update.match.bestDistance, match.bestDistance);
        EXPECT_EQ(update.match.best, match.best);
        EXPECT_EQ(update.match.bestAngleRad, match.bestAngleRad);
    }
}

TEST_P(BackendTest, UpdateIsTheWeightedMeanOfLaidImages)
{
    test::forAll(5, [&](Random &random) {
        const data::ImageShape shape = randomShape(random);
        const std::size_t neurons = 1 + random.below(20);
        const auto images = transform(test::blobSamples(shape, 1 + random.below(200), random));
        const auto prototypes = transform(test::blobSamples(shape, neurons, random));
        const PolarGrid &grid = images->grid();
        std::vector<float> neighbourhood(neurons * neurons);
        for (float &weight : neighbourhood)
            weight = random.below(3) == 0 ? 0.0005F : static_cast<float>(random.uniform(0.002, 1.0));
        UpdateOptions options;
        options.neighbourhood = neighbourhood;
        const auto update = m_backend->update(*images, *prototypes, options, {}).value();
        const MatchResult match = m_backend->match(*images, *prototypes, {.all = true}, {}).value();
        EXPECT_EQ(update.match.best, match.best);

        const std::vector<float> imageValues = m_backend->download(*images).value();
        const std::vector<float> old = m_backend->download(*prototypes).value();
        const std::vector<float> updated = m_backend->download(*update.prototypes).value();
        for (std::size_t k = 0; k < neurons; ++k)
        {
            std::vector<double> sum(grid.coefficientCount());
            double weights = 0.0;
            for (std::size_t i = 0; i < images->count(); ++i)
            {
                const auto weight = static_cast<double>(neighbourhood[match.best[i] * neurons + k]);
                if (weight < options.minimumWeight)
                    continue;
                const std::size_t at = i * neurons + k;
                const std::vector<double> laid =
                    test::naiveTurned(spectrumAt(imageValues, i, grid), grid,
                                      static_cast<double>(match.angleRad[at]), match.flip[at] != 0);
                for (std::size_t c = 0; c < sum.size(); ++c)
                    sum[c] += weight * laid[c];
                weights += weight;
            }
            const std::vector<double> found = spectrumAt(updated, k, grid);
            const std::vector<double> before = spectrumAt(old, k, grid);
            for (std::size_t c = 0; c < sum.size(); ++c)
                ASSERT_NEAR(found[c], weights > 0.0 ? sum[c] / weights : before[c], 2e-5);
        }
    });
}

TEST_P(BackendTest, AnImageIsItself)
{
    Random random(5);
    const auto images = transform(test::blobSamples({1, 32, 32}, 40, random));
    const MatchResult match = m_backend->match(*images, *images, {}, {}).value();
    for (std::size_t i = 0; i < images->count(); ++i)
    {
        EXPECT_EQ(match.best[i], i);
        EXPECT_LT(match.bestDistance[i], 0.02F);
        EXPECT_EQ(match.bestFlip[i], 0);
        EXPECT_NEAR(std::sin(static_cast<double>(match.bestAngleRad[i])), 0.0, 1e-3);
    }
}

TEST_P(BackendTest, TiesGoToTheLowestNeuronWithoutFlipAtTheSmallestAngle)
{
    const data::ImageShape shape = {1, 16, 16};
    const data::MemorySamples blank(shape, std::vector<float>(3 * shape.size(), 0.0F));
    const data::MemorySamples even(shape, std::vector<float>(5 * shape.size(), 0.0F));
    const MatchResult match =
        m_backend->match(*transform(blank), *transform(even), {.all = true}, {}).value();
    for (std::size_t i = 0; i < 3; ++i)
    {
        EXPECT_EQ(match.best[i], 0U);
        EXPECT_EQ(match.second[i], 1U);
        EXPECT_EQ(match.bestDistance[i], 0.0F);
        EXPECT_EQ(match.bestAngleRad[i], 0.0F);
        EXPECT_EQ(match.bestFlip[i], 0);
    }
    // Two equal prototypes, and an image with a mirror axis.
    data::Image symmetric(shape);
    for (std::size_t row = 4; row < 12; ++row)
        symmetric.at(row, 11) = 1.0F;
    std::vector<float> twice(symmetric.pixels().begin(), symmetric.pixels().end());
    twice.insert(twice.end(), symmetric.pixels().begin(), symmetric.pixels().end());
    const auto pair = transform(data::MemorySamples(shape, twice));
    const MatchResult tied = m_backend->match(*pair, *pair, {}, {}).value();
    EXPECT_EQ(tied.best, (std::vector<std::uint32_t>{0, 0}));
    EXPECT_EQ(tied.second, (std::vector<std::uint32_t>{1, 1}));
}

TEST_P(BackendTest, OnePrototypeIsBestAndSecond)
{
    Random random(5);
    const auto images = transform(test::blobSamples({1, 12, 12}, 3, random));
    const auto prototype = transform(test::blobSamples({1, 12, 12}, 1, random));
    const MatchResult match = m_backend->match(*images, *prototype, {}, {}).value();
    EXPECT_EQ(match.second, match.best);
    EXPECT_EQ(match.secondDistance, match.bestDistance);
}

TEST_P(BackendTest, NeuronsWithoutWeightStayAsTheyWere)
{
    Random random(7);
    const auto images = transform(test::blobSamples({1, 12, 12}, 30, random));
    const auto prototypes = transform(test::blobSamples({1, 12, 12}, 4, random));
    const std::vector<float> nothing(16, 0.0F);
    UpdateOptions options;
    options.neighbourhood = nothing;
    const auto update = m_backend->update(*images, *prototypes, options, {}).value();
    EXPECT_EQ(m_backend->download(*update.prototypes).value(), m_backend->download(*prototypes).value());
}

TEST_P(BackendTest, SpectraThatAreKeptAreThoseOfMainMemory)
{
    Random random(12);
    const data::MemorySamples samples = test::blobSamples({2, 15, 19}, 27, random);
    const PolarGrid grid = polarGridFor(samples.shape(), MatchPrecision::Standard).value();
    const auto kept = m_backend->transformAndKeep(samples, 3, 21, grid, {}).value();
    auto halves = m_backend->transformToHalf(samples, 3, 21, grid, {}).value();
    const auto uploaded = m_backend->upload(std::make_shared<const HalfSpectra>(std::move(halves))).value();
    EXPECT_EQ(kept->count(), 21U);
    EXPECT_EQ(m_backend->download(*kept).value(), m_backend->download(*uploaded).value());
    const auto prototypes = transform(samples);
    EXPECT_EQ(m_backend->match(*kept, *prototypes, {.all = true}, {}).value().distance,
              m_backend->match(*uploaded, *prototypes, {.all = true}, {}).value().distance);
    EXPECT_EQ(m_backend->transformAndKeep(samples, 20, 8, grid, {}).error().kind, ErrorKind::InvalidArgument);
}

TEST_P(BackendTest, UploadIsTheReverseOfDownload)
{
    Random random(11);
    const auto images = transform(test::blobSamples({2, 19, 15}, 7, random));
    const std::vector<float> values = m_backend->download(*images).value();
    const auto again = m_backend->upload(values, images->count(), images->grid()).value();
    EXPECT_EQ(m_backend->download(*again).value(), values);
    const MatchResult a = m_backend->match(*images, *images, {.all = true}, {}).value();
    const MatchResult b = m_backend->match(*again, *again, {.all = true}, {}).value();
    EXPECT_EQ(a.distance, b.distance);
}

TEST_P(BackendTest, NoImagesAreNoMatches)
{
    Random random(1);
    const auto prototypes = transform(test::blobSamples({1, 12, 12}, 3, random));
    const auto none = m_backend->upload({}, 0, prototypes->grid()).value();
    EXPECT_TRUE(m_backend->match(*none, *prototypes, {.all = true}, {}).value().best.empty());
    const std::vector<float> weights(9, 1.0F);
    UpdateOptions options;
    options.neighbourhood = weights;
    const auto update = m_backend->update(*none, *prototypes, options, {}).value();
    EXPECT_EQ(m_backend->download(*update.prototypes).value(), m_backend->download(*prototypes).value());
}

TEST_P(BackendTest, SaysWhatDoesNotFit)
{
    Random random(1);
    const data::MemorySamples samples = test::blobSamples({1, 12, 12}, 3, random);
    const auto small = transform(samples);
    const auto large = transform(test::blobSamples({1, 20, 20}, 3, random));
    EXPECT_EQ(m_backend->match(*small, *large, {}, {}).error().kind, ErrorKind::Mismatch);
    const auto none = m_backend->upload({}, 0, small->grid()).value();
    EXPECT_EQ(m_backend->match(*small, *none, {}, {}).error().kind, ErrorKind::InvalidArgument);
    EXPECT_EQ(m_backend->update(*small, *small, {}, {}).error().kind, ErrorKind::Mismatch);
    EXPECT_EQ(m_backend->transform(samples, 2, 2, small->grid(), {}).error().kind,
              ErrorKind::InvalidArgument);
    EXPECT_EQ(m_backend->transform(samples, 0, 1, large->grid(), {}).error().kind, ErrorKind::Mismatch);
    EXPECT_EQ(m_backend->upload(std::vector<float>(7), 1, small->grid()).error().kind, ErrorKind::Mismatch);
}

TEST_P(BackendTest, StopsWhenAsked)
{
    Random random(1);
    const data::MemorySamples samples = test::blobSamples({1, 12, 12}, 10, random);
    const auto images = transform(samples);
    std::stop_source source;
    source.request_stop();
    JobContext context;
    context.stop = source.get_token();
    const std::vector<float> weights(100, 1.0F);
    UpdateOptions options;
    options.neighbourhood = weights;
    EXPECT_EQ(m_backend->match(*images, *images, {}, context).error().kind, ErrorKind::Cancelled);
    EXPECT_EQ(m_backend->update(*images, *images, options, context).error().kind, ErrorKind::Cancelled);
    EXPECT_EQ(m_backend->transform(samples, 0, 10, images->grid(), context).error().kind,
              ErrorKind::Cancelled);
}

} // namespace
} // namespace somnium::compute
