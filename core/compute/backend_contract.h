// SPDX-License-Identifier: GPL-3.0-or-later
// What follows from the contract of backend.h alone: what every backend refuses, in the same words, and what
// it works out the same way.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/compute/backend.h"

namespace somnium::compute
{

/// InvalidArgument unless there are samples [first, first + count).
[[nodiscard]] Result<void> checkRange(const data::Samples &samples, std::size_t first, std::size_t count);
/// Whether spectra can be uploaded: of a grid that makes sense, and of the size that it gives them
/// (Mismatch).
[[nodiscard]] Result<void> checkSpectra(std::span<const float> spectra, std::size_t count,
                                        const PolarGrid &grid);
[[nodiscard]] Result<void> checkSpectra(const HalfSpectra &spectra);
/// Whether images can be compared with prototypes: on one grid (Mismatch), and there is a prototype.
[[nodiscard]] Result<void> checkPair(const Spectra &images, const Spectra &prototypes);
/// Whether prototypes can learn: there is one, and the neighbourhood has a weight for every pair (Mismatch).
[[nodiscard]] Result<void> checkUpdate(const Spectra &prototypes, const UpdateOptions &options);

/// The sum of h over all images for each neuron, those below the minimum left out; `hits`: images whose best
/// match each neuron is.
[[nodiscard]] std::vector<double> weightSums(const UpdateOptions &options, std::span<const std::size_t> hits);

/// Radians in [0, 2 pi) of an angle in the grid's steps.
[[nodiscard]] float angleRadFromSteps(float steps, const PolarGrid &grid);

} // namespace somnium::compute
