// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/gaussian_sky.h"

#include <cmath>
#include <numbers>
#include <numeric>

#include <gtest/gtest.h>

#include "tests/support/property.h"

namespace somnium::simulate
{
namespace
{

double sumOf(const data::Image &image)
{
    return std::accumulate(image.pixels().begin(), image.pixels().end(), 0.0);
}

/// Pixels per beam: what turns a sum of mJy/beam into mJy.
double beamArea(const Observation &observation)
{
    const double fwhm = observation.beamArcsec / observation.pixelArcsec;
    return std::numbers::pi * fwhm * fwhm / (4.0 * std::numbers::ln2);
}

data::Image seen(const GaussianBlob &blob, const Observation &observation)
{
    data::Image image({1, observation.side, observation.side});
    render(std::span(&blob, 1), observation, image);
    return image;
}

TEST(GaussianSky, ConservesFlux)
{
    test::forAll(50, [](Random &random) {
        const Observation observation = {101, 1.8, random.uniform(4.0, 8.0)};
        GaussianBlob blob = {.x = random.uniform(-20.0, 20.0), .y = random.uniform(-20.0, 20.0)};
        blob.flux = random.uniform(1.0, 50.0);
        blob.majorFwhm = random.uniform(0.0, 25.0);
        blob.minorFwhm = blob.majorFwhm * random.uniform();
        blob.angleRad = random.uniform(0.0, 7.0);
        EXPECT_NEAR(sumOf(seen(blob, observation)) / beamArea(observation), blob.flux, 1e-3 * blob.flux);
    });
}

TEST(GaussianSky, AgreesWithTheFormulaPixelByPixel)
{
    // Independent of the recurrence and of the covariances: a turned ellipse whose axes add to the beam's in
    // square.
    test::forAll(30, [](Random &random) {
        const Observation observation = {41, 1.0, 3.0};
        GaussianBlob blob = {.x = random.uniform(-5.0, 5.0), .y = random.uniform(-5.0, 5.0)};
        blob.majorFwhm = random.uniform(2.0, 10.0);
        blob.minorFwhm = random.uniform(0.0, 2.0);
        blob.angleRad = random.uniform(0.0, 7.0);
        const double major = std::hypot(blob.majorFwhm, 3.0);
        const double minor = std::hypot(blob.minorFwhm, 3.0);
        const data::Image image = seen(blob, observation);
        for (std::size_t row = 0; row < 41; ++row)
            for (std::size_t column = 0; column < 41; ++column)
            {
                const double east = 20.0 - static_cast<double>(column) - blob.x;
                const double north = static_cast<double>(row) - 20.0 - blob.y;
                const double along = east * std::cos(blob.angleRad) + north * std::sin(blob.angleRad);
                const double across = north * std::cos(blob.angleRad) - east * std::sin(blob.angleRad);
                const double squares = std::pow(along / major, 2) + std::pow(across / minor, 2);
                const double expected = 9.0 / (major * minor) * std::exp(-4.0 * std::numbers::ln2 * squares);
                ASSERT_NEAR(image.at(row, column), expected, 2e-5) << row << ' ' << column;
            }
    });
}

TEST(GaussianSky, APointSourceHasItsFluxAsPeak)
{
    const data::Image image = seen({.flux = 7.0}, {63, 1.8, 5.4});
    EXPECT_NEAR(image.at(31, 31), 7.0F, 1e-5F);
}

TEST(GaussianSky, NoiseHasTheRmsAskedForAndTheBeamAsAutocorrelation)
{
    const Observation observation = {400, 1.8, 7.2};
    data::Image image({1, 400, 400});
    Random random(9);
    addNoise(0.3, observation, random, image);
    const auto correlation = [&](std::size_t shift) {
        double sum = 0.0;
        for (std::size_t row = 0; row < 400; ++row)
            for (std::size_t column = 0; column + shift < 400; ++column)
                sum += double(image.at(row, column)) * image.at(row, column + shift);
        return sum / static_cast<double>(400 * (400 - shift));
    };
    const double variance = correlation(0);
    EXPECT_NEAR(sumOf(image) / 160000.0, 0.0, 0.01);
    EXPECT_NEAR(std::sqrt(variance), 0.3, 0.01);
    EXPECT_NEAR(correlation(2) / variance, 0.5, 0.03) << "half at half the beam's width";
    EXPECT_NEAR(correlation(10) / variance, 0.0, 0.03);
}

} // namespace
} // namespace somnium::simulate
