// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <memory>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

#include <expat.h>

#include "core/io/base64.h"
#include "core/io/cell_text.h"
#include "core/io/fits_table.h"
#include "core/io/votable.h"
#include "core/io/votable_field.h"

namespace somnium::io
{

namespace
{

using data::Catalogue;

constexpr std::size_t kDeepestNesting = 200;

enum class Wanted
{
    Data,
    Fields,
};

enum class Serialisation
{
    None,
    TableData,
    Binary,
    Binary2,
    Fits,
};

/// Builds the catalogue from what expat sees. Lives as long as the parse.
class VotableParser
{
public:
    VotableParser(std::string name, Wanted wanted) : m_name(std::move(name)), m_wanted(wanted) {}

    Result<Catalogue> parse(std::span<const std::byte> bytes);

private:
    // Called by expat, through plain functions that let no exception into C.
    void startElement(std::string_view element, const char **attributes);
    void endElement(std::string_view element);
    void addCharacters(std::string_view text);

    void startTable(const char **attributes);
    void startField(const char **attributes);
    void endField();
    void startStream(const char **attributes);
    void endDescription();
    void startRow();
    void endRow();
    void endCell();
    void endStream();
    void readBinaryRows(bool hasNullFlags);
    void endTable();

    void stop();
    void fail(ErrorKind kind, const std::string &message);
    void failInRow(const std::string &expected, const std::string &found, const std::string &column);
    [[nodiscard]] std::string place() const;
    [[nodiscard]] bool isInside(std::string_view parent) const
    {
        return m_open.size() >= 2 && m_open[m_open.size() - 2] == parent;
    }
    Result<Catalogue> finish();

    template <class Action> void guarded(Action action)
    {
        if (m_isStopped)
            return;
        try
        {
            action();
        }
        catch (const std::bad_alloc &)
        {
            fail(ErrorKind::OutOfMemory, "not enough memory for the table");
        }
    }
    static void XMLCALL onStart(void *self, const XML_Char *element, const XML_Char **attributes);
    static void XMLCALL onEnd(void *self, const XML_Char *element);
    static void XMLCALL onCharacters(void *self, const XML_Char *text, int length);
    static void XMLCALL onEntity(void *self, const XML_Char *, int, const XML_Char *, int, const XML_Char *,
                                 const XML_Char *, const XML_Char *, const XML_Char *);

    std::string m_name;
    Wanted m_wanted;
    XML_Parser m_parser = nullptr;
    bool m_isStopped = false;
    std::optional<Error> m_error;

    std::vector<std::string> m_open; ///< names of the open elements
    std::string m_text;              ///< of the cell or description being read
    bool m_keepsText = false;

