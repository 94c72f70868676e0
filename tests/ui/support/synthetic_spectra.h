// SPDX-License-Identifier: GPL-3.0-or-later
// A survey of spectra in a latent space, made on the spot for tests of what the window shows of one.
#pragma once

#include <cstddef>

#include "ui/models/survey_data.h"

namespace somnium::test
{

inline constexpr std::size_t kSpectraPixels = 60;
/// That no spectrum has: [first, last).
inline constexpr std::size_t kFirstGap = 20;
inline constexpr std::size_t kLastGap = 25;

/// `count` spectra with errors, on a latent space that learned nothing: it is there to be drawn.
/// Reconstruction errors rise from 1 by 0.01 a source.
[[nodiscard]] ui::SurveyPointer syntheticSpectra(std::size_t count);

} // namespace somnium::test
