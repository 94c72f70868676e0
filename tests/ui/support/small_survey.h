// SPDX-License-Identifier: GPL-3.0-or-later
// A few simulated radio galaxies on disk and a session made of them, for tests of what the window does with
// one.
#pragma once

#include <filesystem>

#include "core/workflow/import.h"

namespace somnium::test
{

inline constexpr std::size_t kSmallSurveyCount = 24;

/// `kSmallSurveyCount` images of 32 x 32 pixels and their truth, with a recipe for them.
[[nodiscard]] workflow::ImportRequest writeSmallSurvey(const std::filesystem::path &folder);

} // namespace somnium::test
