// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fits_table.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "core/base/bytes.h"
#include "core/io/cell_text.h"
#include "core/io/fits_column.h"
#include "core/io/fits_handle.h"
#include "core/io/fits_header.h"
#include "core/io/table_column.h"
#include "core/io/votable.h"

namespace somnium::io
{

namespace
{

using data::Catalogue;
using data::Column;

bool hasTrueKey(fitsfile *file, const char *keyword)
{
    int status = 0;
    int value = 0;
    fits_read_key(file, TLOGICAL, keyword, &value, nullptr, &status);
    if (status != 0)
        fits_clear_errmsg();
    return status == 0 && value != 0;
}

/// Rows times their length, checked against the bytes that are there.
Result<void> checkSize(OpenFitsTable &table, std::size_t fileSize)
{
    LONGLONG rowBytes = 0;
    LONGLONG rows = 0;
    LONGLONG dataStart = 0;
    int status = 0;
    fits_read_key_lnglng(table.file, "NAXIS1", &rowBytes, nullptr, &status);
    fits_read_key_lnglng(table.file, "NAXIS2", &rows, nullptr, &status);
    fits_get_hduaddrll(table.file, nullptr, &dataStart, nullptr, &status);
    if (status != 0 || rowBytes < 0 || rows < 0)
        return failure(ErrorKind::Malformed,
                       table.place + ": expected NAXIS1 and NAXIS2 of a table, found: " + fitsReason(status));
    const auto needed = checkedProduct(static_cast<std::size_t>(rowBytes), static_cast<std::size_t>(rows));
    const auto start = static_cast<std::size_t>(dataStart);
    const std::size_t present = fileSize > start ? fileSize - start : 0;
    if (!needed || *needed > present)
        return failure(ErrorKind::Malformed, table.place + ": expected " + std::to_string(rows) +
                                                 " rows of " + std::to_string(rowBytes) + " bytes, found " +
                                                 std::to_string(present) + " bytes before the file ends");
    // Rows of no bytes cost nothing to claim, so they are not believed.
    table.rows = rowBytes == 0 ? 0 : static_cast<std::size_t>(rows);
    return {};
}

Result<Catalogue> readTableHdu(const OpenFitsTable &table)
{
    Catalogue catalogue;
    catalogue.name = fitsTextKey(table.file, "EXTNAME");
    int status = 0;
    int columns = 0;
    fits_get_num_cols(table.file, &columns, &status);
    if (status != 0)
        return failure(ErrorKind::Malformed,
                       table.place + ": expected a table, found: " + fitsReason(status));
    for (int number = 1; number <= columns; ++number)
    {
        auto read = readFitsColumn(table, number);
        if (!read)
            return failure(read.error());
        if (!read->reason.empty())
            noteSkipped(catalogue, read->column.name, read->reason);
        else if (auto added = catalogue.addColumn(std::move(read->column)); !added)
            return failure(added.error().kind, table.place + ": " + added.error().message);
    }
    if (columns > 0 && catalogue.columns().empty())
        return failure(ErrorKind::Unsupported, table.place + ": " + catalogue.description);
    return catalogue;
}

/// A tile-compressed table is unpacked into memory first.
Result<Catalogue> readCompressedTable(const OpenFitsTable &table, std::size_t fileSize)
{
    LONGLONG rowBytes = 0;
    LONGLONG rows = 0;
    int status = 0;
    fits_read_key_lnglng(table.file, "ZNAXIS1", &rowBytes, nullptr, &status);
    fits_read_key_lnglng(table.file, "ZNAXIS2", &rows, nullptr, &status);
    constexpr std::size_t kMostExpansion = 1100; // deflate cannot do more than 1032
    const auto size = rowBytes < 0 || rows < 0 ? std::nullopt
                                               : checkedProduct(static_cast<std::size_t>(rowBytes),
                                                                static_cast<std::size_t>(rows));
    if (status != 0 || !size || *size / kMostExpansion > fileSize)
        return failure(ErrorKind::Malformed, table.place +
                                                 ": expected ZNAXIS1 and ZNAXIS2 of a compressed table of "
                                                 "this size, found: " +
                                                 fitsReason(status));
    auto unpacked = FitsHandle::createInMemory();
    if (!unpacked)
        return failure(unpacked.error());
    fits_create_img(unpacked->get(), BYTE_IMG, 0, nullptr, &status);
    fits_uncompress_table(table.file, unpacked->get(), &status);
    if (status != 0)
        return failure(ErrorKind::Malformed,
                       table.place + ": expected a compressed table, found: " + fitsReason(status));
    auto bytes = unpacked->takeBytes();
    if (!bytes)
        return failure(bytes.error());
    return readFitsTable(*bytes, table.place + " (unpacked)");
}

/// The fields of the VOTable in the primary HDU of a FITS-plus file; nothing if this is none.
std::optional<Catalogue> fitsPlusFields(fitsfile *file, std::size_t fileSize)
{
    LONGLONG length = 0;
    int status = 0;
    if (!hasTrueKey(file, "VOTMETA"))
        return std::nullopt;
    fits_read_key_lnglng(file, "NAXIS1", &length, nullptr, &status);
    if (status != 0 || length <= 0 || static_cast<std::size_t>(length) > fileSize)
        return std::nullopt;
    std::vector<std::byte> document(static_cast<std::size_t>(length));
    fits_read_img(file, TBYTE, 1, length, nullptr, document.data(), nullptr, &status);
    if (status != 0)
        return std::nullopt;
    auto fields = readVotableFields(document, "VOTMETA");
    return fields ? std::optional(std::move(*fields)) : std::nullopt;
}

/// Gives the table the names and descriptions of the VOTable, if they are of as many columns.
Catalogue described(Catalogue table, const std::optional<Catalogue> &fields)
{
    if (!fields || fields->columns().size() != table.columns().size())
        return table;
    Catalogue result;
    result.name = fields->name;
    result.description = fields->description;
    for (std::size_t i = 0; i < table.columns().size(); ++i)
    {
        Column column = table.columns()[i];
        const Column &field = fields->columns()[i];
        column.name = field.name;
        column.unit = field.unit;
        column.ucd = field.ucd;
        column.description = field.description;
        if (!result.addColumn(std::move(column)))
            return table;
    }
    return result;
}

/// The first TTYPE card whose value, no text in quotes, is longer than the room CFITSIO has for it; or empty.
std::string_view overlongName(std::string_view header)
{
    constexpr std::size_t kCard = 80;
    constexpr std::size_t kValueAt = 10;
    constexpr std::size_t kLongestName = 68;
    for (std::size_t at = 0; at + kCard <= header.size(); at += kCard)
    {
        const std::string_view card = header.substr(at, kCard);
        if (card.starts_with("END     "))
            break;
        const std::string_view value = trimmed(card.substr(kValueAt));
        if (card.starts_with("TTYPE") && !value.starts_with('\'') && value.size() > kLongestName)
            return trimmed(card.substr(0, kValueAt - 2));
    }
    return {};
}

/// What is wrong with the cards of a table header, if `header` begins with one. CFITSIO must not see a fault
/// there: it would allocate as many columns as lie in memory it never set, or write a name beyond its place.
std::string tableHeaderFault(std::span<const std::byte> header)
{
    constexpr std::array<std::string_view, 8> kKeywords = {"XTENSION", "BITPIX", "NAXIS",  "NAXIS1",
                                                           "NAXIS2",   "PCOUNT", "GCOUNT", "TFIELDS"};
    constexpr std::size_t kCard = 80;
    constexpr std::size_t kKeyword = 8;
    constexpr std::int64_t kMostColumns = 999;
    const std::size_t length = std::min(header.size(), kKeywords.size() * kCard);
    const std::string_view cards(reinterpret_cast<const char *>(header.data()), length);
    if (!cards.starts_with("XTENSION") || cards.substr(0, kCard).find("TABLE") == std::string_view::npos)
        return {};
    for (std::size_t i = 1; i < kKeywords.size(); ++i)
    {
        const std::string_view card = cards.substr(std::min(i * kCard, length), kCard);
        const bool hasPlace = card.size() == kCard && trimmed(card.substr(0, kKeyword)) == kKeywords[i];
        const std::string_view field = hasPlace ? card.substr(kKeyword + 1) : std::string_view();
        const std::string_view number = field.substr(0, field.find('/'));
        // CFITSIO stops at a line end, or whatever else no header may hold, and leaves the number unset.
        const bool isPlain = std::all_of(number.begin(), number.end(), [](char c) { return c >= ' '; });
        const auto value = isPlain ? parseInteger(trimmed(number)) : std::nullopt;
        if (!value || *value < 0 || (kKeywords[i] == "TFIELDS" && *value > kMostColumns))
            return "card " + std::to_string(i + 1) + " must be " + std::string(kKeywords[i]) +
                   " with a whole number";
    }
    const std::string_view all(reinterpret_cast<const char *>(header.data()), header.size());
    const std::string_view overlong = overlongName(all);
    return overlong.empty() ? std::string() : std::string(overlong) + " must be a text in quotes";
}

/// CFITSIO reads on behind the end of the memory where a header claims more than there is. Such a HDU is
/// looked at by its header only.
bool isWhole(const FitsStructure &structure, int number)
{
    const auto index = static_cast<std::size_t>(number - 1);
    return index < structure.hdus.size() && !structure.hdus[index].isTruncated();
}

/// What is said of a table that is not whole; `table` has passed checkSize.
Error truncated(const OpenFitsTable &table, const FitsStructure &structure, int number)
{
    const auto index = static_cast<std::size_t>(number - 1);
    std::string reason = structure.end ? structure.end->message : "expected a header, found none";
    if (index < structure.hdus.size())
        reason = "expected " + std::to_string(structure.hdus[index].dataBytes) +
                 " bytes of rows and heap, found " + std::to_string(structure.hdus[index].data.size()) +
                 " before the file ends";
    return {ErrorKind::Malformed, table.place + ": " + reason};
}

/// Moves on to the next HDU. Empty if there is none, else what kind it is; a reason if it cannot be read.
Result<std::optional<int>> nextHdu(fitsfile *file, int number, std::span<const std::byte> bytes)
{
    LONGLONG end = 0;
    int status = 0;
    if (number > 1)
        fits_get_hduaddrll(file, nullptr, nullptr, &end, &status);
    const std::size_t offset = std::min(static_cast<std::size_t>(std::max<LONGLONG>(end, 0)), bytes.size());
    std::string fault = tableHeaderFault(bytes.subspan(offset));
    int type = 0;
    if (fault.empty() && status == 0)
        fits_movabs_hdu(file, number, &type, &status);
    if (status != 0 && status != END_OF_FILE)
        fault = fitsReason(status);
    fits_clear_errmsg();
    if (!fault.empty())
        return failure(ErrorKind::Malformed, "HDU " + std::to_string(number) + ": " + fault);
    return status == END_OF_FILE ? std::optional<int>() : std::optional<int>(type);
}

} // namespace

Result<Catalogue> readFitsTable(std::span<const std::byte> bytes, const std::string &name)
{
    auto file = FitsHandle::openBytes(bytes, name);
    if (!file)
        return failure(file.error());
    const FitsStructure structure = readFitsStructure(bytes);
    std::optional<Catalogue> fields;
    if (isWhole(structure, 1))
        fields = fitsPlusFields(file->get(), bytes.size());
    for (int number = 1;; ++number)
    {
        const auto type = nextHdu(file->get(), number, bytes);
        if (!type || !*type)
        {
            std::string message = name + ": expected a table in one of its HDUs, found ";
            message += std::to_string(number - 1) + " HDUs without one";
            message += type ? "" : "; " + type.error().message;
            return failure(type ? ErrorKind::NotFound : ErrorKind::Malformed, std::move(message));
        }
        int imageStatus = 0;
        if (**type == IMAGE_HDU || fits_is_compressed_image(file->get(), &imageStatus) != 0)
            continue;
        OpenFitsTable table{file->get(), name + ", HDU " + std::to_string(number), **type == ASCII_TBL, 0};
        if (auto fits = checkSize(table, bytes.size()); !fits)
            return failure(fits.error());
        if (!isWhole(structure, number))
            return failure(truncated(table, structure, number));
        if (hasTrueKey(file->get(), "ZTABLE"))
            return readCompressedTable(table, bytes.size());
        auto catalogue = readTableHdu(table);
        if (!catalogue)
            return catalogue;
        return described(std::move(*catalogue), fields);
    }
}

} // namespace somnium::io
