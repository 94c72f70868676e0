// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sky/join.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/sky/position.h"
#include "tests/support/property.h"

namespace somnium::sky
{
namespace
{

using data::Catalogue;
using data::Collection;
using data::makeColumn;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Texts = std::vector<std::string>;
using Rows = std::vector<std::int64_t>;

Collection collectionOf(const Texts &files)
{
    Collection collection;
    for (const std::string &file : files)
    {
        data::Source source;
        source.id = "id of " + file;
        source.origin.file = file;
        collection.sources.push_back(source);
    }
    return collection;
}

/// A catalogue of one column and the numbers of the rows.
Catalogue catalogueOf(const std::string &name, data::ColumnValues values)
{
    Catalogue catalogue;
    EXPECT_TRUE(catalogue.addColumn(makeColumn(name, std::move(values))));
    Rows numbers(catalogue.rowCount());
    std::iota(numbers.begin(), numbers.end(), 0);
    EXPECT_TRUE(catalogue.addColumn(makeColumn("row", numbers)));
    return catalogue;
}

std::vector<std::string> joinedRows(const Collection &collection)
{
    std::vector<std::string> rows;
    const data::Column &column = collection.catalogue.columns().at(*collection.catalogue.find("row"));
    for (std::size_t i = 0; i < column.rowCount(); ++i)
        rows.push_back(column.text(i));
    return rows;
}

TEST(Join, ByIdKeepsTheOrderOfTheSourcesAndSaysWhoHasNoRow)
{
    Collection collection = collectionOf({"a", "b", "c"});
    const auto report =
        joinCatalogue(collection, catalogueOf("id", Texts{"id of c", "id of x", "id of a", "id of a"}));
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->method, JoinMethod::Id);
    EXPECT_EQ(report->column, "id");
    EXPECT_EQ(report->found, 2U);
    EXPECT_THAT(report->sourcesWithoutRow, ElementsAre(1U));
    EXPECT_EQ(report->rowsWithoutSource, 2U);
    EXPECT_THAT(joinedRows(collection), ElementsAre("2", "", "0"));
}

TEST(Join, ByFileNameWithoutFolderEndingOrCase)
{
    Collection collection =
        collectionOf({"/data/100_10.5+16.439_0093.36.fits.gz", "/data/B.FITS", "/x/c.png"});
    for (data::Source &source : collection.sources)
        source.id = "J" + std::to_string(source.origin.file.size());
    collection.sources[2].origin.file = "/data/all.tar";
    collection.sources[2].origin.member = "inside/c.png";
    const auto report = joinCatalogue(
        collection,
        catalogueOf("cutout", Texts{"inside/c.png", "100_10.5+16.439_0093.36.png", "FRI/b.fits"}));
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->method, JoinMethod::FileName);
    EXPECT_THAT(joinedRows(collection), ElementsAre("1", "2", "0"));
}

TEST(Join, AColumnOfClassesIsNoColumnOfIds)
{
    Collection collection = collectionOf({"a", "b", "c", "d", "e", "f"});
    for (std::size_t i = 0; i < 6; ++i)
        collection.sources[i].id = std::to_string(i);
    const auto report = joinCatalogue(collection, catalogueOf("class", Rows{1, 0, 1, 0, 1, 0}));
    ASSERT_TRUE(report);
    EXPECT_EQ(report->column, "row");
}

TEST(Join, ByRowOrderOnlyIfNothingElseFitsAndTheNumbersAreEqual)
{
    Collection collection = collectionOf({"a", "b"});
    const auto report = joinCatalogue(collection, catalogueOf("label", Texts{"FRI", "FRII"}));
    ASSERT_TRUE(report);
    EXPECT_EQ(report->method, JoinMethod::RowOrder);
    EXPECT_THAT(report->message, HasSubstr("row order"));
    EXPECT_THAT(joinedRows(collection), ElementsAre("0", "1"));

    const auto mismatch = joinCatalogue(collection, catalogueOf("label", Texts{"FRI", "FRII", "FRI"}));
    ASSERT_FALSE(mismatch);
    EXPECT_EQ(mismatch.error().kind, ErrorKind::Mismatch);
    EXPECT_THAT(joinedRows(collection), ElementsAre("0", "1")); // as it was
}

TEST(Join, ManySourcesOfOneFileAreNotJoinedByItsName)
{
    Collection collection = collectionOf({"images.npy", "images.npy", "images.npy"});
    for (std::size_t i = 0; i < 3; ++i)
        collection.sources[i].id = "images_" + std::to_string(i);
    const auto report =
        joinCatalogue(collection, catalogueOf("file", Texts{"images.npy", "images.npy", "images.npy"}));
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->method, JoinMethod::RowOrder);
    EXPECT_EQ(report->found, 3U);
}

