// SPDX-License-Identifier: GPL-3.0-or-later
// What a training of vectors starts from; for vector_trainer.cpp.
#pragma once

#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/data/spectrum_store.h"
#include "core/som/som.h"

namespace somnium::som
{

/// Prototypes [neuron][pixel] as params.initialisation says, from at most 20,000 vectors; masked pixels count
/// as the mean. `given`: of Initialisation::GivenMap, else null.
[[nodiscard]] Result<std::vector<float>> initialVectors(const data::Spectra &vectors,
                                                        const TrainingParams &params, const Som *given,
                                                        compute::Backend &backend, const JobContext &context);

} // namespace somnium::som
