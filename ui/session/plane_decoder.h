// SPDX-License-Identifier: GPL-3.0-or-later
// What the latent space of a survey of spectra decodes, as parameters to contour its plane by.
#pragma once

#include <memory>

#include "core/latent/latent_plane.h"
#include "ui/models/iso_layers.h"
#include "ui/models/survey_data.h"

namespace somnium::ui
{

/// Null without spectra and a latent space that decodes, that fit each other and the plane, or if the spectra
/// have no wavelengths. Its field decodes on the processor, beside what the compute thread may be training.
[[nodiscard]] DecoderPointer planeDecoder(const SurveyPointer &survey,
                                          const std::shared_ptr<const latent::LatentPlane> &plane);

} // namespace somnium::ui
