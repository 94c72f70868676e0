// SPDX-License-Identifier: GPL-3.0-or-later
// Wavelengths in air and in vacuum: Ciddor 1996, Applied Optics 35, 1566, eq. 1, for standard air (15 C,
// 101325 Pa, 450 ppm CO2, dry), the formula that the IAU, VALD and the SDSS use. Below 2000 Angstrom, where
// spectra are given in vacuum anyway (Morton 2000, ApJS 130, 403), nothing is changed.
#pragma once

namespace somnium::prepare
{

/// Of the wavelength in vacuum; 1 below 2000 Angstrom.
[[nodiscard]] double refractiveIndexOfAir(double vacuumAngstrom);
[[nodiscard]] double vacuumToAir(double vacuumAngstrom);
/// The inverse, to 1e-9 Angstrom.
[[nodiscard]] double airToVacuum(double airAngstrom);

} // namespace somnium::prepare
