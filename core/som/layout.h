// SPDX-License-Identifier: GPL-3.0-or-later
// Where the neurons of a map sit: positions, distances and who is next to whom. Lines, sheets and boxes of
// square cells and sheets of hexagons, each with open edges or closed on itself.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace somnium::som
{

enum class LayoutKind
{
    Rectangular, ///< 1-D, 2-D or 3-D
    Hexagonal,
};

enum class LayoutEdges
{
    Open,
    Periodic, ///< who leaves on one side comes in on the other
};

/// An immutable value.
///
/// Rectangular: width x height x depth cells; neuron k = (x height + y) depth + z: the width is the slow
/// axis, as in PINK's files. Distances are Euclidean in units of the cell, wrapped where periodic; adjacent
/// are the 2, 8 or 26 cells around.
///
/// Hexagonal: PINK's hexagon of odd diameter d, radius r = (d - 1) / 2, with d^2 - r (r + 1) cells. Rows (the
/// slow axis) are y = 0..d-1, of d - |r - y| cells; x is the axial column, so a row begins at x = max(0,
/// r - y), and (x, y) is a cell if r <= x + y <= 3 r. Distances are steps from cell to cell; adjacent are the
/// six around. Periodic, such a hexagon tiles the plane with itself: copies shifted by (2r+1, -r), (r, r+1)
/// and (r+1, -2r-1) in (x, y) and back touch on all six sides without gap, so that wrapping is exact, every
/// neuron has six neighbours, and all neurons are alike.
class MapLayout
{
public:
    /// One step in a layout's own coordinates.
    struct Cell
    {
        std::size_t x = 0;
        std::size_t y = 0;
        std::size_t z = 0;
        friend bool operator==(const Cell &, const Cell &) = default;
    };
    /// In units of the distance between the centres of adjacent cells; y grows with the rows.
    struct Point
    {
        double x = 0.0;
        double y = 0.0;
    };

    /// One neuron.
    MapLayout() = default;
    /// A sheet. Sides in [1, 1000].
    [[nodiscard]] static Result<MapLayout> rectangular(std::size_t width, std::size_t height,
                                                       LayoutEdges edges = LayoutEdges::Open);
    /// PINK's hexagon; an odd diameter in [1, 999], at least 3 if periodic.
    [[nodiscard]] static Result<MapLayout> hexagonal(std::size_t diameter,
                                                     LayoutEdges edges = LayoutEdges::Open);
    /// One to three sides (width, height, depth), each in [1, 1000] and not more than 10^6 cells together;
    /// hexagonal: two equal ones.
    [[nodiscard]] static Result<MapLayout> fromSides(LayoutKind kind, std::span<const std::size_t> sides,
                                                     LayoutEdges edges = LayoutEdges::Open);
    /// What toString writes: "64", "10x10", "8x8x4", "21x21 hexagonal", each with " periodic" behind it or
    /// not.
    [[nodiscard]] static Result<MapLayout> parse(std::string_view text);

    [[nodiscard]] LayoutKind kind() const { return m_kind; }
    [[nodiscard]] bool isHexagonal() const { return m_kind == LayoutKind::Hexagonal; }
    [[nodiscard]] LayoutEdges edges() const { return m_edges; }
    [[nodiscard]] bool isPeriodic() const { return m_edges == LayoutEdges::Periodic; }
    /// 1, 2 or 3. A line of 16 and a sheet of 16 x 1 are different layouts of the same neurons.
    [[nodiscard]] std::size_t dimensionCount() const { return m_dimensions; }
    /// The sides as they were given: dimensionCount() of them.
    [[nodiscard]] std::vector<std::size_t> sides() const;
    /// Cells along x, y and z; 1 where there is no such dimension. A hexagon's width and height are its
    /// diameter: not every (x, y) within them is a cell.
    [[nodiscard]] std::size_t width() const { return m_width; }
    [[nodiscard]] std::size_t height() const { return m_height; }
    [[nodiscard]] std::size_t depth() const { return m_depth; }
    [[nodiscard]] std::size_t longestSide() const;
    [[nodiscard]] std::size_t neuronCount() const;

    [[nodiscard]] Cell cell(std::size_t neuron) const;
    [[nodiscard]] std::size_t x(std::size_t neuron) const { return cell(neuron).x; }
    [[nodiscard]] std::size_t y(std::size_t neuron) const { return cell(neuron).y; }
    [[nodiscard]] std::size_t z(std::size_t neuron) const { return cell(neuron).z; }
    /// The neuron of a cell that must exist; neuronAt asks whether it does.
    [[nodiscard]] std::size_t neuron(std::size_t x, std::size_t y, std::size_t z = 0) const;
    [[nodiscard]] std::optional<std::size_t> neuronAt(std::size_t x, std::size_t y, std::size_t z = 0) const;

    [[nodiscard]] double distance(std::size_t a, std::size_t b) const { return distance(cell(a), cell(b)); }
    [[nodiscard]] double distance(const Cell &a, const Cell &b) const;
    /// Next to each other, for the topographic error and the U-matrix. No neuron is adjacent to itself.
    [[nodiscard]] bool areAdjacent(std::size_t a, std::size_t b) const;
    /// The adjacent neurons, ascending.
    [[nodiscard]] std::vector<std::size_t> neighbours(std::size_t neuron) const;

    /// Where to draw a neuron's centre; the corner of the drawing is (0, 0). Square cells have side 1; of a
    /// 3-D map this is the place within its slice z. Hexagons are 1 wide and 2 / sqrt(3) high, a corner up,
    /// rows sqrt(3) / 2 apart.
    [[nodiscard]] Point drawingCentre(std::size_t neuron) const;
    /// Width and height of the drawing (of one slice).
    [[nodiscard]] Point drawingSize() const;

    [[nodiscard]] std::string toString() const;

    friend bool operator==(const MapLayout &, const MapLayout &) = default;

private:
    [[nodiscard]] std::size_t radius() const { return (m_width - 1) / 2; }
    [[nodiscard]] std::size_t hexagonsBefore(std::size_t row) const;

    LayoutKind m_kind = LayoutKind::Rectangular;
    LayoutEdges m_edges = LayoutEdges::Open;
    std::size_t m_dimensions = 2;
    std::size_t m_width = 1;
    std::size_t m_height = 1;
    std::size_t m_depth = 1;
};

} // namespace somnium::som
