// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/map_canvas.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QPaintEvent>
#include <QPainter>

#include "ui/models/colour_map.h"
#include "ui/models/image_renderer.h"
#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

constexpr double kLargestZoom = 40.0;
constexpr std::size_t kQuickPixels = 1'000'000;  ///< of prototypes that are drawn within a frame
constexpr std::size_t kLimitsSample = 1'000'000; ///< pixels that percentiles of the prototypes are taken from

PixelLimits commonLimits(const som::Som &som, const DisplaySettings &display)
{
    const std::vector<float> &pixels = som.prototypes;
    if (pixels.size() <= kLimitsSample || display.limits == ImageLimits::MinMax)
        return pixelLimits(pixels, display);
    const std::size_t step = pixels.size() / kLimitsSample + 1;
    std::vector<float> sample;
    sample.reserve(pixels.size() / step + 1);
    for (std::size_t i = 0; i < pixels.size(); i += step)
        sample.push_back(pixels[i]);
    return pixelLimits(sample, display);
}

std::vector<QImage> pictures(const std::shared_ptr<const som::Som> &som, const DisplaySettings &display)
{
    if (!som || som->prototypes.empty())
        return {};
    const std::size_t count = std::min(som->layout.neuronCount(), som->prototypes.size() / som->shape.size());
    std::vector<data::ImageView> prototypes;
    prototypes.reserve(count);
    for (std::size_t neuron = 0; neuron < count; ++neuron)
        prototypes.push_back(som->prototype(neuron));
    return renderImages(prototypes, display, commonLimits(*som, display));
}

} // namespace

MapCanvas::MapCanvas(QWidget *parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(160, 160);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Map of prototypes"));
    setWhatsThis(
        tr("Wheel: zoom. Drag: move. Click: look at a prototype. Ctrl+click: compare. Shift+drag: select "
           "sources. Right drag: contrast and bias. Arrows: next prototype. Home: whole map."));
}

void MapCanvas::setSom(std::shared_ptr<const som::Som> som)
{
    const bool hasOtherLayout = !som || !m_som || !(som->layout == m_som->layout);
    m_som = std::move(som);
    if (hasOtherLayout)
        resetZoom();
    renderPrototypes();
    update();
}

void MapCanvas::setDisplay(const DisplaySettings &display)
{
    if (display == m_display)
        return;
    m_display = display;
    renderPrototypes();
    update();
}

void MapCanvas::setOverlay(const NeuronOverlay &overlay)
{
    m_overlay = overlay;
    update();
}

void MapCanvas::setOverlayColourMap(const QString &name)
{
    m_overlayColourMap = name;
    update();
}

void MapCanvas::setOverlayOpacity(double opacity)
{
    m_overlayOpacity = std::clamp(opacity, 0.0, 1.0);
    update();
}

void MapCanvas::setCurrentNeuron(std::optional<std::size_t> neuron)
{
    m_current = neuron;
    if (m_som && neuron && *neuron < m_som->layout.neuronCount())
        setAccessibleDescription(
            tr("Prototype (%1, %2)").arg(m_som->layout.x(*neuron)).arg(m_som->layout.y(*neuron)));
    update();
}

void MapCanvas::setComparisonNeuron(std::optional<std::size_t> neuron)
{
    m_comparison = neuron;
    update();
}

void MapCanvas::setSelectedShares(std::vector<float> shares)
{
    m_selectedShares = std::move(shares);
    update();
}

void MapCanvas::setTool(MapTool tool)
{
    m_tool = tool;
    m_drag = Drag::None;
    setCursor(tool == MapTool::Pointer ? Qt::ArrowCursor : Qt::CrossCursor);
    update();
}

void MapCanvas::resetZoom()
{
    m_zoom = 1.0;
    m_pan = {};
    update();
}

void MapCanvas::renderPrototypes()
{
    const std::size_t pixels = m_som ? m_som->prototypes.size() : 0;
    if (!m_som || m_pictures.size() != m_som->layout.neuronCount())
        m_pictures.clear(); // else the old ones stay until the new ones are there
    m_rendering.ask(
        this, pixels <= kQuickPixels, [som = m_som, display = m_display] { return pictures(som, display); },
        [this](std::vector<QImage> made) {
            m_pictures = std::move(made);
            update();
        });
}

