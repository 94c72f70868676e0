// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sky/position.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/property.h"

namespace somnium::sky
{
namespace
{

SkyPosition anywhere(Random &random)
{
    return {random.uniform(0.0, 360.0), std::asin(random.uniform(-1.0, 1.0)) * 180.0 / M_PI};
}

SkyPosition parsedWell(std::string_view text)
{
    const auto position = parsePosition(text);
    EXPECT_TRUE(position) << text;
    return position.value_or(SkyPosition{-1.0, -99.0});
}

/// The angle between two unit vectors: an independent formula, good away from 0.
double angleByVectors(const SkyPosition &a, const SkyPosition &b)
{
    const auto vector = [](const SkyPosition &p) {
        const long double ra = static_cast<long double>(p.raDeg) * M_PIl / 180.0L;
        const long double dec = static_cast<long double>(p.decDeg) * M_PIl / 180.0L;
        return std::array<long double, 3>{std::cos(dec) * std::cos(ra), std::cos(dec) * std::sin(ra),
                                          std::sin(dec)};
    };
    const auto x = vector(a);
    const auto y = vector(b);
    long double chord = 0.0L;
    for (std::size_t i = 0; i < 3; ++i)
        chord += (x[i] - y[i]) * (x[i] - y[i]);
    return static_cast<double>(2.0L * std::asin(std::sqrt(chord) / 2.0L) * 180.0L / M_PIl);
}

TEST(Position, PrintedPositionsReadBackWithinTheirLastDigit)
{
    test::forAll(500, [](Random &random) {
        const SkyPosition position = anywhere(random);
        // Half of 0.01 s and half of 0.1": each at most 0.075" and 0.05".
        EXPECT_LT(separationDeg(parsedWell(sexagesimal(position)), position) * 3600.0, 0.0902)
            << sexagesimal(position);
        EXPECT_LT(separationDeg(parsedWell(decimalDegrees(position)), position), 1e-6);
    });
}

TEST(Position, RoundingCarriesInsteadOfPrintingSixty)
{
    EXPECT_EQ(sexagesimal({160.450958, -9.284194}), "10h41m48.23s -09d17m03.1s");
    EXPECT_EQ(sexagesimal({15.0 * (11.0 - 1e-7), 11.0 - 1e-7}), "11h00m00.00s +11d00m00.0s");
    EXPECT_EQ(sexagesimal({360.0 - 1e-8, 90.0 - 1e-8}), "00h00m00.00s +90d00m00.0s");
    EXPECT_EQ(sexagesimal({-15.0, -1e-7}), "23h00m00.00s -00d00m00.0s");
    EXPECT_EQ(decimalDegrees({359.9999999, 1.0}), "0.000000 1.000000");
    EXPECT_EQ(decimalDegrees({160.450958, -9.284194}), "160.450958 -9.284194");
}

TEST(Position, IauNamesAreTruncatedNotRounded)
{
    EXPECT_EQ(iauName(parsedWell("10:41:48.29 -09:17:03.9")), "J104148.2-091703");
    EXPECT_EQ(iauName(parsedWell("10:41:48.2 -09:17:03")), "J104148.2-091703");
    EXPECT_EQ(iauName({360.0 - 1e-12, 0.0}), "J000000.0+000000");
}

TEST(Position, ReadsTheWaysPeopleWrite)
{
    const SkyPosition expected{160.45083333333332, -9.284166666666666};
    for (const std::string_view text :
         {"10:41:48.2 -09:17:03", "10h41m48.2s -09d17m03s", "10 41 48.2 -09 17 03", "10:41:48.2, -9:17:03",
          "  160.45083333333332 -9.284166666666666 ", "160.45083333333332,-9.284166666666666",
          "10H41M48.2S -9D17M3S", "10h41m48.2s -9\u00b017\u203203\u2033", "10:41:48.2 \u221209:17:03",
          "10h 41m 48.2s -09d 17' 03\"", "160d27m3s -9d17m3s"})
    {
        const SkyPosition position = parsedWell(text);
        EXPECT_NEAR(position.raDeg, expected.raDeg, 1e-9) << text;
        EXPECT_NEAR(position.decDeg, expected.decDeg, 1e-9) << text;
    }
    EXPECT_NEAR(parsedWell("10h41.5m -00d30m").decDeg, -0.5, 1e-12);
    EXPECT_NEAR(parsedWell("00:00:01 -00:00:01").decDeg, -1.0 / 3600.0, 1e-12);
    EXPECT_EQ(parsedWell("-10 +20").raDeg, 350.0);
}

TEST(Position, RefusesWhatIsNoPosition)
{
    for (const std::string_view text :
         {"", "12", "NGC 1275", "10:61:00 -09:00:00", "10:41:60 -09:17:03", "400 10", "10 91",
          "10:41:48.2 -09:17:03 5", "10:41.5:48 -09:17:03", "nan nan", "1e2 3", "10 20 30", "--1 2",
          "25:00:00 +10:00:00", "10h 20h", "10m 20d"})
        EXPECT_FALSE(parsePosition(text)) << text;
}

TEST(Position, ReadsSingleCoordinates)
{
    EXPECT_NEAR(parseRaDeg("07 58 28.60").value(), 119.6191666667, 1e-9);
    EXPECT_NEAR(parseRaDeg("119.5").value(), 119.5, 0.0);
    EXPECT_NEAR(parseDecDeg("-00:30:00").value(), -0.5, 1e-12);
    EXPECT_FALSE(parseDecDeg("10h"));
    EXPECT_FALSE(parseRaDeg("G"));
}

TEST(Position, ReadingAnythingEndsWithAPositionOrAnError)
{
    constexpr std::string_view kLetters = "0123456789+-.:hdms ,'\"\xC2\xB0";
    test::forAll(2000, [kLetters](Random &random) {
        std::string text;
        for (std::uint32_t i = random.below(24); i > 0; --i)
            text += kLetters[random.below(static_cast<std::uint32_t>(kLetters.size()))];
        if (const auto position = parsePosition(text))
        {
            EXPECT_TRUE(position->raDeg >= 0.0 && position->raDeg < 360.0) << text;
            EXPECT_LE(std::abs(position->decDeg), 90.0) << text;
        }
    });
}

TEST(Position, SeparationAgreesWithVectorsAtAllAngles)
{
    test::forAll(500, [](Random &random) {
        const SkyPosition a = anywhere(random);
        const SkyPosition b = anywhere(random);
        EXPECT_NEAR(separationDeg(a, b), angleByVectors(a, b), 1e-9);
        EXPECT_EQ(separationDeg(a, a), 0.0);
        const double step = std::pow(10.0, random.uniform(-10.0, -2.0)); // small angles keep their digits
        const SkyPosition near{a.raDeg, a.decDeg > 0.0 ? a.decDeg - step : a.decDeg + step};
        EXPECT_NEAR(separationDeg(a, near), std::abs(near.decDeg - a.decDeg), 1e-13);
    });
    EXPECT_NEAR(separationDeg({10.0, 90.0}, {200.0, 90.0}), 0.0, 1e-12);
    EXPECT_NEAR(separationDeg({0.0, 90.0}, {77.0, -90.0}), 180.0, 1e-9);
    EXPECT_NEAR(separationDeg({359.9995, 0.0}, {0.0005, 0.0}), 0.001, 1e-10);
    EXPECT_NEAR(separationDeg({0.0, 0.0}, {180.0, 0.0}), 180.0, 1e-12);
}

} // namespace
} // namespace somnium::sky
