// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sky/reproject.h"

#include <cmath>
#include <numeric>
#include <string>

#include <gtest/gtest.h>

#include "core/sky/position.h"
#include "tests/support/property.h"
#include "tests/support/wcs_cards.h"

namespace somnium::sky
{
namespace
{

/// A tangential projection, its reference in the middle of the image, turned by an angle.
PixelGrid grid(double raDeg, double decDeg, double scaleArcsec, std::size_t rows, std::size_t columns,
               double turnRad = 0.0)
{
    const double scale = scaleArcsec / 3600.0;
    const std::string cards = test::wcsCard("NAXIS", "2") + test::wcsCard("CTYPE1", "'RA---TAN'") +
                              test::wcsCard("CTYPE2", "'DEC--TAN'") + test::wcsCard("CRVAL1", raDeg) +
                              test::wcsCard("CRVAL2", decDeg) +
                              test::wcsCard("CRPIX1", (static_cast<double>(columns) + 1.0) / 2.0) +
                              test::wcsCard("CRPIX2", (static_cast<double>(rows) + 1.0) / 2.0) +
                              test::wcsCard("CD1_1", -scale * std::cos(turnRad)) +
                              test::wcsCard("CD1_2", scale * std::sin(turnRad)) +
                              test::wcsCard("CD2_1", scale * std::sin(turnRad)) +
                              test::wcsCard("CD2_2", scale * std::cos(turnRad));
    auto wcs = Wcs::fromCards(cards);
    CHECK(wcs.has_value());
    return {std::move(*wcs), rows, columns};
}

/// A Gaussian on the sky, per beam: its value does not depend on the pixels.
data::Image observed(const PixelGrid &where, const SkyPosition &source, double sigmaArcsec)
{
    data::Image image({1, where.rows, where.columns});
    for (std::size_t row = 0; row < where.rows; ++row)
        for (std::size_t column = 0; column < where.columns; ++column)
        {
            const auto sky = where.wcs.toSky({static_cast<double>(row), static_cast<double>(column)});
            const double distance = separationDeg(*sky, source) * 3600.0 / sigmaArcsec;
            image.at(row, column) = static_cast<float>(std::exp(-0.5 * distance * distance));
        }
    return image;
}

double sum(const data::Image &image)
{
    return std::accumulate(image.pixels().begin(), image.pixels().end(), 0.0);
}

TEST(Reprojected, OntoItsOwnGridIsTheSame)
{
    test::forAll(10, [](Random &random) {
        const PixelGrid own = grid(random.uniform(0.0, 360.0), random.uniform(-85.0, 85.0), 1.8,
                                   5 + random.below(20), 5 + random.below(20), random.uniform(0.0, 6.0));
        data::Image image({2, own.rows, own.columns});
        for (float &pixel : image.pixels())
            pixel = static_cast<float>(random.normal());
        for (const PixelValues values : {PixelValues::Brightness, PixelValues::Flux})
        {
            const data::Image result = reprojected(image.view(), own.wcs, own, values);
            for (std::size_t i = 0; i < image.pixels().size(); ++i)
                ASSERT_NEAR(result.pixels()[i], image.pixels()[i], 1e-4);
        }
    });
}

// What was seen by one telescope, on the grid of another, is what that one would have seen.
TEST(Reprojected, SeesASourceWhereItIsOnTheSky)
{
    test::forAll(12, [](Random &random) {
        const double ra = random.uniform(0.0, 360.0);
        const double dec = random.uniform(-80.0, 80.0);
        const SkyPosition source = {ra + random.uniform(-10.0, 10.0) / 3600.0,
                                    dec + random.uniform(-10.0, 10.0) / 3600.0};
        const PixelGrid fine = grid(ra, dec, 1.5, 90, 100, random.uniform(0.0, 6.28));
        const PixelGrid coarse =
            grid(ra + 0.001, dec - 0.001, random.uniform(3.0, 6.0), 41, 45, random.uniform(0.0, 6.28));
        const data::Image fineImage = observed(fine, source, 12.0);
        const data::Image coarseImage = observed(coarse, source, 12.0);
        const data::Image toCoarse = reprojected(fineImage.view(), fine.wcs, coarse, PixelValues::Brightness);
        const data::Image toFine = reprojected(coarseImage.view(), coarse.wcs, fine, PixelValues::Brightness);
        std::size_t compared = 0;
        for (std::size_t i = 0; i < toCoarse.pixels().size(); ++i)
            if (std::isfinite(toCoarse.pixels()[i]))
            {
                EXPECT_NEAR(toCoarse.pixels()[i], coarseImage.pixels()[i], 0.05);
                ++compared;
            }
        EXPECT_GT(compared, 200U);
        for (std::size_t i = 0; i < toFine.pixels().size(); ++i)
            if (std::isfinite(toFine.pixels()[i]))
            {
                // A line between samples 6 arcsec apart cuts up to 6^2 / (4 12^2) off the top.
                EXPECT_NEAR(toFine.pixels()[i], fineImage.pixels()[i], 0.08);
            }
    });
}

TEST(Reprojected, FluxIsConservedAndBrightnessKept)
{
    const SkyPosition source = {150.0, 2.0};
    const PixelGrid fine = grid(150.0, 2.0, 1.0, 200, 200);
    const data::Image image = observed(fine, source, 10.0);
    for (const double scale : {0.7, 2.0, 4.3, 15.0})
    {
        const PixelGrid coarse = rescaled(fine, scale);
        EXPECT_NEAR(coarse.wcs.pixelScaleArcsec(), scale, 1e-9);
        const data::Image flux = reprojected(image.view(), fine.wcs, coarse, PixelValues::Flux);
        EXPECT_NEAR(sum(flux) / sum(image), 1.0, 0.01) << scale;
        const data::Image brightness = reprojected(image.view(), fine.wcs, coarse, PixelValues::Brightness);
        EXPECT_NEAR(sum(brightness) * scale * scale / sum(image), 1.0, 0.01) << scale;
    }
}

TEST(Rescaled, KeepsTheCentreAndTheField)
{
    const PixelGrid own = grid(20.0, -30.0, 1.8, 150, 130, 0.4);
    const PixelGrid other = rescaled(own, 5.4);
    EXPECT_EQ(other.rows, 50U);
    EXPECT_EQ(other.columns, 43U);
    const auto before = own.wcs.toSky({74.5, 64.5});
    const auto after = other.wcs.toSky({24.5, 21.0});
    ASSERT_TRUE(before && after);
    EXPECT_LT(separationDeg(*before, *after) * 3600.0, 0.001);
}

TEST(Reprojected, HasNoValueBeyondTheImageAndAroundGaps)
{
    const PixelGrid own = grid(10.0, 10.0, 2.0, 20, 20);
    data::Image image({1, 20, 20}, 1.0F);
    image.at(10, 10) = std::numeric_limits<float>::quiet_NaN();
    const PixelGrid wide = grid(10.0, 10.0, 2.0, 40, 40);
    const data::Image result = reprojected(image.view(), own.wcs, wide, PixelValues::Brightness);
    std::size_t known = 0;
    for (const float pixel : result.pixels())
        if (std::isfinite(pixel))
        {
            EXPECT_NEAR(pixel, 1.0F, 1e-6);
            ++known;
        }
    EXPECT_EQ(known, 20U * 20U - 1U);
    EXPECT_TRUE(std::isnan(result.at(20, 20)));
    const PixelGrid elsewhere = grid(200.0, -60.0, 2.0, 5, 5);
    const data::Image nothing = reprojected(image.view(), own.wcs, elsewhere, PixelValues::Flux);
    for (const float pixel : nothing.pixels())
        EXPECT_TRUE(std::isnan(pixel));
}

} // namespace
} // namespace somnium::sky
