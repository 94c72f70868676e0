// SPDX-License-Identifier: GPL-3.0-or-later
// The spectra of a FITS file. Internal to core/io.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/io/fits_header.h"
#include "core/io/spectrum_assembly.h"
#include "core/io/spectrum_table.h"

namespace somnium::io
{

/// Visits the spectra of all HDUs.
void visitFitsSpectra(std::span<const std::byte> bytes, SpectrumSink &sink);

// Shared by the sources of spectrum_fits.

/// What an HDU holds, told by its EXTNAME; "B_FLUX" is a flux of the group "B".
struct HduPart
{
    SpectrumPart part = SpectrumPart::None;
    std::string group;
};

/// A FITS file and what its HDUs are.
struct SpectrumFile
{
    FitsStructure structure;
    std::vector<HduPart> parts; ///< [HDU]
    bool isPlate = false;       ///< an SDSS spPlate

    [[nodiscard]] const ParsedFitsHdu &hdu(std::size_t i) const { return structure.hdus[i]; }
    [[nodiscard]] std::size_t size() const { return structure.hdus.size(); }
};

/// What the headers say of the object: of the HDU first, then of the primary one.
[[nodiscard]] RawSpectrum objectOf(const SpectrumFile &file, const ParsedFitsHdu &hdu);

/// Wavelengths for spectra of `pixels` pixels from an HDU of the same group that holds only those.
[[nodiscard]] std::optional<SpectralAxis> axisInFile(const SpectrumFile &file, const std::string &group,
                                                     std::size_t pixels);

/// True for a pixel that SDSS, LAMOST and MaNGA's row-stacked spectra mark as not to be used.
[[nodiscard]] bool isBadInSdss(double mask);

/// The 5 rows of LAMOST and of SDSS's spSpec: one spectrum. False if HDU 1 is something else.
[[nodiscard]] bool visitSurveyRows(const SpectrumFile &file, SpectrumSink &sink);

/// The spectra of image `index` (0 = HDU 1), which holds fluxes. False if it holds none, `why` then says what
/// was missed.
[[nodiscard]] bool visitFluxImage(const SpectrumFile &file, std::size_t index, SpectrumSink &sink,
                                  std::string &why);

} // namespace somnium::io
