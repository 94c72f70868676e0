// SPDX-License-Identifier: GPL-3.0-or-later
// How much of the sky a pixel of a prepared sample is.
#pragma once

#include <optional>

#include "core/data/collection.h"
#include "core/prepare/recipe.h"

namespace somnium::workflow
{

/// Side of a prepared pixel [arcsec], by the WCS of the originals and what the recipe makes of their size.
/// None if the originals have no WCS, or if the scales of the sources looked at (up to 64, evenly taken)
/// differ by more than 1 %.
[[nodiscard]] std::optional<double> preparedPixelScale(const data::Collection &collection,
                                                       const prepare::Recipe &recipe);

} // namespace somnium::workflow
