// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/cell_sums.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <tuple>
#include <utility>

#include "core/base/parallel.h"
#include "core/latent/point_placer.h"

namespace somnium::latent
{

namespace
{

/// Points are added in parts to sums of their own, which are then added up. How many parts does not depend on
/// the threads, so that the bits do not; each costs the memory of a grid.
std::size_t partsOf(std::size_t points, std::size_t cells)
{
    constexpr std::size_t kPointsEach = std::size_t{1} << 17;
    constexpr std::size_t kMostCells = std::size_t{1} << 22;
    constexpr std::size_t kMost = 8;
    return std::clamp<std::size_t>(std::min(points / kPointsEach, kMostCells / cells), 1, kMost);
}

GridPlace placeOf(const FieldGrid &grid)
{
    return {.originX = grid.rect.left,
            .originY = grid.rect.bottom,
            .perX = 1.0 / grid.cellWidth(),
            .perY = 1.0 / grid.cellHeight(),
            .padX = static_cast<double>(grid.padColumns),
            .padY = static_cast<double>(grid.padRows),
            .columns = grid.columns(),
            .rows = grid.rows()};
}

/// Adds points [begin, end) and returns how many of them have place and value, but no cell.
std::size_t addPoints(const Points &points, std::span<const double> column, double shift,
                      const GridPlace &grid, std::size_t begin, std::size_t end, CellSum *sums)
{
    PlacedCells cells;
    std::size_t others = 0;
    for (std::size_t first = begin; first < end; first += kPlacedAtOnce)
    {
        const std::size_t count = std::min(kPlacedAtOnce, end - first);
        placePoints(grid, points, first, count, cells);
        const double *const values = column.data() + first;
        for (std::size_t i = 0; i < count; ++i)
        {
            const bool hasValue = std::isfinite(values[i]);
            if (cells.column[i] < 0 || !hasValue)
            {
                others +=
                    hasValue && (isFiniteBit(points.x[first + i]) & isFiniteBit(points.y[first + i])) != 0;
                continue;
            }
            const auto row = static_cast<std::size_t>(cells.row[i]);
            CellSum &sum = sums[row * grid.columns + static_cast<std::size_t>(cells.column[i])];
            const double value = values[i] - shift;
            sum.count += 1.0;
            sum.value += value;
            sum.square += value * value;
        }
    }
    return others;
}

} // namespace

bool CellSums::fill(const Points &points, std::span<const double> column, double shift, const FieldGrid &grid,
                    const JobContext &context)
{
    m_columns = grid.columns();
    m_rows = grid.rows();
    const GridPlace place = placeOf(grid);
    const std::size_t parts = partsOf(points.count(), m_columns * m_rows);
    std::vector<std::vector<CellSum>> sums(parts);
    std::vector<std::size_t> others(parts);
    const bool isAdded = parallelFor(parts, context, [&](std::size_t part) {
        sums[part].resize(m_columns * m_rows);
        others[part] = addPoints(points, column, shift, place, part * points.count() / parts,
                                 (part + 1) * points.count() / parts, sums[part].data());
    });
    if (!isAdded)
        return false;
    m_hasOthers = std::ranges::any_of(others, [](std::size_t count) { return count > 0; });
    m_cells = std::move(sums.front());
    if (parts == 1)
        return true;
    constexpr std::size_t kBlock = 4096;
    return parallelFor((m_cells.size() + kBlock - 1) / kBlock, context, [&](std::size_t block) {
        const std::size_t end = std::min(m_cells.size(), (block + 1) * kBlock);
        for (std::size_t part = 1; part < parts; ++part)
            for (std::size_t cell = block * kBlock; cell < end; ++cell)
            {
                m_cells[cell].count += sums[part][cell].count;
                m_cells[cell].value += sums[part][cell].value;
                m_cells[cell].square += sums[part][cell].square;
            }
    });
}

namespace
{

/// Cells of all occupied blocks of `block` x `block` cells, and how many blocks these are. `isOccupied`:
/// [side] [side] of the cells.
std::pair<std::size_t, std::size_t> occupied(std::span<const std::uint8_t> isOccupied, std::size_t side,
                                             std::size_t block)
{
    std::size_t cells = 0;
    std::size_t blocks = 0;
    std::vector<std::uint8_t> line(side);
    for (std::size_t top = 0; top < side; top += block)
    {
        const std::size_t bottom = std::min(side, top + block);
        std::ranges::fill(line, std::uint8_t{0});
        for (std::size_t row = top; row < bottom; ++row)
            for (std::size_t column = 0; column < side; ++column)
                line[column] = static_cast<std::uint8_t>(line[column] | isOccupied[row * side + column]);
        for (std::size_t left = 0; left < side; left += block)
        {
            const std::size_t width = std::min(side, left + block) - left;
            const auto begin = line.begin() + static_cast<std::ptrdiff_t>(left);
            if (std::find(begin, begin + static_cast<std::ptrdiff_t>(width), 1) ==
                begin + static_cast<std::ptrdiff_t>(width))
                continue;
            ++blocks;
            cells += (bottom - top) * width;
        }
    }
    return {cells, blocks};
}

} // namespace

double meanDistanceCells(const CellSums &sums)
{
    constexpr double kPointsPerBlock = 8.0;
    const std::size_t side = sums.columns();
    double points = 0.0;
    std::vector<std::uint8_t> isOccupied(side * sums.rows());
    for (std::size_t row = 0; row < sums.rows(); ++row)
        for (std::size_t column = 0; column < side; ++column)
        {
            const double count = sums.row(row)[column].count;
            points += count;
            isOccupied[row * side + column] = count > 0.0 ? 1 : 0;
        }
    if (points == 0.0)
        return 0.0;
    const double even = std::ceil(static_cast<double>(side) * std::sqrt(kPointsPerBlock / points));
    auto block = static_cast<std::size_t>(std::clamp(even, 1.0, static_cast<double>(side)));
    // Crowded points fill few blocks, with many in each: finer blocks follow their outline better.
    auto [cells, blocks] = occupied(isOccupied, side, block);
    while (block > 1 && points > 2.0 * kPointsPerBlock * static_cast<double>(blocks))
    {
        block /= 2;
        std::tie(cells, blocks) = occupied(isOccupied, side, block);
    }
    return std::sqrt(static_cast<double>(cells) / points);
}

} // namespace somnium::latent
