// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fits_cells.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "core/base/bytes.h"
#include "core/io/big_endian.h"
#include "core/io/cell_text.h"
#include "core/io/fits_tiles.h"
#include "core/io/problem.h"

namespace somnium::io
{

namespace
{

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kMostColumns = 999;

/// Bytes of one element; 0 of codes that are no elements. Bits count by the byte.
std::size_t bytesOf(char code)
{
    switch (code)
    {
    case 'L':
    case 'B':
    case 'A':
    case 'X': return 1;
    case 'I': return 2;
    case 'J':
    case 'E': return 4;
    case 'K':
    case 'D':
    case 'C': return 8;
    case 'M': return 16;
    default: return 0;
    }
}

bool isIntegerCode(char code)
{
    return code == 'B' || code == 'I' || code == 'J' || code == 'K';
}

/// The digits at the front of a form: "4563E" -> 4563, "E" -> 1.
std::optional<std::size_t> takeRepeat(std::string_view &form)
{
    std::size_t repeat = 1;
    const auto digits = std::min(form.find_first_not_of("0123456789"), form.size());
    if (digits > 0)
    {
        const auto [end, error] = std::from_chars(form.data(), form.data() + digits, repeat);
        if (error != std::errc())
            return std::nullopt;
    }
    form.remove_prefix(digits);
    return repeat;
}

std::int64_t integerAt(std::span<const std::byte> bytes, char code, std::size_t index)
{
    switch (code)
    {
    case 'B': return std::to_integer<std::int64_t>(bytes[index]);
    case 'I': return bigEndianAt<std::int16_t>(bytes, 2 * index);
    case 'J': return bigEndianAt<std::int32_t>(bytes, 4 * index);
    default: return bigEndianAt<std::int64_t>(bytes, 8 * index);
    }
}

std::string textOf(std::span<const std::byte> bytes)
{
    std::string_view text(reinterpret_cast<const char *>(bytes.data()), bytes.size()); // NOLINT
    return toUtf8(trimmed(text.substr(0, text.find('\0'))));
}

/// What TDIM says is wrong, or why a cell is no vector: images in cells.
std::string dimensionFault(const ParsedFitsHeader &header, const std::string &number, std::size_t repeat)
{
    const auto dimensions = header.text("TDIM" + number);
    if (!dimensions)
        return {};
    std::string_view rest = trimmed(*dimensions);
    std::optional<std::size_t> product = 1;
    std::size_t longAxes = 0;
    std::string found = "TDIM" + number + " = '" + *dimensions + "'";
    std::string expected =
        "expected TDIM" + number + " of " + std::to_string(repeat) + " values, found " + found;
    if (!rest.starts_with('(') || !rest.ends_with(')'))
        return expected;
    rest = rest.substr(1, rest.size() - 2);
    while (product)
    {
        const std::size_t comma = rest.find(',');
        const auto length = parseInteger(trimmed(rest.substr(0, comma)));
        if (!length || *length < 1)
            return expected;
        product = checkedProduct(*product, static_cast<std::size_t>(*length));
        longAxes += *length > 1 ? 1U : 0U;
        if (comma == std::string_view::npos)
            break;
        rest.remove_prefix(comma + 1);
    }
    if (!product || *product != repeat)
        return expected;
    return longAxes > 1 ? "expected vectors, found arrays, " + std::move(found) : std::string();
}

} // namespace

bool isFitsTable(const ParsedFitsHdu &hdu)
{
    const std::string kind = hdu.kind();
    return (kind == "BINTABLE" || kind == "A3DTABLE" || kind == "TABLE") && !isCompressedImage(hdu);
}

Result<FitsCells::Form> FitsCells::readBinaryForm(const ParsedFitsHeader &header, std::size_t number,
                                                  std::size_t offset)
{
    const std::string keyword = "TFORM" + std::to_string(number);
    const std::string whole = header.text(keyword).value_or("");
    std::string_view rest = trimmed(whole);
    Form form;
    form.offset = offset;
    const auto repeat = takeRepeat(rest);
    form.code = rest.empty() ? ' ' : rest.front();
    if (form.code == 'P' || form.code == 'Q')
    {
        form.isVarying = true;
        form.isWide = form.code == 'Q';
        form.code = rest.size() > 1 ? rest[1] : ' ';
    }
    const std::size_t element = bytesOf(form.code);
    std::optional<std::size_t> bytes;
    if (repeat && element > 0 && form.isVarying)
        bytes = checkedProduct(*repeat, form.isWide ? 16 : 8);
    else if (repeat && form.code == 'X')
        bytes = *repeat / 8 + (*repeat % 8 != 0 ? 1 : 0);
    else if (repeat && element > 0)
        bytes = checkedProduct(*repeat, element);
    if (!bytes)
        return expectedButFound("a form such as 1E or 4000D", header.raw(keyword));
    form.repeat = *repeat;
    form.bytes = *bytes;
    return form;
}

Result<FitsCells::Form> FitsCells::readAsciiForm(const ParsedFitsHeader &header, std::size_t number)
{
    const std::string digits = std::to_string(number);
    const std::string whole = header.text("TFORM" + digits).value_or("");
    std::string_view rest = trimmed(whole);
    Form form;
    const char code = rest.empty() ? ' ' : rest.front();
    if (!rest.empty())
        rest.remove_prefix(1);
    const auto width = takeRepeat(rest);
    const auto start = header.integer("TBCOL" + digits);
    if (std::string_view("AIFED").find(code) == std::string_view::npos || !width || !start || *start < 1)
        return expectedButFound("a form such as E15.7 and where it begins",
                                header.raw("TFORM" + digits) + " and " + header.raw("TBCOL" + digits));
    form.code = code == 'A' ? 'A' : 'D';
    form.offset = static_cast<std::size_t>(*start - 1);
    form.repeat = *width;
    form.bytes = *width;
    return form;
}

Result<void> FitsCells::readColumns()
{
    const ParsedFitsHeader &header = m_hdu->header;
    const auto fields = header.integer("TFIELDS");
    if (!fields || *fields < 0 || *fields > kMostColumns)
        return expectedButFound("TFIELDS of 0 to 999", header.raw("TFIELDS"));
    std::size_t offset = 0;
    for (std::size_t number = 1; number <= static_cast<std::size_t>(*fields); ++number)
    {
        auto form = m_isAscii ? readAsciiForm(header, number) : readBinaryForm(header, number, offset);
        if (!form)
            return failure(form.error());
        if (form->offset > m_rowBytes || form->bytes > m_rowBytes - form->offset)
            return expectedButFound("columns that fit into rows of " + std::to_string(m_rowBytes) + " bytes",
                                    "column " + std::to_string(number) + " that ends behind them");
        offset = form->offset + form->bytes;
        const std::string digits = std::to_string(number);
        form->scale = header.number("TSCAL" + digits).value_or(1.0);
        form->zero = header.number("TZERO" + digits).value_or(0.0);
        form->null = header.integer("TNULL" + digits);
        m_columns.push_back(columnOf(header, digits, *form));
        m_forms.push_back(*form);
    }
    return {};
}

TableColumn FitsCells::columnOf(const ParsedFitsHeader &header, const std::string &digits,
                                const Form &form) const
{
    TableColumn column;
    column.name = toUtf8(header.longText("TTYPE" + digits).value_or("col" + digits));
    column.unit = toUtf8(header.longText("TUNIT" + digits).value_or(""));
    column.ucd = header.text("TUCD" + digits).value_or("");
    column.isText = form.code == 'A';
    const bool isOne = m_isAscii || column.isText;
    column.width = form.isVarying ? 0 : (isOne ? 1 : form.repeat);
    if (form.isVarying && form.repeat == 0)
        column.fault = "expected vectors, found cells without any";
    else if (form.code == 'C' || form.code == 'M')
        column.fault = "expected real numbers, found complex ones";
    else if (!isOne && !form.isVarying)
        column.fault = form.repeat == 0 ? "expected numbers, found cells without any"
                                        : dimensionFault(header, digits, form.repeat);
    return column;
}

Result<FitsCells> FitsCells::open(const ParsedFitsHdu &hdu)
{
    if (!isFitsTable(hdu))
        return failure(ErrorKind::Unsupported, "expected a table, found " + hdu.kind());
    if (hdu.header.isTrue("ZTABLE"))
        return failure(ErrorKind::Unsupported,
                       "expected a plain table, found a tile-compressed one (funpack undoes it)");
    if (hdu.axes.size() != 2 || hdu.header.integer("BITPIX") != 8)
        return expectedButFound("a table of bytes in two axes",
                                std::to_string(hdu.axes.size()) + " axes of " + hdu.header.raw("BITPIX"));
    FitsCells cells;
    cells.m_hdu = &hdu;
    cells.m_isAscii = hdu.kind() == "TABLE";
    cells.m_rowBytes = hdu.axes[0];
    cells.m_claimedRows = cells.m_rowBytes == 0 ? 0 : hdu.axes[1];
    cells.m_rows = cells.m_rowBytes == 0 ? 0 : std::min(hdu.axes[1], hdu.data.size() / cells.m_rowBytes);
    // The product is that of NAXIS1 * NAXIS2, which was checked when the structure was read.
    const std::size_t behindRows = cells.m_rowBytes * cells.m_claimedRows;
    const std::int64_t heap = hdu.header.integer("THEAP").value_or(static_cast<std::int64_t>(behindRows));
    cells.m_heapStart = heap < 0 ? behindRows : static_cast<std::size_t>(heap);
    if (auto read = cells.readColumns(); !read)
        return failure(read.error());
    return cells;
}

Result<std::span<const std::byte>> FitsCells::heapCell(const Form &form, std::size_t row) const
{
    const std::size_t place = row * m_rowBytes + form.offset;
    const std::uint64_t length = form.isWide ? bigEndianAt<std::uint64_t>(m_hdu->data, place)
                                             : bigEndianAt<std::uint32_t>(m_hdu->data, place);
    const std::uint64_t offset = form.isWide ? bigEndianAt<std::uint64_t>(m_hdu->data, place + 8)
                                             : bigEndianAt<std::uint32_t>(m_hdu->data, place + 4);
    const auto bytes = form.code == 'X' ? std::optional<std::size_t>(length / 8 + (length % 8 != 0 ? 1 : 0))
                                        : checkedProduct(length, bytesOf(form.code));
    const std::size_t heap = m_hdu->data.size() > m_heapStart ? m_hdu->data.size() - m_heapStart : 0;
    if (!bytes || offset > heap || *bytes > heap - offset)
        return expectedButFound("a cell within the " + std::to_string(heap) + " bytes of the heap",
                                std::to_string(length) + " values at " + std::to_string(offset));
    return m_hdu->data.subspan(m_heapStart + offset, *bytes);
}

Result<std::span<const std::byte>> FitsCells::cell(const Form &form, std::size_t row) const
{
    if (row >= m_rows)
        return expectedButFound("row " + std::to_string(row + 1),
                                "a table of " + std::to_string(m_rows) + " whole rows");
    if (!form.isVarying)
        return m_hdu->data.subspan(row * m_rowBytes + form.offset, form.bytes);
    if (form.repeat == 0)
        return std::span<const std::byte>();
    return heapCell(form, row);
}

Result<std::vector<double>> FitsCells::numbers(std::size_t column, std::size_t row) const
{
    const Form &form = m_forms[column];
    if (!m_columns[column].fault.empty())
        return failure(ErrorKind::Unsupported,
                       m_columns[column].fault + " (column '" + m_columns[column].name + "')");
    const auto bytes = cell(form, row);
    if (!bytes)
        return failure(bytes.error());
    if (m_isAscii)
    {
        std::string text = textOf(*bytes);
        std::replace(text.begin(), text.end(), 'D', 'E');
        return std::vector<double>{parseReal(text).value_or(kNoNumber)};
    }
    if (form.code == 'A')
        return failure(ErrorKind::Mismatch,
                       "expected numbers, found text in column '" + m_columns[column].name + "'");
    std::size_t count = form.code == 'X' ? bytes->size() * 8 : bytes->size() / bytesOf(form.code);
    if (form.code == 'X' && !form.isVarying)
        count = form.repeat;
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i)
        values[i] = numberAt(*bytes, form, i);
    return values;
}

