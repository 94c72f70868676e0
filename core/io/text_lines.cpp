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
    const char between = delimiter != ' ' && line.find(delimiter) != std::string_view::npos
                             ? delimiter
                             : (line.find('\t') != std::string_view::npos
                                    ? '\t'
                                    : (line.find(',') != std::string_view::npos ? ',' : ' '));
    std::vector<std::string> found;
    std::string name;
    int depth = 0;
    const auto finish = [&] {
        const std::string_view whole = trimmed(name);
        // A unit in brackets that stands apart belongs to the name before it.
        const bool isUnit = between == ' ' && !found.empty() && !whole.empty() &&
                            (whole.front() == '(' || whole.front() == '[');
        if (isUnit)
            found.back() += " " + std::string(whole);
        else if (!whole.empty() || between != ' ')
            found.emplace_back(whole);
        name.clear();
    };
    for (const char c : line)
    {
        depth += c == '(' || c == '[' ? 1 : (c == ')' || c == ']' ? -1 : 0);
        if (c == between || (between == ' ' && c == '\t'))
        {
            if (depth <= 0)
            {
                finish();
                continue;
            }
        }
        name += c;
    }
    finish();
    for (std::string &one : found)
        if (one.size() > 1 && one.front() == '"' && one.back() == '"')
            one = one.substr(1, one.size() - 2);
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
