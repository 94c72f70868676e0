// SPDX-License-Identifier: GPL-3.0-or-later
// Labels out of a column: of the collection's own catalogue, or of another one that is laid beside its
// sources, such as the consensus of a citizen-science project.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/collection.h"
#include "core/session/session.h"
#include "core/sky/join.h"

namespace somnium::workflow
{

/// Rows whose number in `column` is smaller, or missing, label nothing.
struct LeastValue
{
    std::string column;
    double value = 0.0;
};

struct ColumnLabelRequest
{
    std::string column;              ///< or "id:3", as labelsOfColumn has it
    std::filesystem::path catalogue; ///< FITS table, VOTable, CSV; empty: the collection's own
    sky::JoinOptions join;           ///< how `catalogue` is laid beside the sources
    std::optional<LeastValue> minimum;
};

struct ColumnLabels
{
    std::vector<session::Label> labels; ///< ascending by source, their origin a column
    std::size_t withoutText = 0;  ///< sources with a row, but an empty cell (or "no" in a yes-no column)
    std::size_t belowMinimum = 0; ///< sources whose cell has a text, but whose row is below the minimum
    std::string joinMessage;      ///< how another catalogue was joined; empty: the collection's own
};

/// The text of every cell as a label: whole numbers without decimals ("1"), and of a yes-no column its name
/// where it says yes. NotFound names the columns there are; Mismatch where no row belongs to a source;
/// InvalidArgument where a column of real numbers has more values than classes could be.
[[nodiscard]] Result<ColumnLabels> labelsFromColumn(const data::Collection &collection,
                                                    const ColumnLabelRequest &request);

} // namespace somnium::workflow
