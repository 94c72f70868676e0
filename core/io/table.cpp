// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/table.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "core/base/check.h"
#include "core/base/platform.h"
#include "core/io/archive.h"
#include "core/io/csv.h"
#include "core/io/csv_metadata.h"
#include "core/io/fits_table.h"
#include "core/io/votable.h"

namespace somnium::io
{

namespace
{

using data::Catalogue;
using data::Column;

/// The last ending of a name in lower case, with its point.
std::string ending(const std::filesystem::path &path)
{
    std::string text = path.extension().string();
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

enum class Format
{
    Csv,
    Fits,
    Votable,
};

/// By the ending of a name to write to.
Result<Format> formatOf(const std::filesystem::path &path)
{
    const std::string kind = ending(path);
    if (kind == ".csv")
        return Format::Csv;
    if (kind == ".fits" || kind == ".fit" || kind == ".fts")
        return Format::Fits;
    if (kind == ".vot" || kind == ".xml" || kind == ".votable")
        return Format::Votable;
    return failure(ErrorKind::Unsupported, path.string() +
                                               ": expected a name that ends in .fits, .vot, .xml or .csv, "
                                               "found '" +
                                               kind + "'");
}

/// What the bytes say they are: formats with a signature first, text last.
Result<Catalogue> readBytes(std::span<const std::byte> bytes, const std::string &name)
{
    if (isCompressed(bytes))
    {
        const auto plain = decompress(bytes);
        if (!plain)
            return failure(plain.error().kind, name + ": " + plain.error().message);
        if (isCompressed(*plain))
            return failure(ErrorKind::Unsupported, name + ": expected a file compressed once, found twice");
        return readBytes(*plain, name);
    }
    constexpr std::size_t kLongestStart = 64;
    std::string_view start(reinterpret_cast<const char *>(bytes.data()),
                           std::min(bytes.size(), kLongestStart));
    if (start.starts_with("SIMPLE  ="))
        return readFitsTable(bytes, name);
    const bool isUtf16 = start.starts_with("\xFE\xFF") || start.starts_with("\xFF\xFE");
    if (start.starts_with("\xEF\xBB\xBF"))
        start.remove_prefix(3);
    const std::size_t first = start.find_first_not_of(" \t\r\n");
    if (isUtf16 || (first != std::string_view::npos && start[first] == '<'))
        return readVotable(bytes, name);
    return readCsv(bytes, name);
}

/// UCDs that other programs need to find ids and positions, where the columns have none or older ones.
Catalogue withMainUcds(Catalogue catalogue)
{
    const data::CatalogueRoles roles = data::guessRoles(catalogue);
    const auto setMain = [&catalogue](std::optional<std::size_t> role, const std::string &ucd) {
        if (!role)
            return;
        const std::string &own = catalogue.columns()[*role].ucd;
        if (own.empty() || ucd.starts_with(own))
            catalogue.setUcd(*role, ucd);
    };
    setMain(roles.id, "meta.id;meta.main");
    setMain(roles.raDeg, "pos.eq.ra;meta.main");
    setMain(roles.decDeg, "pos.eq.dec;meta.main");
    return catalogue;
}

} // namespace

Result<Catalogue> readTable(const std::filesystem::path &path)
{
    const auto file = MappedFile::open(path);
    if (!file)
        return failure(file.error());
    auto catalogue = readBytes(file->bytes(), path.string());
    if (catalogue && catalogue->name.empty())
        catalogue->name = path.stem().string();
    return catalogue;
}

Result<void> checkTableName(const std::filesystem::path &path)
{
    const auto format = formatOf(path);
    return format ? Result<void>() : failure(format.error());
}

Result<void> writeTable(const std::filesystem::path &path, Catalogue catalogue, const TableMetadata &metadata)
{
    const auto format = formatOf(path);
    if (!format)
        return failure(format.error());
    catalogue = withMainUcds(std::move(catalogue));
    switch (*format)
    {
    case Format::Csv: {
        auto done = writeCsv(path, catalogue);
        return done ? writeCsvMetadata(path, catalogue, metadata) : done;
    }
    case Format::Fits: return writeFitsTable(path, catalogue, metadata);
    case Format::Votable: break;
    }
    return writeVotable(path, catalogue, metadata);
}

} // namespace somnium::io
