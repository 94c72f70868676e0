// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse and keys of the latent plane: where it is looked at, what is picked.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include "ui/views/latent_canvas.h"

namespace somnium::ui
{

namespace
{

constexpr double kZoomPerWheelUnit = 1.0015; ///< a notch is 120 units
constexpr double kKeyZoom = 1.25;
constexpr double kReach = 14.0;       ///< device-independent pixels between cursor and source
constexpr double kWidestWindow = 4.0; ///< of the plane's own size
constexpr double kNarrowestWindow = 1e-5;

} // namespace

void LatentCanvas::wheelEvent(QWheelEvent *event)
{
    if (!m_scene.data)
        return;
    zoomAt(event->position(), std::pow(kZoomPerWheelUnit, event->angleDelta().y()));
    event->accept();
}

void LatentCanvas::mousePressEvent(QMouseEvent *event)
{
    if (!m_scene.data)
        return;
    m_dragStart = event->position();
    m_dragLast = m_dragStart;
    if (event->button() == Qt::LeftButton)
    {
        m_drag = Drag::Pending;
        m_lasso = QPolygonF({m_dragStart});
    }
    else if (event->button() == Qt::MiddleButton)
    {
        m_drag = Drag::Pan;
    }
}

void LatentCanvas::mouseMoveEvent(QMouseEvent *event)
{
    if (m_drag == Drag::None)
        return hover(event->position());
    continueDrag(event);
    update();
}

void LatentCanvas::continueDrag(QMouseEvent *event)
{
    if (m_drag == Drag::Pending &&
        (event->position() - m_dragStart).manhattanLength() >= QApplication::startDragDistance())
    {
        const bool isShift = event->modifiers().testFlag(Qt::ShiftModifier);
        m_drag = m_tool == MapTool::Lasso                  ? Drag::Lasso
                 : m_tool == MapTool::Rectangle || isShift ? Drag::Rectangle
                                                           : Drag::Pan;
        leave();
    }
    // A drag that has not begun keeps its start, or slow hands would never begin one.
    if (m_drag == Drag::Pending)
        return;
    if (m_drag == Drag::Pan)
        panBy(event->position() - m_dragLast);
    else if (m_drag == Drag::Lasso)
        m_lasso.append(event->position());
    m_dragLast = event->position();
}

void LatentCanvas::mouseReleaseEvent(QMouseEvent *event)
{
    const Drag drag = m_drag;
    m_drag = Drag::None;
    update();
    if (drag == Drag::Rectangle || drag == Drag::Lasso)
    {
        if (drag == Drag::Rectangle)
            m_lasso = QPolygonF(QRectF(m_dragStart, m_dragLast).normalized());
        return finishEnclosure(event->modifiers());
    }
    if (drag != Drag::Pending || event->button() != Qt::LeftButton)
        return;
    if (const auto source = sourceAt(event->position()))
        Q_EMIT sourceActivated(*source, event->modifiers());
    else if (event->modifiers() == Qt::NoModifier)
        Q_EMIT nothingActivated();
}

void LatentCanvas::finishEnclosure(Qt::KeyboardModifiers modifiers)
{
    std::vector<latent::PlanePoint> outline;
    outline.reserve(static_cast<std::size_t>(m_lasso.size()));
    for (const QPointF &corner : std::as_const(m_lasso))
        outline.push_back(toPlane(corner));
    m_lasso.clear();
    Q_EMIT sourcesEnclosed(m_scene.data->index.insidePolygon(outline), modifiers);
}

void LatentCanvas::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && m_tool == MapTool::Pointer)
        resetZoom();
    else
        mousePressEvent(event);
}

