// SPDX-License-Identifier: GPL-3.0-or-later
// One grid for many spectra.
#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

#include "core/prepare/spectral_medium.h"
#include "tests/core/prepare/line_spectra.h"

namespace somnium::prepare
{
namespace
{

using data::SpectralGrid;
using data::Spectrum;
using test::lineSpectrum;
using test::plainRecipe;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

TEST(SpectralGridChoice, TakesWhatMostSpectraReachAndTheirUsualStep)
{
    std::vector<SpectralRange> ranges;
    for (int i = 0; i < 100; ++i)
        ranges.push_back({3800.0 + i, 9200.0 - 2.0 * i, 1e-4 + 1e-7 * i, 3000});
    Regrid step;
    step.coverage = 0.9;
    const auto grid = chooseGrid(step, ranges);
    ASSERT_TRUE(grid) << grid.error().message;
    const auto begun = std::count_if(ranges.begin(), ranges.end(),
                                     [&](const auto &one) { return one.firstAngstrom <= grid->first; });
    EXPECT_EQ(begun, 90);
    const double last = grid->at(static_cast<double>(grid->pixels - 1));
    EXPECT_GE(std::count_if(ranges.begin(), ranges.end(),
                            [last](const auto &one) { return one.lastAngstrom >= last; }),
              90);
    EXPECT_LT(std::count_if(ranges.begin(), ranges.end(),
                            [&](const auto &one) { return one.lastAngstrom >= last * (1.0 + 5e-4); }),
              91);
    EXPECT_NEAR(grid->step, 1.0495e-4, 1e-9);
    step.scale = Regrid::Scale::Linear;
    const auto linear = chooseGrid(step, ranges);
    ASSERT_TRUE(linear);
    EXPECT_NEAR(linear->step, 6500.0 * 1.0495e-4 * std::log(10.0), 0.02);
    // What the recipe says is used.
    step = {.firstAngstrom = 4000.0, .lastAngstrom = 8000.0, .pixels = 1001};
    const auto told = chooseGrid(step, {});
    ASSERT_TRUE(told);
    EXPECT_EQ(told->first, 4000.0);
    EXPECT_NEAR(told->at(1000.0), 8000.0, 1e-9);
    step = {.scale = Regrid::Scale::Linear, .firstAngstrom = 4000.0, .lastAngstrom = 8000.0, .step = 2.0};
    EXPECT_EQ(chooseGrid(step, {}).value(), (SpectralGrid{SpectralGrid::Scale::Linear, 4000.0, 2.0, 2001}));
}

TEST(SpectralGridChoice, IsNotSpoiltByAFewSpectraOfAnotherArm)
{
    std::vector<SpectralRange> ranges(14, {3800.0, 7200.0, 1e-4, 2775});
    ranges.resize(17, {7190.0, 10400.0, 1e-4, 1600}); // 3 of 17 are more than a tenth
    const auto grid = chooseGrid(Regrid{.coverage = 0.9}, ranges);
    ASSERT_TRUE(grid) << grid.error().message;
    EXPECT_EQ(grid->first, 3800.0);
    EXPECT_NEAR(grid->at(static_cast<double>(grid->pixels - 1)), 7200.0, 2.0);
    // Who asks for all of them gets what all of them share.
    const auto all = chooseGrid(Regrid{.coverage = 1.0}, ranges);
    ASSERT_TRUE(all);
    EXPECT_EQ(all->first, 7190.0);
}

TEST(SpectralGridChoice, SaysWhyThereIsNone)
{
    const std::vector<SpectralRange> apart = {{3800.0, 4500.0, 1e-4, 100}, {5000.0, 9000.0, 1e-4, 100}};
    const auto none = chooseGrid(Regrid{.coverage = 1.0}, apart);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().message,
              "grid: expected wavelengths that 100 % of the spectra share, found that so "
              "many begin below 5000 but end above 4500 Angstrom only");
    EXPECT_FALSE(chooseGrid(Regrid{}, {}));
    EXPECT_FALSE(chooseGrid(Regrid{.isEnabled = false}, {}));
    const auto fine = chooseGrid(Regrid{.firstAngstrom = 4000.0, .lastAngstrom = 5000.0, .step = 1e-12}, {});
    ASSERT_FALSE(fine);
    EXPECT_NE(fine.error().message.find("pixels from 4000 to 5000 Angstrom"), std::string::npos);
}

TEST(SpectralGridChoice, RangesAreThoseAfterMaskVacuumAndRest)
{
    Spectrum spectrum = lineSpectrum(4000.0, 6000.0, {});
    spectrum.flux[0] = kNan;
    spectrum.medium = data::WavelengthMedium::Air;
    SpectralRecipe recipe = plainRecipe();
    recipe.restFrame = {.isEnabled = true, .from = RestFrame::From::Redshift};
    const auto range = rangeOf(recipe, spectrum, {.redshift = 0.1});
    ASSERT_TRUE(range);
    EXPECT_NEAR(range->firstAngstrom, airToVacuum(4001.0) / 1.1, 1e-9);
    EXPECT_NEAR(range->lastAngstrom, airToVacuum(6000.0) / 1.1, 1e-9);
    EXPECT_NEAR(range->logStep, std::log10(5001.0 / 5000.0), 1e-7);
    EXPECT_FALSE(rangeOf(recipe, spectrum, {}));
}

} // namespace
} // namespace somnium::prepare
