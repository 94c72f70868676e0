// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/console.h"

namespace somnium::cli
{

/// Under the verb recipe: spectra.
void addRecipeSpectra(CLI::App &recipe, Action &action);

} // namespace somnium::cli
