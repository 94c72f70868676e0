// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/layout.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <numbers>

#include "core/base/check.h"

namespace somnium::som
{

namespace
{

constexpr std::size_t kMaxSide = 1000;
constexpr std::size_t kMaxNeurons = 1000000;
constexpr double kRowStep = std::numbers::sqrt3 / 2.0;           ///< between the rows of hexagons 1 wide
constexpr double kHexagonHeight = 2.0 * std::numbers::inv_sqrt3; ///< of a hexagon 1 wide

/// A step between hexagons: axial column and row.
struct Axial
{
    long x = 0;
    long y = 0;
};
constexpr std::array<Axial, 6> kHexagonSteps = {{{1, 0}, {0, 1}, {-1, 1}, {-1, 0}, {0, -1}, {1, -1}}};

/// Steps from hexagon to hexagon.
long stepsOf(const Axial &way)
{
    return std::max({std::labs(way.x), std::labs(way.y), std::labs(way.x + way.y)});
}

/// The shortest of a way's equals on a hexagon of this radius that is closed on itself. The shifts are the
/// six to the touching copies: ways between cells of one copy are at most 2 r steps long, all other copies at
/// least 3 r + 2 away, so none of them is nearer.
Axial wrapped(const Axial &way, long radius)
{
    Axial shift = {2 * radius + 1, -radius};
    Axial shortest = way;
    for (int turn = 0; turn < 6; ++turn)
    {
        const Axial other = {way.x + shift.x, way.y + shift.y};
        if (stepsOf(other) < stepsOf(shortest))
            shortest = other;
        shift = {-shift.y, shift.x + shift.y}; // a sixth of a turn
    }
    return shortest;
}

std::size_t gap(std::size_t a, std::size_t b, std::size_t side, bool isPeriodic)
{
    const std::size_t straight = a > b ? a - b : b - a;
    return isPeriodic ? std::min(straight, side - straight) : straight;
}

Axial between(const MapLayout::Cell &a, const MapLayout::Cell &b)
{
    return {static_cast<long>(b.x) - static_cast<long>(a.x), static_cast<long>(b.y) - static_cast<long>(a.y)};
}

/// Coordinates next to `at` along a side, itself among them; each once.
std::vector<std::size_t> around(std::size_t at, std::size_t side, bool isPeriodic)
{
    std::vector<std::size_t> places = {at};
    if (at > 0 || isPeriodic)
        places.push_back(at > 0 ? at - 1 : side - 1);
    if (at + 1 < side || isPeriodic)
        places.push_back(at + 1 < side ? at + 1 : 0);
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    return places;
}

std::string listed(std::span<const std::size_t> sides)
{
    std::string text;
    for (const std::size_t side : sides)
        text += (text.empty() ? "" : "x") + std::to_string(side);
    return text;
}

/// "8x8x4" -> 8, 8, 4; empty if it is anything else.
std::vector<std::size_t> sidesOf(std::string_view text)
{
    std::vector<std::size_t> sides;
    const char *place = text.data();
    const char *const end = place + text.size();
    while (true)
    {
        std::size_t side = 0;
        const auto read = std::from_chars(place, end, side);
        if (read.ec != std::errc())
            return {};
        sides.push_back(side);
        if (read.ptr == end)
            return sides;
        if (*read.ptr != 'x' && *read.ptr != 'X')
            return {};
        place = read.ptr + 1;
    }
}

/// Takes " word" off the end of the text, if it is there.
bool takeLastWord(std::string_view &text, std::string_view word)
{
    if (!text.ends_with(word) || text.size() <= word.size() || text[text.size() - word.size() - 1] != ' ')
        return false;
    text.remove_suffix(word.size() + 1);
    return true;
}

} // namespace

Result<MapLayout> MapLayout::rectangular(std::size_t width, std::size_t height, LayoutEdges edges)
{
    return fromSides(LayoutKind::Rectangular, std::array{width, height}, edges);
}

Result<MapLayout> MapLayout::hexagonal(std::size_t diameter, LayoutEdges edges)
{
    return fromSides(LayoutKind::Hexagonal, std::array{diameter, diameter}, edges);
}

Result<MapLayout> MapLayout::fromSides(LayoutKind kind, std::span<const std::size_t> sides, LayoutEdges edges)
{
    const auto refused = [&](const std::string &expected) {
        return failure(ErrorKind::InvalidArgument,
                       "map of " + listed(sides) + " neurons: expected " + expected);
    };
    if (sides.empty() || sides.size() > 3)
        return refused("one to three sides");
    std::size_t cells = 1;
    for (const std::size_t side : sides)
    {
        if (side < 1 || side > kMaxSide)
            return refused("sides from 1 to 1000");
        cells *= side;
    }
    if (cells > kMaxNeurons)
        return refused("at most 1000000 together");
    if (kind == LayoutKind::Hexagonal && (sides.size() != 2 || sides[0] != sides[1] || sides[0] % 2 == 0 ||
                                          (edges == LayoutEdges::Periodic && sides[0] < 3)))
        return refused("two equal odd sides of a hexagonal map, 3 or more if it is periodic");
    MapLayout layout;
    layout.m_kind = kind;
    layout.m_edges = edges;
    layout.m_dimensions = sides.size();
    layout.m_width = sides[0];
    layout.m_height = sides.size() > 1 ? sides[1] : 1;
    layout.m_depth = sides.size() > 2 ? sides[2] : 1;
    return layout;
}

Result<MapLayout> MapLayout::parse(std::string_view text)
{
    std::string_view rest = text;
    const LayoutEdges edges = takeLastWord(rest, "periodic") ? LayoutEdges::Periodic : LayoutEdges::Open;
    const LayoutKind kind = takeLastWord(rest, "hexagonal") ? LayoutKind::Hexagonal : LayoutKind::Rectangular;
    const std::vector<std::size_t> sides = sidesOf(rest);
    if (sides.empty() || sides.size() > 3)
        return failure(
            ErrorKind::InvalidArgument,
            "map layout \"" + std::string(text) +
                "\": expected width x height, e.g. 10x10, 64, 8x8x4, 21x21 hexagonal, each with or "
                "without periodic behind it");
    return fromSides(kind, sides, edges);
}

std::vector<std::size_t> MapLayout::sides() const
{
    std::vector<std::size_t> sides = {m_width, m_height, m_depth};
    sides.resize(m_dimensions);
    return sides;
}

std::size_t MapLayout::longestSide() const
{
    return std::max({m_width, m_height, m_depth});
}

std::size_t MapLayout::neuronCount() const
{
    return isHexagonal() ? hexagonsBefore(m_height) : m_width * m_height * m_depth;
}

/// Cells of the rows above `row`: r + 1, r + 2, ... up to 2 r + 1 in the middle one, then less again.
std::size_t MapLayout::hexagonsBefore(std::size_t row) const
{
    const std::size_t r = radius();
    const std::size_t upper = std::min(row, r + 1);
    const std::size_t lower = row - upper;
    return upper * (2 * r + 1 + upper) / 2 + lower * (4 * r + 1 - lower) / 2;
}

MapLayout::Cell MapLayout::cell(std::size_t neuron) const
{
    if (!isHexagonal())
        return {neuron / (m_height * m_depth), neuron / m_depth % m_height, neuron % m_depth};
    std::size_t row = 0;
    std::size_t end = m_height;
    while (end - row > 1)
    {
        const std::size_t middle = (row + end) / 2;
        if (hexagonsBefore(middle) <= neuron)
            row = middle;
        else
            end = middle;
    }
    const std::size_t begin = row < radius() ? radius() - row : 0;
    return {begin + neuron - hexagonsBefore(row), row, 0};
}

std::optional<std::size_t> MapLayout::neuronAt(std::size_t x, std::size_t y, std::size_t z) const
{
    if (x >= m_width || y >= m_height || z >= m_depth)
        return std::nullopt;
    if (!isHexagonal())
        return (x * m_height + y) * m_depth + z;
    const std::size_t r = radius();
    if (x + y < r || x + y > 3 * r)
        return std::nullopt;
    return hexagonsBefore(y) + x - (y < r ? r - y : 0);
}

std::size_t MapLayout::neuron(std::size_t x, std::size_t y, std::size_t z) const
{
    const auto found = neuronAt(x, y, z);
    CHECK(found.has_value());
    return *found;
}

double MapLayout::distance(const Cell &a, const Cell &b) const
{
    if (isHexagonal())
    {
        const Axial way = between(a, b);
        return static_cast<double>(stepsOf(isPeriodic() ? wrapped(way, static_cast<long>(radius())) : way));
    }
    const auto dx = static_cast<double>(gap(a.x, b.x, m_width, isPeriodic()));
    const auto dy = static_cast<double>(gap(a.y, b.y, m_height, isPeriodic()));
    const auto dz = static_cast<double>(gap(a.z, b.z, m_depth, isPeriodic()));
    return std::sqrt(dx * dx + dy * dy + dz * dz);
}

bool MapLayout::areAdjacent(std::size_t a, std::size_t b) const
{
    if (a == b)
        return false;
    const Cell from = cell(a);
    const Cell to = cell(b);
    if (isHexagonal())
        return distance(from, to) < 1.5;
    return gap(from.x, to.x, m_width, isPeriodic()) <= 1 && gap(from.y, to.y, m_height, isPeriodic()) <= 1 &&
           gap(from.z, to.z, m_depth, isPeriodic()) <= 1;
}

std::vector<std::size_t> MapLayout::neighbours(std::size_t neuron) const
{
    std::vector<std::size_t> found;
    const Cell at = cell(neuron);
    if (isHexagonal())
    {
        const auto r = static_cast<long>(radius());
        for (const Axial &step : kHexagonSteps)
        {
            Axial to = {static_cast<long>(at.x) - r + step.x, static_cast<long>(at.y) - r + step.y};
            if (stepsOf(to) > r && !isPeriodic())
                continue;
            to = wrapped(to, r);
            found.push_back(
                this->neuron(static_cast<std::size_t>(to.x + r), static_cast<std::size_t>(to.y + r)));
        }
    }
    else
    {
        for (const std::size_t x : around(at.x, m_width, isPeriodic()))
            for (const std::size_t y : around(at.y, m_height, isPeriodic()))
                for (const std::size_t z : around(at.z, m_depth, isPeriodic()))
                    found.push_back(this->neuron(x, y, z));
        std::erase(found, neuron);
    }
    std::sort(found.begin(), found.end());
    return found;
}

MapLayout::Point MapLayout::drawingCentre(std::size_t neuron) const
{
    const Cell at = cell(neuron);
    if (!isHexagonal())
        return {static_cast<double>(at.x) + 0.5, static_cast<double>(at.y) + 0.5};
    // Every row down, axial columns lie half a cell further right; x = r is the middle of the middle row.
    const double fromMiddle = static_cast<double>(at.x) - static_cast<double>(radius()) +
                              0.5 * (static_cast<double>(at.y) - static_cast<double>(radius()));
    return {drawingSize().x / 2.0 + fromMiddle, kHexagonHeight / 2.0 + kRowStep * static_cast<double>(at.y)};
}

MapLayout::Point MapLayout::drawingSize() const
{
    const auto width = static_cast<double>(m_width);
    const auto height = static_cast<double>(m_height);
    return isHexagonal() ? Point{width, kHexagonHeight + kRowStep * (height - 1.0)} : Point{width, height};
}

std::string MapLayout::toString() const
{
    return listed(sides()) + (isHexagonal() ? " hexagonal" : "") + (isPeriodic() ? " periodic" : "");
}

} // namespace somnium::som
