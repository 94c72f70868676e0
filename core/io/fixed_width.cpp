// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fixed_width.h"

#include <algorithm>

#include "core/io/cell_text.h"

namespace somnium::io
{

namespace
{

/// Lines that are not blank, blanks at their ends kept: their places count.
std::vector<std::string_view> linesOf(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty())
    {
        const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
        if (const std::string_view line = text.substr(0, end); !trimmed(line).empty())
            lines.push_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// Where each column begins: at the end of the blank positions that are left of its name, or of its cells if
/// these begin earlier.
std::vector<std::size_t> columnStarts(std::string_view header, const std::vector<std::string_view> &rows)
{
    std::size_t width = header.size();
    for (const std::string_view row : rows)
        width = std::max(width, row.size());
    std::vector<bool> isBlank(width, true);
    const auto mark = [&isBlank](std::string_view line) {
        for (std::size_t i = 0; i < line.size(); ++i)
            if (line[i] != ' ')
                isBlank[i] = false;
    };
    mark(header);
    std::for_each(rows.begin(), rows.end(), mark);

    std::vector<std::size_t> starts;
    for (const std::string_view name : wideParts(header))
    {
        const auto place = static_cast<std::size_t>(name.data() - header.data());
        std::size_t start = place;
        while (start > 0 && !isBlank[start - 1])
            --start;
        // Cells and names of two columns that touch leave no place to divide.
        if (!starts.empty() && start <= starts.back())
            return {};
        starts.push_back(start);
    }
    return starts;
}

std::string quoted(std::string_view cell)
{
    if (cell.find_first_of(",\"") == std::string_view::npos)
        return std::string(cell);
    std::string text = "\"";
    for (const char c : cell)
        text += c == '"' ? std::string("\"\"") : std::string(1, c);
    return text + "\"";
}

std::string csvLine(std::string_view line, const std::vector<std::size_t> &starts)
{
    std::string csv;
    for (std::size_t i = 0; i < starts.size(); ++i)
    {
        const std::size_t begin = std::min(i == 0 ? 0 : starts[i], line.size());
        const std::size_t end = i + 1 < starts.size() ? std::min(starts[i + 1], line.size()) : line.size();
        csv += (i == 0 ? "" : ",") + quoted(trimmed(line.substr(begin, end - begin)));
    }
    return csv + "\n";
}

} // namespace

std::vector<std::string_view> wideParts(std::string_view line)
{
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    const auto finish = [&](std::size_t end) {
        if (const std::string_view part = trimmed(line.substr(begin, end - begin)); !part.empty())
            parts.push_back(part);
    };
    for (std::size_t i = 0; i < line.size(); ++i)
        if (line[i] == '\t' || (line[i] == ' ' && i + 1 < line.size() && line[i + 1] == ' '))
        {
            finish(i);
            begin = i + 1;
        }
    finish(line.size());
    return parts;
}

bool isRuler(std::string_view line)
{
    const std::string_view rest = trimmed(line);
    return rest.size() > 2 && rest.find_first_not_of("-=+| ") == std::string_view::npos &&
           rest.find_first_of("-=") != std::string_view::npos;
}

std::optional<std::string> fixedWidthAsCsv(std::string_view text)
{
    std::vector<std::string_view> lines = linesOf(text);
    constexpr std::size_t kFewestLines = 4; // of less, nobody could tell
    constexpr std::size_t kMostHeading = 4;
    if (lines.size() < kFewestLines || text.find('\t') != std::string_view::npos)
        return std::nullopt;
    const std::string_view header = lines.front();
    std::size_t firstRow = 1;
    for (std::size_t i = 1; i < std::min(kMostHeading, lines.size()); ++i)
        if (isRuler(lines[i]))
            firstRow = i + 1;
    std::vector<std::string_view> rows(lines.begin() + static_cast<std::ptrdiff_t>(firstRow), lines.end());
    std::erase_if(rows, isRuler);
    const std::vector<std::size_t> starts = columnStarts(header, rows);
    if (starts.size() < 2 || rows.empty())
        return std::nullopt;
    std::string csv = csvLine(header, starts);
    for (const std::string_view row : rows)
        csv += csvLine(row, starts);
    return csv;
}

} // namespace somnium::io
