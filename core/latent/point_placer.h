// SPDX-License-Identifier: GPL-3.0-or-later
// Where points fall on a grid of cells, many at a time: loops that a compiler turns into vectors. Inner
// header of the rasters and fields of the plane.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "core/latent/plane.h"

namespace somnium::latent
{

/// column = (x - originX) perX + padX, row = (y - originY) perY + padY, both rounded down.
struct GridPlace
{
    double originX = 0.0;
    double originY = 0.0;
    double perX = 1.0;
    double perY = 1.0; ///< negative where rows are counted downwards
    double padX = 0.0;
    double padY = 0.0;
    std::size_t columns = 0; ///< below 2^28, as rows
    std::size_t rows = 0;
};

/// Points that are placed at a time: what is known of them stays in the processor's nearest cache.
inline constexpr std::size_t kPlacedAtOnce = 256;

template <class T> using OfPlaced = std::array<T, kPlacedAtOnce>;

/// The cells of some points; column -1: not on the grid.
struct PlacedCells
{
    OfPlaced<std::int32_t> column;
    OfPlaced<std::int32_t> row;
};

/// 1: finite, 0: not; without a branch.
[[nodiscard]] inline std::uint32_t isFiniteBit(float value)
{
    constexpr std::uint32_t kExponent = 0x7F800000U;
    return (std::bit_cast<std::uint32_t>(value) & kExponent) != kExponent ? 1U : 0U;
}

/// Of points [first, first + count), count <= kPlacedAtOnce.
inline void placePoints(const GridPlace &grid, const Points &points, std::size_t first, std::size_t count,
                        PlacedCells &cells)
{
    const GridPlace place = grid; // a compiler cannot know that what it writes is not this
    const auto columns = static_cast<double>(place.columns);
    const auto rows = static_cast<double>(place.rows);
    const float *const xs = points.x.data() + first;
    const float *const ys = points.y.data() + first;
    for (std::size_t i = 0; i < count; ++i)
    {
        const double x = (static_cast<double>(xs[i]) - place.originX) * place.perX + place.padX;
        const double y = (static_cast<double>(ys[i]) - place.originY) * place.perY + place.padY;
        const double onX = x >= 0.0 ? (x < columns ? x : -1.0) : -1.0;
        const double column = y >= 0.0 ? (y < rows ? onX : -1.0) : -1.0;
        cells.column[i] = static_cast<std::int32_t>(column);
        cells.row[i] = static_cast<std::int32_t>(column >= 0.0 ? y : 0.0);
    }
}

} // namespace somnium::latent
