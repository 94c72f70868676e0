// SPDX-License-Identifier: GPL-3.0-or-later
// Where the rows of a catalogue are on the sky, however it says so: coordinates in two columns, lists of
// components in two columns, or names that hold a position.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/data/catalogue.h"
#include "core/sky/wcs.h"

namespace somnium::sky
{

/// A place where a row may be found.
struct RowPoint
{
    SkyPosition position;
    std::size_t row = 0;
};

/// All rows of a catalogue.
struct RowPositions
{
    /// Ascending by row, none of a row without a position. Of a row of components: each of them and their
    /// middle, where the host of two lobes is.
    std::vector<RowPoint> points;
    /// Where they are from, in words: "columns 'ra' and 'dec'"; empty without any.
    std::string origin;
};
[[nodiscard]] RowPositions rowPositions(const data::Catalogue &catalogue, const data::CatalogueRoles &roles);

/// Position of one row: of its coordinates in degrees or sexagesimal text, else the middle of its components,
/// else what its name says. Nothing if all are missing or unreadable.
[[nodiscard]] std::optional<SkyPosition> rowPosition(const data::Catalogue &catalogue,
                                                     const data::CatalogueRoles &roles, std::size_t row);

} // namespace somnium::sky
