// SPDX-License-Identifier: GPL-3.0-or-later
// How strongly a neuron learns from a source that belongs to another, how wide that reaches and how large the
// steps of the online rule are in each epoch.
#pragma once

#include <cstddef>
#include <vector>

#include "core/som/som.h"

namespace somnium::som
{

/// The sigma a training starts with: params.sigmaStart, or half the longest side of the layout if that is 0,
/// at least sigmaEnd.
[[nodiscard]] double startSigma(const TrainingParams &params);

/// Sigma of `epoch` (0 = first). Exponential and linear schedules end on sigmaEnd in the last epoch; a run of
/// one epoch has startSigma.
[[nodiscard]] double sigmaOf(const TrainingParams &params, std::size_t epoch);
/// Alpha of the online rule, likewise.
[[nodiscard]] double learningRateOf(const TrainingParams &params, std::size_t epoch);

/// h at a distance on the layout: Neighbourhood says which function it is.
[[nodiscard]] double neighbourhoodWeight(Neighbourhood neighbourhood, double distance, double sigma);
/// Its greatest value, h(0).
[[nodiscard]] double neighbourhoodPeak(Neighbourhood neighbourhood, double sigma);

/// Weights [best match][neuron] for this sigma; none beyond `maxDistance` if that is not 0.
[[nodiscard]] std::vector<float> neighbourhoodWeights(const MapLayout &layout, Neighbourhood neighbourhood,
                                                      double sigma, double maxDistance = 0.0);

} // namespace somnium::som