QRectF MapCanvas::fittedGrid(const QRectF &area) const
{
    if (!m_som)
        return {};
    const auto columns = static_cast<double>(m_som->layout.width());
    const auto lines = static_cast<double>(m_som->layout.height());
    const double aspect = m_som->shape.rows == 0 ? 1.0
                                                 : static_cast<double>(m_som->shape.columns) /
                                                       static_cast<double>(m_som->shape.rows);
    const QSizeF size = QSizeF(columns * aspect, lines).scaled(area.size(), Qt::KeepAspectRatio);
    QRectF grid(QPointF(0.0, 0.0), size);
    grid.moveCenter(area.center());
    return grid;
}

QRectF MapCanvas::gridRect() const
{
    QRectF grid = fittedGrid(QRectF(rect()));
    const QPointF centre = grid.center();
    grid.setSize(grid.size() * m_zoom);
    grid.moveCenter(centre + m_pan);
    return grid;
}

QRectF MapCanvas::cellWithin(const QRectF &grid, std::size_t neuron) const
{
    const som::MapLayout &layout = m_som->layout;
    // Edges on whole pixels, so that every line between cells is exactly one pixel wide.
    const auto edge = [](double start, double length, std::size_t i, std::size_t count) {
        return std::round(start + length * static_cast<double>(i) / static_cast<double>(count));
    };
    const std::size_t x = layout.x(neuron);
    const std::size_t y = layout.y(neuron);
    const QPointF topLeft(edge(grid.left(), grid.width(), x, layout.width()),
                          edge(grid.top(), grid.height(), y, layout.height()));
    const QPointF bottomRight(edge(grid.left(), grid.width(), x + 1, layout.width()),
                              edge(grid.top(), grid.height(), y + 1, layout.height()));
    return {topLeft, bottomRight};
}

QRectF MapCanvas::cellRect(std::size_t neuron) const
{
    return m_som && neuron < m_som->layout.neuronCount() ? cellWithin(gridRect(), neuron) : QRectF();
}

std::optional<std::size_t> MapCanvas::neuronAt(const QPointF &position) const
{
    if (!m_som)
        return std::nullopt;
    const QRectF grid = gridRect();
    if (grid.isEmpty() || !grid.contains(position))
        return std::nullopt;
    const som::MapLayout &layout = m_som->layout;
    const auto cell = [](double share, std::size_t count) {
        return std::min(static_cast<std::size_t>(share * static_cast<double>(count)), count - 1);
    };
    return layout.neuron(cell((position.x() - grid.left()) / grid.width(), layout.width()),
                         cell((position.y() - grid.top()) / grid.height(), layout.height()));
}

QRectF MapCanvas::paintGrid(QPainter &painter, const QRectF &area) const
{
    if (!m_som)
        return {};
    const QRectF grid = fittedGrid(area);
    paintCells(painter, grid, paperColours(), m_pictures.empty() ? pictures(m_som, m_display) : m_pictures);
    return grid;
}

void MapCanvas::paintCells(QPainter &painter, const QRectF &grid, const ThemeColours &colours,
                           const std::vector<QImage> &shown) const
{
    const ColourTable &table = colourTable(m_overlayColourMap);
    const double range = m_overlay.high - m_overlay.low;
    painter.fillRect(grid, colours.gridLine);
    const QRectF clip = painter.hasClipping() ? painter.clipBoundingRect() : grid;
    for (std::size_t neuron = 0; neuron < shown.size(); ++neuron)
    {
        const QRectF cell = cellWithin(grid, neuron).adjusted(0.0, 0.0, -1.0, -1.0);
        if (!clip.intersects(cell))
            continue;
        painter.fillRect(cell, colours.canvas);
        painter.drawImage(cell, shown[neuron]);
        if (neuron < m_overlay.values.size())
        {
            const double share = range > 0.0 ? (m_overlay.values[neuron] - m_overlay.low) / range
                                             : m_overlay.values[neuron] * 0.0 + 0.5;
            QColor colour = QColor::fromRgba(colourAt(table, share));
            colour.setAlphaF(colour.alphaF() * static_cast<float>(m_overlayOpacity));
            painter.fillRect(cell, colour);
        }
        if (neuron < m_selectedShares.size() && m_selectedShares[neuron] > 0.0F)
        {
            const double height = std::max(2.0, std::min(4.0, cell.height() / 10.0));
            const double width = cell.width() * static_cast<double>(std::min(m_selectedShares[neuron], 1.0F));
            painter.fillRect(QRectF(cell.left(), cell.bottom() - height, std::max(2.0, width), height),
                             colours.selection);
        }
    }
}

