// SPDX-License-Identifier: GPL-3.0-or-later
//
// CFITSIO's decoders trust what they read: a tile that lies about its length makes them read, a tile that
// lies about its size makes them write past the end of memory. So the table is taken apart and every claim
// checked; then it is put together again as a small FITS file of its own, each tile followed by as many spare
// bytes as its decoder could overrun, and only that is given to CFITSIO.
#include "core/io/fits_tiles.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <fitsio.h>

#include "core/base/bytes.h"
#include "core/io/archive.h"
#include "core/io/fits_wcs_cards.h"
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

enum class Algorithm
{
    Rice,
    Gzip,
    Hcompress,
    Plio,
};

Result<Algorithm> algorithmOf(const FitsHeader &header)
{
    const std::string name = header.text("ZCMPTYPE").value_or("");
    if (name == "RICE_1" || name == "RICE_ONE")
        return Algorithm::Rice;
    if (name == "GZIP_1" || name == "GZIP_2")
        return Algorithm::Gzip;
    if (name == "HCOMPRESS_1")
        return Algorithm::Hcompress;
    if (name == "PLIO_1")
        return Algorithm::Plio;
    return failure(ErrorKind::Unsupported,
                   "expected compression RICE_1, GZIP_1, GZIP_2, HCOMPRESS_1 or PLIO_1, found " +
                       header.raw("ZCMPTYPE"));
}

/// One column of the table: its place in a row, and for a variable-length one the size of its elements.
struct TileColumn
{
    std::string name;
    std::string form;
    std::size_t offset = 0;
    std::size_t elementBytes = 0; ///< 0: an ordinary column
    bool isWide = false;          ///< 64-bit descriptors
};

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

struct TableLayout
{
    std::vector<TileColumn> columns;
    std::size_t rows = 0;
    std::size_t rowBytes = 0;
    std::span<const std::byte> heap;
};

/// "1PB(1234)" -> letter P of elements B.
Result<TileColumn> readColumn(const FitsHeader &header, int number, std::size_t offset, std::size_t &width)
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

