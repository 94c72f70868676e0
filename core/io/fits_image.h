// SPDX-License-Identifier: GPL-3.0-or-later
// The images of a FITS file in memory: every 2-D image of every HDU, plain or tile-compressed, of any BITPIX,
// scaled, with BLANK and infinities as NaN. A short third axis becomes channels; axes of length 1 are
// dropped.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/data/collection.h"
#include "core/io/fits_header.h"
#include "core/io/image_reader.h"

namespace somnium::io
{

/// Visits the images of all HDUs, or of HDU `onlyHdu` (1 = primary) if that is not 0. Thread-safe.
void visitFitsImages(std::span<const std::byte> bytes, const data::SourceOrigin &origin,
                     const ImageReceiver &receiver, int onlyHdu = 0);

/// All pixels of a plain image HDU, whatever its axes, in the order of the file: unscaled floats bit for bit,
/// others as visitFitsImages has them. Errors say "expected ..., found ...".
[[nodiscard]] Result<std::vector<float>> readFitsPixels(const ParsedFitsHdu &hdu);

} // namespace somnium::io
