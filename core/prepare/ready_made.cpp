// SPDX-License-Identifier: GPL-3.0-or-later
// The recipes that come with the program.
#include "core/prepare/recipe.h"

namespace somnium::prepare
{

namespace
{

/// 1.8 arcsec a pixel, 5.4 arcsec beam: 64 pixels are 115 arcsec.
Recipe firstRecipe()
{
    Recipe recipe = radioRecipe(64);
    recipe.name = "FIRST";
    return recipe;
}

/// 1.5 arcsec a pixel, 6 arcsec beam, deep: neighbours at the edge and residuals round bright sources.
Recipe lotssRecipe()
{
    return {"LoTSS",
            {Cutout{.side = 100, .pad = true}, FillNan{}, RemoveEdgeSources{.aboveSigma = 5.0},
             ClipNoise{.keepAboveSigma = 3.0}, Normalise{.to = Normalise::To::Maximum}, Stretch{},
             Resize{.side = 64}}};
}

Recipe opticalColourRecipe()
{
    return {"optical colour",
            {Cutout{.side = 64}, FillNan{}, SubtractBackground{},
             Normalise{.to = Normalise::To::Maximum, .together = true}, ColourStretch{.softening = 0.05},
             Taper{.inner = 0.85}}};
}

/// Galvin et al. 2020: islands above 3 sigma in the radio, above 3 (unscaled) median absolute deviations in
/// the infrared, each by itself from 0 to 1 by log10.
Recipe radioInfraredRecipe()
{
    constexpr double kThreeMads = 3.0 / 1.4826;
    return {"radio and infrared",
            {Cutout{.side = 64}, FillNan{}, Step(ScaleIslands{.aboveSigma = 3.0}, {0}),
             Step(ScaleIslands{.aboveSigma = kThreeMads, .iterations = 1}, {1})}};
}

Recipe centralSourceRecipe()
{
    return {
        "central source",
        {Cutout{.side = 64}, FillNan{}, KeepIslands{.centreRadius = 8.0, .grow = 1}, Normalise{}, Stretch{}}};
}

} // namespace

Recipe radioRecipe(std::size_t side)
{
    return {"radio", {Cutout{.side = side}, FillNan{}, ClipNoise{}, Normalise{}, Stretch{}}};
}

std::vector<ReadyMade> readyMadeRecipes()
{
    return {{firstRecipe(),
             "Radio continuum at 1.8 arcsec a pixel: noise away, brightest pixel to 1, square root."},
            {lotssRecipe(),
             "Deep radio continuum at 1.5 arcsec a pixel: sources cut by the edge are removed first."},
            {opticalColourRecipe(),
             "Three optical bands: one scale and one asinh curve for all, so that colours stay."},
            {radioInfraredRecipe(), "Two channels, radio then infrared: every island of emission from 0 to 1 "
                                    "by itself (Galvin et al. 2020)."},
            {centralSourceRecipe(), "Radio continuum: only the emission that hangs together at the centre."}};
}

} // namespace somnium::prepare
