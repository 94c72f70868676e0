// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sky/designation.h"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "core/sky/position.h"
#include "tests/support/property.h"

namespace somnium::sky
{
namespace
{

SkyPosition anywhere(Random &random)
{
    return {random.uniform(0.0, 360.0), std::asin(random.uniform(-1.0, 1.0)) * 180.0 / M_PI};
}

/// Hours and degrees of a name, both at the middle of their last digit.
void expectPosition(std::string_view name, double raHours, double decDeg)
{
    const auto found = positionInName(name);
    ASSERT_TRUE(found) << name;
    EXPECT_NEAR(found->position.raDeg, 15.0 * raHours, 1e-9) << name;
    EXPECT_NEAR(found->position.decDeg, decDeg, 1e-9) << name;
}

TEST(Designation, ReadsTheNameOfAnyPositionBackWithinItsPrecision)
{
    test::forAll(500, [](Random &random) {
        const SkyPosition position = anywhere(random);
        const std::string name = iauName(position);
        const auto found = positionInName(name);
        ASSERT_TRUE(found) << name;
        // 1e-3: a cell is as wide as its low edge, which is the wider one.
        EXPECT_LE(separationDeg(position, found->position) * 3600.0, found->precisionArcsec + 1e-3) << name;
        EXPECT_LE(found->precisionArcsec, 0.902) << name;
        EXPECT_EQ(iauName(found->position), name) << "the middle of a name has that name";
    });
}

TEST(Designation, StandsInTheMiddleOfWhatTheDigitsLeaveOpen)
{
    constexpr double kSecond = 1.0 / 3600.0;
    expectPosition("J104148.2-091703", 10.0 + 41.0 / 60.0 + 48.25 * kSecond,
                   -(9.0 + 17.0 / 60.0 + 3.5 * kSecond));
    expectPosition("FIRSTJ000007.0+081644", 7.05 * kSecond, 8.0 + 16.0 / 60.0 + 44.5 * kSecond);
    expectPosition("ILTJ103508.91+542413.9", 10.0 + 35.0 / 60.0 + 8.915 * kSecond,
                   54.0 + 24.0 / 60.0 + 13.95 * kSecond);
    expectPosition("J000000.0-000000", 0.05 * kSecond, -0.5 * kSecond); // minus zero is south
    EXPECT_NEAR(positionInName("J104148.2-091703")->precisionArcsec,
                std::hypot(0.75 * std::cos(9.284 * M_PI / 180.0), 0.5), 1e-3);
    EXPECT_NEAR(positionInName("J1041-0917")->precisionArcsec,
                std::hypot(450.0 * std::cos(9.283 * M_PI / 180.0), 30.0), 0.1);
    EXPECT_EQ(positionInName("J104148.2+900000")->position.decDeg, 90.0) << "nothing is north of the pole";
}

TEST(Designation, IsFoundInTheWaysThatSurveysWriteIt)
{
    constexpr double kHours = 10.0 + 41.0 / 60.0;
    constexpr double kDegrees = -(9.0 + 17.0 / 60.0);
    constexpr double kSecond = 1.0 / 3600.0;
    expectPosition("J1041-0917", kHours + 0.5 / 60.0, kDegrees - 0.5 / 60.0);
    expectPosition("4FGL J1041.8-0917c", kHours + 0.85 / 60.0, kDegrees - 0.5 / 60.0);
    expectPosition("2MASX J10414823-0917031", kHours + 48.235 * kSecond, kDegrees - 3.15 * kSecond);
    expectPosition("2MASXJ10414823-0917031", kHours + 48.235 * kSecond, kDegrees - 3.15 * kSecond);
    expectPosition("SDSS J104148.23-091703.1_I.fits.fz", kHours + 48.235 * kSecond,
                   kDegrees - 3.15 * kSecond);
    expectPosition("NVSS J104148\u2212091703", kHours + 48.5 * kSecond, kDegrees - 3.5 * kSecond);
    expectPosition("cutouts/J104148-091703.fits", kHours + 48.5 * kSecond, kDegrees - 3.5 * kSecond);
    expectPosition("BJ1041 at J104148-091703", kHours + 48.5 * kSecond, kDegrees - 3.5 * kSecond);
}

TEST(Designation, RefusesWhatHoldsNoPosition)
{
    for (const std::string_view name : {"",
                                        "J",
                                        "J+",
                                        "NGC 1275",
                                        "3C 273",
                                        "J2000",
                                        "J2000 10:41:48.2 -09:17:03",
                                        "B1041-091",
                                        "B1041-0917",
                                        "J10414-0917",
                                        "J1041 -0917",
                                        "J1041-09",
                                        "J246000.0+000000",
                                        "J240000+000000",
                                        "J106048-091703",
                                        "J104160-091703",
                                        "J104148-096003",
                                        "J104148+900001",
                                        "J104148.2 091703",
                                        "j104148-091703",
                                        "J1041482345678-091703",
                                        "J104148.12345678-091703",
                                        "100_167.886+016.439_0.2165_0093.36.png"})
        EXPECT_FALSE(positionInName(name)) << name;
}

TEST(Designation, ReadingAnythingEndsWithAPositionOrNothing)
{
    constexpr std::string_view kLetters = "J0123456789+-. \xE2\x88\x92";
    test::forAll(3000, [kLetters](Random &random) {
        std::string text = "J";
        for (std::uint32_t i = random.below(24); i > 0; --i)
            text += kLetters[random.below(static_cast<std::uint32_t>(kLetters.size()))];
        if (const auto found = positionInName(text))
        {
            EXPECT_TRUE(found->position.raDeg >= 0.0 && found->position.raDeg < 360.0) << text;
            EXPECT_LE(std::abs(found->position.decDeg), 90.0) << text;
            EXPECT_GT(found->precisionArcsec, 0.0) << text;
        }
    });
}

} // namespace
} // namespace somnium::sky
