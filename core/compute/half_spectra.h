// SPDX-License-Identifier: GPL-3.0-or-later
// Spectra at less than half their weight: in half precision, and only the coefficients that rings carry
// ("tri", SOM.md section 3). For keeping those of a whole survey, in memory or in a file; every backend takes
// them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/compute/polar_grid.h"

namespace somnium::compute
{

/// A row holds an image's coefficients as PolarGrid says, [harmonic][ring and channel][real, imaginary], for
/// each harmonic from the innermost ring that carries it (PolarGrid::firstRing). Coefficient = half * scale
/// of the image, a power of two that brings the largest to [2^14, 2^15): so each is true to 2^-11 of itself,
/// or 2^-39 of the largest where that is more. Not finite coefficients make all of the image NaN.
struct HalfSpectra
{
    PolarGrid grid;
    std::size_t rowSize = 0;           ///< halves, halfRowSize(grid); the end of a row is padding
    std::vector<std::uint16_t> values; ///< [count][rowSize]
    std::vector<float> scales;         ///< [count]
    std::vector<float> energies;       ///< [count] sums of the squares of the coefficients as they are here

    [[nodiscard]] std::size_t count() const { return scales.size(); }
    friend bool operator==(const HalfSpectra &, const HalfSpectra &) = default;
};

/// Room for so many images, all zero.
[[nodiscard]] HalfSpectra makeHalfSpectra(const PolarGrid &grid, std::size_t count);

/// Halves that one image takes: those of its coefficients, and padding so that whole vectors may be read.
[[nodiscard]] std::size_t halfRowSize(const PolarGrid &grid);
/// Bytes that one image takes in HalfSpectra.
[[nodiscard]] std::size_t halfBytesPerImage(const PolarGrid &grid);

/// The power of two that brings a largest coefficient of this size to [2^14, 2^15); 1 for 0, NaN if not
/// finite.
[[nodiscard]] float halfScaleFor(float largest);

} // namespace somnium::compute
