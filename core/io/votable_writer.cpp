// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <bit>
#include <ostream>
#include <span>
#include <string_view>

#include "core/base/atomic_file.h"
#include "core/base/version.h"
#include "core/io/base64.h"
#include "core/io/cell_text.h"
#include "core/io/votable.h"

namespace somnium::io
{

namespace
{

using data::Catalogue;
using data::Column;
using data::ColumnType;

constexpr std::size_t kMostRowsAsText = 10'000;

/// Text for element content or an attribute in double quotes. Characters that XML 1.0 does not have are left
/// out.
std::string escaped(std::string_view text, bool isAttribute)
{
    std::string result;
    result.reserve(text.size());
    for (const char c : text)
    {
        switch (c)
        {
        case '&': result += "&amp;"; break;
        case '<': result += "&lt;"; break;
        case '>': result += "&gt;"; break;
        case '"': result += isAttribute ? "&quot;" : "\""; break;
        case '\r': result += "&#13;"; break; // would be read back as a line end
        case '\n': result += isAttribute ? "&#10;" : "\n"; break;
        case '\t': result += isAttribute ? "&#9;" : "\t"; break;
        default:
            if (static_cast<unsigned char>(c) >= 0x20)
                result += c;
        }
    }
    return result;
}

std::string inAttribute(std::string_view text)
{
    return escaped(toUtf8(text), true);
}

bool isAscii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool isWide(const Column &column)
{
    const auto &texts = std::get<std::vector<std::string>>(column.values);
    return !std::all_of(texts.begin(), texts.end(), [](const std::string &text) { return isAscii(text); });
}

std::string attribute(std::string_view name, std::string_view value)
{
    return " " + std::string(name) + "=\"" + inAttribute(value) + "\"";
}

std::string attributeIfAny(std::string_view name, std::string_view value)
{
    return value.empty() ? std::string() : attribute(name, value);
}

/// datatype and arraysize.
std::string typeAttributes(const Column &column)
{
    const std::string size = column.width > 1 ? " arraysize=\"" + std::to_string(column.width) + "\"" : "";
    switch (column.type())
    {
    case ColumnType::Bool: return "datatype=\"boolean\"" + size;
    case ColumnType::Int64: return "datatype=\"long\"" + size;
    case ColumnType::Float32: return "datatype=\"float\"" + size;
    case ColumnType::Float64: return "datatype=\"double\"" + size;
    case ColumnType::Text: break;
    }
    return std::string(isWide(column) ? "datatype=\"unicodeChar\"" : "datatype=\"char\"") +
           " arraysize=\"*\"";
}

/// No ID attribute: astropy would call the columns by it.
std::string fieldElement(const Column &column, bool isPosition)
{
    std::string element = "<FIELD name=\"" + inAttribute(column.name) + "\" " + typeAttributes(column) +
                          attributeIfAny("unit", column.unit) + attributeIfAny("ucd", column.ucd) +
                          (isPosition ? " ref=\"icrs\"" : "");
    if (column.description.empty())
        return element + "/>\n";
    return element + ">\n<DESCRIPTION>" + escaped(toUtf8(column.description), false) +
           "</DESCRIPTION>\n</FIELD>\n";
}

std::string parameterElement(const std::string &name, const std::string &value)
{
    const std::string_view datatype = isAscii(value) ? "char" : "unicodeChar";
    return "<PARAM" + attribute("name", name) + attribute("datatype", datatype) +
           attribute("arraysize", "*") + attribute("value", value) + "/>\n";
}

std::string opening(const Catalogue &catalogue, const TableMetadata &metadata)
{
    const data::CatalogueRoles roles = data::guessRoles(catalogue);
    std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<VOTABLE version=\"1.4\" xmlns=\"http://www.ivoa.net/xml/VOTable/v1.3\"\n"
                       " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n"
                       " xsi:schemaLocation=\"http://www.ivoa.net/xml/VOTable/v1.3 "
                       "http://www.ivoa.net/xml/VOTable/v1.3\">\n"
                       "<RESOURCE>\n";
    const bool hasPositions = roles.raDeg && roles.decDeg;
    if (hasPositions)
        text += "<COOSYS ID=\"icrs\" system=\"ICRS\"/>\n";
    text += "<TABLE" + attributeIfAny("name", catalogue.name) + " nrows=\"" +
            std::to_string(catalogue.rowCount()) + "\">\n";
    if (!catalogue.description.empty())
        text += "<DESCRIPTION>" + escaped(toUtf8(catalogue.description), false) + "</DESCRIPTION>\n";
    for (const std::string &line : metadata.history)
        text += "<INFO" + attribute("name", "HISTORY") + attribute("value", line) + "/>\n";
    for (const auto &[name, value] : metadata.parameters)
        text += parameterElement(name, value);
    for (std::size_t i = 0; i < catalogue.columns().size(); ++i)
        text += fieldElement(catalogue.columns()[i], hasPositions && (i == roles.raDeg || i == roles.decDeg));
    return text;
}

constexpr std::string_view kClosing = "</TABLE>\n</RESOURCE>\n</VOTABLE>\n";

/// A cell of TABLEDATA. Numbers of a vector stand side by side without brackets.
std::string tableDataCell(const Column &column, std::size_t row)
{
    std::string text = column.text(row);
    if (column.type() == ColumnType::Text)
        return escaped(toUtf8(text), false);
    if (column.width > 1 && text.size() > 2)
        text = text.substr(1, text.size() - 2);
    for (std::size_t at = text.find("Infinity"); at != std::string::npos; at = text.find("Infinity", at + 1))
        text.replace(at, 8, at > 0 && text[at - 1] == '-' ? "Inf" : "+Inf");
    const bool isReal = column.type() == ColumnType::Float32 || column.type() == ColumnType::Float64;
    if (!isReal || !text.empty())
        return text;
    for (std::size_t i = 0; i < column.width; ++i) // no value: a cell of NaN, which every reader understands
        text += i == 0 ? "NaN" : " NaN";
    return text;
}

void writeTableData(const Catalogue &catalogue, std::ostream &file)
{
    file << "<DATA>\n<TABLEDATA>\n";
    for (std::size_t row = 0; row < catalogue.rowCount(); ++row)
    {
        file << "<TR>";
        for (const Column &column : catalogue.columns())
        {
            const std::string cell = tableDataCell(column, row);
            file << (cell.empty() ? "<TD/>" : "<TD>" + cell + "</TD>");
        }
        file << "</TR>\n";
    }
    file << "</TABLEDATA>\n</DATA>\n";
}

/// Rows of a BINARY2 stream, big-endian, in base64.
class BinaryRows
{
public:
    explicit BinaryRows(const Catalogue &catalogue) : m_catalogue(catalogue)
    {
        for (const Column &column : catalogue.columns())
            m_isWide.push_back(column.type() == ColumnType::Text && isWide(column));
    }

