// SPDX-License-Identifier: GPL-3.0-or-later
// The spectral recipes that come with the program, and recipes in words.
#include <array>

#include "core/prepare/spectral_recipe.h"
#include "core/prepare/spectral_steps.h"

namespace somnium::prepare
{

namespace
{

SpectralRecipe starsRecipe()
{
    SpectralRecipe recipe;
    recipe.name = "stars";
    recipe.medium.unknown = ToVacuum::Unknown::Air; // as MILES, ELODIE, Pickles and most atlases are
    return recipe;
}

SpectralRecipe starLinesRecipe()
{
    SpectralRecipe recipe = starsRecipe();
    recipe.name = "stars, continuum removed";
    recipe.continuum.isEnabled = true;
    recipe.normalise.isEnabled = false; // the continuum is 1 already
    return recipe;
}

SpectralRecipe galaxiesRecipe()
{
    SpectralRecipe recipe = starsRecipe();
    recipe.name = "galaxies";
    recipe.medium.unknown = ToVacuum::Unknown::Vacuum; // as the SDSS, LAMOST and DESI are
    recipe.restFrame.isEnabled = true;
    recipe.snr = {.isEnabled = true, .minimum = 3.0};
    return recipe;
}

/// The J band's top, 1.26-1.31 um, is between the bands of water in every dwarf from M to T.
SpectralRecipe nearInfraredRecipe()
{
    SpectralRecipe recipe;
    recipe.name = "near-infrared";
    recipe.mask.skyLines = false;
    recipe.normalise = {
        .to = SpectralNormalise::To::Median, .firstAngstrom = 12600.0, .lastAngstrom = 13100.0};
    return recipe;
}

SpectralRecipe asTheyAreRecipe()
{
    SpectralRecipe recipe;
    recipe.name = "as they are";
    recipe.mask.skyLines = false;
    recipe.medium.isEnabled = false;
    recipe.grid.isEnabled = false;
    recipe.normalise.isEnabled = false;
    return recipe;
}

void add(std::string &text, const std::string &words)
{
    text += (text.empty() ? "" : ", ") + words;
}

std::string words(const SpectralMask &step)
{
    std::string what;
    if (step.usesFile)
        add(what, "bad pixels");
    if (step.skyLines)
        add(what, "sky lines");
    if (step.telluric)
        add(what, "telluric bands");
    if (!step.own.empty())
        add(what, toString(step.own));
    if (what.empty())
        return {};
    return "without " + what + (step.grow > 0 ? " and " + std::to_string(step.grow) + " px around" : "");
}

std::string words(const RestFrame &step)
{
    constexpr std::array<std::string_view, 3> kBy = {"the file's redshift", "redshift", "velocity"};
    return "rest frame by " + std::string(kBy.at(static_cast<std::size_t>(step.from))) +
           (step.from != RestFrame::From::File && !step.column.empty() ? " " + step.column : "");
}

std::string words(const Continuum &step)
{
    const std::string by = step.by == Continuum::By::Division ? "over " : "minus ";
    if (step.kind == Continuum::Kind::Polynomial)
        return by + "polynomial of degree " + std::to_string(step.degree);
    return by + "quantile " + spectralNumber(step.quantile) + " within " + spectralNumber(step.window) +
           (step.windowUnit == Continuum::Unit::Angstrom ? " Angstrom" : " in log wavelength");
}

std::string words(const Regrid &step)
{
    if (!step.isEnabled)
        return "no grid";
    std::string text = step.scale == Regrid::Scale::Log ? "log grid" : "linear grid";
    if (step.firstAngstrom > 0.0)
        text += " from " + spectralNumber(step.firstAngstrom);
    if (step.lastAngstrom > 0.0)
        text += " to " + spectralNumber(step.lastAngstrom);
    if (step.pixels > 0)
        text += " of " + std::to_string(step.pixels) + " px";
    else if (step.step > 0.0)
        text += " in steps of " + spectralNumber(step.step);
    return text;
}

std::string words(const SpectralNormalise &step)
{
    constexpr std::array<std::string_view, 4> kTo = {"median", "mean", "maximum", "norm"};
    std::string text(kTo.at(static_cast<std::size_t>(step.to)));
    if (step.firstAngstrom > 0.0)
        text += " from " + spectralNumber(step.firstAngstrom);
    if (step.lastAngstrom > 0.0)
        text += " to " + spectralNumber(step.lastAngstrom);
    return text + " to 1";
}

std::string words(const SpectralFill &step)
{
    switch (step.with)
    {
    case SpectralFill::With::Interpolated: return "gaps interpolated";
    case SpectralFill::With::Mean: return "gaps to mean";
    case SpectralFill::With::Zero: return "gaps to 0";
    }
    return {};
}

} // namespace

std::vector<ReadyMadeSpectral> readyMadeSpectralRecipes()
{
    return {
        {starsRecipe(), "Optical spectra with their continuum: sky lines masked, median to 1."},
        {starLinesRecipe(), "Optical spectra, lines only: divided by a running quantile."},
        {galaxiesRecipe(), "Optical spectra moved to rest by the redshift in the file, median to 1."},
        {nearInfraredRecipe(), "Near-infrared spectra of cool dwarfs: the flux at 1.28 micrometres to 1."},
        {asTheyAreRecipe(), "Vectors without wavelengths, all of one length: nothing is changed."}};
}

std::string describe(const SpectralRecipe &recipe)
{
    std::string text;
    if (recipe.mask.isEnabled)
        text = words(recipe.mask);
    if (recipe.snr.isEnabled)
        add(text, "signal-to-noise at least " + spectralNumber(recipe.snr.minimum));
    if (recipe.medium.isEnabled && recipe.grid.isEnabled)
        add(text, recipe.medium.unknown == ToVacuum::Unknown::Air ? "to vacuum (unknown: air)" : "to vacuum");
    if (recipe.restFrame.isEnabled && recipe.grid.isEnabled)
        add(text, words(recipe.restFrame));
    if (recipe.continuum.isEnabled)
        add(text, words(recipe.continuum));
    add(text, words(recipe.grid));
    if (recipe.normalise.isEnabled)
        add(text, words(recipe.normalise));
    add(text, words(recipe.fill));
    return text;
}

} // namespace somnium::prepare