Result<TableLayout> readTableLayout(const FitsHdu &hdu)
{
    const FitsHeader &header = hdu.header;
    if (hdu.isTruncated())
        return expectedButFound(std::to_string(hdu.dataBytes) + " bytes of compressed image",
                                std::to_string(hdu.data.size()));
    if (hdu.axes.size() != 2 || header.integer("BITPIX") != 8)
        return expectedButFound("a table with NAXIS = 2 and BITPIX = 8",
                                header.raw("NAXIS") + ", " + header.raw("BITPIX"));
    TableLayout table;
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

Result<Tiling> readTiling(const FitsHdu &hdu)
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

template <class T> T bigEndianAt(std::span<const std::byte> bytes, std::size_t offset)
{
    std::array<std::byte, sizeof(T)> reversed;
    std::reverse_copy(bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                      bytes.begin() + static_cast<std::ptrdiff_t>(offset + sizeof(T)), reversed.begin());
    return std::bit_cast<T>(reversed);
}

void appendBigEndian(std::vector<std::byte> &bytes, std::int64_t value)
{
    for (unsigned shift = 64; shift > 0; shift -= 8)
        bytes.push_back(static_cast<std::byte>(static_cast<std::uint64_t>(value) >> (shift - 8U)));
}

/// Spare bytes that a decoder may read behind a tile, and what they hold.
struct Spare
{
    std::size_t bytes = 0;
    std::byte value{0};
};

/// What CFITSIO is given: header, table with 64-bit descriptors, heap with spare bytes.
class TileRepacker
{
public:
    TileRepacker(const FitsHdu &hdu, const TableLayout &table, const Tiling &tiling, Algorithm algorithm)
        : m_hdu(hdu), m_table(table), m_tiling(tiling), m_algorithm(algorithm)
    {}

    Result<std::vector<std::byte>> repack();

private:
    [[nodiscard]] Result<std::span<const std::byte>> arrayOf(const TileColumn &column, std::size_t row) const;
    [[nodiscard]] Result<void> checkTile(std::span<const std::byte> tile, std::size_t row) const;
    [[nodiscard]] Spare spareOf(std::size_t pixels) const;
    [[nodiscard]] Result<void> appendArray(const TileColumn &column, std::size_t row);
    [[nodiscard]] Result<std::string> makeHeader() const;

    const FitsHdu &m_hdu;
    const TableLayout &m_table;
    const Tiling &m_tiling;
    Algorithm m_algorithm;
    std::vector<std::byte> m_rows;
    std::vector<std::byte> m_heap;
};

std::size_t productOf(const std::vector<std::size_t> &sides)
{
    std::size_t product = 1;
    for (const std::size_t side : sides)
        product *= side;
    return product;
}

Result<std::span<const std::byte>> TileRepacker::arrayOf(const TileColumn &column, std::size_t row) const
{
    const std::size_t place = row * m_table.rowBytes + column.offset;
    std::int64_t length = 0;
    std::int64_t offset = 0;
    if (column.isWide)
    {
        length = bigEndianAt<std::int64_t>(m_hdu.data, place);
        offset = bigEndianAt<std::int64_t>(m_hdu.data, place + sizeof(std::int64_t));
    }
    else
    {
        length = bigEndianAt<std::int32_t>(m_hdu.data, place);
        offset = bigEndianAt<std::int32_t>(m_hdu.data, place + sizeof(std::int32_t));
    }
    const auto bytes =
        length < 0 ? std::nullopt : checkedProduct(static_cast<std::size_t>(length), column.elementBytes);
    const std::size_t heapBytes = m_table.heap.size();
    if (!bytes || offset < 0 || static_cast<std::size_t>(offset) > heapBytes ||
        *bytes > heapBytes - static_cast<std::size_t>(offset))
        return expectedButFound("tile " + std::to_string(row + 1) + " within the heap of " +
                                    std::to_string(heapBytes) + " bytes",
                                std::to_string(length) + " elements at " + std::to_string(offset));
    return m_table.heap.subspan(static_cast<std::size_t>(offset), *bytes);
}

/// A damaged gzip stream sends CFITSIO round in a circle that takes all memory, so it is unpacked here first.
Result<void> checkGzip(std::span<const std::byte> tile, std::size_t pixels, std::size_t row)
{
    constexpr std::size_t kMaxPixelBytes = 8;
    const auto unpacked = decompress(tile, kMaxPixelBytes * pixels);
    if (!unpacked)
        return failure(unpacked.error().kind,
                       unpacked.error().message + " in tile " + std::to_string(row + 1));
    const std::size_t size = unpacked->size();
    if (size != pixels && size != 2 * pixels && size != 4 * pixels && size != 8 * pixels)
        return expectedButFound(std::to_string(pixels) + " pixels in tile " + std::to_string(row + 1),
                                std::to_string(size) + " bytes");
    return {};
}

/// The claims inside a compressed tile that its decoder believes.
Result<void> TileRepacker::checkTile(std::span<const std::byte> tile, std::size_t row) const
{
    const std::vector<std::size_t> sides = m_tiling.sidesOf(row);
    const std::string which = " in tile " + std::to_string(row + 1);
    if (m_algorithm == Algorithm::Gzip)
        return checkGzip(tile, productOf(sides), row);
    if (m_algorithm == Algorithm::Hcompress)
    {
        // 2 bytes of magic, then the sides, the scale, the sum, three numbers of bit planes: 25 bytes.
        constexpr std::size_t kHeaderBytes = 25;
        constexpr unsigned kMagic = 0xDD99;
        if (tile.size() < kHeaderBytes || bigEndianAt<std::uint16_t>(tile, 0) != kMagic)
            return expectedButFound("an HCOMPRESS stream" + which,
                                    std::to_string(tile.size()) + " other bytes");
        const auto first = bigEndianAt<std::int32_t>(tile, 2);
        const auto second = bigEndianAt<std::int32_t>(tile, 6);
        const bool isSound =
            first > 0 && second > 0 &&
            static_cast<std::size_t>(first) * static_cast<std::size_t>(second) == productOf(sides);
        if (!isSound)
            return expectedButFound(std::to_string(productOf(sides)) + " pixels" + which,
                                    std::to_string(first) + " x " + std::to_string(second));
        constexpr int kMaxPlanes = 62;
        for (std::size_t i = 22; i < kHeaderBytes; ++i)
            if (std::to_integer<int>(tile[i]) > kMaxPlanes)
                return expectedButFound("at most 62 bit planes" + which,
                                        std::to_string(std::to_integer<int>(tile[i])));
    }
    if (m_algorithm == Algorithm::Plio)
    {
        constexpr std::size_t kHeaderWords = 7;
        const std::size_t words = tile.size() / 2;
        const auto word = [&tile](std::size_t i) {
            return std::int64_t{bigEndianAt<std::int16_t>(tile, 2 * i)};
        };
        const bool isLong = words >= kHeaderWords && word(2) <= 0;
        const std::int64_t length = words < kHeaderWords ? -1 : isLong ? word(4) * 32768 + word(3) : word(2);
        if (length < 0 || length > static_cast<std::int64_t>(words) || (isLong && word(1) < 0))
            return expectedButFound("a PLIO list of at most " + std::to_string(words) + " words" + which,
                                    std::to_string(length));
    }
    return {};
}

Spare TileRepacker::spareOf(std::size_t pixels) const
{
    switch (m_algorithm)
    {
    // A run of zero bits ends at the first set bit, and each pixel takes at most one run and 32 bits more.
    case Algorithm::Rice: return {8 * std::min<std::size_t>(pixels, 65'536) + 64, std::byte{0xFF}};
    // At most 2 bits for a pixel in each of 62 planes, and its sign.
    case Algorithm::Hcompress: return {16 * pixels + 64, std::byte{0}};
    default: return {};
    }
}

Result<void> TileRepacker::appendArray(const TileColumn &column, std::size_t row)
{
    const auto array = arrayOf(column, row);
    if (!array)
        return failure(array.error());
    const std::size_t pixels = productOf(m_tiling.sidesOf(row));
    Spare spare;
    if (column.name == "COMPRESSED_DATA" && !array->empty())
    {
        if (column.elementBytes != (m_algorithm == Algorithm::Plio ? 2U : 1U))
            return expectedButFound("bytes (PLIO: 16-bit words) in COMPRESSED_DATA", "TFORM " + column.form);
        const auto checked = checkTile(*array, row);
        if (!checked)
            return checked;
        spare = spareOf(pixels);
    }
    if (column.name == "GZIP_COMPRESSED_DATA" && !array->empty())
    {
        const auto checked = checkGzip(*array, pixels, row);
        if (!checked)
            return checked;
    }
    if (column.name == "UNCOMPRESSED_DATA" && !array->empty() &&
        array->size() != pixels * column.elementBytes)
        return expectedButFound(std::to_string(pixels) + " pixels in uncompressed tile " +
                                    std::to_string(row + 1),
                                std::to_string(array->size() / column.elementBytes));
    appendBigEndian(m_rows, static_cast<std::int64_t>((array->size() + spare.bytes) / column.elementBytes));
    appendBigEndian(m_rows, static_cast<std::int64_t>(m_heap.size()));
    m_heap.insert(m_heap.end(), array->begin(), array->end());
    m_heap.insert(m_heap.end(), spare.bytes, spare.value);
    return {};
}

std::string textCard(const std::string &keyword, const std::string &value)
{
    std::string card =
        keyword + std::string(8 - std::min<std::size_t>(8, keyword.size()), ' ') + "= '" + value + "'";
    card.resize(kFitsCardBytes, ' ');
    return card;
}

/// Copies the card of a number if the header has one; the value is written anew.
void copyNumber(std::string &cards, const FitsHeader &header, const std::string &keyword)
{
    const auto value = header.number(keyword);
    if (!value)
        return;
    std::array<char, 32> digits = {};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), *value);
    std::string card = keyword + std::string(8 - keyword.size(), ' ') + "= " +
                       std::string(digits.data(), static_cast<std::size_t>(written.ptr - digits.data()));
    std::replace(card.begin() + 10, card.end(), 'e', 'E');
    card.resize(kFitsCardBytes, ' ');
    cards += card;
}

Result<std::string> parameterCards(const FitsHeader &header, Algorithm algorithm)
{
    std::string cards;
    constexpr std::int64_t kDitherSequence = 10'000; // length of the table of random numbers
    if (header.has("ZDITHER0"))
    {
        const std::int64_t seed = header.integer("ZDITHER0").value_or(0);
        if (seed < 1 || seed > kDitherSequence)
            return expectedButFound("ZDITHER0 of 1 to 10000", header.raw("ZDITHER0"));
        cards += integerCard("ZDITHER0", seed);
    }
    if (header.has("ZQUANTIZ"))
        cards += textCard("ZQUANTIZ", header.text("ZQUANTIZ").value_or(""));
    if (algorithm == Algorithm::Rice)
    {
        // Version 1 of the convention had NOISEBIT as the second parameter and always 4 bytes.
        const bool isOld = header.text("ZNAME2") == "NOISEBIT";
        std::int64_t block = header.integer("ZVAL1").value_or(32);
        std::int64_t bytes = isOld ? 4 : header.integer("ZVAL2").value_or(4);
        if (block < 16 && bytes > 8)
            std::swap(block, bytes); // some writers reversed the two
        constexpr std::int64_t kMaxBlock = 65'536;
        if (block < 1 || block > kMaxBlock || (bytes != 1 && bytes != 2 && bytes != 4))
            return expectedButFound("a RICE block of 1 to 65536 pixels of 1, 2 or 4 bytes",
                                    std::to_string(block) + " of " + std::to_string(bytes));
        cards += textCard("ZNAME1", "BLOCKSIZE") + integerCard("ZVAL1", block) +
                 textCard("ZNAME2", "BYTEPIX") + integerCard("ZVAL2", bytes);
    }
    if (algorithm == Algorithm::Hcompress)
    {
        cards += textCard("ZNAME1", "SCALE") + integerCard("ZVAL1", 0) + textCard("ZNAME2", "SMOOTH") +
                 integerCard("ZVAL2", header.integer("ZVAL2").value_or(0) != 0 ? 1 : 0);
    }
    for (const std::string keyword : {"ZSCALE", "ZZERO", "BSCALE", "BZERO"})
        copyNumber(cards, header, keyword);
    for (const std::string keyword : {"ZBLANK", "BLANK"})
    {
        const auto blank = header.integer(keyword);
        if (blank && *blank >= std::numeric_limits<std::int32_t>::min() &&
            *blank <= std::numeric_limits<std::int32_t>::max())
            cards += integerCard(keyword, *blank);
    }
    return cards;
}

Result<std::string> TileRepacker::makeHeader() const
{
    const FitsHeader &header = m_hdu.header;
    const std::int64_t bitpix = header.integer("ZBITPIX").value_or(0);
    if (bitpix != 8 && bitpix != 16 && bitpix != 32 && bitpix != -32 && bitpix != -64)
        return expectedButFound("ZBITPIX of 8, 16, 32, -32 or -64", header.raw("ZBITPIX"));
    const auto parameters = parameterCards(header, m_algorithm);
    if (!parameters)
        return failure(parameters.error());

    const std::size_t rowBytes = m_rows.size() / m_table.rows;
    std::string cards = textCard("XTENSION", "BINTABLE") + integerCard("BITPIX", 8) +
                        integerCard("NAXIS", 2) + integerCard("NAXIS1", static_cast<std::int64_t>(rowBytes)) +
                        integerCard("NAXIS2", static_cast<std::int64_t>(m_table.rows)) +
                        integerCard("PCOUNT", static_cast<std::int64_t>(m_heap.size())) +
                        integerCard("GCOUNT", 1) +
                        integerCard("TFIELDS", static_cast<std::int64_t>(m_table.columns.size()));
    for (std::size_t i = 0; i < m_table.columns.size(); ++i)
    {
        const TileColumn &column = m_table.columns[i];
        const std::string number = std::to_string(i + 1);
        cards += textCard("TTYPE" + number, column.name.substr(0, 60));
        cards += textCard("TFORM" + number,
                          column.elementBytes > 0 ? std::string("1Q") + column.form.back() : column.form);
    }
    std::string logical = "ZIMAGE  = " + std::string(19, ' ') + "T";
    logical.resize(kFitsCardBytes, ' ');
    cards += logical + textCard("ZCMPTYPE", header.text("ZCMPTYPE").value_or("")) +
             integerCard("ZBITPIX", bitpix) +
             integerCard("ZNAXIS", static_cast<std::int64_t>(m_tiling.axes.size()));
    for (std::size_t i = 0; i < m_tiling.axes.size(); ++i)
    {
        const std::string number = std::to_string(i + 1);
        cards += integerCard("ZNAXIS" + number, static_cast<std::int64_t>(m_tiling.axes[i]));
        cards += integerCard("ZTILE" + number, static_cast<std::int64_t>(m_tiling.tile[i]));
    }
    return cards + *parameters;
}

void appendPadded(std::vector<std::byte> &file, std::span<const std::byte> bytes, std::byte padding)
{
    file.insert(file.end(), bytes.begin(), bytes.end());
    file.resize((file.size() + kFitsBlockBytes - 1) / kFitsBlockBytes * kFitsBlockBytes, padding);
}

void appendHeader(std::vector<std::byte> &file, std::string cards)
{
    cards += "END";
    appendPadded(file, std::as_bytes(std::span(cards)), std::byte{' '});
}

Result<std::vector<std::byte>> TileRepacker::repack()
{
    for (std::size_t row = 0; row < m_table.rows; ++row)
    {
        const std::size_t place = row * m_table.rowBytes;
        for (std::size_t i = 0; i < m_table.columns.size(); ++i)
        {
            const TileColumn &column = m_table.columns[i];
            const std::size_t end =
                i + 1 < m_table.columns.size() ? m_table.columns[i + 1].offset : m_table.rowBytes;
            if (column.elementBytes > 0)
            {
                const auto appended = appendArray(column, row);
                if (!appended)
                    return failure(appended.error());
                continue;
            }
            const auto cell = m_hdu.data.subspan(place + column.offset, end - column.offset);
            m_rows.insert(m_rows.end(), cell.begin(), cell.end());
        }
    }
    const auto header = makeHeader();
    if (!header)
        return failure(header.error());
    std::string primary = "SIMPLE  = " + std::string(19, ' ') + "T";
    primary.resize(kFitsCardBytes, ' ');
    std::vector<std::byte> file;
    file.reserve(m_rows.size() + m_heap.size() + 4 * kFitsBlockBytes + header->size());
    appendHeader(file, primary + integerCard("BITPIX", 8) + integerCard("NAXIS", 0));
    appendHeader(file, *header);
    file.insert(file.end(), m_rows.begin(), m_rows.end());
    appendPadded(file, m_heap, std::byte{0});
    return file;
}

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

bool isCompressedImage(const FitsHdu &hdu)
{
    return hdu.kind() == "BINTABLE" && hdu.header.isTrue("ZIMAGE");
}

Result<std::vector<std::size_t>> compressedAxes(const FitsHdu &hdu)
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

Result<std::vector<float>> readCompressedImage(const FitsHdu &hdu)
{
    const auto algorithm = algorithmOf(hdu.header);
    if (!algorithm)
        return failure(algorithm.error());
    const auto table = readTableLayout(hdu);
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
    auto file = TileRepacker(hdu, *table, *tiling, *algorithm).repack();
    if (!file)
        return failure(file.error());
    return decode(std::move(*file), tiling->pixels);
}

} // namespace somnium::io
