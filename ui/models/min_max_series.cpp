// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/min_max_series.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace somnium::ui
{

namespace
{

constexpr std::size_t kBlock = 16;

template <class Item> MinMax scan(std::span<const Item> items)
{
    MinMax result;
    for (const Item &item : items)
        result.include(item);
    return result;
}

template <class Item> std::vector<MinMax> blocksOf(std::span<const Item> items)
{
    std::vector<MinMax> blocks;
    blocks.reserve(items.size() / kBlock);
    for (std::size_t first = 0; first + kBlock <= items.size(); first += kBlock)
        blocks.push_back(scan(items.subspan(first, kBlock)));
    return blocks;
}

} // namespace

MinMaxSeries::MinMaxSeries(std::vector<float> values) : m_values(std::move(values))
{
    for (float &value : m_values)
        if (std::isinf(value))
            value = std::numeric_limits<float>::quiet_NaN();
    std::vector<MinMax> blocks = blocksOf(std::span<const float>(m_values));
    while (!blocks.empty())
    {
        m_levels.push_back(std::move(blocks));
        blocks = blocksOf(std::span<const MinMax>(m_levels.back()));
    }
}

template <class Item> MinMax MinMaxSeries::stretch(std::span<const Item> items, std::size_t level,
                                                   std::size_t first, std::size_t last) const
{
    const std::size_t firstBlock = (first + kBlock - 1) / kBlock;
    const std::size_t lastBlock = last / kBlock;
    if (level >= m_levels.size() || firstBlock >= lastBlock)
        return scan(items.subspan(first, last - first));
    MinMax result = scan(items.subspan(first, firstBlock * kBlock - first));
    result.include(stretch(std::span<const MinMax>(m_levels[level]), level + 1, firstBlock, lastBlock));
    result.include(scan(items.subspan(lastBlock * kBlock, last - lastBlock * kBlock)));
    return result;
}

MinMax MinMaxSeries::range(std::size_t first, std::size_t last) const
{
    last = std::min(last, m_values.size());
    return first < last ? stretch(std::span<const float>(m_values), 0, first, last) : MinMax{};
}

std::vector<MinMax> minMaxColumns(const MinMaxSeries &series, std::span<const double> edges)
{
    std::vector<MinMax> result(edges.empty() ? 0 : edges.size() - 1);
    const auto size = static_cast<double>(series.size());
    for (std::size_t column = 0; column < result.size(); ++column)
    {
        const double from = std::floor(edges[column]);
        const double to = std::max(std::floor(edges[column + 1]), from + 1.0);
        if (to > 0.0 && from < size)
            result[column] = series.range(static_cast<std::size_t>(std::max(from, 0.0)),
                                          static_cast<std::size_t>(std::min(to, size)));
    }
    return result;
}

std::vector<MinMax> minMaxColumns(const MinMaxSeries &series, std::size_t columns)
{
    std::vector<double> edges(columns + 1);
    for (std::size_t edge = 0; edge <= columns; ++edge)
        edges[edge] = static_cast<double>(series.size()) * static_cast<double>(edge) /
                      static_cast<double>(std::max<std::size_t>(columns, 1));
    return minMaxColumns(series, edges);
}

void joinColumns(std::span<MinMax> columns)
{
    MinMax before;
    for (MinMax &column : columns)
    {
        const MinMax own = column;
        if (!own.isEmpty() && !before.isEmpty())
        {
            column.low = std::min(own.low, before.high);
            column.high = std::max(own.high, before.low);
        }
        before = own;
    }
}

} // namespace somnium::ui
