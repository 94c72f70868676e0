// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/image_renderer.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/property.h"

namespace somnium::ui
{
namespace
{

DisplaySettings linearMinMax()
{
    DisplaySettings settings;
    settings.stretch = ImageStretch::Linear;
    settings.limits = ImageLimits::MinMax;
    return settings;
}

std::vector<float> noise(std::size_t count, Random &random)
{
    std::vector<float> values(count);
    for (float &value : values)
        value = static_cast<float>(random.normal());
    return values;
}

TEST(ImageRenderer, DrawsRowZeroAtTheBottom)
{
    data::Image image({1, 2, 3});
    image.at(0, 0) = 1.0F;
    const QImage picture = renderImage(image.view(), linearMinMax());
    ASSERT_EQ(picture.size(), QSize(3, 2));
    EXPECT_EQ(qGray(picture.pixel(0, 1)), 255);
    EXPECT_EQ(qGray(picture.pixel(0, 0)), 0);
}

TEST(ImageRenderer, LeavesPixelsWithoutAValueTransparent)
{
    data::Image image({1, 1, 3}, 1.0F);
    image.at(0, 1) = std::numeric_limits<float>::quiet_NaN();
    image.at(0, 2) = std::numeric_limits<float>::infinity();
    const QImage picture = renderImage(image.view(), DisplaySettings{});
    EXPECT_EQ(qAlpha(picture.pixel(0, 0)), 255);
    EXPECT_EQ(qAlpha(picture.pixel(1, 0)), 0);
    EXPECT_EQ(qAlpha(picture.pixel(2, 0)), 0);
}

TEST(ImageRenderer, KeepsTheOrderOfValuesForEveryStretch)
{
    test::forAll(20, [](Random &random) {
        const std::vector<float> values = noise(64, random);
        const data::Image image({1, 1, 64}, values);
        for (const auto stretch :
             {ImageStretch::Linear, ImageStretch::Log, ImageStretch::Sqrt, ImageStretch::Asinh,
              ImageStretch::Power, ImageStretch::HistogramEqualisation})
        {
            DisplaySettings settings = linearMinMax();
            settings.stretch = stretch;
            const QImage picture = renderImage(image.view(), settings);
            for (int a = 0; a < 64; ++a)
                for (int b = 0; b < 64; ++b)
                    if (values[static_cast<std::size_t>(a)] < values[static_cast<std::size_t>(b)])
                    {
                        ASSERT_LE(qGray(picture.pixel(a, 0)), qGray(picture.pixel(b, 0)));
                    }
        }
    });
}

TEST(ImageRenderer, DrawsManyAsItDrawsOne)
{
    Random random(5);
    const data::Image a({1, 8, 8}, noise(64, random));
    const data::Image b({1, 8, 8}, noise(64, random));
    const data::Image colour({3, 4, 4}, noise(48, random));
    for (const auto stretch : {ImageStretch::Asinh, ImageStretch::HistogramEqualisation})
    {
        DisplaySettings settings = linearMinMax();
        settings.stretch = stretch;
        const PixelLimits limits{-1.0F, 1.0F};
        const auto pictures = renderImages({a.view(), b.view(), colour.view()}, settings, limits);
        ASSERT_EQ(pictures.size(), 3U);
        EXPECT_EQ(pictures[0], renderImage(a.view(), settings, limits));
        EXPECT_EQ(pictures[1], renderImage(b.view(), settings, limits));
        EXPECT_EQ(pictures[2], renderImage(colour.view(), settings, limits));
    }
    EXPECT_TRUE(renderImages({}, linearMinMax(), {}).empty());
}

TEST(ImageRenderer, StretchesRunFromZeroToOne)
{
    for (const auto stretch : {ImageStretch::Linear, ImageStretch::Log, ImageStretch::Sqrt,
                               ImageStretch::Asinh, ImageStretch::Power})
    {
        DisplaySettings settings = linearMinMax();
        settings.stretch = stretch;
        EXPECT_DOUBLE_EQ(stretched(0.0, settings), 0.0);
        EXPECT_DOUBLE_EQ(stretched(1.0, settings), 1.0);
        EXPECT_EQ(stretchFromName(stretchName(stretch)), stretch);
    }
}

TEST(ImageRenderer, InvertsTheMap)
{
    DisplaySettings settings = linearMinMax();
    settings.isInverted = true;
    EXPECT_DOUBLE_EQ(stretched(0.0, settings), 1.0);
    EXPECT_DOUBLE_EQ(stretched(1.0, settings), 0.0);
}

TEST(PixelLimits, PercentilesAreTheSortedValues)
{
    std::vector<float> values(1001);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<float>((i * 376) % 1001); // a permutation
    DisplaySettings settings;
    settings.percent = 99.0;
    const PixelLimits limits = pixelLimits(values, settings);
    EXPECT_FLOAT_EQ(limits.low, 5.0F);
    EXPECT_FLOAT_EQ(limits.high, 995.0F);
}

TEST(PixelLimits, OfNothingAndOfEqualValuesAreSafe)
{
    const float nan = std::numeric_limits<float>::quiet_NaN();
    for (const auto kind : {ImageLimits::MinMax, ImageLimits::Percentile, ImageLimits::ZScale})
    {
        DisplaySettings settings;
        settings.limits = kind;
        EXPECT_EQ(pixelLimits({}, settings), (PixelLimits{0.0F, 0.0F}));
        EXPECT_EQ(pixelLimits(std::vector{nan, nan}, settings), (PixelLimits{0.0F, 0.0F}));
        EXPECT_EQ(pixelLimits(std::vector{2.0F, nan, 2.0F}, settings), (PixelLimits{2.0F, 2.0F}));
        const data::Image flat({1, 4, 4}, 2.0F);
        EXPECT_FALSE(renderImage(flat.view(), settings).isNull());
    }
}

TEST(PixelLimits, ZscaleIgnoresAFewBrightSources)
{
    Random random(3);
    std::vector<float> values = noise(10'000, random);
    const PixelLimits quiet = zscaleLimits(values);
    for (std::size_t i = 0; i < values.size(); i += 100)
        values[i] = 1000.0F;
    const PixelLimits withSources = zscaleLimits(values);
    EXPECT_LT(withSources.high, 20.0F);
    EXPECT_NEAR(withSources.low, quiet.low, 1.0);
}

TEST(PixelLimits, ZscaleOfARampSpansIt)
{
    // A straight ramp divided by contrast 0.25 is wider than the data: IRAF then shows all of it.
    std::vector<float> values(1000);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<float>(i);
    EXPECT_EQ(zscaleLimits(values), (PixelLimits{0.0F, 999.0F}));
}

TEST(ImageRenderer, DifferenceIsSymmetricAboutZero)
{
    data::Image image({1, 1, 3});
    image.at(0, 0) = -2.0F;
    image.at(0, 2) = 1.0F;
    const QImage picture = renderDifference(image.view());
    const QColor negative = picture.pixelColor(0, 0);
    const QColor middle = picture.pixelColor(1, 0);
    const QColor positive = picture.pixelColor(2, 0);
    EXPECT_GT(negative.blue(), negative.red());
    EXPECT_GT(positive.red(), positive.blue());
    EXPECT_GT(middle.lightness(), 240);
    EXPECT_NE(negative.rgb(), renderDifference(image.view(), 10.0F).pixel(0, 0));
}

} // namespace
} // namespace somnium::ui
