// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sky/wcs.h"

#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/sky/position.h"
#include "tests/support/property.h"

// wcslib keeps two small matrices when the one it is given cannot be inverted.
extern "C" const char *__lsan_default_suppressions();
extern "C" const char *__lsan_default_suppressions() // NOLINT: the name is the sanitizer's
{
    return "leak:libwcs";
}

namespace somnium::sky
{
namespace
{

using ::testing::HasSubstr;

std::string card(const std::string &text)
{
    std::string padded = text;
    padded.resize(80, ' ');
    return padded;
}

std::string textCard(const std::string &keyword, const std::string &value)
{
    return card(keyword + std::string(8 - keyword.size(), ' ') + "= '" + value + "'");
}

std::string numberCard(const std::string &keyword, double value)
{
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.15g", value);
    std::string text = digits;
    if (text.find_first_of(".e") == std::string::npos)
        text += ".0";
    for (char &c : text)
        c = c == 'e' ? 'E' : c;
    return card(keyword + std::string(8 - keyword.size(), ' ') + "= " + text);
}

struct Header
{
    std::string projection = "TAN";
    std::string longitude = "RA--";
    std::string latitude = "DEC-";
    double raDeg = 180.0;
    double decDeg = 10.0;
    double pixelDeg = 0.0005;
    double turnDeg = 0.0;
    std::string extra;

