// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/fast_normal.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace somnium::simulate
{
namespace
{

TEST(FastNormal, FollowsTheNormalDistributionInMomentsAndShares)
{
    const FastNormal normal;
    Random random(11);
    constexpr int kCount = 2'000'000;
    constexpr double kStep = 0.25;
    std::vector<double> bins(40, 0.0); // of 0.25 from -5 to 5
    double sum = 0.0;
    double squares = 0.0;
    double cubes = 0.0;
    double fourths = 0.0;
    for (int i = 0; i < kCount; ++i)
    {
        const auto x = static_cast<double>(normal(random));
        sum += x;
        squares += x * x;
        cubes += x * x * x;
        fourths += x * x * x * x;
        const double bin = std::floor((x + 5.0) / kStep);
        if (bin >= 0.0 && bin < 40.0)
            bins[static_cast<std::size_t>(bin)] += 1.0;
    }
    // Five times their standard errors.
    const double root = std::sqrt(static_cast<double>(kCount));
    EXPECT_NEAR(sum / kCount, 0.0, 5.0 / root);
    EXPECT_NEAR(squares / kCount, 1.0, 5.0 * std::sqrt(2.0) / root);
    EXPECT_NEAR(cubes / kCount, 0.0, 5.0 * std::sqrt(15.0) / root);
    EXPECT_NEAR(fourths / kCount, 3.0, 5.0 * std::sqrt(96.0) / root);
    const auto below = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
    double chiSquared = 0.0;
    for (std::size_t i = 0; i < 40; ++i)
    {
        const double low = -5.0 + kStep * static_cast<double>(i);
        const double expected = kCount * (below(low + kStep) - below(low));
        chiSquared += (bins[i] - expected) * (bins[i] - expected) / expected;
    }
    EXPECT_LT(chiSquared, 40.0 + 5.0 * std::sqrt(80.0)); // 40 bins
}

TEST(FastNormal, ReachesBeyondItsLayers)
{
    const FastNormal normal;
    Random random(2);
    constexpr int kCount = 4'000'000;
    int high = 0;
    int low = 0;
    for (int i = 0; i < kCount; ++i)
    {
        const float x = normal(random);
        high += x > 3.6F ? 1 : 0;
        low += x < -3.6F ? 1 : 0;
    }
    const double expected = kCount * 0.5 * std::erfc(3.6 / std::sqrt(2.0)); // 636
    EXPECT_NEAR(high, expected, 5.0 * std::sqrt(expected));
    EXPECT_NEAR(low, expected, 5.0 * std::sqrt(expected));
}

} // namespace
} // namespace somnium::simulate
