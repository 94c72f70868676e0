// SPDX-License-Identifier: GPL-3.0-or-later
// Where the cells of a map are drawn: sheets of squares and of hexagons, lines wrapped into rows, boxes slice
// by slice. What is closed on itself gets a ring of cells around it that repeat the opposite edge. Pure
// numbers: the map on screen, the figure and the poster share them.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <QPolygonF>
#include <QRectF>
#include <QSizeF>

#include "core/som/layout.h"

namespace somnium::ui
{

enum class MapDirection
{
    Left,
    Right,
    Up,
    Down,
    SliceBack,
    SliceOn,
};

/// What a drawing has to fit into.
struct MapRoom
{
    QSizeF size = {1.0, 1.0};              ///< decides how a line wraps and how slices are arranged
    double titleHeight = 0.0;              ///< above each of several slices, in the units of `size`
    std::optional<std::size_t> slice = {}; ///< the one slice to show of a 3-D map; none: all side by side
};

/// An immutable value. `drawing` is the rectangle that the whole drawing fills, in any units; y grows
/// downwards.
class MapGeometry
{
public:
    /// A place of the drawing.
    struct Place
    {
        std::size_t neuron = 0;
        bool isRepeated = false; ///< of the ring: the neuron has its own place elsewhere
        QRectF rect;             ///< for hexagons: around them
    };

    /// Nothing.
    MapGeometry() = default;
    /// `aspect`: width of a prototype over its height; hexagons are always regular.
    MapGeometry(const som::MapLayout &layout, double aspect, const MapRoom &room);

    /// Shape of the drawing, in cells.
    [[nodiscard]] QSizeF size() const { return m_size; }
    /// The largest drawing within `area`, in its middle.
    [[nodiscard]] QRectF fitted(const QRectF &area) const;
    [[nodiscard]] bool isHexagonal() const { return m_layout.isHexagonal(); }
    /// False for the neurons of the other slices.
    [[nodiscard]] bool isShown(std::size_t neuron) const;
    /// Columns that a line is wrapped into; 0: no line.
    [[nodiscard]] std::size_t lineColumns() const { return m_lineColumns; }

    /// Squares: edges on whole units, so that every line between cells is equally wide. Empty if not shown.
    [[nodiscard]] QRectF cellRect(const QRectF &drawing, std::size_t neuron) const;
    /// The cell itself: its rectangle, or the hexagon within it.
    [[nodiscard]] QPolygonF cellShape(const QRectF &drawing, std::size_t neuron) const;
    [[nodiscard]] static QPolygonF hexagonIn(const QRectF &rect);
    /// Also of a repeated cell: the neuron that it repeats.
    [[nodiscard]] std::optional<std::size_t> neuronAt(const QRectF &drawing, const QPointF &point) const;
    /// Every place, the repeated ones last.
    [[nodiscard]] std::vector<Place> places(const QRectF &drawing) const;
    /// Where the titles of several slices go: z and a band above the slice.
    [[nodiscard]] std::vector<std::pair<std::size_t, QRectF>> sliceTitles(const QRectF &drawing) const;
    /// The next neuron in a direction; none beyond an open edge.
    [[nodiscard]] std::optional<std::size_t> next(std::size_t neuron, MapDirection direction) const;

private:
    /// A column and row of the lattice, of one slice; outside the layout for the ring.
    struct Slot
    {
        long column = 0;
        long row = 0;
        std::size_t slice = 0;
    };
    void arrangeLine(const QSizeF &room);
    void arrangeSlices(const QSizeF &room, double titleHeight);
    [[nodiscard]] bool isLine() const { return m_lineColumns > 0; }
    [[nodiscard]] std::size_t lineLength() const;
    [[nodiscard]] QSizeF panelSize() const;
    [[nodiscard]] QPointF panelOrigin(std::size_t slice) const;
    [[nodiscard]] Slot slotOf(std::size_t neuron) const;
    [[nodiscard]] std::optional<std::size_t> neuronIn(const Slot &slot) const;
    [[nodiscard]] std::optional<std::size_t> hexagonIn(const Slot &slot) const;
    [[nodiscard]] QRectF rectOf(const QRectF &drawing, const Slot &slot) const;
    [[nodiscard]] Slot slotAt(const QRectF &drawing, const QPointF &point) const;
    [[nodiscard]] std::vector<Slot> ring() const;
    [[nodiscard]] std::optional<std::size_t> nextHexagon(const Slot &from, MapDirection direction) const;
    [[nodiscard]] std::optional<std::size_t> nextInLine(std::size_t neuron, MapDirection direction) const;

    som::MapLayout m_layout;
    double m_aspect = 1.0;
    std::optional<std::size_t> m_slice;
    std::size_t m_lineColumns = 0;
    std::size_t m_panelColumns = 1;
    double m_gap = 0.0;   ///< between slices, in cells
    double m_title = 0.0; ///< above each slice, in cells
    long m_ring = 0;      ///< 1: cells around the map repeat it
    QSizeF m_size;
};

} // namespace somnium::ui
