// SPDX-License-Identifier: GPL-3.0-or-later
// Lines of equal value of a field on the plane.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/data/catalogue.h"
#include "core/latent/plane.h"
#include "core/latent/plane_field.h"
#include "core/latent/plane_levels.h"

namespace somnium::latent
{

/// A line, larger values on its left. Closed: the last vertex is joined to the first and does not repeat it.
/// Open: it ends at the border of the field (the outermost centres of cells) or of its mask.
struct IsoLine
{
    double level = 0.0;
    bool isClosed = false;
    std::vector<PlanePoint> vertices; ///< at least 2, none equal to its neighbour
};

/// Marching squares between the centres of cells, linear along the sides; a saddle is joined by the mean of
/// its four corners; squares with a corner that is NaN have no line. A corner equal to the level counts as
/// above it. Lines are sorted by level; duplicates and levels that are not finite are left out.
[[nodiscard]] std::vector<IsoLine> isoLines(const PlaneField &field, std::span<const double> levels);

/// The lines of one parameter, to be written.
struct IsoLineSet
{
    std::string parameter;
    std::string unit; ///< of the levels; sets of different units leave the column's unit empty
    std::span<const IsoLine> lines;
};

/// A row for each vertex, in order: parameter, level, line (number within the parameter, from 0), closed, x,
/// y.
[[nodiscard]] data::Catalogue isoLineCatalogue(std::span<const IsoLineSet> sets);

} // namespace somnium::latent
