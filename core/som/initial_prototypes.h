// SPDX-License-Identifier: GPL-3.0-or-later
// What a training starts from.
#pragma once

#include <memory>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/data/sample_store.h"
#include "core/som/som.h"

namespace somnium::som
{

/// The shape of the prototypes that a training on samples of this shape makes. Fails (InvalidArgument) if
/// params.neuronSide is larger than a sample: nothing would be known of a neuron's rim.
[[nodiscard]] Result<data::ImageShape> prototypeShape(const TrainingParams &params,
                                                      const data::ImageShape &samples);

/// The first prototypes of a map (its layout, shape, grid and params count), as params.initialisation says.
/// `given`: the map of Initialisation::GivenMap, of as many neurons and channels and any side (its middle
/// counts); else null. Fails (Mismatch) if it is not such a map.
[[nodiscard]] Result<std::unique_ptr<compute::Spectra>>
initialPrototypes(const Som &som, const data::Samples &samples, const Som *given, compute::Backend &backend,
                  const JobContext &context);

} // namespace somnium::som
