// SPDX-License-Identifier: GPL-3.0-or-later
// One FIELD of a VOTable that is being read: takes its cells, from text or from binary streams, and becomes a
// column. Internal to core/io.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/catalogue.h"
#include "core/io/table_column.h"

namespace somnium::io
{

/// The attributes of a FIELD, as written.
struct VotableFieldInfo
{
    std::string name;
    std::string datatype;
    std::string arraysize;
    std::string unit;
    std::string ucd;
    std::string nullText; ///< VALUES null
    std::string description;
};

/// Big-endian bytes, taken from the front.
struct VotableStream
{
    std::span<const std::byte> bytes;
    std::size_t position = 0;

    [[nodiscard]] std::size_t left() const { return bytes.size() - position; }
    /// The next `count` bytes; nothing if the stream ends before.
    [[nodiscard]] std::optional<std::span<const std::byte>> take(std::size_t count);
};

class VotableField
{
public:
    /// `info.datatype` may be none of VOTable's: then every cell fails.
    explicit VotableField(VotableFieldInfo info);

    [[nodiscard]] const VotableFieldInfo &info() const { return m_info; }
    /// Appends a cell of a TABLEDATA row. Returns what was expected if the text is not that, else nothing.
    [[nodiscard]] std::optional<std::string> addText(const std::string &text);
    /// Appends a cell of a BINARY or BINARY2 row. Same, with "more bytes" if the stream ends.
    [[nodiscard]] std::optional<std::string> addBinary(VotableStream &stream, bool isNull);

    /// The column of all cells, which are given away. Nothing if it cannot be one; `reason` says why.
    [[nodiscard]] std::optional<data::Column> takeColumn(std::string &reason);

private:
    enum class Kind
    {
        Truth,
        Bit,
        Integer,
        Real,
        Text,
        WideText, ///< unicodeChar
        Complex,
        Unknown,
    };

    void parseDatatype();
    void parseArraysize();
    [[nodiscard]] bool isText() const { return m_kind == Kind::Text || m_kind == Kind::WideText; }
    void endCell(std::size_t values, bool isNull);
    void addTextCell(std::string text);
    [[nodiscard]] bool addToken(std::string_view token);
    [[nodiscard]] bool addBits(std::string_view text);
    void addBinaryValue(std::span<const std::byte> bytes);
    void addBinaryBits(std::span<const std::byte> bytes, std::size_t count);
    [[nodiscard]] std::optional<data::Column> integerColumn(std::string &reason);
    [[nodiscard]] std::optional<data::Column> realColumn(std::string &reason);
    [[nodiscard]] data::Column emptyColumn() const;
    /// Values in the widest cell, or as many as the arraysize says.
    [[nodiscard]] std::size_t widthFor(std::size_t longest) const;

    VotableFieldInfo m_info;
    Kind m_kind = Kind::Unknown;
    std::size_t m_valueBytes = 0;
    bool m_isUnsignedByte = false;
    bool m_isArray = false;
    bool m_isVariable = false;
    std::size_t m_fixedCount = 1;   ///< values in a cell unless variable
    std::size_t m_stringLength = 0; ///< of arrays of strings: characters in each, else 0
    std::optional<std::int64_t> m_nullInteger;

    std::size_t m_rows = 0;
    RaggedCells m_reals;                  ///< Real; `ends` only if the field is an array
    std::vector<std::int64_t> m_integers; ///< Integer, Truth, Bit
    std::vector<char> m_nulls;            ///< one per value of m_integers
    std::vector<std::size_t> m_integerEnds;
    std::vector<std::string> m_texts;
};

} // namespace somnium::io