void LatentCanvas::keyPressEvent(QKeyEvent *event)
{
    switch (event->key())
    {
    case Qt::Key_Left: walk(-1, 0); break;
    case Qt::Key_Right: walk(1, 0); break;
    case Qt::Key_Up: walk(0, 1); break;
    case Qt::Key_Down: walk(0, -1); break;
    case Qt::Key_Home: resetZoom(); break;
    case Qt::Key_Plus:
    case Qt::Key_Equal: zoomAt(plot().center(), kKeyZoom); break;
    case Qt::Key_Minus: zoomAt(plot().center(), 1.0 / kKeyZoom); break;
    case Qt::Key_M:
        if (m_scene.data)
            Q_EMIT bookmarkAsked(m_window);
        break;
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

void LatentCanvas::leaveEvent(QEvent * /*event*/)
{
    leave();
}

void LatentCanvas::leave()
{
    m_hovered.reset();
    update();
    Q_EMIT hovered(std::nullopt, std::nullopt);
}

std::optional<std::size_t> LatentCanvas::sourceAt(const QPointF &position) const
{
    if (!m_scene.data || !plot().contains(position))
        return std::nullopt;
    return m_scene.data->index.nearest(toPlane(position), unitsPerPixel(), kReach);
}

void LatentCanvas::hover(const QPointF &position)
{
    if (!m_scene.data || !plot().contains(position))
        return leave();
    const auto source = sourceAt(position);
    if (source != m_hovered)
    {
        m_hovered = source;
        update();
    }
    Q_EMIT hovered(source, toPlane(position));
}

void LatentCanvas::applyWindow(const latent::PlaneRect &window)
{
    if (window == m_window)
        return;
    m_window = window;
    invalidate();
    Q_EMIT windowChanged(m_window);
}

void LatentCanvas::setWindow(const latent::PlaneRect &window)
{
    if (!m_scene.data || !(window.width() > 0.0) || !(window.height() > 0.0))
        return;
    const latent::PlaneRect &whole = m_scene.data->bounds;
    latent::PlaneRect cut = window;
    const auto fit = [](double &low, double &high, double wholeLow, double wholeHigh) {
        const double widest = wholeHigh - wholeLow;
        const double size = std::clamp(high - low, kNarrowestWindow * widest, kWidestWindow * widest);
        // The middle stays on the plane, so that nobody gets lost beside it.
        const double centre = std::clamp(0.5 * (low + high), wholeLow, wholeHigh);
        low = centre - 0.5 * size;
        high = centre + 0.5 * size;
    };
    fit(cut.left, cut.right, whole.left, whole.right);
    fit(cut.bottom, cut.top, whole.bottom, whole.top);
    applyWindow(cut);
}

void LatentCanvas::resetZoom()
{
    if (m_scene.data)
        applyWindow(m_scene.data->bounds);
}

void LatentCanvas::panBy(const QPointF &moved)
{
    const QRectF area = plot();
    const double dx = -moved.x() / area.width() * m_window.width();
    const double dy = moved.y() / area.height() * m_window.height();
    setWindow({m_window.left + dx, m_window.right + dx, m_window.bottom + dy, m_window.top + dy});
}

void LatentCanvas::zoomAt(const QPointF &position, double factor)
{
    if (!m_scene.data)
        return;
    const latent::PlanePoint at = toPlane(position);
    // At the limits nothing moves, rather than sideways.
    const double widest = kWidestWindow * m_scene.data->bounds.width();
    const double least = m_window.width() / widest;
    const double most = m_window.width() / (kNarrowestWindow * m_scene.data->bounds.width());
    const double applied = std::clamp(factor, std::min(least, 1.0), std::max(most, 1.0));
    setWindow({at.x + (m_window.left - at.x) / applied, at.x + (m_window.right - at.x) / applied,
               at.y + (m_window.bottom - at.y) / applied, at.y + (m_window.top - at.y) / applied});
}

void LatentCanvas::walk(int dx, int dy)
{
    if (!m_scene.data)
        return;
    std::optional<std::size_t> to;
    if (!m_current)
        to = m_scene.data->index.nearest(toPlane(plot().center()), unitsPerPixel(),
                                         std::numeric_limits<double>::infinity());
    else
        to = nextInDirection(*m_scene.data, *m_current, dx, dy, unitsPerPixel());
    if (to && to != m_current)
        Q_EMIT sourceActivated(*to, Qt::NoModifier);
}

} // namespace somnium::ui
