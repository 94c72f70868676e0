// SPDX-License-Identifier: GPL-3.0-or-later
// Arrays whose rows, or columns, are the wavelengths, fluxes, errors and masks of one spectrum, as SpeX and
// many scripts write them, in FITS images and in .npy. Internal to core/io.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "core/io/spectrum_assembly.h"

namespace somnium::io
{

/// Numbers of a file that can be asked for one by one, as a matrix.
struct NumberMatrix
{
    std::function<double(std::size_t)> at; ///< by the place, row by row
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::size_t start = 0; ///< place of its first number
};

/// Numbers start, start + step, ...
[[nodiscard]] std::vector<double> numbersAlong(const std::function<double(std::size_t)> &at,
                                               std::size_t start, std::size_t step, std::size_t count);

enum class BandsAlong
{
    Rows,
    Columns,
};
/// 2 to 5 rows (or columns) the first of which holds 8 or more wavelengths that rise or fall; nothing if it
/// is another kind of matrix. With `isAsked` a user says that they do: then the shorter side is that of
/// bands.
[[nodiscard]] std::optional<BandsAlong> bandsIn(const NumberMatrix &matrix, bool isAsked = false);

/// Wavelength, flux, error and mask of such a matrix; a fifth row is not looked at.
[[nodiscard]] RawSpectrum readBands(const NumberMatrix &matrix, BandsAlong along);

} // namespace somnium::io
