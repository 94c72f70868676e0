// SPDX-License-Identifier: GPL-3.0-or-later
// Tables as text: comma, semicolon, tab, bar or blanks between the cells (guessed), quotes as in RFC 4180.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "core/base/result.h"
#include "core/data/catalogue.h"

namespace somnium::io
{

/// Reads text with one header line. Lines that begin with # before it are comments; the last of them with as
/// many cells is the header if the first line of the table holds numbers ("# id ra dec"). Where rows differ
/// in length, columns of fixed width are tried (fixed_width.h). The type of a column is guessed from all of
/// its cells: Int64, Float64, Bool, else Text; whole numbers with leading zeros or too long for Int64 stay
/// text, since they are names. An empty cell is a missing value, as is "nan", "null", "--" among numbers. A
/// row with more or fewer cells than the header is an error that names row, line, expected and found. Text
/// that is not UTF-8 is taken as Latin-1. `name` is for messages.
[[nodiscard]] Result<data::Catalogue> readCsv(std::span<const std::byte> bytes, const std::string &name);

/// Writes UTF-8, commas, one header line of names, no comment lines (pandas would take them for data); units,
/// UCDs and descriptions do not fit into CSV (see csv_metadata.h). Numbers read back equal.
[[nodiscard]] Result<void> writeCsv(const std::filesystem::path &path, const data::Catalogue &catalogue);

} // namespace somnium::io
