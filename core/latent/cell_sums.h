// SPDX-License-Identifier: GPL-3.0-or-later
// Number, sum and sum of squares of the values of the points in each cell of a field. Inner header of the
// observed field.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/latent/field_bins.h"
#include "core/latent/plane.h"

namespace somnium::latent
{

/// Of one cell; side by side in memory, since a point changes all three.
struct CellSum
{
    double count = 0.0;
    double value = 0.0; ///< less the shift
    double square = 0.0;
};

class CellSums
{
public:
    /// Of the points that have a finite value, on a grid with its padding; `shift` is taken off the values,
    /// so that their squares are of the size of their scatter. The same bits for any number of threads. False
    /// if stopped.
    bool fill(const Points &points, std::span<const double> column, double shift, const FieldGrid &grid,
              const JobContext &context);

    [[nodiscard]] std::size_t columns() const { return m_columns; }
    [[nodiscard]] std::size_t rows() const { return m_rows; }
    [[nodiscard]] std::span<const CellSum> row(std::size_t row) const
    {
        return std::span(m_cells).subspan(row * m_columns, m_columns);
    }
    /// Whether there are points with a value that the grid did not hold.
    [[nodiscard]] bool hasOthers() const { return m_hasOthers; }

private:
    std::size_t m_columns = 0;
    std::size_t m_rows = 0;
    bool m_hasOthers = false;
    std::vector<CellSum> m_cells;
};

/// sqrt(area / points) in cells, the area being that of the occupied blocks of cells; 0 without points. Of
/// sums without padding.
[[nodiscard]] double meanDistanceCells(const CellSums &sums);

} // namespace somnium::latent
