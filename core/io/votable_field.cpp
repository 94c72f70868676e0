// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/votable_field.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <limits>

#include "core/base/bytes.h"
#include "core/io/cell_text.h"

namespace somnium::io
{

namespace
{

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMostPadded = std::size_t{1} << 27;

std::uint64_t bigEndian(std::span<const std::byte> bytes)
{
    std::uint64_t value = 0;
    for (const std::byte byte : bytes)
        value = (value << 8U) | static_cast<std::uint64_t>(byte);
    return value;
}

void appendUtf8(std::string &text, std::uint32_t character)
{
    const auto add = [&text](std::uint32_t byte) { text += static_cast<char>(byte); };
    if (character < 0x80)
        add(character);
    else if (character < 0x800)
    {
        add(0xC0 | (character >> 6U));
        add(0x80 | (character & 0x3F));
    }
    else if (character < 0x10000)
    {
        add(0xE0 | (character >> 12U));
        add(0x80 | ((character >> 6U) & 0x3F));
        add(0x80 | (character & 0x3F));
    }
    else
    {
        add(0xF0 | (character >> 18U));
        add(0x80 | ((character >> 12U) & 0x3F));
        add(0x80 | ((character >> 6U) & 0x3F));
        add(0x80 | (character & 0x3F));
    }
}

/// UTF-16, big-endian; halves of pairs that stand alone become U+FFFD.
std::string fromUtf16(std::span<const std::byte> bytes)
{
    constexpr std::uint32_t kReplacement = 0xFFFD;
    std::string text;
    const auto unit = [bytes](std::size_t i) {
        return static_cast<std::uint32_t>(bigEndian(bytes.subspan(2 * i, 2)));
    };
    const std::size_t count = bytes.size() / 2;
    for (std::size_t i = 0; i < count && unit(i) != 0; ++i)
    {
        const std::uint32_t first = unit(i);
        const bool isHigh = first >= 0xD800 && first < 0xDC00;
        if (isHigh && i + 1 < count && unit(i + 1) >= 0xDC00 && unit(i + 1) < 0xE000)
        {
            ++i;
            appendUtf8(text, 0x10000 + ((first - 0xD800) << 10U) + (unit(i) - 0xDC00));
        }
        else
            appendUtf8(text, first >= 0xD800 && first < 0xE000 ? kReplacement : first);
    }
    return text;
}

std::string fromBytes(std::span<const std::byte> bytes)
{
    std::string text(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    text.resize(std::min(text.size(), text.find('\0')));
    return toUtf8(text);
}

std::optional<std::size_t> parseSize(std::string_view text)
{
    std::size_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::optional<std::int64_t> parseVotableInteger(std::string_view text)
{
    if (text.starts_with("0x") || text.starts_with("0X"))
    {
        std::uint64_t bits = 0;
        const auto [end, problem] = std::from_chars(text.data() + 2, text.data() + text.size(), bits, 16);
        if (problem == std::errc{} && end == text.data() + text.size())
            return static_cast<std::int64_t>(bits);
        return std::nullopt;
    }
    return parseInteger(text);
}

std::string_view takeToken(std::string_view &text)
{
    text = trimmed(text);
    const std::size_t end = std::min(text.find_first_of(" \t\r\n"), text.size());
    const std::string_view token = text.substr(0, end);
    text.remove_prefix(end);
    return token;
}

/// An array of strings, written one behind the other, each padded to `length`.
std::string joinedStrings(const std::string &text, std::size_t length)
{
    std::string joined;
    for (std::size_t begin = 0; begin < text.size(); begin += length)
    {
        const std::string_view piece = trimmed(std::string_view(text).substr(begin, length));
        joined += (joined.empty() || piece.empty() ? "" : " ") + std::string(piece);
    }
    return joined;
}

} // namespace

std::optional<std::span<const std::byte>> VotableStream::take(std::size_t count)
{
    if (count > left())
        return std::nullopt;
    position += count;
    return bytes.subspan(position - count, count);
}

VotableField::VotableField(VotableFieldInfo info) : m_info(std::move(info))
{
    parseDatatype();
    parseArraysize();
    m_nullInteger = parseVotableInteger(trimmed(m_info.nullText));
}

void VotableField::parseDatatype()
{
    struct Entry
    {
        std::string_view name;
        Kind kind;
        std::size_t bytes;
    };
    static constexpr std::array<Entry, 13> kTypes = {
        {{"boolean", Kind::Truth, 1},
         {"bit", Kind::Bit, 0},
         {"unsignedByte", Kind::Integer, 1},
         {"short", Kind::Integer, 2},
         {"int", Kind::Integer, 4},
         {"long", Kind::Integer, 8},
         {"char", Kind::Text, 1},
         {"unicodeChar", Kind::WideText, 2},
         {"float", Kind::Real, 4},
         {"double", Kind::Real, 8},
         {"floatComplex", Kind::Complex, 8},
         {"doubleComplex", Kind::Complex, 16},
         {"string", Kind::Text, 1}}}; // no VOTable type, but seen
    for (const Entry &entry : kTypes)
        if (m_info.datatype == entry.name)
        {
            m_kind = entry.kind;
            m_valueBytes = entry.bytes;
        }
    m_isUnsignedByte = m_info.datatype == "unsignedByte";
    if (m_info.datatype == "string" && m_info.arraysize.empty())
        m_info.arraysize = "*";
}

void VotableField::parseArraysize()
{
    std::string_view shape = trimmed(m_info.arraysize);
    if (shape.empty())
        return;
    m_isArray = true;
    m_isVariable = shape.ends_with('*');
    if (m_isVariable)
        shape.remove_suffix(1);
    std::size_t axes = 0;
    while (!shape.empty())
    {
        const std::size_t end = std::min(shape.find('x'), shape.size());
        const auto axis = parseSize(shape.substr(0, end));
        const auto product = axis ? checkedProduct(m_fixedCount, *axis) : std::nullopt;
        if (!product)
        {
            m_kind = Kind::Unknown;
            return;
        }
        if (axes++ == 0)
            m_stringLength = *axis;
        m_fixedCount = *product;
        shape.remove_prefix(std::min(end + 1, shape.size()));
    }
    const bool isArrayOfStrings = isText() && (axes > 1 || m_info.arraysize.find("x*") != std::string::npos);
    m_stringLength = isArrayOfStrings ? std::max<std::size_t>(m_stringLength, 1) : 0;
    if (!isText() && !m_isVariable && m_fixedCount == 1)
        m_isArray = false;
}

void VotableField::endCell(std::size_t values, bool isNull)
{
    ++m_rows;
    if (m_kind == Kind::Real)
    {
        if (!m_isArray && values == 0)
            m_reals.values.push_back(kNaN);
        if (m_isArray && isNull)
            m_reals.values.resize(m_reals.values.size() - values);
        else if (isNull && values == 1)
            m_reals.values.back() = kNaN;
        if (m_isArray)
            m_reals.endCell();
        return;
    }
    if (m_isArray && isNull)
    {
        m_integers.resize(m_integers.size() - values);
        m_nulls.resize(m_integers.size());
    }
    else if (!m_isArray && values == 0)
    {
        m_integers.push_back(0);
        m_nulls.push_back(1);
    }
    else if (isNull && values == 1)
        m_nulls.back() = 1;
    if (m_isArray)
        m_integerEnds.push_back(m_integers.size());
}

void VotableField::addTextCell(std::string text)
{
    ++m_rows;
    m_texts.push_back(m_stringLength > 0 ? joinedStrings(text, m_stringLength) : std::move(text));
}

bool VotableField::addToken(std::string_view token)
{
    if (m_kind == Kind::Real)
    {
        const auto value = parseReal(token);
        if (!value && !isMissingMark(token))
            return false;
        m_reals.values.push_back(value.value_or(kNaN));
        return true;
    }
    if (m_kind == Kind::Truth)
    {
        const auto word = parseTruth(token);
        const char letter = token.size() == 1 ? token[0] : '\0';
        const bool isTrue = word.value_or(false) || letter == 'T' || letter == 't' || letter == '1';
        const bool isFalse = (word && !*word) || letter == 'F' || letter == 'f' || letter == '0';
        if (!isTrue && !isFalse && letter != '?')
            return false;
        m_integers.push_back(isTrue ? 1 : 0);
        m_nulls.push_back(isTrue || isFalse ? 0 : 1);
        return true;
    }
    const auto value = parseVotableInteger(token);
    if (!value && !isMissingMark(token))
        return false;
    m_integers.push_back(value.value_or(0));
    m_nulls.push_back(!value || value == m_nullInteger ? 1 : 0);
    return true;
}

bool VotableField::addBits(std::string_view text)
{
    if (text.find_first_not_of("01 \t\r\n") != std::string_view::npos)
        return false;
    for (const char c : text)
    {
        if (c != '0' && c != '1')
            continue;
        m_integers.push_back(c == '1' ? 1 : 0);
        m_nulls.push_back(0);
    }
    return true;
}

std::optional<std::string> VotableField::addText(const std::string &text)
{
    if (m_kind == Kind::Unknown)
        return "a datatype and arraysize of VOTable";
    if (m_kind == Kind::Complex)
        return std::nullopt;
    if (isText())
    {
        addTextCell(text);
        return std::nullopt;
    }
    const std::size_t before = m_integers.size() + m_reals.values.size();
    bool isGood = true;
    if (m_kind == Kind::Bit)
        isGood = addBits(text);
    std::string_view rest = m_kind == Kind::Bit ? std::string_view() : std::string_view(text);
    for (std::string_view token = takeToken(rest); !token.empty() && isGood; token = takeToken(rest))
        isGood = addToken(token);
    const std::size_t count = m_integers.size() + m_reals.values.size() - before;
    const bool hasRightCount = count == 0 || m_isVariable || count == m_fixedCount;
    if (!isGood || !hasRightCount)
        return (m_isArray ? std::string(m_isVariable ? "any number" : std::to_string(m_fixedCount)) + " of "
                          : std::string("one ")) +
               m_info.datatype;
    endCell(count, count == 0);
    return std::nullopt;
}

void VotableField::addBinaryValue(std::span<const std::byte> bytes)
{
    const std::uint64_t bits = bigEndian(bytes);
    if (m_kind == Kind::Real)
    {
        m_reals.values.push_back(
            bytes.size() == 4 ? static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)))
                              : std::bit_cast<double>(bits));
        return;
    }
    if (m_kind == Kind::Truth)
    {
        const char letter = static_cast<char>(bits);
        const bool isTrue = letter == 'T' || letter == 't' || letter == '1';
        const bool isFalse = letter == 'F' || letter == 'f' || letter == '0';
        m_integers.push_back(isTrue ? 1 : 0);
        m_nulls.push_back(isTrue || isFalse ? 0 : 1);
        return;
    }
    const auto shift = static_cast<unsigned>(64 - 8 * bytes.size());
    const auto value = m_isUnsignedByte ? static_cast<std::int64_t>(bits)
                                        : static_cast<std::int64_t>(bits << shift) >> shift; // with its sign
    m_integers.push_back(value);
    m_nulls.push_back(value == m_nullInteger ? 1 : 0);
}