TEST(Join, ByPositionFindsTheNearestRowWithinTheRadiusAcrossRaZeroAndAtThePoles)
{
    test::forAll(30, [](Random &random) {
        Collection collection;
        std::vector<double> ra;
        std::vector<double> dec;
        for (int i = 0; i < 40; ++i)
        {
            data::Source source;
            source.id = "s" + std::to_string(i);
            const bool atPole = random.below(3) == 0;
            source.raDeg = std::fmod(random.uniform(-0.002, 0.002) + 360.0, 360.0);
            source.decDeg = atPole ? 89.9995 + random.uniform(0.0, 0.0005) : random.uniform(-0.002, 0.002);
            collection.sources.push_back(source);
            ra.push_back(std::fmod(random.uniform(-0.002, 0.002) + 360.0, 360.0));
            dec.push_back(atPole ? 89.9995 + random.uniform(0.0, 0.0005) : random.uniform(-0.002, 0.002));
        }
        Catalogue catalogue = catalogueOf("RAJ2000", ra);
        ASSERT_TRUE(catalogue.addColumn(makeColumn("DEJ2000", dec)));
        constexpr double kRadius = 2.0;
        const auto report = joinCatalogue(collection, catalogue, {kRadius, JoinMethod::Position});
        std::size_t expectedFound = 0;
        Texts expected;
        for (const data::Source &source : collection.sources)
        {
            std::size_t best = 0;
            double nearest = 1e9;
            for (std::size_t row = 0; row < ra.size(); ++row)
                if (const double d = separationDeg({source.raDeg, source.decDeg}, {ra[row], dec[row]});
                    d < nearest)
                {
                    nearest = d;
                    best = row;
                }
            const bool isNear = nearest * 3600.0 <= kRadius;
            expectedFound += isNear ? 1U : 0U;
            expected.push_back(isNear ? std::to_string(best) : "");
        }
        ASSERT_EQ(report.has_value(), expectedFound > 0);
        if (!report)
            return;
        EXPECT_EQ(report->found, expectedFound);
        EXPECT_EQ(joinedRows(collection), expected);
    });
}

TEST(Join, GivesPositionsInWordsToSourcesWithoutOne)
{
    Collection collection = collectionOf({"a.fits", "b.fits"});
    Catalogue catalogue = catalogueOf("filename", Texts{"b.fits", "a.fits"});
    ASSERT_TRUE(catalogue.addColumn(makeColumn("RA(J2000)", Texts{"07 58 28.60", "23:59:59.0"})));
    ASSERT_TRUE(catalogue.addColumn(makeColumn("DEC(J2000)", Texts{"+37 47 13.8", "-00:30:00"})));
    ASSERT_TRUE(joinCatalogue(collection, catalogue));
    EXPECT_NEAR(collection.sources[0].raDeg, 360.0 - 15.0 / 3600.0, 1e-9);
    EXPECT_NEAR(collection.sources[0].decDeg, -0.5, 1e-12);
    EXPECT_NEAR(collection.sources[1].raDeg, 119.61916667, 1e-7);
}

/// Sources "s0", "s1", ... at these positions.
Collection collectionAt(const std::vector<SkyPosition> &positions)
{
    Collection collection;
    for (const SkyPosition &position : positions)
    {
        data::Source source;
        source.id = "s" + std::to_string(collection.sources.size());
        source.raDeg = position.raDeg;
        source.decDeg = position.decDeg;
        collection.sources.push_back(source);
    }
    return collection;
}

TEST(Join, ByPositionTakesTheNearestComponentOrTheirMiddle)
{
    constexpr double kArcsec = 1.0 / 3600.0;
    const double lobe = 20.0 * kArcsec;
    Collection collection =
        collectionAt({{10.0, 0.0}, {10.0 + lobe, 0.5 * kArcsec}, {10.0 + lobe / 2.0, 0.0}, {11.0, 0.0}});
    Catalogue catalogue =
        catalogueOf("cpnts_ras", Texts{std::to_string(10.0 - lobe) + ";" + std::to_string(10.0 + lobe)});
    ASSERT_TRUE(catalogue.addColumn(makeColumn("cpnts_decs", Texts{"0.0;0.0"})));
    const auto report = joinCatalogue(collection, catalogue);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->method, JoinMethod::Position);
    EXPECT_THAT(report->sourcesWithoutRow, ElementsAre(2U, 3U)) << "between a lobe and the middle is nothing";
    EXPECT_THAT(report->message, HasSubstr("2 of 4 sources joined by position within 5 arcsec, median"));
    EXPECT_THAT(report->message, HasSubstr("columns 'cpnts_ras' and 'cpnts_decs'"));
    EXPECT_NEAR(report->medianArcsec, 0.5, 0.01);
}

