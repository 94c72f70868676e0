// SPDX-License-Identifier: GPL-3.0-or-later
// Positions out of names that hold one: the IAU's "acronym JHHMMSS.s+DDMMSS". The other way: iauName
// (position.h).
#pragma once

#include <optional>
#include <string_view>

#include "core/sky/wcs.h"

namespace somnium::sky
{

/// What a name says of a position, and how well.
struct NamedPosition
{
    SkyPosition position;         ///< the middle of what the digits leave open
    double precisionArcsec = 0.0; ///< how far the source can be from there, if its name was truncated
};

/// The first designation in `text`, whatever stands before and behind: "FIRSTJ000007.0+081644",
/// "ILTJ103508.91+542413.9", "2MASX J10414823-0917031" (whose seconds have no point), "J1041.8-0917" (minutes
/// with decimals). J2000 only: nothing of a B1950 name, nor of digits that are no position.
// cite: IAU Specifications concerning designations of sources outside the solar system (truncate only).
[[nodiscard]] std::optional<NamedPosition> positionInName(std::string_view text);

} // namespace somnium::sky
