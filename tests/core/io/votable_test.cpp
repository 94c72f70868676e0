// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/votable.h"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/io/base64.h"
#include "core/io/fits_writer.h"
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

std::string contents(const std::filesystem::path &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

Result<Catalogue> read(std::string_view text)
{
    return readVotable(std::as_bytes(std::span(text)), "t.vot");
}

Catalogue readWell(std::string_view text)
{
    auto catalogue = read(text);
    EXPECT_TRUE(catalogue) << catalogue.error().message;
    return catalogue.value_or(Catalogue{});
}

std::string document(const std::string &table)
{
    return "<?xml version='1.0'?><VOTABLE version='1.3' "
           "xmlns='http://www.ivoa.net/xml/VOTable/v1.3'><RESOURCE>" +
           table + "</RESOURCE></VOTABLE>";
}

std::string field(const std::string &attributes)
{
    return "<FIELD name='x' " + attributes + "/>";
}

std::string tableData(const std::string &fields, const std::string &rows)
{
    return document("<TABLE>" + fields + "<DATA><TABLEDATA>" + rows + "</TABLEDATA></DATA></TABLE>");
}

/// The texts of the first column of a TABLEDATA of one field.
std::vector<std::string> cells(const std::string &attributes, const std::string &rows)
{
    const Catalogue table = readWell(tableData(field(attributes), rows));
    std::vector<std::string> texts;
    for (std::size_t row = 0; row < table.rowCount(); ++row)
        texts.push_back(table.columns().at(0).text(row));
    return texts;
}

using Texts = std::vector<std::string>;

TEST(Votable, WrittenCataloguesReadBackEqualAsText)
{
    const test::TemporaryFolder folder;
    test::forAll(150, [&folder](Random &random) {
        const Catalogue written = test::randomCatalogue(random);
        ASSERT_TRUE(writeVotable(folder / "t.vot", written));
        EXPECT_EQ(test::difference(readWell(contents(folder / "t.vot")), written), "");
    });
}

TEST(Votable, WrittenCataloguesReadBackEqualAsBinary2)
{
    const test::TemporaryFolder folder;
    test::forAll(3, [&folder](Random &random) {
        const Catalogue few = test::randomCatalogue(random);
        std::vector<std::size_t> rows(10'001);
        for (std::size_t &row : rows)
            row = few.rowCount() == 0 || random.below(5) == 0
                      ? Catalogue::kNoRow
                      : random.below(static_cast<std::uint32_t>(few.rowCount()));
        const Catalogue written = few.takeRows(rows);
        ASSERT_TRUE(writeVotable(folder / "t.vot", written));
        const std::string text = contents(folder / "t.vot");
        EXPECT_THAT(text.substr(0, 4000), HasSubstr("<BINARY2>"));
        EXPECT_EQ(test::difference(readWell(text), written), "");
    });
}

TEST(Votable, LongStreamsAreWholeLinesOfBase64)
{
    const test::TemporaryFolder folder;
    std::vector<std::string> names;
    for (int i = 0; i < 100'000; ++i)
        names.push_back("a source of survey number " + std::to_string(i)); // several pieces of the writer
    Catalogue written;
    ASSERT_TRUE(written.addColumn(data::makeColumn("name", std::move(names))));
    ASSERT_TRUE(writeVotable(folder / "t.vot", written));
    const std::string text = contents(folder / "t.vot");
    EXPECT_EQ(test::difference(readWell(text), written), "");
    const std::size_t begin = text.find('\n', text.find("<STREAM")) + 1;
    std::size_t line = begin;
    const std::size_t end = text.find("</STREAM>");
    ASSERT_NE(end, std::string::npos);
    for (std::size_t next = 0; line < end; line = next)
    {
        next = text.find('\n', line) + 1;
        ASSERT_TRUE(next - line == 77 || next >= end) << "at byte " << line - begin;
    }
}

TEST(Votable, ReadsEveryDatatypeAsText)
{
    EXPECT_EQ(cells("datatype='boolean'",
                    "<TR><TD>T</TD></TR><TR><TD>false</TD></TR><TR><TD>?</TD></TR><TR><TD/></TR>"),
              (Texts{"true", "false", "", ""}));
    EXPECT_EQ(cells("datatype='bit' arraysize='3'", "<TR><TD>101</TD></TR><TR><TD>0 1 1</TD></TR>"),
              (Texts{"(true false true)", "(false true true)"}));
    EXPECT_EQ(cells("datatype='unsignedByte'", "<TR><TD>255</TD></TR><TR><TD>0x1F</TD></TR>"),
              (Texts{"255", "31"}));
    EXPECT_EQ(cells("datatype='long'", "<TR><TD> -9223372036854775808 </TD></TR><TR><TD/></TR>"),
              (Texts{"-9223372036854775808", ""}));
    EXPECT_EQ(cells("datatype='double'", "<TR><TD>+Inf</TD></TR><TR><TD>-Inf</TD></TR><TR><TD>NaN</TD></TR>"),
              (Texts{"Infinity", "-Infinity", ""}));
    EXPECT_EQ(
        cells("datatype='float' arraysize='*'", "<TR><TD>1 2.5</TD></TR><TR><TD/></TR><TR><TD>3</TD></TR>"),
        (Texts{"(1 2.5)", "", "(3 NaN)"}));
    EXPECT_EQ(cells("datatype='short' arraysize='2x2'", "<TR><TD>1 2 3 4</TD></TR><TR><TD/></TR>"),
              (Texts{"(1 2 3 4)", ""}));
    EXPECT_EQ(cells("datatype='char' arraysize='3x*'", "<TR><TD>ab cde f</TD></TR>"), (Texts{"ab cde f"}));
    EXPECT_EQ(cells("datatype='unicodeChar' arraysize='*'", "<TR><TD>\u03b1&amp;<![CDATA[<]]></TD></TR>"),
              (Texts{"\u03b1&<"}));
}

TEST(Votable, NullValuesAndDescriptionsComeFromTheField)
{
    const Catalogue table = readWell(
        tableData("<DESCRIPTION> of all </DESCRIPTION><PARAM name='p' datatype='int' value='1'><VALUES "
                  "null='1'/></PARAM>"
                  "<GROUP><DESCRIPTION>no</DESCRIPTION></GROUP>"
                  "<FIELD name='n' datatype='int' unit='mJy' ucd='phot.flux'><DESCRIPTION>flux</DESCRIPTION>"
                  "<VALUES null='-1'><MIN value='0'/></VALUES><LINK href='x'/></FIELD>",
                  "<TR><TD>-1</TD></TR><TR><TD>1</TD></TR>"));
    ASSERT_EQ(table.columns().size(), 1U);
    const data::Column &column = table.columns()[0];
    EXPECT_EQ(table.description, "of all");
    EXPECT_EQ(column.description, "flux");
    EXPECT_EQ(column.unit, "mJy");
    EXPECT_TRUE(column.isMissing(0));
    EXPECT_EQ(column.text(1), "1");
}

TEST(Votable, SkipsTablesWithoutDataAndComplexColumns)
{
    const Catalogue table = readWell(
        document("<TABLE name='empty'>" + field("datatype='int'") + "</TABLE><RESOURCE><TABLE name='full'>" +
                 "<FIELD name='z' datatype='floatComplex'/>" + field("datatype='int'") +
                 "<DATA><TABLEDATA><TR><TD>1 2</TD><TD>7</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE>"));
    EXPECT_EQ(table.name, "full");
    ASSERT_EQ(table.columns().size(), 1U);
    EXPECT_EQ(table.columns()[0].text(0), "7");
    EXPECT_THAT(table.description, HasSubstr("'z' not read: complex numbers"));
}

TEST(Votable, ReadsTheFirstBinarySerialisation)
{
    const std::string_view raw("\x00\x00\x00\x07\x00\x00\x00\x02hi\x40\x80\x00\x00\xA0"
                               "\xff\xff\xff\xff\x00\x00\x00\x00\x7f\xc0\x00\x00\x40",
                               28);
    const Catalogue table = readWell(
        document("<TABLE><FIELD name='i' datatype='int'/><FIELD name='s' datatype='char' arraysize='*'/>"
                 "<FIELD name='f' datatype='float'/><FIELD name='b' datatype='bit' arraysize='3'/><DATA>"
                 "<BINARY><STREAM encoding='base64'>" +
                 toBase64(std::as_bytes(std::span(raw))) + "</STREAM></BINARY></DATA></TABLE>"));
    ASSERT_EQ(table.rowCount(), 2U);
    EXPECT_EQ(table.columns()[0].text(0), "7");
    EXPECT_EQ(table.columns()[0].text(1), "-1");
    EXPECT_EQ(table.columns()[1].text(0), "hi");
    EXPECT_EQ(table.columns()[2].text(0), "4");
    EXPECT_TRUE(table.columns()[2].isMissing(1));
    EXPECT_EQ(table.columns()[3].text(0), "(true false true)");
    EXPECT_EQ(table.columns()[3].text(1), "(false true false)");
}

TEST(Votable, ReadsAFitsStream)
{
    Catalogue inside;
    ASSERT_TRUE(inside.addColumn(data::makeColumn("x", std::vector<double>{1.5, 2.5})));
    const auto bytes = fitsBytes({FitsTableHdu{inside, {}}});
    ASSERT_TRUE(bytes);
    const Catalogue table = readWell(document("<TABLE>" + field("datatype='double'") +
                                              "<DATA><FITS><STREAM "
                                              "encoding='base64'>" +
                                              toBase64(*bytes) + "</STREAM></FITS></DATA></TABLE>"));
    EXPECT_EQ(table.columns(), inside.columns());
}

TEST(Votable, ErrorsNameLineRowColumnExpectedAndFound)
{
    const auto message = [](const std::string &text) {
        const auto table = read(text);
        return table ? "read" : table.error().message;
    };
    EXPECT_THAT(message(tableData(field("datatype='int'"), "<TR><TD>1</TD></TR>\n<TR><TD>abc</TD></TR>")),
                HasSubstr("t.vot, line 2, row 2, column 'x': expected one int, found 'abc'"));
    EXPECT_THAT(message(tableData(field("datatype='int'"), "<TR></TR>")),
                HasSubstr("row 1: expected 1 cells, found 0"));
    EXPECT_THAT(message(tableData(field("datatype='int'"), "<TR><TD>1</TD><TD>1</TD></TR>")),
                HasSubstr("found more"));
    EXPECT_THAT(message(tableData(field("datatype='int' arraysize='2'"), "<TR><TD>1</TD></TR>")),
                HasSubstr("expected 2 of int"));
    EXPECT_THAT(message(tableData(field("datatype='quark'"), "<TR><TD>1</TD></TR>")),
                HasSubstr("expected a datatype"));
    EXPECT_THAT(message("<html><body/></html>"), HasSubstr("expected a VOTABLE element, found html"));
    EXPECT_THAT(message(document("<INFO name='QUERY_STATUS' value='ERROR'>no</INFO>")),
                HasSubstr("reported an error"));
    EXPECT_THAT(message("<VOTABLE><RESOURCE>"),
                HasSubstr("expected well-formed XML, found: no element found"));
    EXPECT_THAT(message(document("<TABLE>" + field("datatype='int'") +
                                 "<DATA><BINARY><STREAM href='http://x/y'/></BINARY></DATA></TABLE>")),
                HasSubstr("found a STREAM in another"));
    EXPECT_THAT(message(document("<TABLE>" + field("datatype='int'") +
                                 "<DATA><BINARY><STREAM encoding='base64'>"
                                 "AAAAAQAA</STREAM></BINARY></DATA></TABLE>")),
                HasSubstr("row 2, column 'x': expected more bytes"));
}

TEST(Votable, EntityBombsAreRefused)
{
    std::string bomb = "<?xml version='1.0'?><!DOCTYPE VOTABLE [<!ENTITY a 'aaaaaaaaaa'>";
    for (char c = 'b'; c < 'm'; ++c)
        bomb += std::string("<!ENTITY ") + c + " '&" + std::string(1, static_cast<char>(c - 1)) + ";&" +
                std::string(1, static_cast<char>(c - 1)) + ";'>";
    const auto table = read(bomb + "]><VOTABLE>&l;</VOTABLE>");
    ASSERT_FALSE(table);
    EXPECT_EQ(table.error().kind, ErrorKind::Unsupported);
    EXPECT_THAT(table.error().message, HasSubstr("entity declarations"));
}

TEST(Votable, AbsurdSizesCostNothing)
{
    const Catalogue table = readWell(
        tableData(field("datatype='double' arraysize='1000000000000'"), "<TR><TD/></TR><TR><TD/></TR>"));
    EXPECT_EQ(table.rowCount(), 2U);
    EXPECT_EQ(table.columns()[0].width, 1U);
    std::string deep;
    for (int i = 0; i < 100'000; ++i)
        deep += "<GROUP>";
    EXPECT_FALSE(read("<VOTABLE>" + deep));
    EXPECT_FALSE(
        read(document("<TABLE>" + field("datatype='char' arraysize='0'") +
                      "<DATA><BINARY><STREAM encoding='base64'>AAAA</STREAM></BINARY></DATA></TABLE>")));
}

TEST(Votable, BrokenBytesGiveATableOrAnError)
{
    const test::TemporaryFolder folder;
    Random first(7);
    ASSERT_TRUE(writeVotable(folder / "t.vot", test::randomCatalogue(first)));
    const std::string whole = contents(folder / "t.vot");
    test::forAll(400, [&whole](Random &random) {
        std::string broken = whole;
        if (random.below(3) == 0)
            broken.resize(random.below(static_cast<std::uint32_t>(whole.size())));
        for (std::uint32_t flips = random.below(6); flips > 0 && !broken.empty(); --flips)
            broken[random.below(static_cast<std::uint32_t>(broken.size()))] =
                static_cast<char>(random.below(256));
        const auto table = read(broken);
        EXPECT_TRUE(table || !table.error().message.empty());
    });
}

} // namespace
} // namespace somnium::io
