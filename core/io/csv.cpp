// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/csv.h"

#include <algorithm>
#include <array>
#include <deque>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/io/cell_text.h"
#include "core/io/fixed_width.h"

namespace somnium::io
{

namespace
{

using data::Catalogue;
using data::Column;

constexpr char kBlanks = ' '; ///< as delimiter: any run of blanks and tabs

struct Cell
{
    std::string_view text; ///< without quotes; blanks around unquoted cells removed
    bool isQuoted = false;
};

/// Walks over the records of a text.
class Scanner
{
public:
    Scanner(std::string_view text, char delimiter) : m_text(text), m_delimiter(delimiter) {}

    /// The next record that is not a blank line; false at the end, or at a quote that never closes. The cells
    /// live until the next call.
    bool next(std::vector<Cell> &cells);
    /// Number of the line on which the last record began, 1 = first.
    [[nodiscard]] std::size_t line() const { return m_recordLine; }
    [[nodiscard]] bool hasOpenQuote() const { return m_hasOpenQuote; }
    /// Where the next record begins.
    [[nodiscard]] std::size_t position() const { return m_position; }
    /// Takes a line that begins with #, without it; nothing if the next line is no comment.
    std::optional<std::string_view> nextComment();

private:
    [[nodiscard]] bool atEnd() const { return m_position >= m_text.size(); }
    [[nodiscard]] bool atLineEnd() const
    {
        return atEnd() || m_text[m_position] == '\n' || m_text[m_position] == '\r';
    }
    [[nodiscard]] bool isBlank(char c) const { return c == ' ' || (c == '\t' && m_delimiter != '\t'); }
    void skipBlanks()
    {
        while (!atEnd() && isBlank(m_text[m_position]))
            ++m_position;
    }
    void takeLineEnd();
    Cell takeCell();
    Cell takeQuotedCell();

    std::string_view m_text;
    char m_delimiter;
    std::size_t m_position = 0;
    std::size_t m_line = 1;
    std::size_t m_recordLine = 1;
    bool m_hasOpenQuote = false;
    std::deque<std::string> m_unquoted;
};

void Scanner::takeLineEnd()
{
    if (atEnd())
        return;
    if (m_text[m_position] == '\r' && m_position + 1 < m_text.size() && m_text[m_position + 1] == '\n')
        ++m_position;
    ++m_position;
    ++m_line;
}

std::optional<std::string_view> Scanner::nextComment()
{
    skipBlanks();
    while (!atEnd() && atLineEnd())
    {
        takeLineEnd();
        skipBlanks();
    }
    if (atEnd() || m_text[m_position] != '#')
        return std::nullopt;
    const std::size_t begin = ++m_position;
    while (!atLineEnd())
        ++m_position;
    const std::string_view comment = m_text.substr(begin, m_position - begin);
    takeLineEnd();
    return comment;
}

bool Scanner::next(std::vector<Cell> &cells)
{
    cells.clear();
    m_unquoted.clear();
    for (skipBlanks(); !atEnd() && atLineEnd(); skipBlanks())
        takeLineEnd();
    if (atEnd())
        return false;
    m_recordLine = m_line;
    while (true)
    {
        cells.push_back(takeCell());
        if (m_hasOpenQuote)
            return false;
        if (atLineEnd())
            break;
        if (m_delimiter != kBlanks)
            ++m_position;
        if (m_delimiter == kBlanks && atLineEnd())
            break;
    }
    takeLineEnd();
    return true;
}

Cell Scanner::takeCell()
{
    skipBlanks();
    if (!atEnd() && m_text[m_position] == '"')
        return takeQuotedCell();
    const std::size_t begin = m_position;
    while (!atLineEnd() &&
           (m_delimiter == kBlanks ? !isBlank(m_text[m_position]) : m_text[m_position] != m_delimiter))
        ++m_position;
    const Cell cell{trimmed(m_text.substr(begin, m_position - begin)), false};
    if (m_delimiter == kBlanks)
        skipBlanks();
    return cell;
}

Cell Scanner::takeQuotedCell()
{
    std::string &value = m_unquoted.emplace_back();
    ++m_position;
    while (true)
    {
        if (atEnd())
        {
            m_hasOpenQuote = true;
            return {};
        }
        const char c = m_text[m_position++];
        if (c == '"')
        {
            if (atEnd() || m_text[m_position] != '"')
                break;
            ++m_position;
        }
        if (c == '\n' || (c == '\r' && (atEnd() || m_text[m_position] != '\n')))
            ++m_line;
        value += c;
    }
    // What follows a closing quote, up to the delimiter, is not RFC 4180; it is kept rather than lost.
    const std::size_t begin = m_position;
    while (!atLineEnd() &&
           (m_delimiter == kBlanks ? !isBlank(m_text[m_position]) : m_text[m_position] != m_delimiter))
        ++m_position;
    value += trimmed(m_text.substr(begin, m_position - begin));
    if (m_delimiter == kBlanks)
        skipBlanks();
    return {value, true};
}

/// The number of cells of the first record, and the share of the first records that have as many.
std::pair<std::size_t, double> regularity(std::string_view text, char delimiter)
{
    constexpr std::size_t kSample = 20;
    Scanner scanner(text, delimiter);
    std::vector<Cell> cells;
    std::size_t first = 0;
    std::size_t records = 0;
    std::size_t alike = 0;
    while (records < kSample && scanner.next(cells))
    {
        first = records == 0 ? cells.size() : first;
        alike += cells.size() == first ? 1U : 0U;
        ++records;
    }
    return {first, records == 0 ? 0.0 : static_cast<double>(alike) / static_cast<double>(records)};
}

char guessDelimiter(std::string_view text)
{
    constexpr double kMostlyRegular = 0.5;
    char best = '\0';
    std::pair<double, std::size_t> bestScore{};
    for (const char delimiter : {',', '\t', ';', '|'})
    {
        const auto [cells, share] = regularity(text, delimiter);
        if (cells > 1 && share >= kMostlyRegular && std::pair(share, cells) > bestScore)
        {
            best = delimiter;
            bestScore = {share, cells};
        }
    }
    if (best != '\0')
        return best;
    const auto [cells, share] = regularity(text, kBlanks);
    return cells > 1 && share >= kMostlyRegular ? kBlanks : ',';
}

/// What the cells of a column have in common so far.
struct ColumnGuess
{
    std::size_t numbers = 0;
    std::size_t truths = 0;
    std::size_t marks = 0;
    std::size_t nans = 0;
    std::size_t texts = 0;
    bool isWhole = true;  ///< every number is written as a whole number
    bool isAName = false; ///< a whole number with leading zeros, or too long

