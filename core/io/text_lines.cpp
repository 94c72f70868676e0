// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/text_lines.h"

#include <algorithm>
#include <optional>

#include "core/io/cell_text.h"

namespace somnium::io
{

namespace
{

bool isComment(std::string_view line)
{
    return line.front() == '#' || line.front() == '%' || line.front() == '!' || line.starts_with("//");
}

char delimiterOf(std::string_view line)
{
    for (const char delimiter : {',', ';', '|'})
        if (line.find(delimiter) != std::string_view::npos)
            return delimiter;
    return ' ';
}

/// Trimmed; of blanks and tabs any is one end.
std::vector<std::string_view> partsOutsideBrackets(std::string_view line, char between)
{
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    int depth = 0;
    for (std::size_t i = 0; i < line.size(); ++i)
    {
        const char c = line[i];
        if (c == '(' || c == '[')
            ++depth;
        else if (c == ')' || c == ']')
            --depth;
        else if (depth <= 0 && (c == between || (between == ' ' && c == '\t')))
        {
            parts.push_back(trimmed(line.substr(begin, i - begin)));
            begin = i + 1;
        }
    }
    parts.push_back(trimmed(line.substr(begin)));
    return parts;
}

} // namespace

TextLines TextLines::of(std::string_view text)
{
    TextLines lines;
    std::size_t number = 0;
    while (!text.empty())
    {
        ++number;
        const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
        const std::string_view line = trimmed(text.substr(0, end));
        const bool isPair = text.substr(std::min(end, text.size())).starts_with("\r\n");
        text.remove_prefix(std::min(end + (isPair ? 2 : 1), text.size()));
        if (line.empty())
            continue;
        if (!isComment(line))
            lines.body.push_back({line, number});
        else if (lines.body.empty())
            lines.comments.push_back(trimmed(line.substr(line.starts_with("//") ? 2 : 1)));
    }
    // The first line may be one of names without a delimiter; the second is sure to be of numbers.
    if (!lines.body.empty())
        lines.delimiter = delimiterOf(lines.body[std::min<std::size_t>(1, lines.body.size() - 1)].text);
    return lines;
}

std::vector<std::string_view> TextLines::cells(std::string_view line) const
{
    std::vector<std::string_view> found;
    if (delimiter == ' ')
    {
        constexpr std::string_view kBlanks = " \t";
        for (std::size_t first = line.find_first_not_of(kBlanks); first != std::string_view::npos;
             first = line.find_first_not_of(kBlanks))
        {
            line.remove_prefix(first);
            const std::size_t end = std::min(line.find_first_of(kBlanks), line.size());
            found.push_back(line.substr(0, end));
            line.remove_prefix(end);
        }
        return found;
    }
    while (true)
    {
        const std::size_t end = line.find(delimiter);
        found.push_back(trimmed(line.substr(0, end)));
        if (end == std::string_view::npos)
            return found;
        line.remove_prefix(end + 1);
    }
}

std::vector<std::string> TextLines::names(std::string_view line) const
{
    char between = ' ';
    for (const char candidate : {',', '\t', delimiter})
        if (candidate != ' ' && line.find(candidate) != std::string_view::npos)
            between = candidate;
    std::vector<std::string> found;
    for (const std::string_view part : partsOutsideBrackets(line, between))
    {
        // A unit in brackets that stands apart belongs to the name before it.
        const bool isUnit = between == ' ' && !found.empty() && part.find_first_of("([") == 0;
        if (isUnit)
            found.back() += " " + std::string(part);
        else if (part.size() > 1 && part.front() == '"' && part.back() == '"')
            found.emplace_back(part.substr(1, part.size() - 2));
        else if (!part.empty() || between != ' ')
            found.emplace_back(part);
    }
    return found;
}

TableColumn columnNamed(std::string_view name)
{
    TableColumn column;
    column.name = toUtf8(name);
    const std::size_t open = column.name.find_first_of("([");
    const std::size_t close = column.name.find_last_of(")]");
    if (open != std::string::npos && open > 0 && close != std::string::npos && close > open + 1)
    {
        column.unit = trimmed(std::string_view(column.name).substr(open + 1, close - open - 1));
        column.name = trimmed(std::string_view(column.name).substr(0, open));
    }
    return column;
}

std::optional<double> numberInCell(std::string_view cell)
{
    if (const auto number = parseReal(cell))
        return number;
    const std::size_t exponent = cell.find_first_of("dD");
    if (exponent == std::string_view::npos || exponent == 0)
        return std::nullopt;
    std::string text(cell);
    text[exponent] = 'e';
    return parseReal(text);
}

} // namespace somnium::io
