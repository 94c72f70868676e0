// SPDX-License-Identifier: GPL-3.0-or-later
// A few numbers per spectrum that say what it looks like: what a ranking that learns from marks compares, as
// shape_features.h has them of images.
#pragma once

#include <cstddef>
#include <span>

#include "core/search/shape_features.h"
#include "core/search/spectral_index.h"

namespace somnium::search
{

/// The first components of the index (at most `most`), each in units of the spread of its middle half: so
/// that what varies most, the temperature of stars, does not drown what is odd, and what only a few spectra
/// have stands out by its size over the noise of the others (drawn in from some ten spreads on). `energy`:
/// their sum of squares before. `signalToNoise` is copied, one a spectrum of the index.
[[nodiscard]] ShapeFeatures spectralFeatures(const SpectralIndex &index, std::span<const float> signalToNoise,
                                             std::size_t most = 2 * kComponentsOfAKind);

} // namespace somnium::search
