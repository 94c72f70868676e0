// SPDX-License-Identifier: GPL-3.0-or-later
// Catalogues in and out, by the ending of the name: FITS (.fits .fit), VOTable (.vot .xml .votable, .gz
// read), CSV (.csv).
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
    std::vector<std::string> history; ///< FITS HISTORY / VOTable DESCRIPTION / CSV comment lines
    std::vector<std::pair<std::string, std::string>>
        parameters; ///< VOTable PARAM, FITS keywords where the name allows
};

/// The first table of the file. Errors name file, HDU or TABLE, row, expected, found.
[[nodiscard]] Result<data::Catalogue> readTable(const std::filesystem::path &path);
[[nodiscard]] Result<void> writeTable(const std::filesystem::path &path, const data::Catalogue &catalogue,
                                      const TableMetadata &metadata = {});

} // namespace somnium::io
