// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/point_index.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/core/latent/plane_points.h"
#include "tests/support/property.h"

namespace somnium::latent
{

namespace
{

using Indices = std::vector<std::size_t>;

template <class Claim> Indices where(const OwnedPoints &points, const Claim &claim)
{
    Indices found;
    for (std::size_t i = 0; i < points.x.size(); ++i)
        if (std::isfinite(points.x[i]) && std::isfinite(points.y[i]) &&
            claim(i, PlanePoint{static_cast<double>(points.x[i]), static_cast<double>(points.y[i])}))
            found.push_back(i);
    return found;
}

Indices nearestByHand(const OwnedPoints &points, PlanePoint at, PlanePoint scale, std::size_t count,
                      double maxPixels, std::span<const std::uint8_t> flags)
{
    std::vector<std::pair<double, std::size_t>> all;
    for (const std::size_t i : where(points, [](std::size_t, PlanePoint) { return true; }))
    {
        const double dx = (static_cast<double>(points.x[i]) - at.x) * (1.0 / scale.x);
        const double dy = (static_cast<double>(points.y[i]) - at.y) * (1.0 / scale.y);
        if ((flags.empty() || (flags[i] & kHidden) == 0) && dx * dx + dy * dy <= maxPixels * maxPixels)
            all.emplace_back(dx * dx + dy * dy, i);
    }
    std::ranges::sort(all);
    Indices found;
    for (std::size_t i = 0; i < std::min(count, all.size()); ++i)
        found.push_back(all[i].second);
    return found;
}

/// Winding by the angle: nothing in common with the crossing of rays. For simple polygons.
bool isWoundAround(PlanePoint p, const std::vector<PlanePoint> &polygon)
{
    double turn = 0.0;
    for (std::size_t i = 0; i < polygon.size(); ++i)
    {
        const PlanePoint a = {polygon[i].x - p.x, polygon[i].y - p.y};
        const PlanePoint &next = polygon[(i + 1) % polygon.size()];
        const PlanePoint b = {next.x - p.x, next.y - p.y};
        turn += std::atan2(a.x * b.y - a.y * b.x, a.x * b.x + a.y * b.y);
    }
    return std::abs(turn) > std::numbers::pi;
}

std::vector<PlanePoint> wobblyLasso(Random &random, std::size_t vertices)
{
    const double phase = random.uniform(0.0, 6.0);
    const double size = random.uniform(0.05, 1.2);
    std::vector<PlanePoint> lasso;
    for (std::size_t i = 0; i < vertices; ++i)
    {
        const double angle = 2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(vertices);
        const double radius = size * (1.0 + 0.4 * std::sin(5.0 * angle + phase));
        lasso.push_back({0.3 + radius * std::cos(angle), -0.2 + radius * std::sin(angle)});
    }
    return lasso;
}

std::vector<std::uint8_t> randomFlags(Random &random, std::size_t count)
{
    std::vector<std::uint8_t> flags(count);
    for (std::uint8_t &flag : flags)
        flag = static_cast<std::uint8_t>(random.below(4));
    return flags;
}

} // namespace

TEST(PointIndex, TheNearestAreThoseOfAFullSearch)
{
    test::forAll(60, [](Random &random) {
        const std::size_t count = random.below(3000);
        const OwnedPoints points = clumps(random, count);
        const std::vector<std::uint8_t> flags =
            random.below(2) == 0 ? std::vector<std::uint8_t>{} : randomFlags(random, count);
        const PointIndex index(points.view());
        for (int query = 0; query < 30; ++query)
        {
            const PlanePoint at = {random.uniform(-1.5, 1.5), random.uniform(-1.5, 1.5)};
            const PlanePoint scale = {0.001 * std::exp(random.normal()), 0.001 * std::exp(random.normal())};
            const double reach =
                random.below(2) == 0 ? 20.0 * random.uniform() : std::numeric_limits<double>::infinity();
            const std::size_t wanted = random.below(40);
            ASSERT_EQ(index.nearestMany(at, scale, wanted, reach, flags),
                      nearestByHand(points, at, scale, wanted, reach, flags));
            const Indices one = nearestByHand(points, at, scale, 1, reach, flags);
            const std::optional<std::size_t> nearest = index.nearest(at, scale, reach, flags);
            ASSERT_EQ(nearest, one.empty() ? std::nullopt : std::optional(one.front()));
        }
    });
}

TEST(PointIndex, ARectangleHoldsThosePointsThatLieInIt)
{
    test::forAll(60, [](Random &random) {
        const std::size_t count = random.below(3000);
        const OwnedPoints points = clumps(random, count);
        const std::vector<std::uint8_t> flags = randomFlags(random, count);
        const PointIndex index(points.view());
        for (int query = 0; query < 20; ++query)
        {
            const double left = random.uniform(-1.2, 1.0);
            const double bottom = random.uniform(-1.2, 1.0);
            const PlaneRect rect = {left, left + random.uniform(), bottom, bottom + 3.0 * random.uniform()};
            const auto isIn = [&](std::size_t, PlanePoint p) {
                return p.x >= rect.left && p.x <= rect.right && p.y >= rect.bottom && p.y <= rect.top;
            };
            ASSERT_EQ(index.insideRect(rect), where(points, isIn));
            ASSERT_EQ(index.insideRect(rect, flags), where(points, [&](std::size_t i, PlanePoint p) {
                          return isIn(i, p) && (flags[i] & kHidden) == 0;
                      }));
        }
    });
}

TEST(PointIndex, ALassoHoldsThosePointsThatItWindsAround)
{
    test::forAll(40, [](Random &random) {
        const OwnedPoints points = clumps(random, random.below(4000));
        const PointIndex index(points.view());
        const std::vector<PlanePoint> lasso = wobblyLasso(random, 3 + random.below(400));
        const Indices wanted =
            where(points, [&](std::size_t, PlanePoint p) { return isWoundAround(p, lasso); });
        ASSERT_EQ(index.insidePolygon(lasso), wanted);
    });
}

TEST(PointIndex, APolygonThatCrossesItselfIsEvenOddPointByPoint)
{
    test::forAll(40, [](Random &random) {
        const OwnedPoints points = clumps(random, 2000);
        const std::vector<std::uint8_t> flags = randomFlags(random, 2000);
        std::vector<PlanePoint> polygon;
        for (std::size_t i = 0; i < 3 + random.below(60); ++i)
            polygon.push_back({random.uniform(-1.0, 1.0), random.uniform(-1.0, 1.0)});
        // Sides through points themselves, level and upright ones.
        for (std::size_t i = 0; i < 10; ++i)
            if (std::isfinite(points.x[i]) && std::isfinite(points.y[i]))
            {
                polygon.push_back({static_cast<double>(points.x[i]), static_cast<double>(points.y[i])});
                polygon.push_back({polygon.back().x, polygon[i].y});
                polygon.push_back({polygon[i].x, polygon.back().y});
            }
        const PointIndex index(points.view());
        ASSERT_EQ(index.insidePolygon(polygon, flags), where(points, [&](std::size_t i, PlanePoint p) {
                      return isInsidePolygon(p, polygon) && (flags[i] & kHidden) == 0;
                  }));
    });
}

TEST(PointIndex, TheMiddleOfAPentagramIsOutside)
{
    std::vector<PlanePoint> star;
    for (int i = 0; i < 5; ++i)
    {
        const double angle = 0.5 * std::numbers::pi + 0.8 * std::numbers::pi * i;
        star.push_back({std::cos(angle), std::sin(angle)});
    }
    EXPECT_FALSE(isInsidePolygon({0.0, 0.0}, star));
    EXPECT_TRUE(isInsidePolygon({0.0, 0.7}, star));
    EXPECT_FALSE(isInsidePolygon({0.7, 0.7}, star));
}

TEST(PointIndex, PolygonsThatShareASideShareNoPointAndMissNone)
{
    OwnedPoints points;
    for (int i = 0; i < 200; ++i)
        points.add(0.01 * (i % 20), 0.1 * (i / 20)); // many exactly on the shared sides
    const PointIndex index(points.view());
    const PlanePoint middle = {0.1, 0.5};
    const std::vector<PlanePoint> corners = {{-1.0, -1.0}, {2.0, -1.0}, {2.0, 2.0}, {-1.0, 2.0}};
    Indices all;
    for (std::size_t k = 0; k < 4; ++k)
    {
        const std::vector<PlanePoint> triangle = {middle, corners[k], corners[(k + 1) % 4]};
        for (const std::size_t i : index.insidePolygon(triangle))
            all.push_back(i);
    }
    std::ranges::sort(all);
    EXPECT_EQ(all, where(points, [](std::size_t, PlanePoint) { return true; }));
}

TEST(PointIndex, NoPointsOneAndManyAtOnePlaceAreNoTrouble)
{
    const PlaneRect everything = {-10.0, 10.0, -10.0, 10.0};
    const std::vector<PlanePoint> square = {{-1.0, -1.0}, {5.0, -1.0}, {5.0, 5.0}, {-1.0, 5.0}};
    const PointIndex none(Points{});
    EXPECT_EQ(none.nearest({0.0, 0.0}, {1.0, 1.0}, 1e9), std::nullopt);
    EXPECT_TRUE(none.insideRect(everything).empty());
    EXPECT_TRUE(none.insidePolygon(square).empty());
    EXPECT_TRUE(PointIndex().insideRect(everything).empty());

    OwnedPoints one;
    one.add(2.0, 3.0);
    const PointIndex single(one.view());
    EXPECT_EQ(single.nearest({2.0, 7.0}, {1.0, 2.0}, 2.0), 0U); // 4 units are 2 pixels
    EXPECT_EQ(single.nearest({2.0, 7.0}, {1.0, 2.0}, 1.99), std::nullopt);
    EXPECT_EQ(single.insidePolygon(square), Indices{0});

    OwnedPoints many;
    for (int i = 0; i < 1000; ++i)
        many.add(2.0, 3.0);
    const PointIndex same(many.view());
    EXPECT_EQ(same.nearest({0.0, 0.0}, {1.0, 1.0}, 100.0), 0U);
    EXPECT_EQ(same.nearestMany({2.0, 3.0}, {1.0, 1.0}, 3), (Indices{0, 1, 2}));
    EXPECT_EQ(same.insideRect(everything).size(), 1000U);
    EXPECT_EQ(same.insidePolygon(square).size(), 1000U);
}

TEST(PointIndex, QuestionsWithoutSenseFindNothing)
{
    OwnedPoints one;
    one.add(0.5, 0.5);
    const PointIndex index(one.view());
    const double nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(index.nearest({nan, 0.0}, {1.0, 1.0}, 10.0), std::nullopt);
    EXPECT_EQ(index.nearest({0.0, 0.0}, {0.0, 1.0}, 10.0), std::nullopt);
    EXPECT_EQ(index.nearest({0.0, 0.0}, {1.0, 1.0}, -1.0), std::nullopt);
    EXPECT_TRUE(index.nearestMany({0.5, 0.5}, {1.0, 1.0}, 0).empty());
    EXPECT_TRUE(index.insideRect({1.0, 0.0, 1.0, 0.0}).empty());
    EXPECT_TRUE(index.insidePolygon(std::vector<PlanePoint>{{0.0, 0.0}, {1.0, 1.0}}).empty());
    EXPECT_TRUE(index.insidePolygon(std::vector<PlanePoint>{{0.0, 0.0}, {2.0, 0.0}, {nan, 2.0}}).empty());
}

TEST(PointIndex, AnswersDoNotDependOnTheNumberOfThreads)
{
    Random random(5);
    const OwnedPoints points = clumps(random, 20'000);
    JobContext one;
    one.threads = 1;
    JobContext four;
    four.threads = 4;
    const PointIndex a(points.view(), one);
    const PointIndex b(points.view(), four);
    EXPECT_EQ(a.nearestMany({0.25, 0.25}, {0.01, 0.01}, 500), b.nearestMany({0.25, 0.25}, {0.01, 0.01}, 500));
}

} // namespace somnium::latent
