// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/plane_levels.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/property.h"

namespace somnium::latent
{

using Levels = std::vector<double>;

TEST(PlaneLevels, AreRoundNumbersThatPeopleWouldChoose)
{
    EXPECT_EQ(niceLevels(0.0, 1.0, 6, false), (Levels{0.0, 0.2, 0.4, 0.6, 0.8, 1.0}));
    EXPECT_EQ(niceLevels(-0.31, 0.31, 7, false), (Levels{-0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3}));
    EXPECT_EQ(niceLevels(3400.0, 8100.0, 5, false), (Levels{4000.0, 5000.0, 6000.0, 7000.0, 8000.0}));
    EXPECT_EQ(niceLevels(1.0, 1000.0, 10, true),
              (Levels{1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0}));
    EXPECT_EQ(niceLevels(0.002, 500.0, 6, true), (Levels{0.01, 0.1, 1.0, 10.0, 100.0}));
}

TEST(PlaneLevels, LieInTheRangeInOrderAndAreAboutAsManyAsWanted)
{
    test::forAll(500, [](Random &random) {
        const double size = std::pow(10.0, random.uniform(-8.0, 8.0));
        const double low = random.below(2) == 0 ? size * random.normal() : 100.0 * size * random.normal();
        const double high = low + size;
        const std::size_t about = 1 + random.below(20);
        const bool isLogarithmic = random.below(2) == 0;
        const Levels levels = niceLevels(low, high, about, isLogarithmic);
        ASSERT_TRUE(std::ranges::is_sorted(levels, std::less_equal<>{}));
        for (const double level : levels)
        {
            ASSERT_GE(level, low - 1e-8 * size);
            ASSERT_LE(level, high + 1e-8 * size);
        }
        if (isLogarithmic && low > 0.0 && high / low >= 10.0)
            return; // decades cannot be cut at will
        ASSERT_LE(levels.size(), 2 * about + 1);
        ASSERT_GE(2 * levels.size() + 1, about);
    });
}

TEST(PlaneLevels, OfNoRangeAreNone)
{
    EXPECT_TRUE(niceLevels(1.0, 1.0, 5, false).empty());
    EXPECT_TRUE(niceLevels(2.0, 1.0, 5, true).empty());
    EXPECT_TRUE(niceLevels(std::numeric_limits<double>::quiet_NaN(), 1.0, 5, false).empty());
    EXPECT_TRUE(niceLevels(0.0, std::numeric_limits<double>::infinity(), 5, false).empty());
    EXPECT_TRUE(niceLevels(0.0, 1.0, 0, false).empty());
}

TEST(PlaneLevels, LogarithmicOnesOfValuesThatHaveNoLogarithmAreLinear)
{
    EXPECT_EQ(niceLevels(-1.0, 1.0, 5, true), niceLevels(-1.0, 1.0, 5, false));
    EXPECT_EQ(niceLevels(4000.0, 9000.0, 5, true), niceLevels(4000.0, 9000.0, 5, false));
}

} // namespace somnium::latent
