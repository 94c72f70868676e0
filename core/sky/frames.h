// SPDX-License-Identifier: GPL-3.0-or-later
// Celestial frames that images of surveys come in, and their way to ICRS. FK5 of J2000 is taken as ICRS (they
// differ by 0.02 arcsec).
#pragma once

#include "core/sky/wcs.h"

namespace somnium::sky
{

enum class Frame
{
    Icrs,
    Galactic, ///< IAU 1958, by its J2000 pole
    Ecliptic, ///< mean ecliptic of J2000
    Fk4,      ///< B1950 with the elliptic terms of aberration; proper motions taken as 0, good to 0.1 arcsec
};

/// Longitude and latitude in `frame`, degrees, to ICRS and back.
[[nodiscard]] SkyPosition toIcrs(Frame frame, double longitudeDeg, double latitudeDeg);
[[nodiscard]] SkyPosition fromIcrs(Frame frame, const SkyPosition &position);

} // namespace somnium::sky