    std::string m_tableName;
    std::string m_tableDescription;
    std::string m_serviceError; ///< INFO QUERY_STATUS = ERROR
    std::optional<VotableFieldInfo> m_openField;
    std::vector<VotableFieldInfo> m_infos;
    std::vector<VotableField> m_fields;
    Serialisation m_serialisation = Serialisation::None;
    Base64Decoder m_stream;
    std::size_t m_row = 0; ///< 1 = first
    std::size_t m_cell = 0;
    bool m_hasData = false;
    std::optional<Result<Catalogue>> m_fits; ///< of a FITS stream
};

std::string_view withoutPrefix(std::string_view element)
{
    return element.substr(element.find(':') == std::string_view::npos ? 0 : element.find(':') + 1);
}

std::string attribute(const char **attributes, std::string_view name)
{
    for (std::size_t i = 0; attributes[i] != nullptr; i += 2)
        if (withoutPrefix(attributes[i]) == name)
            return attributes[i + 1];
    return {};
}

void XMLCALL VotableParser::onStart(void *self, const XML_Char *element, const XML_Char **attributes)
{
    auto *parser = static_cast<VotableParser *>(self);
    parser->guarded([&] { parser->startElement(withoutPrefix(element), attributes); });
}

void XMLCALL VotableParser::onEnd(void *self, const XML_Char *element)
{
    auto *parser = static_cast<VotableParser *>(self);
    parser->guarded([&] { parser->endElement(withoutPrefix(element)); });
}

void XMLCALL VotableParser::onCharacters(void *self, const XML_Char *text, int length)
{
    auto *parser = static_cast<VotableParser *>(self);
    parser->guarded([&] { parser->addCharacters({text, static_cast<std::size_t>(length)}); });
}

// NOLINTNEXTLINE(readability-function-size): the signature is expat's
void XMLCALL VotableParser::onEntity(void *self, const XML_Char *, int, const XML_Char *, int,
                                     const XML_Char *, const XML_Char *, const XML_Char *, const XML_Char *)
{
    auto *parser = static_cast<VotableParser *>(self);
    parser->guarded([parser] {
        parser->fail(ErrorKind::Unsupported, "expected a VOTable without entity declarations, found one");
    });
}

std::string VotableParser::place() const
{
    return m_name + ", line " + std::to_string(XML_GetCurrentLineNumber(m_parser));
}

void VotableParser::stop()
{
    m_isStopped = true;
    XML_StopParser(m_parser, XML_FALSE);
}

void VotableParser::fail(ErrorKind kind, const std::string &message)
{
    m_error = Error{kind, place() + ": " + message};
    stop();
}

void VotableParser::failInRow(const std::string &expected, const std::string &found,
                              const std::string &column)
{
    m_error = Error{ErrorKind::Malformed, place() + ", row " + std::to_string(m_row) +
                                              (column.empty() ? "" : ", column '" + column + "'") +
                                              ": expected " + expected + ", found " + found};
    stop();
}

void VotableParser::startElement(std::string_view element, const char **attributes)
{
    if (m_open.size() >= kDeepestNesting)
        return fail(ErrorKind::Malformed, "expected elements nested at most " +
                                              std::to_string(kDeepestNesting) + " deep, found more");
    m_open.emplace_back(element);
    if (m_open.size() == 1 && element != "VOTABLE")
        return fail(ErrorKind::Malformed, "expected a VOTABLE element, found " + std::string(element));
    if (element == "TABLE")
        startTable(attributes);
    else if (element == "FIELD" && isInside("TABLE"))
        startField(attributes);
    else if (element == "VALUES" && m_openField)
        m_openField->nullText = attribute(attributes, "null");
    else if (element == "INFO" && attribute(attributes, "name") == "QUERY_STATUS" &&
             attribute(attributes, "value") == "ERROR")
        m_serviceError = "the service reported an error";
    else if (element == "DATA" && isInside("TABLE"))
    {
        m_hasData = true;
        for (const VotableFieldInfo &info : m_infos)
            m_fields.emplace_back(info);
    }
    else if (element == "TABLEDATA")
        m_serialisation = Serialisation::TableData;
    else if (element == "BINARY")
        m_serialisation = Serialisation::Binary;
    else if (element == "BINARY2")
        m_serialisation = Serialisation::Binary2;
    else if (element == "FITS")
        m_serialisation = Serialisation::Fits;
    else if (element == "PARQUET")
        fail(ErrorKind::Unsupported, "expected TABLEDATA, BINARY, BINARY2 or FITS, found PARQUET");
    else if (element == "STREAM")
        startStream(attributes);
    else if (element == "TR")
        startRow();
    m_keepsText = !m_isStopped && (element == "TD" || element == "DESCRIPTION");
    m_text.clear();
}

void VotableParser::endElement(std::string_view element)
{
    if (element == "FIELD" && m_openField)
        endField();
    else if (element == "DESCRIPTION")
        endDescription();
    else if (element == "TD" && m_serialisation == Serialisation::TableData)
        endCell();
    else if (element == "TR" && m_serialisation == Serialisation::TableData)
        endRow();
    else if (element == "STREAM")
        endStream();
    else if (element == "TABLE")
        endTable();
    m_keepsText = false;
    if (!m_open.empty())
        m_open.pop_back();
}

void VotableParser::addCharacters(std::string_view text)
{
    if (m_keepsText)
        m_text += text;
    else if (!m_open.empty() && m_open.back() == "STREAM" && !m_stream.add(text))
        fail(ErrorKind::Malformed, "expected base64 in STREAM, found other characters");
}

void VotableParser::startTable(const char **attributes)
{
    m_tableName = attribute(attributes, "name");
    if (m_tableName.empty())
        m_tableName = attribute(attributes, "ID");
    m_tableDescription.clear();
    m_infos.clear();
    m_openField.reset();
    m_serialisation = Serialisation::None;
}

void VotableParser::startField(const char **attributes)
{
    VotableFieldInfo info;
    info.name = attribute(attributes, "name");
    if (info.name.empty())
        info.name = attribute(attributes, "ID");
    if (info.name.empty())
        info.name = "col" + std::to_string(m_infos.size() + 1);
    info.datatype = attribute(attributes, "datatype");
    info.arraysize = attribute(attributes, "arraysize");
    info.unit = attribute(attributes, "unit");
    info.ucd = attribute(attributes, "ucd");
    m_openField = std::move(info);
}

void VotableParser::endField()
{
    m_infos.push_back(std::move(*m_openField));
    m_openField.reset();
}

void VotableParser::endDescription()
{
    if (m_openField && isInside("FIELD"))
        m_openField->description = trimmed(m_text);
    else if (isInside("TABLE"))
        m_tableDescription = trimmed(m_text);
}

void VotableParser::startStream(const char **attributes)
{
    const std::string encoding = attribute(attributes, "encoding");
    if (!attribute(attributes, "href").empty())
        fail(ErrorKind::Unsupported,
             "expected the data in the file, found a STREAM in another: " + attribute(attributes, "href"));
    else if (!encoding.empty() && encoding != "base64")
        fail(ErrorKind::Unsupported, "expected a STREAM in base64, found '" + encoding + "'");
}

void VotableParser::startRow()
{
    ++m_row;
    m_cell = 0;
}

void VotableParser::endCell()
{
    if (m_cell >= m_fields.size())
        return failInRow(std::to_string(m_fields.size()) + " cells", "more", "");
    VotableField &field = m_fields[m_cell++];
    constexpr std::size_t kShown = 40;
    if (const auto expected = field.addText(m_text))
        failInRow(*expected, "'" + m_text.substr(0, kShown) + "'", field.info().name);
}

void VotableParser::endRow()
{
    if (m_cell != m_fields.size())
        failInRow(std::to_string(m_fields.size()) + " cells", std::to_string(m_cell), "");
}

void VotableParser::endStream()
{
    if (m_serialisation == Serialisation::Fits)
        m_fits = readFitsTable(m_stream.bytes(), m_name + " (FITS in VOTable)");
    else if (m_serialisation == Serialisation::Binary || m_serialisation == Serialisation::Binary2)
        readBinaryRows(m_serialisation == Serialisation::Binary2);
}

void VotableParser::readBinaryRows(bool hasNullFlags)
{
    VotableStream stream{m_stream.bytes()};
    const std::size_t flagBytes = hasNullFlags ? (m_fields.size() + 7) / 8 : 0;
    while (stream.left() > 0)
    {
        ++m_row;
        const std::size_t before = stream.position;
        const auto flags = stream.take(flagBytes);
        if (!flags)
            return failInRow("more bytes", "the end of the stream", "");
        for (std::size_t i = 0; i < m_fields.size(); ++i)
        {
            const bool isNull =
                hasNullFlags && ((static_cast<unsigned>((*flags)[i / 8]) >> (7 - i % 8)) & 1U) != 0;
            if (const auto expected = m_fields[i].addBinary(stream, isNull))
                return failInRow(*expected, "the end of the stream", m_fields[i].info().name);
        }
        if (stream.position == before)
            return failInRow("rows of at least one byte", "none", "");
    }
}

void VotableParser::endTable()
{
    if (m_hasData || m_wanted == Wanted::Fields)
        stop();
}

Result<Catalogue> VotableParser::parse(std::span<const std::byte> bytes)
{
    struct FreeParser
    {
        void operator()(XML_ParserStruct *parser) const { XML_ParserFree(parser); }
    };
    const std::unique_ptr<XML_ParserStruct, FreeParser> parser(XML_ParserCreate(nullptr));
    if (!parser)
        return failure(ErrorKind::OutOfMemory, m_name + ": no memory for an XML parser");
    m_parser = parser.get();
    XML_SetUserData(m_parser, this);
    XML_SetElementHandler(m_parser, onStart, onEnd);
    XML_SetCharacterDataHandler(m_parser, onCharacters);
    XML_SetEntityDeclHandler(m_parser, onEntity);
    constexpr std::size_t kPiece = std::size_t{1} << 20;
    for (std::size_t offset = 0; !m_isStopped; offset += kPiece)
    {
        const std::size_t length = std::min(kPiece, bytes.size() - offset);
        const bool isLast = offset + length == bytes.size();
        const auto *piece = reinterpret_cast<const char *>(bytes.data() + offset);
        if (XML_Parse(m_parser, piece, static_cast<int>(length), isLast ? 1 : 0) == XML_STATUS_ERROR &&
            !m_isStopped)
            return failure(ErrorKind::Malformed,
                           place() + ": expected well-formed XML, found: " +
                               XML_ErrorString(XML_GetErrorCode(m_parser)) +
                               (m_row > 0 ? " (after row " + std::to_string(m_row) + ")" : ""));
        if (isLast)
            break;
    }
    return finish();
}

Result<Catalogue> VotableParser::finish()
{
    if (m_error)
        return failure(*m_error);
    if (m_fits)
        return std::move(*m_fits);
    if (!m_hasData && (m_wanted == Wanted::Data || m_infos.empty()))
        return failure(ErrorKind::NotFound, m_name + ": expected a TABLE with DATA, found none" +
                                                (m_serviceError.empty() ? "" : ": " + m_serviceError));
    if (!m_hasData)
        for (const VotableFieldInfo &info : m_infos)
            m_fields.emplace_back(info);
    Catalogue catalogue;
    catalogue.name = m_tableName;
    catalogue.description = m_tableDescription;
    for (VotableField &field : m_fields)
    {
        std::string reason;
        auto column = field.takeColumn(reason);
        if (!column)
            noteSkipped(catalogue, field.info().name, reason);
        else if (auto added = catalogue.addColumn(std::move(*column)); !added)
            return failure(added.error().kind, m_name + ": " + added.error().message);
    }
    return catalogue;
}

} // namespace

Result<Catalogue> readVotable(std::span<const std::byte> bytes, const std::string &name)
{
    return VotableParser(name, Wanted::Data).parse(bytes);
}

Result<Catalogue> readVotableFields(std::span<const std::byte> bytes, const std::string &name)
{
    return VotableParser(name, Wanted::Fields).parse(bytes);
}

} // namespace somnium::io
