// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/npy.h"

#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/property.h"

namespace somnium::io
{
namespace
{

using ::testing::HasSubstr;

std::vector<std::byte> npy(const std::string &type, bool isFortran, const std::string &shape,
                           const std::string &values, char version = 1)
{
    std::string dict = "{'descr': '" + type + "', 'fortran_order': " + (isFortran ? "True" : "False") +
                       ", 'shape': (" + shape + "), }";
    dict.resize(118 - 1, ' ');
    dict += '\n';
    std::string file = std::string("\x93NUMPY") + version + '\0';
    file += static_cast<char>(dict.size());
    file.append(version == 1 ? 1 : 3, '\0');
    file += dict + values;
    const auto bytes = std::as_bytes(std::span(file));
    return {bytes.begin(), bytes.end()};
}

/// `count` values 0, 1, 2, ... as T, in big-endian order if asked.
template <class T> std::string ramp(std::size_t count, bool isBig)
{
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
    {
        const T value = static_cast<T>(i);
        std::string bytes(reinterpret_cast<const char *>(&value), sizeof value);
        text += isBig ? std::string(bytes.rbegin(), bytes.rend()) : bytes;
    }
    return text;
}

template <class T> void expectRamp(const std::string &code)
{
    for (const bool isBig : {false, true})
    {
        const std::string type = (sizeof(T) == 1 ? "|" : isBig ? ">" : "<") + code;
        const auto bytes = npy(type, false, "2, 3, 4", ramp<T>(24, isBig));
        const auto images = NpyImages::open(bytes);
        ASSERT_TRUE(images) << type << ": " << images.error().message;
        ASSERT_EQ(images->count(), 2U);
        EXPECT_EQ(images->shape(), (data::ImageShape{1, 3, 4}));
        const data::Image second = images->image(1);
        for (std::size_t i = 0; i < 12; ++i)
            EXPECT_EQ(second.pixels()[i], static_cast<float>(12 + i)) << type;
    }
}

TEST(Npy, ReadsEveryTypeInBothByteOrders)
{
    expectRamp<std::int8_t>("i1");
    expectRamp<std::uint8_t>("u1");
    expectRamp<std::int16_t>("i2");
    expectRamp<std::uint16_t>("u2");
    expectRamp<std::int32_t>("i4");
    expectRamp<std::uint32_t>("u4");
    expectRamp<std::int64_t>("i8");
    expectRamp<std::uint64_t>("u8");
    expectRamp<float>("f4");
    expectRamp<double>("f8");
}

TEST(Npy, ReadsHalfPrecision)
{
    // 1, -2, 65504 (largest), 2^-24 (smallest), infinity, NaN, 0.333251953125, -0
    const std::string values("\x00\x3C\x00\xC0\xFF\x7B\x01\x00\x00\x7C\x01\x7E\x55\x35\x00\x80", 16);
    const auto bytes = npy("<f2", false, "2, 4", values);
    const auto images = NpyImages::open(bytes);
    ASSERT_TRUE(images) << images.error().message;
    const data::Image image = images->image(0);
    EXPECT_EQ(image.pixels()[0], 1.0F);
    EXPECT_EQ(image.pixels()[1], -2.0F);
    EXPECT_EQ(image.pixels()[2], 65504.0F);
    EXPECT_EQ(image.pixels()[3], std::ldexp(1.0F, -24));
    EXPECT_TRUE(std::isnan(image.pixels()[4]));
    EXPECT_TRUE(std::isnan(image.pixels()[5]));
    EXPECT_EQ(image.pixels()[6], 0.333251953125F);
    EXPECT_TRUE(std::signbit(image.pixels()[7]));
}

TEST(Npy, FortranOrderIsTheTransposedFile)
{
    // numpy: a = arange(24).reshape(2, 3, 4); a.T written in C order has the bytes of a in Fortran order.
    std::string values;
    for (std::size_t x = 0; x < 4; ++x)
        for (std::size_t r = 0; r < 3; ++r)
            for (std::size_t n = 0; n < 2; ++n)
            {
                const auto value = static_cast<float>(n * 12 + r * 4 + x);
                values.append(reinterpret_cast<const char *>(&value), sizeof value);
            }
    const auto bytes = npy("<f4", true, "2, 3, 4", values);
    const auto images = NpyImages::open(bytes);
    ASSERT_TRUE(images) << images.error().message;
    for (std::size_t n = 0; n < 2; ++n)
        for (std::size_t i = 0; i < 12; ++i)
            EXPECT_EQ(images->image(n).pixels()[i], static_cast<float>(n * 12 + i));
}

TEST(Npy, ChannelsComeBeforeRows)
{
    const auto bytes = npy("|u1", false, "2, 3, 4, 5", ramp<std::uint8_t>(120, false));
    const auto images = NpyImages::open(bytes);
    ASSERT_TRUE(images);
    EXPECT_EQ(images->count(), 2U);
    EXPECT_EQ(images->shape(), (data::ImageShape{3, 4, 5}));
    EXPECT_EQ(images->image(1).at(2, 3, 1), 60.0F + 20.0F + 10.0F + 3.0F);
    const auto lastAxis = npy("|u1", false, "2, 40, 3, 1", ramp<std::uint8_t>(240, false));
    const auto refused = NpyImages::open(lastAxis); // 40 channels: [n, h, w, c] is not guessed
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("[n, c, h, w]"));
}

TEST(Npy, AcceptsVersion2Headers)
{
    const auto bytes = npy("<u2", false, "2, 2", ramp<std::uint16_t>(4, false), 2);
    EXPECT_TRUE(NpyImages::open(bytes));
}

TEST(Npy, RefusesWhatIsNotImages)
{
    EXPECT_FALSE(NpyImages::open(npy("<f4", false, "5,", ramp<float>(5, false))));
    EXPECT_FALSE(NpyImages::open(npy("<f4", false, "", ramp<float>(1, false))));
    EXPECT_FALSE(NpyImages::open(npy("<f4", false, "1, 1, 1, 2, 2", ramp<float>(4, false))));
    EXPECT_FALSE(NpyImages::open(npy("<f4", false, "0, 4, 4", "")));
    EXPECT_FALSE(NpyImages::open(npy("<U4", false, "2, 2", std::string(64, 'x'))));
    EXPECT_FALSE(NpyImages::open(npy("|O", false, "2, 2", std::string(64, 'x'))));
}

TEST(Npy, RefusesALengthThatDoesNotFit)
{
    const auto whole = npy("<f4", false, "2, 3, 4", ramp<float>(24, false));
    for (std::size_t length = 0; length < whole.size(); length += 7)
    {
        const auto cut = NpyImages::open(std::span(whole).first(length));
        ASSERT_FALSE(cut) << length;
        EXPECT_THAT(cut.error().message, HasSubstr("expected"));
    }
    const auto huge = npy("<f8", false, "9223372036854775807, 9223372036854775807, 4", "1234");
    EXPECT_FALSE(NpyImages::open(huge));
}

TEST(Npy, ChangedBytesNeverCrash)
{
    const auto whole = npy("<f4", false, "2, 3, 4", ramp<float>(24, false));
    test::forAll(500, [&whole](Random &random) {
        auto bytes = whole;
        for (std::uint32_t changes = 1 + random.below(6); changes > 0; --changes)
            bytes[random.below(80)] = static_cast<std::byte>(random.below(128));
        const auto images = NpyImages::open(bytes);
        if (images)
            (void)images->image(images->count() - 1);
    });
}

} // namespace
} // namespace somnium::io
