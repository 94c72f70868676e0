// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fits_map.h"

#include <algorithm>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/io/fits_header.h"

namespace somnium::io
{
namespace
{

using ::testing::HasSubstr;

std::vector<float> randomFloats(std::size_t count, Random &random)
{
    std::vector<float> values(count);
    for (float &value : values)
        value = static_cast<float>(random.normal());
    values.front() = -0.0F; // the sign is a bit, too
    return values;
}

/// A map that no default would give.
som::Som strangeMap(std::string_view layout, std::size_t channels)
{
    Random random(5);
    som::Som som;
    som.layout = som::MapLayout::parse(layout).value();
    som.shape = {channels, 9, 11};
    som.params.layout = som.layout;
    som.params.useFlips = false;
    som.params.rotations = 12;
    som.params.precision = compute::MatchPrecision::Fine;
    som.params.neuronSide = 9;
    som.params.seed = std::numeric_limits<std::uint64_t>::max();
    som.params.sigmaEnd = 0.1 + 0.2;
    for (std::size_t i = 0; i < channels; ++i)
        som.params.channelWeights.push_back(1.0F / static_cast<float>(3 + i));
    som.grid =
        compute::polarGridFor({channels, 7, 7}, som.params.precision, som.params.channelWeights).value();
    const std::size_t neurons = som.layout.neuronCount();
    som.prototypes = randomFloats(neurons * som.shape.size(), random);
    som.spectra = randomFloats(neurons * som.grid.coefficientCount(), random);
    return som;
}

std::vector<std::size_t> axesOf(const som::Som &som)
{
    return {som.shape.columns, som.shape.rows, som.shape.channels, som.layout.neuronCount()};
}

/// The file of a map; `change` may spoil the header of its prototypes.
template <class Change> std::vector<std::byte> fileOf(const som::Som &som, const Change &change)
{
    FitsHeader header;
    header.extensionName = "PROTOTYPES";
    addMapCards(header, som, R"({"it's":"long & )" + std::string(200, 'x') + R"("})");
    change(header);
    return fitsBytes({FitsImageHdu{som.prototypes, axesOf(som), header}, spectraHdu(som)}).value();
}

std::vector<std::byte> fileOf(const som::Som &som)
{
    return fileOf(som, [](const FitsHeader &) {});
}

void set(FitsHeader &header, const std::string &keyword, decltype(FitsCard::value) value)
{
    for (FitsCard &card : header.cards)
        if (card.keyword == keyword)
            card.value = std::move(value);
}

std::string faultOf(std::span<const std::byte> bytes)
{
    const auto map = readFitsMap(bytes, "map.fits");
    return map ? "none" : map.error().message;
}

template <class T> bool hasTheBitsOf(const std::vector<T> &a, const std::vector<T> &b)
{
    return std::ranges::equal(std::as_bytes(std::span(a)), std::as_bytes(std::span(b)));
}

TEST(FitsMap, ReadsBackWhatDecidesAMatchToTheBit)
{
    for (const char *layout : {"4x3", "7", "2x3x2", "5x5 hexagonal periodic", "1x1"})
        for (const std::size_t channels : {1U, 3U})
        {
            const som::Som som = strangeMap(layout, channels);
            const auto map = readFitsMap(fileOf(som), "map.fits");
            ASSERT_TRUE(map) << map.error().message;
            EXPECT_EQ(map->layout, som.layout);
            EXPECT_EQ(map->shape, som.shape);
            EXPECT_TRUE(hasTheBitsOf(map->prototypes, som.prototypes));
            EXPECT_TRUE(hasTheBitsOf(map->spectra, som.spectra));
            EXPECT_EQ(map->grid, som.grid);
            EXPECT_EQ(map->useFlips, som.params.useFlips);
            EXPECT_EQ(map->rotations, som.params.rotations);
            EXPECT_EQ(map->precision, som.params.precision);
            EXPECT_EQ(map->channelWeights, som.params.channelWeights);
            EXPECT_EQ(map->neuronSide, som.params.neuronSide);
            EXPECT_EQ(map->seed, som.params.seed);
            EXPECT_EQ(map->sigmaEnd, som.params.sigmaEnd);
            EXPECT_EQ(map->recipe, R"({"it's":"long & )" + std::string(200, 'x') + R"("})");
        }
}

TEST(FitsMap, OfVectorsSaysSoAndReadsBack)
{
    Random random(6);
    som::Som som;
    som.layout = som::MapLayout::parse("4x3").value();
    som.shape = {1, 1, 7};
    som.params.layout = som.layout;
    som.params.metric = som::Metric::Vector;
    som.params.seed = 9;
    som.prototypes = randomFloats(12 * 7, random);
    const auto bytes = [&](const std::string &metric) {
        FitsHeader header;
        header.extensionName = "PROTOTYPES";
        addMapCards(header, som);
        set(header, "SOMMETRI", metric);
        return fitsBytes({FitsImageHdu{som.prototypes, axesOf(som), header}}).value();
    };
    const auto map = readFitsMap(bytes("vector"), "map.fits");
    ASSERT_TRUE(map) << map.error().message;
    EXPECT_EQ(map->metric, som::Metric::Vector);
    EXPECT_EQ(map->shape, som.shape);
    EXPECT_EQ(map->seed, 9U);
    EXPECT_TRUE(hasTheBitsOf(map->prototypes, som.prototypes));
    EXPECT_FALSE(map->grid);
    EXPECT_THAT(faultOf(bytes("cosine")),
                HasSubstr("map.fits, HDU 1: SOMMETRI = 'cosine': expected 'vector'"));
}

TEST(FitsMap, OfBeforeItsKeywordsSaysLess)
{
    const som::Som som = strangeMap("4x3", 3);
    FitsHeader header;
    header.extensionName = "PROTOTYPES";
    header.cards = {{"SOMSHAPE", std::string("4x3"), ""}, {"SOMFLIPS", false, ""}};
    const auto map =
        readFitsMap(fitsBytes({FitsImageHdu{som.prototypes, axesOf(som), header}}).value(), "old.fits");
    ASSERT_TRUE(map) << map.error().message;
    EXPECT_EQ(map->layout, som.layout);
    EXPECT_TRUE(hasTheBitsOf(map->prototypes, som.prototypes));
    EXPECT_EQ(map->useFlips, false);
    EXPECT_FALSE(map->grid || map->rotations || map->precision || map->channelWeights);
    EXPECT_EQ(map->recipe, "");
    EXPECT_TRUE(map->spectra.empty());
}

TEST(FitsMap, LeavesOutSpectraOfPrototypesThatWereChangedSince)
{
    const som::Som som = strangeMap("4x3", 1);
    som::Som changed = som;
    changed.prototypes[7] += 1.0F;
    FitsHeader header;
    header.extensionName = "PROTOTYPES";
    addMapCards(header, som);
    const auto bytes =
        fitsBytes({FitsImageHdu{changed.prototypes, axesOf(som), header}, spectraHdu(som)}).value();
    const auto map = readFitsMap(bytes, "map.fits");
    ASSERT_TRUE(map) << map.error().message;
    EXPECT_TRUE(hasTheBitsOf(map->prototypes, changed.prototypes));
    EXPECT_TRUE(map->spectra.empty());
}

TEST(FitsMap, NamesFileHduExpectedAndFound)
{
    const som::Som som = strangeMap("4x3", 3);
    const auto spoilt = [&](const std::string &keyword, const decltype(FitsCard::value) &value) {
        return faultOf(fileOf(som, [&](FitsHeader &header) { set(header, keyword, value); }));
    };
    EXPECT_EQ(spoilt("SOMFLIPS", true), "none");
    EXPECT_EQ(spoilt("SOMFLIPS", 3.5), "map.fits, HDU 1: expected SOMFLIPS of T or F, found SOMFLIPS = 3.5");
    EXPECT_THAT(spoilt("SOMROTAT", std::int64_t{-3}), HasSubstr("of 0 or more, found SOMROTAT = -3"));
    EXPECT_THAT(spoilt("SOMPRECI", std::string("finest")), HasSubstr("'fine', found SOMPRECI = 'finest"));
    EXPECT_THAT(spoilt("SOMWEIGH", std::string("1 two 3")), HasSubstr("numbers separated by blanks"));
    EXPECT_THAT(spoilt("SOMWEIGH", std::string("1 2")), HasSubstr("expected 3 channel weights"));
    EXPECT_THAT(spoilt("SOMANGLE", std::int64_t{100}), HasSubstr("polar grid makes no sense"));
    EXPECT_THAT(spoilt("SOMRADIU", 4.5), HasSubstr("a disc within the prototypes, found 4.5"));
    EXPECT_THAT(spoilt("SOMSHAPE", std::string("4x4")), HasSubstr("x 16 neurons, found 11 x 9 x 3 x 12"));
    EXPECT_THAT(spoilt("SOMSHAPE", std::string("round")), HasSubstr("map.fits, HDU 1: SOMSHAPE: "));
    const auto half = faultOf(fileOf(som, [](FitsHeader &header) {
        header.cards.pop_back();
        header.cards.pop_back();
    }));
    EXPECT_THAT(half, HasSubstr("SOMHARMO and SOMRADIU, found some of them only"));
}

TEST(FitsMap, TellsDamagedAndForeignFilesApart)
{
    const som::Som som = strangeMap("4x3", 1);
    auto bytes = fileOf(som);
    const FitsStructure structure = readFitsStructure(bytes);
    ASSERT_EQ(structure.hdus.size(), 2U);
    for (const ParsedFitsHdu &hdu : structure.hdus)
    {
        std::byte &one = bytes[static_cast<std::size_t>(hdu.data.data() - bytes.data()) + 6];
        one ^= std::byte{1};
        EXPECT_THAT(faultOf(bytes), HasSubstr("HDU " + std::to_string(hdu.number) +
                                              ": expected data that add up to DATASUM"));
        one ^= std::byte{1};
    }
    const std::span<const std::byte> all(bytes);
    EXPECT_EQ(faultOf(all), "none");
    EXPECT_THAT(faultOf(all.first(bytes.size() / 3)), HasSubstr("map.fits, HDU 1: expected "));
    EXPECT_THAT(faultOf(all.first(bytes.size() - 6000)), HasSubstr("map.fits, HDU 2: expected "));
    EXPECT_THAT(faultOf(all.first(1000)), HasSubstr("expected an END card"));

    FitsHeader header;
    header.extensionName = "DISTANCES";
    addMapCards(header, som);
    const auto foreign = fitsBytes({FitsImageHdu{som.prototypes, axesOf(som), header}}).value();
    EXPECT_THAT(faultOf(foreign), HasSubstr("found HDU 1: DISTANCES"));
    som::Som nowhere = som;
    nowhere.prototypes[3] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_THAT(faultOf(fileOf(nowhere)), HasSubstr("expected finite numbers only, found NaN"));
}

TEST(FitsMap, DataSumIsTheOneThatCfitsioWrites)
{
    const som::Som som = strangeMap("4x3", 3);
    const FitsStructure structure = readFitsStructure(fileOf(som));
    EXPECT_EQ(structure.hdus[0].header.text("DATASUM"), std::to_string(fitsDataSum(som.prototypes)));
    EXPECT_EQ(structure.hdus[1].header.text("DATASUM"), std::to_string(fitsDataSum(som.spectra)));
}

} // namespace
} // namespace somnium::io
