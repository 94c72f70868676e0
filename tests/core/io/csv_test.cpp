// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/csv.h"

#include <cmath>
#include <fstream>
#include <iterator>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/property.h"
#include "tests/support/random_catalogue.h"
#include "tests/support/temporary_folder.h"

namespace somnium::io
{
namespace
{

using data::Catalogue;
using data::ColumnType;
using ::testing::HasSubstr;

Result<Catalogue> read(std::string_view text)
{
    return readCsv(std::as_bytes(std::span(text)), "table.csv");
}

Catalogue readWell(std::string_view text)
{
    auto catalogue = read(text);
    EXPECT_TRUE(catalogue) << catalogue.error().message;
    return catalogue.value_or(Catalogue{});
}

std::vector<std::string> cells(const Catalogue &catalogue, std::size_t column)
{
    std::vector<std::string> texts;
    for (std::size_t row = 0; row < catalogue.rowCount(); ++row)
        texts.push_back(catalogue.columns()[column].text(row));
    return texts;
}

std::vector<std::string> names(const Catalogue &catalogue)
{
    std::vector<std::string> texts;
    for (const data::Column &column : catalogue.columns())
        texts.push_back(column.name);
    return texts;
}

using Texts = std::vector<std::string>;

TEST(Csv, WrittenCellsReadBackEqual)
{
    const test::TemporaryFolder folder;
    test::forAll(150, [&folder](Random &random) {
        const Catalogue written = test::randomCatalogue(random);
        ASSERT_TRUE(writeCsv(folder / "t.csv", written));
        std::ifstream file(folder / "t.csv", std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        const Catalogue back = readWell(text);
        ASSERT_EQ(back.rowCount(), written.rowCount()) << text;
        ASSERT_EQ(names(back), names(written));
        for (std::size_t i = 0; i < written.columns().size(); ++i)
        {
            const data::Column &column = written.columns()[i];
            for (std::size_t row = 0; row < written.rowCount(); ++row)
            {
                const std::string wanted = column.text(row);
                if (column.width > 1 || column.type() == ColumnType::Text)
                    ASSERT_EQ(back.columns()[i].text(row), wanted) << text;
                else if (column.type() == ColumnType::Float32)
                    ASSERT_TRUE(static_cast<float>(back.columns()[i].number(row)) ==
                                    static_cast<float>(column.number(row)) ||
                                wanted.empty())
                        << wanted << " " << text;
                else
                    ASSERT_TRUE(back.columns()[i].number(row) == column.number(row) ||
                                (wanted.empty() && back.columns()[i].isMissing(row)))
                        << wanted << " " << text;
            }
        }
    });
}

TEST(Csv, GuessesTypesFromAllRows)
{
    const Catalogue table = readWell("i,f,b,t,late,id,huge,mixed,none\n"
                                     "1,1.5,true,a,1,007,12345678901234567890,1,\n"
                                     ",nan,False,b,2,012,1,2.5,\n"
                                     "-3,1e300,,true,x,3,2,null,\n");
    ASSERT_EQ(table.columns().size(), 9U);
    const std::vector<ColumnType> expected = {ColumnType::Int64, ColumnType::Float64, ColumnType::Bool,
                                              ColumnType::Text,  ColumnType::Text,    ColumnType::Text,
                                              ColumnType::Text,  ColumnType::Float64, ColumnType::Text};
    for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_EQ(table.columns()[i].type(), expected[i]) << table.columns()[i].name;
    EXPECT_EQ(cells(table, 0), (Texts{"1", "", "-3"}));
    EXPECT_EQ(cells(table, 2), (Texts{"true", "false", ""}));
    EXPECT_EQ(cells(table, 5), (Texts{"007", "012", "3"}));
    EXPECT_TRUE(table.columns()[0].isMissing(1));
    EXPECT_TRUE(table.columns()[7].isMissing(2));
}

TEST(Csv, ReadsQuotesLineEndsAndMarks)
{
    const Catalogue table =
        readWell("\xEF\xBB\xBF\"na\"\"me\",b\r\n\"two\r\nlines\" , \" kept \"\r\n\"a,b\",12\" dish\r\n");
    EXPECT_EQ(names(table), (Texts{"na\"me", "b"}));
    EXPECT_EQ(cells(table, 0), (Texts{"two\r\nlines", "a,b"}));
    EXPECT_EQ(cells(table, 1), (Texts{" kept ", "12\" dish"}));
    EXPECT_EQ(cells(readWell("a,b\rx,y\rz,w"), 1), (Texts{"y", "w"}));
}

TEST(Csv, GuessesTheDelimiter)
{
    for (const std::string_view text :
         {"a,b\n1 x,2;3\n4,5\n", "a;b\n1 x;2,3\n4;5\n", "a\tb\n1 x\t2,3\n4\t5\n", "a|b\n1 x|2,3\n4|5\n",
          "a   b\n  1 2\n 4\t5 \n"})
    {
        const Catalogue table = readWell(text);
        EXPECT_EQ(names(table), (Texts{"a", "b"})) << text;
        EXPECT_EQ(table.rowCount(), 2U) << text;
    }
    EXPECT_EQ(names(readWell("only\nNGC 1\nNGC 2\n")), (Texts{"only"}));
}

TEST(Csv, TakesTheHeaderFromACommentWhenTheTableBeginsWithNumbers)
{
    EXPECT_EQ(names(readWell("# from a survey\n# id ra dec\n1 10.5 -3\n2 11.5 -4\n")),
              (Texts{"id", "ra", "dec"}));
    EXPECT_EQ(names(readWell("# made today, by me\nid,ra\na,1\n")), (Texts{"id", "ra"}));
    EXPECT_EQ(names(readWell("1,2\n3,4\n")), (Texts{"col1", "col2"}));
    EXPECT_EQ(readWell("1,2\n3,4\n").rowCount(), 2U);
    EXPECT_EQ(names(readWell(",RA,RA\n0,1,2\n")), (Texts{"col1", "RA", "RA_2"}));
}

TEST(Csv, TakesTheHeaderFromTheLastCommentThatFits)
{
    const Catalogue table = readWell("#MILES  Teff  log g   [Fe/H]\n#s????   \n# - - - - - -\n"
                                     "  0272  6024   4.50    -1.44\n  0081  5650   4.40    -0.90\n");
    EXPECT_EQ(names(table), (Texts{"MILES", "Teff", "log g", "[Fe/H]"}));
    EXPECT_EQ(cells(table, 0), (Texts{"0272", "0081"}));
}

TEST(Csv, ReadsColumnsOfFixedWidthWithEmptyCellsAndBlanksWithin)
{
    const Catalogue table = readWell("Name               MILES   CaT   SpT      log g  Refs\r\n"
                                     "                   s????                         \r\n"
                                     " - - - - - - - - - - - - - - - - - - - - - - - - \r\n"
                                     "BD+002058A          0272         sd:F      4.50   131  \r\n"
                                     "NGC 7789 (881) Cl   0984   155    HB             1 L\r\n"
                                     "HD 1,2              0007                   2.58  \r\n");
    EXPECT_EQ(names(table), (Texts{"Name", "MILES", "CaT", "SpT", "log g", "Refs"}));
    EXPECT_EQ(cells(table, 0), (Texts{"BD+002058A", "NGC 7789 (881) Cl", "HD 1,2"}));
    EXPECT_EQ(cells(table, 1), (Texts{"0272", "0984", "0007"}));
    EXPECT_EQ(cells(table, 2), (Texts{"", "155", ""}));
    EXPECT_EQ(cells(table, 4), (Texts{"4.5", "", "2.58"}));
    EXPECT_EQ(cells(table, 5), (Texts{"131", "1 L", ""}));
    // Rows that reach over from one column into the next are told by nothing.
    EXPECT_FALSE(read("one  two\nab cd ef\nabcdefgh ij\nk l\n"));
}

TEST(Csv, TextThatIsNotUtf8IsTakenAsLatin1)
{
    EXPECT_EQ(cells(readWell("name,x\nM\xFCller,1\n"), 0), Texts{"M\u00fcller"});
    EXPECT_EQ(cells(readWell("name,x\nM\u00fcller,1\n"), 0), Texts{"M\u00fcller"});
}

TEST(Csv, ErrorsNameRowLineExpectedAndFound)
{
    const auto ragged = read("# note\na,b,c\n1,2,3\n\n4,5\n");
    ASSERT_FALSE(ragged);
    EXPECT_EQ(ragged.error().kind, ErrorKind::Malformed);
    EXPECT_THAT(ragged.error().message, HasSubstr("table.csv, row 2 (line 5): expected 3 cells"));
    EXPECT_THAT(ragged.error().message, HasSubstr("found 2"));
    EXPECT_THAT(read("a,b\n1,2\n3,\"open\n5,6\n").error().message, HasSubstr("row 2 (line 3): a quote"));
    EXPECT_THAT(read("").error().message, HasSubstr("found no line of text"));
    EXPECT_FALSE(read(std::string_view("a,b\n\0,2\n", 8)));
}

TEST(Csv, AHeaderAloneIsATableWithoutRows)
{
    const Catalogue table = readWell("a,b\n");
    EXPECT_EQ(table.columns().size(), 2U);
    EXPECT_EQ(table.rowCount(), 0U);
}

TEST(Csv, BrokenBytesGiveATableOrAnError)
{
    const std::string text = "id,ra,name\n1,2.5,\"a \"\"b\"\"\"\n2,3.5,c\n";
    test::forAll(400, [&text](Random &random) {
        std::string broken = text.substr(0, random.below(static_cast<std::uint32_t>(text.size() + 1)));
        for (std::uint32_t flips = random.below(4); flips > 0 && !broken.empty(); --flips)
            broken[random.below(static_cast<std::uint32_t>(broken.size()))] =
                static_cast<char>(random.below(256));
        const auto table = read(broken);
        EXPECT_TRUE(table || !table.error().message.empty());
    });
}

} // namespace
} // namespace somnium::io
