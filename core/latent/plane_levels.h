// SPDX-License-Identifier: GPL-3.0-or-later
// Round numbers to draw lines at.
#pragma once

#include <cstddef>
#include <vector>

namespace somnium::latent
{

/// About as many round numbers in [low, high]: multiples of 1, 2, 2.5 or 5 times a power of ten; or, for
/// logarithmic levels, 1, 2, 5 (or 1, 3; or 1) times each (or each k-th) power of ten, whichever comes
/// closest in number, fewer rather than more. Where `low` is not positive or high / low is below 10,
/// logarithmic levels are linear ones. Ascending; none if the range is empty or not finite, or about = 0.
[[nodiscard]] std::vector<double> niceLevels(double low, double high, std::size_t about, bool isLogarithmic);

} // namespace somnium::latent
