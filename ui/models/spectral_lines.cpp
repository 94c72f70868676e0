// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/spectral_lines.h"

#include <array>

namespace somnium::ui
{

std::span<const SpectralLine> knownSpectralLines()
{
    // Vacuum wavelengths of the NIST Atomic Spectra Database, rounded; C III] and C IV are means of their
    // multiplets, the G band is the middle of a band of CH.
    static constexpr std::array kLines = {
        SpectralLine{"Ly\u03b1", 1215.67, true}, SpectralLine{"C IV", 1549.06, true},
        SpectralLine{"C III]", 1908.73},         SpectralLine{"Mg II", 2796.35, true},
        SpectralLine{"Mg II", 2803.53},          SpectralLine{"[O II]", 3727.09},
        SpectralLine{"[O II]", 3729.88},         SpectralLine{"Ca K", 3934.78, true},
        SpectralLine{"Ca H", 3969.59, true},     SpectralLine{"H\u03b4", 4102.90},
        SpectralLine{"G band", 4305.61},         SpectralLine{"H\u03b3", 4341.69},
        SpectralLine{"He II", 4687.02},          SpectralLine{"H\u03b2", 4862.69, true},
        SpectralLine{"[O III]", 4960.30},        SpectralLine{"[O III]", 5008.24, true},
        SpectralLine{"Mg b", 5168.76},           SpectralLine{"Mg b", 5174.13, true},
        SpectralLine{"Mg b", 5185.05},           SpectralLine{"He I", 5877.25},
        SpectralLine{"Na D", 5891.58, true},     SpectralLine{"Na D", 5897.56},
        SpectralLine{"[O I]", 6302.05},          SpectralLine{"[N II]", 6549.86},
        SpectralLine{"H\u03b1", 6564.61, true},  SpectralLine{"[N II]", 6585.27},
        SpectralLine{"[S II]", 6718.29},         SpectralLine{"[S II]", 6732.67},
        SpectralLine{"Ca II", 8500.36},          SpectralLine{"Ca II", 8544.44, true},
        SpectralLine{"Ca II", 8664.52},
    };
    return kLines;
}

} // namespace somnium::ui
