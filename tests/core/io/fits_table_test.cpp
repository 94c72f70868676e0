// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fits_table.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/io/fits_hdu_writer.h"
#include "core/io/fits_writer.h"
#include "tests/support/property.h"
#include "tests/support/random_catalogue.h"
#include "tests/support/temporary_folder.h"

namespace somnium::io
{
namespace
{

using data::Catalogue;
using data::Column;
using data::ColumnType;
using ::testing::HasSubstr;

std::vector<std::byte> bytesOf(const std::filesystem::path &path)
{
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto *begin = reinterpret_cast<const std::byte *>(text.data());
    return {begin, begin + text.size()};
}

Catalogue readWell(const std::vector<std::byte> &bytes)
{
    auto catalogue = readFitsTable(bytes, "t.fits");
    EXPECT_TRUE(catalogue) << catalogue.error().message;
    return catalogue.value_or(Catalogue{});
}

/// A file of one table made by CFITSIO itself, so that types that Somnium does not write can be read.
class TableMaker
{
public:
    TableMaker(int type, std::vector<std::string> forms, long rows) : m_file(FitsHandle::createInMemory())
    {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < forms.size(); ++i)
            names.push_back("c" + std::to_string(i + 1));
        std::vector<char *> formPointers;
        std::vector<char *> namePointers;
        for (std::size_t i = 0; i < forms.size(); ++i)
        {
            formPointers.push_back(forms[i].data());
            namePointers.push_back(names[i].data());
        }
        fits_create_tbl(get(), type, rows, static_cast<int>(forms.size()), namePointers.data(),
                        formPointers.data(), nullptr, nullptr, &status);
    }
    fitsfile *get() { return m_file->get(); }
    Catalogue read()
    {
        EXPECT_EQ(status, 0);
        const auto bytes = m_file->takeBytes();
        EXPECT_TRUE(bytes);
        return readWell(*bytes);
    }
    int status = 0;

private:
    Result<FitsHandle> m_file;
};

TEST(FitsTable, WrittenCataloguesReadBackEqual)
{
    const test::TemporaryFolder folder;
    test::forAll(120, [&folder](Random &random) {
        test::RandomCatalogueOptions options;
        options.hasUnicode = false;
        options.hasBlanksAround = false;
        const Catalogue written = test::randomCatalogue(random, options);
        const auto done = writeFitsTable(folder / "t.fits", written);
        ASSERT_TRUE(done) << done.error().message;
        EXPECT_EQ(test::difference(readWell(bytesOf(folder / "t.fits")), written), "");
    });
}

TEST(FitsTable, TheVotablePartKeepsWhatFitsCannot)
{
    const test::TemporaryFolder folder;
    Catalogue written;
    written.name = "survey";
    ASSERT_TRUE(written.addColumn(
        data::makeColumn("B-Mag \u2033", std::vector<double>{1.0}, "mag", "", "\u03bb < 1")));
    ASSERT_TRUE(written.addColumn(data::makeColumn("b_mag__", std::vector<double>{2.0})));
    ASSERT_TRUE(written.addColumn(data::makeColumn("who", std::vector<std::string>{"Sch\u00f6n\tberg"})));
    ASSERT_TRUE(writeFitsTable(folder / "t.fits", written));
    const Catalogue back = readWell(bytesOf(folder / "t.fits"));
    EXPECT_EQ(back.columns()[0], written.columns()[0]);
    EXPECT_EQ(back.columns()[1], written.columns()[1]);
    EXPECT_EQ(back.columns()[2].text(0), "Sch?n berg");
}

TEST(FitsTable, MoreThan999ColumnsAreRefusedWithAdvice)
{
    const test::TemporaryFolder folder;
    Catalogue table;
    for (int i = 0; i < 1000; ++i)
        ASSERT_TRUE(table.addColumn(data::makeColumn("c" + std::to_string(i), std::vector<float>{1.0F})));
    const auto done = writeFitsTable(folder / "t.fits", table);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::Unsupported);
    EXPECT_THAT(done.error().message, HasSubstr("found 1000; write VOTable or CSV"));
    EXPECT_FALSE(std::filesystem::exists(folder / "t.fits"));
}

