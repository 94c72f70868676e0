// SPDX-License-Identifier: GPL-3.0-or-later
// The polar grid on which images are compared: rings, angles and how many harmonics each ring carries.
// Source: SOM.md section 2 (angular Fourier method).
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/result.h"
#include "core/data/image.h"

namespace somnium::compute
{

enum class MatchPrecision
{
    Fast,     ///< fewer harmonics
    Standard, ///< N_t = 128 at 64 x 64, all harmonics the rings carry
    Fine,     ///< N_t = 256
};

/// Rings r_j = (j + 1/2) radius / rings; angles 2 pi t / angles; harmonics 0..harmonics-1 per ring.
struct PolarGrid
{
    std::size_t channels = 1;
    std::size_t rings = 0;
    std::size_t angles = 0;    ///< a power of two
    std::size_t harmonics = 0; ///< kept ones, counting m = 0
    double radius = 0.0;       ///< in pixels
    double centreRow = 0.0;
    double centreColumn = 0.0;

    /// Floats of one image's spectrum as it is stored in files: 2 x channels x rings x harmonics (real,
    /// imaginary).
    [[nodiscard]] std::size_t coefficientCount() const { return 2 * channels * rings * harmonics; }
    friend bool operator==(const PolarGrid &, const PolarGrid &) = default;
};

/// The grid for images of this shape: rings and angles scale with the radius (D - 1) / 2.
[[nodiscard]] Result<PolarGrid> polarGridFor(const data::ImageShape &shape, MatchPrecision precision);

} // namespace somnium::compute
