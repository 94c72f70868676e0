// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "core/prepare/spectral_steps.h"
#include "tests/core/prepare/random_spectra.h"
#include "tests/support/property.h"

namespace somnium::prepare
{
namespace
{

/// A polynomial of degree 3 that stays above 0.3, on 4000-7000 Angstrom.
WorkingSpectrum smoothSpectrum(Random &random, std::size_t pixels = 1500)
{
    data::Spectrum spectrum;
    const double a = random.uniform(-0.3, 0.3);
    const double b = random.uniform(-0.2, 0.2);
    const double c = random.uniform(-0.2, 0.2);
    for (std::size_t i = 0; i < pixels; ++i)
    {
        const double x = 2.0 * static_cast<double>(i) / static_cast<double>(pixels - 1) - 1.0;
        spectrum.wavelengthAngstrom.push_back(5500.0 + 1500.0 * x);
        spectrum.flux.push_back(static_cast<float>(1.0 + a * x + b * x * x + c * x * x * x));
        spectrum.error.push_back(0.01F);
    }
    return workOn(spectrum, true).value();
}

TEST(SpectralContinuum, OfASmoothPolynomialLeavesOne)
{
    somnium::test::forAll(20, [](Random &random) {
        WorkingSpectrum spectrum = smoothSpectrum(random);
        WorkingSpectrum other = spectrum;
        Continuum polynomial{.isEnabled = true, .kind = Continuum::Kind::Polynomial, .degree = 3};
        ASSERT_TRUE(applyStep(polynomial, spectrum));
        Continuum quantile{.isEnabled = true, .window = 200.0, .quantile = 0.5};
        ASSERT_TRUE(applyStep(quantile, other));
        for (std::size_t i = 0; i < spectrum.size(); ++i)
        {
            EXPECT_NEAR(spectrum.flux[i], 1.0, 1e-6);
            EXPECT_NEAR(other.flux[i], 1.0, 0.02);
        }
    });
}

TEST(SpectralContinuum, IsNotPulledByLines)
{
    somnium::test::forAll(20, [](Random &random) {
        const WorkingSpectrum smooth = smoothSpectrum(random);
        WorkingSpectrum lines = smooth;
        for (int line = 0; line < 12; ++line)
        {
            const double centre = random.uniform(4100.0, 6900.0);
            const double depth = line % 4 == 0 ? -1.5 : random.uniform(0.3, 0.9); // some in emission
            for (std::size_t i = 0; i < lines.size(); ++i)
                lines.flux[i] *=
                    1.0 - depth * std::exp(-0.5 * std::pow((lines.wavelength[i] - centre) / 6.0, 2));
        }
        for (double &flux : lines.flux)
            flux += 0.003 * random.normal();
        Continuum step{.isEnabled = true, .kind = Continuum::Kind::Polynomial, .degree = 3, .lowSigma = 2.5};
        step.rounds = 20;
        const auto fitted = continuumOf(step, lines);
        ASSERT_TRUE(fitted);
        const auto running = continuumOf(Continuum{.isEnabled = true, .quantile = 0.6}, lines);
        ASSERT_TRUE(running);
        for (std::size_t i = 0; i < lines.size(); ++i)
        {
            EXPECT_NEAR((*fitted)[i] / smooth.flux[i], 1.0, 0.02) << i;
            EXPECT_NEAR((*running)[i] / smooth.flux[i], 1.0, 0.15) << i;
        }
    });
}

TEST(SpectralContinuum, RunningQuantileIsThatOfTheSortedWindow)
{
    somnium::test::forAll(30, [](Random &random) {
        data::Spectrum original = test::randomSpectrum(3 + random.below(300), 4000.0, 5000.0, random);
        WorkingSpectrum spectrum = workOn(original, true).value();
        for (std::size_t i = 1; i < spectrum.size(); ++i)
            spectrum.good[i] = random.below(5) == 0 ? 0 : 1;
        // So narrow a running mean that it holds one pixel: the quantile of the three nearest is left.
        const Continuum step{
            .isEnabled = true, .window = random.uniform(20.0, 3000.0), .quantile = random.uniform()};
        const auto found = continuumOf(step, spectrum);
        ASSERT_TRUE(found);
        std::vector<double> places;
        std::vector<double> fluxes;
        std::vector<std::size_t> index;
        for (std::size_t i = 0; i < spectrum.size(); ++i)
            if (spectrum.good[i] != 0)
            {
                places.push_back(spectrum.wavelength[i]);
                fluxes.push_back(spectrum.flux[i]);
                index.push_back(i);
            }
        std::vector<double> quantiles;
        for (const double place : places)
        {
            const double room = std::min(place - places.front(), places.back() - place);
            const double half = std::clamp(room, step.window / 8.0, step.window / 2.0);
            std::vector<double> window;
            for (std::size_t j = 0; j < places.size(); ++j)
                if (places[j] >= place - half && places[j] <= place + half)
                    window.push_back(fluxes[j]);
            std::sort(window.begin(), window.end());
            const double at = step.quantile * static_cast<double>(window.size() - 1);
            const auto below = static_cast<std::size_t>(at);
            const std::size_t above = std::min(below + 1, window.size() - 1);
            quantiles.push_back(window[below] + (at - std::floor(at)) * (window[above] - window[below]));
        }
        for (std::size_t k = 0; k < places.size(); ++k)
        {
            const double half =
                std::min({step.window / 4.0, places[k] - places.front(), places.back() - places[k]});
            double sum = 0.0;
            double count = 0.0;
            for (std::size_t j = 0; j < places.size(); ++j)
                if (places[j] >= places[k] - half && places[j] <= places[k] + half)
                {
                    sum += quantiles[j];
                    ++count;
                }
            EXPECT_NEAR((*found)[index[k]], sum / count, 1e-9);
        }
    });
}

TEST(SpectralContinuum, ErrorsFollowADivisionAndStayInASubtraction)
{
    Random random(4);
    const WorkingSpectrum before = smoothSpectrum(random);
    Continuum step{.isEnabled = true, .kind = Continuum::Kind::Polynomial, .degree = 3};
    const auto level = continuumOf(step, before).value();
    WorkingSpectrum divided = before;
    ASSERT_TRUE(applyStep(step, divided));
    step.by = Continuum::By::Subtraction;
    WorkingSpectrum subtracted = before;
    ASSERT_TRUE(applyStep(step, subtracted));
    for (std::size_t i = 0; i < before.size(); ++i)
    {
        EXPECT_NEAR(divided.variance[i], before.variance[i] / level[i] / level[i], 1e-12);
        EXPECT_EQ(subtracted.variance[i], before.variance[i]);
        EXPECT_NEAR(subtracted.flux[i], 0.0, 1e-6);
    }
}

TEST(SpectralContinuum, DoesNotDependOnTheUnitOfTheFlux)
{
    Random random(9);
    const WorkingSpectrum spectrum = smoothSpectrum(random);
    WorkingSpectrum tiny = spectrum;
    for (double &flux : tiny.flux)
        flux *= 1e-17;
    for (double &variance : tiny.variance)
        variance *= 1e-34;
    for (const auto kind : {Continuum::Kind::Quantile, Continuum::Kind::Polynomial})
    {
        const Continuum step{.isEnabled = true, .kind = kind};
        const auto one = continuumOf(step, spectrum).value();
        const auto other = continuumOf(step, tiny).value();
        for (std::size_t i = 0; i < one.size(); ++i)
            EXPECT_NEAR(other[i] * 1e17 / one[i], 1.0, 1e-9);
    }
}

TEST(SpectralContinuum, SaysWhenThereIsTooLittleToFit)
{
    data::Spectrum spectrum;
    for (int i = 0; i < 4; ++i)
    {
        spectrum.wavelengthAngstrom.push_back(5000.0 + i);
        spectrum.flux.push_back(1.0F);
    }
    const WorkingSpectrum four = workOn(spectrum, true).value();
    const auto fitted = continuumOf(Continuum{.kind = Continuum::Kind::Polynomial, .degree = 5}, four);
    ASSERT_FALSE(fitted);
    EXPECT_NE(fitted.error().message.find("expected at least 6 pixels"), std::string::npos)
        << fitted.error().message;
    EXPECT_NE(fitted.error().message.find("found 4"), std::string::npos);

    for (float &flux : spectrum.flux)
        flux = -1.0F;
    WorkingSpectrum negative = workOn(spectrum, true).value();
    const auto divided = applyStep(Continuum{}, negative);
    ASSERT_FALSE(divided);
    EXPECT_NE(divided.error().message.find("positive continuum"), std::string::npos);
}

} // namespace
} // namespace somnium::prepare
