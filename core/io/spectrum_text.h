// SPDX-License-Identifier: GPL-3.0-or-later
// Spectra in text: columns of wavelength, flux, error and mask, with or without names; or a line for each
// spectrum under a line of wavelengths; or tables whose cells are arrays. Internal to core/io.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "core/io/spectrum_assembly.h"

namespace somnium::io
{

/// Blanks, tabs, commas, semicolons or bars between the cells; #, % and ! begin comments, of which one may
/// hold the names. `name` is for messages.
void visitTextSpectra(std::span<const std::byte> bytes, const std::string &name, SpectrumSink &sink);

} // namespace somnium::io
