// SPDX-License-Identifier: GPL-3.0-or-later
// Tile-compressed FITS images (FITS standard 4.0, section 10): RICE, GZIP, HCOMPRESS, PLIO, by CFITSIO.
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/result.h"
#include "core/io/fits_header.h"

namespace somnium::io
{

/// True for a binary table that holds a compressed image.
[[nodiscard]] bool isCompressedImage(const ParsedFitsHdu &hdu);

/// ZNAXIS1, ZNAXIS2, ... of the image; errors say "expected ..., found ...".
[[nodiscard]] Result<std::vector<std::size_t>> compressedAxes(const ParsedFitsHdu &hdu);

/// All pixels, scaled, undefined ones NaN, first axis fastest. Checks every tile's place and claims before it
/// allocates. Thread-safe.
[[nodiscard]] Result<std::vector<float>> readCompressedImage(const ParsedFitsHdu &hdu);

} // namespace somnium::io
