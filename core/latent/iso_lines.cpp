// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/iso_lines.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

#include "core/base/check.h"

namespace somnium::latent
{

namespace
{

/// A side of a square of four neighbouring centres: 2 (row columns + column) for the one from (row, column)
/// to the right, one more for that upwards.
using Edge = std::uint32_t;
constexpr Edge kNoEdge = std::numeric_limits<Edge>::max();

/// A piece of a line across one square, larger values on its left.
struct Piece
{
    Edge from = kNoEdge;
    Edge to = kNoEdge;
};

/// Values of the corners of a square, counter-clockwise from the lower left one.
using Corners = std::array<double, 4>;

class Contourer
{
public:
    Contourer(const PlaneField &field, std::vector<double> levels)
        : m_field(field), m_levels(std::move(levels)), m_pieces(m_levels.size()),
          m_next(2 * field.columns * field.rows, kNoEdge), m_hasPrevious(m_next.size(), false)
    {}

    std::vector<IsoLine> lines()
    {
        classify();
        std::vector<std::uint32_t> differs(m_field.columns);
        for (std::size_t row = 0; row + 1 < m_field.rows; ++row)
        {
            // Most squares lie between two levels, with all of their corners.
            const std::uint32_t *const below = m_classes.data() + row * m_field.columns;
            const std::uint32_t *const above = below + m_field.columns;
            for (std::size_t column = 0; column + 1 < m_field.columns; ++column)
                differs[column] = (below[column] ^ below[column + 1]) | (below[column] ^ above[column]) |
                                  (below[column] ^ above[column + 1]);
            for (std::size_t column = 0; column + 1 < m_field.columns; ++column)
                if (differs[column] != 0)
                    crossSquare(row, column);
        }
        for (std::size_t level = 0; level < m_levels.size(); ++level)
            join(level);
        return std::move(m_lines);
    }

private:
    [[nodiscard]] double value(std::size_t row, std::size_t column) const
    {
        return static_cast<double>(m_field.value[row * m_field.columns + column]);
    }
    [[nodiscard]] Edge edge(std::size_t row, std::size_t column, bool isUpwards) const
    {
        return static_cast<Edge>(2 * (row * m_field.columns + column) + (isUpwards ? 1 : 0));
    }

    /// How many levels each value has reached; NaN: none.
    void classify()
    {
        constexpr std::size_t kBlock = 4096;
        m_classes.assign(m_field.value.size(), 0);
        for (std::size_t first = 0; first < m_classes.size(); first += kBlock)
            for (const double level : m_levels)
            {
                // The least float that has reached it: floats are compared four at a time.
                const auto nearest = static_cast<float>(level);
                const float least = static_cast<double>(nearest) < level
                                        ? std::nextafter(nearest, std::numeric_limits<float>::infinity())
                                        : nearest;
                const std::size_t end = std::min(m_classes.size(), first + kBlock);
                for (std::size_t cell = first; cell < end; ++cell)
                    m_classes[cell] += m_field.value[cell] >= least ? 1U : 0U;
            }
    }

    void crossSquare(std::size_t row, std::size_t column)
    {
        const Corners corners = {value(row, column), value(row, column + 1), value(row + 1, column + 1),
                                 value(row + 1, column)};
        const auto [low, high] = std::minmax({corners[0], corners[1], corners[2], corners[3]});
        // All corners are above (or at) the levels up to `low`, all below those over `high`.
        auto level = std::upper_bound(m_levels.begin(), m_levels.end(), low);
        if (level == m_levels.end() || !(*level <= high) || !std::isfinite(corners[0] + corners[1]) ||
            !std::isfinite(corners[2] + corners[3]))
            return;
        // Counter-clockwise too; side k lies between corners k and k + 1.
        const std::array<Edge, 4> sides = {edge(row, column, false), edge(row, column + 1, true),
                                           edge(row + 1, column, false), edge(row, column, true)};
        for (; level != m_levels.end() && *level <= high; ++level)
            crossAt(*level, corners, sides, m_pieces[static_cast<std::size_t>(level - m_levels.begin())]);
    }

    /// A line enters where the boundary, counter-clockwise, goes from above to below, and leaves by a side
    /// where it comes up again: the larger values are then on its left.
    static void crossAt(double level, const Corners &corners, const std::array<Edge, 4> &sides,
                        std::vector<Piece> &pieces)
    {
        std::array<std::size_t, 2> enters{};
        std::array<std::size_t, 2> leaves{};
        std::size_t entered = 0;
        std::size_t left = 0;
        for (std::size_t k = 0; k < 4; ++k)
        {
            const bool isAbove = corners[k] >= level;
            const bool isNextAbove = corners[(k + 1) % 4] >= level;
            if (isAbove && !isNextAbove)
                enters[entered++] = k;
            if (!isAbove && isNextAbove)
                leaves[left++] = k;
        }
        if (entered == 1)
        {
            pieces.push_back({sides[enters[0]], sides[leaves[0]]});
            return;
        }
        // A saddle. A high middle joins the two high corners: each line cuts off one low corner, and leaves
        // by the side after that by which it entered. A low middle: by the side before.
        const double mean = 0.25 * (corners[0] + corners[1] + corners[2] + corners[3]);
        const std::size_t step = mean >= level ? 1 : 3;
        for (const std::size_t enter : enters)
            pieces.push_back({sides[enter], sides[(enter + step) % 4]});
    }

