// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prepare/steps.h"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "tests/core/prepare/random_images.h"
#include "tests/support/property.h"

namespace somnium::prepare
{
namespace
{

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

data::Image row(std::vector<float> pixels)
{
    const std::size_t count = pixels.size();
    return {{1, 1, count}, std::move(pixels)};
}

data::Image applied(const Step &step, const data::Image &image)
{
    const auto prepared = apply({"one step", {step}}, image.view());
    EXPECT_TRUE(prepared.has_value()) << (prepared ? "" : prepared.error().message);
    return prepared ? prepared->image : data::Image{};
}

std::vector<float> values(const data::Image &image)
{
    return {image.pixels().begin(), image.pixels().end()};
}

TEST(Median, IsTheMiddleOfTheSortedValues)
{
    test::forAll(200, [](Random &random) {
        std::vector<float> numbers(1 + random.below(40));
        for (float &number : numbers)
            number = static_cast<float>(random.below(10)); // many ties
        std::vector<float> sorted = numbers;
        std::sort(sorted.begin(), sorted.end());
        const std::size_t half = sorted.size() / 2;
        const double expected =
            sorted.size() % 2 == 1 ? sorted[half] : 0.5 * (double(sorted[half - 1]) + double(sorted[half]));
        EXPECT_EQ(median(numbers), expected);
    });
}

TEST(Median, OfNothingIsZero)
{
    std::vector<float> none;
    EXPECT_EQ(median(none), 0.0);
    EXPECT_EQ(percentile(none, 50.0), 0.0);
}

TEST(Percentile, AgreesWithNumpysLinearRule)
{
    // numpy.percentile([4, 1, 3, 2], [0, 10, 50, 75, 100]) = [1, 1.3, 2.5, 3.25, 4]
    const std::vector<std::pair<double, double>> expected = {
        {0.0, 1.0}, {10.0, 1.3}, {50.0, 2.5}, {75.0, 3.25}, {100.0, 4.0}};
    for (const auto &[percent, value] : expected)
    {
        std::vector<float> numbers = {4, 1, 3, 2};
        EXPECT_NEAR(percentile(numbers, percent), value, 1e-12) << percent;
    }
}

TEST(NoiseLevel, IsThatOfTheNoiseUnderABrightSource)
{
    Random random(5);
    std::vector<float> pixels(10000);
    for (float &pixel : pixels)
        pixel = static_cast<float>(7.0 + 2.0 * random.normal());
    std::fill_n(pixels.begin(), 500, 900.0F);
    std::fill_n(pixels.begin() + 500, 50, kNan);
    const NoiseLevel level = noiseLevel(pixels, 3.0, 5);
    EXPECT_NEAR(level.median, 7.0, 0.1);
    EXPECT_NEAR(level.sigma, 2.0, 0.1);
}

TEST(WindowStart, CentresEqualParitiesAndLeansBelowOtherwise)
{
    EXPECT_EQ(windowStart(150, 64), 43);
    EXPECT_EQ(windowStart(151, 64), 43);
    EXPECT_EQ(windowStart(150, 63), 43);
    EXPECT_EQ(windowStart(64, 64), 0);
    EXPECT_EQ(windowStart(63, 64), -1);
    EXPECT_EQ(windowStart(62, 64), -1);
    EXPECT_EQ(windowStart(61, 64), -2);
}

TEST(Cutout, TakesTheCentralPixels)
{
    data::Image image({2, 5, 7});
    std::iota(image.pixels().begin(), image.pixels().end(), 0.0F);
    const auto prepared = apply({"", {Cutout{.side = 3}}}, image.view());
    ASSERT_TRUE(prepared);
    for (std::size_t channel = 0; channel < 2; ++channel)
        for (std::size_t r = 0; r < 3; ++r)
            for (std::size_t c = 0; c < 3; ++c)
                EXPECT_EQ(prepared->image.at(r, c, channel), image.at(r + 1, c + 2, channel));
    EXPECT_EQ(prepared->rowOrigin, 1.0);
    EXPECT_EQ(prepared->columnOrigin, 2.0);
    EXPECT_EQ(prepared->rowScale, 1.0);
}

TEST(Cutout, OfASmallerOriginalIsAMismatchUnlessPadded)
{
    const data::Image image({1, 4, 9}, 1.0F);
    const auto refused = apply({"", {Cutout{.side = 6}}}, image.view());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Mismatch);
    EXPECT_NE(refused.error().message.find("6 x 6"), std::string::npos) << refused.error().message;
    EXPECT_NE(refused.error().message.find("4 x 9"), std::string::npos) << refused.error().message;

