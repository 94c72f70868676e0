// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fits_tile_repacker.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>

#include "core/base/bytes.h"
#include "core/io/archive.h"
#include "core/io/big_endian.h"
#include "core/io/fits_wcs_cards.h"
#include "core/io/problem.h"

namespace somnium::io
{

namespace
{

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
    TileRepacker(const ParsedFitsHdu &hdu, const TileTable &table, const Tiling &tiling,
                 TileAlgorithm algorithm)
        : m_hdu(hdu), m_table(table), m_tiling(tiling), m_algorithm(algorithm)
    {}

    Result<std::vector<std::byte>> repack();

private:
    [[nodiscard]] Result<std::span<const std::byte>> arrayOf(const TileColumn &column, std::size_t row) const;
    [[nodiscard]] Result<void> checkTile(std::span<const std::byte> tile, std::size_t row) const;
    [[nodiscard]] Spare spareOf(std::size_t pixels) const;
    [[nodiscard]] Result<void> appendArray(const TileColumn &column, std::size_t row);
    [[nodiscard]] Result<std::string> makeHeader() const;

    const ParsedFitsHdu &m_hdu;
    const TileTable &m_table;
    const Tiling &m_tiling;
    TileAlgorithm m_algorithm;
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
    // One plain stream to the tile's end, nothing behind it.
    constexpr std::size_t kFlagsAt = 3;
    constexpr std::byte kOddFlags{0xE2};
    if ((tile[kFlagsAt] & kOddFlags) != std::byte{0} || readAt<std::uint32_t>(tile, tile.size() - 4) != size)
        return expectedButFound("one gzip stream in tile " + std::to_string(row + 1), "another form");
    if (size != pixels && size != 2 * pixels && size != 4 * pixels && size != 8 * pixels)
        return expectedButFound(std::to_string(pixels) + " pixels in tile " + std::to_string(row + 1),
                                std::to_string(size) + " bytes");
    return {};
}

/// HCOMPRESS: 2 bytes of magic, then the sides, the scale, the sum, three numbers of bit planes.
Result<void> checkHcompress(std::span<const std::byte> tile, std::size_t pixels, std::size_t row)
{
    constexpr std::size_t kHeaderBytes = 25;
    constexpr std::size_t kPlanesAt = 22;
    constexpr int kMaxPlanes = 62;
    constexpr unsigned kMagic = 0xDD99;
    const std::string which = " in tile " + std::to_string(row + 1);
    if (tile.size() < kHeaderBytes || bigEndianAt<std::uint16_t>(tile, 0) != kMagic)
        return expectedButFound("an HCOMPRESS stream" + which, std::to_string(tile.size()) + " other bytes");
    const auto first = bigEndianAt<std::int32_t>(tile, 2);
    const auto second = bigEndianAt<std::int32_t>(tile, 6);
    if (first < 1 || second < 1 ||
        static_cast<std::size_t>(first) * static_cast<std::size_t>(second) != pixels)
        return expectedButFound(std::to_string(pixels) + " pixels" + which,
                                std::to_string(first) + " x " + std::to_string(second));
    for (std::size_t i = kPlanesAt; i < kHeaderBytes; ++i)
        if (const int planes = std::to_integer<int>(tile[i]); planes > kMaxPlanes)
            return expectedButFound("at most 62 bit planes" + which, std::to_string(planes));
    return {};
}

/// PLIO: a list of 16-bit words that says its own length, in two words if the third is not positive.
Result<void> checkPlio(std::span<const std::byte> tile, std::size_t row)
{
    constexpr std::size_t kShortHeader = 3;
    constexpr std::size_t kLongHeader = 7;
    const std::size_t words = tile.size() / 2;
    const auto word = [tile](std::size_t i) { return std::int64_t{bigEndianAt<std::int16_t>(tile, 2 * i)}; };
    const bool isShort = words >= kShortHeader && word(2) > 0;
    const bool isLong = !isShort && words >= kLongHeader && word(1) >= 0;
    const std::int64_t length = isShort ? word(2) : isLong ? word(4) * 32768 + word(3) : -1;
    if (length < 0 || length > static_cast<std::int64_t>(words))
        return expectedButFound("a PLIO list of at most " + std::to_string(words) + " words in tile " +
                                    std::to_string(row + 1),
                                std::to_string(length));
    return {};
}

/// The claims inside a compressed tile that its decoder believes.
Result<void> TileRepacker::checkTile(std::span<const std::byte> tile, std::size_t row) const
{
    const std::size_t pixels = productOf(m_tiling.sidesOf(row));
    switch (m_algorithm)
    {
    case TileAlgorithm::Gzip: return checkGzip(tile, pixels, row);
    case TileAlgorithm::Hcompress: return checkHcompress(tile, pixels, row);
    case TileAlgorithm::Plio: return checkPlio(tile, row);
    case TileAlgorithm::Rice: break; // its decoder looks for the end of what it is given
    }
    return {};
}

Spare TileRepacker::spareOf(std::size_t pixels) const
{
    switch (m_algorithm)
    {
    // A run of zero bits ends at the first set bit, and each pixel takes at most one run and 32 bits more.
    case TileAlgorithm::Rice: return {8 * std::min<std::size_t>(pixels, 65'536) + 64, std::byte{0xFF}};
    // At most 2 bits for a pixel in each of 62 planes, and its sign.
    case TileAlgorithm::Hcompress: return {16 * pixels + 64, std::byte{0}};
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
        if (column.elementBytes != (m_algorithm == TileAlgorithm::Plio ? 2U : 1U))
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
void copyNumber(std::string &cards, const ParsedFitsHeader &header, const std::string &keyword)
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

Result<std::string> parameterCards(const ParsedFitsHeader &header, TileAlgorithm algorithm)
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
    if (algorithm == TileAlgorithm::Rice)
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
    if (algorithm == TileAlgorithm::Hcompress)
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
    const ParsedFitsHeader &header = m_hdu.header;
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

} // namespace

Result<std::vector<std::byte>> repackTiles(const ParsedFitsHdu &hdu, const TileTable &table,
                                           const Tiling &tiling, TileAlgorithm algorithm)
{
    return TileRepacker(hdu, table, tiling, algorithm).repack();
}

} // namespace somnium::io
