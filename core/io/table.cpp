// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/table.h"

#include <algorithm>
#include <string_view>

#include "core/base/platform.h"
#include "core/io/csv.h"

namespace somnium::io
{

namespace
{

/// The last ending of a name in lower case, with its point; of "a.vot.gz" it is ".gz".
std::string ending(const std::filesystem::path &path)
{
    std::string text = path.extension().string();
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

} // namespace

Result<data::Catalogue> readTable(const std::filesystem::path &path)
{
    const auto file = MappedFile::open(path);
    if (!file)
        return failure(file.error());
    auto catalogue = readCsv(file->bytes(), path.string());
    if (catalogue && catalogue->name.empty())
        catalogue->name = path.stem().string();
    return catalogue;
}

Result<void> writeTable(const std::filesystem::path &path, const data::Catalogue &catalogue,
                        const TableMetadata &metadata)
{
    if (ending(path) == ".csv")
        return writeCsv(path, catalogue);
    return failure(ErrorKind::Unsupported, path.string() + ": expected a name that ends in .csv, found '" +
                                               ending(path) + "' " + std::to_string(metadata.history.size()));
}

} // namespace somnium::io
