// SPDX-License-Identifier: GPL-3.0-or-later
// Inputs that the fuzzer found, as small as they can be told: each once crashed, or read beyond its end.
#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/io/base64.h"
#include "core/io/fits_header.h"
#include "core/io/fits_table.h"
#include "core/io/image_reader.h"
#include "core/io/votable.h"
#include "tests/robust/byte_readers.h"
#include "tests/robust/good_files.h"
#include "tests/support/random_catalogue.h"

namespace somnium::test
{
namespace
{

std::span<const std::byte> bytesOf(std::string_view text)
{
    return std::as_bytes(std::span(text));
}

/// A FITS-plus table with a VOTable in its primary HDU, as text.
std::string goodTable()
{
    for (const GoodFile &file : goodFiles())
        if (file.name == "table.fits")
            return {reinterpret_cast<const char *>(file.bytes.data()), file.bytes.size()}; // NOLINT
    ADD_FAILURE() << "no table";
    return {};
}

/// The good table with the value of the first card of a keyword in its table header replaced.
std::string tableWith(const std::string &keyword, std::string value)
{
    std::string table = goodTable();
    const std::size_t header = table.find("XTENSION");
    const std::size_t card = table.find(keyword + std::string(8 - keyword.size(), ' ') + "=", header);
    EXPECT_NE(card, std::string::npos);
    value.resize(71, ' ');
    return table.replace(card + 9, 71, value);
}

/// Where the rows and the heap of the good table end, and the padding of its last block begins.
std::size_t endOfRows(const std::string &table)
{
    const io::FitsStructure structure = io::readFitsStructure(bytesOf(table));
    EXPECT_EQ(structure.hdus.size(), 2U);
    const std::span<const std::byte> data = structure.hdus.back().data;
    return static_cast<std::size_t>(data.data() - bytesOf(table).data()) + data.size();
}

TEST(Findings, AnEmptyNpyHeaderIsAProblemThatSaysWhatWasFound)
{
    const std::string file("\x93NUMPY\x02\x00\x00\x00\x00\x00\x00\x00\x22\x45\x4D\x2F\x4E\x93\x00", 21);
    byteReader("pink").read(bytesOf(file));
    const io::LoadedFile loaded = io::readImages(bytesOf(file), {});
    ASSERT_EQ(loaded.problems.size(), 1U);
    EXPECT_FALSE(loaded.problems[0].found.empty());
}

// CFITSIO reads whole blocks, and data that a header claims, beyond the end of the memory it was given.
TEST(Findings, ATableCutInsideABlockOrADataUnitIsAnError)
{
    const std::string table = goodTable();
    const std::size_t end = endOfRows(table);
    for (const std::size_t size : {std::size_t{2880}, std::size_t{5102}, end - 500, end - 1})
    {
        const std::string cut = table.substr(0, size);
        byteReader("fits_table").read(bytesOf(cut));
        EXPECT_FALSE(io::readFitsTable(bytesOf(cut), "x")) << size;
    }
}

// Nothing is lost with the zeros that fill the last block, and writers forget them.
TEST(Findings, ATableCutInsideThePaddingIsReadWhole)
{
    const std::string table = goodTable();
    const std::size_t end = endOfRows(table);
    ASSERT_LT(end + 1, table.size());
    const auto whole = io::readFitsTable(bytesOf(table), "x");
    ASSERT_TRUE(whole);
    for (const std::size_t size : {end, end + 1, table.size() - 1})
    {
        const std::string cut = table.substr(0, size);
        const auto read = io::readFitsTable(bytesOf(cut), "x");
        ASSERT_TRUE(read) << size << ": " << read.error().message;
        EXPECT_EQ(difference(*whole, *read), "") << size;
    }
}

TEST(Findings, ACutFitsStreamInAVotableIsAnError)
{
    const std::string cut = goodTable().substr(0, 5102);
    const std::string document =
        "<?xml version='1.0'?><VOTABLE><RESOURCE><TABLE><FIELD name='x' datatype='double'/>"
        "<DATA><FITS><STREAM encoding='base64'>" +
        io::toBase64(bytesOf(cut)) + "</STREAM></FITS></DATA></TABLE></RESOURCE></VOTABLE>";
    EXPECT_FALSE(io::readVotable(bytesOf(document), "x"));
}

// CFITSIO copies a value of 71 characters into the 70 of a column's name.
TEST(Findings, AColumnNameWithoutQuotesAndEndIsAnError)
{
    const auto table = io::readFitsTable(bytesOf(tableWith("TTYPE1", std::string(71, '|'))), "x");
    ASSERT_FALSE(table);
    EXPECT_NE(table.error().message.find("TTYPE1"), std::string::npos) << table.error().message;
}

// CFITSIO leaves the number of columns unset where it stumbles over the cards before.
TEST(Findings, ALineEndInsideANumberOfTheHeaderIsAnError)
{
    for (const std::string keyword : {"NAXIS1", "PCOUNT"})
        EXPECT_FALSE(io::readFitsTable(bytesOf(tableWith(keyword, "   \n               22")), "x"))
            << keyword;
}

/// Cards, filled up to a block.
std::string headerOf(const std::vector<std::string> &cards)
{
    constexpr std::size_t kBlock = 2880;
    std::string header;
    for (std::string card : cards)
    {
        card.resize(80, ' ');
        header += card;
    }
    header.resize((header.size() + kBlock - 1) / kBlock * kBlock, ' ');
    return header;
}

// CFITSIO reads as many characters as the row says, whether or not the file has them.
TEST(Findings, ATextOfVaryingLengthBeyondTheHeapIsAnError)
{
    const std::string headers =
        headerOf({"SIMPLE  =                    T", "BITPIX  =                    8",
                  "NAXIS   =                    0", "EXTEND  =                    T", "END"}) +
        headerOf({"XTENSION= 'BINTABLE'", "BITPIX  =                    8", "NAXIS   =                    2",
                  "NAXIS1  =                    8", "NAXIS2  =                    1",
                  "PCOUNT  =                    6", "GCOUNT  =                    1",
                  "TFIELDS =                    1", "TTYPE1  = 'name'", "TFORM1  = '1PA(6)'", "END"});
    const auto tableOf = [&headers](std::string_view length, std::string_view offset) {
        std::string file = headers + std::string(length) + std::string(offset) + "abcdef";
        file.resize((file.size() + 2879) / 2880 * 2880, '\0');
        return file;
    };
    using namespace std::string_view_literals;
    const auto good = io::readFitsTable(bytesOf(tableOf("\0\0\0\6"sv, "\0\0\0\0"sv)), "x");
    ASSERT_TRUE(good) << good.error().message;
    EXPECT_EQ(good->columns()[0].text(0), "abcdef");
    const std::string_view large = "\x00\x20\xF5\x70"sv; // 2,160,000
    for (const auto &[length, offset] : {std::pair(large, "\0\0\0\0"sv), std::pair("\0\0\0\6"sv, large)})
    {
        const auto bad = io::readFitsTable(bytesOf(tableOf(length, offset)), "x");
        ASSERT_FALSE(bad);
        EXPECT_NE(bad.error().message.find("column 1 'name'"), std::string::npos) << bad.error().message;
    }
}

} // namespace
} // namespace somnium::test
