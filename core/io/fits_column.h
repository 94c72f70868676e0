// SPDX-License-Identifier: GPL-3.0-or-later
// One column of a FITS table, binary or ASCII, as a column of ours. Internal to core/io.
#pragma once

#include <cstddef>
#include <string>

#include <fitsio.h>

#include "core/base/result.h"
#include "core/data/catalogue.h"

namespace somnium::io
{

/// A table HDU that is being read, and where it is, for messages.
struct OpenFitsTable
{
    fitsfile *file = nullptr;
    std::string place; ///< "f.fits, HDU 2"
    bool isAscii = false;
    std::size_t rows = 0; ///< no more than the file can hold
};

struct FitsColumn
{
    data::Column column;
    std::string reason; ///< why it cannot be a column of ours; empty: it is one
};

/// Column `number`, 1 = first. Fails if its cells cannot be read.
[[nodiscard]] Result<FitsColumn> readFitsColumn(const OpenFitsTable &table, int number);

/// The text of a keyword, without blanks around it; empty if absent.
[[nodiscard]] std::string fitsTextKey(fitsfile *file, const std::string &keyword);

} // namespace somnium::io
