// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

namespace somnium
{
namespace
{

TEST(Random, IsTheReferencePcg32)
{
    // First outputs of the pcg32 reference demonstration, seed 42, sequence 54.
    Random random(42, 54);
    const std::array<std::uint32_t, 6> expected = {0xa15c02b7U, 0x7b47f409U, 0xba1d3330U,
                                                   0x83d2f293U, 0xbfa4784bU, 0xcbed606eU};
    for (const std::uint32_t value : expected)
        EXPECT_EQ(random.next(), value);
}

TEST(Random, StreamsDiffer)
{
    Random a(1, 0);
    Random b(1, 1);
    EXPECT_NE(a.next(), b.next());
}

TEST(Random, NormalHasMeanZeroAndVarianceOne)
{
    Random random(7);
    constexpr int kCount = 200000;
    double sum = 0.0;
    double sumOfSquares = 0.0;
    for (int i = 0; i < kCount; ++i)
    {
        const double value = random.normal();
        sum += value;
        sumOfSquares += value * value;
    }
    EXPECT_NEAR(sum / kCount, 0.0, 0.01);
    EXPECT_NEAR(sumOfSquares / kCount, 1.0, 0.015);
}

TEST(Random, ShuffleIsAPermutation)
{
    Random random(3);
    std::vector<int> values(100);
    std::iota(values.begin(), values.end(), 0);
    random.shuffle(std::span(values));
    EXPECT_FALSE(std::is_sorted(values.begin(), values.end()));
    std::sort(values.begin(), values.end());
    EXPECT_EQ(values.front(), 0);
    EXPECT_EQ(values.back(), 99);
    EXPECT_EQ(std::adjacent_find(values.begin(), values.end()), values.end());
}

} // namespace
} // namespace somnium
