// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/outliers.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/property.h"

namespace somnium::search
{
namespace
{

using ::testing::ElementsAre;

std::vector<float> randomScores(Random &random, bool hasNaN)
{
    std::vector<float> scores(1 + random.below(500));
    for (float &score : scores)
        score = hasNaN && random.below(10) == 0 ? NAN : static_cast<float>(random.below(50)) / 7.0F;
    return scores;
}

TEST(Outliers, OrderFallsTiesStayInOrderAndNaNComesLast)
{
    EXPECT_THAT(byFallingScore(std::vector<float>{1.0F, NAN, 3.0F, 1.0F, 3.0F}),
                ElementsAre(2U, 4U, 0U, 3U, 1U));
    test::forAll(50, [](Random &random) {
        const std::vector<float> scores = randomScores(random, true);
        const auto order = byFallingScore(scores);
        auto sorted = order;
        std::sort(sorted.begin(), sorted.end());
        for (std::size_t i = 0; i < sorted.size(); ++i)
            ASSERT_EQ(sorted[i], i); // a permutation
        for (std::size_t i = 1; i < order.size(); ++i)
            ASSERT_TRUE(scores[order[i - 1]] > scores[order[i]] || std::isnan(scores[order[i]]) ||
                        (scores[order[i - 1]] == scores[order[i]] && order[i - 1] < order[i]));
    });
}

TEST(Outliers, PercentilesInterpolateBetweenOrderStatistics)
{
    const std::vector<float> scores = {4.0F, 1.0F, 3.0F, 2.0F};
    EXPECT_EQ(percentile(scores, 0.0), 1.0);
    EXPECT_EQ(percentile(scores, 50.0), 2.5);
    EXPECT_EQ(percentile(scores, 100.0), 4.0);
    EXPECT_NEAR(percentile(scores, 90.0), 3.7, 1e-12);
    EXPECT_TRUE(std::isnan(percentile({}, 50.0)));
    EXPECT_TRUE(std::isnan(percentile(std::vector<float>{NAN}, 50.0)));
}

TEST(Outliers, PercentilesRiseAndTheShareBelowThemIsWhatTheySay)
{
    test::forAll(50, [](Random &random) {
        const std::vector<float> scores = randomScores(random, true);
        const auto judged = static_cast<double>(
            std::count_if(scores.begin(), scores.end(), [](float score) { return !std::isnan(score); }));
        if (judged == 0.0)
            return;
        double last = -1.0;
        for (const double percent : {0.0, 10.0, 50.0, 90.0, 99.0, 99.9, 100.0})
        {
            const double value = percentile(scores, percent);
            EXPECT_GE(value, last);
            last = value;
            EXPECT_GE(percentRank(scores, std::nextafter(static_cast<float>(value), 100.0F)),
                      percent - 100.0 / judged);
        }
    });
    EXPECT_EQ(percentRank(std::vector<float>{1.0F, 2.0F, 3.0F, NAN, 4.0F}, 3.0F), 75.0);
    EXPECT_TRUE(std::isnan(percentRank({}, 1.0F)));
    const std::vector<float> scores = {1.0F, 2.0F, 2.0F, NAN, 4.0F, 2.0F, -3.0F};
    const std::vector<float> ranks = percentRanks(scores);
    const std::vector<float> rare = rarities(scores);
    for (std::size_t i = 0; i < scores.size(); ++i)
    {
        if (std::isnan(scores[i]))
        {
            EXPECT_TRUE(std::isnan(ranks[i]) && std::isnan(rare[i]));
            continue;
        }
        EXPECT_FLOAT_EQ(ranks[i], static_cast<float>(percentRank(scores, scores[i])));
        double notBelow = 0.0;
        for (const float score : scores)
            notBelow += score >= scores[i] ? 1.0 : 0.0;
        EXPECT_FLOAT_EQ(rare[i], static_cast<float>(-std::log(notBelow / 6.0)));
    }
}

TEST(Outliers, AHistogramCountsEveryScoreOnceInItsBin)
{
    test::forAll(50, [](Random &random) {
        const std::vector<float> scores = randomScores(random, true);
        const Histogram result = histogram(scores);
        const auto judged = static_cast<std::size_t>(
            std::count_if(scores.begin(), scores.end(), [](float score) { return !std::isnan(score); }));
        EXPECT_EQ(std::accumulate(result.counts.begin(), result.counts.end(), std::size_t{0}), judged);
        EXPECT_TRUE(result.counts.size() <= 1 || (result.counts.size() >= 10 && result.counts.size() <= 200));
        if (result.counts.size() > 1)
        {
            EXPECT_GT(result.counts.front(), 0U);
            EXPECT_GT(result.counts.back(), 0U);
        }
    });
}

TEST(Outliers, HistogramsOfNothingAndOfOneValue)
{
    EXPECT_TRUE(histogram({}).counts.empty());
    const Histogram one = histogram(std::vector<float>{2.0F, 2.0F});
    EXPECT_EQ(one.low, 2.0);
    EXPECT_THAT(one.counts, ElementsAre(2U));
    EXPECT_GT(one.binWidth, 0.0);
}

TEST(Outliers, ANormalDistributionGetsTheBinsOfFreedmanAndDiaconis)
{
    Random random(1);
    std::vector<float> scores(10'000);
    for (float &score : scores)
        score = static_cast<float>(random.normal());
    // 2 IQR n^(-1/3) = 2 * 1.349 / 21.5 = 0.125 sigma
    EXPECT_NEAR(histogram(scores).binWidth, 0.125, 0.005);
}

} // namespace
} // namespace somnium::search
