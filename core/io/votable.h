// SPDX-License-Identifier: GPL-3.0-or-later
// VOTable (IVOA): read versions 1.0 to 1.4, TABLEDATA, BINARY, BINARY2 and FITS streams; write 1.4.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/catalogue.h"
#include "core/io/table.h"

namespace somnium::io
{

/// The first TABLE that has DATA. Arrays of varying length are filled up with NaN; arrays of strings joined
/// by blanks; complex columns left out, which the description says. Entity declarations are refused (they
/// serve to blow up readers), data in other files (STREAM href) too. Errors name line, row, column, expected
/// and found.
[[nodiscard]] Result<data::Catalogue> readVotable(std::span<const std::byte> bytes, const std::string &name);

/// The fields of the first TABLE, with or without DATA, as columns without rows; name and description of the
/// table.
[[nodiscard]] Result<data::Catalogue> readVotableFields(std::span<const std::byte> bytes,
                                                        const std::string &name);

/// VOTable 1.4: TABLEDATA up to 10,000 rows, BINARY2 above. History becomes INFO, parameters PARAM elements.
[[nodiscard]] Result<void> writeVotable(const std::filesystem::path &path, const data::Catalogue &catalogue,
                                        const TableMetadata &metadata = {});

/// The same document without its DATA, as it stands in the primary HDU of FITS-plus.
[[nodiscard]] std::string votableWithoutData(const data::Catalogue &catalogue, const TableMetadata &metadata);

} // namespace somnium::io
