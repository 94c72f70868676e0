// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/iso_lines.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/property.h"

namespace somnium::latent
{

namespace
{

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
const PlaneRect kUnit = {-1.0, 1.0, -1.0, 1.0};

PlaneField fieldFrom(std::size_t columns, std::vector<float> value)
{
    PlaneField field;
    field.columns = columns;
    field.rows = value.size() / columns;
    field.rect = {-0.5, static_cast<double>(columns) - 0.5, -0.5, static_cast<double>(field.rows) - 0.5};
    field.value = std::move(value);
    return field;
}

PlaneField bowl(std::size_t side)
{
    return *fieldOf([](PlanePoint p) { return p.x * p.x + p.y * p.y; }, kUnit, side, {});
}

double area(const IsoLine &line)
{
    double twice = 0.0;
    for (std::size_t i = 0; i < line.vertices.size(); ++i)
    {
        const PlanePoint &a = line.vertices[i];
        const PlanePoint &b = line.vertices[(i + 1) % line.vertices.size()];
        twice += a.x * b.y - b.x * a.y;
    }
    return 0.5 * twice;
}

std::size_t squaresCrossed(const PlaneField &field, double level)
{
    std::size_t pieces = 0;
    for (std::size_t row = 0; row + 1 < field.rows; ++row)
        for (std::size_t column = 0; column + 1 < field.columns; ++column)
        {
            const auto at = [&](std::size_t r, std::size_t c) {
                return static_cast<double>(field.value[(row + r) * field.columns + column + c]);
            };
            const double corners[] = {at(0, 0), at(0, 1), at(1, 1), at(1, 0)};
            std::size_t changes = 0;
            bool isKnown = true;
            for (std::size_t k = 0; k < 4; ++k)
            {
                changes += (corners[k] >= level) != (corners[(k + 1) % 4] >= level) ? 1U : 0U;
                isKnown = isKnown && std::isfinite(corners[k]);
            }
            pieces += isKnown ? changes / 2 : 0;
        }
    return pieces;
}

} // namespace

TEST(IsoLines, OfABowlAreCirclesClosedOneALevel)
{
    std::vector<double> levels;
    for (int i = 1; i < 50; ++i)
        levels.push_back(0.02 * i);
    const std::vector<IsoLine> lines = isoLines(bowl(256), levels);
    ASSERT_EQ(lines.size(), levels.size());
    for (std::size_t i = 0; i < lines.size(); ++i)
    {
        EXPECT_TRUE(lines[i].isClosed);
        EXPECT_EQ(lines[i].level, levels[i]);
        const double radius = std::sqrt(levels[i]);
        for (const PlanePoint &vertex : lines[i].vertices)
            ASSERT_NEAR(std::hypot(vertex.x, vertex.y), radius, 1e-3);
        // Larger values on the left: around a bowl's bottom the line runs clockwise.
        EXPECT_NEAR(area(lines[i]), -3.14159265 * levels[i], 1e-3);
    }
}

TEST(IsoLines, RunOpenWhereTheyMeetTheBorder)
{
    const std::vector<IsoLine> lines = isoLines(bowl(64), std::vector<double>{1.2});
    ASSERT_EQ(lines.size(), 4U); // the four corners
    for (const IsoLine &line : lines)
    {
        EXPECT_FALSE(line.isClosed);
        const double border = 1.0 - 1.0 / 64.0;
        for (const PlanePoint &end : {line.vertices.front(), line.vertices.back()})
            EXPECT_NEAR(std::max(std::abs(end.x), std::abs(end.y)), border, 1e-12);
    }
}

TEST(IsoLines, ASlopeHasOneStraightLineWithTheHigherSideOnItsLeft)
{
    const PlaneField field = *fieldOf([](PlanePoint p) { return 2.0 * p.x + p.y; }, kUnit, 33, {});
    const std::vector<IsoLine> lines = isoLines(field, std::vector<double>{0.1});
    ASSERT_EQ(lines.size(), 1U);
    for (const PlanePoint &vertex : lines[0].vertices)
        EXPECT_NEAR(2.0 * vertex.x + vertex.y, 0.1, 1e-6);
    const PlanePoint from = lines[0].vertices.front();
    const PlanePoint to = lines[0].vertices.back();
    EXPECT_GT(-(to.y - from.y) * 2.0 + (to.x - from.x) * 1.0, 0.0); // left normal along the gradient
}

TEST(IsoLines, ASaddleIsJoinedByTheMeanOfItsCorners)
{
    // High at lower left and upper right.
    const auto joined = [](float high) {
        return isoLines(fieldFrom(2, {high, 0.0F, 0.0F, high}), std::vector<double>{0.9});
    };
    // Mean 1 >= 0.9: the high corners are joined, each line cuts off a low one. Mean 0.5: a high one.
    for (const float high : {1.0F, 2.0F})
    {
        const std::vector<IsoLine> lines = joined(high);
        ASSERT_EQ(lines.size(), 2U);
        for (const IsoLine &line : lines)
        {
            ASSERT_EQ(line.vertices.size(), 2U);
            const PlanePoint middle = {0.5 * (line.vertices[0].x + line.vertices[1].x),
                                       0.5 * (line.vertices[0].y + line.vertices[1].y)};
            const bool isByHighCorner = (middle.x > 0.5) == (middle.y > 0.5);
            EXPECT_EQ(isByHighCorner, high == 1.0F);
        }
    }
}

TEST(IsoLines, EndAtAMask)
{
    PlaneField field = bowl(64);
    for (std::size_t row = 0; row < 64; ++row)
        for (std::size_t column = 0; column < 20; ++column)
            field.value[row * 64 + column] = kNan;
    const std::vector<IsoLine> lines = isoLines(field, std::vector<double>{0.1, 0.5});
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_TRUE(lines[0].isClosed);
    EXPECT_FALSE(lines[1].isClosed);
    const double border = field.centre(0, 20).x;
    EXPECT_NEAR(lines[1].vertices.front().x, border, 1e-12);
    EXPECT_NEAR(lines[1].vertices.back().x, border, 1e-12);
    for (const PlanePoint &vertex : lines[1].vertices)
        EXPECT_GE(vertex.x, border - 1e-12);
}

TEST(IsoLines, AConstantOrEmptyFieldHasNone)
{
    const std::vector<double> levels = {0.0, 1.0, 2.0};
    EXPECT_TRUE(isoLines(fieldFrom(4, std::vector<float>(16, 1.0F)), levels).empty());
    EXPECT_TRUE(isoLines(fieldFrom(4, std::vector<float>(16, kNan)), levels).empty());
    EXPECT_TRUE(isoLines(fieldFrom(1, {0.5F}), levels).empty());
    EXPECT_TRUE(isoLines(PlaneField{}, levels).empty());
    EXPECT_TRUE(isoLines(bowl(8), {}).empty());
}

TEST(IsoLines, LevelsThatAreValuesOfTheGridGiveWholeLines)
{
    // A pyramid of whole numbers: every level goes through corners of squares.
    std::vector<float> value;
    for (int y = -5; y <= 5; ++y)
        for (int x = -5; x <= 5; ++x)
            value.push_back(static_cast<float>(5 - std::max(std::abs(x), std::abs(y))));
    const std::vector<IsoLine> lines =
        isoLines(fieldFrom(11, value), std::vector<double>{1.0, 2.0, 3.0, 4.0, 5.0});
    ASSERT_EQ(lines.size(), 4U); // at 5 there is but the tip
    for (std::size_t i = 0; i < 4; ++i)
    {
        EXPECT_TRUE(lines[i].isClosed);
        const double half = 4.0 - static_cast<double>(i);
        EXPECT_NEAR(area(lines[i]), 4.0 * half * half, 1e-9); // around a hill: counter-clockwise
    }
}

TEST(IsoLines, OfAnyFieldLieOnItsSidesAtTheirLevelAndUseEveryPieceOnce)
{
    test::forAll(60, [](Random &random) {
        const std::size_t columns = 2 + random.below(12);
        const std::size_t rows = 2 + random.below(12);
        std::vector<float> value(columns * rows);
        for (float &v : value)
            v = random.below(12) == 0 ? kNan : static_cast<float>(random.below(5)); // many equal to a level
        const PlaneField field = fieldFrom(columns, value);
        const std::vector<double> levels = {0.5, 1.25, 2.5, 3.75};
        const std::vector<IsoLine> lines = isoLines(field, levels);
        std::map<double, std::size_t> pieces;
        for (const IsoLine &line : lines)
        {
            pieces[line.level] += line.vertices.size() - (line.isClosed ? 0 : 1);
            for (const PlanePoint &vertex : line.vertices)
            {
                // On a side between neighbours, at the place where the straight line between them is at
                // level.
                const double column = std::floor(vertex.x + 1e-9);
                const double row = std::floor(vertex.y + 1e-9);
                const double shareX = vertex.x - column;
                const double shareY = vertex.y - row;
                ASSERT_TRUE(std::abs(shareX) < 1e-9 || std::abs(shareY) < 1e-9);
                const bool isUpwards = shareY > 1e-9;
                const auto from = static_cast<std::size_t>(row) * columns + static_cast<std::size_t>(column);
                const std::size_t to = from + (isUpwards ? columns : 1);
                const double share = isUpwards ? shareY : shareX;
                ASSERT_NEAR(static_cast<double>(value[from]) * (1.0 - share) +
                                static_cast<double>(value[to]) * share,
                            line.level, 1e-6);
            }
        }
        for (const double level : levels)
            ASSERT_EQ(pieces[level], squaresCrossed(field, level)) << level;
    });
}

TEST(IsoLines, LevelsAreSortedAndTakenOnce)
{
    const std::vector<double> levels = {0.5, 0.25, std::numeric_limits<double>::quiet_NaN(), 0.5,
                                        std::numeric_limits<double>::infinity()};
    const std::vector<IsoLine> lines = isoLines(bowl(32), levels);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].level, 0.25);
    EXPECT_EQ(lines[1].level, 0.5);
}

