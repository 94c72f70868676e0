// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/table_column.h"

#include <algorithm>
#include <limits>

#include "core/base/bytes.h"

namespace somnium::io
{

namespace
{

constexpr std::size_t kMostPaddedValues = std::size_t{1} << 27; // 1 GiB of doubles

template <class T> std::vector<T> paddedValues(const RaggedCells &cells, std::size_t width)
{
    std::vector<T> values(cells.ends.size() * width, std::numeric_limits<T>::quiet_NaN());
    std::size_t begin = 0;
    for (std::size_t row = 0; row < cells.ends.size(); ++row)
    {
        for (std::size_t i = begin; i < cells.ends[row]; ++i)
            values[row * width + i - begin] = static_cast<T>(cells.values[i]);
        begin = cells.ends[row];
    }
    return values;
}

bool hasPartNull(const data::Column &column, const std::vector<char> &nulls)
{
    for (std::size_t row = 0; row < column.rowCount(); ++row)
    {
        const auto begin = nulls.begin() + static_cast<std::ptrdiff_t>(row * column.width);
        const auto count = std::count_if(begin, begin + static_cast<std::ptrdiff_t>(column.width),
                                         [](char flag) { return flag != 0; });
        if (count != 0 && count != static_cast<std::ptrdiff_t>(column.width))
            return true;
    }
    return false;
}

} // namespace

void RaggedCells::endCell()
{
    const std::size_t begin = ends.empty() ? 0 : ends.back();
    longest = std::max(longest, values.size() - begin);
    ends.push_back(values.size());
}

std::optional<data::ColumnValues> padded(const RaggedCells &cells, bool isFloat32)
{
    const std::size_t width = std::max<std::size_t>(cells.longest, 1);
    const auto count = checkedProduct(cells.ends.size(), width);
    if (!count || *count > kMostPaddedValues)
        return std::nullopt;
    if (isFloat32)
        return data::ColumnValues(paddedValues<float>(cells, width));
    return data::ColumnValues(paddedValues<double>(cells, width));
}

void setNulls(data::Column &column, const std::vector<char> &nulls)
{
    if (std::none_of(nulls.begin(), nulls.end(), [](char flag) { return flag != 0; }))
        return;
    if (!hasPartNull(column, nulls))
    {
        column.isNull.assign(column.rowCount(), 0);
        for (std::size_t row = 0; row < column.isNull.size(); ++row)
            column.isNull[row] = nulls[row * column.width] != 0 ? 1 : 0;
        return;
    }
    std::vector<double> reals(nulls.size());
    for (std::size_t i = 0; i < reals.size(); ++i)
    {
        const auto *integers = std::get_if<std::vector<std::int64_t>>(&column.values);
        const double value = integers != nullptr
                                 ? static_cast<double>((*integers)[i])
                                 : static_cast<double>(std::get<std::vector<std::uint8_t>>(column.values)[i]);
        reals[i] = nulls[i] != 0 ? std::numeric_limits<double>::quiet_NaN() : value;
    }
    column.values = std::move(reals);
}

void noteSkipped(data::Catalogue &catalogue, const std::string &column, const std::string &reason)
{
    catalogue.description +=
        (catalogue.description.empty() ? "" : "\n") + ("Column '" + column + "' not read: ") + reason;
}

} // namespace somnium::io
