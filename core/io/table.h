// SPDX-License-Identifier: GPL-3.0-or-later
// Catalogues in and out. Reading goes by the bytes, whatever the name: FITS, VOTable, text tables, each also
// compressed (.gz and others). Writing goes by the ending: FITS (.fits .fit .fts), VOTable (.vot .xml
// .votable), CSV
// (.csv).
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/data/catalogue.h"

namespace somnium::io
{

/// What a written table carries besides its columns.
struct TableMetadata
{
    std::vector<std::string> history; ///< FITS HISTORY, VOTable INFO, CSV: see writeTable
    std::vector<std::pair<std::string, std::string>>
        parameters; ///< VOTable PARAM, FITS keywords where the name allows
};

/// The first table of the file. Errors name file, HDU or TABLE, row, expected, found.
[[nodiscard]] Result<data::Catalogue> readTable(const std::filesystem::path &path);
/// Unsupported, unless writeTable can write a file of that name.
[[nodiscard]] Result<void> checkTableName(const std::filesystem::path &path);
/// Columns that serve as id and position get the UCDs by which other programs find them (meta.id;meta.main,
/// pos.eq.ra;meta.main, pos.eq.dec;meta.main) if they have none. CSV has no place for metadata: if there are
/// any, they go into name.csv-metadata.json beside it ("CSV on the Web").
/// Row by row, beside the catalogue no copy of it is held: hand over one of a million rows.
[[nodiscard]] Result<void> writeTable(const std::filesystem::path &path, data::Catalogue catalogue,
                                      const TableMetadata &metadata = {});

} // namespace somnium::io
