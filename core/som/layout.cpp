// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/layout.h"

#include <charconv>
#include <cmath>

namespace somnium::som
{

namespace
{

constexpr std::size_t kMaxSide = 1000;

std::size_t gap(std::size_t a, std::size_t b)
{
    return a > b ? a - b : b - a;
}

} // namespace

Result<MapLayout> MapLayout::rectangular(std::size_t width, std::size_t height)
{
    if (width < 1 || height < 1 || width > kMaxSide || height > kMaxSide)
        return failure(ErrorKind::InvalidArgument, "map of " + std::to_string(width) + " x " +
                                                       std::to_string(height) +
                                                       " neurons: expected sides from 1 to 1000");
    MapLayout layout;
    layout.m_width = width;
    layout.m_height = height;
    return layout;
}

Result<MapLayout> MapLayout::parse(std::string_view text)
{
    const char *const end = text.data() + text.size();
    std::size_t width = 0;
    std::size_t height = 0;
    const auto first = std::from_chars(text.data(), end, width);
    if (first.ec == std::errc() && first.ptr != end && (*first.ptr == 'x' || *first.ptr == 'X'))
    {
        const auto second = std::from_chars(first.ptr + 1, end, height);
        if (second.ec == std::errc() && second.ptr == end)
            return rectangular(width, height);
    }
    return failure(ErrorKind::InvalidArgument,
                   "map layout \"" + std::string(text) + "\": expected width x height, e.g. 10x10");
}

double MapLayout::distance(std::size_t a, std::size_t b) const
{
    const auto dx = static_cast<double>(gap(x(a), x(b)));
    const auto dy = static_cast<double>(gap(y(a), y(b)));
    return std::sqrt(dx * dx + dy * dy);
}

bool MapLayout::areAdjacent(std::size_t a, std::size_t b) const
{
    return a != b && gap(x(a), x(b)) <= 1 && gap(y(a), y(b)) <= 1;
}

std::string MapLayout::toString() const
{
    return std::to_string(m_width) + "x" + std::to_string(m_height);
}

} // namespace somnium::som
