// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/map_painter.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QFontMetricsF>
#include <QGuiApplication>
#include <QPaintEngine>
#include <QPainter>

#include "ui/models/colour_map.h"
#include "ui/models/spectrum_thumbnail.h"

namespace somnium::ui
{

namespace
{

constexpr std::size_t kLimitsSample = 1'000'000; ///< pixels that percentiles of the prototypes are taken from
constexpr double kRepeatedStrength = 0.3;        ///< of cells that repeat the opposite edge
constexpr double kVectorPixels = 256.0;          ///< across a hexagon in SVG and PDF

class CellPainter
{
public:
    CellPainter(QPainter &painter, const MapGeometry &geometry, const MapScene &scene)
        : m_painter(painter), m_geometry(geometry), m_scene(scene),
          m_table(colourTable(scene.overlayColourMap))
    {}

    void paint(const MapGeometry::Place &place, const QImage &picture)
    {
        if (m_geometry.isHexagonal())
            paintHexagon(place, picture);
        else
            paintSquare(place, picture);
    }

private:
    [[nodiscard]] std::optional<QColor> overlayColour(std::size_t neuron) const
    {
        const NeuronOverlay &overlay = m_scene.overlay;
        if (neuron >= overlay.values.size())
            return std::nullopt;
        const double range = overlay.high - overlay.low;
        const double share =
            range > 0.0 ? (overlay.values[neuron] - overlay.low) / range : overlay.values[neuron] * 0.0 + 0.5;
        QColor colour = QColor::fromRgba(colourAt(m_table, share));
        colour.setAlphaF(colour.alphaF() * static_cast<float>(m_scene.overlayOpacity));
        return colour;
    }

    [[nodiscard]] QColor veil() const
    {
        QColor colour = m_scene.colours.canvas;
        colour.setAlphaF(static_cast<float>(1.0 - kRepeatedStrength));
        return colour;
    }

    void paintSquare(const MapGeometry::Place &place, const QImage &picture)
    {
        m_painter.fillRect(place.rect, m_scene.colours.gridLine);
        const QRectF cell = place.rect.adjusted(0.0, 0.0, -1.0, -1.0);
        m_painter.fillRect(cell, m_scene.colours.canvas);
        m_painter.drawImage(cell, picture);
        if (const auto colour = overlayColour(place.neuron))
            m_painter.fillRect(cell, *colour);
        if (place.isRepeated)
            m_painter.fillRect(place.rect, veil());
        else
            paintShare(place.neuron, QRectF(cell.left(), cell.bottom(), cell.width(), 0.0));
    }

    void paintHexagon(const MapGeometry::Place &place, const QImage &picture)
    {
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(m_scene.colours.gridLine);
        m_painter.drawPolygon(MapGeometry::hexagonIn(place.rect));
        const QRectF cell = place.rect.adjusted(0.5, 0.5, -0.5, -0.5);
        m_painter.drawImage(cell, masked(picture, cell.size()));
        const auto colour = overlayColour(place.neuron);
        for (const QColor &layer :
             {colour.value_or(QColor(Qt::transparent)), place.isRepeated ? veil() : QColor(Qt::transparent)})
            if (layer.alpha() > 0)
            {
                m_painter.setBrush(layer);
                m_painter.drawPolygon(MapGeometry::hexagonIn(cell));
            }
        const double inset = cell.width() / 10.0;
        if (!place.isRepeated)
            paintShare(place.neuron, QRectF(cell.left() + inset, cell.top() + 0.75 * cell.height(),
                                            cell.width() - 2.0 * inset, 0.0));
    }

    /// `foot`: the line that the bar stands on.
    void paintShare(std::size_t neuron, const QRectF &foot)
    {
        if (neuron >= m_scene.selectedShares.size() || m_scene.selectedShares[neuron] <= 0.0F)
            return;
        const double height = std::max(2.0, std::min(4.0, foot.width() / 10.0));
        const double width =
            foot.width() * static_cast<double>(std::min(m_scene.selectedShares[neuron], 1.0F));
        m_painter.fillRect(QRectF(foot.left(), foot.top() - height, std::max(2.0, width), height),
                           m_scene.colours.selection);
    }

