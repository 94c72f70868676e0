// SPDX-License-Identifier: GPL-3.0-or-later
#include <ostream>
#include <string>
#include <vector>

#include "core/base/atomic_file.h"
#include "core/io/cell_text.h"
#include "core/io/csv.h"

namespace somnium::io
{

namespace
{

using data::Catalogue;
using data::Column;

/// The cell in words; whole numbers of a column of reals keep a point, so that any reader gives reals back.
std::string cellText(const Column &column, std::size_t row)
{
    std::string text = column.text(row);
    const bool isReal =
        column.type() == data::ColumnType::Float32 || column.type() == data::ColumnType::Float64;
    if (isReal && isWholeForm(text))
        text += ".0";
    return text;
}

std::string quotedIfNeeded(const std::string &text)
{
    const bool isPlain = text.find_first_of(",\"\r\n") == std::string::npos &&
                         trimmed(text).size() == text.size() && !text.starts_with('#');
    if (isPlain)
        return text;
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

} // namespace

Result<void> writeCsv(const std::filesystem::path &path, const Catalogue &catalogue)
{
    const std::vector<Column> &columns = catalogue.columns();
    return replaceFileByStream(path, [&](std::ostream &file) {
        for (std::size_t i = 0; i < columns.size(); ++i)
            file << (i == 0 ? "" : ",") << quotedIfNeeded(columns[i].name);
        file << '\n';
        for (std::size_t row = 0; row < catalogue.rowCount(); ++row)
        {
            for (std::size_t i = 0; i < columns.size(); ++i)
                file << (i == 0 ? "" : ",") << quotedIfNeeded(cellText(columns[i], row));
            if (columns.size() == 1 && columns[0].isMissing(row))
                file << "\"\""; // a blank line would be no row
            file << '\n';
        }
    });
}

} // namespace somnium::io
