// SPDX-License-Identifier: GPL-3.0-or-later
// What does not fit into a CSV file: units, UCDs, descriptions, history, as a file beside it that no reader
// of the CSV stumbles over ("CSV on the Web", W3C recommendation 2015: name.csv-metadata.json). Internal to
// core/io.
#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "core/data/catalogue.h"
#include "core/io/table.h"

namespace somnium::io
{

/// Writes the metadata of `csv` beside it, if there are any history or parameters to keep.
[[nodiscard]] Result<void> writeCsvMetadata(const std::filesystem::path &csv,
                                            const data::Catalogue &catalogue, const TableMetadata &metadata);

} // namespace somnium::io