TEST(FitsTable, ReadsUnsignedScaledAndNullIntegers)
{
    TableMaker table(BINARY_TBL, {"1I", "1K", "1K", "1J", "3B", "1U"}, 2);
    fitsfile *file = table.get();
    int &status = table.status;
    fits_write_key_lng(file, "TNULL1", -99, "", &status);
    fits_write_key_str(file, "TZERO3", "x", "",
                       &status); // replaced below: cards must exist before the HDU is read
    fits_delete_key(file, "TZERO3", &status);
    fits_write_record(file, "TZERO3  =  9223372036854775808", &status);
    fits_write_record(file, "TZERO2  =  9223372036854775808", &status);
    fits_write_key_dbl(file, "TSCAL4", 0.5, 3, "", &status);
    fits_write_key_lng(file, "TNULL5", 255, "", &status);
    fits_set_hdustruc(file, &status);
    std::array<short, 2> shorts = {-99, 7};
    std::array<ULONGLONG, 2> small = {5, 9223372036854775807ULL};
    std::array<ULONGLONG, 2> large = {5, 18446744073709551615ULL};
    std::array<double, 2> scaled = {1.5, -2.0};
    std::array<unsigned char, 6> bytes = {1, 255, 3, 255, 255, 255};
    std::array<unsigned short, 2> words = {65535, 0};
    fits_write_col(file, TSHORT, 1, 1, 1, 2, shorts.data(), &status);
    fits_write_col(file, TULONGLONG, 2, 1, 1, 2, small.data(), &status);
    fits_write_col(file, TULONGLONG, 3, 1, 1, 2, large.data(), &status);
    fits_write_col(file, TDOUBLE, 4, 1, 1, 2, scaled.data(), &status);
    fits_write_col(file, TBYTE, 5, 1, 1, 6, bytes.data(), &status);
    fits_write_col(file, TUSHORT, 6, 1, 1, 2, words.data(), &status);
    const Catalogue read = table.read();
    ASSERT_EQ(read.columns().size(), 6U) << read.description;
    EXPECT_TRUE(read.columns()[0].isMissing(0));
    EXPECT_EQ(read.columns()[0].text(1), "7");
    EXPECT_EQ(read.columns()[1].type(), ColumnType::Int64);
    EXPECT_EQ(read.columns()[1].text(1), "9223372036854775807");
    EXPECT_EQ(read.columns()[2].text(1), "18446744073709551615");
    EXPECT_EQ(read.columns()[3].number(0), 1.5);
    EXPECT_EQ(read.columns()[4].text(0), "(1 NaN 3)"); // null in part: reals
    EXPECT_TRUE(read.columns()[4].isMissing(1));
    EXPECT_EQ(read.columns()[5].text(0), "65535");
}

TEST(FitsTable, ReadsBitsTruthsStringArraysAndVariableLengths)
{
    TableMaker table(BINARY_TBL, {"10X", "2L", "6A3", "1PE(4)", "1PA(9)", "1C", "1PJ(3)", "1QL(3)"}, 2);
    fitsfile *file = table.get();
    int &status = table.status;
    std::array<char, 20> bits{};
    bits[0] = bits[9] = bits[11] = 1;
    fits_write_col_bit(file, 1, 1, 1, 10, bits.data(), &status);
    fits_write_col_bit(file, 1, 2, 1, 10, bits.data() + 10, &status);
    std::array<char, 4> truths = {1, 0, 0, 1};
    fits_write_col(file, TLOGICAL, 2, 1, 1, 4, truths.data(), &status);
    std::array<std::string, 4> words = {"ab", "cde", "", "f"};
    std::array<char *, 4> pointers = {words[0].data(), words[1].data(), words[2].data(), words[3].data()};
    fits_write_col(file, TSTRING, 3, 1, 1, 4, pointers.data(), &status);
    std::array<float, 3> reals = {1.5F, 2.5F, 3.5F};
    fits_write_col(file, TFLOAT, 4, 1, 1, 1, reals.data(), &status);
    fits_write_col(file, TFLOAT, 4, 2, 1, 3, reals.data(), &status);
    std::string longText = "variable";
    std::array<char *, 1> one = {longText.data()};
    fits_write_col(file, TSTRING, 5, 2, 1, 1, one.data(), &status);
    std::array<int, 2> integers = {4, 5};
    fits_write_col(file, TINT, 7, 1, 1, 2, integers.data(), &status);
    fits_write_col(file, TLOGICAL, 8, 1, 1, 2, truths.data(), &status);
    const Catalogue read = table.read();
    ASSERT_EQ(read.columns().size(), 7U);
    EXPECT_EQ(read.columns()[0].text(0), "(true false false false false false false false false true)");
    EXPECT_EQ(read.columns()[0].text(1), "(false true false false false false false false false false)");
    EXPECT_EQ(read.columns()[1].text(1), "(false true)");
    EXPECT_EQ(read.columns()[2].text(0), "ab cde");
    EXPECT_EQ(read.columns()[3].type(), ColumnType::Float32);
    EXPECT_EQ(read.columns()[3].text(0), "(1.5 NaN NaN)");
    EXPECT_EQ(read.columns()[3].text(1), "(1.5 2.5 3.5)");
    EXPECT_EQ(read.columns()[4].text(0), "");
    EXPECT_EQ(read.columns()[4].text(1), "variable");
    EXPECT_EQ(read.columns()[5].text(0), "(4 5)");
    EXPECT_THAT(read.description, HasSubstr("'c6' not read: complex"));
    EXPECT_EQ(read.columns()[6].text(0), "(1 0)");
    EXPECT_TRUE(read.columns()[6].isMissing(1));
}

