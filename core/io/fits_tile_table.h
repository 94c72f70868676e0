// SPDX-License-Identifier: GPL-3.0-or-later
// What the header of a tile-compressed FITS image says of its table and its tiles, checked against the bytes
// that are there. Shared by the sources of fits_tiles.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/io/fits_header.h"

namespace somnium::io
{

enum class TileAlgorithm
{
    Rice,
    Gzip,
    Hcompress,
    Plio,
};

/// One column of the table: its place in a row, and for a variable-length one the size of its elements.
struct TileColumn
{
    std::string name;
    std::string form;
    std::size_t offset = 0;
    std::size_t elementBytes = 0; ///< 0: an ordinary column
    bool isWide = false;          ///< 64-bit descriptors
};

/// The binary table that holds the tiles.
struct TileTable
{
    std::vector<TileColumn> columns;
    std::size_t rows = 0;
    std::size_t rowBytes = 0;
    std::span<const std::byte> heap;
};

/// How the image is cut into tiles.
struct Tiling
{
    std::vector<std::size_t> axes;
    std::vector<std::size_t> tile;
    std::size_t pixels = 1;

    [[nodiscard]] std::size_t count() const
    {
        std::size_t tiles = 1;
        for (std::size_t i = 0; i < axes.size(); ++i)
            tiles *= (axes[i] + tile[i] - 1) / tile[i];
        return tiles;
    }
    /// Sides of tile `index`; those at the far borders are smaller.
    [[nodiscard]] std::vector<std::size_t> sidesOf(std::size_t index) const
    {
        std::vector<std::size_t> sides;
        for (std::size_t i = 0; i < axes.size(); ++i)
        {
            const std::size_t tilesHere = (axes[i] + tile[i] - 1) / tile[i];
            sides.push_back(std::min(tile[i], axes[i] - (index % tilesHere) * tile[i]));
            index /= tilesHere;
        }
        return sides;
    }
};

/// Errors of all of them say "expected ..., found ...".
[[nodiscard]] Result<TileAlgorithm> tileAlgorithm(const ParsedFitsHeader &header);
[[nodiscard]] Result<TileTable> readTileTable(const ParsedFitsHdu &hdu);
[[nodiscard]] Result<Tiling> readTiling(const ParsedFitsHdu &hdu);

} // namespace somnium::io
