// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/console.h"

namespace somnium::cli
{

/// Adds the verb nearest under `bench`.
void addBenchNearest(CLI::App &bench, Action &action);

} // namespace somnium::cli
