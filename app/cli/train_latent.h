// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/console.h"

namespace somnium::cli
{

/// Under the verb train: autoencoder, pca.
void addTrainLatent(CLI::App &train, Action &action);

} // namespace somnium::cli