TEST(FitsTable, ReadsAsciiTablesWithoutLosingDigits)
{
    TableMaker table(ASCII_TBL, {"I20", "F12.4", "A8", "D25.16", "I6"}, 2);
    fitsfile *file = table.get();
    int &status = table.status;
    std::array<std::string, 2> ids = {"1234567890123456789", "-9"};
    std::array<char *, 2> pointers = {ids[0].data(), ids[1].data()};
    std::array<double, 2> reals = {0.1, -3.25};
    std::array<int, 2> integers = {-12345, 7};
    fits_write_col(file, TDOUBLE, 2, 1, 1, 2, reals.data(), &status);
    fits_write_col(file, TSTRING, 3, 1, 1, 2, pointers.data(), &status);
    fits_write_col(file, TDOUBLE, 4, 1, 1, 2, reals.data(), &status);
    fits_write_col(file, TINT, 5, 1, 1, 2, integers.data(), &status);
    std::array<LONGLONG, 2> large = {1234567890123456789LL, -9};
    fits_write_col(file, TLONGLONG, 1, 1, 1, 2, large.data(), &status);
    const Catalogue read = table.read();
    ASSERT_EQ(read.columns().size(), 5U);
    EXPECT_EQ(read.columns()[0].type(), ColumnType::Int64);
    EXPECT_NEAR(read.columns()[0].number(0), 1.2345678901234567e18, 256.0);
    EXPECT_EQ(read.columns()[1].number(1), -3.25);
    EXPECT_EQ(read.columns()[2].text(0), "12345678");
    EXPECT_EQ(read.columns()[3].number(0), 0.1);
    EXPECT_EQ(read.columns()[4].text(0), "-12345");
}

TEST(FitsTable, ErrorsNameTheHduExpectedAndFound)
{
    const data::Image image({1, 4, 4});
    const auto withoutTable = fitsImageBytes(image.view());
    ASSERT_TRUE(withoutTable);
    EXPECT_THAT(readFitsTable(*withoutTable, "f.fits").error().message,
                HasSubstr("f.fits: expected a table in one of its HDUs, found 1 HDUs without one"));
    Catalogue table;
    ASSERT_TRUE(table.addColumn(data::makeColumn("x", std::vector<double>(3000, 1.0))));
    auto bytes = fitsBytes({FitsTableHdu{table, {}}});
    ASSERT_TRUE(bytes);
    bytes->resize(bytes->size() - 2880 * 4);
    const auto cut = readFitsTable(*bytes, "f.fits");
    ASSERT_FALSE(cut);
    EXPECT_THAT(cut.error().message, HasSubstr("f.fits, HDU 2: expected 3000 rows of 8 bytes, found"));
}

TEST(FitsTable, AHeaderWithoutItsFirstCardsIsRefusedBeforeCfitsioSeesIt)
{
    Catalogue table;
    ASSERT_TRUE(table.addColumn(data::makeColumn("x", std::vector<double>{1.0})));
    const auto good = fitsBytes({FitsTableHdu{table, {}}});
    ASSERT_TRUE(good);
    for (const std::size_t card : {1U, 2U, 3U, 4U, 5U, 6U, 7U})
    {
        auto broken = *good;
        broken[2880 + card * 80] = std::byte{'?'};
        EXPECT_THAT(readFitsTable(broken, "f.fits").error().message,
                    HasSubstr("HDU 2: card " + std::to_string(card + 1) + " must be"));
    }
}

TEST(FitsTable, BrokenBytesGiveATableOrAnError)
{
    const test::TemporaryFolder folder;
    Random first(5);
    test::RandomCatalogueOptions options;
    options.hasUnicode = false;
    ASSERT_TRUE(writeFitsTable(folder / "t.fits", test::randomCatalogue(first, options)));
    const auto whole = bytesOf(folder / "t.fits");
    test::forAll(200, [&whole](Random &random) {
        auto broken = whole;
        if (random.below(3) == 0)
            broken.resize(random.below(static_cast<std::uint32_t>(whole.size())));
        for (std::uint32_t flips = random.below(6); flips > 0 && !broken.empty(); --flips)
            broken[random.below(static_cast<std::uint32_t>(broken.size()))] =
                static_cast<std::byte>(random.below(256));
        const auto table = readFitsTable(broken, "t.fits");
        EXPECT_TRUE(table || !table.error().message.empty());
    });
}

} // namespace
} // namespace somnium::io
