// SPDX-License-Identifier: GPL-3.0-or-later
#include <numeric>

#include <gtest/gtest.h>

#include "core/prepare/spectral_steps.h"
#include "tests/core/prepare/random_spectra.h"
#include "tests/support/property.h"

namespace somnium::prepare
{
namespace
{

using data::SpectralGrid;
using test::linearGrid;
using test::logGrid;
using test::randomSpectrum;
using test::widthOf;

WorkingSpectrum working(const data::Spectrum &spectrum)
{
    auto result = workOn(spectrum, true);
    EXPECT_TRUE(result) << result.error().message;
    return *result;
}

/// Ends of pixels of an even sampling: half-way, and as far out at both ends.
std::vector<double> naiveEdges(const std::vector<double> &centres, bool isLog)
{
    std::vector<double> places(centres.size());
    std::transform(centres.begin(), centres.end(), places.begin(),
                   [isLog](double one) { return isLog ? std::log(one) : one; });
    std::vector<double> edges;
    edges.push_back(places[0] - 0.5 * (places[1] - places[0]));
    for (std::size_t i = 0; i + 1 < places.size(); ++i)
        edges.push_back(0.5 * (places[i] + places[i + 1]));
    edges.push_back(places.back() + 0.5 * (places.back() - places[places.size() - 2]));
    if (isLog)
        for (double &edge : edges)
            edge = std::exp(edge);
    return edges;
}

TEST(SpectralResample, IsTheMeanOverThePixelsThatOverlapAsANaiveSumHasIt)
{
    somnium::test::forAll(40, [](Random &random) {
        const bool isLog = random.below(2) == 0;
        const std::size_t pixels = 20 + random.below(200);
        const SpectralGrid own = isLog ? logGrid(4000.0, 5000.0, pixels) : linearGrid(4000.0, 5000.0, pixels);
        data::Spectrum spectrum = randomSpectrum(pixels, 4000.0, 5000.0, random);
        for (std::size_t i = 0; i < pixels; ++i)
            spectrum.wavelengthAngstrom[i] = own.at(static_cast<double>(i));
        WorkingSpectrum from = working(spectrum);
        for (std::uint8_t &good : from.good)
            good = random.below(10) == 0 ? 0 : 1;
        const SpectralGrid grid = random.below(2) == 0 ? logGrid(3900.0, 5100.0, 10 + random.below(400))
                                                       : linearGrid(3900.0, 5100.0, 10 + random.below(400));
        const WorkingSpectrum to = resampled(from, grid);
        const std::vector<double> edges = naiveEdges(from.wavelength, isLog);
        for (std::size_t j = 0; j < grid.pixels; ++j)
        {
            const double low = grid.at(static_cast<double>(j) - 0.5);
            const double high = grid.at(static_cast<double>(j) + 0.5);
            double overlap = 0.0;
            double flux = 0.0;
            double variance = 0.0;
            for (std::size_t i = 0; i < pixels; ++i)
            {
                const double shared = std::min(high, edges[i + 1]) - std::max(low, edges[i]);
                if (shared <= 0.0 || from.good[i] == 0)
                    continue;
                overlap += shared;
                flux += shared * from.flux[i];
                variance += shared * shared * from.variance[i];
            }
            if (std::abs(overlap / (high - low) - 0.5) < 1e-6)
                continue; // either is right
            ASSERT_EQ(to.good[j] != 0, overlap > 0.5 * (high - low)) << "pixel " << j;
            if (to.good[j] == 0)
                continue;
            EXPECT_NEAR(to.flux[j], flux / overlap, 1e-6);
            EXPECT_NEAR(to.variance[j] / (variance / overlap / overlap), 1.0, 1e-5);
            EXPECT_NEAR(to.wavelength[j] / grid.at(static_cast<double>(j)), 1.0, 1e-12);
        }
    });
}

TEST(SpectralResample, ConservesTheFluxOnAnyGrid)
{
    somnium::test::forAll(60, [](Random &random) {
        const std::size_t pixels = 30 + random.below(600);
        const data::Spectrum spectrum = randomSpectrum(pixels, 4000.0, 7000.0, random);
        const WorkingSpectrum from = working(spectrum);
        // A grid that reaches beyond both ends, so far that no part of the flux can be missed.
        const std::size_t many = 40 + random.below(900);
        const SpectralGrid grid =
            random.below(2) == 0 ? logGrid(3800.0, 7300.0, many) : linearGrid(3800.0, 7300.0, many);
        const WorkingSpectrum to = resampled(from, grid);
        // Within whole pixels of the grid that are covered entirely, what goes in comes out.
        const SpectralGrid fine = linearGrid(4050.0, 6950.0, 29001);
        const WorkingSpectrum exact = resampled(from, fine);
        const auto cumulative = [](const WorkingSpectrum &s, const SpectralGrid &g, double low, double high) {
            double sum = 0.0;
            for (std::size_t i = 0; i < g.pixels; ++i)
            {
                const auto place = static_cast<double>(i);
                const double shared = std::min(high, g.at(place + 0.5)) - std::max(low, g.at(place - 0.5));
                if (shared > 0.0 && s.good[i] != 0)
                    sum += shared * s.flux[i];
            }
            return sum;
        };
        const auto first = static_cast<std::size_t>(std::ceil(grid.pixelOf(4200.0)));
        const auto last = static_cast<std::size_t>(std::floor(grid.pixelOf(6800.0)));
        const double low = grid.at(static_cast<double>(first) - 0.5);
        const double high = grid.at(static_cast<double>(last) + 0.5);
        // Pixels of `from` cut at low and high: by its own ends, through a grid of 0.1 Angstrom made of them.
        EXPECT_NEAR(cumulative(to, grid, low, high) / cumulative(exact, fine, low, high), 1.0, 2e-5);
    });
}

TEST(SpectralResample, ConservesAllTheFluxToAMillionthWhereTheGridHoldsTheSpectrum)
{
    somnium::test::forAll(60, [](Random &random) {
        const std::size_t pixels = 200 + random.below(400);
        const SpectralGrid own = linearGrid(5000.0, 6000.0, pixels);
        data::Spectrum spectrum = randomSpectrum(pixels, 5000.0, 6000.0, random);
        for (std::size_t i = 0; i < pixels; ++i)
            spectrum.wavelengthAngstrom[i] = own.at(static_cast<double>(i));
        // Dark at both ends, where pixels of the grid may be covered in part only.
        for (std::size_t i = 0; i < pixels; ++i)
            if (i < 30 || i + 30 >= pixels)
                spectrum.flux[i] = 0.0F;
        const WorkingSpectrum from = working(spectrum);
        const std::size_t many = 120 + random.below(900);
        const SpectralGrid grid =
            random.below(2) == 0 ? logGrid(4990.0, 6010.0, many) : linearGrid(4990.0, 6010.0, many);
        const WorkingSpectrum to = resampled(from, grid);
        double before = 0.0;
        for (std::size_t i = 0; i < pixels; ++i)
            before += from.flux[i] * widthOf(own, i);
        double after = 0.0;
        for (std::size_t i = 0; i < grid.pixels; ++i)
            after += to.good[i] != 0 ? to.flux[i] * widthOf(grid, i) : 0.0;
        EXPECT_NEAR(after / before, 1.0, 1e-6);
    });
}

TEST(SpectralResample, OntoItsOwnGridIsTheIdentity)
{
    somnium::test::forAll(30, [](Random &random) {
        const std::size_t pixels = 2 + random.below(5000);
        const double first = random.uniform(900.0, 20000.0);
        const double last = first * random.uniform(1.05, 4.0);
        const SpectralGrid grid =
            random.below(2) == 0 ? logGrid(first, last, pixels) : linearGrid(first, last, pixels);
        data::Spectrum spectrum = randomSpectrum(pixels, first, last, random);
        for (std::size_t i = 0; i < pixels; ++i)
            spectrum.wavelengthAngstrom[i] = grid.at(static_cast<double>(i));
        WorkingSpectrum from = working(spectrum);
        for (std::size_t i = 1; i < pixels; ++i)
            from.good[i] = random.below(8) == 0 ? 0 : 1;
        const WorkingSpectrum to = resampled(from, grid);
        ASSERT_EQ(to.good, from.good);
        for (std::size_t i = 0; i < pixels; ++i)
        {
            if (to.good[i] == 0)
                continue;
            ASSERT_NEAR(to.flux[i], from.flux[i], 1e-6) << "pixel " << i << " of " << pixels;
            ASSERT_NEAR(to.variance[i] / from.variance[i], 1.0, 1e-6);
        }
    });
}

TEST(SpectralResample, KeepsAConstantAndNeverLeavesTheRangeOfTheValues)
{
    somnium::test::forAll(40, [](Random &random) {
        const std::size_t pixels = 2 + random.below(500);
        data::Spectrum spectrum = randomSpectrum(pixels, 4000.0, 7000.0, random);
        const WorkingSpectrum from = working(spectrum);
        const auto [least, most] = std::minmax_element(from.flux.begin(), from.flux.end());
        const SpectralGrid grid = logGrid(3500.0, 8000.0, 2 + random.below(2000));
        const WorkingSpectrum to = resampled(from, grid);
        WorkingSpectrum flat = from;
        std::fill(flat.flux.begin(), flat.flux.end(), 3.25);
        const WorkingSpectrum flatTo = resampled(flat, grid);
        for (std::size_t i = 0; i < grid.pixels; ++i)
        {
            if (to.good[i] == 0)
                continue;
            EXPECT_GE(to.flux[i], *least - 1e-9);
            EXPECT_LE(to.flux[i], *most + 1e-9);
            EXPECT_NEAR(flatTo.flux[i], 3.25, 1e-12);
        }
    });
}

TEST(SpectralResample, GivesTheErrorsThatManyNoisySpectraScatterBy)
{
    Random random(5);
    data::Spectrum spectrum = randomSpectrum(60, 5000.0, 5300.0, random);
    const WorkingSpectrum from = working(spectrum);
    for (const SpectralGrid &grid : {logGrid(5010.0, 5290.0, 25), linearGrid(5010.0, 5290.0, 140)})
    {
        const WorkingSpectrum expected = resampled(from, grid);
        constexpr std::size_t kTrials = 4000;
        std::vector<double> squares(grid.pixels, 0.0);
        for (std::size_t trial = 0; trial < kTrials; ++trial)
        {
            WorkingSpectrum noisy = from;
            for (std::size_t i = 0; i < noisy.size(); ++i)
                noisy.flux[i] += std::sqrt(noisy.variance[i]) * random.normal();
            const WorkingSpectrum to = resampled(noisy, grid);
            for (std::size_t j = 0; j < grid.pixels; ++j)
                squares[j] += (to.flux[j] - expected.flux[j]) * (to.flux[j] - expected.flux[j]);
        }
        // The variance of n normal deviates is known to sqrt(2 / n): 2.2 %; five of those.
        for (std::size_t j = 0; j < grid.pixels; ++j)
            EXPECT_NEAR(squares[j] / kTrials / expected.variance[j], 1.0, 0.112) << "pixel " << j;
    }
}

TEST(SpectralResample, MaskedPixelsNeverLeak)
{
    somnium::test::forAll(40, [](Random &random) {
        data::Spectrum spectrum = randomSpectrum(300, 4000.0, 5000.0, random);
        WorkingSpectrum from = working(spectrum);
        for (std::size_t i = 0; i < from.size(); ++i)
            from.good[i] = random.below(4) == 0 ? 0 : 1;
        WorkingSpectrum poisoned = from;
        for (std::size_t i = 0; i < from.size(); ++i)
            if (from.good[i] == 0)
            {
                poisoned.flux[i] = random.below(2) == 0 ? 1e30 : std::nan("");
                poisoned.variance[i] = std::nan("");
            }
        const SpectralGrid grid = logGrid(3950.0, 5050.0, 50 + random.below(1000));
        const WorkingSpectrum one = resampled(from, grid);
        const WorkingSpectrum other = resampled(poisoned, grid);
        EXPECT_EQ(one.good, other.good);
        EXPECT_EQ(one.flux, other.flux);
        EXPECT_EQ(one.variance, other.variance);
    });
}

TEST(SpectralResample, DoesNotStretchPixelsOverAGap)
{
    data::Spectrum spectrum;
    for (double wavelength = 4000.0; wavelength < 6000.0; wavelength += 2.0)
        if (wavelength < 4500.0 || wavelength >= 5000.0)
            if (std::abs(wavelength - 5500.0) > 30.0 || wavelength == 5500.0) // one that stands alone
            {
                spectrum.wavelengthAngstrom.push_back(wavelength);
                spectrum.flux.push_back(1.0F);
            }
    const SpectralGrid grid = linearGrid(4000.0, 5990.0, 996); // 2 Angstrom, on the pixels
    const WorkingSpectrum to = resampled(working(spectrum), grid);
    for (std::size_t i = 0; i < grid.pixels; ++i)
    {
        const double at = grid.at(static_cast<double>(i));
        const bool isThere =
            std::any_of(spectrum.wavelengthAngstrom.begin(), spectrum.wavelengthAngstrom.end(),
                        [at](double one) { return std::abs(one - at) < 0.5; });
        EXPECT_EQ(to.good[i] != 0, isThere) << at;
    }
}

TEST(SpectralResample, FollowsASamplingThatChangesFromArmToArm)
{
    data::Spectrum spectrum; // 0.5 Angstrom a pixel in the blue, 3 in the red
    for (double wavelength = 4000.0; wavelength < 8000.0; wavelength += wavelength < 6000.0 ? 0.5 : 3.0)
    {
        spectrum.wavelengthAngstrom.push_back(wavelength);
        spectrum.flux.push_back(1.0F);
    }
    const WorkingSpectrum to = resampled(working(spectrum), logGrid(4010.0, 7990.0, 4000));
    EXPECT_EQ(to.goodCount(), 4000U);
}

} // namespace
} // namespace somnium::prepare
