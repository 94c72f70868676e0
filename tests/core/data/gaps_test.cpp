// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/gaps.h"

#include <gtest/gtest.h>

namespace somnium::data
{

TEST(Gaps, LieOnALineBetweenWhatWasCounted)
{
    std::vector<float> values = {9, 2, 4, 9, 9, 10, 1, 9};
    const std::vector<double> counts = {0, 5, 5, 0, 0, 1, 5, 0};
    EXPECT_EQ(bridgeGaps<float>(values, counts), (std::vector<std::uint32_t>{0, 3, 4, 7}));
    EXPECT_EQ(values, (std::vector<float>{2, 2, 4, 6, 8, 10, 1, 1}));
}

TEST(Gaps, NothingChangesWhereAllOrNoneWereCounted)
{
    std::vector<double> values = {1, 2, 3};
    EXPECT_TRUE(bridgeGaps<double>(values, std::vector<double>{1, 1, 1}).empty());
    EXPECT_EQ(bridgeGaps<double>(values, std::vector<double>{0, 0, 0}).size(), 3U);
    EXPECT_EQ(values, (std::vector<double>{1, 2, 3}));
    EXPECT_TRUE(bridgeGaps<double>({}, {}).empty());
}

} // namespace somnium::data
