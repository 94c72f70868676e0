// SPDX-License-Identifier: GPL-3.0-or-later
// One catalogue as a binary table: the part of the FITS writer that knows column types.
#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <set>
#include <span>

#include "core/base/atomic_file.h"
#include "core/io/fits_hdu_writer.h"
#include "core/io/fits_table.h"
#include "core/io/votable.h"

namespace somnium::io
{

namespace
{

using data::Catalogue;
using data::Column;
using data::ColumnType;

constexpr std::size_t kMaxColumns = 999; // FITS standard 4.0, section 7.3.1: TFIELDS

Result<void> checked(int status)
{
    if (status != 0)
        return failure(ErrorKind::WriteFailed, "FITS table: " + fitsReason(status));
    return {};
}

/// A column as it will be written.
struct PlannedColumn
{
    const Column *column = nullptr;
    std::string name; ///< letters, digits and _ only, unique whatever the case
    std::string form;
    std::int64_t nullValue = 0;         ///< of an Int64 column with nulls
    std::vector<std::int64_t> integers; ///< of an Int64 column with nulls: these filled in
    [[nodiscard]] bool hasNullValue() const { return !integers.empty(); }
};

std::string fitsName(const std::string &name, std::set<std::string> &taken)
{
    std::string plain = fitsText(name);
    for (char &c : plain)
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
            c = '_';
    if (plain.empty())
        plain = "column";
    constexpr std::size_t kLongestName = 60; // leaves room in the card for a number
    plain.resize(std::min(plain.size(), kLongestName));
    const auto lower = [](std::string text) {
        std::transform(text.begin(), text.end(), text.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        return text;
    };
    std::string unique = plain;
    for (std::size_t number = 2; !taken.insert(lower(unique)).second; ++number)
        unique = plain + "_" + std::to_string(number);
    return unique;
}

/// A value that the column does not hold, to stand for null.
std::int64_t unusedValue(const std::vector<std::int64_t> &values)
{
    const std::set<std::int64_t> used(values.begin(), values.end());
    std::int64_t candidate = std::numeric_limits<std::int64_t>::min();
    while (used.contains(candidate))
        ++candidate;
    return candidate;
}

void planIntegers(PlannedColumn &plan)
{
    const Column &column = *plan.column;
    if (column.isNull.empty())
        return;
    plan.integers = std::get<std::vector<std::int64_t>>(column.values);
    plan.nullValue = unusedValue(plan.integers);
    for (std::size_t i = 0; i < plan.integers.size(); ++i)
        if (column.isNull[i / column.width] != 0)
            plan.integers[i] = plan.nullValue;
}

PlannedColumn planColumn(const Column &column, std::set<std::string> &taken)
{
    PlannedColumn plan;
    plan.column = &column;
    plan.name = fitsName(column.name, taken);
    std::size_t repeat = column.width;
    if (const auto *texts = std::get_if<std::vector<std::string>>(&column.values))
        for (const std::string &text : *texts)
            repeat = std::max(repeat, fitsText(text).size());
    if (column.type() == ColumnType::Int64)
        planIntegers(plan);
    constexpr std::string_view kLetters = "LKEDA"; // in the order of ColumnType
    plan.form = std::to_string(repeat) + kLetters[column.values.index()];
    return plan;
}

/// The cells [firstRow, firstRow + rows) of a plain column. CFITSIO does not change what it is given.
template <class T> void *cells(const std::vector<T> &values, std::size_t offset)
{
    return const_cast<T *>(values.data() + offset);
}

void writeLogicals(fitsfile *file, int number, const Column &column, std::size_t row, std::size_t rows,
                   int &status)
{
    constexpr char kNull = 2;
    const auto &values = std::get<std::vector<std::uint8_t>>(column.values);
    std::vector<char> logicals(rows * column.width);
    for (std::size_t i = 0; i < logicals.size(); ++i)
    {
        const std::size_t source = row * column.width + i;
        const bool isNull = !column.isNull.empty() && column.isNull[source / column.width] != 0;
        logicals[i] = isNull ? kNull : static_cast<char>(values[source] != 0 ? 1 : 0);
    }
    fits_write_colnull_log(file, number, static_cast<LONGLONG>(row) + 1, 1,
                           static_cast<LONGLONG>(logicals.size()), logicals.data(), kNull, &status);
}

void writeTexts(fitsfile *file, int number, const Column &column, std::size_t row, std::size_t rows,
                int &status)
{
    const auto all = std::span(std::get<std::vector<std::string>>(column.values)).subspan(row, rows);
    std::vector<std::string> texts;
    std::transform(all.begin(), all.end(), std::back_inserter(texts),
                   [](const std::string &text) { return fitsText(text); });
    std::vector<char *> cells;
    std::transform(texts.begin(), texts.end(), std::back_inserter(cells),
                   [](std::string &text) { return text.data(); });
    fits_write_col_str(file, number, static_cast<LONGLONG>(row) + 1, 1, static_cast<LONGLONG>(rows),
                       cells.data(), &status);
}

void writeCells(fitsfile *file, int number, const PlannedColumn &plan, std::size_t row, std::size_t rows,
                int &status)
{
    const Column &column = *plan.column;
    const std::size_t offset = row * column.width;
    const auto first = static_cast<LONGLONG>(row) + 1;
    const std::size_t values = rows * column.width;
    const auto count = static_cast<LONGLONG>(values);
    switch (column.type())
    {
    case ColumnType::Bool: writeLogicals(file, number, column, row, rows, status); break;
    case ColumnType::Int64:
        fits_write_col(
            file, TLONGLONG, number, first, 1, count,
            cells(plan.hasNullValue() ? plan.integers : std::get<std::vector<std::int64_t>>(column.values),
                  offset),
            &status);
        break;
    case ColumnType::Float32:
        fits_write_col(file, TFLOAT, number, first, 1, count,
                       cells(std::get<std::vector<float>>(column.values), offset), &status);
        break;
    case ColumnType::Float64:
        fits_write_col(file, TDOUBLE, number, first, 1, count,
                       cells(std::get<std::vector<double>>(column.values), offset), &status);
        break;
    case ColumnType::Text: writeTexts(file, number, column, row, rows, status); break;
    }
}

Result<void> createTable(fitsfile *file, const std::vector<PlannedColumn> &plans, std::size_t rowCount)
{
    std::vector<char *> names;
    std::vector<char *> forms;
    for (const PlannedColumn &plan : plans)
    {
        names.push_back(const_cast<char *>(plan.name.c_str()));
        forms.push_back(const_cast<char *>(plan.form.c_str()));
    }
    int status = 0;
    int hduCount = 0;
    fits_get_num_hdus(file, &hduCount, &status);
    const bool needsPrimary = hduCount == 0;
    fits_create_tbl(file, BINARY_TBL, static_cast<LONGLONG>(rowCount), static_cast<int>(plans.size()),
                    names.data(), forms.data(), nullptr, nullptr, &status);
    if (needsPrimary && status == 0) // CFITSIO made it; its checksum is ours to write
    {
        fits_movabs_hdu(file, 1, nullptr, &status);
        if (auto done = checked(status); !done)
            return done;
        if (auto done = writeChecksums(file); !done)
            return done;
        fits_movabs_hdu(file, 2, nullptr, &status);
    }
    return checked(status);
}

Result<void> describeColumn(fitsfile *file, std::size_t index, const PlannedColumn &plan)
{
    const std::string number = std::to_string(index + 1);
    const auto write = [&](const char *stem, const std::string &text, const char *comment) -> Result<void> {
        return text.empty() ? Result<void>{} : writeTextCard(file, stem + number, text, comment);
    };
    const Column &column = *plan.column;
    if (auto done = write("TUNIT", column.unit, "unit"); !done)
        return done;
    if (auto done = write("TUCD", column.ucd, "unified content descriptor"); !done)
        return done;
    if (auto done = write("TCOMM", column.description, ""); !done)
        return done;
    int status = 0;
    if (plan.hasNullValue())
        fits_write_key_lng(file, ("TNULL" + number).c_str(), plan.nullValue, "stands for no value", &status);
    return checked(status);
}

/// How many characters FITS cannot hold, so that the file can say so.
std::size_t lostCharacters(const Catalogue &table)
{
    std::size_t lost = 0;
    for (const Column &column : table.columns())
        if (const auto *texts = std::get_if<std::vector<std::string>>(&column.values))
            for (const std::string &text : *texts)
                lost += static_cast<std::size_t>(std::count_if(
                    text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xC0; }));
    return lost;
}

FitsHeader tableHeader(const FitsTableHdu &hdu)
{
    FitsHeader header = hdu.header;
    if (header.extensionName.empty())
        header.extensionName = hdu.table.name;
    if (!hdu.table.description.empty())
        header.comments.insert(header.comments.begin(), hdu.table.description);
    if (const std::size_t lost = lostCharacters(hdu.table); lost > 0)
        header.comments.push_back(std::to_string(lost) +
                                  " characters outside ASCII, which FITS cannot hold, are written as ?");
    return header;
}

} // namespace

Result<void> appendTableHdu(fitsfile *file, const FitsTableHdu &hdu)
{
    const std::vector<Column> &columns = hdu.table.columns();
    if (columns.size() > kMaxColumns)
        return failure(ErrorKind::Unsupported,
                       "FITS table: expected at most 999 columns, which is all that FITS allows, found " +
                           std::to_string(columns.size()) + "; write VOTable or CSV, or fewer columns");
    std::set<std::string> taken;
    std::vector<PlannedColumn> plans;
    plans.reserve(columns.size());
    for (const Column &column : columns)
        plans.push_back(planColumn(column, taken));
    const std::size_t rowCount = hdu.table.rowCount();
    if (auto done = createTable(file, plans, rowCount); !done)
        return done;
    for (std::size_t i = 0; i < plans.size(); ++i)
        if (auto done = describeColumn(file, i, plans[i]); !done)
            return done;
    if (auto done = writeHeaderCards(file, tableHeader(hdu)); !done)
        return done;
    int status = 0;
    fits_set_hdustruc(file, &status); // TNULL must be known before the cells are written
    long rowsAtOnce = 1;
    fits_get_rowsize(file, &rowsAtOnce, &status);
    const auto step = static_cast<std::size_t>(std::max(rowsAtOnce, 1L));
    for (std::size_t row = 0; row < rowCount && status == 0; row += step)
        for (std::size_t i = 0; i < plans.size() && status == 0; ++i)
            writeCells(file, static_cast<int>(i) + 1, plans[i], row, std::min(step, rowCount - row), status);
    if (auto done = checked(status); !done)
        return done;
    return writeChecksums(file);
}

namespace
{

/// Keywords that a parameter must not overwrite.
bool isReserved(const std::string &keyword)
{
    constexpr std::array<std::string_view, 26> kStems = {
        "SIMPLE", "XTENSION", "BITPIX",   "NAXIS",   "EXTEND",  "PCOUNT",  "GCOUNT",   "TFIELDS",  "THEAP",
        "END",    "EXTNAME",  "CHECKSUM", "DATASUM", "COMMENT", "HISTORY", "CONTINUE", "LONGSTRN", "TTYPE",
        "TFORM",  "TUNIT",    "TNULL",    "TDIM",    "TSCAL",   "TZERO",   "TUCD",     "TCOMM"};
    return std::any_of(kStems.begin(), kStems.end(),
                       [&keyword](std::string_view stem) { return keyword.starts_with(stem); });
}

/// Parameters become cards where FITS allows their name, else comments.
FitsHeader headerOf(const TableMetadata &metadata)
{
    FitsHeader header;
    header.history = metadata.history;
    for (const auto &[name, value] : metadata.parameters)
    {
        std::string keyword = name;
        std::transform(keyword.begin(), keyword.end(), keyword.begin(),
                       [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
        const bool isKeyword =
            !keyword.empty() && keyword.size() <= 8 &&
            keyword.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == std::string::npos;
        if (isKeyword && !isReserved(keyword))
            header.cards.push_back({keyword, value, ""});
        else
            header.comments.emplace_back(name).append(" = ").append(value);
    }
    return header;
}

/// The primary HDU of FITS-plus (STILTS manual, "FITS-plus"): VOTMETA must be the fifth card.
Result<void> appendVotableHdu(fitsfile *file, const std::string &document)
{
    std::array<LONGLONG, 1> axes = {static_cast<LONGLONG>(document.size())};
    int status = 0;
    fits_create_imgll(file, BYTE_IMG, 1, axes.data(), &status);
    fits_insert_record(file, 5, "VOTMETA =                    T / the data are VOTable metadata of the table",
                       &status);
    fits_write_img(file, TBYTE, 1, axes[0], const_cast<char *>(document.data()), &status);
    if (auto done = checked(status); !done)
        return done;
    return writeChecksums(file);
}

} // namespace

Result<void> writeFitsTable(const std::filesystem::path &path, const Catalogue &catalogue,
                            const TableMetadata &metadata)
{
    return replaceFile(path, [&](const std::filesystem::path &temporary) -> Result<void> {
        auto file = FitsHandle::createFile(temporary);
        if (!file)
            return failure(file.error());
        auto done = appendVotableHdu(file->get(), votableWithoutData(catalogue, metadata));
        if (done)
            done = appendTableHdu(file->get(), {catalogue, headerOf(metadata)});
        if (!done)
            return failure(done.error().kind, path.string() + ": " + done.error().message);
        return file->close();
    });
}

} // namespace somnium::io