TEST(IsoLines, AsATableHaveARowForEachVertex)
{
    const std::vector<IsoLine> mass = isoLines(bowl(16), std::vector<double>{0.3});
    const std::vector<IsoLine> hot = isoLines(bowl(16), std::vector<double>{0.5, 1.3});
    const std::vector<IsoLineSet> sets = {{"mass", "solMass", mass}, {"Teff", "K", hot}};
    const data::Catalogue table = isoLineCatalogue(sets);
    std::size_t vertices = 0;
    for (const auto *lines : {&mass, &hot})
        for (const IsoLine &line : *lines)
            vertices += line.vertices.size();
    ASSERT_EQ(table.rowCount(), vertices);
    ASSERT_EQ(table.columns().size(), 6U);
    EXPECT_EQ(table.columns()[0].text(0), "mass");
    EXPECT_EQ(table.columns()[1].unit, ""); // two units
    EXPECT_EQ(isoLineCatalogue(std::span(sets).first(1)).columns()[1].unit, "solMass");
    const std::size_t last = vertices - 1;
    EXPECT_EQ(table.columns()[0].text(last), "Teff");
    EXPECT_EQ(table.columns()[1].number(last), 1.3);
    EXPECT_EQ(table.columns()[2].number(last), static_cast<double>(hot.size() - 1));
    EXPECT_EQ(table.columns()[3].text(0), table.columns()[3].text(1));
    EXPECT_NE(table.columns()[3].number(0), table.columns()[3].number(last)); // a ring; a corner's arc
    EXPECT_EQ(table.columns()[4].number(0), mass[0].vertices[0].x);
    EXPECT_EQ(table.columns()[5].number(last), hot.back().vertices.back().y);
    EXPECT_EQ(isoLineCatalogue({}).rowCount(), 0U);
}

} // namespace somnium::latent