    [[nodiscard]] std::string cards() const
    {
        const double turn = turnDeg * 3.14159265358979323846 / 180.0;
        return textCard("CTYPE1", longitude + "-" + projection) +
               textCard("CTYPE2", latitude + "-" + projection) + numberCard("CRVAL1", raDeg) +
               numberCard("CRVAL2", decDeg) + numberCard("CRPIX1", 75.5) + numberCard("CRPIX2", 75.0) +
               numberCard("CD1_1", -pixelDeg * std::cos(turn)) +
               numberCard("CD1_2", pixelDeg * std::sin(turn)) +
               numberCard("CD2_1", pixelDeg * std::sin(turn)) +
               numberCard("CD2_2", pixelDeg * std::cos(turn)) + extra;
    }
};

Header randomHeader(Random &random)
{
    static const std::vector<std::string> kProjections = {"TAN", "SIN", "ARC", "ZEA", "STG", "CAR", "AIT"};
    Header header;
    header.projection = kProjections[random.below(static_cast<std::uint32_t>(kProjections.size()))];
    const bool isGlobal = header.projection == "CAR" || header.projection == "AIT";
    header.raDeg = random.uniform(0.0, 360.0);
    header.decDeg = isGlobal ? 0.0 : random.uniform(-85.0, 85.0);
    header.pixelDeg = random.uniform(0.0001, 0.01);
    header.turnDeg = random.uniform(0.0, 360.0);
    if (random.below(4) == 0)
    {
        header.longitude = "GLON";
        header.latitude = "GLAT";
    }
    else if (random.below(4) == 0)
        header.extra = textCard("RADESYS", "FK4") + numberCard("EQUINOX", 1950.0);
    return header;
}

/// A TAN header with second-order SIP distortion, forward and reverse.
std::string sipCards()
{
    Header header;
    header.projection = "TAN-SIP";
    header.extra = card("A_ORDER =                    2") + numberCard("A_2_0", 2.0e-5) +
                   numberCard("A_1_1", -1.0e-5) + card("B_ORDER =                    2") +
                   numberCard("B_0_2", 3.0e-5) + numberCard("B_1_1", 1.5e-5);
    return header.cards();
}

void expectSamePlace(const SkyPosition &a, const SkyPosition &b, double toleranceArcsec)
{
    EXPECT_LT(separationDeg(a, b) * 3600.0, toleranceArcsec)
        << decimalDegrees(a) << " / " << decimalDegrees(b);
}

TEST(Wcs, TheReferencePixelIsAtTheReferenceValue)
{
    const auto wcs = Wcs::fromCards(Header{}.cards());
    ASSERT_TRUE(wcs) << wcs.error().message;
    const auto sky = wcs->toSky({.row = 74.0, .column = 74.5});
    ASSERT_TRUE(sky);
    EXPECT_NEAR(sky->raDeg, 180.0, 1e-10);
    EXPECT_NEAR(sky->decDeg, 10.0, 1e-10);
    EXPECT_NEAR(wcs->pixelScaleArcsec(), 1.8, 1e-9);
}

TEST(Wcs, ColumnsRunWestAndRowsNorthOnASkyMap)
{
    const auto wcs = Wcs::fromCards(Header{}.cards());
    ASSERT_TRUE(wcs);
    const auto middle = wcs->toSky({.row = 74.0, .column = 74.5});
    const auto right = wcs->toSky({.row = 74.0, .column = 84.5});
    const auto up = wcs->toSky({.row = 84.0, .column = 74.5});
    EXPECT_LT(right->raDeg, middle->raDeg);
    EXPECT_GT(up->decDeg, middle->decDeg);
}

TEST(Wcs, PixelToSkyAndBackIsTheSamePixel)
{
    test::forAll(200, [](Random &random) {
        const Header header = randomHeader(random);
        const auto wcs = Wcs::fromCards(header.cards());
        ASSERT_TRUE(wcs) << wcs.error().message;
        const PixelPosition pixel = {random.uniform(-50.0, 200.0), random.uniform(-50.0, 200.0)};
        const auto sky = wcs->toSky(pixel);
        ASSERT_TRUE(sky) << header.projection;
        EXPECT_GE(sky->raDeg, 0.0);
        EXPECT_LT(sky->raDeg, 360.0);
        const auto back = wcs->toPixel(*sky);
        ASSERT_TRUE(back) << header.projection;
        EXPECT_NEAR(back->row, pixel.row, 1e-5) << header.projection << " " << header.longitude;
        EXPECT_NEAR(back->column, pixel.column, 1e-5) << header.projection << " " << header.longitude;
    });
}

TEST(Wcs, ResamplingLeavesEveryPixelsPlaceOnTheSky)
{
    test::forAll(200, [](Random &random) {
        const bool isDistorted = random.below(3) == 0;
        const auto wcs = Wcs::fromCards(isDistorted ? sipCards() : randomHeader(random).cards());
        ASSERT_TRUE(wcs) << wcs.error().message;
        const double rowOrigin = random.uniform(-20.0, 40.0);
        const double columnOrigin = random.uniform(-20.0, 40.0);
        const double rowScale = random.uniform(0.3, 4.0);
        const double columnScale = random.uniform(0.3, 4.0);
        const Wcs cutout = wcs->resampled(rowOrigin, columnOrigin, rowScale, columnScale);
        const PixelPosition place = {random.uniform(0.0, 40.0), random.uniform(0.0, 40.0)};
        const auto expected =
            wcs->toSky({rowOrigin + rowScale * place.row, columnOrigin + columnScale * place.column});
        const auto found = cutout.toSky(place);
        ASSERT_TRUE(expected);
        ASSERT_TRUE(found);
        expectSamePlace(*found, *expected, 1e-6);
        EXPECT_NEAR(cutout.pixelScaleArcsec() / wcs->pixelScaleArcsec(), std::sqrt(rowScale * columnScale),
                    1e-9);
    });
}

TEST(Wcs, CardsReadBackAsTheSameWcs)
{
    test::forAll(100, [](Random &random) {
        const auto first = Wcs::fromCards(random.below(3) == 0 ? sipCards() : randomHeader(random).cards());
        ASSERT_TRUE(first);
        const Wcs wcs = first->resampled(random.uniform(-5.0, 5.0), random.uniform(-5.0, 5.0),
                                         random.uniform(0.5, 2.0), random.uniform(0.5, 2.0));
        const std::string cards = wcs.toCards();
        ASSERT_FALSE(cards.empty());
        ASSERT_EQ(cards.size() % 80, 0U);
        const auto again = Wcs::fromCards(cards);
        ASSERT_TRUE(again) << again.error().message << "\n" << cards;
        for (int i = 0; i < 5; ++i)
        {
            const PixelPosition pixel = {random.uniform(0.0, 150.0), random.uniform(0.0, 150.0)};
            const auto a = wcs.toSky(pixel);
            const auto b = again->toSky(pixel);
            ASSERT_TRUE(a && b);
            expectSamePlace(*a, *b, 1e-6);
        }
    });
}

TEST(Wcs, CrotaIsARotation)
{
    const std::string old =
        textCard("CTYPE1", "RA---SIN") + textCard("CTYPE2", "DEC--SIN") + numberCard("CRVAL1", 50.0) +
        numberCard("CRVAL2", 20.0) + numberCard("CRPIX1", 10.0) + numberCard("CRPIX2", 10.0) +
        numberCard("CDELT1", -0.001) + numberCard("CDELT2", 0.001) + numberCard("CROTA2", 90.0);
    const auto wcs = Wcs::fromCards(old);
    ASSERT_TRUE(wcs) << wcs.error().message;
    // AIPS memo 27: y = CDELT1 dx sin(rotation) + CDELT2 dy cos(rotation); a step right goes 0.001 deg south.
    const auto right = wcs->toSky({.row = 9.0, .column = 10.0});
    ASSERT_TRUE(right);
    EXPECT_NEAR(right->decDeg, 20.0 - 0.001, 1e-8);
    EXPECT_NEAR(right->raDeg, 50.0, 1e-6);
    const auto same = wcs->resampled(2.0, 3.0, 2.0, 2.0).toSky({.row = 3.5, .column = 3.5});
    expectSamePlace(*same, *right, 1e-6);
}

TEST(Wcs, DegenerateFrequencyAndStokesAxesAreDropped)
{
    Header header;
    header.extra = textCard("CTYPE3", "FREQ") + numberCard("CRVAL3", 1.4e9) + numberCard("CRPIX3", 1.0) +
                   numberCard("CDELT3", 1e6) + textCard("CTYPE4", "STOKES") + numberCard("CRVAL4", 1.0) +
                   numberCard("CRPIX4", 1.0) + numberCard("CDELT4", 1.0) + numberCard("CD3_3", 1e6) +
                   numberCard("CD4_4", 1.0);
    const auto wcs = Wcs::fromCards(card("NAXIS   =                    4") + header.cards());
    ASSERT_TRUE(wcs) << wcs.error().message;
    const auto sky = wcs->toSky({.row = 74.0, .column = 74.5});
    ASSERT_TRUE(sky);
    EXPECT_NEAR(sky->raDeg, 180.0, 1e-10);
    EXPECT_EQ(wcs->toCards().find("STOKES"), std::string::npos);
}

TEST(Wcs, GalacticAxesGiveIcrs)
{
    Header header;
    header.longitude = "GLON";
    header.latitude = "GLAT";
    header.raDeg = 0.0;
    header.decDeg = 0.0;
    const auto wcs = Wcs::fromCards(header.cards());
    ASSERT_TRUE(wcs) << wcs.error().message;
    const auto centre = wcs->toSky({.row = 74.0, .column = 74.5});
    ASSERT_TRUE(centre);
    expectSamePlace(*centre, {266.40498829, -28.93617776}, 0.03); // astropy 5.2
}

TEST(Wcs, Fk4IsConverted)
{
    Header header;
    header.raDeg = 186.638958;
    header.decDeg = 2.328333;
    header.extra = numberCard("EPOCH", 1950.0);
    const auto wcs = Wcs::fromCards(header.cards());
    ASSERT_TRUE(wcs) << wcs.error().message;
    const auto centre = wcs->toSky({.row = 74.0, .column = 74.5});
    ASSERT_TRUE(centre);
    expectSamePlace(*centre, {187.27832955, 2.05198971}, 0.001); // astropy 5.2, FK4 to FK5
}

TEST(Wcs, NoCelestialAxesIsNotFound)
{
    const auto none = Wcs::fromCards(card("NAXIS   =                    2"));
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, ErrorKind::NotFound);
    const auto empty = Wcs::fromCards("");
    ASSERT_FALSE(empty);
    EXPECT_EQ(empty.error().kind, ErrorKind::NotFound);
    const auto linear =
        Wcs::fromCards(textCard("CTYPE1", "X") + textCard("CTYPE2", "Y") + numberCard("CRVAL1", 1.0));
    ASSERT_FALSE(linear);
    EXPECT_EQ(linear.error().kind, ErrorKind::NotFound);
}

TEST(Wcs, UnusableCardsAreAnErrorWithTheReason)
{
    const auto flat = Wcs::fromCards(textCard("CTYPE1", "RA---TAN") + textCard("CTYPE2", "DEC--TAN") +
                                     numberCard("CDELT1", 0.001) + numberCard("CDELT2", 0.0));
    ASSERT_FALSE(flat);
    EXPECT_EQ(flat.error().kind, ErrorKind::Malformed);
    Header solar;
    solar.longitude = "HPLN";
    solar.latitude = "HPLT";
    const auto sun = Wcs::fromCards(solar.cards());
    ASSERT_FALSE(sun);
    EXPECT_EQ(sun.error().kind, ErrorKind::Unsupported);
    EXPECT_THAT(sun.error().message, HasSubstr("HPLN"));
    Header oldEquinox;
    oldEquinox.extra = numberCard("EQUINOX", 1975.0);
    EXPECT_FALSE(Wcs::fromCards(oldEquinox.cards()));
}

TEST(Wcs, OutsideTheProjectionIsNothing)
{
    const auto wcs = Wcs::fromCards(Header{}.cards());
    ASSERT_TRUE(wcs);
    EXPECT_FALSE(wcs->toPixel({.raDeg = 0.0, .decDeg = -10.0})); // the far side of a tangent plane
    EXPECT_FALSE(wcs->toSky({.row = std::nan(""), .column = 0.0}));
    EXPECT_FALSE(wcs->toPixel({.raDeg = std::nan(""), .decDeg = 0.0}));
    Header sphere;
    sphere.projection = "AIT";
    sphere.decDeg = 0.0;
    sphere.pixelDeg = 1.0;
    const auto map = Wcs::fromCards(sphere.cards());
    ASSERT_TRUE(map);
    EXPECT_FALSE(map->toSky({.row = 74.0, .column = 1000.0}));
}

TEST(Wcs, OneDistortedAxisIsRefused)
{
    const auto one = Wcs::fromCards(textCard("CTYPE1", "RA---TAN-SIP") + numberCard("CRVAL1", 180.0) +
                                    numberCard("A_1_1", -1e-5));
    ASSERT_FALSE(one);
    EXPECT_EQ(one.error().kind, ErrorKind::NotFound);
}

TEST(Wcs, RandomCardsNeverCrash)
{
    test::forAll(300, [](Random &random) {
        std::string cards = random.below(2) == 0 ? sipCards() : randomHeader(random).cards();
        for (std::uint32_t changes = random.below(20); changes > 0; --changes)
            cards[random.below(static_cast<std::uint32_t>(cards.size()))] =
                static_cast<char>(random.below(256));
        const auto wcs = Wcs::fromCards(cards);
        if (!wcs)
            return;
        const auto sky = wcs->toSky({10.0, 10.0});
        if (sky)
            (void)wcs->toPixel(*sky);
        (void)wcs->toCards();
        (void)wcs->pixelScaleArcsec();
    });
}

TEST(Wcs, ThreadsMayShareOneAndParseAtOnce)
{
    const auto shared = Wcs::fromCards(sipCards());
    ASSERT_TRUE(shared);
    const auto expected = shared->toSky({12.0, 34.0});
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 100; ++i)
            {
                const auto own = Wcs::fromCards(sipCards());
                EXPECT_TRUE(own);
                EXPECT_EQ(own->toSky({12.0, 34.0}), expected);
                EXPECT_EQ(shared->toSky({12.0, 34.0}), expected);
            }
        });
}

} // namespace
} // namespace somnium::sky
