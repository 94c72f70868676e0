// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/latent_canvas.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QEvent>
#include <QPainter>

#include "ui/views/chart_style.h"
#include "ui/views/latent_gl_layer.h"

namespace somnium::ui
{

namespace
{

constexpr std::size_t kQuickPoints = 3'000; ///< rendered within a few milliseconds
constexpr std::size_t kQuickDiscs = 20'000; ///< the processor draws them within a frame
constexpr double kCurrentRing = 8.0;
constexpr double kHoverRing = 6.0;
constexpr double kEdge = 6.0;

} // namespace

LatentCanvas::LatentCanvas(QWidget *parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Latent plane"));
    setWhatsThis(
        tr("Wheel: zoom. Drag: move. Click: look at a source. Ctrl+click: add or remove it. Shift+drag: "
           "select. Arrows: next source. Double click, Home: whole plane. M: bookmark what is shown. "
           "Esc: drop the tool."));
    refreshInk();
}

LatentCanvas::~LatentCanvas() = default;

void LatentCanvas::refreshInk()
{
    m_scene.colours = themeColours(palette());
    const ChartInk ink = windowInk(palette(), font());
    m_scene.font = ink.font;
    m_ink = {.text = m_scene.colours.quietText, .line = m_scene.colours.separator, .font = ink.font};
}

void LatentCanvas::setData(LatentPointer points, bool keepsWindow)
{
    const bool isSameSize = points && m_scene.data && points->count() == m_scene.data->count();
    keepsWindow = keepsWindow && isSameSize;
    m_scene.data = std::move(points);
    m_hovered.reset();
    if (!isSameSize)
    {
        m_scene.flags.reset();
        m_scene.colour.reset();
        m_scene.layers.reset();
        m_current.reset();
    }
    if (!keepsWindow)
    {
        m_frame = {};
        if (m_scene.data)
            applyWindow(m_scene.data->bounds);
    }
    invalidate();
}

void LatentCanvas::setColour(std::optional<LatentColour> colour)
{
    // Of other sources than these: an answer that came late.
    if (colour && colour->values && (!m_scene.data || colour->values->size() != m_scene.data->count()))
        colour.reset();
    m_scene.colour = std::move(colour);
    invalidate();
}

void LatentCanvas::setPointForm(PointForm form)
{
    m_scene.form = form;
    invalidate();
}

void LatentCanvas::setIsoLayers(IsoLayers layers)
{
    m_scene.layers = std::move(layers);
    invalidate();
}

void LatentCanvas::setLabelsShown(bool areShown)
{
    m_scene.hasLabels = areShown;
    invalidate();
}

void LatentCanvas::setErrorShown(bool isShown)
{
    m_scene.hasErrors = isShown;
    invalidate();
}

void LatentCanvas::setSelected(std::vector<std::size_t> ascending)
{
    const std::size_t count = m_scene.data ? m_scene.data->count() : 0;
    m_scene.flags.reset();
    if (!ascending.empty() && count > 0)
    {
        std::vector<std::uint8_t> flags(count, 0);
        for (const std::size_t source : ascending)
            if (source < count)
                flags[source] = latent::kSelected;
        m_scene.flags = std::make_shared<const std::vector<std::uint8_t>>(std::move(flags));
    }
    invalidate();
}

void LatentCanvas::setCurrentSource(std::optional<std::size_t> source)
{
    m_current = source;
    if (source && m_scene.data)
        setAccessibleDescription(tr("Source %1").arg(m_scene.data->id(*source)));
    update();
}

void LatentCanvas::setTool(MapTool tool)
{
    m_tool = tool;
    m_drag = Drag::None;
    setCursor(tool == MapTool::Pointer ? Qt::ArrowCursor : Qt::CrossCursor);
    update();
}

void LatentCanvas::invalidate()
{
    m_isStale = true;
    update();
}

QRectF LatentCanvas::plot() const
{
    const double ratio = devicePixelRatioF();
    const auto snapped = [ratio](double value) { return std::round(value * ratio) / ratio; };
    const double left = snapped(leftAxisWidth(m_ink.font));
    const double bottom = snapped(height() - bottomAxisHeight(m_ink.font));
    return {left, kEdge, std::max(16.0, snapped(width() - kEdge) - left), std::max(16.0, bottom - kEdge)};
}

QPointF LatentCanvas::toWidget(const latent::PlanePoint &point) const
{
    const QRectF area = plot();
    return {area.left() + (point.x - m_window.left) / m_window.width() * area.width(),
            area.top() + (m_window.top - point.y) / m_window.height() * area.height()};
}

latent::PlanePoint LatentCanvas::toPlane(const QPointF &position) const
{
    const QRectF area = plot();
    return {m_window.left + (position.x() - area.left()) / area.width() * m_window.width(),
            m_window.top - (position.y() - area.top()) / area.height() * m_window.height()};
}

latent::PlanePoint LatentCanvas::unitsPerPixel() const
{
    const QRectF area = plot();
    return {m_window.width() / area.width(), m_window.height() / area.height()};
}

QString LatentCanvas::rendererName() const
{
    return m_card ? m_card->rendererName() : QString();
}

/// Null: the processor draws the points. A few discs are quicker drawn than fetched from a card.
QImage LatentCanvas::drawDiscs(double devicePixelRatio)
{
    const QSizeF size = plot().size();
    const auto plan = m_scene.data->count() > kQuickDiscs ? discPlan(m_scene, m_window, size) : std::nullopt;
    if (!plan || plan->inside <= kQuickDiscs)
        return {};
    if (!m_hasLookedForCard)
    {
        m_hasLookedForCard = true;
        m_card = LatentGlLayer::create();
    }
    if (!m_card)
        return {};
    QImage discs = m_card->render(m_scene, m_window, (size * devicePixelRatio).toSize(),
                                  plan->radius * devicePixelRatio);
    if (discs.isNull())
        m_card.reset();
    return discs;
}

void LatentCanvas::requestFrame(double devicePixelRatio)
{
    // One at a time: what changes meanwhile is painted next.
    if (m_isRendering)
        return;
    m_isStale = false;
    m_isRendering = true;
    m_frameScale = devicePixelRatio;
    const bool isQuick = m_scene.data->count() <= kQuickPoints && !m_scene.layers;
    m_frames.ask(
        this, isQuick,
        [size = plot().size(), devicePixelRatio, window = m_window, scene = m_scene,
         discs = drawDiscs(devicePixelRatio)] {
            return renderLatentFrame(size, devicePixelRatio, window, scene, discs);
        },
        [this, isQuick](LatentFrame frame) {
            takeFrame(std::move(frame));
            if (!isQuick) // quick ones come while painting
                update();
        });
}

void LatentCanvas::takeFrame(LatentFrame frame)
{
    m_isRendering = false;
    // Of other points: worse than nothing, unless they are the same ones a moment before.
    if (!m_scene.data || !frame.data || frame.data->count() != m_scene.data->count())
        return;
    m_frame = std::move(frame);
    Q_EMIT frameShown();
}

void LatentCanvas::paintEvent(QPaintEvent * /*event*/)
{
    QPainter painter(this);
    painter.fillRect(rect(), palette().color(QPalette::Window));
    if (!m_scene.data)
        return;
    const QRectF area = plot();
    painter.fillRect(area, m_scene.colours.canvas);
    const double scale = painter.device()->devicePixelRatioF();
    if (m_isStale || m_frameScale != scale)
        requestFrame(scale);
    painter.save();
    painter.setClipRect(area);
    paintFrame(painter, area);
    painter.setRenderHint(QPainter::Antialiasing);
    paintMarks(painter);
    paintEnclosure(painter);
    paintLegend(painter, area);
    painter.restore();
    paintBottomAxis(
        painter, area,
        {.low = m_window.left, .high = m_window.right, .isLog = false, .title = m_scene.data->xName}, m_ink);
    paintLeftAxis(
        painter, area,
        {.low = m_window.bottom, .high = m_window.top, .isLog = false, .title = m_scene.data->yName}, m_ink);
    if (hasFocus())
    {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(m_scene.colours.accent);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void LatentCanvas::paintFrame(QPainter &painter, const QRectF &area) const
{
    if (m_frame.picture.isNull())
        return;
    if (m_frame.window == m_window)
    {
        painter.drawImage(area.topLeft(), m_frame.picture);
        return;
    }
    const QPointF upperLeft = toWidget({m_frame.window.left, m_frame.window.top});
    const QPointF lowerRight = toWidget({m_frame.window.right, m_frame.window.bottom});
    painter.drawImage(QRectF(upperLeft, lowerRight), m_frame.picture);
}

void LatentCanvas::paintMarks(QPainter &painter) const
{
    painter.setBrush(Qt::NoBrush);
    const auto ring = [&](std::optional<std::size_t> source, double radius, double width,
                          const QColor &colour) {
        if (!source || !m_scene.data->isPlaced(*source))
            return;
        const QPointF centre = toWidget(m_scene.data->place(*source));
        painter.setPen(QPen(m_scene.colours.canvas, width + 2.0));
        painter.drawEllipse(centre, radius, radius);
        painter.setPen(QPen(colour, width));
        painter.drawEllipse(centre, radius, radius);
    };
    ring(m_current, kCurrentRing, 2.0, m_scene.colours.selection);
    if (m_hovered != m_current)
        ring(m_hovered, kHoverRing, 1.0, palette().color(QPalette::WindowText));
}

void LatentCanvas::paintEnclosure(QPainter &painter) const
{
    if (m_drag != Drag::Rectangle && m_drag != Drag::Lasso)
        return;
    QColor fill = m_scene.colours.selection;
    fill.setAlphaF(0.12F);
    painter.setPen(QPen(m_scene.colours.selection, 1.5, Qt::DashLine));
    painter.setBrush(fill);
    if (m_drag == Drag::Rectangle)
        painter.drawRect(QRectF(m_dragStart, m_dragLast).normalized());
    else
        painter.drawPolygon(m_lasso);
}

void LatentCanvas::paintLegend(QPainter &painter, const QRectF &area) const
{
    if (!m_frame.picture.isNull() || m_frame.hasFailed)
        paintLatentLegend(painter, area, m_scene, m_frame, m_ink);
}

QStringList LatentCanvas::legendLines() const
{
    return latentLegend(m_scene, m_frame);
}

void LatentCanvas::resizeEvent(QResizeEvent * /*event*/)
{
    invalidate();
}

void LatentCanvas::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
    {
        refreshInk();
        invalidate();
    }
}

} // namespace somnium::ui
