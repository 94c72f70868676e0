// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/point_raster.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "tests/core/latent/plane_points.h"
#include "tests/support/property.h"

namespace somnium::latent
{

namespace
{

constexpr std::uint32_t kBlack = 0xff000000;
constexpr std::uint32_t kWhite = 0xffffffff;
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// Blue counts 0..255 up the palette.
std::vector<std::uint32_t> bluePalette()
{
    std::vector<std::uint32_t> palette;
    for (std::uint32_t i = 0; i < 256; ++i)
        palette.push_back(kBlack | i);
    return palette;
}

std::uint32_t channel(std::uint32_t pixel, unsigned shift)
{
    return (pixel >> shift) & 0xffU;
}

/// Points of each pixel, by PlaneWindow's own rule.
std::vector<std::size_t> countByHand(const OwnedPoints &points, const PlaneWindow &window,
                                     std::span<const std::uint8_t> flags)
{
    std::vector<std::size_t> counts(window.columns * window.rows);
    for (std::size_t i = 0; i < points.x.size(); ++i)
    {
        const PlanePoint pixel =
            window.toPixel({static_cast<double>(points.x[i]), static_cast<double>(points.y[i])});
        if (pixel.x >= 0.0 && pixel.x < static_cast<double>(window.columns) && pixel.y >= 0.0 &&
            pixel.y < static_cast<double>(window.rows) && (flags.empty() || (flags[i] & kHidden) == 0))
            ++counts[static_cast<std::size_t>(pixel.y) * window.columns + static_cast<std::size_t>(pixel.x)];
    }
    return counts;
}

PointFrame rendered(const Points &points, const PlaneWindow &window, const PointStyle &style,
                    unsigned threads = 2)
{
    JobContext context;
    context.threads = threads;
    Result<PointFrame> frame = renderPoints(points, window, style, context);
    EXPECT_TRUE(frame.has_value()) << (frame ? "" : frame.error().message);
    return frame ? *std::move(frame) : PointFrame{};
}

} // namespace

TEST(PointRaster, DensityColoursEveryPixelByTheNumberOfItsPoints)
{
    test::forAll(30, [](Random &random) {
        const OwnedPoints points = clumps(random, random.below(60'000));
        std::vector<std::uint8_t> flags(points.x.size());
        for (std::uint8_t &flag : flags)
            flag = random.below(5) == 0 ? kHidden : 0;
        // Powers of two, so that no rounding moves a point across the border of a pixel.
        const PlaneWindow window = {
            {-1.0, 1.0, -1.0, 1.0}, std::size_t{1} << random.below(9), std::size_t{1} << random.below(9)};
        const std::vector<std::uint32_t> palette = bluePalette();
        PointStyle style;
        style.mode = PointMode::Density;
        style.palette = palette;
        style.flags = flags;
        style.background = 0;
        const PointFrame frame = rendered(points.view(), window, style);
        const std::vector<std::size_t> counts = countByHand(points, window, flags);
        std::size_t drawn = 0;
        for (const std::size_t count : counts)
            drawn += count;
        ASSERT_EQ(frame.drawn, drawn);
        const auto most = static_cast<double>(*std::ranges::max_element(counts));
        ASSERT_EQ(frame.maxPerPixel, most);
        for (std::size_t i = 0; i < counts.size(); ++i)
        {
            ASSERT_EQ(channel(frame.pixels[i], 24), counts[i] > 0 ? 255U : 0U) << i;
            if (counts[i] == 0)
                continue;
            const double share = std::asinh(static_cast<double>(counts[i])) / std::asinh(most);
            ASSERT_NEAR(channel(frame.pixels[i], 0), 255.0 * share, 2.0) << i << " holds " << counts[i];
        }
    });
}

TEST(PointRaster, EveryPointIsDrawnOutsideHiddenOrUnplaced)
{
    test::forAll(20, [](Random &random) {
        const OwnedPoints points = clumps(random, random.below(40'000));
        std::vector<std::uint8_t> flags(points.x.size());
        std::size_t hidden = 0;
        std::size_t unplaced = 0;
        for (std::size_t i = 0; i < flags.size(); ++i)
        {
            flags[i] = static_cast<std::uint8_t>(random.below(4));
            hidden += (flags[i] & kHidden) != 0 ? 1U : 0U;
            unplaced +=
                (flags[i] & kHidden) == 0 && !(std::isfinite(points.x[i]) && std::isfinite(points.y[i])) ? 1U
                                                                                                         : 0U;
        }
        PointStyle style;
        style.flags = flags;
        style.mode = random.below(2) == 0 ? PointMode::Points : PointMode::Density;
        const PointFrame frame = rendered(points.view(), {{-0.5, 0.5, -0.5, 0.5}, 64, 32}, style);
        EXPECT_EQ(frame.hidden, hidden);
        EXPECT_EQ(frame.unplaced, unplaced);
        EXPECT_EQ(frame.drawn + frame.outside + frame.hidden + frame.unplaced, points.x.size());
    });
}

TEST(PointRaster, DensityColoursByTheMeanOfTheValuesAndLeavesOutMissingOnes)
{
    OwnedPoints points;
    for (int i = 0; i < 4; ++i)
        points.add(0.5, 0.5); // left pixel
    points.add(1.5, 0.5);     // right pixel
    const std::vector<float> value = {10.0F, 10.0F, 40.0F, kNan, kNan};
    const std::vector<std::uint32_t> palette = bluePalette();
    PointStyle style;
    style.mode = PointMode::Density;
    style.value = value;
    style.low = 0.0;
    style.high = 100.0;
    style.palette = palette;
    style.missingColour = 0xff00ff00;
    const PointFrame frame = rendered(points.view(), {{0.0, 2.0, 0.0, 1.0}, 2, 1}, style);
    EXPECT_EQ(frame.pixels[0], kBlack | 51U); // mean 20 of 100, fully opaque: the fullest pixel
    const double opacity = 0.25 + 0.75 * std::asinh(1.0) / std::asinh(4.0);
    EXPECT_NEAR(channel(frame.pixels[1], 8), 255.0 * opacity, 3.0);
    EXPECT_EQ(channel(frame.pixels[1], 0), 0U);
}

TEST(PointRaster, ADiscCoversItsAreaAroundItsCentre)
{
    for (const double radius : {0.6, 1.5, 4.0, 7.9, 20.0})
    {
        OwnedPoints points;
        points.add(30.3, 40.6);
        PointStyle style;
        style.mode = PointMode::Points;
        style.radiusPixels = radius;
        style.plainColour = kWhite;
        const PlaneWindow window = {{0.0, 64.0, 0.0, 64.0}, 64, 64};
        const PointFrame frame = rendered(points.view(), window, style);
        double sum = 0.0;
        double x = 0.0;
        double y = 0.0;
        for (std::size_t i = 0; i < frame.pixels.size(); ++i)
        {
            const double share = channel(frame.pixels[i], 0) / 255.0;
            sum += share;
            x += share * (static_cast<double>(i % 64) + 0.5);
            y += share * (static_cast<double>(i / 64) + 0.5);
        }
        // The rim is a ramp of one pixel, which adds pi/12 to the area.
        EXPECT_NEAR(sum, std::numbers::pi * (radius * radius + 1.0 / 12.0), 0.08 * sum) << radius;
        EXPECT_NEAR(x / sum, 30.3, 0.13) << radius;
        EXPECT_NEAR(y / sum, 64.0 - 40.6, 0.13) << radius;
    }
}

TEST(PointRaster, DiscsAreTheSameAcrossTheBordersOfBands)
{
    // A tall picture of several bands: the same disc wherever it lies.
    const PlaneWindow window = {{0.0, 512.0, 0.0, 512.0}, 512, 512};
    PointStyle style;
    style.mode = PointMode::Points;
    style.radiusPixels = 6.0;
    style.plainColour = kWhite;
    std::vector<std::uint32_t> wanted;
    for (int row = 20; row < 490; row += 1)
    {
        OwnedPoints points;
        points.add(100.5, 512.0 - (row + 0.5));
        const PointFrame frame = rendered(points.view(), window, style);
        std::vector<std::uint32_t> around;
        for (std::size_t r = static_cast<std::size_t>(row) - 8; r <= static_cast<std::size_t>(row) + 8; ++r)
            around.insert(around.end(), frame.pixels.begin() + static_cast<std::ptrdiff_t>(r * 512 + 90),
                          frame.pixels.begin() + static_cast<std::ptrdiff_t>(r * 512 + 112));
        if (wanted.empty())
            wanted = around;
        ASSERT_EQ(around, wanted) << row;
    }
}

TEST(PointRaster, DiscsReachInFromOutside)
{
    OwnedPoints points;
    points.add(-2.0, 8.0);
    points.add(8.0, 17.5);
    points.add(-40.0, 8.0);
    PointStyle style;
    style.mode = PointMode::Points;
    style.radiusPixels = 5.0;
    style.plainColour = kWhite;
    const PointFrame frame = rendered(points.view(), {{0.0, 16.0, 0.0, 16.0}, 16, 16}, style);
    EXPECT_EQ(frame.outside, 3U);
    EXPECT_EQ(frame.drawn, 0U);
    EXPECT_EQ(frame.pixels[8 * 16], kWhite);
    EXPECT_EQ(frame.pixels[8], kWhite);
    EXPECT_EQ(frame.pixels[8 * 16 + 15], kBlack);
}

TEST(PointRaster, LaterPointsLieOverEarlierAndSelectedOverAll)
{
    OwnedPoints points;
    for (int i = 0; i < 4; ++i)
        points.add(8.5, 8.5);
    const std::vector<float> value = {1.0F, 0.25F, 0.75F, kNan};
    std::vector<std::uint8_t> flags(4);
    const std::vector<std::uint32_t> palette = bluePalette();
    PointStyle style;
    style.mode = PointMode::Points;
    style.radiusPixels = 3.0;
    style.value = value;
    style.palette = palette;
    style.flags = flags;
    const PlaneWindow window = {{0.0, 16.0, 0.0, 16.0}, 16, 16};
    const std::size_t middle = 7 * 16 + 8;
    EXPECT_EQ(rendered(points.view(), window, style).pixels[middle], kBlack | 191U);
    flags[0] = kSelected;
    EXPECT_EQ(rendered(points.view(), window, style).pixels[middle], style.selectedColour);
    flags[0] = kSelected | kHidden;
    EXPECT_EQ(rendered(points.view(), window, style).pixels[middle], kBlack | 191U);
    style.mode = PointMode::Density;
    flags[0] = kSelected;
    style.radiusPixels = 2.0;
    EXPECT_EQ(rendered(points.view(), window, style).pixels[middle], style.selectedColour);
}

TEST(PointRaster, ManySelectedAreADensityOfTheirOwn)
{
    OwnedPoints points;
    for (int i = 0; i < 256; ++i)
        points.add(i % 16 + 0.5, i / 16 + 0.5);
    std::vector<std::uint8_t> flags(256);
    std::fill_n(flags.begin(), 128, kSelected); // the lower half
    PointStyle style;
    style.mode = PointMode::Density;
    style.flags = flags;
    style.plainColour = 0xff0000ff;
    style.selectedColour = 0xffff0000;
    const PointFrame frame = rendered(points.view(), {{0.0, 16.0, 0.0, 16.0}, 16, 16}, style);
    EXPECT_EQ(frame.pixels.front(), 0xff0000ffU);
    EXPECT_EQ(frame.pixels.back(), 0xffff0000U);
}

TEST(PointRaster, AutomaticDrawsDiscsWhileThereIsRoomForThem)
{
    Random random(3);
    const OwnedPoints points = clumps(random, 2000, false);
    PointStyle style;
    style.radiusPixels = 2.0;
    const PlaneRect rect = {-1.0, 1.0, -1.0, 1.0};
    EXPECT_EQ(rendered(points.view(), {rect, 100, 100}, style).mode, PointMode::Density);
    EXPECT_EQ(rendered(points.view(), {rect, 400, 400}, style).mode, PointMode::Points);
    EXPECT_EQ(rendered(points.view(), {{0.8, 1.0, 0.8, 1.0}, 100, 100}, style).mode, PointMode::Points);
}

TEST(PointRaster, TheBlurKeepsTheCountsAndTheMeanValue)
{
    OwnedPoints points;
    points.add(8.5, 8.5);
    const PlaneWindow window = {{0.0, 16.0, 0.0, 16.0}, 16, 16};
    const std::vector<float> value = {0.4F};
    const std::vector<std::uint32_t> palette = bluePalette();
    PointStyle style;
    style.mode = PointMode::Density;
    style.blur = true;
    style.value = value;
    style.palette = palette;
    style.background = 0;
    const PointFrame frame = rendered(points.view(), window, style);
    EXPECT_NEAR(frame.maxPerPixel, 36.0 / 256.0, 1e-6); // 6/16 in both directions
    EXPECT_EQ(frame.pixels[7 * 16 + 8], kBlack | 102U);
    EXPECT_NE(frame.pixels[5 * 16 + 6], 0U);
    EXPECT_EQ(frame.pixels[4 * 16 + 8], 0U);
    EXPECT_LT(channel(frame.pixels[5 * 16 + 6], 24), 20U);
}

TEST(PointRaster, TheBlurOfAnEvenFieldIsEvenInside)
{
    OwnedPoints points;
    for (int i = 0; i < 64 * 64 * 3; ++i)
        points.add(i % 64 + 0.5, i / 64 % 64 + 0.5);
    PointStyle style;
    style.mode = PointMode::Density;
    style.blur = true;
    const PointFrame frame = rendered(points.view(), {{0.0, 64.0, 0.0, 64.0}, 64, 64}, style);
    EXPECT_NEAR(frame.maxPerPixel, 3.0, 1e-5);
    for (std::size_t row = 2; row < 62; ++row)
        for (std::size_t column = 2; column < 62; ++column)
            ASSERT_EQ(frame.pixels[row * 64 + column], style.plainColour);
}

TEST(PointRaster, ThePictureDoesNotDependOnTheNumberOfThreads)
{
    Random random(11);
    const OwnedPoints points = clumps(random, 100'000);
    std::vector<float> value;
    std::vector<std::uint8_t> flags;
    for (std::size_t i = 0; i < points.x.size(); ++i)
    {
        value.push_back(static_cast<float>(random.normal()));
        flags.push_back(random.below(10) == 0 ? kSelected : 0);
    }
    const std::vector<std::uint32_t> palette = bluePalette();
    PointStyle style;
    style.value = value;
    style.flags = flags;
    style.palette = palette;
    for (const PointMode mode : {PointMode::Points, PointMode::Density})
        for (const bool blur : {false, true})
        {
            style.mode = mode;
            style.blur = blur;
            const PlaneWindow window = {{-1.0, 1.0, -1.0, 1.0}, 501, 333};
            const PointFrame one = rendered(points.view(), window, style, 1);
            EXPECT_EQ(one.pixels, rendered(points.view(), window, style, 2).pixels);
            EXPECT_EQ(one.pixels, rendered(points.view(), window, style, 7).pixels);
        }
}

TEST(PointRaster, NoPointsLeaveTheBackground)
{
    PointStyle style;
    style.background = 0x80ff0000;
    for (const PointMode mode : {PointMode::Points, PointMode::Density, PointMode::Automatic})
    {
        style.mode = mode;
        const PointFrame frame = rendered({}, {{0.0, 1.0, 0.0, 1.0}, 3, 2}, style);
        EXPECT_EQ(frame.pixels, std::vector<std::uint32_t>(6, 0x80800000)); // premultiplied
        EXPECT_EQ(frame.drawn, 0U);
    }
}

TEST(PointRaster, EqualLimitsAndEndlessValuesAreNoTrouble)
{
    OwnedPoints points;
    points.add(0.5, 0.5);
    points.add(1.5, 0.5);
    const std::vector<float> value = {5.0F, std::numeric_limits<float>::infinity()};
    const std::vector<std::uint32_t> palette = bluePalette();
    PointStyle style;
    style.mode = PointMode::Density;
    style.value = value;
    style.palette = palette;
    style.low = style.high = 5.0;
    const PointFrame frame = rendered(points.view(), {{0.0, 2.0, 0.0, 1.0}, 2, 1}, style);
    EXPECT_EQ(frame.pixels[0], kBlack | 128U);
    EXPECT_EQ(frame.pixels[1], style.missingColour);
}

TEST(PointRaster, RefusesWhatItCannotDraw)
{
    OwnedPoints points;
    points.add(0.5, 0.5);
    const PlaneWindow window = {{0.0, 1.0, 0.0, 1.0}, 4, 4};
    const auto kindOf = [&](const PlaneWindow &on, const PointStyle &style) {
        const Result<PointFrame> frame = renderPoints(points.view(), on, style, {});
        return frame ? std::optional<ErrorKind>() : frame.error().kind;
    };
    EXPECT_EQ(kindOf(window, {}), std::nullopt);
    EXPECT_EQ(kindOf({{0.0, 0.0, 0.0, 1.0}, 4, 4}, {}), ErrorKind::InvalidArgument);
    EXPECT_EQ(kindOf({{0.0, 1.0, 0.0, 1.0}, 0, 4}, {}), ErrorKind::InvalidArgument);
    EXPECT_EQ(kindOf({{0.0, 1.0, 0.0, 1.0}, std::size_t{1} << 40, std::size_t{1} << 40}, {}),
              ErrorKind::InvalidArgument);
    PointStyle style;
    style.radiusPixels = 0.0;
    EXPECT_EQ(kindOf(window, style), ErrorKind::InvalidArgument);
    const std::vector<float> two(2);
    style = {};
    style.value = two;
    EXPECT_EQ(kindOf(window, style), ErrorKind::InvalidArgument);
    const std::vector<std::uint32_t> short_(255);
    style = {};
    style.palette = short_;
    EXPECT_EQ(kindOf(window, style), ErrorKind::InvalidArgument);
}

TEST(PointRaster, StopsWhenAsked)
{
    OwnedPoints points;
    points.add(0.5, 0.5);
    std::stop_source source;
    source.request_stop();
    JobContext context;
    context.stop = source.get_token();
    const Result<PointFrame> frame = renderPoints(points.view(), {{0.0, 1.0, 0.0, 1.0}, 4, 4}, {}, context);
    ASSERT_FALSE(frame.has_value());
    EXPECT_EQ(frame.error().kind, ErrorKind::Cancelled);
}

} // namespace somnium::latent
