// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse and keys of the map: where it is looked at, what is picked.
#include <algorithm>
#include <cmath>

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include "ui/views/map_canvas.h"

namespace somnium::ui
{

namespace
{

constexpr double kZoomPerWheelUnit = 1.0015; ///< a notch is 120 units
constexpr double kKeyZoom = 1.25;
constexpr double kLargestZoom = 40.0;

/// Also where one of them is a line or a point, which for QRectF touches nothing: a straight drag along a
/// row.
bool touch(const QRectF &a, const QRectF &b)
{
    return a.left() <= b.right() && b.left() <= a.right() && a.top() <= b.bottom() && b.top() <= a.bottom();
}

} // namespace

void MapCanvas::wheelEvent(QWheelEvent *event)
{
    if (!m_scene.som)
        return;
    zoomAt(event->position(), std::pow(kZoomPerWheelUnit, event->angleDelta().y()));
    event->accept();
}

void MapCanvas::mousePressEvent(QMouseEvent *event)
{
    if (!m_scene.som)
        return;
    beginDrag(event);
}

void MapCanvas::beginDrag(QMouseEvent *event)
{
    m_dragStart = event->position();
    m_dragLast = m_dragStart;
    switch (event->button())
    {
    case Qt::LeftButton:
        m_drag = Drag::Pending;
        if (m_tool == MapTool::Lasso)
            m_lasso = QPolygonF({m_dragStart});
        break;
    case Qt::MiddleButton: m_drag = Drag::Pan; break;
    case Qt::RightButton:
        m_drag = Drag::Contrast;
        m_displayAtDragStart = m_scene.display;
        break;
    default: break;
    }
}

void MapCanvas::mouseMoveEvent(QMouseEvent *event)
{
    if (m_drag == Drag::None)
    {
        const auto neuron = neuronAt(event->position());
        Q_EMIT neuronHovered(neuron, event->globalPosition().toPoint());
        return;
    }
    continueDrag(event);
    update();
}

void MapCanvas::continueDrag(QMouseEvent *event)
{
    const QPointF moved = event->position() - m_dragLast;
    if (m_drag == Drag::Pending &&
        (event->position() - m_dragStart).manhattanLength() >= QApplication::startDragDistance())
    {
        const bool isShift = event->modifiers().testFlag(Qt::ShiftModifier);
        m_drag = m_tool == MapTool::Lasso                  ? Drag::Lasso
                 : m_tool == MapTool::Rectangle || isShift ? Drag::Rectangle
                                                           : Drag::Pan;
        Q_EMIT neuronHovered(std::nullopt, event->globalPosition().toPoint());
    }
    switch (m_drag)
    {
    case Drag::Pan:
        m_pan += moved;
        clampPan();
        invalidate();
        break;
    case Drag::Lasso: m_lasso.append(event->position()); break;
    case Drag::Contrast: {
        DisplaySettings display = m_displayAtDragStart;
        const QPointF total = event->position() - m_dragStart;
        display.bias = std::clamp(display.bias + total.x() / width(), 0.0, 1.0);
        display.contrast = std::clamp(display.contrast * std::pow(10.0, -total.y() / height()), 0.1, 10.0);
        Q_EMIT displayChanged(display);
        break;
    }
    case Drag::None:
    case Drag::Pending:
    case Drag::Rectangle: break;
    }
    // A drag that has not begun keeps its start, or slow hands would never begin one.
    if (m_drag != Drag::Pending)
        m_dragLast = event->position();
}

void MapCanvas::mouseReleaseEvent(QMouseEvent *event)
{
    const Drag drag = m_drag;
    if (drag == Drag::Rectangle || drag == Drag::Lasso)
        finishEnclosure(event->modifiers());
    m_drag = Drag::None;
    update();
    if (drag != Drag::Pending || event->button() != Qt::LeftButton)
        return;
    const auto neuron = neuronAt(event->position());
    if (!neuron)
        return;
    if (event->modifiers().testFlag(Qt::ShiftModifier))
        Q_EMIT neuronExtended(*neuron);
    else if (event->modifiers().testFlag(Qt::ControlModifier))
        Q_EMIT comparisonRequested(*neuron);
    else
        Q_EMIT neuronActivated(*neuron);
}

void MapCanvas::finishEnclosure(Qt::KeyboardModifiers modifiers)
{
    const std::vector<std::size_t> neurons = enclosedNeurons();
    m_lasso.clear();
    Q_EMIT neuronsEnclosed(neurons, modifiers);
}

void MapCanvas::mouseDoubleClickEvent(QMouseEvent *event)
{
    mousePressEvent(event);
}

void MapCanvas::keyPressEvent(QKeyEvent *event)
{
    switch (event->key())
    {
    case Qt::Key_Left: walk(MapDirection::Left); break;
    case Qt::Key_Right: walk(MapDirection::Right); break;
    case Qt::Key_Up: walk(MapDirection::Up); break;
    case Qt::Key_Down: walk(MapDirection::Down); break;
    case Qt::Key_PageUp: stepSlice(MapDirection::SliceBack); break;
    case Qt::Key_PageDown: stepSlice(MapDirection::SliceOn); break;
    case Qt::Key_Home: resetZoom(); break;
    case Qt::Key_Plus:
    case Qt::Key_Equal: zoomAt(QRectF(rect()).center(), kKeyZoom); break;
    case Qt::Key_Minus: zoomAt(QRectF(rect()).center(), 1.0 / kKeyZoom); break;
    case Qt::Key_Escape:
        if (m_tool == MapTool::Pointer && m_drag == Drag::None)
        {
            QWidget::keyPressEvent(event);
            return;
        }
        setTool(MapTool::Pointer);
        Q_EMIT toolDropped();
        break;
    default: QWidget::keyPressEvent(event);
    }
}

void MapCanvas::leaveEvent(QEvent * /*event*/)
{
    Q_EMIT neuronHovered(std::nullopt, {});
}

void MapCanvas::clampPan()
{
    const QSizeF whole = m_geometry.fitted(QRectF(rect())).size() * m_zoom;
    const double spareX = std::max(0.0, (whole.width() - width()) / 2.0);
    const double spareY = std::max(0.0, (whole.height() - height()) / 2.0);
    m_pan = {std::clamp(m_pan.x(), -spareX, spareX), std::clamp(m_pan.y(), -spareY, spareY)};
}

void MapCanvas::zoomAt(const QPointF &position, double factor)
{
    const double zoom = std::clamp(m_zoom * factor, 1.0, kLargestZoom);
    const QPointF fromCentre = position - (QRectF(rect()).center() + m_pan);
    m_pan -= fromCentre * (zoom / m_zoom - 1.0);
    m_zoom = zoom;
    clampPan();
    invalidate();
}

std::vector<std::size_t> MapCanvas::enclosedNeurons() const
{
    std::vector<std::size_t> neurons;
    if (!m_scene.som)
        return neurons;
    const QRectF whole = drawing();
    const QRectF rectangle = QRectF(m_dragStart, m_dragLast).normalized();
    for (std::size_t neuron = 0; neuron < m_scene.som->layout.neuronCount(); ++neuron)
    {
        const QRectF cell = m_geometry.cellRect(whole, neuron);
        if (cell.isEmpty())
            continue;
        // A rectangle takes what it touches, of hexagons, whose rectangles overlap, in their middle; a lasso
        // what it goes round, or it would take its own rim's neighbours.
        const double inset = m_geometry.isHexagonal() ? cell.width() / 4.0 : 0.0;
        const bool isInside = m_drag == Drag::Lasso
                                  ? m_lasso.containsPoint(cell.center(), Qt::OddEvenFill)
                                  : touch(rectangle, cell.adjusted(inset, inset, -inset, -inset));
        if (isInside)
            neurons.push_back(neuron);
    }
    return neurons;
}

void MapCanvas::walk(MapDirection direction)
{
    if (!m_scene.som)
        return;
    const std::size_t first = m_scene.slice ? m_scene.som->layout.neuron(0, 0, *m_scene.slice) : 0;
    const auto to = m_current ? m_geometry.next(*m_current, direction) : std::optional(first);
    if (to && m_current != to)
        Q_EMIT neuronActivated(*to);
}

void MapCanvas::stepSlice(MapDirection direction)
{
    if (!m_scene.som || m_scene.som->layout.depth() == 1)
        return;
    if (m_current)
        return walk(direction);
    const std::size_t depth = m_scene.som->layout.depth();
    const std::size_t at = m_scene.slice.value_or(0);
    if (!m_scene.slice)
        setSlice(0);
    else if (direction == MapDirection::SliceOn ? at + 1 < depth : at > 0)
        setSlice(direction == MapDirection::SliceOn ? at + 1 : at - 1);
}

} // namespace somnium::ui
