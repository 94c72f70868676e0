// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/catalogue.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include <gtest/gtest.h>

#include "tests/support/property.h"
#include "tests/support/random_catalogue.h"

namespace somnium::data
{
namespace
{

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(Catalogue, NumbersAsTextReadBackWithTheSameBits)
{
    test::forAll(300, [](Random &random) {
        const std::uint64_t bits = (std::uint64_t{random.next()} << 32U) | random.next();
        double value = 0.0;
        std::memcpy(&value, &bits, sizeof value);
        const Column column = makeColumn("x", std::vector<double>{value});
        if (std::isnan(value))
        {
            EXPECT_EQ(column.text(0), "");
            return;
        }
        const std::string text = column.text(0);
        double back = 0.0;
        std::from_chars(text.data(), text.data() + text.size(), back);
        EXPECT_EQ(back, value) << text;
    });
    EXPECT_EQ(makeColumn("x", std::vector<float>{0.1F}).text(0), "0.1");
}

TEST(Catalogue, MissingValuesOfEveryTypeAreMissingAndNotNumbers)
{
    Column integers = makeColumn("i", std::vector<std::int64_t>{0, 5});
    integers.isNull = {1, 0};
    Column vectors = makeColumn("v", std::vector<float>{1.0F, NAN, NAN, NAN});
    vectors.width = 2;
    EXPECT_TRUE(integers.isMissing(0));
    EXPECT_TRUE(std::isnan(integers.number(0)));
    EXPECT_EQ(integers.text(0), "");
    EXPECT_EQ(integers.number(1), 5.0);
    EXPECT_FALSE(vectors.isMissing(0));
    EXPECT_EQ(vectors.text(0), "(1 NaN)");
    EXPECT_TRUE(vectors.isMissing(1));
    EXPECT_TRUE(makeColumn("t", std::vector<std::string>{""}).isMissing(0));
    EXPECT_EQ(makeColumn("t", std::vector<std::string>{"1.5"}).number(0), 1.5);
    EXPECT_TRUE(std::isnan(makeColumn("t", std::vector<std::string>{"1.5 x"}).number(0)));
    EXPECT_EQ(makeColumn("b", std::vector<std::uint8_t>{1}).text(0), "true");
}

TEST(Catalogue, ColumnsMustFitAndNamesStayUnique)
{
    Catalogue catalogue;
    ASSERT_TRUE(catalogue.addColumn(makeColumn("x", std::vector<double>{1.0, 2.0})));
    ASSERT_TRUE(catalogue.addColumn(makeColumn("x", std::vector<double>{3.0, 4.0})));
    ASSERT_TRUE(catalogue.addColumn(makeColumn("x", std::vector<double>{3.0, 4.0})));
    EXPECT_EQ(catalogue.columns()[1].name, "x_2");
    EXPECT_EQ(catalogue.columns()[2].name, "x_3");
    EXPECT_EQ(catalogue.addColumn(makeColumn("y", std::vector<double>{1.0})).error().kind,
              ErrorKind::Mismatch);
    Column uneven = makeColumn("v", std::vector<double>{1.0, 2.0, 3.0});
    uneven.width = 2;
    EXPECT_EQ(catalogue.addColumn(uneven).error().kind, ErrorKind::InvalidArgument);
    Column flagged = makeColumn("f", std::vector<double>{1.0, 2.0});
    flagged.isNull = {0, 1};
    EXPECT_EQ(catalogue.addColumn(flagged).error().kind, ErrorKind::InvalidArgument);
    EXPECT_EQ(catalogue.columns().size(), 3U);
}

TEST(Catalogue, FindPrefersTheExactCase)
{
    Catalogue catalogue;
    ASSERT_TRUE(catalogue.addColumn(makeColumn("RA", std::vector<double>{1.0})));
    ASSERT_TRUE(catalogue.addColumn(makeColumn("ra", std::vector<double>{1.0})));
    EXPECT_EQ(catalogue.find("ra"), 1U);
    EXPECT_EQ(catalogue.find("RA"), 0U);
    EXPECT_EQ(catalogue.find("Ra"), 0U);
    EXPECT_EQ(catalogue.find("dec"), std::nullopt);
}

TEST(Catalogue, TakenRowsAreTheRowsAndNoRowIsMissing)
{
    test::forAll(40, [](Random &random) {
        const Catalogue all = test::randomCatalogue(random);
        std::vector<std::size_t> identity(all.rowCount());
        std::iota(identity.begin(), identity.end(), std::size_t{0});
        EXPECT_EQ(test::difference(all.takeRows(identity), all), "");
        std::vector<std::size_t> rows;
        for (std::size_t i = 0; i < 20; ++i)
            rows.push_back(all.rowCount() == 0 || random.below(4) == 0
                               ? Catalogue::kNoRow
                               : random.below(static_cast<std::uint32_t>(all.rowCount())));
        const Catalogue taken = all.takeRows(rows);
        ASSERT_EQ(taken.rowCount(), rows.size());
        for (std::size_t c = 0; c < all.columns().size(); ++c)
            for (std::size_t i = 0; i < rows.size(); ++i)
                EXPECT_EQ(taken.columns()[c].text(i),
                          rows[i] == Catalogue::kNoRow ? "" : all.columns()[c].text(rows[i]));
    });
}

Catalogue withColumns(const std::vector<std::pair<std::string, std::string>> &namesAndUcds)
{
    Catalogue catalogue;
    for (const auto &[name, ucd] : namesAndUcds)
        EXPECT_TRUE(catalogue.addColumn(makeColumn(name, std::vector<double>{kNaN}, "", ucd)));
    return catalogue;
}

TEST(CatalogueRoles, UcdsCountMoreThanNames)
{
    const CatalogueRoles roles = guessRoles(withColumns({{"ra", ""},
                                                         {"dec", ""},
                                                         {"X", "POS_EQ_RA_MAIN"},
                                                         {"Y", "pos.eq.dec;meta.main"},
                                                         {"name", ""},
                                                         {"Z", "meta.id;meta.main"}}));
    EXPECT_EQ(roles.raDeg, 2U);
    EXPECT_EQ(roles.decDeg, 3U);
    EXPECT_EQ(roles.id, 5U);
}

TEST(CatalogueRoles, NamesOfTheUsualCatalogues)
{
    const auto positions = [](const std::string &ra, const std::string &dec) {
        const CatalogueRoles roles = guessRoles(withColumns({{"flux", ""}, {dec, ""}, {ra, ""}}));
        return roles.raDeg == 2U && roles.decDeg == 1U;
    };
    EXPECT_TRUE(positions("RA", "DEC"));
    EXPECT_TRUE(positions("RAJ2000", "DEJ2000"));
    EXPECT_TRUE(positions("_RA", "_DE"));
    EXPECT_TRUE(positions("RA_ICRS", "DE_ICRS"));
    EXPECT_TRUE(positions("ALPHA_J2000", "DELTA_J2000"));
    EXPECT_TRUE(positions("RA(J2000)", "DEC(J2000)"));
    EXPECT_FALSE(
        guessRoles(withColumns({{"alpha", ""}, {"flux", ""}})).raDeg.has_value()); // a spectral index
    EXPECT_EQ(guessRoles(withColumns({{"x", ""}, {"Source_Name", ""}})).id, 1U);
    EXPECT_EQ(guessRoles(withColumns({{"x", ""}, {"Filename", ""}})).fileName, 1U);
}

TEST(CatalogueRoles, ATextColumnOfFileNamesIsOneWhateverItsName)
{
    Catalogue catalogue;
    ASSERT_TRUE(catalogue.addColumn(makeColumn("note", std::vector<std::string>{"fine", "3.5", "v1.2.3"})));
    ASSERT_TRUE(
        catalogue.addColumn(makeColumn("what", std::vector<std::string>{"a.fits", "b_0.36.png", ""})));
    EXPECT_EQ(guessRoles(catalogue).fileName, 1U);
    EXPECT_EQ(guessRoles(Catalogue{}).id, std::nullopt);
}

TEST(CatalogueRoles, ListsOfComponentsAreAPairOfTextColumns)
{
    using Texts = std::vector<std::string>;
    Catalogue catalogue;
    ASSERT_TRUE(catalogue.addColumn(makeColumn("cpnts_ras", Texts{"1;2"})));
    EXPECT_EQ(guessRoles(catalogue).componentsRaDeg, std::nullopt) << "no declinations";
    ASSERT_TRUE(catalogue.addColumn(makeColumn("decs", Texts{"3;4"})));
    EXPECT_EQ(guessRoles(catalogue).componentsRaDeg, std::nullopt) << "of another name";
    ASSERT_TRUE(catalogue.addColumn(makeColumn("Cpnts_Decs", Texts{"3;4"})));
    EXPECT_EQ(guessRoles(catalogue).componentsRaDeg, 0U);
    EXPECT_EQ(guessRoles(catalogue).componentsDecDeg, 2U);
    EXPECT_EQ(guessRoles(catalogue).raDeg, std::nullopt) << "no column of single positions";
}

TEST(CatalogueRoles, NamesWithAPositionAreDesignations)
{
    using Texts = std::vector<std::string>;
    const auto isDesignation = [](const Texts &texts) {
        Catalogue catalogue;
        EXPECT_TRUE(catalogue.addColumn(makeColumn("what", texts)));
        return guessRoles(catalogue).designation == 0U;
    };
    EXPECT_TRUE(isDesignation({"FIRSTJ000007.0+081644", "SDSS J104148.23-091703.1", ""}));
    EXPECT_TRUE(isDesignation({"J1041-0917"}));
    EXPECT_TRUE(isDesignation({"J104148\xE2\x88\x92\x30\x39\x31\x37"}));
    EXPECT_FALSE(isDesignation({"3C 273", "NGC 1275", "J104148.2-091703"})) << "one of three";
    EXPECT_FALSE(isDesignation({"J2000", "J", "J+1234", "J2000-01", "J....+1234", "J1041\xE2"}));
}

} // namespace
} // namespace somnium::data
