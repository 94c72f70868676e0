// SPDX-License-Identifier: GPL-3.0-or-later
// The polar grid on which images are compared: rings, angles and how many harmonics each ring carries.
// Source: SOM.md section 2 (angular Fourier method).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/result.h"
#include "core/data/image.h"

namespace somnium::compute
{

enum class MatchPrecision
{
    Fast,     ///< at 64 x 64: 32 rings, 128 angles, 48 harmonics
    Standard, ///< at 64 x 64: 48 rings, 128 angles, 48 harmonics
    Fine,     ///< at 64 x 64: 48 rings, 256 angles, 96 harmonics
};

/// Rings r_j = (j + 1/2) radius / rings; angles 2 pi t / angles, from the column axis towards the row axis;
/// harmonics 0..harmonics-1 per ring.
///
/// A spectrum is stored as [harmonic][ring][channel][real, imaginary] in float. Coefficients are scaled so
/// that their squares sum to the energy of the weighted samples a[j,t] (sqrt(1 / N_t) for harmonic 0, else
/// sqrt(2 / N_t)); those a ring does not carry (ringHarmonics) are 0. The coefficients of a channel are
/// multiplied by the root of its weight. The disc lies about the centre of an image, so that images of
/// different sides can be compared on one grid.
struct PolarGrid
{
    std::size_t channels = 1;
    std::size_t rings = 0;
    std::size_t angles = 0;            ///< a power of two
    std::size_t harmonics = 0;         ///< kept ones, counting m = 0; at most angles / 2
    double radius = 0.0;               ///< in pixels
    std::vector<float> channelWeights; ///< [channels], of squared differences; empty: 1 each

    /// Floats of one image's spectrum as it is stored in files: 2 x channels x rings x harmonics (real,
    /// imaginary).
    [[nodiscard]] std::size_t coefficientCount() const { return 2 * channels * rings * harmonics; }
    [[nodiscard]] double ringRadius(std::size_t ring) const;
    [[nodiscard]] float channelWeight(std::size_t channel) const
    {
        return channelWeights.empty() ? 1.0F : channelWeights[channel];
    }
    /// Harmonics that a ring carries: pixels of size 1 leave about pi (r + 0.75) of them on a ring of radius
    /// r.
    [[nodiscard]] std::size_t ringHarmonics(std::size_t ring) const;
    /// The innermost ring that carries a harmonic; `rings` if none does.
    [[nodiscard]] std::size_t firstRing(std::size_t harmonic) const;
    friend bool operator==(const PolarGrid &, const PolarGrid &) = default;
};

/// Equal for equal grids: says which spectra in a file are of which grid.
[[nodiscard]] std::uint64_t fingerprint(const PolarGrid &grid);

/// The grid for images of this shape: rings and angles scale with the radius (D - 1) / 2, D the shorter side.
/// Sides from 3 to 4096 pixels. `channelWeights`: one per channel, more than 0, or none.
[[nodiscard]] Result<PolarGrid> polarGridFor(const data::ImageShape &shape, MatchPrecision precision,
                                             const std::vector<float> &channelWeights = {});

/// Fails unless a grid (read from a file, say) is one that the backends can work on.
[[nodiscard]] Result<void> validate(const PolarGrid &grid);

} // namespace somnium::compute
