// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/map_geometry.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numbers>

namespace somnium::ui
{

namespace
{

constexpr double kRowStep = std::numbers::sqrt3 / 2.0;           ///< between the rows of hexagons 1 wide
constexpr double kHexagonHeight = 2.0 * std::numbers::inv_sqrt3; ///< of a hexagon 1 wide
constexpr double kSliceGap = 12.0;                               ///< between slices, in units of the room
constexpr double kLeastCell = 1e-3;

long toLong(std::size_t value)
{
    return static_cast<long>(value);
}

std::optional<std::size_t> along(long at, std::size_t side, bool isPeriodic)
{
    const long length = toLong(side);
    if (at >= 0 && at < length)
        return static_cast<std::size_t>(at);
    if (!isPeriodic)
        return std::nullopt;
    return static_cast<std::size_t>((at % length + length) % length);
}

} // namespace

MapGeometry::MapGeometry(const som::MapLayout &layout, double aspect, const MapRoom &room)
    : m_layout(layout), m_aspect(layout.isHexagonal() || !(aspect > 0.0) ? 1.0 : aspect)
{
    const bool hasSlices = layout.depth() > 1;
    if (hasSlices && room.slice)
        m_slice = std::min(*room.slice, layout.depth() - 1);
    m_ring = layout.isPeriodic() && (!hasSlices || m_slice) ? 1 : 0;
    if (layout.dimensionCount() == 1)
        arrangeLine(room.size);
    else if (hasSlices && !m_slice)
        arrangeSlices(room.size, room.titleHeight);
    const std::size_t slices = hasSlices && !m_slice ? layout.depth() : 1;
    const auto panelRows = static_cast<double>((slices + m_panelColumns - 1) / m_panelColumns);
    const QSizeF panel = panelSize();
    const auto columns = static_cast<double>(m_panelColumns);
    m_size = {columns * panel.width() + (columns - 1.0) * m_gap,
              panelRows * (panel.height() + m_title) + (panelRows - 1.0) * m_gap};
}

/// Into as many columns as make the cells largest.
void MapGeometry::arrangeLine(const QSizeF &room)
{
    double largest = 0.0;
    m_lineColumns = 1;
    for (std::size_t columns = 1; columns <= lineLength(); ++columns)
    {
        const std::size_t rows = (lineLength() + columns - 1) / columns;
        const double cell = std::min(room.width() / (m_aspect * static_cast<double>(columns)),
                                     room.height() / static_cast<double>(rows));
        if (cell <= largest)
            continue;
        largest = cell;
        m_lineColumns = columns;
    }
}

void MapGeometry::arrangeSlices(const QSizeF &room, double titleHeight)
{
    const QSizeF panel = panelSize();
    double largest = 0.0;
    for (std::size_t columns = 1; columns <= m_layout.depth(); ++columns)
    {
        const auto across = static_cast<double>(columns);
        const auto down = static_cast<double>((m_layout.depth() + columns - 1) / columns);
        const double cell = std::min((room.width() - (across - 1.0) * kSliceGap) / (across * panel.width()),
                                     (room.height() - down * titleHeight - (down - 1.0) * kSliceGap) /
                                         (down * panel.height()));
        if (columns > 1 && cell <= largest)
            continue;
        largest = std::max(cell, kLeastCell);
        m_panelColumns = columns;
    }
    m_gap = std::min(kSliceGap / largest, 1.0);
    m_title = std::min(titleHeight / largest, 3.0);
}

std::size_t MapGeometry::lineLength() const
{
    return m_layout.width() + 2 * static_cast<std::size_t>(m_ring);
}

QSizeF MapGeometry::panelSize() const
{
    if (isLine())
    {
        const std::size_t rows = (lineLength() + m_lineColumns - 1) / m_lineColumns;
        return {static_cast<double>(m_lineColumns) * m_aspect, static_cast<double>(rows)};
    }
    const auto ring = static_cast<double>(2 * m_ring);
    const double columns = static_cast<double>(m_layout.width()) + ring;
    const double rows = static_cast<double>(m_layout.height()) + ring;
    return isHexagonal() ? QSizeF(columns, kHexagonHeight + kRowStep * (rows - 1.0))
                         : QSizeF(columns * m_aspect, rows);
}

QPointF MapGeometry::panelOrigin(std::size_t slice) const
{
    const std::size_t panel = m_slice ? 0 : slice;
    const QSizeF size = panelSize();
    return {static_cast<double>(panel % m_panelColumns) * (size.width() + m_gap),
            static_cast<double>(panel / m_panelColumns) * (size.height() + m_title + m_gap) + m_title};
}

QRectF MapGeometry::fitted(const QRectF &area) const
{
    if (m_size.isEmpty() || area.isEmpty())
        return {};
    QRectF drawing(QPointF(0.0, 0.0), m_size.scaled(area.size(), Qt::KeepAspectRatio));
    drawing.moveCenter(area.center());
    return drawing;
}

bool MapGeometry::isShown(std::size_t neuron) const
{
    return !m_size.isEmpty() && neuron < m_layout.neuronCount() &&
           (!m_slice || m_layout.z(neuron) == *m_slice);
}

MapGeometry::Slot MapGeometry::slotOf(std::size_t neuron) const
{
    if (isLine())
    {
        const std::size_t place = neuron + static_cast<std::size_t>(m_ring);
        return {toLong(place % m_lineColumns), toLong(place / m_lineColumns), 0};
    }
    const som::MapLayout::Cell cell = m_layout.cell(neuron);
    return {toLong(cell.x), toLong(cell.y), cell.z};
}

std::optional<std::size_t> MapGeometry::neuronIn(const Slot &slot) const
{
    if (isLine())
    {
        const long place = slot.row * toLong(m_lineColumns) + slot.column;
        if (slot.row < 0 || slot.column < 0 || slot.column >= toLong(m_lineColumns) ||
            place >= toLong(lineLength()))
            return std::nullopt;
        return along(place - m_ring, m_layout.width(), m_layout.isPeriodic());
    }
    if (isHexagonal())
        return hexagonIn(slot);
    const bool isWithin = slot.column >= -m_ring && slot.column < toLong(m_layout.width()) + m_ring &&
                          slot.row >= -m_ring && slot.row < toLong(m_layout.height()) + m_ring;
    const auto x = along(slot.column, m_layout.width(), true);
    const auto y = along(slot.row, m_layout.height(), true);
    return isWithin ? m_layout.neuronAt(*x, *y, slot.slice) : std::nullopt;
}

/// The hexagon's copies around it touch it when shifted by these, see MapLayout.
std::optional<std::size_t> MapGeometry::hexagonIn(const Slot &slot) const
{
    const auto at = [this](long x, long y) {
        return x < 0 || y < 0 ? std::nullopt
                              : m_layout.neuronAt(static_cast<std::size_t>(x), static_cast<std::size_t>(y));
    };
    if (const auto own = at(slot.column, slot.row); own || m_ring == 0)
        return own;
    const long radius = (toLong(m_layout.width()) - 1) / 2;
    const long a = slot.column - radius;
    const long b = slot.row - radius;
    if (std::max({std::labs(a), std::labs(b), std::labs(a + b)}) > radius + m_ring)
        return std::nullopt;
    std::pair<long, long> shift = {2 * radius + 1, -radius};
    for (int turn = 0; turn < 6; ++turn)
    {
        if (const auto found = at(slot.column + shift.first, slot.row + shift.second))
            return found;
        shift = {-shift.second, shift.first + shift.second};
    }
    return std::nullopt;
}

QRectF MapGeometry::rectOf(const QRectF &drawing, const Slot &slot) const
{
    const double scaleX = drawing.width() / m_size.width();
    const double scaleY = drawing.height() / m_size.height();
    const QPointF origin = panelOrigin(slot.slice);
    if (isHexagonal())
    {
        const long radius = (toLong(m_layout.width()) - 1) / 2;
        const double right =
            static_cast<double>(slot.column - radius) + 0.5 * static_cast<double>(slot.row - radius);
        const double x = origin.x() + (panelSize().width() - 1.0) / 2.0 + right;
        const double y = origin.y() + kRowStep * static_cast<double>(slot.row + m_ring);
        return {drawing.left() + x * scaleX, drawing.top() + y * scaleY, scaleX, kHexagonHeight * scaleY};
    }
    const long ring = isLine() ? 0 : m_ring;
    const auto edge = [](double start, double scale, double at) { return std::round(start + scale * at); };
    const double x = origin.x() + m_aspect * static_cast<double>(slot.column + ring);
    const double y = origin.y() + static_cast<double>(slot.row + ring);
    return {QPointF(edge(drawing.left(), scaleX, x), edge(drawing.top(), scaleY, y)),
            QPointF(edge(drawing.left(), scaleX, x + m_aspect), edge(drawing.top(), scaleY, y + 1.0))};
}

QRectF MapGeometry::cellRect(const QRectF &drawing, std::size_t neuron) const
{
    return isShown(neuron) ? rectOf(drawing, slotOf(neuron)) : QRectF();
}

QPolygonF MapGeometry::hexagonIn(const QRectF &rect)
{
    const double quarter = rect.height() / 4.0;
    const double middle = rect.center().x();
    return QPolygonF({QPointF(middle, rect.top()), QPointF(rect.right(), rect.top() + quarter),
                      QPointF(rect.right(), rect.bottom() - quarter), QPointF(middle, rect.bottom()),
                      QPointF(rect.left(), rect.bottom() - quarter),
                      QPointF(rect.left(), rect.top() + quarter)});
}

QPolygonF MapGeometry::cellShape(const QRectF &drawing, std::size_t neuron) const
{
    const QRectF rect = cellRect(drawing, neuron);
    if (rect.isEmpty())
        return {};
    return isHexagonal() ? hexagonIn(rect) : QPolygonF(rect);
}

/// The slot whose rectangle would hold the point by proportion, or, of hexagons, whose centre is nearest.
MapGeometry::Slot MapGeometry::slotAt(const QRectF &drawing, const QPointF &point) const
{
    double x = (point.x() - drawing.left()) / drawing.width() * m_size.width();
    double y = (point.y() - drawing.top()) / drawing.height() * m_size.height();
    const QSizeF panel = panelSize();
    Slot slot;
    if (m_layout.depth() > 1)
    {
        // Parted in the middle of the gaps: a rounded edge may lie just beyond its slice.
        const double panelRow =
            std::max(0.0, std::floor((y + m_gap / 2.0) / (panel.height() + m_title + m_gap)));
        const double panelColumn = std::clamp(std::floor((x + m_gap / 2.0) / (panel.width() + m_gap)), 0.0,
                                              static_cast<double>(m_panelColumns) - 1.0);
        const double shown = panelRow * static_cast<double>(m_panelColumns) + panelColumn;
        slot.slice = m_slice.value_or(
            static_cast<std::size_t>(std::min(shown, static_cast<double>(m_layout.depth()) - 1.0)));
    }
    x -= panelOrigin(slot.slice).x();
    y -= panelOrigin(slot.slice).y();
    if (!isHexagonal())
    {
        const double ring = isLine() ? 0.0 : static_cast<double>(m_ring);
        slot.column = static_cast<long>(std::floor(x / m_aspect - ring));
        slot.row = static_cast<long>(std::floor(y - ring));
        return slot;
    }
    const long radius = (toLong(m_layout.width()) - 1) / 2;
    const double down = (y - kHexagonHeight / 2.0) / kRowStep - static_cast<double>(m_ring);
    double nearest = std::numeric_limits<double>::infinity();
    for (long row = std::lround(down) - 1; row <= std::lround(down) + 1; ++row)
    {
        const double right = x - panel.width() / 2.0 - 0.5 * static_cast<double>(row - radius);
        const long column = std::lround(right) + radius;
        const double dx = right - static_cast<double>(column - radius);
        const double dy = (down - static_cast<double>(row)) * kRowStep;
        if (dx * dx + dy * dy >= nearest)
            continue;
        nearest = dx * dx + dy * dy;
        slot.column = column;
        slot.row = row;
    }
    return slot;
}

std::optional<std::size_t> MapGeometry::neuronAt(const QRectF &drawing, const QPointF &point) const
{
    if (m_size.isEmpty() || drawing.isEmpty() || !drawing.adjusted(-1.0, -1.0, 1.0, 1.0).contains(point))
        return std::nullopt;
    const Slot near = slotAt(drawing, point);
    if (isHexagonal())
        return neuronIn(near);
    // Edges are rounded to whole units: the point may lie just beyond one.
    for (const long row : {near.row, near.row - 1, near.row + 1})
        for (const long column : {near.column, near.column - 1, near.column + 1})
        {
            const Slot slot{column, row, near.slice};
            const QRectF rect = rectOf(drawing, slot);
            if (point.x() >= rect.left() && point.x() < rect.right() && point.y() >= rect.top() &&
                point.y() < rect.bottom())
                return neuronIn(slot);
        }
    return std::nullopt;
}

std::vector<MapGeometry::Slot> MapGeometry::ring() const
{
    std::vector<Slot> slots;
    if (m_ring == 0)
        return slots;
    const std::size_t slice = m_slice.value_or(0);
    if (isLine())
    {
        const long last = toLong(lineLength()) - 1;
        return {{0, 0, 0}, {last % toLong(m_lineColumns), last / toLong(m_lineColumns), 0}};
    }
    const long width = toLong(m_layout.width());
    const long height = toLong(m_layout.height());
    for (long row = -1; row <= height; ++row)
        for (long column = -1; column <= width + (isHexagonal() ? height : 0); ++column)
        {
            const Slot slot{column, row, slice};
            const bool isOwn = isHexagonal() ? column >= 0 && row >= 0 &&
                                                   m_layout.neuronAt(static_cast<std::size_t>(column),
                                                                     static_cast<std::size_t>(row))
                                             : column >= 0 && column < width && row >= 0 && row < height;
            if (!isOwn && neuronIn(slot))
                slots.push_back(slot);
        }
    return slots;
}

std::vector<MapGeometry::Place> MapGeometry::places(const QRectF &drawing) const
{
    std::vector<Place> places;
    if (m_size.isEmpty())
        return places;
    for (std::size_t neuron = 0; neuron < m_layout.neuronCount(); ++neuron)
        if (isShown(neuron))
            places.push_back({neuron, false, rectOf(drawing, slotOf(neuron))});
    for (const Slot &slot : ring())
        places.push_back({*neuronIn(slot), true, rectOf(drawing, slot)});
    return places;
}

std::vector<std::pair<std::size_t, QRectF>> MapGeometry::sliceTitles(const QRectF &drawing) const
{
    std::vector<std::pair<std::size_t, QRectF>> titles;
    if (m_title <= 0.0)
        return titles;
    const double scaleX = drawing.width() / m_size.width();
    const double scaleY = drawing.height() / m_size.height();
    for (std::size_t slice = 0; slice < m_layout.depth(); ++slice)
    {
        const QPointF origin = panelOrigin(slice);
        titles.emplace_back(slice, QRectF(drawing.left() + origin.x() * scaleX,
                                          drawing.top() + (origin.y() - m_title) * scaleY,
                                          panelSize().width() * scaleX, m_title * scaleY));
    }
    return titles;
}

std::optional<std::size_t> MapGeometry::next(std::size_t neuron, MapDirection direction) const
{
    if (neuron >= m_layout.neuronCount())
        return std::nullopt;
    if (isLine())
        return nextInLine(neuron, direction);
    const som::MapLayout::Cell cell = m_layout.cell(neuron);
    const bool isPeriodic = m_layout.isPeriodic();
    if (direction == MapDirection::SliceBack || direction == MapDirection::SliceOn)
    {
        const auto z = along(toLong(cell.z) + (direction == MapDirection::SliceOn ? 1 : -1), m_layout.depth(),
                             isPeriodic);
        return z ? m_layout.neuronAt(cell.x, cell.y, *z) : std::nullopt;
    }
    if (isHexagonal())
        return nextHexagon(slotOf(neuron), direction);
    const long dx = direction == MapDirection::Right ? 1 : direction == MapDirection::Left ? -1 : 0;
    const long dy = direction == MapDirection::Down ? 1 : direction == MapDirection::Up ? -1 : 0;
    const auto x = along(toLong(cell.x) + dx, m_layout.width(), isPeriodic);
    const auto y = along(toLong(cell.y) + dy, m_layout.height(), isPeriodic);
    return x && y ? m_layout.neuronAt(*x, *y, cell.z) : std::nullopt;
}

std::optional<std::size_t> MapGeometry::nextInLine(std::size_t neuron, MapDirection direction) const
{
    const long at = toLong(neuron);
    const long row = toLong(m_lineColumns);
    switch (direction)
    {
    case MapDirection::Left: return along(at - 1, m_layout.width(), m_layout.isPeriodic());
    case MapDirection::Right: return along(at + 1, m_layout.width(), m_layout.isPeriodic());
    case MapDirection::Up: return along(at - row, m_layout.width(), false);
    case MapDirection::Down: return along(at + row, m_layout.width(), false);
    case MapDirection::SliceBack:
    case MapDirection::SliceOn: break;
    }
    return std::nullopt;
}

/// Up and down go by turns to the left and to the right, so that one comes straight through the map.
std::optional<std::size_t> MapGeometry::nextHexagon(const Slot &from, MapDirection direction) const
{
    const auto at = [&](long dx, long dy) { return hexagonIn(Slot{from.column + dx, from.row + dy, 0}); };
    if (direction == MapDirection::Left || direction == MapDirection::Right)
        return at(direction == MapDirection::Right ? 1 : -1, 0);
    const bool isEven = from.row % 2 == 0;
    const long dy = direction == MapDirection::Down ? 1 : -1;
    // The two cells above are (0, -1) at the left and (1, -1) at the right; those below (-1, 1) and (0, 1).
    const long left = dy < 0 ? 0 : -1;
    const auto first = at(isEven ? left + 1 : left, dy);
    return first ? first : at(isEven ? left : left + 1, dy);
}

} // namespace somnium::ui
