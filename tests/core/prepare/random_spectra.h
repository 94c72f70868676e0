// SPDX-License-Identifier: GPL-3.0-or-later
// Random spectra of awkward samplings, and naive doubles to compare with.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/random.h"
#include "core/data/spectrum.h"

namespace somnium::prepare::test
{

/// Even in wavelength, even in its logarithm, or with steps that vary by a fifth.
inline std::vector<double> randomWavelengths(std::size_t pixels, double first, double last, Random &random)
{
    std::vector<double> wavelengths(pixels);
    const std::uint32_t kind = random.below(3);
    const auto steps = static_cast<double>(pixels - 1);
    for (std::size_t i = 0; i < pixels; ++i)
    {
        const double share = static_cast<double>(i) / steps;
        wavelengths[i] = kind == 0 ? first * std::pow(last / first, share) : first + (last - first) * share;
        if (kind == 2)
            wavelengths[i] += random.uniform(-0.1, 0.1) * (last - first) / steps;
    }
    return wavelengths;
}

/// Positive flux of a few waves and noise, errors of 1 to 10 %.
inline data::Spectrum randomSpectrum(std::size_t pixels, double first, double last, Random &random)
{
    data::Spectrum spectrum;
    spectrum.wavelengthAngstrom = randomWavelengths(pixels, first, last, random);
    spectrum.medium = data::WavelengthMedium::Vacuum;
    const double waves = random.uniform(1.0, 12.0);
    for (std::size_t i = 0; i < pixels; ++i)
    {
        const double share = static_cast<double>(i) / static_cast<double>(pixels);
        spectrum.flux.push_back(
            static_cast<float>(2.0 + std::sin(6.283 * waves * share) + 0.1 * random.normal()));
        spectrum.error.push_back(static_cast<float>(random.uniform(0.01, 0.1) * 2.0));
    }
    return spectrum;
}

inline data::SpectralGrid logGrid(double first, double last, std::size_t pixels)
{
    return {data::SpectralGrid::Scale::Log, first, std::log10(last / first) / static_cast<double>(pixels - 1),
            pixels};
}
inline data::SpectralGrid linearGrid(double first, double last, std::size_t pixels)
{
    return {data::SpectralGrid::Scale::Linear, first, (last - first) / static_cast<double>(pixels - 1),
            pixels};
}

/// Width of a pixel of the grid in Angstrom.
inline double widthOf(const data::SpectralGrid &grid, std::size_t pixel)
{
    const auto place = static_cast<double>(pixel);
    return grid.at(place + 0.5) - grid.at(place - 0.5);
}

} // namespace somnium::prepare::test
