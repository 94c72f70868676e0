// SPDX-License-Identifier: GPL-3.0-or-later
// Maps of spectra and other vectors, compared pixel by pixel (SOM.md section 6; the metric:
// vector_matcher.h). A map is a Som of Metric::Vector whose prototypes are images of one row, and a mapping
// has no turns, so that all that shows, measures and exports maps does so with these.
#pragma once

#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/data/spectrum_store.h"
#include "core/som/mapper.h"
#include "core/som/som.h"
#include "core/som/trainer.h"

namespace somnium::som
{

/// As train(), of params.metric = Vector, by the batch rule: layouts, schedules, neighbourhoods, coarse
/// start, snapshots, resuming and stop-and-keep are the same. Initialisations: PrincipalAxes (cite: Kohonen
/// 2001, section 3.7: the layout laid flat over the plane, line or box of largest variance, two standard
/// deviations to each side), RandomSources, Noise (within a standard deviation of each pixel about the mean),
/// Zero (the mean, with a ripple), GivenMap. Vectors are read block by block in each epoch, never all in
/// memory. Same bits for any number of threads. If a device is lost or full, the processor goes on from the
/// last finished epoch, as in train(); a block of vectors is too small already for smaller ones to help.
[[nodiscard]] Result<TrainingResult> trainVectors(const data::Spectra &vectors, const TrainingParams &params,
                                                  compute::Backend &backend, const JobContext &context,
                                                  const SnapshotSink &onSnapshot = {},
                                                  const Som *resumeFrom = nullptr,
                                                  const Som *given = nullptr);

/// As mapSamples. Fails (Mismatch) unless the map is of such vectors.
[[nodiscard]] Result<Mapping> mapVectors(const Som &som, const data::Spectra &vectors,
                                         compute::Backend &backend, const JobContext &context);
/// As mapSamplesFully; distances to 1e-3 of the vectors' length.
[[nodiscard]] Result<void> mapVectorsFully(const Som &som, const data::Spectra &vectors,
                                           compute::Backend &backend, const JobContext &context,
                                           const TakePairs &take);

/// U-matrix: mean distance of a neuron's prototype to those of its adjacent neurons, all pixels alike. What
/// uMatrix gives for such a map.
[[nodiscard]] std::vector<double> vectorUMatrix(const Som &som);

/// Samples as vectors: a pixel that is not finite is masked. Borrows them.
[[nodiscard]] std::unique_ptr<data::Spectra> vectorsOf(const data::Samples &samples);

} // namespace somnium::som
