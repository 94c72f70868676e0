// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/spectral_features.h"

#include <set>

#include <gtest/gtest.h>

#include "core/search/outliers.h"
#include "core/search/relevance.h"
#include "tests/core/search/simulated_spectra.h"
#include "tests/support/cpu_tensor_ops.h"

namespace somnium::search
{
namespace
{

SpectralIndex indexOf(const test::SimulatedSpectra &made)
{
    const test::CpuTensorOps ops;
    return SpectralIndex::build(*made.spectra(), {}, *ops, {}).value();
}

TEST(SpectralFeatures, SquaredDistancesAverageTwo)
{
    const test::SimulatedSpectra made = test::simulateSpectra({.count = 400});
    const SpectralIndex index = indexOf(made);
    const std::vector<float> signalToNoise(made.count, 7.0F);
    for (const std::size_t most : {1U, 5U, 24U, 1000U})
    {
        const ShapeFeatures features = spectralFeatures(index, signalToNoise, most);
        EXPECT_EQ(features.dimensions, std::min<std::size_t>(most, index.components()));
        ASSERT_EQ(features.sourceCount(), made.count);
        EXPECT_EQ(features.signalToNoise, signalToNoise);
        double sum = 0.0;
        for (std::size_t i = 0; i < made.count; ++i)
            for (std::size_t j = 0; j < made.count; ++j)
                sum += static_cast<double>(squaredDistance(features.of(i), features.of(j)));
        EXPECT_NEAR(sum / static_cast<double>(made.count * made.count), 2.0, 0.01);
    }
}

/// 2,000 spectra, of which every 40th has lines in emission, of any strength.
struct Emission
{
    test::SimulatedSpectra made = test::simulateSpectra({.count = 2000, .leastNoise = 0.1, .mostNoise = 0.5});
    std::set<std::size_t> kind;

    Emission()
    {
        Random random(8);
        for (std::size_t i = 20; i < made.count; i += 40)
        {
            kind.insert(i);
            const double strength = random.uniform(0.7, 1.5);
            for (std::size_t p = 0; p < made.pixels; ++p)
                if (p % 60 < 3)
                    made.flux[i * made.pixels + p] += static_cast<float>(strength);
        }
    }

    /// Of the kind among the first, if there were as many as there are of the kind.
    [[nodiscard]] std::ptrdiff_t found(const std::vector<float> &ranking) const
    {
        const auto order = byFallingScore(ranking);
        return std::count_if(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kind.size()),
                             [this](std::size_t source) { return kind.contains(source); });
    }

    /// As somebody gives it who meets so many of the kind, and finds the first of the ranking boring.
    [[nodiscard]] std::vector<Opinion> opinions(std::size_t marks, const std::vector<float> &scores) const
    {
        std::vector<Opinion> opinions;
        for (const std::size_t source : kind)
            if (opinions.size() < marks)
                opinions.push_back({source, 1.0});
        for (const std::size_t source : byFallingScore(scores))
            if (opinions.size() < 2 * marks && !kind.contains(source))
                opinions.push_back({source, 0.0});
        return opinions;
    }
};

TEST(SpectralFeatures, MarksRaiseTheSpectraOfTheirKindWhateverTheScoreKnows)
{
    const Emission emission;
    const auto features = std::make_shared<const ShapeFeatures>(
        spectralFeatures(indexOf(emission.made), std::vector<float>(emission.made.count, 7.0F)));
    std::vector<float> scores(emission.made.count); // a score that knows nothing
    Random random(3);
    for (float &score : scores)
        score = static_cast<float>(random.uniform());
    const Relevance relevance(features, scores);
    const auto learned = [&](std::size_t marks) {
        return emission.found(relevance.ranking(emission.opinions(marks, scores), {}).value());
    };
    EXPECT_LT(emission.found(scores), 5);
    EXPECT_GE(learned(3), 15) << "of " << emission.kind.size() << ", 3 of them marked";
    EXPECT_GE(learned(10), 35) << "of " << emission.kind.size() << ", 10 of them marked";
}

TEST(SpectralFeatures, OneBrokenSpectrumIsNotTheMeasureOfAllDistances)
{
    test::SimulatedSpectra made = test::simulateSpectra({.count = 500});
    for (std::size_t p = 0; p < made.pixels; ++p)
        made.flux[123 * made.pixels + p] = 1e5F * static_cast<float>(p % 7);
    const ShapeFeatures features = spectralFeatures(indexOf(made), std::vector<float>(made.count, 7.0F));
    double sum = 0.0;
    for (std::size_t i = 0; i < 100; ++i)
        for (std::size_t j = 0; j < 100; ++j)
            sum += static_cast<double>(squaredDistance(features.of(i), features.of(j)));
    EXPECT_GT(sum / 1e4, 0.5) << "of 2 among spectra that are sound";
    EXPECT_GT(squaredDistance(features.of(123), features.of(0)), 4.0F);
}

} // namespace
} // namespace somnium::search
