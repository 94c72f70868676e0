// SPDX-License-Identifier: GPL-3.0-or-later
// Helpers that the readers of tables share: cells of varying length, notes on what was not read. Internal to
// core/io.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/data/catalogue.h"

namespace somnium::io
{

/// Numbers of cells that differ in length.
struct RaggedCells
{
    std::vector<double> values;
    std::vector<std::size_t> ends; ///< of each cell in `values`
    std::size_t longest = 0;

    /// The values appended since the last call are one cell.
    void endCell();
};

/// A column as wide as the longest cell, the others filled up with NaN. Nothing if that would be absurdly
/// large.
[[nodiscard]] std::optional<data::ColumnValues> padded(const RaggedCells &cells, bool isFloat32);

/// Turns the cells of an Int64 or Bool vector column that are null in part into reals with NaN, since null
/// flags count for whole cells. `nulls`: one per value.
void setNulls(data::Column &column, const std::vector<char> &nulls);

/// Adds a line to the catalogue's description: a column that is not in it, and why.
void noteSkipped(data::Catalogue &catalogue, const std::string &column, const std::string &reason);

} // namespace somnium::io
