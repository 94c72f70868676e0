// SPDX-License-Identifier: GPL-3.0-or-later
// Lays a catalogue beside the sources of a collection: which row belongs to which source.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/data/catalogue.h"
#include "core/data/collection.h"

namespace somnium::sky
{

enum class JoinMethod
{
    Id,       ///< a column holds the sources' ids
    FileName, ///< a column holds the names of their files, with or without folder and ending, or a number
              ///< that all of them hold at the same place
    Position, ///< the nearest row within a radius (rowPositions says where a row is)
    RowOrder, ///< nothing else fits and there are as many rows as sources: row i is source i
};
[[nodiscard]] std::string_view toString(JoinMethod method);

struct JoinOptions
{
    double radiusArcsec = 5.0;
    std::optional<JoinMethod> method; ///< empty: the first of the above that fits best
};

/// How a catalogue was joined.
struct JoinReport
{
    JoinMethod method = JoinMethod::Id;
    std::string column;        ///< that decided (Id, FileName), else empty
    std::string positionsFrom; ///< RowPositions::origin; empty: the catalogue has no positions
    std::size_t found = 0;     ///< sources that have a row
    std::vector<std::size_t> sourcesWithoutRow;
    std::size_t rowsWithoutSource = 0;
    /// Of the sources to their rows, if joined by position; else NaN.
    double medianArcsec = std::numeric_limits<double>::quiet_NaN();
    /// One sentence for people: how many sources, by what, and which columns positions were taken from.
    std::string message;
};

/// Which row of a catalogue belongs to which source.
struct CatalogueMatch
{
    std::vector<std::size_t> rows; ///< [source]; Catalogue::kNoRow where a source has none
    JoinReport report;
};
/// Mismatch if not a single source finds a row. Ties: of several rows of one name the first, of several
/// within the radius the nearest. Positions decide where names fit fewer than half of what could fit, and
/// fewer than positions do.
[[nodiscard]] Result<CatalogueMatch> matchCatalogue(const data::Collection &collection,
                                                    const data::Catalogue &catalogue,
                                                    const JoinOptions &options = {});

/// Sets collection.catalogue to the rows of `catalogue` in the order of the sources (missing values where a
/// source has none) and gives sources without a position that of their row. Mismatch, and the collection as
/// it was, if matchCatalogue finds none.
[[nodiscard]] Result<JoinReport> joinCatalogue(data::Collection &collection, const data::Catalogue &catalogue,
                                               const JoinOptions &options = {});

} // namespace somnium::sky
