// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prepare/spectral_recipe.h"

#include <limits>
#include <numeric>

#include <gtest/gtest.h>

#include "core/prepare/spectral_medium.h"
#include "tests/core/prepare/line_spectra.h"
#include "tests/core/prepare/random_spectra.h"
#include "tests/support/property.h"

namespace somnium::prepare
{
namespace
{

using data::SpectralGrid;
using data::Spectrum;
using test::linearGrid;
using test::lineSpectrum;
using test::logGrid;
using test::plainRecipe;
using test::randomSpectrum;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();

/// Where the deepest pixel between two wavelengths is.
double deepest(const data::PreparedSpectrum &prepared, const SpectralGrid &grid, double low, double high)
{
    double at = 0.0;
    float least = kInf;
    for (std::size_t i = 0; i < grid.pixels; ++i)
    {
        const double wavelength = grid.at(static_cast<double>(i));
        if (wavelength >= low && wavelength <= high && prepared.flux[i] < least)
        {
            least = prepared.flux[i];
            at = wavelength;
        }
    }
    return at;
}

TEST(SpectralRecipe, RestFramePutsALineWhereItBelongs)
{
    somnium::test::forAll(20, [](Random &random) {
        const double z = random.uniform(-0.001, 0.2);
        Spectrum spectrum = lineSpectrum(4000.0, 9000.0, {5176.63 * (1.0 + z)});
        spectrum.redshift = z;
        SpectralRecipe recipe = plainRecipe();
        recipe.restFrame.isEnabled = true;
        const SpectralGrid grid = linearGrid(4800.0, 5600.0, 1601);
        SpectrumFacts facts;
        for (const auto from : {RestFrame::From::File, RestFrame::From::Redshift, RestFrame::From::Velocity})
        {
            recipe.restFrame.from = from;
            facts.redshift = from == RestFrame::From::Redshift ? z : std::nan("");
            facts.velocityKms = from == RestFrame::From::Velocity ? z * 299792.458 : std::nan("");
            const auto prepared = apply(recipe, grid, spectrum, facts);
            ASSERT_TRUE(prepared) << prepared.error().message;
            EXPECT_NEAR(deepest(*prepared, grid, 4800.0, 5600.0), 5176.63, 1.0);
            // The flux in a bin of wavelengths stays: its density per Angstrom is 1 + z times what it was.
            EXPECT_NEAR(prepared->flux.front(), 1.0 + z, 1e-5);
        }
        recipe.restFrame.scalesFlux = false;
        const auto unscaled = apply(recipe, grid, spectrum, facts);
        ASSERT_TRUE(unscaled);
        EXPECT_NEAR(unscaled->flux.front(), 1.0, 1e-5);
    });
}

TEST(SpectralRecipe, SaysWhenARedshiftIsMissing)
{
    const Spectrum spectrum = lineSpectrum(4000.0, 9000.0, {5000.0});
    SpectralRecipe recipe = plainRecipe();
    recipe.restFrame.isEnabled = true;
    const auto message = [&](RestFrame::From from, const SpectrumFacts &facts) {
        recipe.restFrame.from = from;
        const auto prepared = apply(recipe, logGrid(4500.0, 6000.0, 100), spectrum, facts);
        EXPECT_FALSE(prepared);
        return prepared ? std::string() : prepared.error().message;
    };
    EXPECT_EQ(message(RestFrame::From::File, {}), "rest frame: expected a redshift in the file, found none");
    EXPECT_EQ(message(RestFrame::From::Velocity, {}),
              "rest frame: expected a velocity in the catalogue, found none");
    EXPECT_EQ(message(RestFrame::From::Redshift, {.redshift = -2.0}),
              "rest frame: expected 1 + redshift above 0, found -1");
}

TEST(SpectralRecipe, AirBecomesVacuumUnlessItIsAlready)
{
    const double line = 6562.79; // in air
    Spectrum spectrum = lineSpectrum(6000.0, 7000.0, {line});
    const SpectralGrid grid = linearGrid(6400.0, 6700.0, 3001);
    SpectralRecipe recipe = plainRecipe();
    const auto centre = [&] {
        const auto prepared = apply(recipe, grid, spectrum, {});
        EXPECT_TRUE(prepared);
        double weights = 0.0;
        double sum = 0.0;
        for (std::size_t i = 0; i < grid.pixels; ++i)
        {
            const double depth = 1.0 - static_cast<double>(prepared->flux[i]);
            weights += depth;
            sum += depth * grid.at(static_cast<double>(i));
        }
        return sum / weights;
    };
    spectrum.medium = data::WavelengthMedium::Vacuum;
    EXPECT_NEAR(centre(), line, 0.02);
    spectrum.medium = data::WavelengthMedium::Air;
    EXPECT_NEAR(centre(), airToVacuum(line), 0.02);
    spectrum.medium = data::WavelengthMedium::Unknown;
    EXPECT_NEAR(centre(), line, 0.02);
    recipe.medium.unknown = ToVacuum::Unknown::Air;
    EXPECT_NEAR(centre(), airToVacuum(line), 0.02);
    recipe.medium.isEnabled = false;
    EXPECT_NEAR(centre(), line, 0.02);
}

TEST(SpectralRecipe, MasksWhatItSaysAndGrows)
{
    Spectrum spectrum = lineSpectrum(5000.0, 7000.0, {});
    spectrum.medium = data::WavelengthMedium::Air;
    spectrum.mask.assign(spectrum.size(), 0);
    spectrum.mask[100] = 4;      // 5100
    spectrum.flux[200] = kNan;   // 5200
    spectrum.error[300] = -1.0F; // 5300
    spectrum.error[301] = 0.0F;
    spectrum.error[302] = kInf;
    spectrum.flux[303] = kInf;
    SpectralRecipe recipe = plainRecipe();
    recipe.medium.isEnabled = false;
    const SpectralGrid grid = linearGrid(5000.0, 7000.0, 2001);
    const auto masked = [&] {
        const auto prepared = apply(recipe, grid, spectrum, {});
        EXPECT_TRUE(prepared) << prepared.error().message;
        std::vector<int> list;
        for (std::size_t i = 0; prepared && i < grid.pixels; ++i)
        {
            EXPECT_TRUE(std::isfinite(prepared->flux[i]));
            EXPECT_TRUE(std::isfinite(prepared->weight[i]));
            if (prepared->weight[i] == 0.0F)
                list.push_back(5000 + static_cast<int>(i));
        }
        return list;
    };
    EXPECT_EQ(masked(), (std::vector<int>{5100, 5200, 5300, 5301, 5302, 5303}));
    recipe.mask.usesFile = false;
    EXPECT_EQ(masked(), (std::vector<int>{5200, 5300, 5301, 5302, 5303}));
    recipe.mask.grow = 1;
    EXPECT_EQ(masked(), (std::vector<int>{5199, 5200, 5201, 5299, 5300, 5301, 5302, 5303, 5304}));
    recipe.mask = {.usesFile = false, .skyLines = false, .own = {{6500.0, 6502.0}, {4000.0, 5001.0}}};
    EXPECT_EQ(masked(), (std::vector<int>{5000, 5001, 5200, 5300, 5301, 5302, 5303, 6500, 6501, 6502}));
    recipe.mask = {.isEnabled = false};
    EXPECT_EQ(masked(), (std::vector<int>{5200, 5300, 5301, 5302, 5303}));
    recipe.mask = {.usesFile = false, .telluric = true};
    const std::vector<int> sky = masked();
    for (const int line : {5577, 5890, 5896, 6300, 6364, 6900})
        EXPECT_TRUE(std::binary_search(sky.begin(), sky.end(), line)) << line;
    EXPECT_EQ(sky.size(), 18U + 19U + 16U + 15U + 81U + 5U);
}

TEST(SpectralRecipe, MovesWindowsInAirToASpectrumInVacuum)
{
    Spectrum spectrum = lineSpectrum(6000.0, 7000.0, {});
    SpectralRecipe recipe = plainRecipe();
    recipe.mask.own = {{6499.5, 6500.5}};
    const SpectralGrid grid = linearGrid(6000.0, 7000.0, 1001);
    const auto prepared = apply(recipe, grid, spectrum, {});
    ASSERT_TRUE(prepared);
    EXPECT_GT(prepared->weight[500], 0.0F);
    EXPECT_EQ(prepared->weight[502], 0.0F); // 6500 in air is 6501.8 in vacuum
}

TEST(SpectralRecipe, RejectsWhatIsTooNoisy)
{
    Random random(2);
    Spectrum spectrum = lineSpectrum(4000.0, 6000.0, {});
    for (float &flux : spectrum.flux)
        flux = static_cast<float>(1.0 + 0.1 * random.normal());
    spectrum.error.assign(spectrum.size(), 0.1F);
    SpectralRecipe recipe = plainRecipe();
    recipe.snr = {.isEnabled = true, .minimum = 9.0};
    const SpectralGrid grid = logGrid(4100.0, 5900.0, 500);
    EXPECT_TRUE(apply(recipe, grid, spectrum, {}));
    recipe.snr.minimum = 20.0;
    const auto rejected = apply(recipe, grid, spectrum, {});
    ASSERT_FALSE(rejected);
    EXPECT_EQ(rejected.error().kind, ErrorKind::Mismatch);
    EXPECT_TRUE(rejected.error().message.starts_with(
        "signal-to-noise: expected a median of at least 20 per pixel, found "))
        << rejected.error().message;
    // Without errors the scatter tells the same to some per cent.
    spectrum.error.clear();
    EXPECT_FALSE(apply(recipe, grid, spectrum, {}));
    recipe.snr.minimum = 9.0;
    EXPECT_TRUE(apply(recipe, grid, spectrum, {}));
    recipe.snr.minimum = 11.5;
    EXPECT_FALSE(apply(recipe, grid, spectrum, {}));
}

TEST(SpectralRecipe, NormalisationsScaleFluxAndWeights)
{
    somnium::test::forAll(20, [](Random &random) {
        const Spectrum spectrum = randomSpectrum(300, 4000.0, 5000.0, random);
        SpectralRecipe recipe = plainRecipe();
        const SpectralGrid grid = logGrid(4100.0, 4900.0, 200);
        const auto raw = apply(recipe, grid, spectrum, {});
        ASSERT_TRUE(raw);
        recipe.normalise.isEnabled = true;
        for (const auto to : {SpectralNormalise::To::Median, SpectralNormalise::To::Mean,
                              SpectralNormalise::To::Maximum, SpectralNormalise::To::Norm})
            for (const double last : {0.0, 4500.0})
            {
                recipe.normalise.to = to;
                recipe.normalise.lastAngstrom = last;
                const auto scaled = apply(recipe, grid, spectrum, {});
                ASSERT_TRUE(scaled);
                std::vector<float> part;
                for (std::size_t i = 0; i < grid.pixels; ++i)
                    if (last == 0.0 || grid.at(static_cast<double>(i)) <= last)
                        part.push_back(scaled->flux[i]);
                std::sort(part.begin(), part.end());
                const auto count = static_cast<double>(part.size());
                const std::size_t half = part.size() / 2;
                double value = 0.0;
                switch (to)
                {
                case SpectralNormalise::To::Median:
                    value =
                        part.size() % 2 == 1
                            ? static_cast<double>(part[half])
                            : 0.5 * (static_cast<double>(part[half - 1]) + static_cast<double>(part[half]));
                    break;
                case SpectralNormalise::To::Mean:
                    value = std::accumulate(part.begin(), part.end(), 0.0) / count;
                    break;
                case SpectralNormalise::To::Maximum: value = static_cast<double>(part.back()); break;
                case SpectralNormalise::To::Norm:
                    value = std::sqrt(std::inner_product(part.begin(), part.end(), part.begin(), 0.0) *
                                      200.0 / count);
                    break;
                }
                EXPECT_NEAR(value, 1.0, 1e-5);
                // Signal-to-noise stays.
                for (std::size_t i = 0; i < grid.pixels; ++i)
                    EXPECT_NEAR(scaled->flux[i] * std::sqrt(scaled->weight[i]),
                                raw->flux[i] * std::sqrt(raw->weight[i]), 1e-3);
            }
    });
}

TEST(SpectralRecipe, GapsAreFilledAsToldAndKeepWeightZero)
{
    Spectrum spectrum;
    for (int i = 0; i < 100; ++i)
    {
        spectrum.wavelengthAngstrom.push_back(5000.0 + i);
        spectrum.flux.push_back(static_cast<float>(i));
    }
    spectrum.mask.assign(100, 0);
    for (const std::size_t i : {0U, 1U, 40U, 41U, 42U, 98U, 99U})
        spectrum.mask[i] = 1;
    SpectralRecipe recipe = plainRecipe();
    const SpectralGrid grid = linearGrid(5000.0, 5099.0, 100);
    const auto line = apply(recipe, grid, spectrum, {}).value();
    ASSERT_EQ(line.weight.size(), 100U);
    for (std::size_t i = 0; i < 100; ++i)
    {
        const std::size_t expected = std::clamp<std::size_t>(i, 2, 97);
        EXPECT_NEAR(line.flux[i], static_cast<float>(expected), 1e-4) << i;
        EXPECT_EQ(line.weight[i], spectrum.mask[i] != 0 ? 0.0F : 1.0F);
    }
    recipe.fill.with = SpectralFill::With::Zero;
    EXPECT_EQ(apply(recipe, grid, spectrum, {}).value().flux[41], 0.0F);
    recipe.fill.with = SpectralFill::With::Mean;
    double sum = 0.0;
    for (std::size_t i = 0; i < 100; ++i)
        sum += spectrum.mask[i] == 0 ? static_cast<double>(i) : 0.0;
    EXPECT_NEAR(apply(recipe, grid, spectrum, {}).value().flux[41], sum / 93.0, 1e-4);
}

TEST(SpectralRecipe, MaskedPixelsNeverLeakThroughAnyStep)
{
    SpectralRecipe recipe;
    recipe.snr = {.isEnabled = true, .minimum = 1.0};
    recipe.continuum.isEnabled = true;
    recipe.mask.grow = 1;
    somnium::test::forAll(20, [&recipe](Random &random) {
        Spectrum spectrum = randomSpectrum(800, 4000.0, 7000.0, random);
        spectrum.mask.assign(800, 0);
        for (std::uint8_t &mask : spectrum.mask)
            mask = random.below(10) == 0 ? 1 : 0;
        Spectrum poisoned = spectrum;
        for (std::size_t i = 0; i < 800; ++i)
            if (spectrum.mask[i] != 0)
            {
                constexpr std::array kPoison = {1e30F, -1e30F, 0.0F};
                poisoned.flux[i] = kPoison.at(random.below(3));
                poisoned.error[i] = random.below(2) == 0 ? 1e-20F : 1e20F;
            }
        const SpectralGrid grid = logGrid(4100.0, 6900.0, 700);
        recipe.continuum.kind =
            random.below(2) == 0 ? Continuum::Kind::Quantile : Continuum::Kind::Polynomial;
        const auto one = apply(recipe, grid, spectrum, {});
        const auto other = apply(recipe, grid, poisoned, {});
        ASSERT_TRUE(one) << one.error().message;
        ASSERT_TRUE(other) << other.error().message;
        EXPECT_EQ(one->flux, other->flux);
        EXPECT_EQ(one->weight, other->weight);
    });
}

TEST(SpectralRecipe, NeverMakesAValueThatIsNotFinite)
{
    somnium::test::forAll(60, [](Random &random) {
        Spectrum spectrum = randomSpectrum(400, 4000.0, 7000.0, random);
        constexpr std::array kOdd = {kNan, kInf, -kInf, 0.0F, -1.0F, 3e38F, -3e38F, 1e-44F};
        for (int i = 0; i < 40; ++i)
        {
            spectrum.flux[random.below(400)] = kOdd.at(random.below(8));
            spectrum.error[random.below(400)] = kOdd.at(random.below(8));
        }
        for (ReadyMadeSpectral &ready : readyMadeSpectralRecipes())
        {
            const bool isIndex = !ready.recipe.grid.isEnabled;
            ready.recipe.restFrame.isEnabled = false;
            ready.recipe.normalise.firstAngstrom = ready.recipe.normalise.lastAngstrom = 0.0;
            const SpectralGrid grid = isIndex ? SpectralGrid{SpectralGrid::Scale::Index, 0.0, 1.0, 400}
                                              : logGrid(4100.0, 6900.0, 300);
            const auto prepared = apply(ready.recipe, grid, spectrum, {});
            if (!prepared)
                continue; // a median below 0 and the like; it says so
            for (std::size_t i = 0; i < grid.pixels; ++i)
            {
                ASSERT_TRUE(std::isfinite(prepared->flux[i]));
                ASSERT_TRUE(std::isfinite(prepared->weight[i]) && prepared->weight[i] >= 0.0F);
            }
        }
    });
}

TEST(SpectralRecipe, SaysWhatIsWrongWithASpectrum)
{
    const SpectralGrid grid = logGrid(4100.0, 6900.0, 300);
    const auto message = [&](const Spectrum &spectrum, const SpectralGrid &onto) {
        const auto prepared = apply(SpectralRecipe{}, onto, spectrum, {});
        EXPECT_FALSE(prepared);
        EXPECT_TRUE(prepared || prepared.error().kind == ErrorKind::Mismatch);
        return prepared ? std::string() : prepared.error().message;
    };
    const Spectrum good = lineSpectrum(4000.0, 7000.0, {});
    EXPECT_EQ(message({}, grid), "spectrum: expected at least one pixel, found none");
    Spectrum bad = good;
    bad.wavelengthAngstrom.pop_back();
    EXPECT_EQ(message(bad, grid), "spectrum: expected 3001 wavelengths for as many fluxes, found 3000");
    bad = good;
    bad.error.pop_back();
    EXPECT_EQ(message(bad, grid), "spectrum: expected 3001 errors for as many fluxes, found 3000");
    bad = good;
    bad.mask.assign(7, 0);
    EXPECT_EQ(message(bad, grid), "spectrum: expected 3001 mask values for as many fluxes, found 7");
    bad = good;
    bad.wavelengthAngstrom[5] = 4004.0;
    EXPECT_EQ(message(bad, grid), "spectrum: expected positive, rising wavelengths, found 4004 Angstrom at "
                                  "pixel 6 after 4004");
    bad.wavelengthAngstrom[5] = std::nan("");
    EXPECT_NE(message(bad, grid).find("found nan Angstrom at pixel 6"), std::string::npos);
    bad = good;
    bad.mask.assign(bad.size(), 1);
    EXPECT_EQ(message(bad, grid), "mask: expected at least one good pixel, found all 3001 masked");
    bad = good;
    std::fill(bad.flux.begin(), bad.flux.end(), kNan);
    EXPECT_EQ(
        message(bad, grid),
        "spectrum: expected at least one pixel with a finite flux and a positive error, found 3001 without");
    bad = good;
    for (float &flux : bad.flux)
        flux = -flux;
    EXPECT_EQ(message(bad, grid), "normalise: expected a positive median, found -1");
    EXPECT_EQ(message(good, linearGrid(8000.0, 9000.0, 100)),
              "grid: expected good pixels between 8000 and 9000 Angstrom, found a spectrum from 4000 to 7000 "
              "Angstrom");
    EXPECT_EQ(message(good, {SpectralGrid::Scale::Log, 4000.0, 1e-4, 0}),
              "grid: expected at least one pixel, found none");
    EXPECT_NE(message(good, {SpectralGrid::Scale::Log, 4000.0, -1e-4, 10}).find("a step of -0.0001"),
              std::string::npos);
    EXPECT_NE(message(good, {SpectralGrid::Scale::Index, 0.0, 1.0, 10}).find("expected wavelengths"),
              std::string::npos);
    Spectrum one;
    one.flux = {1.0F};
    one.wavelengthAngstrom = {5000.0};
    EXPECT_EQ(message(one, grid), "grid: expected at least 2 pixels to resample, found 1");
}

TEST(SpectralRecipe, VectorsWithoutWavelengthsStayAsTheyAre)
{
    Random random(8);
    Spectrum vector;
    for (int i = 0; i < 50; ++i)
        vector.flux.push_back(static_cast<float>(random.normal()));
    const SpectralRecipe recipe = readyMadeSpectralRecipes().back().recipe;
    ASSERT_EQ(recipe.name, "as they are");
    const auto range = rangeOf(recipe, vector, {});
    ASSERT_TRUE(range);
    const std::vector<SpectralRange> ranges = {*range, {0, 0, 0, 20}, *range};
    const auto grid = chooseGrid(recipe.grid, ranges);
    ASSERT_TRUE(grid);
    EXPECT_EQ(*grid, (SpectralGrid{SpectralGrid::Scale::Index, 0.0, 1.0, 50}));
    const auto prepared = apply(recipe, *grid, vector, {});
    ASSERT_TRUE(prepared) << prepared.error().message;
    EXPECT_EQ(prepared->flux, vector.flux);
    EXPECT_TRUE(prepared->weight.empty());
    vector.flux.pop_back();
    const auto shorter = apply(recipe, *grid, vector, {});
    ASSERT_FALSE(shorter);
    EXPECT_EQ(shorter.error().message, "grid: expected 50 values, found 49");
}

TEST(SpectralRecipe, WeightsAreEmptyOnlyWhereAllPixelsAreGoodAndAlike)
{
    Spectrum spectrum = lineSpectrum(4000.0, 7000.0, {});
    spectrum.error.clear();
    const SpectralRecipe recipe = plainRecipe();
    EXPECT_TRUE(apply(recipe, logGrid(4100.0, 6900.0, 300), spectrum, {}).value().weight.empty());
    const auto longer = apply(recipe, logGrid(4100.0, 7900.0, 300), spectrum, {}).value();
    EXPECT_EQ(longer.weight.front(), 1.0F);
    EXPECT_EQ(longer.weight.back(), 0.0F);
}

TEST(SpectralTrace, ShowsEachStepAndEndsAsApplyDoes)
{
    somnium::test::forAll(10, [](Random &random) {
        Spectrum spectrum = randomSpectrum(500, 4000.0, 7000.0, random);
        SpectralRecipe recipe;
        recipe.continuum.isEnabled = true;
        const SpectralGrid grid = logGrid(3900.0, 6900.0, 400);
        const auto effects = trace(recipe, grid, spectrum, {});
        const auto prepared = apply(recipe, grid, spectrum, {});
        ASSERT_TRUE(prepared);
        ASSERT_EQ(effects.size(), 8U);
        const std::vector<SpectralStepInfo> steps = spectralSteps(recipe);
        for (std::size_t i = 0; i < 8; ++i)
        {
            EXPECT_EQ(effects[i].word, steps[i].word);
            EXPECT_EQ(effects[i].isApplied, steps[i].isEnabled);
            EXPECT_EQ(effects[i].fault, "");
            EXPECT_EQ(effects[i].flux.size(), effects[i].wavelengthAngstrom.size());
            EXPECT_EQ(effects[i].error.size(), effects[i].flux.size());
        }
        EXPECT_EQ(effects[4].flux.size(), 500U);
        EXPECT_EQ(effects.back().flux, prepared->flux);
        for (std::size_t i = 0; i < grid.pixels; ++i)
            EXPECT_EQ(std::isnan(effects[6].flux[i]), prepared->weight[i] == 0.0F);
    });
}

TEST(SpectralTrace, SaysWhichStepFailed)
{
    Spectrum spectrum = lineSpectrum(4000.0, 5000.0, {});
    SpectralRecipe recipe;
    recipe.snr = {.isEnabled = true, .minimum = 1e6};
    const auto effects = trace(recipe, logGrid(4100.0, 4900.0, 100), spectrum, {});
    EXPECT_TRUE(effects[0].isApplied);
    EXPECT_NE(effects[1].fault, "");
    EXPECT_FALSE(effects[2].isApplied);
    EXPECT_TRUE(effects[2].flux.empty());
    EXPECT_NE(trace(recipe, logGrid(4100.0, 4900.0, 100), {}, {})[0].fault, "");
}

} // namespace
} // namespace somnium::prepare
