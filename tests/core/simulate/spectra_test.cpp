// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/spectra.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "core/base/parallel.h"

namespace somnium::simulate
{
namespace
{

constexpr std::size_t kPixels = 4000;

/// Without noise, of any star on the default grid.
class Noiseless
{
public:
    std::vector<float> operator()(double teffK, double logg = 4.4, double feh = 0.0) const
    {
        StarTruth star;
        star.teffK = teffK;
        star.loggCgs = logg;
        star.feh = feh;
        std::vector<float> flux(kPixels);
        m_simulator.noiseless(star, flux);
        return flux;
    }
    [[nodiscard]] std::size_t pixelAt(double angstrom) const
    {
        return static_cast<std::size_t>(std::lround(m_simulator.grid().pixelOf(angstrom)));
    }
    /// Mean flux between two wavelengths.
    [[nodiscard]] double mean(const std::vector<float> &flux, double low, double high) const
    {
        double sum = 0.0;
        for (std::size_t i = pixelAt(low); i <= pixelAt(high); ++i)
            sum += static_cast<double>(flux[i]);
        return sum / static_cast<double>(pixelAt(high) - pixelAt(low) + 1);
    }
    /// Equivalent width against a line between the means of two side bands, Angstrom.
    [[nodiscard]] double width(const std::vector<float> &flux, double low, double high) const
    {
        const double blue = mean(flux, low - 15.0, low);
        const double red = mean(flux, high, high + 15.0);
        double sum = 0.0;
        for (std::size_t i = pixelAt(low); i <= pixelAt(high); ++i)
        {
            const double at = m_simulator.grid().at(static_cast<double>(i));
            const double continuum = blue + (red - blue) * (at - low) / (high - low);
            sum += (1.0 - static_cast<double>(flux[i]) / continuum) *
                   (m_simulator.grid().at(static_cast<double>(i) + 0.5) -
                    m_simulator.grid().at(static_cast<double>(i) - 0.5));
        }
        return sum;
    }

private:
    SpectraSimulator m_simulator = SpectraSimulator::create({}).value();
};

constexpr double kHBeta = 4862.7;

TEST(Spectra, HotterStarsAreBluer)
{
    const Noiseless star;
    double last = 0.0;
    for (const double teff : {2800.0, 3200.0, 3800.0, 4500.0, 5500.0, 7000.0, 9000.0, 12000.0, 20000.0})
    {
        const std::vector<float> flux = star(teff);
        const double colour = star.mean(flux, 4400.0, 4700.0) / star.mean(flux, 7000.0, 7400.0);
        EXPECT_GT(colour, last) << teff;
        last = colour;
    }
    // Planck's law itself, where there are no lines to speak of.
    const std::vector<float> hot = star(15000.0);
    const auto planck = [](double angstrom) {
        return std::pow(angstrom, -5.0) / std::expm1(1.438776877e8 / (angstrom * 15000.0));
    };
    EXPECT_NEAR(star.mean(hot, 5400.0, 5410.0) / star.mean(hot, 7400.0, 7410.0) /
                    (planck(5405.0) / planck(7405.0)),
                1.0, 0.01);
}

TEST(Spectra, BalmerLinesAreStrongestInStarsOfTypeA)
{
    const Noiseless star;
    double strongest = 0.0;
    double teffOfStrongest = 0.0;
    for (double teff = 4000.0; teff < 25000.0; teff *= 1.05)
    {
        const double width = star.width(star(teff), kHBeta - 60.0, kHBeta + 60.0);
        if (width > strongest)
        {
            strongest = width;
            teffOfStrongest = teff;
        }
    }
    EXPECT_GT(teffOfStrongest, 8000.0);
    EXPECT_LT(teffOfStrongest, 11000.0);
    EXPECT_NEAR(strongest, 16.0, 6.0) << "H beta of Vega: about 16 Angstrom";
}

TEST(Spectra, BalmerLinesOfDwarfsAreBroader)
{
    const Noiseless star;
    for (const double teff : {8000.0, 10000.0, 14000.0})
    {
        double last = 0.0;
        for (const double logg : {2.0, 3.0, 4.0, 4.6})
        {
            // Full width at half of the depth of H beta.
            const std::vector<float> flux = star(teff, logg);
            const double centre = static_cast<double>(flux[star.pixelAt(kHBeta)]);
            const double side = star.mean(flux, kHBeta + 80.0, kHBeta + 90.0);
            std::size_t inside = 0;
            for (std::size_t i = star.pixelAt(kHBeta - 60.0); i < star.pixelAt(kHBeta + 60.0); ++i)
                inside += static_cast<double>(flux[i]) < 0.5 * (centre + side) ? 1U : 0U;
            EXPECT_GT(static_cast<double>(inside), last) << teff << " K, log g " << logg;
            last = static_cast<double>(inside);
        }
    }
}

TEST(Spectra, MetalLinesDeepenWithMetallicity)
{
    const Noiseless star;
    struct Window
    {
        double low;
        double high;
    };
    for (const double teff : {4500.0, 5500.0, 6500.0})
        for (const Window &window :
             {Window{5160.0, 5195.0}, Window{3925.0, 3945.0}, Window{5880.0, 5905.0}, Window{5255.0, 5280.0}})
        {
            double last = -1.0;
            for (const double feh : {-2.0, -1.0, -0.5, 0.0, 0.4})
            {
                const double width = star.width(star(teff, 4.4, feh), window.low, window.high);
                EXPECT_GT(width, last) << teff << " K, [Fe/H] " << feh << ", " << window.low;
                last = width;
            }
        }
}

TEST(Spectra, LinesComeAndGoWithTemperature)
{
    const Noiseless star;
    const auto band = [&](double teff) { // TiO at 7053
        const std::vector<float> flux = star(teff, 4.8);
        return 1.0 - star.mean(flux, 7065.0, 7130.0) / star.mean(flux, 7020.0, 7045.0);
    };
    EXPECT_GT(band(3200.0), 0.3);
    EXPECT_GT(band(3200.0), band(3700.0));
    EXPECT_GT(band(3700.0), band(4100.0) + 0.05);
    EXPECT_LT(band(5000.0), 0.05);
    const auto helium = [&](double teff) { return star.width(star(teff), 4465.0, 4479.0); };
    EXPECT_GT(helium(20000.0), 0.3);
    const auto sodium = [&](double teff) { return star.width(star(teff), 5875.0, 5915.0); };
    EXPECT_GT(sodium(3500.0), sodium(5000.0));
    EXPECT_GT(sodium(5000.0), sodium(7000.0));
    const auto calcium = [&](double teff) { return star.width(star(teff), 3930.0, 3940.0); };
    EXPECT_GT(calcium(5500.0), calcium(7500.0));
    EXPECT_GT(calcium(7500.0), calcium(10000.0));
}

TEST(Spectra, GravityShowsInMagnesiumOfCoolStarsAndCalciumOfGiants)
{
    const Noiseless star;
    const auto magnesium = [&](double logg) { // wings, outside the cores
        return star.width(star(4600.0, logg), 5140.0, 5215.0);
    };
    EXPECT_GT(magnesium(4.6), magnesium(3.0) * 1.02);
    const auto triplet = [&](double logg) { return star.width(star(4600.0, logg), 8535.0, 8555.0); };
    EXPECT_GT(triplet(1.5), triplet(4.5));
}

TEST(Spectra, AreTheSameWhereverAndWheneverTheyAreMade)
{
    SpectraParams params;
    params.pixels = 500;
    params.oddShare = 0.3;
    const SpectraSimulator one = SpectraSimulator::create(params).value();
    params.count = 7; // of no matter
    const SpectraSimulator other = SpectraSimulator::create(params).value();
    constexpr std::size_t kCount = 64;
    std::vector<std::vector<float>> parallel(kCount, std::vector<float>(500));
    parallelFor(kCount, {}, [&](std::size_t block) {
        const std::size_t index = kCount - 1 - block;
        other.simulate(index, parallel[index], {}, {});
    });
    for (std::size_t i = 0; i < kCount; ++i)
    {
        const SimulatedSpectrum spectrum = one.simulate(i);
        EXPECT_EQ(spectrum.spectrum.flux, parallel[i]);
        EXPECT_EQ(spectrum.truth.teffK, other.truth(i).teffK);
        EXPECT_EQ(spectrum.truth.odd, other.truth(i).odd);
        EXPECT_EQ(spectrum.spectrum.name, spectrum.truth.name);
    }
    params.seed = 2;
    const SpectraSimulator another = SpectraSimulator::create(params).value();
    EXPECT_NE(another.simulate(0).spectrum.flux, one.simulate(0).spectrum.flux);
    EXPECT_NE(another.truth(0).massSun, one.truth(0).massSun);
}

TEST(Spectra, NoiseIsAsItsErrorsSay)
{
    SpectraParams params;
    params.oddShare = 0.0;
    params.minSnr = 5.0;
    params.maxSnr = 200.0;
    const SpectraSimulator simulator = SpectraSimulator::create(params).value();
    std::vector<float> clean(kPixels);
    double squares = 0.0;
    double sum = 0.0;
    double count = 0.0;
    double beyondThree = 0.0;
    for (std::size_t index = 0; index < 40; ++index)
    {
        const SimulatedSpectrum one = simulator.simulate(index);
        simulator.noiseless(one.truth, clean);
        std::vector<double> ratios;
        for (std::size_t i = 0; i < kPixels; ++i)
        {
            ASSERT_GT(one.spectrum.error[i], 0.0F);
            ratios.push_back(static_cast<double>(clean[i]) / static_cast<double>(one.spectrum.error[i]));
            if (one.spectrum.mask[i] != 0)
                continue;
            const double deviate = static_cast<double>(one.spectrum.flux[i] - clean[i]) /
                                   static_cast<double>(one.spectrum.error[i]);
            squares += deviate * deviate;
            sum += deviate;
            ++count;
            beyondThree += std::abs(deviate) > 3.0 ? 1.0 : 0.0;
        }
        std::nth_element(ratios.begin(), ratios.begin() + kPixels / 2, ratios.end());
        EXPECT_NEAR(ratios[kPixels / 2] / one.truth.snr, 1.0, 0.03);
        EXPECT_GE(one.truth.snr, 5.0);
        EXPECT_LE(one.truth.snr, 200.0);
    }
    EXPECT_NEAR(sum / count, 0.0, 5.0 / std::sqrt(count));
    EXPECT_NEAR(squares / count, 1.0, 5.0 * std::sqrt(2.0 / count));
    EXPECT_NEAR(beyondThree / count, 0.0027, 0.0027 * 0.3);
}

TEST(Spectra, MasksMarkCosmicRaysSkyLinesAndDeadColumns)
{
    SpectraParams params;
    params.oddShare = 0.0;
    const SpectraSimulator simulator = SpectraSimulator::create(params).value();
    const auto at5577 = static_cast<std::size_t>(std::lround(simulator.grid().pixelOf(5578.89)));
    std::vector<float> clean(kPixels);
    std::size_t rays = 0;
    std::size_t dead = 0;
    for (std::size_t index = 0; index < 30; ++index)
    {
        const SimulatedSpectrum one = simulator.simulate(index);
        simulator.noiseless(one.truth, clean);
        EXPECT_EQ(one.spectrum.mask[at5577], 2);
        for (std::size_t i = 0; i < kPixels; ++i)
        {
            if (one.spectrum.mask[i] == 1)
            {
                ++rays;
                EXPECT_GT(one.spectrum.flux[i], clean[i] + 1.0F);
            }
            if ((one.spectrum.mask[i] & 4) != 0)
            {
                ++dead;
                EXPECT_EQ(one.spectrum.flux[i], 0.0F);
            }
            // What is not masked is nowhere near a hit.
            if (one.spectrum.mask[i] == 0)
            {
                EXPECT_LT(std::abs(one.spectrum.flux[i] - clean[i]), 7.0F * one.spectrum.error[i]);
            }
        }
    }
    EXPECT_NEAR(static_cast<double>(rays), 30.0 * 2.0 * kPixels / 1200.0, 100.0);
    EXPECT_EQ(dead % 30U, 0U) << "columns of the detector are the same in all spectra";
    EXPECT_GT(dead, 0U);
}

TEST(Spectra, SomeAreOdd)
{
    SpectraParams params;
    params.oddShare = 0.2;
    params.minSnr = params.maxSnr = 50.0;
    const SpectraSimulator simulator = SpectraSimulator::create(params).value();
    std::vector<std::size_t> counts(5, 0);
    std::vector<float> clean(kPixels);
    const auto pixelAt = [&](double angstrom) {
        return static_cast<std::size_t>(std::lround(simulator.grid().pixelOf(angstrom)));
    };
    for (std::size_t index = 0; index < 1000; ++index)
    {
        const StarTruth truth = simulator.truth(index);
        ++counts[static_cast<std::size_t>(truth.odd)];
        if (truth.odd == OddSpectrum::None)
            continue;
        const SimulatedSpectrum one = simulator.simulate(index);
        simulator.noiseless(truth, clean);
        // None is the spectrum of its star: mean square deviation in units of the noise, masked pixels apart.
        double chiSquared = 0.0;
        double used = 0.0;
        for (std::size_t i = 0; i < kPixels; ++i)
            if (one.spectrum.mask[i] == 0)
            {
                chiSquared += std::pow(
                    static_cast<double>((one.spectrum.flux[i] - clean[i]) / one.spectrum.error[i]), 2.0);
                ++used;
            }
        EXPECT_GT(chiSquared / used, 1.2) << toString(truth.odd) << ", spectrum " << index;
        const std::vector<float> &flux = one.spectrum.flux;
        if (truth.odd == OddSpectrum::Emission)
        {
            const auto around = flux.begin() + static_cast<std::ptrdiff_t>(pixelAt(6564.6));
            EXPECT_GT(*std::max_element(around - 15, around + 16), clean[pixelAt(6640.0)]);
        }
        if (truth.odd == OddSpectrum::Carbon)
        {
            EXPECT_TRUE(truth.isGiant);
            EXPECT_LT(truth.teffK, 4300.0);
            EXPECT_LT(flux[pixelAt(5160.0)], 0.75F * flux[pixelAt(5200.0)]);
        }
    }
    for (std::size_t odd = 1; odd < 5; ++odd)
        EXPECT_NEAR(static_cast<double>(counts[odd]), 50.0, 30.0) << toString(static_cast<OddSpectrum>(odd));
    EXPECT_NEAR(static_cast<double>(counts[0]), 800.0, 65.0);
    params.oddShare = 0.0;
    const SpectraSimulator plain = SpectraSimulator::create(params).value();
    for (std::size_t index = 0; index < 200; ++index)
        EXPECT_EQ(plain.truth(index).odd, OddSpectrum::None);
}

TEST(Spectra, AreMadeOnOtherGridsToo)
{
    for (const auto &[pixels, first, last] :
         {std::tuple{std::size_t{16}, 3800.0, 9200.0}, std::tuple{std::size_t{1000}, 15000.0, 17000.0},
          std::tuple{std::size_t{3000}, 2500.0, 4000.0}, std::tuple{std::size_t{9001}, 4000.0, 4100.0}})
    {
        SpectraParams params;
        params.pixels = pixels;
        params.firstAngstrom = first;
        params.lastAngstrom = last;
        params.oddShare = 0.5;
        const auto simulator = SpectraSimulator::create(params);
        ASSERT_TRUE(simulator) << simulator.error().message;
        for (std::size_t index = 0; index < 30; ++index)
        {
            const SimulatedSpectrum one = simulator->simulate(index);
            ASSERT_EQ(one.spectrum.size(), pixels);
            EXPECT_EQ(one.spectrum.wavelengthAngstrom.front(), first);
            EXPECT_NEAR(one.spectrum.wavelengthAngstrom.back(), last, 1e-6);
            for (std::size_t i = 0; i < pixels; ++i)
                ASSERT_TRUE(std::isfinite(one.spectrum.flux[i]) && std::isfinite(one.spectrum.error[i]));
        }
    }
}

TEST(Spectra, ParametersOutOfRangeAreNamed)
{
    const auto message = [](const SpectraParams &params) {
        const auto simulator = SpectraSimulator::create(params);
        EXPECT_FALSE(simulator);
        return simulator ? std::string() : simulator.error().message;
    };
    EXPECT_NE(message({.count = 0}).find("1 to 100000000 spectra, found 0"), std::string::npos);
    EXPECT_NE(message({.pixels = 3}).find("16 to 1000000 pixels"), std::string::npos);
    EXPECT_NE(message({.firstAngstrom = 10.0}).find("first wavelength"), std::string::npos);
    EXPECT_NE(message({.firstAngstrom = 5000.0, .lastAngstrom = 4000.0}).find("last wavelength"),
              std::string::npos);
    EXPECT_NE(message({.minSnr = 0.0}).find("lowest signal-to-noise"), std::string::npos);
    EXPECT_NE(message({.minSnr = 20.0, .maxSnr = 10.0}).find("highest signal-to-noise"), std::string::npos);
    EXPECT_NE(message({.oddShare = std::nan("")}).find("share of odd"), std::string::npos);
    EXPECT_NE(message({.rowsPerFile = 0}).find("rows a file"), std::string::npos);
}

} // namespace
} // namespace somnium::simulate
