// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fits_column.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/io/cell_text.h"
#include "core/io/fits_handle.h"
#include "core/io/table_column.h"

namespace somnium::io
{

namespace
{

using data::Column;

constexpr std::size_t kMostRaggedValues = std::size_t{1} << 27;

struct ColumnForm
{
    int number = 0;
    std::string name;
    int type = 0; ///< CFITSIO's code after scaling, without sign
    bool isRagged = false;
    bool isStoredReal = false; ///< IEEE numbers in a binary table: NaN is NaN
    std::size_t repeat = 1;
    std::size_t width = 1; ///< characters of one string
};

tl::unexpected<Error> columnFailure(const OpenFitsTable &table, const ColumnForm &form, int status)
{
    return failure(ErrorKind::Malformed, table.place + ", column " + std::to_string(form.number) + " '" +
                                             form.name + "': expected " + std::to_string(table.rows) +
                                             " readable rows, found: " + fitsReason(status));
}

/// `null` replaces undefined values; without it CFITSIO hands the bits over as they are, denormal numbers
/// too.
template <class T>
Result<std::vector<T>> readValues(const OpenFitsTable &table, const ColumnForm &form, int type, T *null)
{
    std::vector<T> values(table.rows * form.repeat);
    int status = 0;
    int anyNull = 0;
    if (!values.empty())
        fits_read_col(table.file, type, form.number, 1, 1, static_cast<LONGLONG>(values.size()), null,
                      values.data(), &anyNull, &status);
    if (status != 0)
        return columnFailure(table, form, status);
    return values;
}

template <class T>
Result<void> readReals(const OpenFitsTable &table, const ColumnForm &form, int type, Column &column)
{
    T null = std::numeric_limits<T>::quiet_NaN();
    auto values = readValues<T>(table, form, type, form.isStoredReal ? nullptr : &null);
    if (!values)
        return failure(values.error());
    column.values = std::move(*values);
    return {};
}

Result<void> readIntegers(const OpenFitsTable &table, const ColumnForm &form, Column &column)
{
    std::vector<LONGLONG> values(table.rows * form.repeat);
    std::vector<char> nulls(values.size());
    int status = 0;
    int anyNull = 0;
    if (!values.empty())
        fits_read_colnull(table.file, TLONGLONG, form.number, 1, 1, static_cast<LONGLONG>(values.size()),
                          values.data(), nulls.data(), &anyNull, &status);
    if (status != 0)
        return columnFailure(table, form, status);
    column.values = std::vector<std::int64_t>(values.begin(), values.end());
    setNulls(column, nulls);
    return {};
}

/// Unsigned 64-bit numbers: Int64 if all fit, else text, so that no id loses a digit.
Result<void> readUnsigned(const OpenFitsTable &table, const ColumnForm &form, Column &column)
{
    const auto values = readValues<ULONGLONG>(table, form, TULONGLONG, nullptr);
    if (!values)
        return failure(values.error());
    const auto fits = [](ULONGLONG value) {
        return value <= ULONGLONG{std::numeric_limits<std::int64_t>::max()};
    };
    if (std::all_of(values->begin(), values->end(), fits))
        column.values = std::vector<std::int64_t>(values->begin(), values->end());
    else if (form.repeat == 1)
    {
        std::vector<std::string> texts;
        for (const ULONGLONG value : *values)
            texts.push_back(std::to_string(value));
        column.values = std::move(texts);
    }
    else
        column.values = std::vector<double>(values->begin(), values->end());
    return {};
}

Result<void> readTruths(const OpenFitsTable &table, const ColumnForm &form, Column &column)
{
    std::vector<char> values(table.rows * form.repeat);
    std::vector<char> nulls(values.size());
    int status = 0;
    int anyNull = 0;
    const auto count = static_cast<LONGLONG>(values.size());
    // Row by row: CFITSIO does not skip the filling bits at the end of a row.
    for (std::size_t row = 0; row < table.rows && form.type == TBIT && status == 0; ++row)
        fits_read_col_bit(table.file, form.number, static_cast<LONGLONG>(row) + 1, 1,
                          static_cast<LONGLONG>(form.repeat), values.data() + row * form.repeat, &status);
    if (!values.empty() && form.type == TLOGICAL)
        fits_read_colnull(table.file, TLOGICAL, form.number, 1, 1, count, values.data(), nulls.data(),
                          &anyNull, &status);
    if (status != 0)
        return columnFailure(table, form, status);
    std::vector<std::uint8_t> truths(values.size());
    std::transform(values.begin(), values.end(), truths.begin(), [](char c) { return c == 1 ? 1 : 0; });
    column.values = std::move(truths);
    setNulls(column, nulls);
    return {};
}

/// Strings of one row, blanks and zero bytes at their ends removed, joined by blanks.
std::string joined(const std::vector<char> &characters, std::size_t first, std::size_t count,
                   std::size_t step)
{
    std::string all;
    for (std::size_t i = first; i < first + count; ++i)
    {
        std::string_view text(characters.data() + i * step);
        text = text.substr(0, text.find_last_not_of(' ') + 1);
        all += (i == first || text.empty() ? "" : " ") + std::string(text);
    }
    return toUtf8(all);
}

Result<void> readTexts(const OpenFitsTable &table, const ColumnForm &form, Column &column)
{
    constexpr std::size_t kBytesAtOnce = std::size_t{16} << 20;
    const std::size_t perRow = form.width == 0 ? 0 : std::max<std::size_t>(form.repeat / form.width, 1);
    std::vector<std::string> texts(table.rows);
    const std::size_t step = form.width + 1;
    const std::size_t rowsAtOnce =
        std::max<std::size_t>(1, kBytesAtOnce / std::max<std::size_t>(1, perRow * step));
    for (std::size_t row = 0; row < table.rows && perRow > 0; row += rowsAtOnce)
    {
        const std::size_t rows = std::min(rowsAtOnce, table.rows - row);
        std::vector<char> characters(rows * perRow * step);
        std::vector<char *> pointers(rows * perRow);
        for (std::size_t i = 0; i < pointers.size(); ++i)
            pointers[i] = characters.data() + i * step;
        int status = 0;
        int anyNull = 0;
        std::array<char, 2> null{};
        fits_read_col_str(table.file, form.number, static_cast<LONGLONG>(row) + 1, 1,
                          static_cast<LONGLONG>(pointers.size()), null.data(), pointers.data(), &anyNull,
                          &status);
        if (status != 0)
            return columnFailure(table, form, status);
        for (std::size_t i = 0; i < rows; ++i)
            texts[row + i] = joined(characters, i * perRow, perRow, step);
    }
    column.values = std::move(texts);
    return {};
}

/// Whole numbers of an ASCII table that may have more digits than a double keeps.
Result<void> readWideIntegers(const OpenFitsTable &table, const ColumnForm &form, Column &column)
{
    if (auto done = readTexts(table, form, column); !done)
        return done;
    const auto texts = std::get<std::vector<std::string>>(column.values);
    std::vector<std::int64_t> values;
    std::vector<char> nulls;
    for (const std::string &text : texts)
    {
        const auto value = parseInteger(trimmed(text));
        values.push_back(value.value_or(0));
        nulls.push_back(value ? 0 : 1);
    }
    column.values = std::move(values);
    setNulls(column, nulls);
    return {};
}

/// Bytes of the heap, where the cells of variable-length columns lie; its end is that of the data unit.
Result<std::uint64_t> heapBytes(const OpenFitsTable &table, const ColumnForm &form)
{
    LONGLONG header = 0;
    LONGLONG data = 0;
    LONGLONG end = 0;
    LONGLONG rowBytes = 0;
    LONGLONG rows = 0; // as the header has it: CFITSIO counts the heap from there
    LONGLONG heap = 0;
    int status = 0;
    fits_get_hduaddrll(table.file, &header, &data, &end, &status);
    fits_read_key_lnglng(table.file, "NAXIS1", &rowBytes, nullptr, &status);
    fits_read_key_lnglng(table.file, "NAXIS2", &rows, nullptr, &status);
    if (status != 0)
        return columnFailure(table, form, status);
    fits_read_key_lnglng(table.file, "THEAP", &heap, nullptr, &status);
    if (status != 0) // right behind the rows, if the data unit has them all
        heap = rowBytes > 0 && rows > (end - data) / rowBytes ? -1 : rowBytes * rows;
    return heap < 0 || heap > end - data ? 0 : static_cast<std::uint64_t>(end - data - heap);
}

/// The lengths of the cells of a variable-length column; nothing if all together are absurdly many. Fails if
/// one lies beyond the heap: CFITSIO would read a text there that is not in the file.
Result<std::optional<std::vector<std::size_t>>> raggedLengths(const OpenFitsTable &table,
                                                              const ColumnForm &form)
{
    const auto heap = heapBytes(table, form);
    if (!heap)
        return failure(heap.error());
    // Scaled numbers are told by the type that they become: what is stored may be smaller.
    const std::uint64_t fewestBits = form.type == TBIT ? 1 : 8;
    std::vector<std::size_t> lengths(table.rows);
    std::size_t total = 0;
    for (std::size_t row = 0; row < table.rows; ++row)
    {
        LONGLONG length = 0;
        LONGLONG offset = 0;
        int status = 0;
        fits_read_descriptll(table.file, form.number, static_cast<LONGLONG>(row) + 1, &length, &offset,
                             &status);
        if (status != 0 || length < 0 || offset < 0)
            return columnFailure(table, form, status != 0 ? status : BAD_HEAP_PTR);
        lengths[row] = static_cast<std::size_t>(length);
        if (lengths[row] > kMostRaggedValues || (total += lengths[row]) > kMostRaggedValues)
            return std::optional<std::vector<std::size_t>>();
        const std::uint64_t bytes = (lengths[row] * fewestBits + 7) / 8;
        if (lengths[row] > 0 && (static_cast<std::uint64_t>(offset) > *heap ||
                                 bytes > *heap - static_cast<std::uint64_t>(offset)))
            return columnFailure(table, form, BAD_HEAP_PTR);
    }
    return std::optional(std::move(lengths));
}

Result<void> readRaggedTexts(const OpenFitsTable &table, const ColumnForm &form,
                             const std::vector<std::size_t> &lengths, Column &column)
{
    std::vector<std::string> texts(table.rows);
    for (std::size_t row = 0; row < table.rows; ++row)
    {
        if (lengths[row] == 0)
            continue;
        std::vector<char> characters(std::max(lengths[row], form.width) + FLEN_CARD);
        char *pointer = characters.data();
        std::array<char, 2> null{};
        int status = 0;
        int anyNull = 0;
        fits_read_col_str(table.file, form.number, static_cast<LONGLONG>(row) + 1, 1, 1, null.data(),
                          &pointer, &anyNull, &status);
        if (status != 0)
            return columnFailure(table, form, status);
        texts[row] = joined(characters, 0, 1, characters.size());
    }
    column.values = std::move(texts);
    return {};
}

/// The numbers of one variable-length cell; truth values as 1, 0 and NaN. Returns CFITSIO's status.
int readRaggedCell(const OpenFitsTable &table, const ColumnForm &form, std::size_t row,
                   std::span<double> values)
{
    double null = std::numeric_limits<double>::quiet_NaN();
    const auto count = static_cast<LONGLONG>(values.size());
    const auto fitsRow = static_cast<LONGLONG>(row) + 1;
    int status = 0;
    int anyNull = 0;
    if (form.type != TBIT && form.type != TLOGICAL)
    {
        fits_read_col(table.file, TDOUBLE, form.number, fitsRow, 1, count,
                      form.isStoredReal ? nullptr : &null, values.data(), &anyNull, &status);
        return status;
    }
    std::vector<char> truths(values.size());
    std::vector<char> nulls(values.size());
    if (form.type == TBIT)
        fits_read_col_bit(table.file, form.number, fitsRow, 1, count, truths.data(), &status);
    else
        fits_read_colnull(table.file, TLOGICAL, form.number, fitsRow, 1, count, truths.data(), nulls.data(),
                          &anyNull, &status);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = nulls[i] != 0 ? null : static_cast<double>(truths[i]);
    return status;
}

/// Returns a reason if the column cannot be a column of ours.
Result<std::string> readRagged(const OpenFitsTable &table, const ColumnForm &form, Column &column)
{
    const auto lengths = raggedLengths(table, form);
    if (!lengths)
        return failure(lengths.error());
    if (!*lengths)
        return std::string("its variable-length cells are too many for memory");
    if (form.type == TSTRING)
    {
        if (auto done = readRaggedTexts(table, form, **lengths, column); !done)
            return failure(done.error());
        return std::string();
    }
    RaggedCells cells;
    for (std::size_t row = 0; row < table.rows; ++row)
    {
        const std::size_t length = (**lengths)[row];
        const std::size_t begin = cells.values.size();
        cells.values.resize(begin + length);
        const int status =
            length == 0 ? 0 : readRaggedCell(table, form, row, std::span(cells.values).subspan(begin));
        if (status != 0)
            return columnFailure(table, form, status);
        cells.endCell();
    }
    auto values = padded(cells, form.type == TFLOAT);
    if (!values)
        return std::string("its variable-length cells differ too much in length");
    column.width = std::max<std::size_t>(cells.longest, 1);
    column.values = std::move(*values);
    return std::string();
}

Result<ColumnForm> columnForm(const OpenFitsTable &table, int number)
{
    ColumnForm form;
    form.number = number;
    form.name = fitsTextKey(table.file, "TTYPE" + std::to_string(number));
    if (form.name.empty())
        form.name = "col" + std::to_string(number);
    int stored = 0;
    int type = 0;
    LONGLONG repeat = 0;
    LONGLONG width = 0;
    int status = 0;
    fits_get_coltypell(table.file, number, &stored, &repeat, &width, &status);
    form.isStoredReal = !table.isAscii && (std::abs(stored) == TFLOAT || std::abs(stored) == TDOUBLE);
    fits_get_eqcoltypell(table.file, number, &type, &repeat, &width, &status);
    if (status != 0)
        return columnFailure(table, form, status);
    form.isRagged = type < 0;
    form.type = std::abs(type);
    form.repeat = static_cast<std::size_t>(std::max<LONGLONG>(repeat, 0));
    form.width = static_cast<std::size_t>(std::max<LONGLONG>(width, 0));
    if (table.isAscii)
        form.repeat = form.type == TSTRING ? form.width : 1;
    return form;
}

bool isInteger(int type)
{
    constexpr std::array<int, 9> kTypes = {TBYTE, TSBYTE, TSHORT, TUSHORT,  TINT,
                                           TUINT, TLONG,  TULONG, TLONGLONG};
    return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

/// Fills the column, or returns the reason why it cannot be one.
Result<std::string> readColumn(const OpenFitsTable &table, const ColumnForm &form, Column &column)
{
    if (form.type == TCOMPLEX || form.type == TDBLCOMPLEX)
        return std::string("complex numbers");
    if (form.isRagged)
        return readRagged(table, form, column);
    if (form.repeat == 0 && form.type != TSTRING)
        return std::string("its cells hold no values");
    column.width = form.type == TSTRING ? 1 : form.repeat;
    constexpr std::size_t kDigitsOfDouble = 15;
    Result<void> done;
    if (form.type == TSTRING)
        done = readTexts(table, form, column);
    else if (form.type == TLOGICAL || form.type == TBIT)
        done = readTruths(table, form, column);
    else if (form.type == TULONGLONG)
        done = readUnsigned(table, form, column);
    else if (table.isAscii && isInteger(form.type) && form.width > kDigitsOfDouble)
        done = readWideIntegers(table, form, column);
    else if (isInteger(form.type))
        done = readIntegers(table, form, column);
    else if (form.type == TFLOAT)
        done = readReals<float>(table, form, TFLOAT, column);
    else if (form.type == TDOUBLE)
        done = readReals<double>(table, form, TDOUBLE, column);
    else
        return "CFITSIO's type " + std::to_string(form.type);
    if (!done)
        return failure(done.error());
    if (column.type() == data::ColumnType::Text)
        column.width = 1;
    return std::string();
}

} // namespace

std::string fitsTextKey(fitsfile *file, const std::string &keyword)
{
    int status = 0;
    char *value = nullptr;
    fits_read_key_longstr(file, keyword.c_str(), &value, nullptr, &status);
    std::string text = status == 0 && value != nullptr ? toUtf8(trimmed(value)) : std::string();
    int ignored = 0;
    if (value != nullptr)
        fits_free_memory(value, &ignored);
    if (status != 0)
        fits_clear_errmsg();
    return text;
}

Result<FitsColumn> readFitsColumn(const OpenFitsTable &table, int number)
{
    const auto form = columnForm(table, number);
    if (!form)
        return failure(form.error());
    const std::string index = std::to_string(number);
    FitsColumn result;
    result.column =
        data::makeColumn(form->name, {}, fitsTextKey(table.file, "TUNIT" + index),
                         fitsTextKey(table.file, "TUCD" + index), fitsTextKey(table.file, "TCOMM" + index));
    auto reason = readColumn(table, *form, result.column);
    if (!reason)
        return failure(reason.error());
    result.reason = std::move(*reason);
    return result;
}

} // namespace somnium::io
