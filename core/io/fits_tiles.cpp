// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fits_tiles.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include <fitsio.h>

#include "core/io/fits_tile_repacker.h"
#include "core/io/fits_tile_table.h"
#include "core/io/problem.h"

namespace somnium::io
{

namespace
{

std::string statusText(int status)
{
    std::array<char, FLEN_STATUS> text = {};
    fits_get_errstatus(status, text.data());
    return "CFITSIO status " + std::to_string(status) + " (" + text.data() + ")";
}

Result<std::vector<float>> decode(std::vector<std::byte> file, std::size_t pixels)
{
    void *memory = file.data();
    std::size_t size = file.size();
    int status = 0;
    fitsfile *handle = nullptr;
    fits_open_memfile(&handle, "tiles", READONLY, &memory, &size, 0, nullptr, &status);
    std::vector<float> values;
    if (status == 0)
    {
        fits_movabs_hdu(handle, 2, nullptr, &status);
        values.resize(pixels);
        float noValue = std::numeric_limits<float>::quiet_NaN();
        int hasMissing = 0; // CFITSIO writes to it whenever it meets a NaN
        fits_read_img(handle, TFLOAT, 1, static_cast<LONGLONG>(pixels), &noValue, values.data(), &hasMissing,
                      &status);
        int ignored = 0;
        fits_close_file(handle, &ignored);
    }
    // The stack of messages is shared by all threads: the status says as much.
    fits_clear_errmsg();
    if (status != 0)
        return expectedButFound("tiles that decode", statusText(status));
    for (float &value : values)
        value = std::isfinite(value) ? value : std::numeric_limits<float>::quiet_NaN();
    return values;
}

} // namespace

bool isCompressedImage(const ParsedFitsHdu &hdu)
{
    return hdu.kind() == "BINTABLE" && hdu.header.isTrue("ZIMAGE");
}

Result<std::vector<float>> readCompressedImage(const ParsedFitsHdu &hdu)
{
    const auto algorithm = tileAlgorithm(hdu.header);
    if (!algorithm)
        return failure(algorithm.error());
    const auto table = readTileTable(hdu);
    if (!table)
        return failure(table.error());
    const auto tiling = readTiling(hdu);
    if (!tiling)
        return failure(tiling.error());
    if (tiling->count() != table->rows)
        return expectedButFound(std::to_string(tiling->count()) + " tiles",
                                std::to_string(table->rows) + " rows");
    const bool hasTiles =
        std::any_of(table->columns.begin(), table->columns.end(), [](const TileColumn &column) {
            return column.name == "COMPRESSED_DATA" && column.elementBytes > 0;
        });
    if (!hasTiles)
        return expectedButFound("a variable-length column COMPRESSED_DATA", "none");
    auto file = repackTiles(hdu, *table, *tiling, *algorithm);
    if (!file)
        return failure(file.error());
    return decode(std::move(*file), tiling->pixels);
}

} // namespace somnium::io