void VotableField::addBinaryBits(std::span<const std::byte> bytes, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
    {
        const auto bit = (static_cast<unsigned>(bytes[i / 8]) >> (7 - i % 8)) & 1U;
        m_integers.push_back(bit);
        m_nulls.push_back(0);
    }
}

std::optional<std::string> VotableField::addBinary(VotableStream &stream, bool isNull)
{
    if (m_kind == Kind::Unknown)
        return "a datatype and arraysize of VOTable";
    std::size_t count = m_fixedCount;
    if (m_isVariable)
    {
        const auto length = stream.take(4);
        if (!length)
            return "more bytes";
        count = static_cast<std::size_t>(bigEndian(*length));
    }
    const auto size =
        m_kind == Kind::Bit ? std::optional((count + 7) / 8) : checkedProduct(count, m_valueBytes);
    const auto bytes = size ? stream.take(*size) : std::nullopt;
    if (!bytes)
        return "more bytes";
    if (m_kind == Kind::Complex)
        return std::nullopt;
    if (isText())
    {
        std::string text = m_kind == Kind::Text ? fromBytes(*bytes) : fromUtf16(*bytes);
        if (!m_isVariable)
            text.resize(text.find_last_not_of(' ') + 1);
        addTextCell(isNull ? std::string() : std::move(text));
        return std::nullopt;
    }
    if (m_kind == Kind::Bit)
        addBinaryBits(*bytes, count);
    else
        for (std::size_t i = 0; i < count; ++i)
            addBinaryValue(bytes->subspan(i * m_valueBytes, m_valueBytes));
    endCell(count, isNull);
    return std::nullopt;
}

