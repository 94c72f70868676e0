// SPDX-License-Identifier: GPL-3.0-or-later
// latent::decodedField for whichever model stands behind a latent space.
#pragma once

#include "core/latent/decoded_field.h"
#include "core/onnx/latent_model.h"

namespace somnium::onnx
{

/// Also Unsupported: the model does not decode.
[[nodiscard]] Result<latent::PlaneField>
decodedField(const LatentModel &model, const latent::SampleMeasure &measure,
             const latent::PlaneSources &sources, const latent::PlaneRect &rect,
             const latent::FieldParams &params, compute::Backend &backend, const JobContext &context);

} // namespace somnium::onnx