    const auto padded = apply({"", {Cutout{.side = 6, .pad = true}}}, image.view());
    ASSERT_TRUE(padded);
    EXPECT_EQ(padded->rowOrigin, -1.0);
    EXPECT_EQ(padded->columnOrigin, 1.0);
    for (std::size_t r = 0; r < 6; ++r)
        for (std::size_t c = 0; c < 6; ++c)
            EXPECT_EQ(std::isnan(padded->image.at(r, c)), r == 0 || r == 5) << r << ' ' << c;
}

TEST(FillNan, GivesTheValueAskedForAndCounts)
{
    const data::Image image = row({kNan, 3.0F, -1.0F, 4.0F, kNan, std::numeric_limits<float>::infinity()});
    EXPECT_EQ(values(applied(FillNan{FillNan::With::Zero}, image)), (std::vector<float>{0, 3, -1, 4, 0, 0}));
    EXPECT_EQ(values(applied(FillNan{FillNan::With::Median}, image)),
              (std::vector<float>{3, 3, -1, 4, 3, 3}));
    EXPECT_EQ(values(applied(FillNan{FillNan::With::Minimum}, image)),
              (std::vector<float>{-1, 3, -1, 4, -1, -1}));
    EXPECT_EQ(apply({"", {FillNan{}}}, image.view())->filledPixels, 3U);
}

TEST(FillNan, WorksChannelByChannel)
{
    const data::Image image({2, 1, 2}, {1.0F, kNan, kNan, 9.0F});
    EXPECT_EQ(values(applied(FillNan{FillNan::With::Median}, image)), (std::vector<float>{1, 1, 9, 9}));
}

TEST(ClipNoise, LeavesTheSourceAboveTheBackground)
{
    Random random(11);
    data::Image image = randomImage(random, 60, 60);
    for (float &pixel : image.pixels())
        pixel += 100.0F;
    const data::Image clipped = applied(ClipNoise{}, image);
    EXPECT_NEAR(clipped.at(30, 30), 20.5F, 0.7F);
    const auto zeros = std::count(clipped.pixels().begin(), clipped.pixels().end(), 0.0F);
    EXPECT_GT(zeros, 3560);
    EXPECT_GE(*std::min_element(clipped.pixels().begin(), clipped.pixels().end()), 0.0F);
}

TEST(Normalise, IsIdempotentAndReachesItsEnds)
{
    test::forAll(60, [](Random &random) {
        const data::Image image = randomImage(random, 1 + random.below(20), 2 + random.below(20), 0.1, 2);
        for (const auto to : {Normalise::To::Maximum, Normalise::To::MinMax})
        {
            const data::Image once = applied(Normalise{.to = to}, image);
            const std::vector<float> found = finiteValues(once.channel(0));
            EXPECT_EQ(*std::max_element(found.begin(), found.end()), 1.0F);
            if (to == Normalise::To::MinMax && found.size() > 1)
            {
                EXPECT_EQ(*std::min_element(found.begin(), found.end()), 0.0F);
            }
            EXPECT_TRUE(isSame(applied(Normalise{.to = to}, once), once));
        }
    });
}

TEST(Normalise, DoesNotChangeWithTheScaleOfItsInput)
{
    test::forAll(30, [](Random &random) {
        const data::Image image = randomImage(random, 12, 12);
        data::Image scaled = image;
        for (float &pixel : scaled.pixels())
            pixel *= 1024.0F; // exact
        for (const auto to : {Normalise::To::Maximum, Normalise::To::MinMax, Normalise::To::Percentile})
            EXPECT_TRUE(isSame(applied(Normalise{.to = to}, image), applied(Normalise{.to = to}, scaled)));
    });
}

TEST(Normalise, PercentileFallsBackToTheRangeForASmallSource)
{
    data::Image image({1, 64, 64});
    image.at(32, 32) = 5.0F;
    const data::Image result = applied(Normalise{Normalise::To::Percentile, 99.5}, image);
    EXPECT_EQ(result.at(32, 32), 1.0F);
    EXPECT_EQ(result.at(0, 0), 0.0F);
}

TEST(Stretch, IsOddMonotonicAndKeepsZeroAndOne)
{
    for (const auto curve : {Stretch::Curve::Sqrt, Stretch::Curve::Asinh, Stretch::Curve::Log})
    {
        std::vector<float> numbers;
        for (int i = -1000; i <= 1000; ++i)
            numbers.push_back(static_cast<float>(i) / 500.0F);
        const data::Image result = applied(Stretch{.curve = curve}, row(numbers));
        for (std::size_t i = 0; i < numbers.size(); ++i)
        {
            EXPECT_EQ(result.at(0, i), -result.at(0, numbers.size() - 1 - i));
            if (i > 0)
            {
                EXPECT_GT(result.at(0, i), result.at(0, i - 1)) << numbers[i];
            }
        }
        EXPECT_EQ(result.at(0, 1000), 0.0F);
        EXPECT_EQ(result.at(0, 1500), 1.0F);
    }
}

TEST(Steps, NeverMakeNanOrInfinityOfDegenerateImages)
{
    constexpr float kHuge = std::numeric_limits<float>::max();
    constexpr float kTiny = std::numeric_limits<float>::denorm_min();
    const std::vector<data::Image> images = {
        row({0, 0, 0, 0}), row({5, 5, 5, 5}),       row({-5, -5, -5, -5}),
        row({7}),          row({kHuge, -kHuge, 0}), row({kTiny, -kHuge, kTiny}),
        row({0, 0, 0, 1}), row({-0.0F, kTiny}),     data::Image({3, 2, 2}),
    };
    test::forAll(300, [&](Random &random) {
        for (const data::Image &image : images)
        {
            Step step = randomStepOfOneChannel(random);
            if (maskedTo(step) == Masked::Nan)
                continue;
            if (auto *cutout = step.as<Cutout>())
                *cutout = {.side = 1, .pad = false};
            const data::Image result = applied(step, image);
            for (const float pixel : result.pixels())
                EXPECT_TRUE(std::isfinite(pixel)) << describe(step) << " of " << image.at(0, 0);
        }
    });
}

TEST(Steps, OfAnImageWithoutValuesGiveOneWithoutValues)
{
    const data::Image empty({2, 6, 6}, kNan);
    test::forAll(100, [&](Random &random) {
        const Step step = randomStep(random);
        const auto prepared = apply({"", {Cutout{.side = 81, .pad = true}, step}}, empty.view());
        ASSERT_TRUE(prepared) << prepared.error().message;
        const bool isFilling = step.isEnabled && step.as<FillNan>() != nullptr;
        const bool mayFill = maskedTo(step).value_or(Masked::Nan) != Masked::Nan;
        for (const float pixel : prepared->image.pixels())
            EXPECT_TRUE(isFilling ? pixel == 0.0F : std::isnan(pixel) || (mayFill && pixel == 0.0F));
    });
}

TEST(Steps, OfAnAllZeroImageStayZero)
{
    const data::Image zero({1, 64, 64});
    const auto prepared = apply(radioRecipe(), zero.view());
    ASSERT_TRUE(prepared);
    EXPECT_EQ(prepared->image, zero);
}

TEST(Steps, KeepMissingPixelsMissing)
{
    test::forAll(60, [](Random &random) {
        const data::Image image = randomImage(random, 16, 16, 0.2);
        for (const Step &step : {Step(ClipNoise{}), Step(Normalise{}), Step(Stretch{})})
        {
            const data::Image result = applied(step, image);
            for (std::size_t i = 0; i < image.pixels().size(); ++i)
                EXPECT_EQ(std::isnan(image.pixels()[i]), std::isnan(result.pixels()[i]));
        }
    });
}

} // namespace
} // namespace somnium::prepare
