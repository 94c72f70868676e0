// SPDX-License-Identifier: GPL-3.0-or-later
// Sources that resemble a prototype, or another source, with the turn that shows it.
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/data/sample_store.h"
#include "core/som/som.h"

namespace somnium::search
{

/// A source, its distance to what was asked for, and the transform that lays it there.
struct Neighbour
{
    std::size_t source = 0;
    float distance = 0.0F;
    som::SpatialTransform transform;
    friend bool operator==(const Neighbour &, const Neighbour &) = default;
};

/// The `count` sources nearest to `image` (any image of the samples' shape) of all samples, nearest first;
/// ties by index.
[[nodiscard]] Result<std::vector<Neighbour>>
nearestSources(const data::ImageView &image, const data::Samples &samples, const compute::PolarGrid &grid,
               std::size_t count, compute::Backend &backend, const JobContext &context);

/// The sources whose best match is `neuron`, nearest first: answered from the mapping alone.
[[nodiscard]] std::vector<Neighbour> sourcesOfNeuron(const som::Mapping &mapping, std::size_t neuron,
                                                     std::size_t count);

} // namespace somnium::search
