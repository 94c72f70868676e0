// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fits_header.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace somnium::io
{
namespace
{

using ::testing::HasSubstr;

std::string card(std::string text)
{
    text.resize(kFitsCardBytes, ' ');
    return text;
}

std::string padded(std::string text, char with)
{
    text.resize((text.size() + kFitsBlockBytes - 1) / kFitsBlockBytes * kFitsBlockBytes, with);
    return text;
}

std::span<const std::byte> bytesOf(const std::string &text)
{
    return std::as_bytes(std::span(text));
}

const std::string kPrimary = card("SIMPLE  =                    T") + card("BITPIX  =                    8");

TEST(ParsedFitsHeader, ReadsValuesOfEveryKind)
{
    const std::string text =
        padded(card("TEXT    = 'it''s   '           / a comment") +
                   card("INT     =                  -42 / a comment") + card("REAL    =          -1.5D+03") +
                   card("DOT     = 16.") + card("YES     =                    T") + card("INT     = 7") +
                   card("EMPTY   = ''") + card("COMMENT \ttabs = 'here'") + card("END"),
               ' ');
    const auto header = ParsedFitsHeader::read(bytesOf(text));
    ASSERT_TRUE(header) << header.error().message;
    EXPECT_EQ(header->text("TEXT"), "it's");
    EXPECT_EQ(header->integer("INT"), -42); // the first card holds
    EXPECT_EQ(header->number("INT"), -42.0);
    EXPECT_EQ(header->number("REAL"), -1500.0);
    EXPECT_EQ(header->integer("REAL"), -1500);
    EXPECT_EQ(header->integer("DOT"), 16);
    EXPECT_TRUE(header->isTrue("YES"));
    EXPECT_FALSE(header->isTrue("INT"));
    EXPECT_EQ(header->text("EMPTY"), "");
    EXPECT_EQ(header->integer("TEXT"), std::nullopt);
    EXPECT_EQ(header->text("MISSING"), std::nullopt);
    EXPECT_EQ(header->sizeBytes(), kFitsBlockBytes);
}

TEST(ParsedFitsHeader, FollowsATextOverContinueCards)
{
    const std::string text =
        padded(card("LONG    = 'one &'              / a comment") + card("CONTINUE  'and ''two &'") +
                   card("CONTINUE  '  three&' / more") + card("CONTINUE  ' end  '") +
                   card("CONTINUE  'stray'") + card("SHORT   = 'Smith & Jones &'") + card("NEXT    = 'x&'") +
                   card("CONTINUE  7") + card("LAST    = '&'") + card("END"),
               ' ');
    const auto header = ParsedFitsHeader::read(bytesOf(text));
    ASSERT_TRUE(header) << header.error().message;
    EXPECT_EQ(header->longText("LONG"), "one and 'two   three end");
    EXPECT_EQ(header->text("LONG"), "one &");
    EXPECT_EQ(header->longText("SHORT"), "Smith & Jones &");
    EXPECT_EQ(header->longText("NEXT"), "x&");
    EXPECT_EQ(header->longText("LAST"), "&");
    EXPECT_EQ(header->longText("MISSING"), std::nullopt);
}

TEST(ParsedFitsHeader, WithoutEndIsMalformed)
{
    const auto header = ParsedFitsHeader::read(bytesOf(padded(kPrimary, ' ')));
    ASSERT_FALSE(header);
    EXPECT_THAT(header.error().message, HasSubstr("expected an END card"));
    EXPECT_FALSE(ParsedFitsHeader::read({}));
}

TEST(FitsStructure, WalksExtensionsAndIgnoresWhatFollows)
{
    const std::string extension = card("XTENSION= 'IMAGE   '") + card("BITPIX  =                   16") +
                                  card("NAXIS   =                    2") +
                                  card("NAXIS1  =                    3") +
                                  card("NAXIS2  =                    2") + card("END");
    const std::string text = padded(kPrimary + card("NAXIS   =                    0") + card("END"), ' ') +
                             padded(extension, ' ') + padded(std::string(12, 'x'), '\0') +
                             "rubbish at the end";
    const FitsStructure structure = readFitsStructure(bytesOf(text));
    ASSERT_EQ(structure.hdus.size(), 2U);
    EXPECT_FALSE(structure.end);
    EXPECT_TRUE(structure.hdus[0].axes.empty());
    EXPECT_EQ(structure.hdus[1].axes, (std::vector<std::size_t>{3, 2}));
    EXPECT_EQ(structure.hdus[1].data.size(), 12U);
    EXPECT_FALSE(structure.hdus[1].isTruncated());
}

TEST(FitsStructure, HugeAxesAreAnErrorNotAnAllocation)
{
    const std::string text =
        padded(kPrimary + card("NAXIS   =                    2") + card("NAXIS1  =  4611686018427387904") +
                   card("NAXIS2  =  4611686018427387904") + card("END"),
               ' ');
    const FitsStructure structure = readFitsStructure(bytesOf(text));
    EXPECT_TRUE(structure.hdus.empty());
    ASSERT_TRUE(structure.end);
    EXPECT_EQ(structure.endHdu, 1);
    EXPECT_THAT(structure.end->message, HasSubstr("overflow"));
}

TEST(FitsStructure, TruncatedDataAreSaidToBe)
{
    const std::string text = padded(kPrimary + card("NAXIS   =                    1") +
                                        card("NAXIS1  =                10000") + card("END"),
                                    ' ') +
                             std::string(5000, 'x');
    const FitsStructure structure = readFitsStructure(bytesOf(text));
    ASSERT_EQ(structure.hdus.size(), 1U);
    EXPECT_TRUE(structure.hdus[0].isTruncated());
    EXPECT_EQ(structure.hdus[0].data.size(), 5000U);
}

TEST(FitsStructure, WrongBitpixAndNaxisAreNamed)
{
    for (const std::string &wrong :
         {card("NAXIS   =                   -1"), card("NAXIS   = 'two'"), card("")})
    {
        const FitsStructure structure =
            readFitsStructure(bytesOf(padded(kPrimary + wrong + card("END"), ' ')));
        ASSERT_TRUE(structure.end);
        EXPECT_THAT(structure.end->message, HasSubstr("NAXIS"));
    }
}

} // namespace
} // namespace somnium::io