data::Column VotableField::emptyColumn() const
{
    return data::makeColumn(m_info.name, {}, m_info.unit, m_info.ucd, m_info.description);
}

std::size_t VotableField::widthFor(std::size_t longest) const
{
    const auto fixed = checkedProduct(m_fixedCount, std::max<std::size_t>(m_rows, 1));
    const bool canBeFixed = m_isArray && !m_isVariable && fixed && *fixed <= kMostPadded;
    return std::max<std::size_t>(canBeFixed ? m_fixedCount : longest, 1);
}

std::optional<data::Column> VotableField::realColumn(std::string &reason)
{
    data::Column column = emptyColumn();
    const bool isFloat32 = m_valueBytes == 4;
    if (!m_isArray)
    {
        if (isFloat32)
            column.values = std::vector<float>(m_reals.values.begin(), m_reals.values.end());
        else
            column.values = std::move(m_reals.values);
        return column;
    }
    m_reals.longest = widthFor(m_reals.longest);
    column.width = m_reals.longest;
    auto values = padded(m_reals, isFloat32);
    if (!values)
    {
        reason = "its cells differ too much in length";
        return std::nullopt;
    }
    column.values = std::move(*values);
    return column;
}

std::optional<data::Column> VotableField::integerColumn(std::string &reason)
{
    data::Column column = emptyColumn();
    std::size_t longest = 0;
    for (std::size_t row = 0; row < m_integerEnds.size(); ++row)
        longest = std::max(longest, m_integerEnds[row] - (row == 0 ? 0 : m_integerEnds[row - 1]));
    const std::size_t width = m_isArray ? widthFor(longest) : 1;
    const auto total = checkedProduct(m_rows, width);
    if (!total || *total > kMostPadded)
    {
        reason = "its cells differ too much in length";
        return std::nullopt;
    }
    column.width = width;
    if (m_isArray)
    {
        std::vector<std::int64_t> values(*total);
        std::vector<char> nulls(*total, 1);
        for (std::size_t row = 0, begin = 0; row < m_integerEnds.size(); begin = m_integerEnds[row++])
            for (std::size_t i = begin; i < m_integerEnds[row]; ++i)
            {
                values[row * width + i - begin] = m_integers[i];
                nulls[row * width + i - begin] = m_nulls[i];
            }
        m_integers = std::move(values);
        m_nulls = std::move(nulls);
    }
    if (m_kind == Kind::Integer)
        column.values = std::move(m_integers);
    else
        column.values = std::vector<std::uint8_t>(m_integers.begin(), m_integers.end());
    setNulls(column, m_nulls);
    return column;
}

std::optional<data::Column> VotableField::takeColumn(std::string &reason)
{
    switch (m_kind)
    {
    case Kind::Complex: reason = "complex numbers"; return std::nullopt;
    case Kind::Unknown:
        reason = "datatype '" + m_info.datatype + "', arraysize '" + m_info.arraysize + "'";
        return std::nullopt;
    case Kind::Real: return realColumn(reason);
    case Kind::Text:
    case Kind::WideText: {
        data::Column column = emptyColumn();
        column.values = std::move(m_texts);
        return column;
    }
    default: return integerColumn(reason);
    }
}

} // namespace somnium::io
