// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prepare/spectral_measure.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/prepare/spectral_medium.h"
#include "tests/core/prepare/random_spectra.h"
#include "tests/support/property.h"

namespace somnium::prepare
{
namespace
{

using somnium::test::forAll;
using test::linearGrid;
using test::logGrid;
using ::testing::HasSubstr;

constexpr auto kVacuum = data::WavelengthMedium::Vacuum;

SpectralMeasure published(const std::string &name)
{
    for (const SpectralMeasure &measure : publishedMeasures())
        if (measure.name == name)
            return measure;
    ADD_FAILURE() << "no measure " << name;
    return {};
}

std::vector<float> sampled(const SpectralMeter &meter, const data::SpectralGrid &grid,
                           const std::function<double(double)> &flux)
{
    std::vector<float> values;
    for (const std::size_t pixel : meter.pixels())
        values.push_back(static_cast<float>(flux(grid.at(static_cast<double>(pixel)))));
    return values;
}

double measured(const SpectralMeasure &measure, const data::SpectralGrid &grid,
                const std::function<double(double)> &flux)
{
    const auto meter = SpectralMeter::create(measure, grid, kVacuum);
    EXPECT_TRUE(meter) << meter.error().message;
    return meter ? meter->measure(sampled(*meter, grid, flux)) : std::numeric_limits<double>::quiet_NaN();
}

data::SpectralGrid anyGrid(double first, double last, Random &random)
{
    const std::size_t pixels = 800 + random.below(4000);
    return random.below(2) == 0 ? logGrid(first, last, pixels) : linearGrid(first, last, pixels);
}

// Of a straight continuum nothing is absorbed, whatever its slope and however the pixels lie in the bands.
TEST(SpectralMeasure, AStraightLineHasNoLines)
{
    forAll(60, [](Random &random) {
        const data::SpectralGrid grid = anyGrid(3700.0 + random.uniform(0.0, 3.0), 9000.0, random);
        const double level = std::exp(random.uniform(-20.0, 5.0));
        const double slope = random.uniform(-1.0, 1.0) * level / 3000.0;
        const auto line = [&](double wavelength) { return level + slope * (wavelength - 6350.0); };
        for (const SpectralMeasure &measure : publishedMeasures())
        {
            const auto meter = SpectralMeter::create(measure, grid, kVacuum);
            if (!meter ||
                (measure.kind != MeasureKind::EquivalentWidth && measure.kind != MeasureKind::BandMagnitude))
                continue;
            EXPECT_NEAR(meter->measure(sampled(*meter, grid, line)), 0.0, 2e-5) << measure.name;
        }
    });
}

// Area of a Gaussian line on a straight continuum, well inside its band.
TEST(SpectralMeasure, AGaussianLineHasItsArea)
{
    forAll(60, [](Random &random) {
        const data::SpectralGrid grid = logGrid(4500.0 + random.uniform(0.0, 2.0), 5500.0, 1500);
        const double depth = random.uniform(-0.5, 0.9); // below 0: emission
        const double sigma = random.uniform(1.0, 2.5);
        const double centre = airToVacuum(5176.4) + random.uniform(-2.0, 2.0);
        const double slope = random.uniform(-2e-4, 2e-4);
        const auto flux = [&](double wavelength) {
            const double off = (wavelength - centre) / sigma;
            return (1.0 + slope * (wavelength - centre)) * (1.0 - depth * std::exp(-0.5 * off * off));
        };
        const double area = depth * sigma * std::sqrt(2.0 * std::numbers::pi);
        EXPECT_NEAR(measured(published("EW Mg b"), grid, flux), area, 2e-4 + 1e-3 * std::abs(area));
    });
}

TEST(SpectralMeasure, BandsInAirAreFoundInVacuum)
{
    // A box that fills the band in vacuum; where the bands are taken as they are it is cut.
    const SpectralMeasure line = published("EW Hbeta");
    const data::SpectralGrid grid = linearGrid(4800.0, 4920.0, 12'001);
    const double from = airToVacuum(4847.875);
    const double to = airToVacuum(4876.625);
    const auto flux = [&](double wavelength) { return wavelength > from && wavelength < to ? 0.5 : 1.0; };
    EXPECT_NEAR(measured(line, grid, flux), 0.5 * (to - from), 0.01);
    const auto asIs = SpectralMeter::create(line, grid, data::WavelengthMedium::Unknown);
    ASSERT_TRUE(asIs);
    EXPECT_LT(asIs->measure(sampled(*asIs, grid, flux)), 0.5 * (to - from) - 0.5);
}

TEST(SpectralMeasure, TheCalciumTripletSumsItsLines)
{
    const data::SpectralGrid grid = logGrid(8400.0, 8900.0, 2000);
    const auto flux = [](double wavelength) {
        double value = 2.0 + 1e-4 * (wavelength - 8600.0);
        for (const double air : {8498.0, 8542.1, 8662.1})
            value *= 1.0 - 0.6 * std::exp(-0.5 * std::pow((wavelength - airToVacuum(air)) / 2.0, 2.0));
        return value;
    };
    EXPECT_NEAR(measured(published("EW CaT"), grid, flux),
                3.0 * 0.6 * 2.0 * std::sqrt(2.0 * std::numbers::pi), 0.02);
}

TEST(SpectralMeasure, MeansRatiosAndColoursAreThoseOfTheBands)
{
    const data::SpectralGrid grid = logGrid(4000.0, 6000.0, 3000);
    const auto ramp = [](double wavelength) { return wavelength / 1000.0; };
    const auto value = [&](const char *text) { return measured(*measureFromString(text), grid, ramp); };
    EXPECT_NEAR(value("5150:5200"), 5.175, 1e-5);
    EXPECT_NEAR(value("4400:4600/5400:5600"), 4.5 / 5.5, 1e-6);
    EXPECT_NEAR(value("4400:4600-5400:5600"), -2.5 * std::log10(4.5 / 5.5), 1e-6);
    // Flux per frequency of a spectrum that is flat in it.
    EXPECT_NEAR(measured(published("D4000"), logGrid(3800.0, 4200.0, 900),
                         [](double wavelength) { return 1e7 / (wavelength * wavelength); }),
                1.0, 1e-6);
    // A molecule that takes a fifth of the light.
    EXPECT_NEAR(
        measured(published("TiO1"), logGrid(5700.0, 6200.0, 2000),
                 [](double wavelength) { return wavelength > 5900.0 && wavelength < 6020.0 ? 0.8 : 1.0; }),
        -2.5 * std::log10(0.8), 1e-6);
}

TEST(SpectralMeasure, PixelsWithoutAValueDoNotMoveALine)
{
    forAll(40, [](Random &random) {
        const data::SpectralGrid grid = logGrid(5000.0, 5400.0, 1200);
        const SpectralMeter meter = SpectralMeter::create(published("EW Mg b"), grid, kVacuum).value();
        const double slope = random.uniform(-3e-3, 3e-3);
        std::vector<float> flux =
            sampled(meter, grid, [&](double wavelength) { return 1.0 + slope * (wavelength - 5170.0); });
        std::vector<float> weight(flux.size(), 1.0F);
        for (std::size_t i = 0; i < flux.size(); ++i)
            if (random.below(20) == 0)
            {
                weight[i] = 0.0F;
                flux[i] = 1e6F; // what a cosmic ray leaves
            }
        EXPECT_NEAR(meter.measure(flux, weight), 0.0, 2e-5);
        for (std::size_t i = 0; i < flux.size(); ++i)
            if (weight[i] == 0.0F)
                flux[i] = std::numeric_limits<float>::quiet_NaN();
        EXPECT_NEAR(meter.measure(flux), 0.0, 2e-5);
    });
}

TEST(SpectralMeasure, TooLittleOfABandIsNoMeasure)
{
    const data::SpectralGrid grid = logGrid(5000.0, 5400.0, 1200);
    const SpectralMeasure line = published("EW Mg b");
    const SpectralMeter meter = SpectralMeter::create(line, grid, kVacuum).value();
    const std::vector<float> flux(meter.pixels().size(), 1.0F);
    for (const WavelengthWindow &band : {line.bands[0], line.sides[0], line.sides[1]})
    {
        std::vector<float> weight(flux.size(), 1.0F);
        const double end = band.firstAngstrom + 0.4 * (band.lastAngstrom - band.firstAngstrom);
        for (std::size_t i = 0; i < flux.size(); ++i)
        {
            const double air = vacuumToAir(grid.at(static_cast<double>(meter.pixels()[i])));
            weight[i] = air >= band.firstAngstrom && air <= end ? 0.0F : 1.0F;
        }
        EXPECT_TRUE(std::isnan(meter.measure(flux, weight)));
    }
    EXPECT_EQ(meter.measure(flux), 0.0);
    // A continuum that is not above zero gives no equivalent width; nor does nothing give a colour.
    EXPECT_TRUE(std::isnan(meter.measure(std::vector<float>(flux.size(), 0.0F))));
    EXPECT_TRUE(std::isnan(measured(*measureFromString("5010:5050-5100:5150"), grid,
                                    [](double wavelength) { return wavelength < 5070.0 ? -1.0 : 1.0; })));
}

TEST(SpectralMeasure, BandsBeyondTheGridOrFinerThanItAreRefused)
{
    const auto refusal = [](const SpectralMeasure &measure, const data::SpectralGrid &grid) {
        const auto meter = SpectralMeter::create(measure, grid, kVacuum);
        EXPECT_FALSE(meter);
        EXPECT_EQ(meter ? ErrorKind::Internal : meter.error().kind, ErrorKind::Mismatch);
        return meter ? std::string() : meter.error().message;
    };
    EXPECT_THAT(refusal(published("EW Na D"), logGrid(4000.0, 5900.0, 2000)), HasSubstr("4000 to 5900"));
    EXPECT_THAT(refusal(published("EW Na D"), logGrid(4000.0, 7000.0, 200)), HasSubstr("two pixels"));
    EXPECT_THAT(refusal(published("EW Na D"), {data::SpectralGrid::Scale::Index, 0.0, 1.0, 100}),
                HasSubstr("no wavelengths"));
}

TEST(SpectralMeasure, WhatTheUserWritesIsRead)
{
    EXPECT_EQ(measureFromString("5150:5200")->kind, MeasureKind::Mean);
    EXPECT_EQ(measureFromString("4000:4500 / 5000:5500")->kind, MeasureKind::Ratio);
    EXPECT_EQ(measureFromString("4000:4500-5000:5500")->kind, MeasureKind::Colour);
    const auto line = measureFromString("EW 5160:5192 5142:5161.5 5191:5206");
    ASSERT_TRUE(line);
    EXPECT_EQ(line->kind, MeasureKind::EquivalentWidth);
    EXPECT_EQ(line->bands, (WavelengthWindows{{5160.0, 5192.0}}));
    EXPECT_EQ(line->sides, (WavelengthWindows{{5142.0, 5161.5}, {5191.0, 5206.0}}));
    for (const char *const text :
         {"", "5150", "5150:", "5200:5150", "-1:5", "5150:5200:5300", "a:b", "5150:5200,1", "EW 5160:5192",
          "EW 5160:5192 5142:5161", "1:2/3:4/5:6", "1:2/", "nan:5", "1:inf", "EW", "5150:5200 "})
    {
        const auto read = measureFromString(text);
        if (std::string(text) == "5150:5200 ")
            EXPECT_TRUE(read);
        else
            EXPECT_EQ(read ? ErrorKind::Internal : read.error().kind, ErrorKind::Malformed) << text;
    }
}

TEST(SpectralMeasure, WhatIsOfferedSuitsGridAndRecipe)
{
    const auto has = [](const std::vector<SpectralMeasure> &list, const char *name) {
        return std::ranges::find(list, name, &SpectralMeasure::name) != list.end();
    };
    SpectralRecipe recipe;
    const data::SpectralGrid optical = logGrid(3800.0, 9200.0, 4000);
    const data::SpectralGrid infrared = logGrid(9000.0, 24'000.0, 500);
    EXPECT_TRUE(has(measuresFor(recipe, optical), "EW Mg b"));
    EXPECT_TRUE(has(measuresFor(recipe, optical), "D4000"));
    EXPECT_FALSE(has(measuresFor(recipe, optical), "H2O-H"));
    EXPECT_TRUE(has(measuresFor(recipe, infrared), "H2O-H"));
    EXPECT_FALSE(has(measuresFor(recipe, infrared), "EW Mg b"));
    recipe.continuum.isEnabled = true;
    EXPECT_TRUE(has(measuresFor(recipe, optical), "EW Mg b"));
    EXPECT_FALSE(has(measuresFor(recipe, optical), "D4000"));
    EXPECT_EQ(findMeasure("D4000", recipe, optical).error().kind, ErrorKind::Mismatch);
    recipe.continuum.by = Continuum::By::Subtraction;
    EXPECT_TRUE(measuresFor(recipe, optical).empty());
    EXPECT_TRUE(findMeasure("5150:5200", recipe, optical));
    EXPECT_FALSE(findMeasure("4000:4500-5000:5500", recipe, optical));
}

TEST(SpectralMeasure, IsFoundByItsNameHoweverItIsWritten)
{
    const SpectralRecipe recipe;
    const data::SpectralGrid grid = logGrid(3800.0, 7000.0, 3000);
    for (const char *const text : {"EW Mg b", "ew mgb", "EW_Mg_b", "EWMgb"})
        EXPECT_EQ(findMeasure(text, recipe, grid)->name, "EW Mg b") << text;
    const auto none = findMeasure("EW Xy", recipe, grid);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, ErrorKind::NotFound);
    EXPECT_THAT(none.error().message, HasSubstr("EW Mg b"));
    EXPECT_THAT(findMeasure("EW CaT", recipe, grid).error().message, HasSubstr("3800 to 7000"));
    EXPECT_THAT(findMeasure("7100:7200", recipe, grid).error().message, HasSubstr("7100 to 7200"));
}

// Side bands may touch or overlap the line, but lie on both sides of it; names are once there, and ASCII.
TEST(SpectralMeasure, PublishedDefinitionsAreInOrder)
{
    std::vector<std::string> names;
    for (const SpectralMeasure &measure : publishedMeasures())
    {
        names.push_back(measure.name);
        EXPECT_FALSE(measure.source.empty());
        for (const WavelengthWindows *const windows : {&measure.bands, &measure.sides})
        {
            ASSERT_FALSE(windows->empty()) << measure.name;
            for (const WavelengthWindow &window : *windows)
                EXPECT_LT(window.firstAngstrom, window.lastAngstrom) << measure.name;
        }
        if (measure.kind == MeasureKind::EquivalentWidth || measure.kind == MeasureKind::BandMagnitude)
        {
            EXPECT_LT(measure.sides.front().firstAngstrom, measure.bands.front().firstAngstrom)
                << measure.name;
            EXPECT_GT(measure.sides.back().lastAngstrom, measure.bands.back().lastAngstrom) << measure.name;
        }
        EXPECT_TRUE(
            std::ranges::all_of(measure.name, [](char letter) { return letter > 31 && letter < 127; }));
        EXPECT_THAT(describe(measure), HasSubstr(measure.source));
    }
    std::ranges::sort(names);
    EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

} // namespace
} // namespace somnium::prepare
