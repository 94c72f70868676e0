// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/console.h"

namespace somnium::cli
{

/// Under the verb bench: autoencoder, explore.
void addBenchLatent(CLI::App &bench, Action &action);

} // namespace somnium::cli
