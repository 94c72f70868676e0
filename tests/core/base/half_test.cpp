// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/half.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "core/base/random.h"

namespace somnium
{
namespace
{

TEST(Half, EveryHalfComesBack)
{
    for (std::uint32_t bits = 0; bits < 0x10000U; ++bits)
    {
        const auto half = static_cast<std::uint16_t>(bits);
        const float value = fromHalf(half);
        if ((bits & 0x7FFFU) > 0x7C00U)
            ASSERT_TRUE(std::isnan(value) && std::isnan(fromHalf(toHalf(value)))) << bits;
        else
            ASSERT_EQ(toHalf(value), half) << bits;
    }
}

TEST(Half, ValuesAreThoseOfTheStandard)
{
    EXPECT_EQ(fromHalf(0x3C00), 1.0F);
    EXPECT_EQ(fromHalf(0xC000), -2.0F);
    EXPECT_EQ(fromHalf(0x7BFF), kMaxHalf);
    EXPECT_EQ(fromHalf(0x0001), 0x1p-24F);
    EXPECT_EQ(fromHalf(0x0400), 0x1p-14F);
    EXPECT_EQ(fromHalf(0xFC00), -std::numeric_limits<float>::infinity());
}

/// The nearest of all finite halves, the one with an even last bit of two that are as near.
TEST(Half, RoundsToTheNearestAndTiesToTheEven)
{
    Random random(3);
    for (int i = 0; i < 20000; ++i)
    {
        const auto half = static_cast<std::uint16_t>(random.below(0x7BFFU));
        const double low = static_cast<double>(fromHalf(half));
        const double high = static_cast<double>(fromHalf(static_cast<std::uint16_t>(half + 1)));
        const bool isTie = random.below(3) == 0;
        const auto value = static_cast<float>(isTie ? (low + high) / 2.0 : random.uniform(low, high));
        const double toLow = static_cast<double>(value) - low;
        const double toHigh = high - static_cast<double>(value);
        const bool takesLow = toLow < toHigh || (toLow == toHigh && half % 2 == 0);
        ASSERT_EQ(toHalf(value), takesLow ? half : half + 1) << value;
        ASSERT_EQ(toHalf(-value), toHalf(value) | 0x8000U) << value;
    }
}

TEST(Half, TooLargeIsInfinite)
{
    EXPECT_EQ(toHalf(65519.0F), 0x7BFF);
    EXPECT_EQ(toHalf(65520.0F), 0x7C00);
    EXPECT_EQ(toHalf(-1e30F), 0xFC00);
    EXPECT_EQ(toHalf(1e-30F), 0);
}

} // namespace
} // namespace somnium
