// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/plane_field.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace somnium::latent
{

namespace
{

const PlaneRect kRect = {-1.0, 3.0, 10.0, 12.0};

double slope(PlanePoint at)
{
    return at.x + 100.0 * at.y;
}

} // namespace

TEST(PlaneField, AFunctionIsTakenAtTheCentresOfTheCells)
{
    const Result<PlaneField> field = fieldOf(slope, kRect, 4, {});
    ASSERT_TRUE(field.has_value());
    EXPECT_EQ(field->centre(0, 0), (PlanePoint{-0.5, 10.25}));
    EXPECT_FLOAT_EQ(field->value[0], 1024.5F);
    EXPECT_FLOAT_EQ(field->value[3 * 4 + 1], 1175.5F);
    EXPECT_FLOAT_EQ(static_cast<float>(field->valueAt({0.9, 11.9})), 1175.5F);
    EXPECT_TRUE(std::isnan(field->valueAt({3.0, 11.0})));
    EXPECT_EQ(rangeOf(*field).low, 1024.5);
}

TEST(PlaneField, ManyPlacesAtOnceGiveTheSameField)
{
    std::size_t calls = 0;
    const DecodeMany many = [&](std::span<const PlanePoint> places) -> Result<std::vector<double>> {
        ++calls;
        std::vector<double> values;
        for (const PlanePoint &place : places)
            values.push_back(slope(place));
        return values;
    };
    const Result<PlaneField> field = fieldOfMany(many, kRect, 100, {});
    ASSERT_TRUE(field.has_value());
    EXPECT_EQ(field->value, fieldOf(slope, kRect, 100, {})->value);
    EXPECT_EQ(calls, 3U);
}

TEST(PlaneField, ADecoderThatFailsOrMiscountsEndsIt)
{
    const DecodeMany fails = [](std::span<const PlanePoint>) -> Result<std::vector<double>> {
        return failure(ErrorKind::OutOfMemory, "none left");
    };
    EXPECT_EQ(fieldOfMany(fails, kRect, 8, {}).error(), (Error{ErrorKind::OutOfMemory, "none left"}));
    const DecodeMany miscounts = [](std::span<const PlanePoint>) -> Result<std::vector<double>> {
        return std::vector<double>(3);
    };
    EXPECT_EQ(fieldOfMany(miscounts, kRect, 8, {}).error().kind, ErrorKind::Mismatch);
}

TEST(PlaneField, ValuesThatAreNotFiniteAreNone)
{
    const auto odd = [](PlanePoint at) { return at.x < 0.0 ? 1.0 / 0.0 : 1e300; };
    const Result<PlaneField> field = fieldOf(odd, kRect, 4, {});
    ASSERT_TRUE(field.has_value());
    for (const float value : field->value)
        EXPECT_TRUE(std::isnan(value));
    EXPECT_TRUE(std::isnan(rangeOf(*field).high));
    EXPECT_TRUE(std::isnan(centralRangeOf(*field).high));
}

TEST(PlaneField, CentralRangeLeavesOutAHundredthAtEitherEnd)
{
    const auto value = [](PlanePoint at) {
        return at.x < 0.0 ? std::nan("") : 10.0 * std::floor(10.0 * at.x) + std::floor(10.0 * at.y);
    };
    const auto field = fieldOf(value, {-1.0, 1.0, 0.0, 1.0}, 20, {}); // 200 values, 0 to 99 twice
    ASSERT_TRUE(field);
    EXPECT_EQ(centralRangeOf(*field).low, 1.0);
    EXPECT_EQ(centralRangeOf(*field).high, 98.0);
    EXPECT_EQ(rangeOf(*field).high, 99.0);
}

TEST(PlaneField, AMaskTakesWhatHasTooFewPoints)
{
    Result<PlaneField> field = fieldOf(slope, kRect, 2, {});
    PlaneField support = *field;
    support.support = {0.0F, 2.9F, 3.0F, std::numeric_limits<float>::quiet_NaN()};
    ASSERT_TRUE(maskBySupport(*field, support, 3.0).has_value());
    EXPECT_TRUE(std::isnan(field->value[0]));
    EXPECT_TRUE(std::isnan(field->value[1]));
    EXPECT_FALSE(std::isnan(field->value[2]));
    EXPECT_TRUE(std::isnan(field->value[3]));
    support.rect.left -= 1.0;
    EXPECT_EQ(maskBySupport(*field, support, 3.0).error().kind, ErrorKind::Mismatch);
}

TEST(PlaneField, RefusesGridsThatCannotBe)
{
    EXPECT_EQ(fieldOf(slope, kRect, 0, {}).error().kind, ErrorKind::InvalidArgument);
    EXPECT_EQ(fieldOf(slope, {0.0, 0.0, 0.0, 1.0}, 4, {}).error().kind, ErrorKind::InvalidArgument);
    std::stop_source source;
    source.request_stop();
    JobContext context;
    context.stop = source.get_token();
    EXPECT_EQ(fieldOf(slope, kRect, 4, context).error().kind, ErrorKind::Cancelled);
}

} // namespace somnium::latent
