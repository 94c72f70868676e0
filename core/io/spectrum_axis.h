// SPDX-License-Identifier: GPL-3.0-or-later
// The wavelengths that the header of a FITS image describes: linear and logarithmic axes in the ways of the
// FITS standard, of SDSS and of IRAF. Internal to core/io.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/io/fits_header.h"
#include "core/io/spectrum_assembly.h"

namespace somnium::io
{

/// What the keywords VACUUM, AIRORVAC and WAVETYPE, or CTYPE of axis `axis` (1 = first), say.
[[nodiscard]] data::WavelengthMedium mediumOf(const ParsedFitsHeader &header, int axis = 1);

/// True if CTYPE says that axis `axis` is something else: a coordinate on the sky, a velocity, a time.
[[nodiscard]] bool isOtherAxis(const ParsedFitsHeader &header, int axis);

/// True if axis `axis` is described as one of wavelengths: COEFF0, or CRVAL with a step and no other meaning.
[[nodiscard]] bool hasSpectralAxis(const ParsedFitsHeader &header, int axis = 1);

/// The wavelengths of `pixels` pixels along axis `axis`. For IRAF's multispec, of line `line` (0 = first),
/// where its dispersion is linear or log-linear. NotFound if the header has none, Unsupported for others;
/// errors say "expected ..., found ...".
// cite: Greisen et al. 2006, A&A 446, 747 (WAVE, AWAV, WAVE-LOG); IRAF onedspec.specwcs (multispec)
[[nodiscard]] Result<SpectralAxis> axisOfHeader(const ParsedFitsHeader &header, std::size_t pixels,
                                                int axis = 1, std::size_t line = 0);

} // namespace somnium::io
