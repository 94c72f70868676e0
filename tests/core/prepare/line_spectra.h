// SPDX-License-Identifier: GPL-3.0-or-later
// Spectra with lines at known places, and a recipe that leaves them alone.
#pragma once

#include <cmath>
#include <initializer_list>

#include "core/prepare/spectral_recipe.h"

namespace somnium::prepare::test
{

/// Everything off but the grid.
inline SpectralRecipe plainRecipe()
{
    SpectralRecipe recipe;
    recipe.mask.skyLines = false;
    recipe.normalise.isEnabled = false;
    return recipe;
}

/// Gaussian absorption lines on a flat continuum, 1 Angstrom a pixel.
inline data::Spectrum lineSpectrum(double first, double last, std::initializer_list<double> lines)
{
    data::Spectrum spectrum;
    spectrum.medium = data::WavelengthMedium::Vacuum;
    for (double at = first; at <= last; at += 1.0)
    {
        double flux = 1.0;
        for (const double line : lines)
            flux -= 0.5 * std::exp(-0.5 * (at - line) * (at - line) / 9.0);
        spectrum.wavelengthAngstrom.push_back(at);
        spectrum.flux.push_back(static_cast<float>(flux));
        spectrum.error.push_back(0.01F);
    }
    return spectrum;
}

} // namespace somnium::prepare::test
