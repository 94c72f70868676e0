// SPDX-License-Identifier: GPL-3.0-or-later
// The one distance that simulated sizes need.
#pragma once

namespace somnium::simulate
{

/// Kiloparsecs per arcsecond at a redshift: flat universe, H0 = 67.7 km/s/Mpc, matter 0.31 (Planck 2018), to
/// 1e-4. cite: Hogg 1999, astro-ph/9905116, eqs. 14-18.
[[nodiscard]] double kiloparsecPerArcsec(double redshift);

} // namespace somnium::simulate
