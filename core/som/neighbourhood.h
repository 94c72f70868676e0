// SPDX-License-Identifier: GPL-3.0-or-later
// How strongly a neuron learns from a source that belongs to another, and how wide that reaches in each
// epoch.
#pragma once

#include <cstddef>
#include <vector>

#include "core/som/som.h"

namespace somnium::som
{

/// The sigma a training starts with: params.sigmaStart, or half the longer side of the layout if that is 0,
/// at least sigmaEnd.
[[nodiscard]] double startSigma(const TrainingParams &params);

/// Sigma of `epoch` (0 = first). Exponential and linear schedules end on sigmaEnd in the last epoch; a run of
/// one epoch has startSigma.
[[nodiscard]] double sigmaOf(const TrainingParams &params, std::size_t epoch);

/// Weights [best match][neuron] for this sigma, peak 1.
[[nodiscard]] std::vector<float> neighbourhoodWeights(const MapLayout &layout, Neighbourhood neighbourhood,
                                                      double sigma);

} // namespace somnium::som
