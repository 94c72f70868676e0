// SPDX-License-Identifier: GPL-3.0-or-later
// Tables in FITS files, binary and ASCII, and "FITS-plus": a FITS table whose primary HDU holds the metadata
// as a VOTable, which TOPCAT and STILTS understand.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "core/base/result.h"
#include "core/data/catalogue.h"
#include "core/io/table.h"

namespace somnium::io
{

/// The first table HDU (compressed images are none). Integers of all sizes, signed and unsigned, become Int64
/// with nulls by TNULL; scaled integers become reals; bits and logicals Bool; variable-length arrays are
/// filled up with NaN to the longest. Unsigned 64-bit columns with values beyond Int64 become text. Arrays of
/// strings are joined by blanks. Complex columns are left out, which the description says. `name` is for
/// messages.
[[nodiscard]] Result<data::Catalogue> readFitsTable(std::span<const std::byte> bytes,
                                                    const std::string &name);

/// Writes FITS-plus. Fails with advice at more than 999 columns. Column names keep letters, digits and _
/// only, texts ASCII only; the VOTable part keeps the true names and descriptions, and readFitsTable takes
/// them from there.
[[nodiscard]] Result<void> writeFitsTable(const std::filesystem::path &path, const data::Catalogue &catalogue,
                                          const TableMetadata &metadata = {});

} // namespace somnium::io
