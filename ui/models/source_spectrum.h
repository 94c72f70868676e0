// SPDX-License-Identifier: GPL-3.0-or-later
// A source that is a spectrum, as plots show it: observed, rebuilt by the latent space, its prototype; or as
// it was read.
#pragma once

#include <cstddef>
#include <vector>

#include "core/data/spectrum.h"
#include "ui/models/spectrum_data.h"
#include "ui/models/survey_data.h"

namespace somnium::ui
{

/// What a model makes of a spectrum; with gaps where (almost) no spectrum of the survey has a value, since it
/// only shows what is beside them there.
[[nodiscard]] SpectrumCurve modelCurve(const SurveyData &survey, const QString &name, CurveRole role,
                                       std::vector<float> flux);

/// The prepared spectrum, and what the open latent space and map make of it. Reads the store and runs the
/// model: not for the window's thread. Empty for a source that is not there.
[[nodiscard]] SpectrumSet sourceSpectrumSet(const SurveyData &survey, std::size_t source);

/// The original in its own sampling. Of uneven steps: drawn on an even grid of as many pixels, each with the
/// nearest original one.
[[nodiscard]] SpectrumSet rawSpectrumSet(const data::Spectrum &spectrum, const QString &name);

} // namespace somnium::ui