TEST(Join, ByPositionOutOfNamesSaysWhichAndHowGoodTheyAre)
{
    test::forAll(20, [](Random &random) {
        std::vector<SkyPosition> positions;
        Texts names;
        for (int i = 0; i < 30; ++i)
        {
            positions.push_back({random.uniform(0.0, 360.0), random.uniform(-80.0, 80.0)});
            names.push_back("FIRST" + iauName(positions.back()));
        }
        Collection collection = collectionAt(positions);
        std::swap(names.front(), names.back());
        const auto match = matchCatalogue(collection, catalogueOf("first_id", names), {1.0, {}});
        ASSERT_TRUE(match) << match.error().message;
        EXPECT_EQ(match->report.found, 30U);
        EXPECT_EQ(match->rows.front(), 29U);
        EXPECT_EQ(match->rows.back(), 0U);
        EXPECT_THAT(match->report.message, HasSubstr("names in column 'first_id' (good to 0."));
    });
}

TEST(Join, AFewNumbersThatLookLikeIdsGiveWayToPositions)
{
    Collection collection = collectionAt({{10.0, 0.0}, {20.0, 0.0}, {30.0, 0.0}, {40.0, 0.0}});
    for (std::size_t i = 0; i < 4; ++i)
        collection.sources[i].id = std::to_string(7 * i);
    Catalogue catalogue = catalogueOf("catalog_id", Rows{0, 92, 93, 94});
    ASSERT_TRUE(catalogue.addColumn(makeColumn("ra", std::vector<double>{40.0, 30.0, 20.0, 10.0})));
    ASSERT_TRUE(catalogue.addColumn(makeColumn("dec", std::vector<double>{0.0, 0.0, 0.0, 0.0})));
    const auto report = joinCatalogue(collection, catalogue);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->method, JoinMethod::Position);
    EXPECT_THAT(joinedRows(collection), ElementsAre("3", "2", "1", "0"));
    const auto byId = joinCatalogue(collection, catalogue, {5.0, JoinMethod::Id});
    ASSERT_TRUE(byId);
    EXPECT_EQ(byId->found, 1U) << "who asks for ids gets ids";
}

TEST(Join, ThatFindsNothingSaysWhatItTried)
{
    Collection collection = collectionAt({{10.0, 0.0}, {20.0, 0.0}});
    const auto far = joinCatalogue(collection, catalogueOf("name", Texts{"J104148.2-091703"}));
    ASSERT_FALSE(far);
    EXPECT_THAT(far.error().message, HasSubstr("column 'name'"));
    EXPECT_THAT(far.error().message, HasSubstr("within 5 arcsec"));
    Collection nowhere = collectionOf({"a", "b"});
    const auto blind = joinCatalogue(nowhere, catalogueOf("name", Texts{"J104148.2-091703"}));
    ASSERT_FALSE(blind);
    EXPECT_THAT(blind.error().message, HasSubstr("the sources have no positions"));
}

TEST(Join, ByTheNumberInTheFileNamesIfOnlyOneColumnHasIt)
{
    const Texts files = {"/m/lib_res2.50_star_m0263V.fits", "/m/lib_res2.50_star_m0004V.fits",
                         "/m/lib_res2.50_star_m0017V.fits"};
    Collection collection = collectionOf(files);
    Catalogue catalogue = catalogueOf("MILES", Texts{"0017", "0002", "0263", "0004", "0900"});
    ASSERT_TRUE(catalogue.addColumn(makeColumn("Teff", std::vector<double>{4000, 5000.5, 6000, 7000, 8000})));
    const auto report = joinCatalogue(collection, catalogue);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->method, JoinMethod::FileName);
    EXPECT_EQ(report->column, "MILES");
    EXPECT_THAT(report->message, HasSubstr("3 of 3 sources joined by the number in the file name"));
    EXPECT_THAT(joinedRows(collection), ElementsAre("2", "3", "0"));

    // Whole numbers in a column of reals serve too; a second column of the same numbers makes it a guess.
    Collection again = collectionOf(files);
    Catalogue twice = catalogueOf("star", std::vector<double>{17, 2, 263, 4, 900});
    ASSERT_TRUE(joinCatalogue(again, twice));
    EXPECT_THAT(joinedRows(again), ElementsAre("2", "3", "0"));
    ASSERT_TRUE(twice.addColumn(makeColumn("other", Rows{4, 17, 900, 263, 2})));
    EXPECT_FALSE(joinCatalogue(again, twice));
}

TEST(Join, NumbersOfSeveralSpectraOfOneStarAreNotGuessedAt)
{
    // First an own number, then that of the star, which two of them share: either could be meant.
    Collection collection = collectionOf({"10001_10003.fits", "10002_10003.fits", "10003_10001.fits"});
    EXPECT_FALSE(joinCatalogue(collection, catalogueOf("SOURCE_KEY", Rows{10001, 10002, 10003, 10004})));
}

} // namespace
} // namespace somnium::sky
