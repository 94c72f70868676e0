// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of writing one HDU, shared by the writers of images, models and tables. Internal to core/io.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/io/fits_handle.h"
#include "core/io/fits_writer.h"

namespace somnium::io
{

/// ASCII of a UTF-8 text, as FITS allows: each other character becomes '?', each control character a blank.
[[nodiscard]] std::string fitsText(std::string_view utf8);

/// Appends the cards of `header` to the current HDU: EXTNAME, BUNIT, WCS, cards, COMMENT, HISTORY.
[[nodiscard]] Result<void> writeHeaderCards(fitsfile *file, const FitsHeader &header);
/// One card with a text value, continued over several if it is long.
[[nodiscard]] Result<void> writeTextCard(fitsfile *file, const std::string &keyword, const std::string &value,
                                         const std::string &comment);
/// DATASUM and CHECKSUM of the current HDU, which must be complete; without the date that CFITSIO would add.
[[nodiscard]] Result<void> writeChecksums(fitsfile *file);

[[nodiscard]] Result<void> appendImageHdu(fitsfile *file, const FitsImageHdu &hdu);
/// Also writes the empty primary HDU before it if the file has none.
[[nodiscard]] Result<void> appendTableHdu(fitsfile *file, const FitsTableHdu &hdu);

} // namespace somnium::io
