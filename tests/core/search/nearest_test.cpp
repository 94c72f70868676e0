// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/nearest.h"

#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "core/compute/backend_factory.h"
#include "core/som/mapper.h"
#include "tests/support/blob_images.h"

namespace somnium::search
{
namespace
{

class NearestSources : public ::testing::Test
{
protected:
    Random m_random{9};
    data::ImageShape m_shape{1, 32, 32};
    data::MemorySamples m_samples = test::blobSamples(m_shape, 60, m_random);
    compute::PolarGrid m_grid = compute::polarGridFor(m_shape, compute::MatchPrecision::Standard).value();
    std::unique_ptr<compute::Backend> m_backend = std::move(compute::chooseBackend("cpu").value().backend);
};

TEST_F(NearestSources, TheSourceItselfComesFirstHoweverItIsTurned)
{
    const som::SpatialTransform applied = {1.1F, true};
    const data::Image wanted = som::turned(m_samples.sample(37), applied);
    const auto nearest = nearestSources(wanted.view(), m_samples, m_grid, 5, *m_backend, {}).value();
    ASSERT_EQ(nearest.size(), 5U);
    EXPECT_EQ(nearest[0].source, 37U);
    EXPECT_TRUE(nearest[0].transform.isFlipped);
    EXPECT_NEAR(nearest[0].transform.angleRad, applied.angleRad, 0.02F);
    EXPECT_LT(nearest[0].distance, 0.5F * nearest[1].distance);
    for (std::size_t i = 1; i < 5; ++i)
        EXPECT_GE(nearest[i].distance, nearest[i - 1].distance);
}

TEST_F(NearestSources, NoneIsNearerThanTheLastShown)
{
    const auto some = nearestSources(m_samples.sample(0), m_samples, m_grid, 7, *m_backend, {}).value();
    const auto all = nearestSources(m_samples.sample(0), m_samples, m_grid, 1000, *m_backend, {}).value();
    ASSERT_EQ(all.size(), 60U);
    for (std::size_t i = 0; i < 7; ++i)
        EXPECT_EQ(some[i], all[i]);
    EXPECT_TRUE(nearestSources(m_samples.sample(0), m_samples, m_grid, 0, *m_backend, {}).value().empty());
}

TEST_F(NearestSources, TiesGoByIndex)
{
    std::vector<float> same;
    for (std::size_t i = 0; i < 6; ++i)
        same.insert(same.end(), m_samples.sample(3).pixels().begin(), m_samples.sample(3).pixels().end());
    const auto nearest =
        nearestSources(m_samples.sample(3), data::MemorySamples(m_shape, same), m_grid, 6, *m_backend, {})
            .value();
    for (std::size_t i = 0; i < 6; ++i)
        EXPECT_EQ(nearest[i].source, i);
}

TEST_F(NearestSources, RefusesAnImageOfAnotherShape)
{
    const data::Image other({1, 20, 20});
    EXPECT_EQ(nearestSources(other.view(), m_samples, m_grid, 3, *m_backend, {}).error().kind,
              ErrorKind::Mismatch);
}

TEST(SourcesOfNeuron, AreTheOnesMappedToItNearestFirst)
{
    som::Mapping mapping;
    mapping.best = {2, 1, 2, 2, 0};
    mapping.distance = {3.0F, 1.0F, 1.0F, 3.0F, 2.0F};
    mapping.transform.resize(5);
    mapping.transform[2].angleRad = 1.5F;
    const auto sources = sourcesOfNeuron(mapping, 2, 10);
    ASSERT_EQ(sources.size(), 3U);
    EXPECT_EQ(sources[0], (Neighbour{2, 1.0F, {1.5F, false}}));
    EXPECT_EQ(sources[1].source, 0U);
    EXPECT_EQ(sources[2].source, 3U);
    EXPECT_EQ(sourcesOfNeuron(mapping, 2, 1).size(), 1U);
    EXPECT_TRUE(sourcesOfNeuron(mapping, 7, 5).empty());
}

} // namespace
} // namespace somnium::search
