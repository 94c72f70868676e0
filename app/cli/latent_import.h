// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/console.h"

namespace somnium::cli
{

/// Under the verb latent: import.
void addLatentImport(CLI::App &latent, Action &action);

} // namespace somnium::cli
