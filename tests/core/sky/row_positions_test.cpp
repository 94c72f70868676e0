// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sky/row_positions.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/sky/position.h"
#include "tests/support/property.h"

namespace somnium::sky
{
namespace
{

using data::Catalogue;
using data::makeColumn;
using ::testing::HasSubstr;

using Texts = std::vector<std::string>;

/// What is understood of a catalogue of text columns.
struct Understood
{
    explicit Understood(const std::vector<std::pair<std::string, Texts>> &columns)
    {
        for (const auto &[name, texts] : columns)
            EXPECT_TRUE(catalogue.addColumn(makeColumn(name, texts)));
        roles = data::guessRoles(catalogue);
        positions = rowPositions(catalogue, roles);
    }
    [[nodiscard]] std::optional<SkyPosition> at(std::size_t row) const
    {
        return rowPosition(catalogue, roles, row);
    }
    [[nodiscard]] std::size_t pointsOf(std::size_t row) const
    {
        return static_cast<std::size_t>(
            std::count_if(positions.points.begin(), positions.points.end(),
                          [row](const RowPoint &point) { return point.row == row; }));
    }
    Catalogue catalogue;
    data::CatalogueRoles roles;
    RowPositions positions;
};

TEST(RowPositions, ListsOfComponentsAreReadWhateverParts)
{
    const Understood lists({{"cpnts_ras",
                             {"0.83|0.81|0.79", "0.83;0.81", "[0.83, 0.81,]", "0.83 0.81", "0.83",
                              "00:03:19.2|00:03:14.4", "0.83;x", "0.83;0.81", ""}},
                            {"cpnts_decs",
                             {"11.27|11.26|11.25", "11.27;11.26", "[11.27, 11.26]", "11.27  11.26", "11.27",
                              "11:16:12|11:15:36", "11.27;11.26", "11.27", ""}}});
    EXPECT_EQ(lists.pointsOf(0), 4U) << "three components and their middle";
    for (const std::size_t two : {1U, 2U, 3U, 5U})
    {
        EXPECT_EQ(lists.pointsOf(two), 3U) << two;
        ASSERT_TRUE(lists.at(two)) << two;
        EXPECT_NEAR(lists.at(two)->raDeg, 0.82, 1e-6) << two;
        EXPECT_NEAR(lists.at(two)->decDeg, 11.265, 1e-6) << two;
    }
    EXPECT_EQ(lists.pointsOf(4), 1U);
    EXPECT_EQ(lists.at(4)->raDeg, 0.83);
    for (const std::size_t none : {6U, 7U, 8U}) // unreadable, of unequal length, empty
    {
        EXPECT_EQ(lists.pointsOf(none), 0U) << none;
        EXPECT_FALSE(lists.at(none)) << none;
    }
    EXPECT_THAT(lists.positions.origin, HasSubstr("'cpnts_ras' and 'cpnts_decs'"));
    EXPECT_THAT(lists.positions.origin, HasSubstr("nearest component"));
}

TEST(RowPositions, SexagesimalTextWithBlanksIsOnePosition)
{
    const Understood words({{"RA", {"07 58 28.60", "10 41 48"}}, {"DEC", {"+37 47 13.8", "-09 17 03"}}});
    EXPECT_EQ(words.positions.points.size(), 2U);
    EXPECT_NEAR(words.at(1)->decDeg, -9.284167, 1e-6);
    EXPECT_EQ(words.positions.origin, "columns 'RA' and 'DEC'");
}

TEST(RowPositions, TheMiddleLiesBetweenTwoComponentsAcrossRaZeroAndThePole)
{
    test::forAll(200, [](Random &random) {
        const double dec = random.uniform(-89.99, 89.99);
        const SkyPosition a{random.uniform(0.0, 360.0), dec};
        const double ra = std::fmod(a.raDeg + random.uniform(-0.01, 0.01) + 360.0, 360.0);
        const SkyPosition b{ra, std::min(dec + random.uniform(0.0, 0.01), 90.0)};
        const auto text = [](double x, double y) { return std::to_string(x) + ";" + std::to_string(y); };
        const Understood pair({{"ras", {text(a.raDeg, b.raDeg)}}, {"decs", {text(a.decDeg, b.decDeg)}}});
        const auto middle = pair.at(0);
        ASSERT_TRUE(middle);
        EXPECT_NEAR(separationDeg(*middle, a), separationDeg(*middle, b), 2e-6);
        EXPECT_NEAR(separationDeg(*middle, a), separationDeg(a, b) / 2.0, 2e-6);
    });
}

TEST(RowPositions, NamesSpeakWhereNoColumnDoes)
{
    const Understood names(
        {{"Source_Name", {"ILTJ103508.91+542413.9", "ILTJ000005.31+205913.2", "no name"}}});
    ASSERT_TRUE(names.at(0));
    EXPECT_EQ(iauName(*names.at(0)), "J103508.9+542413");
    EXPECT_FALSE(names.at(2));
    EXPECT_EQ(names.positions.points.size(), 2U);
    EXPECT_EQ(names.positions.origin, "the names in column 'Source_Name' (good to 0.086 arcsec)");
}

TEST(RowPositions, OfARowWithoutCoordinatesAreThoseOfItsName)
{
    const Understood mixed(
        {{"ra", {"160.5", ""}}, {"dec", {"-9.5", ""}}, {"name", {"J104148.2-091703", "J104148.2-091703"}}});
    EXPECT_EQ(mixed.at(0)->raDeg, 160.5) << "a column knows better than a name";
    EXPECT_EQ(iauName(*mixed.at(1)), "J104148.2-091703");
    EXPECT_EQ(mixed.positions.origin,
              "columns 'ra' and 'dec', else from the names in column 'name' (good to 0.89 arcsec)");
}

TEST(RowPositions, ACatalogueWithoutAnyHasNone)
{
    const Understood none({{"label", {"FRI", "FRII"}}, {"host", {"NGC 2484", "3C 31"}}});
    EXPECT_TRUE(none.positions.points.empty());
    EXPECT_EQ(none.positions.origin, "");
    EXPECT_FALSE(none.at(0));
}

} // namespace
} // namespace somnium::sky
