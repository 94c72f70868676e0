// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/oddity.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/compute/backend_factory.h"
#include "core/search/outliers.h"
#include "core/som/mapper.h"
#include "core/som/trainer.h"
#include "tests/support/blob_images.h"

namespace somnium::search
{
namespace
{

constexpr data::ImageShape kShape = {1, 24, 24};

/// A small map of blob images, everything that scores need of it.
class Oddity : public ::testing::Test
{
protected:
    void SetUp() override
    {
        Random random(7);
        std::vector<float> values;
        const data::MemorySamples blobs = test::blobSamples(kShape, 90, random);
        for (std::size_t i = 0; i < blobs.count(); ++i)
            for (const float pixel : blobs.sample(i).pixels())
                values.push_back(pixel);
        values.resize(values.size() + kShape.size()); // and one without any light
        m_samples = std::make_unique<data::MemorySamples>(kShape, values);
        som::TrainingParams params;
        params.layout = som::MapLayout::rectangular(3, 3).value();
        params.epochs = 4;
        m_som = som::train(*m_samples, params, *m_backend, {}).value().som;
        m_mapping = som::mapSamples(m_som, *m_samples, *m_backend, {}).value();
        m_figures = oddityFigures(m_som, m_mapping, *m_samples, *m_backend, {}).value();
    }

