// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/quality.h"

#include <cmath>

#include <gtest/gtest.h>

#include "core/base/random.h"

namespace somnium::som
{
namespace
{

Mapping mappingTo(std::vector<std::uint32_t> best)
{
    Mapping mapping;
    mapping.best = std::move(best);
    return mapping;
}

TEST(Purity, IsOneWhereNeuronsHoldOneClassEach)
{
    const std::vector<std::string> labels = {"a", "a", "b", "b", "", "c"};
    const Purity purity = purityOf(mappingTo({0, 0, 1, 1, 1, 3}), 4, labels).value();
    EXPECT_EQ(purity.labelledSources, 5U);
    EXPECT_DOUBLE_EQ(purity.purity, 1.0);
    EXPECT_LT(purity.shuffledMean, 1.0);
    EXPECT_GT(purity.shuffledSpread, 0.0);
    EXPECT_EQ(purity.neuronLabel, (std::vector<std::string>{"a", "b", "", "c"}));
    EXPECT_TRUE(std::isnan(purity.neuronPurity[2]));
}

TEST(Purity, CountsTheCommonestLabel)
{
    const std::vector<std::string> labels = {"a", "a", "b", "a", "b", "b"};
    const Purity purity = purityOf(mappingTo({0, 0, 0, 1, 1, 1}), 2, labels).value();
    EXPECT_DOUBLE_EQ(purity.purity, 4.0 / 6.0);
    ASSERT_EQ(purity.classes.size(), 2U);
    EXPECT_EQ(purity.classes[0].label, "a");
    EXPECT_EQ(purity.classes[0].sources, 3U);
    EXPECT_DOUBLE_EQ(purity.classes[0].recall, 2.0 / 3.0);
    EXPECT_DOUBLE_EQ(purity.neuronPurity[1], 2.0 / 3.0);
}

TEST(Purity, OfRandomLabelsIsThatOfShuffledOnes)
{
    Random random(3);
    std::vector<std::uint32_t> best;
    std::vector<std::string> labels;
    for (std::size_t i = 0; i < 4000; ++i)
    {
        best.push_back(random.below(50));
        labels.push_back(std::string(1, static_cast<char>('a' + random.below(3))));
    }
    const Purity purity = purityOf(mappingTo(best), 50, labels).value();
    EXPECT_LT(std::abs(purity.significance()), 4.0);
    EXPECT_GT(purity.shuffledMean, 1.0 / 3.0);
    EXPECT_EQ(purityOf(mappingTo(best), 50, labels).value().shuffledMean, purity.shuffledMean);
}

TEST(Purity, SaysWhatDoesNotFit)
{
    const std::vector<std::string> two = {"a", "b"};
    EXPECT_EQ(purityOf(mappingTo({0}), 1, two).error().kind, ErrorKind::Mismatch);
    EXPECT_EQ(purityOf(mappingTo({0, 7}), 2, two).error().kind, ErrorKind::Mismatch);
    EXPECT_EQ(purityOf(mappingTo({0, 1}), 2, two, {.shuffles = 0}).error().kind, ErrorKind::InvalidArgument);
    const std::vector<std::string> none = {"", ""};
    EXPECT_EQ(purityOf(mappingTo({0, 1}), 2, none).value().labelledSources, 0U);
}

} // namespace
} // namespace somnium::som