    [[nodiscard]] PlanePoint vertex(Edge edge, double level) const
    {
        const std::size_t row = edge / 2 / m_field.columns;
        const std::size_t column = edge / 2 % m_field.columns;
        const bool isUpwards = edge % 2 == 1;
        const std::size_t toRow = row + (isUpwards ? 1 : 0);
        const std::size_t toColumn = column + (isUpwards ? 0 : 1);
        const double from = value(row, column);
        const double share = (level - from) / (value(toRow, toColumn) - from);
        const PlanePoint a = m_field.centre(row, column);
        const PlanePoint b = m_field.centre(toRow, toColumn);
        return {a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)};
    }

    /// Strings the pieces of a level together. Each side of a square has at most one line that enters by it
    /// and one that leaves.
    void join(std::size_t level)
    {
        const std::vector<Piece> &pieces = m_pieces[level];
        for (const Piece &piece : pieces)
        {
            m_next[piece.from] = piece.to;
            m_hasPrevious[piece.to] = true;
        }
        for (const Piece &piece : pieces)
            if (!m_hasPrevious[piece.from])
                follow(piece.from, level);
        for (const Piece &piece : pieces)
            if (m_next[piece.from] != kNoEdge)
                follow(piece.from, level);
        for (const Piece &piece : pieces)
            m_hasPrevious[piece.to] = false;
    }

    /// Takes the line from `first` on out of `m_next`.
    void follow(Edge first, std::size_t level)
    {
        IsoLine line;
        line.level = m_levels[level];
        const auto add = [&line](PlanePoint point) {
            if (line.vertices.empty() || !(line.vertices.back() == point))
                line.vertices.push_back(point);
        };
        Edge at = first;
        do
        {
            add(vertex(at, line.level));
            at = std::exchange(m_next[at], kNoEdge);
        } while (at != kNoEdge && at != first);
        line.isClosed = at == first;
        while (line.isClosed && line.vertices.size() > 1 && line.vertices.front() == line.vertices.back())
            line.vertices.pop_back();
        if (line.vertices.size() >= (line.isClosed ? 3U : 2U))
            m_lines.push_back(std::move(line));
    }

    const PlaneField &m_field;
    std::vector<double> m_levels; ///< ascending
    std::vector<std::uint32_t> m_classes;
    std::vector<std::vector<Piece>> m_pieces;
    std::vector<Edge> m_next;
    std::vector<bool> m_hasPrevious;
    std::vector<IsoLine> m_lines;
};

} // namespace

std::vector<IsoLine> isoLines(const PlaneField &field, std::span<const double> levels)
{
    std::vector<double> wanted;
    std::ranges::copy_if(levels, std::back_inserter(wanted),
                         [](double level) { return std::isfinite(level); });
    std::ranges::sort(wanted);
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    return Contourer(field, std::move(wanted)).lines();
}

data::Catalogue isoLineCatalogue(std::span<const IsoLineSet> sets)
{
    std::vector<std::string> parameter;
    std::vector<double> level;
    std::vector<std::int64_t> number;
    std::vector<std::uint8_t> closed;
    std::vector<double> x;
    std::vector<double> y;
    std::string unit = sets.empty() ? std::string() : sets.front().unit;
    for (const IsoLineSet &set : sets)
    {
        if (set.unit != unit)
            unit.clear();
        for (std::size_t line = 0; line < set.lines.size(); ++line)
            for (const PlanePoint &vertex : set.lines[line].vertices)
            {
                parameter.push_back(set.parameter);
                level.push_back(set.lines[line].level);
                number.push_back(static_cast<std::int64_t>(line));
                closed.push_back(set.lines[line].isClosed ? 1 : 0);
                x.push_back(vertex.x);
                y.push_back(vertex.y);
            }
    }
    data::Catalogue catalogue;
    catalogue.name = "iso_lines";
    catalogue.description = "Vertices of lines of equal value on the latent plane, in order along each line";
    const auto add = [&catalogue](data::Column column) {
        CHECK(catalogue.addColumn(std::move(column)).has_value()); // all of one length
    };
    add(data::makeColumn("parameter", std::move(parameter), {}, {}, "what is constant along the line"));
    add(data::makeColumn("level", std::move(level), unit, {}, "its value"));
    add(data::makeColumn("line", std::move(number), {}, {}, "number within the parameter"));
    add(data::makeColumn("closed", std::move(closed), {}, {}, "whether the last vertex joins the first"));
    add(data::makeColumn("x", std::move(x), {}, {}, "on the latent plane"));
    add(data::makeColumn("y", std::move(y), {}, {}, "on the latent plane"));
    return catalogue;
}

} // namespace somnium::latent
