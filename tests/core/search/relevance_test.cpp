// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/relevance.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/search/outliers.h"
#include "core/search/recovery.h"

namespace somnium::search
{
namespace
{

/// Sources around `centres` corners of a cube, in turn.
std::shared_ptr<const ShapeFeatures> clusters(std::size_t sources, std::size_t centres,
                                              std::size_t dimensions = 6)
{
    Random random(4);
    auto features = std::make_shared<ShapeFeatures>();
    features->dimensions = dimensions;
    features->energy.assign(sources, 1.0F);
    features->signalToNoise.assign(sources, 1.0F);
    for (std::size_t i = 0; i < sources; ++i)
        for (std::size_t d = 0; d < dimensions; ++d)
            features->values.push_back(static_cast<float>((i % centres) >> d & 1U) +
                                       static_cast<float>(0.05 * random.normal()));
    return features;
}

std::vector<float> falling(std::size_t count)
{
    std::vector<float> scores(count);
    std::iota(scores.rbegin(), scores.rend(), 0.0F);
    return scores;
}

TEST(Relevance, WithoutOpinionsIsTheScoresOrder)
{
    std::vector<float> scores = {0.3F, 5.0F, -1.0F, std::nanf(""), 2.0F};
    const Relevance relevance(clusters(5, 4), scores);
    const auto ranking = relevance.ranking({}, {}).value();
    EXPECT_EQ(byFallingScore(ranking), byFallingScore(scores));
    for (const float value : ranking)
    {
        EXPECT_GT(value, 0.0F);
        EXPECT_LT(value, 1.0F);
    }
}

TEST(Relevance, OfLikeSourcesRisesAndFallsWithOpinion)
{
    const auto features = clusters(400, 8);
    const std::vector<float> scores(400, 1.0F);
    const Relevance relevance(features, scores);
    const auto before = relevance.ranking({}, {}).value();
    const std::vector<Opinion> opinions = {{5, 1.0}, {2, 0.0}};
    const auto after = relevance.ranking(opinions, {}).value();
    EXPECT_EQ(after[5], 1.0F);
    EXPECT_EQ(after[2], 0.0F);
    for (std::size_t i = 8; i < 400; ++i)
    {
        if (i % 8 == 5)
        {
            EXPECT_GT(after[i], before[i] + 0.05F) << i;
        }
        else if (i % 8 == 2)
        {
            EXPECT_LT(after[i], before[i]) << i;
        }
    }
}

TEST(Relevance, BringsForwardWhatResemblesTheOneExample)
{
    const auto features = clusters(800, 8);
    std::vector<bool> isKind(800);
    for (std::size_t i = 3; i < 800; i += 8)
        isKind[i] = true;
    const Relevance relevance(features, falling(800));
    const auto recovery = recoveryByExample(relevance, isKind, {}).value();
    EXPECT_GT(recovery.recall, 0.95);
    EXPECT_NEAR(recoveryOf(relevance.ranking({}, {}).value(), isKind).recall, 0.13, 0.02);
}

TEST(Relevance, DoesNotDependOnTheOrderOfOpinionsNorOnThreads)
{
    const Relevance relevance(clusters(2000, 8), falling(2000));
    const std::vector<Opinion> opinions = {{5, 1.0}, {20, 0.0}, {700, 0.6}, {5, 0.0}};
    const std::vector<Opinion> others = {{700, 0.6}, {5, 0.0}, {20, 0.0}};
    JobContext one;
    one.threads = 1;
    EXPECT_EQ(relevance.ranking(opinions, one).value(), relevance.ranking(others, {}).value());
}

TEST(Relevance, SaysWhichSourceIsNotThereAndStops)
{
    const Relevance relevance(clusters(10, 2), falling(10));
    const Opinion beyond{10, 1.0};
    EXPECT_EQ(relevance.ranking(std::span(&beyond, 1), {}).error().kind, ErrorKind::Mismatch);
    JobContext context;
    std::stop_source stop;
    stop.request_stop();
    context.stop = stop.get_token();
    EXPECT_EQ(relevance.ranking({}, context).error().kind, ErrorKind::Cancelled);
    const Relevance nobody(clusters(0, 2), {});
    EXPECT_TRUE(nobody.ranking({}, {}).value().empty());
}

/// Not a measurement, but ten times the time that live re-ranking may take is a fault.
TEST(Recovery, CountsTheFirstHundredAndWeighsTheFirstMost)
{
    std::vector<bool> isOdd(1000);
    for (std::size_t i = 0; i < 10; ++i)
        isOdd[i] = true;
    const Recovery best = recoveryOf(falling(1000), isOdd);
    EXPECT_EQ(best.recall, 1.0);
    EXPECT_EQ(best.rankWeighted, 1.0);
    std::vector<float> rising = falling(1000);
    std::reverse(rising.begin(), rising.end());
    EXPECT_EQ(recoveryOf(rising, isOdd), Recovery());
    // One of ten found, at rank 99: weight 1 of 100 + 99 + ... + 91.
    std::vector<float> one = rising;
    one[0] = 900.5F;
    const Recovery last = recoveryOf(one, isOdd);
    EXPECT_DOUBLE_EQ(last.recall, 0.1);
    EXPECT_DOUBLE_EQ(last.rankWeighted, 1.0 / 955.0);
    EXPECT_EQ(recoveryOf(falling(1000), std::vector<bool>(1000)), Recovery());
}

TEST(Recovery, ByAnOracleGrowsWithItsOpinions)
{
    const auto features = clusters(1000, 16);
    std::vector<bool> isOdd(1000);
    for (std::size_t i = 7; i < 1000; i += 16)
        isOdd[i] = true;
    const Relevance relevance(features, falling(1000));
    const std::vector<std::size_t> checkpoints = {0, 20, 60};
    const auto recoveries = recoveryByOracle(relevance, isOdd, checkpoints, {}).value();
    ASSERT_EQ(recoveries.size(), 3U);
    EXPECT_LT(recoveries[0].recall, 0.2);
    EXPECT_GT(recoveries[1].recall, 0.7);
    EXPECT_GT(recoveries[2].recall, 0.95);
    EXPECT_GT(recoveries[2].rankWeighted, 0.95);
}

} // namespace
} // namespace somnium::search