void MapCanvas::paintOutlines(QPainter &painter, const ThemeColours &colours) const
{
    const auto outline = [&](std::optional<std::size_t> neuron, const QColor &colour) {
        if (!neuron || *neuron >= m_som->layout.neuronCount())
            return;
        painter.setPen(QPen(colour, 2.0, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(cellRect(*neuron).adjusted(0.0, 0.0, -1.0, -1.0));
    };
    outline(m_comparison, colours.comparison);
    outline(m_current, colours.selection);
}

void MapCanvas::paintEnclosure(QPainter &painter, const ThemeColours &colours) const
{
    if (m_drag != Drag::Rectangle && m_drag != Drag::Lasso)
        return;
    QColor fill = colours.selection;
    for (const std::size_t neuron : enclosedNeurons())
    {
        fill.setAlphaF(0.25F);
        painter.fillRect(cellRect(neuron).adjusted(0.0, 0.0, -1.0, -1.0), fill);
    }
    painter.setPen(QPen(colours.selection, 1.5, Qt::DashLine));
    painter.setBrush(Qt::NoBrush);
    if (m_drag == Drag::Rectangle)
        painter.drawRect(QRectF(m_dragStart, m_dragLast).normalized());
    else
        painter.drawPolygon(m_lasso);
}

void MapCanvas::paintEvent(QPaintEvent *event)
{
    QPainter painter(this);
    const ThemeColours colours = themeColours(palette());
    painter.fillRect(rect(), colours.canvas);
    if (!m_som)
        return;
    painter.setClipRect(event->rect());
    const QRectF grid = gridRect();
    const double cellWidth = grid.width() / static_cast<double>(m_som->layout.width());
    painter.setRenderHint(QPainter::SmoothPixmapTransform,
                          cellWidth * devicePixelRatioF() < 3.0 * static_cast<double>(m_som->shape.columns));
    paintCells(painter, grid, colours, m_pictures);
    paintOutlines(painter, colours);
    painter.setRenderHint(QPainter::Antialiasing);
    paintEnclosure(painter, colours);
    if (hasFocus())
    {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(colours.accent);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void MapCanvas::resizeEvent(QResizeEvent * /*event*/)
{
    clampPan();
}

void MapCanvas::clampPan()
{
    const QSizeF grid = fittedGrid(QRectF(rect())).size() * m_zoom;
    const double spareX = std::max(0.0, (grid.width() - width()) / 2.0);
    const double spareY = std::max(0.0, (grid.height() - height()) / 2.0);
    m_pan = {std::clamp(m_pan.x(), -spareX, spareX), std::clamp(m_pan.y(), -spareY, spareY)};
}

void MapCanvas::zoomAt(const QPointF &position, double factor)
{
    const double zoom = std::clamp(m_zoom * factor, 1.0, kLargestZoom);
    const QPointF fromCentre = position - (QRectF(rect()).center() + m_pan);
    m_pan -= fromCentre * (zoom / m_zoom - 1.0);
    m_zoom = zoom;
    clampPan();
    update();
}

std::vector<std::size_t> MapCanvas::enclosedNeurons() const
{
    std::vector<std::size_t> neurons;
    if (!m_som)
        return neurons;
    const QRectF rectangle = QRectF(m_dragStart, m_dragLast).normalized();
    for (std::size_t neuron = 0; neuron < m_som->layout.neuronCount(); ++neuron)
    {
        const QRectF cell = cellRect(neuron);
        // A rectangle takes what it touches; a lasso what it goes round, or it would take its own rim's
        // neighbours.
        const bool isInside = m_drag == Drag::Lasso ? m_lasso.containsPoint(cell.center(), Qt::OddEvenFill)
                                                    : rectangle.intersects(cell);
        if (isInside)
            neurons.push_back(neuron);
    }
    return neurons;
}

void MapCanvas::walk(int dx, int dy)
{
    if (!m_som)
        return;
    const som::MapLayout &layout = m_som->layout;
    const std::size_t from = m_current.value_or(0);
    const auto step = [](std::size_t at, int by, std::size_t count) {
        const auto moved = static_cast<std::ptrdiff_t>(at) + by;
        return static_cast<std::size_t>(
            std::clamp<std::ptrdiff_t>(moved, 0, static_cast<std::ptrdiff_t>(count) - 1));
    };
    const std::size_t to = m_current ? layout.neuron(step(layout.x(from), dx, layout.width()),
                                                     step(layout.y(from), dy, layout.height()))
                                     : 0;
    if (m_current != to)
        Q_EMIT neuronActivated(to);
}

} // namespace somnium::ui