    void write(std::ostream &file)
    {
        constexpr std::size_t kBytesAtOnce = 1U << 20U;
        for (std::size_t row = 0; row < m_catalogue.rowCount(); ++row)
        {
            addNullFlags(row);
            for (std::size_t i = 0; i < m_catalogue.columns().size(); ++i)
                addCell(m_catalogue.columns()[i], row, m_isWide[i]);
            if (m_bytes.size() >= kBytesAtOnce)
                writeBytes(m_bytes.size() / kBase64BytesInLine * kBase64BytesInLine, file);
        }
        writeBytes(m_bytes.size(), file);
    }

private:
    void writeBytes(std::size_t count, std::ostream &file)
    {
        file << toBase64(std::span(m_bytes).first(count));
        m_bytes.erase(m_bytes.begin(), m_bytes.begin() + static_cast<std::ptrdiff_t>(count));
    }
    template <class T> void addNumber(T value)
    {
        for (std::size_t shift = 8 * sizeof(T); shift > 0; shift -= 8)
            m_bytes.push_back(static_cast<std::byte>((std::uint64_t{value} >> (shift - 8)) & 0xFFU));
    }
    void addValue(std::uint8_t value) { m_bytes.push_back(static_cast<std::byte>(value != 0 ? 'T' : 'F')); }
    void addValue(std::int64_t value) { addNumber(static_cast<std::uint64_t>(value)); }
    void addValue(float value) { addNumber(std::bit_cast<std::uint32_t>(value)); }
    void addValue(double value) { addNumber(std::bit_cast<std::uint64_t>(value)); }

    void addNullFlags(std::size_t row)
    {
        const std::size_t begin = m_bytes.size();
        const std::vector<Column> &columns = m_catalogue.columns();
        m_bytes.resize(begin + (columns.size() + 7) / 8);
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (columns[i].isMissing(row))
                m_bytes[begin + i / 8] |= static_cast<std::byte>(0x80U >> (i % 8));
    }

    void addText(const std::string &text, bool isWide)
    {
        if (isWide)
            return addWideText(text);
        addNumber(static_cast<std::uint32_t>(text.size()));
        for (const char c : text)
            m_bytes.push_back(static_cast<std::byte>(c));
    }

    void addWideText(const std::string &text)
    {
        std::vector<std::uint16_t> units;
        for (std::size_t i = 0; i < text.size();)
        {
            const auto first = static_cast<unsigned char>(text[i]);
            const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
            std::uint32_t character = length == 1 ? first : first & (0x7FU >> length);
            for (std::size_t k = 1; k < length; ++k)
                character = (character << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
            i += length;
            if (character >= 0x10000)
            {
                units.push_back(static_cast<std::uint16_t>(0xD800 + ((character - 0x10000) >> 10U)));
                character = 0xDC00 + ((character - 0x10000) & 0x3FFU);
            }
            units.push_back(static_cast<std::uint16_t>(character));
        }
        addNumber(static_cast<std::uint32_t>(units.size()));
        for (const std::uint16_t unit : units)
            addNumber(unit);
    }

    void addCell(const Column &column, std::size_t row, bool isWide)
    {
        if (column.type() == ColumnType::Text)
            return addText(toUtf8(column.text(row)), isWide);
        std::visit(
            [&](const auto &values) {
                using Value = typename std::decay_t<decltype(values)>::value_type;
                if constexpr (!std::is_same_v<Value, std::string>)
                    for (std::size_t i = row * column.width; i < (row + 1) * column.width; ++i)
                        addValue(values[i]);
            },
            column.values);
    }

    const Catalogue &m_catalogue;
    std::vector<bool> m_isWide;
    std::vector<std::byte> m_bytes;
};

void writeBinaryData(const Catalogue &catalogue, std::ostream &file)
{
    file << "<DATA>\n<BINARY2>\n<STREAM encoding=\"base64\">\n";
    BinaryRows(catalogue).write(file);
    file << "</STREAM>\n</BINARY2>\n</DATA>\n";
}

} // namespace

Result<void> writeVotable(const std::filesystem::path &path, const Catalogue &catalogue,
                          const TableMetadata &metadata)
{
    return replaceFileByStream(path, [&](std::ostream &file) {
        file << opening(catalogue, metadata);
        if (catalogue.rowCount() <= kMostRowsAsText)
            writeTableData(catalogue, file);
        else
            writeBinaryData(catalogue, file);
        file << kClosing;
    });
}

std::string votableWithoutData(const Catalogue &catalogue, const TableMetadata &metadata)
{
    return opening(catalogue, metadata) + std::string(kClosing);
}

} // namespace somnium::io
