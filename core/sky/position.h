// SPDX-License-Identifier: GPL-3.0-or-later
// Positions in words: sexagesimal and decimal, both ways; angular separation.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/sky/wcs.h"

namespace somnium::sky
{

/// "10h41m48.23s -09d17m03.1s".
[[nodiscard]] std::string sexagesimal(const SkyPosition &position);
/// "160.450958 -9.284194" (degrees, 6 decimals).
[[nodiscard]] std::string decimalDegrees(const SkyPosition &position);
/// Reads either form, with blanks, colons or letters between the parts: "10:41:48.2 -09:17:03", "160.45
/// -9.28".
[[nodiscard]] Result<SkyPosition> parsePosition(std::string_view text);
/// One coordinate, as it stands in a column of text: degrees ("160.45"), hours ("10:41:48.2", "07 58 28.6").
[[nodiscard]] Result<double> parseRaDeg(std::string_view text);
[[nodiscard]] Result<double> parseDecDeg(std::string_view text);
/// IAU-style name, truncated not rounded: "J104148.2-091703".
[[nodiscard]] std::string iauName(const SkyPosition &position);
/// Great-circle distance (Vincenty's formula, exact at small and large angles), degrees.
[[nodiscard]] double separationDeg(const SkyPosition &a, const SkyPosition &b);

} // namespace somnium::sky
