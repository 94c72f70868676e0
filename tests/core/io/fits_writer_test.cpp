// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fits_writer.h"

#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/io/fits_handle.h"
#include "tests/support/property.h"
#include "tests/support/temporary_folder.h"

namespace somnium::io
{
namespace
{

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

data::Image randomImage(data::ImageShape shape, Random &random)
{
    data::Image image(shape);
    for (float &pixel : image.pixels())
        pixel = random.below(20) == 0 ? kNaN : static_cast<float>(random.normal());
    return image;
}

std::string card(const std::string &text)
{
    return text + std::string(80 - text.size(), ' ');
}

FitsHeader fullHeader()
{
    FitsHeader header;
    header.extensionName = "CUTOUT";
    header.unit = "mJy/beam";
    header.wcsCards = card("CTYPE1  = 'RA---TAN'") + card("CTYPE2  = 'DEC--TAN'") +
                      card("CRVAL1  = 160.450958") + card("CRVAL2  = -9.284194") + card("CRPIX1  = 32.5") +
                      card("CRPIX2  = 32.5") + card("CDELT1  = -0.0005") + card("CDELT2  = 0.0005") +
                      card("NAXIS1  = 7") + card("COMMENT with a\ttab");
    header.cards = {{"OBJECT",
                     std::string("O'Neill's object, a name that is much longer than one card can hold, "
                                 "and therefore goes on and on"),
                     "name"},
                    {"SIMULAT", true, "simulated"},
                    {"BMAJ", 5.4 / 3600.0, "[deg] beam"},
                    {"SEED", std::int64_t{20260101}, "seed"},
                    {"NOVALUE", std::numeric_limits<double>::quiet_NaN(), "unknown"},
                    {"BIG", 1e22, ""}};
    header.history = {"recipe: " + std::string(200, 'x'), "caf\u00e9"};
    header.comments = {"a remark"};
    return header;
}

std::string textCard(fitsfile *file, const char *keyword)
{
    int status = 0;
    char *value = nullptr;
    fits_read_key_longstr(file, keyword, &value, nullptr, &status);
    std::string text = status == 0 ? value : "(missing)";
    if (value != nullptr)
        fits_free_memory(value, &status);
    return text;
}

std::vector<std::byte> bytesOf(const std::filesystem::path &path)
{
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto *begin = reinterpret_cast<const std::byte *>(text.data());
    return {begin, begin + text.size()};
}

TEST(FitsWriter, ImagesReadBackEqual)
{
    test::forAll(20, [](Random &random) {
        const data::ImageShape shape{1 + random.below(3), 1 + random.below(9), 1 + random.below(9)};
        const data::Image image = randomImage(shape, random);
        const auto bytes = fitsImageBytes(image.view());
        ASSERT_TRUE(bytes) << bytes.error().message;
        EXPECT_EQ(bytes->size() % 2880, 0U);
        auto file = FitsHandle::openBytes(*bytes, "image");
        ASSERT_TRUE(file) << file.error().message;
        int status = 0;
        std::vector<float> pixels(shape.size());
        std::array<LONGLONG, 3> axes{};
        fits_get_img_sizell(file->get(), 3, axes.data(), &status);
        fits_read_img(file->get(), TFLOAT, 1, static_cast<LONGLONG>(pixels.size()), nullptr, pixels.data(),
                      nullptr, &status);
        ASSERT_EQ(status, 0);
        EXPECT_EQ(axes[0], static_cast<LONGLONG>(shape.columns));
        EXPECT_EQ(axes[1], static_cast<LONGLONG>(shape.rows));
        for (std::size_t i = 0; i < pixels.size(); ++i)
            EXPECT_TRUE(pixels[i] == image.pixels()[i] ||
                        (std::isnan(pixels[i]) && std::isnan(image.pixels()[i])));
    });
}

TEST(FitsWriter, CardsReadBackEqualAndTheOldImagesShapeIsNotTaken)
{
    Random random(1);
    const data::Image image = randomImage({1, 64, 64}, random);
    const FitsHeader header = fullHeader();
    const auto bytes = fitsImageBytes(image.view(), header);
    ASSERT_TRUE(bytes) << bytes.error().message;
    auto file = FitsHandle::openBytes(*bytes, "image");
    ASSERT_TRUE(file);
    EXPECT_EQ(textCard(file->get(), "OBJECT"), std::get<std::string>(header.cards[0].value));
    EXPECT_EQ(textCard(file->get(), "BUNIT"), "mJy/beam");
    int status = 0;
    double beam = 0.0;
    double ra = 0.0;
    LONGLONG side = 0;
    fits_read_key_dbl(file->get(), "BMAJ", &beam, nullptr, &status);
    fits_read_key_dbl(file->get(), "CRVAL1", &ra, nullptr, &status);
    fits_read_key_lnglng(file->get(), "NAXIS1", &side, nullptr, &status);
    ASSERT_EQ(status, 0);
    EXPECT_EQ(beam, 5.4 / 3600.0);
    EXPECT_EQ(ra, 160.450958);
    EXPECT_EQ(side, 64);
}

TEST(FitsWriter, TheSameImageGivesTheSameBytesInMemoryAndOnDisk)
{
    const test::TemporaryFolder folder;
    Random random(2);
    const data::Image image = randomImage({1, 33, 17}, random);
    const auto path = folder / "name with [1] and !.fits";
    ASSERT_TRUE(writeFitsImage(path, image.view(), fullHeader()));
    const auto bytes = fitsImageBytes(image.view(), fullHeader());
    ASSERT_TRUE(bytes);
    EXPECT_EQ(bytesOf(path), *bytes);
}

TEST(FitsWriter, ChecksumsHoldAndBreakWithOneBit)
{
    Random random(3);
    const data::Image image = randomImage({1, 20, 20}, random);
    auto bytes = fitsImageBytes(image.view(), fullHeader());
    ASSERT_TRUE(bytes);
    const auto verdict = [&bytes]() {
        auto file = FitsHandle::openBytes(*bytes, "image");
        int status = 0;
        int data = 0;
        int hdu = 0;
        fits_verify_chksum(file->get(), &data, &hdu, &status);
        return std::pair(data, hdu);
    };
    EXPECT_EQ(verdict(), std::pair(1, 1));
    (*bytes)[bytes->size() - 2880] ^= std::byte{4};
    EXPECT_EQ(verdict(), std::pair(-1, -1));
}

TEST(FitsWriter, RefusesKeywordsAndShapesThatFitsDoesNotHave)
{
    const data::Image image({1, 2, 2});
    FitsHeader header;
    header.cards = {{"lower", 1.0, ""}};
    EXPECT_EQ(fitsImageBytes(image.view(), header).error().kind, ErrorKind::InvalidArgument);
    EXPECT_EQ(fitsBytes({FitsImageHdu{image.pixels(), {3, 2}, {}}}).error().kind, ErrorKind::InvalidArgument);
    EXPECT_EQ(fitsBytes({}).error().kind, ErrorKind::InvalidArgument);
}

} // namespace
} // namespace somnium::io
