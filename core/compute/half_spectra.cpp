// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/half_spectra.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace somnium::compute
{

namespace
{

constexpr std::size_t kRowMultiple = 32; ///< halves: rows begin on cache lines where the first does
constexpr std::size_t kReadTooFar = 32;  ///< halves that a kernel may read beyond a row's last coefficient

} // namespace

std::size_t halfRowSize(const PolarGrid &grid)
{
    std::size_t coefficients = 0;
    for (std::size_t m = 0; m < grid.harmonics; ++m)
        coefficients += 2 * grid.channels * (grid.rings - grid.firstRing(m));
    return (coefficients + kReadTooFar + kRowMultiple - 1) / kRowMultiple * kRowMultiple;
}

std::size_t halfBytesPerImage(const PolarGrid &grid)
{
    return halfRowSize(grid) * sizeof(std::uint16_t) + 2 * sizeof(float);
}

HalfSpectra makeHalfSpectra(const PolarGrid &grid, std::size_t count)
{
    HalfSpectra spectra;
    spectra.grid = grid;
    spectra.rowSize = halfRowSize(grid);
    spectra.values.resize(count * spectra.rowSize);
    spectra.scales.resize(count, 1.0F);
    spectra.energies.resize(count);
    return spectra;
}

float halfScaleFor(float largest)
{
    constexpr int kLargestExponent = 15; // of values below 2^15
    if (!std::isfinite(largest))
        return std::numeric_limits<float>::quiet_NaN();
    if (largest == 0.0F)
        return 1.0F;
    int exponent = 0;
    static_cast<void>(std::frexp(largest, &exponent)); // largest in [2^(exponent - 1), 2^exponent)
    // Scale and reciprocal both stay normal numbers.
    return std::ldexp(1.0F, std::clamp(exponent - kLargestExponent, -125, 125));
}

} // namespace somnium::compute