    /// The picture with its disc in the hexagon's inner circle, the hexagon's tips in the colour of its
    /// corner, all outside transparent. Twice as fine as the screen: it is drawn at any fraction of a pixel.
    [[nodiscard]] QImage masked(const QImage &picture, const QSizeF &size)
    {
        const bool isRaster = m_painter.paintEngine()->type() == QPaintEngine::Raster;
        const double onScreen = size.width() * std::abs(m_painter.combinedTransform().m11());
        const double across =
            isRaster ? std::min(2.0 * onScreen, std::max<double>(2.0 * kVectorPixels, picture.width()))
                     : std::max<double>(kVectorPixels, picture.width());
        const QSize pixels(std::max(1, static_cast<int>(std::ceil(across))),
                           std::max(1, static_cast<int>(std::ceil(across * size.height() / size.width()))));
        if (m_mask.size() != pixels)
        {
            m_mask = QImage(pixels, QImage::Format_ARGB32_Premultiplied);
            m_mask.fill(Qt::transparent);
            QPainter painter(&m_mask);
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setPen(Qt::NoPen);
            painter.setBrush(Qt::black);
            painter.drawPolygon(MapGeometry::hexagonIn(QRectF(m_mask.rect())));
        }
        QImage result(pixels, QImage::Format_ARGB32_Premultiplied);
        result.fill(picture.isNull() ? m_scene.colours.canvas : picture.pixelColor(0, 0));
        QPainter painter(&result);
        const double side = pixels.width();
        painter.setRenderHint(QPainter::SmoothPixmapTransform, side < 3.0 * picture.width());
        painter.drawImage(QRectF(0.0, (pixels.height() - side) / 2.0, side, side), picture);
        painter.setCompositionMode(QPainter::CompositionMode_DestinationIn);
        painter.drawImage(0, 0, m_mask);
        return result;
    }

