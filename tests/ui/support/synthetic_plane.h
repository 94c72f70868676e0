// SPDX-License-Identifier: GPL-3.0-or-later
// A latent plane with something like a main sequence, giants and white dwarfs on it, and columns that vary
// smoothly over it.
#pragma once

#include <cstddef>
#include <vector>

#include "ui/models/latent_data.h"
#include "ui/models/spectrum_data.h"

namespace somnium::ui::test
{

/// The first `unplaced` sources are not on the plane.
[[nodiscard]] LatentPointer syntheticPlane(std::size_t count, std::size_t unplaced = 0);

/// "Teff" [K], "log g" (2 % without a value) and a long name that is constant.
[[nodiscard]] std::vector<LatentColumn> syntheticColumns(const LatentData &data);

/// A star's spectrum with noise of `pixels` pixels from 3800 to 9120 Angstrom, its reconstruction and what a
/// place decodes to; 2 % of the pixels are masked.
[[nodiscard]] SpectrumSet syntheticSpectra(std::size_t pixels, unsigned seed = 5);

} // namespace somnium::ui::test