    std::unique_ptr<compute::Backend> m_backend = std::move(compute::chooseBackend("cpu").value().backend);
    std::unique_ptr<data::MemorySamples> m_samples;
    som::Som m_som;
    som::Mapping m_mapping;
    OddityFigures m_figures;
};

TEST_F(Oddity, HasAScoreForEverySourceAndNoneForDarkness)
{
    for (const OddityScore score : kOddityScores)
    {
        const std::vector<float> scores = oddityScores(score, m_mapping, m_figures);
        ASSERT_EQ(scores.size(), m_samples->count()) << toString(score);
        for (std::size_t i = 0; i + 1 < scores.size(); ++i)
            EXPECT_TRUE(std::isfinite(scores[i])) << toString(score) << " of source " << i;
    }
    for (const OddityScore score : {OddityScore::Combined, OddityScore::Unexplained, OddityScore::OverNeuron,
                                    OddityScore::OverExpected})
        EXPECT_TRUE(std::isnan(oddityScores(score, m_mapping, m_figures).back())) << toString(score);
}

TEST_F(Oddity, IsTheSameForAnyNumberOfThreads)
{
    JobContext one;
    one.threads = 1;
    JobContext three;
    three.threads = 3;
    const auto a = oddityFigures(m_som, m_mapping, *m_samples, *m_backend, one).value();
    const auto b = oddityFigures(m_som, m_mapping, *m_samples, *m_backend, three).value();
    EXPECT_EQ(a.shapes.values, b.shapes.values);
    EXPECT_EQ(a.loneliness, b.loneliness);
    EXPECT_EQ(a.separation, b.separation);
}

TEST_F(Oddity, UnexplainedDoesNotCareHowBrightASourceIs)
{
    // The same source, at a tenth of the brightness: another distance, the same share unexplained.
    std::vector<float> faint(m_samples->sample(3).pixels().begin(), m_samples->sample(3).pixels().end());
    for (float &pixel : faint)
        pixel *= 0.1F;
    som::Mapping mapping = m_mapping;
    OddityFigures figures = m_figures;
    const std::size_t neuron = mapping.best[3];
    const double own = 0.01 * static_cast<double>(figures.shapes.energy[3]);
    const auto prototype = static_cast<double>(figures.energy[neuron]);
    const auto before = static_cast<double>(m_mapping.distance[3]);
    // Delta^2 = own + prototype - 2 C, C proportional to the brightness.
    const double correlation =
        0.5 * (static_cast<double>(figures.shapes.energy[3]) + prototype - before * before);
    mapping.distance[3] = static_cast<float>(std::sqrt(own + prototype - 0.2 * correlation));
    figures.shapes.energy[3] = static_cast<float>(own);
    EXPECT_NEAR(oddityScores(OddityScore::Unexplained, mapping, figures)[3],
                oddityScores(OddityScore::Unexplained, m_mapping, m_figures)[3], 1e-3);
}

TEST_F(Oddity, OverNeuronIsOneWhereASourceIsAsFarAsItsMany)
{
    som::Mapping mapping = m_mapping;
    std::fill(mapping.distance.begin(), mapping.distance.end(), 2.0F);
    const auto figures = oddityFigures(m_som, mapping, *m_samples, *m_backend, {}).value();
    const auto scores = oddityScores(OddityScore::OverNeuron, mapping, figures);
    for (std::size_t i = 0; i + 1 < scores.size(); ++i)
        EXPECT_NEAR(scores[i], 1.0F, 1e-5F);
}

TEST_F(Oddity, IsolationIsSharedByTheSourcesOfANeuronAndLargerInSmallOnes)
{
    som::Mapping mapping = m_mapping;
    std::fill(mapping.best.begin(), mapping.best.end(), 4U);
    mapping.best[10] = 2U;
    auto figures = oddityFigures(m_som, mapping, *m_samples, *m_backend, {}).value();
    std::fill(figures.separation.begin(), figures.separation.end(), 1.0F);
    const auto scores = oddityScores(OddityScore::Isolation, mapping, figures);
    EXPECT_EQ(byFallingScore(scores).front(), 10U);
    EXPECT_NEAR(scores[0], scores[1], 1e-3F * scores[0] + 1e-6F);
}

TEST_F(Oddity, CombinedAddsUpHowRareTheOtherTwoAre)
{
    const auto unexplained = oddityScores(OddityScore::Unexplained, m_mapping, m_figures);
    const auto overNeuron = oddityScores(OddityScore::OverNeuron, m_mapping, m_figures);
    const auto combined = oddityScores(OddityScore::Combined, m_mapping, m_figures);
    const std::size_t judged = combined.size() - 1; // all but the dark one
    const auto rarity = [judged](const std::vector<float> &scores, std::size_t source) {
        const auto asHigh =
            std::count_if(scores.begin(), scores.end(), [&](float score) { return score >= scores[source]; });
        return -std::log(static_cast<double>(asHigh) / static_cast<double>(judged));
    };
    for (std::size_t i = 0; i < judged; ++i)
        EXPECT_NEAR(combined[i], rarity(unexplained, i) + rarity(overNeuron, i), 1e-4) << i;
}

TEST_F(Oddity, ReasonsAreTheNumbersBehindTheScores)
{
    for (const std::size_t source : {0U, 17U, 44U})
    {
        const OddityReasons reasons = oddityReasons(source, m_mapping, m_figures);
        EXPECT_EQ(reasons.distance, m_mapping.distance[source]);
        EXPECT_FLOAT_EQ(reasons.distance / reasons.neuronMedian,
                        oddityScores(OddityScore::OverNeuron, m_mapping, m_figures)[source]);
        EXPECT_FLOAT_EQ(reasons.distance / reasons.expectedDistance,
                        oddityScores(OddityScore::OverExpected, m_mapping, m_figures)[source]);
        EXPECT_EQ(reasons.unexplained, oddityScores(OddityScore::Unexplained, m_mapping, m_figures)[source]);
        EXPECT_NE(toText(reasons).find("x the median of its neuron"), std::string::npos);
    }
    EXPECT_NE(toText(oddityReasons(90, m_mapping, m_figures)).find("no light"), std::string::npos);
}

TEST_F(Oddity, StopsWhenAskedAndRefusesOtherSamples)
{
    JobContext context;
    std::stop_source stop;
    stop.request_stop();
    context.stop = stop.get_token();
    const auto stopped = oddityFigures(m_som, m_mapping, *m_samples, *m_backend, context);
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().kind, ErrorKind::Cancelled);
    const data::MemorySamples fewer(kShape, std::vector<float>(kShape.size()));
    EXPECT_EQ(oddityFigures(m_som, m_mapping, fewer, *m_backend, {}).error().kind, ErrorKind::Mismatch);
}

TEST_F(Oddity, OfOneSourceOnAMapOfOneNeuronIsDefined)
{
    const data::MemorySamples one(
        kShape, {m_samples->sample(0).pixels().begin(), m_samples->sample(0).pixels().end()});
    som::TrainingParams params;
    params.layout = som::MapLayout::rectangular(1, 1).value();
    params.epochs = 2;
    const som::Som map = som::train(one, params, *m_backend, {}).value().som;
    const som::Mapping mapping = som::mapSamples(map, one, *m_backend, {}).value();
    const auto figures = oddityFigures(map, mapping, one, *m_backend, {}).value();
    for (const OddityScore score : kOddityScores)
        EXPECT_EQ(oddityScores(score, mapping, figures).size(), 1U);
}

TEST(OddityScoreNames, AreReadBackAndDescribed)
{
    std::set<std::string_view> names;
    for (const OddityScore score : kOddityScores)
    {
        EXPECT_EQ(oddityScoreFromName(toString(score)).value(), score);
        EXPECT_GT(describe(score).size(), 20U);
        names.insert(toString(score));
    }
    EXPECT_EQ(names.size(), kOddityScores.size());
    EXPECT_NE(oddityScoreFromName("loud").error().message.find("unexplained"), std::string::npos);
}

TEST(ExpectedDistance, FollowsTheMediansWhateverTheOutliers)
{
    Random random(3);
    std::vector<float> signalToNoise;
    std::vector<float> distance;
    for (int i = 0; i < 4000; ++i)
    {
        const double strength = random.uniform(0.0, 10.0);
        const bool isOutlier = random.below(10) == 0;
        signalToNoise.push_back(static_cast<float>(strength));
        distance.push_back(static_cast<float>(isOutlier ? 100.0 : 1.0 + strength + random.normal() * 0.2));
    }
    const ExpectedDistance expected = expectedDistances(signalToNoise, distance);
    for (const float strength : {1.0F, 3.3F, 7.0F, 9.0F})
        EXPECT_NEAR(expected.at(strength), 1.0F + strength, 0.25F);
    EXPECT_EQ(expected.at(-5.0F), expected.distance.front());
    EXPECT_EQ(expected.at(50.0F), expected.distance.back());
}

TEST(ExpectedDistance, OfFewOrEqualSourcesIsTheirMedian)
{
    const std::vector<float> same(500, 2.0F);
    std::vector<float> distance(500);
    std::iota(distance.begin(), distance.end(), 0.0F);
    EXPECT_NEAR(expectedDistances(same, distance).at(2.0F), 249.5F, 1e-3F);
    EXPECT_EQ(expectedDistances(same, distance).distance.size(), 1U);
    EXPECT_TRUE(std::isnan(expectedDistances({}, {}).at(1.0F)));
    const std::vector<float> one = {4.0F};
    EXPECT_EQ(expectedDistances(one, one).at(0.0F), 4.0F);
}

} // namespace
} // namespace somnium::search
