// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/layout.h"

#include <cmath>
#include <queue>
#include <set>

#include <gtest/gtest.h>

namespace somnium::som
{
namespace
{

/// One of each kind, odd, even, flat and single ones among them.
std::vector<MapLayout> allKinds()
{
    std::vector<MapLayout> layouts;
    for (const char *text : {"1x1", "7", "7 periodic", "2 periodic", "5x4", "5x4 periodic", "1x6 periodic",
                             "2x3 periodic", "4x3x5", "4x3x5 periodic", "2x1x3 periodic", "1x1 hexagonal",
                             "3x3 hexagonal", "3x3 hexagonal periodic", "5x5 hexagonal",
                             "5x5 hexagonal periodic", "9x9 hexagonal", "9x9 hexagonal periodic"})
        layouts.push_back(MapLayout::parse(text).value());
    return layouts;
}

/// The distance of the cells that go on all around as far as the eye reaches.
double unrolledDistance(const MapLayout &layout, const MapLayout::Cell &a, const MapLayout::Cell &b)
{
    const auto difference = [](std::size_t from, std::size_t to) {
        return static_cast<double>(to) - static_cast<double>(from);
    };
    const int copies = layout.isPeriodic() ? 2 : 0;
    const auto width = static_cast<double>(layout.width());
    const auto height = static_cast<double>(layout.height());
    const auto depth = static_cast<double>(layout.depth());
    const double r = (width - 1.0) / 2.0;
    double least = 1e9;
    for (int i = -copies; i <= copies; ++i)
        for (int j = -copies; j <= copies; ++j)
        {
            if (layout.isHexagonal())
            {
                const double x = difference(a.x, b.x) + i * (2.0 * r + 1.0) + j * r;
                const double y = difference(a.y, b.y) - i * r + j * (r + 1.0);
                least = std::min(least, (std::abs(x) + std::abs(y) + std::abs(x + y)) / 2.0);
                continue;
            }
            for (int k = -copies; k <= copies; ++k)
                least = std::min(least, std::hypot(difference(a.x, b.x) + i * width,
                                                   difference(a.y, b.y) + j * height,
                                                   difference(a.z, b.z) + k * depth));
        }
    return least;
}

TEST(MapLayout, WidthIsTheSlowAxis)
{
    const MapLayout layout = MapLayout::rectangular(3, 4).value();
    EXPECT_EQ(layout.neuronCount(), 12U);
    EXPECT_EQ(layout.x(5), 1U);
    EXPECT_EQ(layout.y(5), 1U);
    const MapLayout box = MapLayout::parse("3x4x5").value();
    EXPECT_EQ(box.neuron(1, 2, 3), (1U * 4U + 2U) * 5U + 3U);
}

TEST(MapLayout, NeuronsAndCellsAreOneToOne)
{
    for (const MapLayout &layout : allKinds())
    {
        std::size_t cells = 0;
        for (std::size_t x = 0; x <= layout.width(); ++x)
            for (std::size_t y = 0; y <= layout.height(); ++y)
                for (std::size_t z = 0; z <= layout.depth(); ++z)
                {
                    const auto neuron = layout.neuronAt(x, y, z);
                    if (!neuron)
                        continue;
                    ++cells;
                    EXPECT_EQ(layout.cell(*neuron), (MapLayout::Cell{x, y, z})) << layout.toString();
                }
        EXPECT_EQ(cells, layout.neuronCount()) << layout.toString();
    }
}

TEST(MapLayout, DistanceIsThatOfTheUnrolledPlane)
{
    for (const MapLayout &layout : allKinds())
        for (std::size_t a = 0; a < layout.neuronCount(); ++a)
            for (std::size_t b = 0; b < layout.neuronCount(); ++b)
                ASSERT_DOUBLE_EQ(layout.distance(a, b),
                                 unrolledDistance(layout, layout.cell(a), layout.cell(b)))
                    << layout.toString() << ' ' << a << ' ' << b;
}

TEST(MapLayout, DistanceIsAMetric)
{
    for (const MapLayout &layout : allKinds())
        for (std::size_t a = 0; a < layout.neuronCount(); ++a)
            for (std::size_t b = 0; b < layout.neuronCount(); ++b)
            {
                ASSERT_EQ(layout.distance(a, b), layout.distance(b, a)) << layout.toString();
                ASSERT_EQ(layout.distance(a, b) == 0.0, a == b) << layout.toString();
                for (std::size_t c = 0; c < layout.neuronCount(); ++c)
                    ASSERT_LE(layout.distance(a, c), layout.distance(a, b) + layout.distance(b, c) + 1e-12)
                        << layout.toString();
            }
}

TEST(MapLayout, HexagonalDistancesAreTheStepsThroughNeighbours)
{
    for (const char *text : {"9x9 hexagonal", "9x9 hexagonal periodic", "3x3 hexagonal periodic"})
    {
        const MapLayout layout = MapLayout::parse(text).value();
        for (std::size_t start = 0; start < layout.neuronCount(); start += 7)
        {
            std::vector<double> steps(layout.neuronCount(), -1.0);
            steps[start] = 0.0;
            std::queue<std::size_t> next({start});
            for (; !next.empty(); next.pop())
                for (const std::size_t neighbour : layout.neighbours(next.front()))
                    if (steps[neighbour] < 0.0)
                    {
                        steps[neighbour] = steps[next.front()] + 1.0;
                        next.push(neighbour);
                    }
            for (std::size_t k = 0; k < layout.neuronCount(); ++k)
                ASSERT_EQ(layout.distance(start, k), steps[k]) << text << ' ' << start << ' ' << k;
        }
    }
}

TEST(MapLayout, NeighboursAreTheAdjacentOnes)
{
    for (const MapLayout &layout : allKinds())
        for (std::size_t a = 0; a < layout.neuronCount(); ++a)
        {
            std::vector<std::size_t> adjacent;
            for (std::size_t b = 0; b < layout.neuronCount(); ++b)
                if (layout.areAdjacent(a, b))
                    adjacent.push_back(b);
            ASSERT_EQ(layout.neighbours(a), adjacent) << layout.toString() << ' ' << a;
        }
}

TEST(MapLayout, EveryNeuronOfAClosedMapHasAllItsNeighbours)
{
    const std::pair<const char *, std::size_t> expected[] = {{"5 periodic", 2},
                                                             {"5x4 periodic", 8},
                                                             {"4x3x5 periodic", 26},
                                                             {"3x3 hexagonal periodic", 6},
                                                             {"21x21 hexagonal periodic", 6}};
    for (const auto &[text, count] : expected)
    {
        const MapLayout layout = MapLayout::parse(text).value();
        for (std::size_t k = 0; k < layout.neuronCount(); ++k)
            ASSERT_EQ(layout.neighbours(k).size(), count) << text;
    }
    // With open edges: inside all of them, in a corner less.
    const MapLayout sheet = MapLayout::rectangular(4, 4).value();
    EXPECT_EQ(sheet.neighbours(sheet.neuron(1, 2)).size(), 8U);
    EXPECT_EQ(sheet.neighbours(0).size(), 3U);
    EXPECT_FALSE(sheet.areAdjacent(sheet.neuron(0, 3), sheet.neuron(1, 0)));
    const MapLayout hexagon = MapLayout::hexagonal(5).value();
    EXPECT_EQ(hexagon.neighbours(hexagon.neuron(2, 2)).size(), 6U);
    EXPECT_EQ(hexagon.neighbours(0).size(), 3U);
}

TEST(MapLayout, AllNeuronsOfAClosedHexagonAreAlike)
{
    const MapLayout layout = MapLayout::parse("7x7 hexagonal periodic").value();
    std::set<std::multiset<double>> seen;
    for (std::size_t a = 0; a < layout.neuronCount(); ++a)
    {
        std::multiset<double> distances;
        for (std::size_t b = 0; b < layout.neuronCount(); ++b)
            distances.insert(layout.distance(a, b));
        seen.insert(distances);
    }
    EXPECT_EQ(seen.size(), 1U);
}

TEST(MapLayout, TheHexagonIsPinks)
{
    const MapLayout layout = MapLayout::hexagonal(21).value();
    EXPECT_EQ(layout.neuronCount(), 331U);
    std::size_t neuron = 0;
    for (std::size_t row = 0; row < 21; ++row) // rows of d - |r - i| cells, one after the other
        for (std::size_t i = 0; i < 21 - (row < 10 ? 10 - row : row - 10); ++i, ++neuron)
        {
            EXPECT_EQ(layout.y(neuron), row);
            EXPECT_EQ(layout.x(neuron), i + (row < 10 ? 10 - row : 0));
        }
    EXPECT_EQ(layout.distance(0, 330), 20.0);
    EXPECT_EQ(layout.distance(0, 10), 10.0);
}

TEST(MapLayout, CellsAreDrawnWhereTheirNeighboursTouch)
{
    for (const MapLayout &layout : allKinds())
    {
        const MapLayout::Point size = layout.drawingSize();
        for (std::size_t a = 0; a < layout.neuronCount(); ++a)
        {
            const MapLayout::Point at = layout.drawingCentre(a);
            EXPECT_TRUE(at.x >= 0.5 && at.x <= size.x - 0.5 && at.y >= 0.5 && at.y <= size.y - 0.5);
            for (std::size_t b = 0; b < layout.neuronCount(); ++b)
            {
                const MapLayout::Point other = layout.drawingCentre(b);
                const double apart = std::hypot(at.x - other.x, at.y - other.y);
                ASSERT_TRUE(a == b || layout.z(a) != layout.z(b) || apart > 1.0 - 1e-12) << layout.toString();
                const bool isOpenHexagon = layout.isHexagonal() && !layout.isPeriodic();
                ASSERT_TRUE(!isOpenHexagon || layout.areAdjacent(a, b) == (a != b && apart < 1.0 + 1e-12));
            }
        }
    }
}

TEST(MapLayout, ReadsWhatItWrites)
{
    for (const char *text : {"10x10", "1x1", "3x1000", "64", "8x8x4", "16 periodic", "5x6x7 periodic",
                             "21x21 hexagonal", "21x21 hexagonal periodic"})
        EXPECT_EQ(MapLayout::parse(text).value().toString(), text);
    EXPECT_EQ(MapLayout::parse("4X5").value(), MapLayout::rectangular(4, 5).value());
    EXPECT_EQ(MapLayout::parse("16").value().sides(), std::vector<std::size_t>{16});
    EXPECT_NE(MapLayout::parse("16").value(), MapLayout::parse("16x1").value());
}

TEST(MapLayout, RefusesWhatIsNoMap)
{
    for (const char *text : {"",
                             "x",
                             "10x",
                             "x10",
                             "0x5",
                             "5x0",
                             "1001x1",
                             "1000x1000x2",
                             "-1x5",
                             "10 x 10",
                             "2x2x2x2",
                             "0",
                             "99999999999999999999x1",
                             "10x10 hexagonal",
                             "5x7 hexagonal",
                             "5 hexagonal",
                             "3x3x3 hexagonal",
                             "1x1 hexagonal periodic",
                             "periodic",
                             " periodic",
                             "hexagonal",
                             "5x5 round",
                             "5x5 periodic hexagonal",
                             "5x5periodic"})
    {
        const auto layout = MapLayout::parse(text);
        ASSERT_FALSE(layout.has_value()) << text;
        EXPECT_EQ(layout.error().kind, ErrorKind::InvalidArgument);
    }
}

} // namespace
} // namespace somnium::som