    void look(std::string_view text);
    [[nodiscard]] data::ColumnType type() const;
};

void ColumnGuess::look(std::string_view text)
{
    if (text.empty())
        return;
    if (isMissingMark(text))
    {
        ++marks;
        nans += text.size() == 3 && (text[0] | 0x20) == 'n' && (text[2] | 0x20) == 'n' ? 1U : 0U;
        return;
    }
    if (parseTruth(text))
    {
        ++truths;
        return;
    }
    if (!parseReal(text))
    {
        ++texts;
        return;
    }
    ++numbers;
    if (!isWholeForm(text))
        isWhole = false;
    else if (const auto digits = text.substr(text.find_first_of("0123456789"));
             !parseInteger(text) || (digits.size() > 1 && digits.front() == '0'))
        isAName = true;
}

data::ColumnType ColumnGuess::type() const
{
    if (texts > 0 || (truths > 0 && numbers > 0))
        return data::ColumnType::Text;
    if (truths > 0)
        return data::ColumnType::Bool;
    if (numbers == 0)
        return nans > 0 && nans == marks ? data::ColumnType::Float64 : data::ColumnType::Text;
    if (!isWhole)
        return data::ColumnType::Float64;
    return isAName ? data::ColumnType::Text : data::ColumnType::Int64;
}

Column emptyColumn(std::string name, data::ColumnType type, std::size_t rows)
{
    Column column = data::makeColumn(std::move(name), {});
    const auto reserve = [&column, rows](auto values) {
        values.reserve(rows);
        column.values = std::move(values);
    };
    switch (type)
    {
    case data::ColumnType::Bool: reserve(std::vector<std::uint8_t>{}); break;
    case data::ColumnType::Int64: reserve(std::vector<std::int64_t>{}); break;
    case data::ColumnType::Float32: reserve(std::vector<float>{}); break;
    case data::ColumnType::Float64: reserve(std::vector<double>{}); break;
    case data::ColumnType::Text: reserve(std::vector<std::string>{}); break;
    }
    return column;
}

/// Marks the row that is about to be appended as null.
void addNull(Column &column, std::size_t row)
{
    column.isNull.resize(row + 1);
    column.isNull[row] = 1;
}

void append(Column &column, std::size_t row, std::string_view text)
{
    if (auto *texts = std::get_if<std::vector<std::string>>(&column.values))
        texts->push_back(toUtf8(text));
    else if (auto *reals = std::get_if<std::vector<double>>(&column.values))
        reals->push_back(parseReal(text).value_or(std::numeric_limits<double>::quiet_NaN()));
    else if (auto *integers = std::get_if<std::vector<std::int64_t>>(&column.values))
    {
        const auto value = parseInteger(text);
        integers->push_back(value.value_or(0));
        if (!value)
            addNull(column, row);
    }
    else
    {
        const auto value = parseTruth(text);
        std::get<std::vector<std::uint8_t>>(column.values).push_back(value.value_or(false) ? 1 : 0);
        if (!value)
            addNull(column, row);
    }
}

/// Where the table begins in the text, and the names of its columns.
struct Heading
{
    char delimiter = ',';
    std::vector<std::string> names;
    Scanner body; ///< at the first row
};

std::vector<std::string> namesFrom(const std::vector<Cell> &cells)
{
    std::vector<std::string> names;
    names.reserve(cells.size());
    for (const Cell &cell : cells)
        names.push_back(cell.text.empty() ? "col" + std::to_string(names.size() + 1) : toUtf8(cell.text));
    return names;
}

bool isNumber(const Cell &cell)
{
    return parseReal(cell.text).has_value();
}

/// Those of the last comment that has as many cells; names of two words have two blanks between them.
std::vector<std::string> namesInComments(const std::vector<std::string_view> &comments, char delimiter,
                                         std::size_t count)
{
    for (std::size_t i = comments.size(); i-- > 0;)
    {
        std::vector<Cell> cells;
        Scanner scanner(comments[i], delimiter);
        if (isRuler(comments[i]) || !scanner.next(cells))
            continue;
        if (cells.size() == count)
            return namesFrom(cells);
        const auto parts = wideParts(comments[i]);
        if (delimiter == kBlanks && parts.size() == count)
            return {parts.begin(), parts.end()};
    }
    return {};
}

Result<Heading> readHeading(std::string_view text, const std::string &name)
{
    Scanner start(text, ',');
    std::vector<std::string_view> comments;
    while (const auto comment = start.nextComment())
        comments.push_back(*comment);
    const char delimiter = guessDelimiter(text.substr(start.position()));
    Scanner scanner(text, delimiter);
    while (scanner.nextComment())
        continue;
    const Scanner beforeHeader = scanner;
    std::vector<Cell> header;
    if (!scanner.next(header))
        return failure(ErrorKind::Malformed,
                       name + ": expected a table with a header line, found " +
                           (scanner.hasOpenQuote() ? "a quote that never closes" : "no line of text"));
    if (std::none_of(header.begin(), header.end(), isNumber))
        return Heading{delimiter, namesFrom(header), scanner};
    // Numbers: the first line is a row, so the names are in a comment above it, or there are none.
    if (auto names = namesInComments(comments, delimiter, header.size()); !names.empty())
        return Heading{delimiter, std::move(names), beforeHeader};
    const bool isAllNumbers = std::all_of(
        header.begin(), header.end(), [](const Cell &cell) { return cell.text.empty() || isNumber(cell); });
    if (isAllNumbers)
        return Heading{delimiter, namesFrom(std::vector<Cell>(header.size())), beforeHeader};
    return Heading{delimiter, namesFrom(header), scanner};
}

Result<void> checkRow(const Scanner &scanner, const std::vector<Cell> &cells, std::size_t row,
                      std::size_t expected, const std::string &name)
{
    if (cells.size() == expected)
        return {};
    return failure(ErrorKind::Malformed, name + ", row " + std::to_string(row) + " (line " +
                                             std::to_string(scanner.line()) + "): expected " +
                                             std::to_string(expected) + " cells as in the header, found " +
                                             std::to_string(cells.size()));
}

Result<std::vector<ColumnGuess>> guessTypes(const Heading &heading, std::size_t &rows,
                                            const std::string &name)
{
    std::vector<ColumnGuess> guesses(heading.names.size());
    Scanner scanner = heading.body;
    std::vector<Cell> cells;
    while (scanner.next(cells))
    {
        ++rows;
        if (auto regular = checkRow(scanner, cells, rows, guesses.size(), name); !regular)
            return failure(regular.error());
        for (std::size_t i = 0; i < cells.size(); ++i)
            guesses[i].look(cells[i].text);
    }
    if (scanner.hasOpenQuote())
        return failure(ErrorKind::Malformed, name + ", row " + std::to_string(rows + 1) + " (line " +
                                                 std::to_string(scanner.line()) +
                                                 "): a quote opens and never closes");
    return guesses;
}

} // namespace

Result<Catalogue> readCsv(std::span<const std::byte> bytes, const std::string &name)
{
    std::string_view text(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    if (text.find('\0') != std::string_view::npos)
        return failure(ErrorKind::Malformed, name + ": expected text in UTF-8 or Latin-1, found zero bytes"
                                                    " (a binary file, or UTF-16)");
    const auto heading = readHeading(text, name);
    if (!heading)
        return failure(heading.error());
    std::size_t rows = 0;
    const auto guesses = guessTypes(*heading, rows, name);
    if (!guesses)
    {
        // Rows that differ in length may be those of columns that are told by their place in the line.
        const auto csv = fixedWidthAsCsv(text);
        return csv ? readCsv(std::as_bytes(std::span(csv->data(), csv->size())), name)
                   : failure(guesses.error());
    }
    std::vector<Column> columns;
    for (std::size_t i = 0; i < guesses->size(); ++i)
        columns.push_back(emptyColumn(heading->names[i], (*guesses)[i].type(), rows));
    Scanner scanner = heading->body;
    std::vector<Cell> cells;
    for (std::size_t row = 0; scanner.next(cells); ++row)
        for (std::size_t i = 0; i < cells.size(); ++i)
            append(columns[i], row, cells[i].text);
    Catalogue catalogue;
    for (Column &column : columns)
    {
        if (!column.isNull.empty())
            column.isNull.resize(rows);
        if (auto added = catalogue.addColumn(std::move(column)); !added)
            return failure(added.error());
    }
    return catalogue;
}

} // namespace somnium::io
