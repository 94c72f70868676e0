// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fits_writer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/io/fits_handle.h"
#include "tests/core/io/awkward_fits.h"
#include "tests/support/property.h"
#include "tests/support/temporary_folder.h"

namespace somnium::io
{
namespace
{

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

TEST(FitsImageWriter, WritesInPartsTheBytesOfTheWholeImageWithGoodChecksums)
{
    const test::TemporaryFolder folder;
    test::forAll(60, [&folder](Random &random) {
        const data::Image image = randomImage({1, 1 + random.below(40), 1 + random.below(40)}, random);
        FitsHeader header = fullHeader();
        header.history.resize(random.below(40), "a line"); // so that headers end at every card of a block
        const FitsImageHdu whole = imageHdu(image.view(), header);
        auto writer = FitsImageWriter::create(folder / "parts.fits", whole.axes, header);
        ASSERT_TRUE(writer) << writer.error().message;
        for (std::span<const float> left = whole.pixels; !left.empty();)
        {
            const std::size_t count = std::min(left.size(), std::size_t{random.below(700)});
            ASSERT_TRUE(writer->append(left.first(count)));
            left = left.subspan(count);
        }
        const auto finished = writer->finish();
        ASSERT_TRUE(finished) << finished.error().message;
        const auto bytes = bytesOf(folder / "parts.fits");
        EXPECT_EQ(bytes, fitsBytes({whole}));
        auto file = FitsHandle::openBytes(bytes, "parts");
        ASSERT_TRUE(file);
        int status = 0;
        int isDataGood = 0;
        int isHduGood = 0;
        fits_verify_chksum(file->get(), &isDataGood, &isHduGood, &status);
        EXPECT_EQ(std::pair(isDataGood, isHduGood), std::pair(1, 1));
    });
}

TEST(FitsImageWriter, AnImageThatIsNotFinishedLeavesTheOldFile)
{
    const test::TemporaryFolder folder;
    const data::Image image({1, 4, 4});
    ASSERT_TRUE(writeFitsImage(folder / "a.fits", image.view()));
    const auto before = bytesOf(folder / "a.fits");
    {
        auto writer = FitsImageWriter::create(folder / "a.fits", {4, 4, 2}, {});
        ASSERT_TRUE(writer);
        ASSERT_TRUE(writer->append(image.pixels()));
        const auto finished = writer->finish();
        ASSERT_FALSE(finished);
        EXPECT_NE(
            finished.error().message.find("a.fits: FITS image: expected 32 pixels for its axes, found 16"),
            std::string::npos)
            << finished.error().message;
    }
    {
        auto writer = FitsImageWriter::create(folder / "a.fits", {5, 3}, {});
        ASSERT_TRUE(writer);
        EXPECT_EQ(writer->append(image.pixels()).error().kind, ErrorKind::InvalidArgument);
    }
    EXPECT_EQ(bytesOf(folder / "a.fits"), before);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(FitsHandle, AFileThatIsGivenUpIsNotFilledUpWithZeros)
{
    const test::TemporaryFolder folder;
    {
        auto file = FitsHandle::createFile(folder / "a.fits");
        ASSERT_TRUE(file);
        int status = 0;
        std::array<LONGLONG, 2> axes = {4096, 4096};
        std::vector<float> pixels(100'000);
        fits_create_imgll(file->get(), FLOAT_IMG, 2, axes.data(), &status);
        fits_write_img(file->get(), TFLOAT, 1, 100'000, pixels.data(), &status);
        ASSERT_EQ(status, 0);
    }
    EXPECT_LT(std::filesystem::file_size(folder / "a.fits"), 1'000'000U);
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
