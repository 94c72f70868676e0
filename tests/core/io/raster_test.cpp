// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/raster.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "tests/support/property.h"

namespace somnium::io
{
namespace
{

using ::testing::HasSubstr;

std::vector<std::byte> encoded(const std::string &ending, const cv::Mat &picture)
{
    std::vector<unsigned char> bytes;
    cv::imencode(ending, picture, bytes);
    const auto view = std::as_bytes(std::span(bytes));
    return {view.begin(), view.end()};
}

TEST(Raster, TheLowestLineOfAPngIsRowZero)
{
    cv::Mat picture(3, 2, CV_8UC1);
    for (int line = 0; line < 3; ++line)
        for (int column = 0; column < 2; ++column)
            picture.at<unsigned char>(line, column) = static_cast<unsigned char>(10 * line + column);
    const auto bytes = encoded(".png", picture);
    ASSERT_TRUE(isRaster(bytes));
    const auto image = readRaster(bytes);
    ASSERT_TRUE(image) << image.error().message;
    EXPECT_EQ(image->shape(), (data::ImageShape{1, 3, 2}));
    EXPECT_EQ(image->at(0, 0), 20.0F);
    EXPECT_EQ(image->at(2, 1), 1.0F);
}

TEST(Raster, ColoursBecomeRedGreenBlue)
{
    const cv::Mat picture(4, 4, CV_8UC3, cv::Scalar(10, 20, 30)); // blue first
    const auto image = readRaster(encoded(".png", picture));
    ASSERT_TRUE(image);
    EXPECT_EQ(image->shape().channels, 3U);
    EXPECT_EQ(image->at(1, 1, 0), 30.0F);
    EXPECT_EQ(image->at(1, 1, 1), 20.0F);
    EXPECT_EQ(image->at(1, 1, 2), 10.0F);
}

TEST(Raster, SixteenBitsAreKeptAndTransparencyIsLeftOut)
{
    const cv::Mat deep(4, 5, CV_16UC1, cv::Scalar(54321));
    EXPECT_EQ(readRaster(encoded(".png", deep))->at(3, 4), 54321.0F);
    const cv::Mat clear(4, 5, CV_8UC4, cv::Scalar(1, 2, 3, 4));
    const auto image = readRaster(encoded(".png", clear));
    EXPECT_EQ(image->shape(), (data::ImageShape{3, 4, 5}));
    EXPECT_EQ(image->at(0, 0, 0), 3.0F);
}

TEST(Raster, JpegIsReadGreyAndInColour)
{
    EXPECT_EQ(readRaster(encoded(".jpg", cv::Mat(16, 24, CV_8UC1, cv::Scalar(100))))->shape(),
              (data::ImageShape{1, 16, 24}));
    const auto colour = readRaster(encoded(".jpg", cv::Mat(16, 24, CV_8UC3, cv::Scalar(0, 0, 200))));
    ASSERT_TRUE(colour);
    EXPECT_NEAR(colour->at(8, 8, 0), 200.0F, 3.0F);
    EXPECT_NEAR(colour->at(8, 8, 2), 0.0F, 3.0F);
}

TEST(Raster, AHugeClaimIsRefusedBeforeItIsDecoded)
{
    auto bytes = encoded(".png", cv::Mat(4, 4, CV_8UC1, cv::Scalar(1)));
    bytes[16] = std::byte{0x40}; // width 2^30 and some
    const auto image = readRaster(bytes);
    ASSERT_FALSE(image);
    EXPECT_THAT(image.error().message, HasSubstr("pixels, found 1073741828 x 4"));
}

TEST(Raster, DamagedPicturesAreAnErrorOrAPicture)
{
    cv::Mat picture(20, 20, CV_8UC3);
    cv::randu(picture, 0, 255);
    for (const std::string ending : {".png", ".jpg"})
    {
        const auto whole = encoded(ending, picture);
        ::testing::internal::CaptureStderr();
        ::testing::internal::CaptureStdout();
        test::forAll(150, [&whole](Random &random) {
            auto bytes = whole;
            bytes.resize(1 + random.below(static_cast<std::uint32_t>(bytes.size())));
            for (std::uint32_t changes = random.below(5); changes > 0; --changes)
                bytes[random.below(static_cast<std::uint32_t>(bytes.size()))] =
                    static_cast<std::byte>(random.below(256));
            if (!isRaster(bytes))
                return;
            const auto image = readRaster(bytes);
            EXPECT_TRUE(image || image.error().message.find("expected") != std::string::npos);
        });
        EXPECT_EQ(::testing::internal::GetCapturedStdout(), "") << ending;
        const std::string printed = ::testing::internal::GetCapturedStderr();
        if (ending == ".png") // libjpeg, as OpenCV uses it, prints a line about a damaged file
        {
            EXPECT_EQ(printed, "");
        }
    }
}

} // namespace
} // namespace somnium::io
