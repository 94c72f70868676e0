// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/map_canvas.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QPaintEvent>
#include <QPainter>

#include "ui/models/wording.h"

namespace somnium::ui
{

namespace
{

constexpr double kQuickPrototypePixels = 150'000.0; ///< rendered within a few milliseconds
constexpr double kQuickScreenPixels = 1'500'000.0;

} // namespace

MapCanvas::MapCanvas(QWidget *parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Map of prototypes"));
    setWhatsThis(
        tr("Wheel: zoom. Drag: move. Click: look at a prototype. Ctrl+click: compare. Shift+drag: select "
           "sources. Right drag: contrast and bias. Arrows: next prototype. PageUp, PageDown: next slice. "
           "Home: whole map. Faint cells repeat the opposite edge of a map that is closed on itself."));
    m_scene.colours = themeColours(palette());
}

void MapCanvas::setSom(std::shared_ptr<const som::Som> som)
{
    const auto &before = m_scene.som;
    const bool hasOtherLayout =
        !som || !before || !(som->layout == before->layout) || som->shape != before->shape;
    m_scene.som = std::move(som);
    m_scene.limits.reset();
    if (hasOtherLayout)
    {
        m_frame = {};
        m_zoom = 1.0;
        m_pan = {};
        if (m_scene.slice)
            setSlice(std::nullopt);
        refreshGeometry();
    }
    invalidate();
}

void MapCanvas::setDisplay(const DisplaySettings &display)
{
    if (display == m_scene.display)
        return;
    m_scene.display = display;
    m_scene.limits.reset();
    invalidate();
}

void MapCanvas::setOverlay(const NeuronOverlay &overlay)
{
    m_scene.overlay = overlay;
    invalidate();
}

void MapCanvas::setOverlayColourMap(const QString &name)
{
    m_scene.overlayColourMap = name;
    invalidate();
}

void MapCanvas::setOverlayOpacity(double opacity)
{
    m_scene.overlayOpacity = std::clamp(opacity, 0.0, 1.0);
    invalidate();
}

void MapCanvas::setCurrentNeuron(std::optional<std::size_t> neuron)
{
    m_current = neuron;
    if (m_scene.som && neuron && *neuron < m_scene.som->layout.neuronCount())
    {
        const som::MapLayout &layout = m_scene.som->layout;
        setAccessibleDescription(tr("Prototype %1").arg(neuronName(layout, *neuron)));
        if (m_scene.slice && layout.z(*neuron) != *m_scene.slice)
            setSlice(layout.z(*neuron));
    }
    update();
}

void MapCanvas::setComparisonNeuron(std::optional<std::size_t> neuron)
{
    m_comparison = neuron;
    update();
}

void MapCanvas::setSelectedShares(std::vector<float> shares)
{
    if (shares == m_scene.selectedShares)
        return;
    m_scene.selectedShares = std::move(shares);
    invalidate();
}

void MapCanvas::setTool(MapTool tool)
{
    m_tool = tool;
    m_drag = Drag::None;
    setCursor(tool == MapTool::Pointer ? Qt::ArrowCursor : Qt::CrossCursor);
    update();
}

void MapCanvas::setSlice(std::optional<std::size_t> slice)
{
    if (slice && (!m_scene.som || *slice >= m_scene.som->layout.depth() || m_scene.som->layout.depth() == 1))
        slice.reset();
    if (slice == m_scene.slice)
        return;
    // Another slice lies where this one lies: the zoom stays. The overview is another drawing.
    const bool isOtherDrawing = slice.has_value() != m_scene.slice.has_value();
    m_scene.slice = slice;
    if (isOtherDrawing)
    {
        m_zoom = 1.0;
        m_pan = {};
    }
    m_frame = {};
    refreshGeometry();
    invalidate();
    Q_EMIT sliceChanged(slice);
}

void MapCanvas::resetZoom()
{
    m_zoom = 1.0;
    m_pan = {};
    invalidate();
}

void MapCanvas::invalidate()
{
    m_isStale = true;
    update();
}

void MapCanvas::refreshGeometry()
{
    m_geometry = geometryOf(m_scene, size(), fontMetrics().height());
}

QRectF MapCanvas::drawing() const
{
    QRectF drawing = m_geometry.fitted(QRectF(rect()));
    const QPointF centre = drawing.center();
    drawing.setSize(drawing.size() * m_zoom);
    drawing.moveCenter(centre + m_pan);
    return drawing;
}

QRectF MapCanvas::cellRect(std::size_t neuron) const
{
    return m_scene.som ? m_geometry.cellRect(drawing(), neuron) : QRectF();
}

std::optional<std::size_t> MapCanvas::neuronAt(const QPointF &position) const
{
    return m_scene.som ? m_geometry.neuronAt(drawing(), position) : std::nullopt;
}

bool MapCanvas::isQuickToPaint(double devicePixelRatio) const
{
    return static_cast<double>(m_scene.som->prototypes.size()) <= kQuickPrototypePixels &&
           width() * height() * devicePixelRatio * devicePixelRatio <= kQuickScreenPixels;
}

void MapCanvas::requestFrame(double devicePixelRatio)
{
    // One at a time: what changes meanwhile is painted next.
    if (m_isRendering)
        return;
    m_isStale = false;
    m_isRendering = true;
    m_frameScale = devicePixelRatio;
    const bool isQuick = isQuickToPaint(devicePixelRatio);
    m_frames.ask(
        this, isQuick,
        [size = size(), devicePixelRatio, drawing = drawing(), geometry = m_geometry, scene = m_scene] {
            return renderMapFrame(size, devicePixelRatio, drawing, geometry, scene);
        },
        [this, isQuick](MapFrame frame) {
            takeFrame(std::move(frame));
            if (!isQuick) // quick ones come while painting
                update();
        });
}

void MapCanvas::takeFrame(MapFrame frame)
{
    m_isRendering = false;
    if (frame.som == m_scene.som)
    {
        if (!m_isStale)
            m_scene.limits = frame.limits;
        m_frame = std::move(frame);
    }
}

void MapCanvas::paintEvent(QPaintEvent *event)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_scene.colours.canvas);
    if (!m_scene.som)
        return;
    const double scale = painter.device()->devicePixelRatioF();
    if (m_isStale || m_frameScale != scale)
        requestFrame(scale);
    painter.setClipRect(event->rect());
    paintFrame(painter);
    painter.setRenderHint(QPainter::Antialiasing, m_geometry.isHexagonal());
    paintOutlines(painter);
    painter.setRenderHint(QPainter::Antialiasing);
    paintEnclosure(painter);
    if (hasFocus())
    {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(m_scene.colours.accent);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void MapCanvas::paintFrame(QPainter &painter) const
{
    if (m_frame.picture.isNull())
        return;
    const QRectF now = drawing();
    const QSizeF pictureSize = QSizeF(m_frame.picture.size()) / m_frame.picture.devicePixelRatio();
    if (now == m_frame.drawing)
    {
        painter.drawImage(QRectF(QPointF(0.0, 0.0), pictureSize), m_frame.picture);
        return;
    }
    const double stretchX = now.width() / m_frame.drawing.width();
    const double stretchY = now.height() / m_frame.drawing.height();
    painter.drawImage(QRectF(now.left() - m_frame.drawing.left() * stretchX,
                             now.top() - m_frame.drawing.top() * stretchY, pictureSize.width() * stretchX,
                             pictureSize.height() * stretchY),
                      m_frame.picture);
}

void MapCanvas::paintOutlines(QPainter &painter) const
{
    const auto outline = [&](std::optional<std::size_t> neuron, const QColor &colour) {
        if (!neuron)
            return;
        const QRectF cell = cellRect(*neuron);
        if (cell.isEmpty())
            return;
        painter.setPen(QPen(colour, 2.0, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
        painter.setBrush(Qt::NoBrush);
        if (m_geometry.isHexagonal())
            painter.drawPolygon(MapGeometry::hexagonIn(cell.adjusted(0.5, 0.5, -0.5, -0.5)));
        else
            painter.drawRect(cell.adjusted(0.0, 0.0, -1.0, -1.0));
    };
    outline(m_comparison, m_scene.colours.comparison);
    outline(m_current, m_scene.colours.selection);
}

void MapCanvas::paintEnclosure(QPainter &painter) const
{
    if (m_drag != Drag::Rectangle && m_drag != Drag::Lasso)
        return;
    QColor fill = m_scene.colours.selection;
    fill.setAlphaF(0.25F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    const QRectF whole = drawing();
    for (const std::size_t neuron : enclosedNeurons())
        painter.drawPolygon(m_geometry.cellShape(whole, neuron));
    painter.setPen(QPen(m_scene.colours.selection, 1.5, Qt::DashLine));
    painter.setBrush(Qt::NoBrush);
    if (m_drag == Drag::Rectangle)
        painter.drawRect(QRectF(m_dragStart, m_dragLast).normalized());
    else
        painter.drawPolygon(m_lasso);
}

void MapCanvas::resizeEvent(QResizeEvent * /*event*/)
{
    refreshGeometry();
    clampPan();
    invalidate();
}

void MapCanvas::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
    {
        m_scene.colours = themeColours(palette());
        invalidate();
    }
    else if (event->type() == QEvent::FontChange)
    {
        refreshGeometry();
        invalidate();
    }
}

} // namespace somnium::ui
