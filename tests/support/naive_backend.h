// SPDX-License-Identifier: GPL-3.0-or-later
// Every operation of compute::Backend again, naive and in double precision: the oracle of the backends'
// tests.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/compute/polar_grid.h"
#include "core/data/image.h"

namespace somnium::test
{

/// The spectrum by its definition (SOM.md section 2), stored as PolarGrid says.
[[nodiscard]] std::vector<double> naiveSpectrum(const data::ImageView &image, const compute::PolarGrid &grid);

struct NaiveMatch
{
    double distance = 0.0;
    double angleRad = 0.0;
    bool isFlipped = false;
};
/// All rotations one by one, parabola at the maximum, and for the flipped image; or the best of so many
/// evenly spaced rotations.
[[nodiscard]] NaiveMatch naiveMatch(std::span<const double> image, std::span<const double> prototype,
                                    const compute::PolarGrid &grid, bool useFlips, std::size_t rotations = 0);

/// Spectrum of the image flipped (rows), then turned.
[[nodiscard]] std::vector<double> naiveTurned(std::span<const double> spectrum,
                                              const compute::PolarGrid &grid, double angleRad,
                                              bool isFlipped);

} // namespace somnium::test
