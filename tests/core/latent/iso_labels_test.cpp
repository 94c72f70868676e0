// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/iso_labels.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "core/latent/iso_lines.h"

namespace somnium::latent
{

namespace
{

constexpr LabelSize kSize = {40.0, 12.0};
LabelSize sameSize(double)
{
    return kSize;
}

/// Corners of a label on the screen.
std::vector<PlanePoint> cornersOf(const IsoLabel &label, const LabelSize &size, const PlaneWindow &window)
{
    const PlanePoint centre = window.toPixel(label.at);
    const PlanePoint along = {std::cos(label.angleRad), -std::sin(label.angleRad)};
    std::vector<PlanePoint> corners;
    for (const auto &[u, v] : {std::pair{-0.5, -0.5}, {0.5, -0.5}, {0.5, 0.5}, {-0.5, 0.5}})
        corners.push_back({centre.x + u * size.widthPixels * along.x - v * size.heightPixels * along.y,
                           centre.y + u * size.widthPixels * along.y + v * size.heightPixels * along.x});
    return corners;
}

/// Whether a grid of sample points of one label lies in the other: slow, but without the axes of the placer.
bool shareAPoint(const std::vector<PlanePoint> &a, const std::vector<PlanePoint> &b)
{
    const auto holds = [](const std::vector<PlanePoint> &box, PlanePoint p) {
        for (std::size_t i = 0; i < 4; ++i)
        {
            const PlanePoint &from = box[i];
            const PlanePoint &to = box[(i + 1) % 4];
            if ((to.x - from.x) * (p.y - from.y) - (to.y - from.y) * (p.x - from.x) < 0.0)
                return false;
        }
        return true;
    };
    for (double u = 0.0; u <= 1.0; u += 0.02)
        for (double v = 0.0; v <= 1.0; v += 0.1)
        {
            const PlanePoint p = {a[0].x + u * (a[1].x - a[0].x) + v * (a[3].x - a[0].x),
                                  a[0].y + u * (a[1].y - a[0].y) + v * (a[3].y - a[0].y)};
            if (holds(b, p))
                return true;
        }
    return false;
}

PlaneField waves()
{
    return *fieldOf([](PlanePoint p) { return std::sin(5.0 * p.x) + std::cos(4.0 * p.y) + p.x * p.y; },
                    {-1.0, 1.0, -1.0, 1.0}, 128, {});
}

} // namespace

TEST(IsoLabels, LieOnTheirLinesInTheWindowUprightAndApart)
{
    const std::vector<IsoLine> lines =
        isoLines(waves(), std::vector<double>{-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5});
    const PlaneWindow window = {{-0.8, 0.9, -0.7, 1.0}, 900, 600};
    const PlacedLabels placed = placeLabels(lines, window, sameSize);
    ASSERT_GT(placed.labels.size(), 5U);
    ASSERT_EQ(placed.labels.size(), placed.sizes.size());
    std::vector<std::vector<PlanePoint>> boxes;
    for (const IsoLabel &label : placed.labels)
    {
        EXPECT_EQ(label.level, lines[label.line].level);
        EXPECT_GT(label.angleRad, -0.5 * std::numbers::pi);
        EXPECT_LE(label.angleRad, 0.5 * std::numbers::pi);
        double nearest = 1e9;
        const PlanePoint at = window.toPixel(label.at);
        for (const PlanePoint &vertex : lines[label.line].vertices)
            nearest = std::min(nearest,
                               std::hypot(window.toPixel(vertex).x - at.x, window.toPixel(vertex).y - at.y));
        EXPECT_LT(nearest, 6.0); // half a square of the field
        boxes.push_back(cornersOf(label, kSize, window));
        for (const PlanePoint &corner : boxes.back())
        {
            EXPECT_TRUE(corner.x >= 0.0 && corner.x <= 900.0);
            EXPECT_TRUE(corner.y >= 0.0 && corner.y <= 600.0);
        }
    }
    for (std::size_t i = 0; i < boxes.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            EXPECT_FALSE(shareAPoint(boxes[i], boxes[j])) << i << " and " << j;
    EXPECT_TRUE(std::ranges::is_sorted(placed.labels, std::less<>{}, &IsoLabel::line));
}

TEST(IsoLabels, FollowTheLine)
{
    // On the screen from lower left to upper right, at the slope of the window.
    const std::vector<IsoLine> lines = {{7.0, false, {{1.0, 1.0}, {0.0, 0.0}}}};
    const PlacedLabels placed = placeLabels(lines, {{0.0, 1.0, 0.0, 1.0}, 400, 300}, sameSize);
    ASSERT_EQ(placed.labels.size(), 1U);
    EXPECT_NEAR(placed.labels[0].angleRad, std::atan2(300.0, 400.0), 1e-12);
    EXPECT_NEAR(placed.labels[0].at.x, placed.labels[0].at.y, 1e-12);
}

TEST(IsoLabels, AreWhereTheLineIsStraight)
{
    // A zigzag on the left, straight on the right.
    IsoLine line{1.0, false, {}};
    for (int i = 0; i <= 40; ++i)
        line.vertices.push_back({0.01 * i, i % 2 == 0 ? 0.49 : 0.51});
    line.vertices.push_back({1.0, 0.45});
    const PlacedLabels placed =
        placeLabels(std::vector<IsoLine>{line}, {{0.0, 1.0, 0.0, 1.0}, 400, 400}, sameSize);
    ASSERT_FALSE(placed.labels.empty());
    for (const IsoLabel &label : placed.labels)
        EXPECT_GT(label.at.x, 0.4);
}

TEST(IsoLabels, AreNotOnLinesTooShortOrTooBentOrOutside)
{
    IsoLine circle{1.0, true, {}};
    for (int i = 0; i < 60; ++i)
        circle.vertices.push_back({0.5 + 0.05 * std::cos(i * std::numbers::pi / 30.0),
                                   0.5 + 0.05 * std::sin(i * std::numbers::pi / 30.0)});
    const std::vector<IsoLine> lines = {
        {1.0, false, {{0.5, 0.5}, {0.55, 0.5}}}, circle, {1.0, false, {{2.0, 0.0}, {2.0, 1.0}}}};
    const PlaneWindow window = {{0.0, 1.0, 0.0, 1.0}, 300, 300};
    EXPECT_TRUE(placeLabels(lines, window, sameSize).labels.empty());
    EXPECT_TRUE(placeLabels({}, window, sameSize).labels.empty());
    const std::vector<IsoLine> straight = {{1.0, false, {{0.0, 0.5}, {1.0, 0.5}}}};
    EXPECT_EQ(placeLabels(straight, window, sameSize).labels.size(), 1U);
    EXPECT_TRUE(placeLabels(straight, window, [](double) { return LabelSize{}; }).labels.empty());
}

TEST(IsoLabels, OfAnotherParameterAreKeptFree)
{
    const std::vector<IsoLine> mass = {{1.0, false, {{0.0, 0.5}, {1.0, 0.5}}}};
    const PlaneWindow window = {{0.0, 1.0, 0.0, 1.0}, 200, 200};
    const PlacedLabels first = placeLabels(mass, window, sameSize);
    const PlacedLabels second = placeLabels(mass, window, sameSize, {}, first);
    ASSERT_EQ(first.labels.size(), 1U);
    ASSERT_EQ(second.labels.size(), 1U);
    EXPECT_GE(std::abs(first.labels[0].at.x - second.labels[0].at.x) * 200.0, kSize.widthPixels);
}

TEST(IsoLabels, OfALongLineAreOneAStretchAlsoWhereMostOfItIsOutside)
{
    const std::vector<IsoLine> lines = {{1.0, false, {{-1e5, 0.5}, {1e5, 0.5}}}};
    const PlacedLabels placed = placeLabels(lines, {{0.0, 1.0, 0.0, 1.0}, 2000, 500}, sameSize);
    EXPECT_GE(placed.labels.size(), 4U);
    EXPECT_LE(placed.labels.size(), 5U);
}

} // namespace somnium::latent
