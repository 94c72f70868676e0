// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fits_tile_table.h"

#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "core/base/bytes.h"
#include "core/io/fits_tiles.h"
#include "core/io/problem.h"

namespace somnium::io
{

namespace
{

/// 2 GiB of float32 pixels.
constexpr std::size_t kMaxPixels = std::size_t{1} << 29U;
/// No real image shrinks more, blank ones included: a damaged header must not fill the memory.
constexpr std::size_t kMaxPixelsPerByte = 1024;
constexpr std::size_t kMaxCompressedAxes = 6; // CFITSIO's limit

/// Bytes of one element of a TFORM letter; 0 if it is none.
std::size_t bytesOfLetter(char letter)
{
    switch (letter)
    {
    case 'L':
    case 'A':
    case 'B': return 1;
    case 'I': return 2;
    case 'J':
    case 'E': return 4;
    case 'K':
    case 'D':
    case 'C':
    case 'P': return 8;
    case 'M':
    case 'Q': return 16;
    default: return 0;
    }
}

/// "1PB(1234)" -> letter P of elements B.
Result<TileColumn> readColumn(const ParsedFitsHeader &header, int number, std::size_t offset,
                              std::size_t &width)
{
    const std::string keyword = "TFORM" + std::to_string(number);
    const std::string form = header.text(keyword).value_or("");
    std::size_t repeat = 1;
    const char *first = form.data();
    const char *last = first + form.size();
    const auto [end, error] = std::from_chars(first, last, repeat);
    const char letter = end != last ? *end : ' ';
    const auto bytes = checkedProduct(error == std::errc() ? repeat : 1, bytesOfLetter(letter));
    constexpr std::size_t kMaxRowBytes = std::size_t{1} << 31U;
    if (bytesOfLetter(letter) == 0 || !bytes || *bytes > kMaxRowBytes)
        return expectedButFound("a TFORM of a compressed image", header.raw(keyword));
    width = *bytes;

    TileColumn column;
    column.name = header.text("TTYPE" + std::to_string(number)).value_or("");
    column.offset = offset;
    column.form = form.substr(0, static_cast<std::size_t>(end - first) + 1);
    if (letter != 'P' && letter != 'Q')
        return column;
    column.isWide = letter == 'Q';
    column.elementBytes = end + 1 != last ? bytesOfLetter(end[1]) : 0;
    const bool isElement = column.elementBytes > 0 && end[1] != 'P' && end[1] != 'Q';
    if (!isElement || *bytes != bytesOfLetter(letter))
        return expectedButFound("one variable-length array per row", header.raw(keyword));
    column.form += end[1];
    return column;
}

} // namespace

Result<TileAlgorithm> tileAlgorithm(const ParsedFitsHeader &header)
{
    const std::string name = header.text("ZCMPTYPE").value_or("");
    if (name == "RICE_1" || name == "RICE_ONE")
        return TileAlgorithm::Rice;
    if (name == "GZIP_1" || name == "GZIP_2")
        return TileAlgorithm::Gzip;
    if (name == "HCOMPRESS_1")
        return TileAlgorithm::Hcompress;
    if (name == "PLIO_1")
        return TileAlgorithm::Plio;
    return failure(ErrorKind::Unsupported,
                   "expected compression RICE_1, GZIP_1, GZIP_2, HCOMPRESS_1 or PLIO_1, found " +
                       header.raw("ZCMPTYPE"));
}

Result<TileTable> readTileTable(const ParsedFitsHdu &hdu)
{
    const ParsedFitsHeader &header = hdu.header;
    if (hdu.isTruncated())
        return expectedButFound(std::to_string(hdu.dataBytes) + " bytes of compressed image",
                                std::to_string(hdu.data.size()));
    if (hdu.axes.size() != 2 || header.integer("BITPIX") != 8)
        return expectedButFound("a table with NAXIS = 2 and BITPIX = 8",
                                header.raw("NAXIS") + ", " + header.raw("BITPIX"));
    TileTable table;
    table.rowBytes = hdu.axes[0];
    table.rows = hdu.axes[1];
    const std::size_t tableBytes = table.rowBytes * table.rows; // at most dataBytes
    const std::int64_t heapOffset = header.integer("THEAP").value_or(static_cast<std::int64_t>(tableBytes));
    if (heapOffset < static_cast<std::int64_t>(tableBytes) ||
        heapOffset > static_cast<std::int64_t>(hdu.data.size()))
        return expectedButFound("THEAP between the table's and the HDU's end", header.raw("THEAP"));
    table.heap = hdu.data.subspan(static_cast<std::size_t>(heapOffset));

    const std::int64_t fields = header.integer("TFIELDS").value_or(-1);
    constexpr std::int64_t kMaxFields = 99;
    if (fields < 1 || fields > kMaxFields)
        return expectedButFound("TFIELDS of 1 to 99", header.raw("TFIELDS"));
    std::size_t offset = 0;
    for (int i = 1; i <= fields; ++i)
    {
        std::size_t width = 0;
        auto column = readColumn(header, i, offset, width);
        if (!column)
            return failure(column.error());
        offset += width;
        table.columns.push_back(std::move(*column));
    }
    if (offset != table.rowBytes)
        return expectedButFound("rows of " + std::to_string(offset) + " bytes", header.raw("NAXIS1"));
    return table;
}

Result<Tiling> readTiling(const ParsedFitsHdu &hdu)
{
    auto axes = compressedAxes(hdu);
    if (!axes)
        return failure(axes.error());
    Tiling tiling;
    tiling.axes = std::move(*axes);
    std::optional<std::size_t> pixels = 1;
    for (std::size_t i = 0; i < tiling.axes.size(); ++i)
    {
        const std::string keyword = "ZTILE" + std::to_string(i + 1);
        const std::size_t length = tiling.axes[i];
        const auto byDefault = static_cast<std::int64_t>(i == 0 ? length : 1);
        const std::int64_t side =
            hdu.header.has(keyword) ? hdu.header.integer(keyword).value_or(0) : byDefault;
        if (side < 1 || length < 1)
            return expectedButFound("tiles and axes of 1 pixel or more", hdu.header.raw(keyword));
        tiling.tile.push_back(std::min(static_cast<std::size_t>(side), length));
        pixels = pixels ? checkedProduct(*pixels, length) : std::nullopt;
    }
    if (!pixels || *pixels > kMaxPixels || *pixels / kMaxPixelsPerByte > hdu.data.size())
        return expectedButFound("at most " + std::to_string(kMaxPixels) + " pixels, and at most " +
                                    std::to_string(kMaxPixelsPerByte) + " of one byte",
                                "an image of " + (pixels ? std::to_string(*pixels) : "too many") +
                                    " pixels in " + std::to_string(hdu.data.size()) + " bytes");
    tiling.pixels = *pixels;
    return tiling;
}

Result<std::vector<std::size_t>> compressedAxes(const ParsedFitsHdu &hdu)
{
    const std::int64_t count = hdu.header.integer("ZNAXIS").value_or(-1);
    if (count < 1 || count > static_cast<std::int64_t>(kMaxCompressedAxes))
        return expectedButFound("ZNAXIS of 1 to 6", hdu.header.raw("ZNAXIS"));
    std::vector<std::size_t> axes;
    for (std::int64_t i = 1; i <= count; ++i)
    {
        const std::string keyword = "ZNAXIS" + std::to_string(i);
        const std::int64_t length = hdu.header.integer(keyword).value_or(-1);
        if (length < 0 || length > std::numeric_limits<std::int32_t>::max())
            return expectedButFound(keyword + " of 0 to 2^31 - 1", hdu.header.raw(keyword));
        axes.push_back(static_cast<std::size_t>(length));
    }
    return axes;
}

} // namespace somnium::io
