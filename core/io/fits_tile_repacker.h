// SPDX-License-Identifier: GPL-3.0-or-later
// CFITSIO's decoders trust what they read: a tile that lies about its length makes them read, a tile that
// lies about its size makes them write past the end of memory. So every claim of the table and of its tiles
// is checked; then it is put together again as a small FITS file of its own, each tile followed by as many
// spare bytes as its decoder could overrun, and only that is given to CFITSIO.
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/result.h"
#include "core/io/fits_header.h"
#include "core/io/fits_tile_table.h"

namespace somnium::io
{

/// The file in memory whose HDU 2 is the compressed image; errors say "expected ..., found ...".
[[nodiscard]] Result<std::vector<std::byte>> repackTiles(const ParsedFitsHdu &hdu, const TileTable &table,
                                                         const Tiling &tiling, TileAlgorithm algorithm);

} // namespace somnium::io
