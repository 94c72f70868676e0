// SPDX-License-Identifier: GPL-3.0-or-later
// Points and their values on the cells of a field, with the cells around it that its smoothing reaches. Inner
// header of the observed field.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/latent/banded.h"
#include "core/latent/plane.h"

namespace somnium::latent
{

/// side x side cells that fill `rect`, and `padColumns`, `padRows` more of the same size on either side.
struct FieldGrid
{
    PlaneRect rect;
    std::size_t side = 0;
    std::size_t padColumns = 0;
    std::size_t padRows = 0;
    double sigmaColumns = 0.0; ///< of the smoothing, in cells
    double sigmaRows = 0.0;

    [[nodiscard]] std::size_t columns() const { return side + 2 * padColumns; }
    [[nodiscard]] std::size_t rows() const { return side + 2 * padRows; }
    [[nodiscard]] double cellWidth() const { return rect.width() / static_cast<double>(side); }
    [[nodiscard]] double cellHeight() const { return rect.height() / static_cast<double>(side); }
};

struct BinnedPoint
{
    std::uint32_t cell; ///< as Bands::cellOf
    float value;        ///< less the shift of the bins
};

/// The points on a grid (with its padding) that have a finite value, by bands of rows.
struct FieldBins
{
    Bands bands;
    Banded<BinnedPoint> points;

    /// `shift` is taken off the values, so that float holds their differences. False if stopped.
    bool fill(const Points &all, std::span<const double> column, double shift, const FieldGrid &grid,
              const JobContext &context)
    {
        constexpr std::size_t kCellsPerBand = 4096;
        bands = Bands::of(grid.columns(), grid.rows(), 0, kCellsPerBand);
        const double perX = 1.0 / grid.cellWidth();
        const double perY = 1.0 / grid.cellHeight();
        const auto padX = static_cast<double>(grid.padColumns);
        const auto padY = static_cast<double>(grid.padRows);
        const auto columns = static_cast<double>(grid.columns());
        const auto rows = static_cast<double>(grid.rows());
        const Bands cut = bands;
        const auto emit = [=](std::size_t, std::size_t begin, std::size_t end, auto &sink) {
            for (std::size_t i = begin; i < end; ++i)
            {
                const double x = (static_cast<double>(all.x[i]) - grid.rect.left) * perX + padX;
                const double y = (static_cast<double>(all.y[i]) - grid.rect.bottom) * perY + padY;
                const bool isOn = x >= 0.0 && x < columns && y >= 0.0 && y < rows && std::isfinite(column[i]);
                const auto row = static_cast<std::size_t>(isOn ? y : 0.0);
                const auto at = static_cast<std::size_t>(isOn ? x : 0.0);
                const std::uint32_t cell = cut.cellOf(row >> cut.rowBits, row, at);
                sink.addIf(isOn, {cell, static_cast<float>(column[i] - shift)});
            }
        };
        return points.fill({all.count(), cut.count, 1}, context, emit,
                           [=](const BinnedPoint &point) { return cut.bandOf(point.cell); });
    }
};

} // namespace somnium::latent
