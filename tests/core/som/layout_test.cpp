// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/layout.h"

#include <cmath>

#include <gtest/gtest.h>

namespace somnium::som
{
namespace
{

TEST(MapLayout, WidthIsTheSlowAxis)
{
    const MapLayout layout = MapLayout::rectangular(3, 4).value();
    EXPECT_EQ(layout.neuronCount(), 12U);
    EXPECT_EQ(layout.x(5), 1U);
    EXPECT_EQ(layout.y(5), 1U);
    for (std::size_t k = 0; k < layout.neuronCount(); ++k)
        EXPECT_EQ(layout.neuron(layout.x(k), layout.y(k)), k);
}

TEST(MapLayout, DistanceIsEuclidean)
{
    const MapLayout layout = MapLayout::rectangular(5, 5).value();
    EXPECT_DOUBLE_EQ(layout.distance(layout.neuron(0, 0), layout.neuron(3, 4)), 5.0);
    EXPECT_DOUBLE_EQ(layout.distance(layout.neuron(3, 4), layout.neuron(0, 0)), 5.0);
    EXPECT_DOUBLE_EQ(layout.distance(7, 7), 0.0);
}

TEST(MapLayout, TheEightAroundAreAdjacent)
{
    const MapLayout layout = MapLayout::rectangular(4, 4).value();
    const std::size_t middle = layout.neuron(1, 2);
    std::size_t adjacent = 0;
    for (std::size_t k = 0; k < layout.neuronCount(); ++k)
    {
        EXPECT_EQ(layout.areAdjacent(middle, k), k != middle && layout.distance(middle, k) < 1.5);
        adjacent += layout.areAdjacent(middle, k) ? 1U : 0U;
    }
    EXPECT_EQ(adjacent, 8U);
    // The end of one column is not next to the start of the following one.
    EXPECT_FALSE(layout.areAdjacent(layout.neuron(0, 3), layout.neuron(1, 0)));
}

TEST(MapLayout, ReadsWhatItWrites)
{
    for (const char *text : {"10x10", "1x1", "3x1000"})
        EXPECT_EQ(MapLayout::parse(text).value().toString(), text);
    EXPECT_EQ(MapLayout::parse("4X5").value(), MapLayout::rectangular(4, 5).value());
}

TEST(MapLayout, RefusesWhatIsNoMap)
{
    for (const char *text : {"", "x", "10", "10x", "x10", "0x5", "5x0", "1001x1", "10x10x2", "-1x5",
                             "10 x 10", "99999999999999999999x1"})
    {
        const auto layout = MapLayout::parse(text);
        ASSERT_FALSE(layout.has_value()) << text;
        EXPECT_EQ(layout.error().kind, ErrorKind::InvalidArgument);
    }
}

} // namespace
} // namespace somnium::som