double FitsCells::numberAt(std::span<const std::byte> bytes, const Form &form, std::size_t index)
{
    constexpr unsigned kHighestBit = 7;
    switch (form.code)
    {
    case 'E': return static_cast<double>(bigEndianAt<float>(bytes, 4 * index)) * form.scale + form.zero;
    case 'D': return bigEndianAt<double>(bytes, 8 * index) * form.scale + form.zero;
    case 'L': {
        const char truth = std::to_integer<char>(bytes[index]);
        return truth == 'T' ? 1.0 : (truth == 'F' ? 0.0 : kNoNumber);
    }
    case 'X': {
        const auto byte = std::to_integer<unsigned>(bytes[index / 8]);
        return (byte >> (kHighestBit - index % 8) & 1U) != 0 ? 1.0 : 0.0;
    }
    default: break;
    }
    const std::int64_t stored = integerAt(bytes, form.code, index);
    return form.null && stored == *form.null ? kNoNumber
                                             : static_cast<double>(stored) * form.scale + form.zero;
}

std::string FitsCells::text(std::size_t column, std::size_t row) const
{
    const Form &form = m_forms[column];
    const auto bytes = cell(form, row);
    if (!bytes)
        return {};
    if (form.code == 'A' || m_isAscii)
        return textOf(*bytes);
    if (isIntegerCode(form.code) && !form.isVarying && form.repeat == 1 && form.scale == 1.0)
    {
        const std::int64_t stored = integerAt(*bytes, form.code, 0);
        if (form.null && stored == *form.null)
            return {};
        // Unsigned numbers are stored with an offset; ids of 64 bits must not lose a digit.
        constexpr double kUnsignedOffset = 9223372036854775808.0;
        if (form.code == 'K' && form.zero == kUnsignedOffset)
            return std::to_string(static_cast<std::uint64_t>(stored) ^ (std::uint64_t{1} << 63U));
        if (form.zero == 0.0)
            return std::to_string(stored);
    }
    const double value = number(column, row);
    if (!std::isfinite(value))
        return {};
    return data::makeColumn("", std::vector<double>{value}).text(0);
}

} // namespace somnium::io
