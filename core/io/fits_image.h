// SPDX-License-Identifier: GPL-3.0-or-later
// The images of a FITS file in memory: every 2-D image of every HDU, plain or tile-compressed, of any BITPIX,
// scaled, with BLANK and infinities as NaN. A short third axis becomes channels; axes of length 1 are
// dropped.
#pragma once

#include <cstddef>
#include <span>

#include "core/data/collection.h"
#include "core/io/image_reader.h"

namespace somnium::io
{

/// Visits the images of all HDUs, or of HDU `onlyHdu` (1 = primary) if that is not 0. Thread-safe.
void visitFitsImages(std::span<const std::byte> bytes, const data::SourceOrigin &origin,
                     const ImageReceiver &receiver, int onlyHdu = 0);

} // namespace somnium::io
