// SPDX-License-Identifier: GPL-3.0-or-later
// Lays samples on a trained map.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/data/sample_store.h"
#include "core/som/som.h"

namespace somnium::som
{

/// Fails (Mismatch) unless samples of this shape can be compared with the map: those of the prototypes'
/// shape, and, on a map with a neuron side of its own (TrainingParams::neuronSide), all that hold its disc.
[[nodiscard]] Result<void> checkFit(const Som &som, const data::ImageShape &samples);

/// Mapping of all samples; close calls are decided pixel by pixel (core/som/close_calls.h). Fails (Mismatch)
/// if they do not fit. A map of Metric::Vector takes samples of as many pixels (vector_trainer.h). A device
/// whose memory is full is given smaller blocks, with the same bits, and the user is told; if that does not
/// help, or the device is lost, that is the error (see compute::runWithStandIn).
[[nodiscard]] Result<Mapping> mapSamples(const Som &som, const data::Samples &samples,
                                         compute::Backend &backend, const JobContext &context);

/// Every pair: distances [samples][neurons] and the transforms that belong to them.
struct FullMapping
{
    std::size_t sources = 0;
    std::size_t neurons = 0;
    std::vector<float> distance;
    std::vector<SpatialTransform> transform;

    /// Adds the pairs of the samples that come next.
    void append(const FullMapping &block);
};
/// Is given the pairs of one block of samples after another; a failure ends the mapping.
using TakePairs = std::function<Result<void>(const FullMapping &block)>;

/// Hands every pair to `take`: needs no more memory for a large survey than for a small one.
[[nodiscard]] Result<void> mapSamplesFully(const Som &som, const data::Samples &samples,
                                           compute::Backend &backend, const JobContext &context,
                                           const TakePairs &take);
/// All pairs at once, 12 bytes each.
[[nodiscard]] Result<FullMapping> mapSamplesFully(const Som &som, const data::Samples &samples,
                                                  compute::Backend &backend, const JobContext &context);

/// The source turned and flipped to lie on its prototype: bilinear, 0 outside the disc that every turn shows.
[[nodiscard]] data::Image turned(const data::ImageView &source, const SpatialTransform &transform);
/// The same in a frame of `rows` x `columns` about the same middle.
[[nodiscard]] data::Image turned(const data::ImageView &source, const SpatialTransform &transform,
                                 std::size_t rows, std::size_t columns);

/// Per neuron figures of a mapping, for overlays.
struct NeuronFigures
{
    std::vector<std::size_t> hits;
    std::vector<double> meanDistance; ///< NaN where hits = 0
};
[[nodiscard]] NeuronFigures neuronFigures(const Mapping &mapping, std::size_t neurons);

/// U-matrix: mean Delta of a neuron's prototype to those of its adjacent neurons (invariant, by the backend).
[[nodiscard]] Result<std::vector<double>> uMatrix(const Som &som, compute::Backend &backend,
                                                  const JobContext &context);

/// Mean best distance (AQE), topographic error and empty neurons of a mapping.
[[nodiscard]] EpochReport qualityOf(const Mapping &mapping, const MapLayout &layout);

} // namespace somnium::som
