// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/map_geometry.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/som/som.h"

namespace somnium::ui
{
namespace
{

const std::vector<std::string> kLayouts = {"10x10",
                                           "7x3",
                                           "1x1",
                                           "1x6",
                                           "16",
                                           "31 periodic",
                                           "6x4 periodic",
                                           "1x1 periodic",
                                           "3x3 hexagonal",
                                           "9x9 hexagonal",
                                           "1x1 hexagonal",
                                           "7x7 hexagonal periodic",
                                           "5x5x4",
                                           "3x2x5 periodic",
                                           "2x2x1",
                                           "40x40"};

som::MapLayout layoutOf(const std::string &text)
{
    return som::MapLayout::parse(text).value();
}

struct Case
{
    std::string text;
    som::MapLayout layout;
    MapGeometry geometry;
    QRectF drawing;
};

/// Every layout in rooms of several shapes, whole and zoomed to where edges fall between pixels; boxes also
/// slice by slice.
template <class Check> void forAllDrawings(Check check)
{
    for (const std::string &text : kLayouts)
        for (const QSizeF &room : {QSizeF(800, 600), QSizeF(301, 777), QSizeF(1200, 200)})
            for (const double zoom : {1.0, 3.37})
            {
                const som::MapLayout layout = layoutOf(text);
                for (std::size_t slice = 0; slice <= layout.depth(); ++slice)
                {
                    const auto shown = slice < layout.depth() ? std::optional(slice) : std::nullopt;
                    const MapGeometry geometry(layout, text == "7x3" ? 1.5 : 1.0,
                                               {.size = room, .titleHeight = 14.0, .slice = shown});
                    QRectF drawing = geometry.fitted(QRectF(QPointF(3.3, -7.9), room));
                    drawing.setSize(drawing.size() * zoom);
                    SCOPED_TRACE(text + " slice " + std::to_string(slice) + " room " +
                                 std::to_string(room.width()) + " zoom " + std::to_string(zoom));
                    check(Case{text, layout, geometry, drawing});
                }
            }
}

TEST(MapGeometry, FindsTheNeuronUnderEveryPointOfItsCell)
{
    Random random(3);
    forAllDrawings([&](const Case &one) {
        for (std::size_t neuron = 0; neuron < one.layout.neuronCount(); ++neuron)
        {
            const QPolygonF shape = one.geometry.cellShape(one.drawing, neuron);
            ASSERT_EQ(shape.isEmpty(), !one.geometry.isShown(neuron));
            if (shape.isEmpty())
                continue;
            const QRectF rect = shape.boundingRect();
            ASSERT_EQ(one.geometry.neuronAt(one.drawing, rect.center()), neuron);
            for (int i = 0; i < 4; ++i)
            {
                const QPointF point(rect.left() + random.uniform() * rect.width(),
                                    rect.top() + random.uniform() * rect.height());
                if (!shape.containsPoint(point, Qt::OddEvenFill))
                    continue;
                ASSERT_EQ(one.geometry.neuronAt(one.drawing, point), neuron)
                    << point.x() << ", " << point.y();
            }
        }
    });
}

TEST(MapGeometry, PutsEveryNeuronInThePlaceThatItFindsThere)
{
    Random random(4);
    forAllDrawings([&](const Case &one) {
        const auto places = one.geometry.places(one.drawing);
        std::set<std::size_t> own;
        for (const auto &place : places)
        {
            ASSERT_EQ(one.geometry.neuronAt(one.drawing, place.rect.center()), place.neuron);
            ASSERT_TRUE(one.drawing.adjusted(-1, -1, 1, 1).contains(place.rect));
            ASSERT_TRUE(place.isRepeated || own.insert(place.neuron).second) << "drawn twice";
        }
        for (int i = 0; i < 50; ++i)
        {
            const QPointF point(one.drawing.left() + random.uniform() * one.drawing.width(),
                                one.drawing.top() + random.uniform() * one.drawing.height());
            const auto found = one.geometry.neuronAt(one.drawing, point);
            // Found exactly where some place of that neuron is; hexagons by half a unit of rounding.
            const bool isThere = std::ranges::any_of(places, [&](const auto &place) {
                const QPolygonF shape =
                    one.geometry.isHexagonal() ? MapGeometry::hexagonIn(place.rect) : QPolygonF(place.rect);
                return shape.containsPoint(point, Qt::OddEvenFill) && place.neuron == found;
            });
            const bool isNowhere = std::ranges::none_of(places, [&](const auto &place) {
                const QPolygonF shape =
                    one.geometry.isHexagonal()
                        ? MapGeometry::hexagonIn(place.rect.adjusted(0.5, 0.5, -0.5, -0.5))
                        : QPolygonF(place.rect);
                return shape.containsPoint(point, Qt::OddEvenFill);
            });
            ASSERT_TRUE(found ? isThere || one.geometry.isHexagonal() : isNowhere)
                << point.x() << ", " << point.y();
        }
    });
}

TEST(MapGeometry, DrawsSheetsWhereTheLayoutSays)
{
    for (const std::string text : {"10x10", "7x4", "9x9 hexagonal", "21x21 hexagonal"})
    {
        const som::MapLayout layout = layoutOf(text);
        const MapGeometry geometry(layout, 1.0, {.size = {500, 500}});
        const auto size = layout.drawingSize();
        EXPECT_NEAR(geometry.size().width(), size.x, 1e-9) << text;
        EXPECT_NEAR(geometry.size().height(), size.y, 1e-9) << text;
        const QRectF drawing(0, 0, 1000.0 * size.x, 1000.0 * size.y);
        for (std::size_t neuron = 0; neuron < layout.neuronCount(); ++neuron)
        {
            const QPointF centre = geometry.cellRect(drawing, neuron).center();
            EXPECT_NEAR(centre.x(), 1000.0 * layout.drawingCentre(neuron).x, 1e-6) << text;
            EXPECT_NEAR(centre.y(), 1000.0 * layout.drawingCentre(neuron).y, 1e-6) << text;
        }
    }
}

TEST(MapGeometry, StepsGoToNeighboursAndBack)
{
    using enum MapDirection;
    for (const std::string &text : kLayouts)
    {
        const som::MapLayout layout = layoutOf(text);
        const MapGeometry geometry(layout, 1.0, {.size = {640, 480}});
        for (std::size_t neuron = 0; neuron < layout.neuronCount(); ++neuron)
            for (const auto &[there, back] : {std::pair{Left, Right}, {Right, Left}, {SliceBack, SliceOn}})
            {
                const auto next = geometry.next(neuron, there);
                if (!next || *next == neuron)
                    continue;
                EXPECT_TRUE(layout.areAdjacent(neuron, *next)) << text;
                EXPECT_EQ(geometry.next(*next, back), neuron) << text;
            }
    }
}

TEST(MapGeometry, UpAndDownGoStraightThroughTheHexagons)
{
    const som::MapLayout layout = layoutOf("9x9 hexagonal");
    const MapGeometry geometry(layout, 1.0, {.size = {600, 600}});
    const double middle = layout.drawingSize().x / 2.0;
    std::size_t at = layout.neuron(4, 0) + 0;
    for (std::size_t candidate = 0; candidate < layout.neuronCount(); ++candidate)
        if (layout.y(candidate) == 0 && std::abs(layout.drawingCentre(candidate).x - middle) < 0.1)
            at = candidate;
    for (std::size_t row = 1; row < 9; ++row)
    {
        const auto next = geometry.next(at, MapDirection::Down);
        ASSERT_TRUE(next);
        EXPECT_TRUE(layout.areAdjacent(at, *next));
        at = *next;
        EXPECT_EQ(layout.y(at), row);
        EXPECT_LE(std::abs(layout.drawingCentre(at).x - middle), 0.51);
    }
    EXPECT_FALSE(geometry.next(at, MapDirection::Down));
}

TEST(MapGeometry, WhatIsClosedRepeatsTheNeighboursBeyondTheEdge)
{
    for (const std::string text : {"6x4 periodic", "7x7 hexagonal periodic", "31 periodic"})
    {
        const som::MapLayout layout = layoutOf(text);
        const MapGeometry geometry(layout, 1.0, {.size = {640, 480}});
        const QRectF drawing = geometry.fitted(QRectF(0, 0, 640, 480));
        std::size_t repeated = 0;
        for (const auto &place : geometry.places(drawing))
        {
            if (!place.isRepeated)
                continue;
            ++repeated;
            // What lies beside a repeated cell is next to it on the map.
            const QRectF around = place.rect.adjusted(-2, -2, 2, 2);
            for (const auto &other : geometry.places(drawing))
            {
                const QPointF way = other.rect.center() - place.rect.center();
                const bool isBeside = !other.isRepeated && layout.dimensionCount() == 2 &&
                                      std::hypot(way.x(), way.y()) < 1.1 * around.width();
                EXPECT_TRUE(!isBeside || layout.areAdjacent(other.neuron, place.neuron)) << text;
            }
        }
        EXPECT_EQ(repeated, layout.dimensionCount() == 1 ? 2U : 24U) << text;
    }
    EXPECT_EQ(MapGeometry(layoutOf("6x4 periodic"), 1.0, {}).next(0, MapDirection::Left), 5U * 4U);
}

TEST(MapGeometry, LinesWrapToFillTheRoom)
{
    const som::MapLayout line = layoutOf("64");
    EXPECT_EQ(MapGeometry(line, 1.0, {.size = {800, 800}}).lineColumns(), 8U);
    EXPECT_EQ(MapGeometry(line, 1.0, {.size = {6400, 100}}).lineColumns(), 64U);
    const MapGeometry square(line, 1.0, {.size = {800, 800}});
    EXPECT_EQ(square.next(9, MapDirection::Up), 1U);
    EXPECT_EQ(square.next(7, MapDirection::Right), 8U) << "the row after goes on";
    EXPECT_EQ(MapGeometry(layoutOf("40x1"), 1.0, {.size = {800, 800}}).lineColumns(), 0U)
        << "a sheet is a sheet";
}

TEST(MapGeometry, SlicesHaveTitlesAboveThemOneByOneNone)
{
    const som::MapLayout box = layoutOf("5x5x4");
    const MapGeometry all(box, 1.0, {.size = {800, 800}, .titleHeight = 15.0});
    const QRectF drawing = all.fitted(QRectF(0, 0, 800, 800));
    const auto titles = all.sliceTitles(drawing);
    ASSERT_EQ(titles.size(), 4U);
    for (const auto &[slice, band] : titles)
    {
        EXPECT_NEAR(band.height(), 15.0, 1.0);
        for (std::size_t neuron = 0; neuron < box.neuronCount(); ++neuron)
            EXPECT_FALSE(all.cellRect(drawing, neuron).intersects(band.adjusted(1, 1, -1, -1)));
        EXPECT_EQ(box.z(*all.neuronAt(drawing, band.bottomLeft() + QPointF(3, 3))), slice);
    }
    const MapGeometry one(box, 1.0, {.size = {800, 800}, .titleHeight = 15.0, .slice = 2});
    EXPECT_TRUE(one.sliceTitles(drawing).empty());
    EXPECT_EQ(one.places(drawing).size(), 25U);
}

} // namespace
} // namespace somnium::ui
