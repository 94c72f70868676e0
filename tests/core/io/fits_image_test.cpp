// SPDX-License-Identifier: GPL-3.0-or-later
// FITS images of every kind, written by CFITSIO and read by us; CFITSIO's own reading is the oracle.
#include "core/io/fits_image.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include <fitsio.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/platform.h"
#include "core/io/fits_header.h"
#include "core/sky/wcs.h"
#include "tests/support/property.h"
#include "tests/support/temporary_folder.h"

// CFITSIO keeps the scratch memory of damaged HCOMPRESS tiles.
extern "C" const char *__lsan_default_suppressions();
extern "C" const char *__lsan_default_suppressions() // NOLINT: the name is the sanitizer's
{
    return "leak:libcfitsio";
}

namespace somnium::io
{
namespace
{

namespace fs = std::filesystem;
using test::TemporaryFolder;
using ::testing::HasSubstr;

/// A file to be written: one image HDU by CFITSIO.
struct Recipe
{
    int bitpix = FLOAT_IMG; ///< BYTE_IMG ... DOUBLE_IMG, USHORT_IMG, ULONG_IMG, SBYTE_IMG
    int compression = 0;    ///< 0 or RICE_1, GZIP_1, GZIP_2, HCOMPRESS_1, PLIO_1
    float quantisation = 4.0F;
    int dither = NO_DITHER;
    std::vector<long> axes = {37, 29};
    std::vector<long> tile = {};
    bool hasBlank = false;
    double scale = 1.0;
    double zero = 0.0;
};

template <class T> void writeAs(fitsfile *file, int type, const std::vector<double> &values, int &status)
{
    std::vector<T> converted(values.size());
    std::transform(values.begin(), values.end(), converted.begin(),
                   [](double value) { return static_cast<T>(value); });
    fits_write_img(file, type, 1, static_cast<LONGLONG>(converted.size()), converted.data(), &status);
}

void writeWithCfitsio(const fs::path &path, const Recipe &recipe, Random &random)
{
    int status = 0;
    fitsfile *file = nullptr;
    fits_create_diskfile(&file, path.c_str(), &status);
    if (recipe.compression != 0)
    {
        fits_set_compression_type(file, recipe.compression, &status);
        fits_set_quantize_level(file, recipe.quantisation, &status);
        fits_set_quantize_method(file, recipe.dither, &status);
        if (!recipe.tile.empty())
        {
            auto tile = recipe.tile;
            fits_set_tile_dim(file, static_cast<int>(tile.size()), tile.data(), &status);
        }
    }
    auto axes = recipe.axes;
    fits_create_img(file, recipe.bitpix, static_cast<int>(axes.size()), axes.data(), &status);
    if (recipe.hasBlank)
    {
        int blank = recipe.bitpix == BYTE_IMG ? 255 : -1000;
        fits_write_key(file, TINT, "BLANK", &blank, nullptr, &status);
    }
    if (recipe.scale != 1.0 || recipe.zero != 0.0)
    {
        double scale = recipe.scale;
        double zero = recipe.zero;
        fits_write_key(file, TDOUBLE, "BSCALE", &scale, nullptr, &status);
        fits_write_key(file, TDOUBLE, "BZERO", &zero, nullptr, &status);
        fits_set_bscale(file, 1.0, 0.0, &status); // values below are the stored ones
    }
    const auto count = static_cast<std::size_t>(
        std::accumulate(axes.begin(), axes.end(), long{1}, [](long a, long b) { return a * b; }));
    std::vector<double> values(count);
    const bool isFloat = recipe.bitpix < 0;
    for (double &value : values)
        value = isFloat ? 10.0 * random.normal() : std::floor(random.uniform(0.0, 120.0));
    if (recipe.hasBlank)
        for (std::size_t i = 0; i < count; i += 11)
            values[i] = recipe.bitpix == BYTE_IMG ? 255 : -1000;
    if (isFloat)
        for (std::size_t i = 3; i < count; i += 50)
            values[i] = std::numeric_limits<double>::quiet_NaN();
    // CFITSIO compresses integers only from their own type.
    if (recipe.compression == 0 || isFloat)
        writeAs<double>(file, TDOUBLE, values, status);
    else if (recipe.bitpix == BYTE_IMG)
        writeAs<unsigned char>(file, TBYTE, values, status);
    else if (recipe.bitpix == SHORT_IMG)
        writeAs<short>(file, TSHORT, values, status);
    else if (recipe.bitpix == USHORT_IMG)
        writeAs<unsigned short>(file, TUSHORT, values, status);
    else
        writeAs<int>(file, TINT, values, status);
    fits_close_file(file, &status);
    ASSERT_EQ(status, 0) << recipe.bitpix << " " << recipe.compression;
}

std::vector<float> readWithCfitsio(const fs::path &path, int hdu, std::size_t count)
{
    int status = 0;
    fitsfile *file = nullptr;
    fits_open_diskfile(&file, path.c_str(), READONLY, &status);
    fits_movabs_hdu(file, hdu, nullptr, &status);
    std::vector<float> values(count);
    float noValue = std::numeric_limits<float>::quiet_NaN();
    int hasMissing = 0;
    fits_read_img(file, TFLOAT, 1, static_cast<LONGLONG>(count), &noValue, values.data(), &hasMissing,
                  &status);
    fits_close_file(file, &status);
    EXPECT_EQ(status, 0);
    return values;
}

LoadedFile readOurs(const fs::path &path)
{
    const auto file = MappedFile::open(path);
    EXPECT_TRUE(file);
    data::SourceOrigin origin;
    origin.file = path.string();
    return readImages(file->bytes(), origin);
}

void expectReadsAsCfitsio(const Recipe &recipe, Random &random)
{
    SCOPED_TRACE("BITPIX " + std::to_string(recipe.bitpix) + ", compression " +
                 std::to_string(recipe.compression));
    const TemporaryFolder folder;
    const fs::path path = folder / "a.fits";
    writeWithCfitsio(path, recipe, random);
    const LoadedFile loaded = readOurs(path);
    for (const auto &problem : loaded.problems)
        ADD_FAILURE() << toString(problem);
    ASSERT_EQ(loaded.images.size(), 1U);
    const data::Image &image = loaded.images[0].image;
    const auto expected = readWithCfitsio(path, loaded.images[0].origin.hdu, image.shape().size());
    std::size_t missing = 0;
    for (std::size_t i = 0; i < expected.size(); ++i)
    {
        ASSERT_EQ(std::isnan(image.pixels()[i]), std::isnan(expected[i])) << i;
        missing += std::isnan(expected[i]) ? 1U : 0U;
        if (!std::isnan(expected[i]))
        {
            ASSERT_FLOAT_EQ(image.pixels()[i], expected[i]) << i;
        }
    }
    if (recipe.compression != HCOMPRESS_1) // which knows no missing pixels
    {
        EXPECT_EQ(missing > 0, recipe.hasBlank || recipe.bitpix < 0);
    }
}

TEST(FitsImage, EveryBitpixReadsAsCfitsioReadsIt)
{
    Random random(1);
    for (const int bitpix : {BYTE_IMG, SHORT_IMG, LONG_IMG, LONGLONG_IMG, FLOAT_IMG, DOUBLE_IMG, SBYTE_IMG,
                             USHORT_IMG, ULONG_IMG})
        expectReadsAsCfitsio({.bitpix = bitpix}, random);
}

TEST(FitsImage, BlankAndScalingReadAsCfitsioReadsThem)
{
    Random random(2);
    for (const int bitpix : {BYTE_IMG, SHORT_IMG, LONG_IMG, LONGLONG_IMG})
    {
        expectReadsAsCfitsio({.bitpix = bitpix, .hasBlank = true}, random);
        expectReadsAsCfitsio({.bitpix = bitpix, .hasBlank = true, .scale = 0.25, .zero = -7.5}, random);
    }
    expectReadsAsCfitsio({.bitpix = FLOAT_IMG, .scale = 2.0, .zero = 1.0}, random);
}

TEST(FitsImage, EveryCompressionReadsAsCfitsioReadsIt)
{
    Random random(3);
    for (const int compression : {RICE_1, GZIP_1, GZIP_2, HCOMPRESS_1})
    {
        for (const int bitpix : {BYTE_IMG, SHORT_IMG, LONG_IMG})
            expectReadsAsCfitsio({.bitpix = bitpix, .compression = compression}, random);
        for (const int bitpix : {FLOAT_IMG, DOUBLE_IMG})
            for (const int dither : {NO_DITHER, SUBTRACTIVE_DITHER_1})
                expectReadsAsCfitsio({.bitpix = bitpix, .compression = compression, .dither = dither},
                                     random);
        expectReadsAsCfitsio({.bitpix = SHORT_IMG, .compression = compression, .tile = {16, 8}}, random);
        expectReadsAsCfitsio({.bitpix = USHORT_IMG, .compression = compression}, random);
    }
    for (const int bitpix : {BYTE_IMG, SHORT_IMG, LONG_IMG})
        expectReadsAsCfitsio({.bitpix = bitpix, .compression = PLIO_1}, random);
    for (const int compression : {GZIP_1, GZIP_2})
        for (const int bitpix : {FLOAT_IMG, DOUBLE_IMG})
            expectReadsAsCfitsio({.bitpix = bitpix, .compression = compression, .quantisation = 0.0F},
                                 random);
}

TEST(FitsImage, AShortThirdAxisIsChannelsAndALongOneIsRefused)
{
    Random random(4);
    for (const int compression : {0, RICE_1})
    {
        const TemporaryFolder folder;
        writeWithCfitsio(folder / "rgb.fits",
                         {.bitpix = SHORT_IMG, .compression = compression, .axes = {9, 7, 3}}, random);
        const LoadedFile colour = readOurs(folder / "rgb.fits");
        ASSERT_EQ(colour.images.size(), 1U);
        EXPECT_EQ(colour.images[0].image.shape(), (data::ImageShape{3, 7, 9}));
        writeWithCfitsio(folder / "cube.fits",
                         {.bitpix = SHORT_IMG, .compression = compression, .axes = {9, 7, 17}}, random);
        const LoadedFile cube = readOurs(folder / "cube.fits");
        EXPECT_TRUE(cube.images.empty());
        ASSERT_EQ(cube.problems.size(), 1U);
        EXPECT_THAT(toString(cube.problems[0]), HasSubstr("found a cube (9 x 7 x 17)"));
    }
}

TEST(FitsImage, AxesOfLengthOneAreDropped)
{
    Random random(5);
    const std::vector<std::pair<std::vector<long>, data::ImageShape>> cases = {
        {{9, 7, 1, 1}, {1, 7, 9}}, {{9, 7, 1, 4}, {4, 7, 9}}, {{9, 7, 4, 1}, {4, 7, 9}}, {{9, 1}, {1, 1, 9}}};
    for (const auto &[axes, shape] : cases)
    {
        const TemporaryFolder folder;
        writeWithCfitsio(folder / "a.fits", {.axes = axes}, random);
        const LoadedFile loaded = readOurs(folder / "a.fits");
        ASSERT_EQ(loaded.images.size(), 1U);
        EXPECT_EQ(loaded.images[0].image.shape(), shape);
    }
    const TemporaryFolder folder;
    writeWithCfitsio(folder / "spectrum.fits", {.axes = {100}}, random);
    EXPECT_THAT(toString(readOurs(folder / "spectrum.fits").problems.at(0)),
                HasSubstr("found one axis (100)"));
}

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

/// A file of 16-bit integers with some cards more.
std::string shortImage(const std::string &cards, const std::string &data)
{
    return padded(card("SIMPLE  =                    T") + card("BITPIX  =                   16") +
                      card("NAXIS   =                    2") + card("NAXIS1  =                    2") +
                      card("NAXIS2  =                    2") + cards + card("END"),
                  ' ') +
           data;
}

LoadedFile readText(const std::string &text)
{
    return readImages(std::as_bytes(std::span(text)), {});
}

TEST(FitsImage, KeepsWcsCardsOfDirtyHeaders)
{
    const std::string cards =
        card("OBJECT  = '3C 273  '") + card("COMMENT a\ttab, and \x01 worse") + card("CTYPE1  = 'RA---TAN'") +
        card("CTYPE2  = 'DEC--TAN'") + card("CRVAL1  = 187.25") + card("CRVAL2  = 2.05") +
        card("CRPIX1  = 1.0 / a\ttab") + card("CRPIX2  = 1.0") + card("CDELT1  = -5.0E-4") +
        card("CDELT2  = 5.0D-4") + card("CTYPE1A = 'LINEAR'");
    const LoadedFile loaded = readText(shortImage(cards, std::string("\0\1\0\2\0\3\0\4", 8)));
    ASSERT_EQ(loaded.images.size(), 1U);
    EXPECT_EQ(loaded.images[0].objectName, "3C 273");
    EXPECT_EQ(loaded.images[0].image.at(1, 0), 3.0F); // second row: FITS pixel (1, 2)
    EXPECT_EQ(loaded.images[0].wcsCards.find("CTYPE1A"), std::string::npos);
    const auto wcs = sky::Wcs::fromCards(loaded.images[0].wcsCards);
    ASSERT_TRUE(wcs) << wcs.error().message;
    EXPECT_NEAR(wcs->toSky({0.0, 0.0})->raDeg, 187.25, 1e-9);
    EXPECT_NEAR(wcs->toSky({1.0, 0.0})->decDeg, 2.0505, 1e-7);
}

TEST(FitsImage, MissingPaddingIsReadMissingPixelsAreNot)
{
    const LoadedFile whole = readText(shortImage("", std::string("\0\1\0\2\0\3\0\4", 8)));
    EXPECT_EQ(whole.images.size(), 1U);
    const LoadedFile cut = readText(shortImage("", std::string("\0\1\0\2\0\3", 6)));
    EXPECT_TRUE(cut.images.empty());
    ASSERT_EQ(cut.problems.size(), 1U);
    EXPECT_THAT(toString(cut.problems[0]), HasSubstr("HDU 1: expected 8 bytes of pixels, found 6"));
}

TEST(FitsImage, InfinitiesBecomeNaN)
{
    std::string text =
        padded(card("SIMPLE  =                    T") + card("BITPIX  =                  -32") +
                   card("NAXIS   =                    2") + card("NAXIS1  =                    2") +
                   card("NAXIS2  =                    1") + card("END"),
               ' ') +
        std::string("\x7F\x80\0\0\xFF\x80\0\0", 8);
    const LoadedFile loaded = readText(text);
    ASSERT_EQ(loaded.images.size(), 1U);
    EXPECT_TRUE(std::isnan(loaded.images[0].image.pixels()[0]));
    EXPECT_TRUE(std::isnan(loaded.images[0].image.pixels()[1]));
}

TEST(FitsImage, AFileWithoutImagesIsOneProblem)
{
    const std::string text =
        padded(card("SIMPLE  =                    T") + card("BITPIX  =                    8") +
                   card("NAXIS   =                    0") + card("END"),
               ' ');
    const LoadedFile loaded = readText(text);
    ASSERT_EQ(loaded.problems.size(), 1U);
    EXPECT_EQ(loaded.problems[0].expected, "at least one image");
    EXPECT_EQ(loaded.problems[0].found, "HDU 1: NAXIS = 0");
}

TEST(FitsImage, ABombOfPixelsIsRefusedBeforeItIsUnpacked)
{
    Random random(6);
    const TemporaryFolder folder;
    writeWithCfitsio(folder / "a.fits", {.bitpix = SHORT_IMG, .compression = RICE_1, .axes = {32, 1}},
                     random);
    const auto file = MappedFile::open(folder / "a.fits").value();
    std::string text(reinterpret_cast<const char *>(file.bytes().data()), file.bytes().size());
    for (const std::string keyword : {"ZNAXIS1 =", "ZTILE1  ="})
        text.replace(text.find(keyword) + 10, 20, "          2000000000");
    const LoadedFile loaded = readText(text);
    EXPECT_TRUE(loaded.images.empty());
    ASSERT_EQ(loaded.problems.size(), 1U);
    EXPECT_THAT(loaded.problems[0].found, HasSubstr("an image of 2000000000 pixels in"));
}

// Run under the address sanitizer, this is what the checks in fits_tiles.cpp are for.
TEST(FitsImage, DamagedFilesNeverCrashAndNeverPrint)
{
    Random maker(7);
    std::vector<std::string> files;
    for (const int compression : {0, RICE_1, GZIP_1, GZIP_2, HCOMPRESS_1, PLIO_1})
        for (const int bitpix : {BYTE_IMG, SHORT_IMG, LONG_IMG, FLOAT_IMG})
        {
            if (compression == PLIO_1 && bitpix == FLOAT_IMG)
                continue;
            const TemporaryFolder folder;
            writeWithCfitsio(folder / "a.fits", {.bitpix = bitpix, .compression = compression}, maker);
            const auto file = MappedFile::open(folder / "a.fits").value();
            files.emplace_back(reinterpret_cast<const char *>(file.bytes().data()), file.bytes().size());
        }
    ::testing::internal::CaptureStderr();
    ::testing::internal::CaptureStdout();
    test::forAll(500, [&files](Random &random) {
        std::string text = files[random.below(static_cast<std::uint32_t>(files.size()))];
        const auto size = static_cast<std::uint32_t>(text.size());
        if (random.below(4) == 0)
            text.resize(random.below(size));
        else
        {
            // Half of the changes go into the data of the last HDU, where tiles and descriptors are.
            const std::uint32_t from = random.below(2) == 0 ? 0 : size / 2;
            for (std::uint32_t changes = 1 + random.below(10); changes > 0; --changes)
                text[from + random.below(size - from)] = static_cast<char>(random.below(256));
        }
        const LoadedFile loaded = readText(text);
        EXPECT_FALSE(loaded.images.empty() && loaded.problems.empty());
    });
    EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

} // namespace
} // namespace somnium::io
