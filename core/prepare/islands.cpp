// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prepare/islands.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/prepare/steps.h"

namespace somnium::prepare
{

namespace
{

/// The pixels around one that are inside the image.
template <class Visit>
void forEachNeighbour(std::size_t pixel, std::size_t rows, std::size_t columns, const Visit &visit)
{
    const std::size_t row = pixel / columns;
    const std::size_t column = pixel % columns;
    for (std::size_t r = row == 0 ? 0 : row - 1; r < std::min(row + 2, rows); ++r)
        for (std::size_t c = column == 0 ? 0 : column - 1; c < std::min(column + 2, columns); ++c)
            if (r != row || c != column)
                visit(r * columns + c);
}

/// Where the centre of the image is, and how far a pixel is from it.
double distanceToCentre(std::size_t pixel, std::size_t rows, std::size_t columns)
{
    const double row = static_cast<double>(pixel / columns) - (static_cast<double>(rows) - 1.0) / 2.0;
    const double column = static_cast<double>(pixel % columns) - (static_cast<double>(columns) - 1.0) / 2.0;
    return std::hypot(row, column);
}

void measure(Island &island, std::span<const float> channel, std::size_t rows, std::size_t columns)
{
    island.centreDistance = std::numeric_limits<double>::infinity();
    for (const std::size_t pixel : island.pixels)
    {
        island.centreDistance = std::min(island.centreDistance, distanceToCentre(pixel, rows, columns));
        const std::size_t row = pixel / columns;
        const std::size_t column = pixel % columns;
        island.isAtEdge =
            island.isAtEdge || row == 0 || column == 0 || row + 1 == rows || column + 1 == columns;
        forEachNeighbour(pixel, rows, columns, [&](std::size_t neighbour) {
            island.isAtEdge = island.isAtEdge || !std::isfinite(channel[neighbour]);
        });
    }
}

} // namespace

std::vector<Island> findIslands(std::span<const float> channel, std::size_t rows, std::size_t columns,
                                double threshold, std::size_t minimumPixels)
{
    PixelMask waiting(channel.size());
    for (std::size_t i = 0; i < channel.size(); ++i)
        waiting[i] = std::isfinite(channel[i]) && static_cast<double>(channel[i]) > threshold ? 1 : 0;
    std::vector<Island> islands;
    for (std::size_t first = 0; first < channel.size(); ++first)
    {
        if (waiting[first] == 0)
            continue;
        Island island;
        island.pixels.push_back(first);
        waiting[first] = 0;
        for (std::size_t next = 0; next < island.pixels.size(); ++next)
            forEachNeighbour(island.pixels[next], rows, columns, [&](std::size_t neighbour) {
                if (waiting[neighbour] == 0)
                    return;
                waiting[neighbour] = 0;
                island.pixels.push_back(neighbour);
            });
        if (island.pixels.size() < minimumPixels)
            continue;
        std::sort(island.pixels.begin(), island.pixels.end());
        measure(island, channel, rows, columns);
        islands.push_back(std::move(island));
    }
    return islands;
}

PixelMask grown(const PixelMask &mask, std::size_t rows, std::size_t columns, std::size_t distance)
{
    if (distance == 0)
        return mask;
    // A disc is a stack of lines: for each offset of rows, each line of the mask grows to both sides.
    PixelMask result(mask.size(), 0);
    std::vector<std::size_t> before(columns + 1, 0); // set pixels of a line left of each column
    for (std::size_t from = 0; from < rows; ++from)
    {
        for (std::size_t column = 0; column < columns; ++column)
            before[column + 1] = before[column] + mask[from * columns + column];
        if (before[columns] == 0)
            continue;
        for (std::size_t to = from < distance ? 0 : from - distance; to < std::min(from + distance + 1, rows);
             ++to)
        {
            const std::size_t offset = to > from ? to - from : from - to;
            const auto half = static_cast<std::size_t>(
                std::sqrt(static_cast<double>(distance * distance - offset * offset)));
            for (std::size_t column = 0; column < columns; ++column)
            {
                const std::size_t left = column < half ? 0 : column - half;
                const std::size_t right = std::min(column + half + 1, columns);
                if (before[right] > before[left])
                    result[to * columns + column] = 1;
            }
        }
    }
    return result;
}

void takeAway(std::span<float> channel, const PixelMask &mask, Masked to)
{
    float value = 0.0F;
    if (to == Masked::Nan)
        value = std::numeric_limits<float>::quiet_NaN();
    if (to == Masked::Median)
    {
        std::vector<float> stay;
        for (std::size_t i = 0; i < channel.size(); ++i)
            if (mask[i] == 0 && std::isfinite(channel[i]))
                stay.push_back(channel[i]);
        value = narrow(median(stay));
    }
    for (std::size_t i = 0; i < channel.size(); ++i)
        if (mask[i] != 0)
            channel[i] = value;
}

} // namespace somnium::prepare