    QPainter &m_painter;
    const MapGeometry &m_geometry;
    const MapScene &m_scene;
    const ColourTable &m_table;
    QImage m_mask;
};

std::vector<MapGeometry::Place> visiblePlaces(const QPainter &painter, const QRectF &drawing,
                                              const MapGeometry &geometry, const som::Som &som)
{
    std::vector<MapGeometry::Place> places = geometry.places(drawing);
    const std::size_t pictures = som.shape.size() == 0 ? 0 : som.prototypes.size() / som.shape.size();
    const QRectF clip = painter.hasClipping() ? painter.clipBoundingRect() : drawing;
    std::erase_if(places, [&](const MapGeometry::Place &place) {
        return place.neuron >= pictures || !clip.intersects(place.rect);
    });
    return places;
}

/// Prototypes that are spectra, as fine as the device is.
std::vector<QImage> renderCurves(const QPainter &painter, const std::vector<MapGeometry::Place> &places,
                                 const std::vector<data::ImageView> &prototypes)
{
    constexpr double kFinest = 1000.0; // of a figure: a curve has no more to show
    std::vector<QImage> pictures;
    pictures.reserve(prototypes.size());
    for (std::size_t i = 0; i < prototypes.size(); ++i)
    {
        const QSizeF size =
            painter.transform().mapRect(places[i].rect).size() * painter.device()->devicePixelRatioF();
        const QSizeF bounded = size.boundedTo({kFinest, kFinest});
        pictures.push_back(renderSpectrumThumbnail(
            prototypes[i].pixels(), {}, bounded.expandedTo({1.0, 1.0}).toSize(), QGuiApplication::palette()));
    }
    return pictures;
}

void paintTitles(QPainter &painter, const QRectF &drawing, const MapGeometry &geometry, const MapScene &scene)
{
    painter.setPen(scene.colours.quietText);
    for (const auto &[slice, band] : geometry.sliceTitles(drawing))
        if (band.height() >= 0.9 * QFontMetricsF(painter.font()).height())
            painter.drawText(band, Qt::AlignLeft | Qt::AlignVCenter, QStringLiteral("z = %1").arg(slice));
}

} // namespace

bool showsSpectra(const som::Som &som)
{
    return som.params.metric == som::Metric::Vector && som.shape.channels == 1 && som.shape.rows == 1;
}

double prototypeAspect(const som::Som &som)
{
    constexpr double kSpectrumAspect = 1.5;
    if (som.shape.rows == 0)
        return 1.0;
    return showsSpectra(som) ? kSpectrumAspect
                             : static_cast<double>(som.shape.columns) / static_cast<double>(som.shape.rows);
}

PixelLimits prototypeLimits(const som::Som &som, const DisplaySettings &display)
{
    // Of the channels that are shown: the first in each image, or all.
    const std::size_t channelPixels = som.shape.rows * som.shape.columns;
    const std::size_t channels = som.shape.channels;
    const std::size_t total = som.prototypes.size();
    const auto only = shownChannel(channels, display);
    const std::size_t wanted = only && channels > 0 ? total / channels : total;
    if (wanted == total && (total <= kLimitsSample || display.limits == ImageLimits::MinMax))
        return pixelLimits(som.prototypes, display);
    const std::size_t step = display.limits == ImageLimits::MinMax ? 1 : wanted / kLimitsSample + 1;
    std::vector<float> sample;
    sample.reserve(wanted / step + 1);
    for (std::size_t i = 0; i < wanted; i += step)
    {
        const std::size_t at =
            only ? (i / channelPixels * channels + *only) * channelPixels + i % channelPixels : i;
        sample.push_back(som.prototypes[at]);
    }
    return pixelLimits(sample, display);
}

MapGeometry geometryOf(const MapScene &scene, const QSizeF &room, double titleHeight)
{
    if (!scene.som)
        return {};
    return {scene.som->layout,
            prototypeAspect(*scene.som),
            {.size = room, .titleHeight = titleHeight, .slice = scene.slice}};
}

void paintMap(QPainter &painter, const QRectF &drawing, const MapGeometry &geometry, const MapScene &scene)
{
    if (!scene.som || drawing.isEmpty())
        return;
    const std::vector<MapGeometry::Place> places = visiblePlaces(painter, drawing, geometry, *scene.som);
    std::vector<data::ImageView> prototypes;
    prototypes.reserve(places.size());
    for (const MapGeometry::Place &place : places)
        prototypes.push_back(scene.som->prototype(place.neuron));
    const PixelLimits limits = scene.limits ? *scene.limits : prototypeLimits(*scene.som, scene.display);
    const std::vector<QImage> pictures = showsSpectra(*scene.som)
                                             ? renderCurves(painter, places, prototypes)
                                             : renderImages(prototypes, scene.display, limits);
    painter.save();
    const bool isHexagonal = geometry.isHexagonal();
    painter.setRenderHint(QPainter::Antialiasing, isHexagonal);
    if (isHexagonal)
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
    CellPainter cells(painter, geometry, scene);
    for (std::size_t i = 0; i < places.size(); ++i)
        cells.paint(places[i], pictures[i]);
    paintTitles(painter, drawing, geometry, scene);
    painter.restore();
}

MapFrame renderMapFrame(const QSize &size, double devicePixelRatio, const QRectF &drawing,
                        const MapGeometry &geometry, MapScene scene)
{
    MapFrame frame{.picture = QImage(size * devicePixelRatio, QImage::Format_RGB32),
                   .drawing = drawing,
                   .som = scene.som,
                   .limits = {}};
    frame.picture.setDevicePixelRatio(devicePixelRatio);
    frame.picture.fill(scene.colours.canvas);
    if (!scene.som)
        return frame;
    if (!scene.limits)
        scene.limits = prototypeLimits(*scene.som, scene.display);
    frame.limits = *scene.limits;
    QPainter painter(&frame.picture);
    painter.setClipRect(QRect(QPoint(0, 0), size));
    const double cellWidth = geometry.size().isEmpty() ? 1.0 : drawing.width() / geometry.size().width();
    painter.setRenderHint(QPainter::SmoothPixmapTransform,
                          cellWidth * devicePixelRatio < 3.0 * static_cast<double>(scene.som->shape.columns));
    paintMap(painter, drawing, geometry, scene);
    return frame;
}

} // namespace somnium::ui
