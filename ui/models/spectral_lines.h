// SPDX-License-Identifier: GPL-3.0-or-later
// Lines that are looked for in the spectra of stars, galaxies and quasars, to be marked in plots.
#pragma once

#include <span>

namespace somnium::ui
{

struct SpectralLine
{
    const char *name;          ///< as printed, UTF-8
    double wavelengthAngstrom; ///< at rest, in vacuum
    bool isMain = false;       ///< named first where there is little room
};

/// By rising wavelength. Lines of one multiplet share a name.
[[nodiscard]] std::span<const SpectralLine> knownSpectralLines();

} // namespace somnium::ui
