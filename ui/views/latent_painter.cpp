// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/latent_painter.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <utility>

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>

#include "core/latent/iso_labels.h"
#include "core/latent/point_raster.h"
#include "ui/models/colour_map.h"
#include "ui/views/iso_look.h"
#include "ui/views/stroke_picture.h"

namespace somnium::ui
{

namespace
{

constexpr double kCoverOfPoints = 0.08; ///< share of the window that points of a pleasant size cover
constexpr double kMostCover = 0.25;     ///< from which Automatic draws density, as in latent::PointMode
constexpr double kSmallestRadius = 1.2;
constexpr double kLargestRadius = 3.5;
constexpr double kDensityGamma = 0.7; ///< lifts single points beside crowds
constexpr double kFineScreen = 1.5;   ///< device pixels per unit from which one alone is hard to see
constexpr double kLineWidth = 1.6;
constexpr double kMostVeil = 0.75;
constexpr double kLegendGap = 6.0;
constexpr double kSwatch = 22.0;

QString translated(const char *text)
{
    return QCoreApplication::translate("LatentCanvas", text);
}

struct PointCounts
{
    std::size_t inside = 0; ///< the window
    std::size_t unplaced = 0;
};

/// Of the points that are not hidden, as renderPoints counts them.
PointCounts countPoints(const LatentScene &scene, const latent::PlaneRect &window)
{
    const LatentData &data = *scene.data;
    const auto left = static_cast<float>(window.left);
    const auto right = static_cast<float>(window.right);
    const auto bottom = static_cast<float>(window.bottom);
    const auto top = static_cast<float>(window.top);
    PointCounts counts;
    for (std::size_t source = 0; source < data.count(); ++source)
    {
        if (scene.flags && ((*scene.flags)[source] & latent::kHidden) != 0)
            continue;
        const float x = data.x[source];
        const float y = data.y[source];
        counts.inside += x >= left && x < right && y > bottom && y <= top ? 1U : 0U;
        counts.unplaced += std::isfinite(x) && std::isfinite(y) ? 0U : 1U;
    }
    return counts;
}

double radiusOf(std::size_t points, const QSizeF &plot)
{
    const double each =
        kCoverOfPoints * plot.width() * plot.height() / std::max(1.0, static_cast<double>(points));
    return std::clamp(std::sqrt(each / std::numbers::pi), kSmallestRadius, kLargestRadius);
}

QImage imageOf(const latent::PointFrame &frame)
{
    QImage image(static_cast<int>(frame.columns), static_cast<int>(frame.rows),
                 QImage::Format_ARGB32_Premultiplied);
    for (std::size_t row = 0; row < frame.rows && !image.isNull(); ++row)
        std::memcpy(image.scanLine(static_cast<int>(row)), frame.pixels.data() + row * frame.columns,
                    frame.columns * sizeof(std::uint32_t));
    return image;
}

/// From the plane to the painter.
struct Place
{
    QRectF plot;
    latent::PlaneRect window;
    [[nodiscard]] QPointF of(const latent::PlanePoint &point) const
    {
        return {plot.left() + (point.x - window.left) / window.width() * plot.width(),
                plot.top() + (window.top - point.y) / window.height() * plot.height()};
    }
};

/// Sets of points that lie above each other, as renderPoints has them.
void paintDiscs(QPainter &painter, const Place &place, const LatentScene &scene,
                const latent::PointStyle &style, double radius)
{
    const LatentData &data = *scene.data;
    const auto isInside = [&](std::size_t source) {
        return data.isPlaced(source) && place.plot.contains(place.of(data.place(source)));
    };
    const auto colourAtSource = [&](std::size_t source) -> QColor {
        if (style.value.empty())
            return QColor::fromRgba(style.plainColour);
        const auto value = static_cast<double>(style.value[source]);
        if (!std::isfinite(value))
            return QColor::fromRgba(style.missingColour);
        const double span = style.high - style.low;
        return QColor::fromRgba(
            colourAt(colourTable(scene.colour->colourMap), span > 0.0 ? (value - style.low) / span : 0.5));
    };
    const auto layerOf = [&](std::size_t source) {
        if (!style.flags.empty() && (style.flags[source] & latent::kSelected) != 0)
            return 2;
        return !style.value.empty() && !std::isfinite(style.value[source]) ? 0 : 1;
    };
    painter.setPen(Qt::NoPen);
    for (const int layer : {0, 1, 2})
        for (std::size_t source = 0; source < data.count(); ++source)
        {
            const bool isHidden = !style.flags.empty() && (style.flags[source] & latent::kHidden) != 0;
            if (isHidden || layerOf(source) != layer || !isInside(source))
                continue;
            painter.setBrush(layer == 2 ? scene.colours.selection : colourAtSource(source));
            painter.drawEllipse(place.of(data.place(source)), radius, radius);
        }
}

void paintPoints(QPainter &painter, const Place &place, const LatentScene &scene, double pixelsPerUnit,
                 bool isOnPaper, LatentFrame &frame)
{
    const std::size_t inside = countPoints(scene, place.window).inside;
    const double radius = radiusOf(inside, place.plot.size());
    latent::PointStyle style =
        pointStyle(scene, std::min(radius * pixelsPerUnit, latent::PointStyle::kMaxRadiusPixels));
    style.blur = pixelsPerUnit >= kFineScreen;
    const latent::PlaneWindow window{
        .rect = place.window,
        .columns = static_cast<std::size_t>(std::max(1.0, std::round(place.plot.width() * pixelsPerUnit))),
        .rows = static_cast<std::size_t>(std::max(1.0, std::round(place.plot.height() * pixelsPerUnit)))};
    const auto rendered = latent::renderPoints(scene.data->points(), window, style, {});
    if (!rendered)
    {
        frame.hasFailed = true;
        return;
    }
    frame.drawn = rendered->drawn;
    frame.unplaced = rendered->unplaced;
    frame.isDensity = rendered->mode == latent::PointMode::Density;
    if (isOnPaper && !frame.isDensity && inside <= kMostVectorPoints)
        paintDiscs(painter, place, scene, style, radius);
    else
        painter.drawImage(place.plot, imageOf(*rendered));
}

/// Transparent where the field is certain, the ground's colour where its error is as large as the steps
/// between the lines, which then mean nothing.
void paintVeil(QPainter &painter, const Place &place, const IsoLayer &layer, const ThemeColours &colours)
{
    const latent::PlaneField &field = layer.field;
    if (field.error.size() != field.columns * field.rows || layer.levels.size() < 2)
        return;
    double step = layer.levels.back() - layer.levels.front();
    for (std::size_t i = 1; i < layer.levels.size(); ++i)
        step = std::min(step, layer.levels[i] - layer.levels[i - 1]);
    QImage veil(static_cast<int>(field.columns), static_cast<int>(field.rows), QImage::Format_ARGB32);
    const QRgb ground = colours.canvas.rgb() & 0x00ffffffU;
    for (std::size_t row = 0; row < field.rows; ++row)
    {
        auto *line = reinterpret_cast<QRgb *>(veil.scanLine(static_cast<int>(field.rows - 1 - row)));
        for (std::size_t column = 0; column < field.columns; ++column)
        {
            const std::size_t cell = row * field.columns + column;
            const auto error = static_cast<double>(field.error[cell]);
            const bool isKnown = std::isfinite(field.value[cell]) && std::isfinite(error);
            const double opacity = isKnown ? kMostVeil * std::clamp(error / step, 0.0, 1.0) : 0.0;
            line[column] = ground | (static_cast<QRgb>(std::lround(255.0 * opacity)) << 24U);
        }
    }
    const QPointF upperLeft = place.of({field.rect.left, field.rect.top});
    const QPointF lowerRight = place.of({field.rect.right, field.rect.bottom});
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawImage(QRectF(upperLeft, lowerRight), veil);
}

/// The lines of a layer that reach into the plot, in the painter's units.
std::vector<QPolygonF> linesInPlot(const Place &place, const IsoLayer &layer)
{
    std::vector<QPolygonF> lines;
    for (const latent::IsoLine &line : layer.lines)
    {
        QPolygonF corners;
        corners.reserve(static_cast<qsizetype>(line.vertices.size()) + 1);
        for (const latent::PlanePoint &vertex : line.vertices)
            corners << place.of(vertex);
        if (line.isClosed)
            corners << corners.front();
        const QRectF box = corners.boundingRect();
        if (box.right() >= place.plot.left() && box.left() <= place.plot.right() &&
            box.bottom() >= place.plot.top() && box.top() <= place.plot.bottom())
            lines.push_back(std::move(corners));
    }
    return lines;
}

/// A rim in the ground's colour keeps lines apart from points of any colour.
QColor rimColour(const ThemeColours &colours)
{
    QColor rim = colours.canvas;
    rim.setAlphaF(0.6F);
    return rim;
}

void paintVectorLines(QPainter &painter, const Place &place, const IsoLayer &layer, const LatentScene &scene)
{
    painter.setBrush(Qt::NoBrush);
    for (const QPolygonF &line : linesInPlot(place, layer))
    {
        painter.setPen(
            QPen(rimColour(scene.colours), kLineWidth + 2.0, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin));
        painter.drawPolyline(line);
        painter.setPen(isoPen(layer.slot, scene.colours, kLineWidth));
        painter.drawPolyline(line);
    }
}

void paintLines(QPainter &painter, const Place &place, const IsoLayer &layer, const LatentScene &scene,
                double pixelsPerUnit)
{
    const QPen pen = isoPen(layer.slot, scene.colours, kLineWidth * pixelsPerUnit);
    const QList<qreal> dashes = pen.dashPattern();
    StrokeLook look{.colour = pen.color(),
                    .rim = rimColour(scene.colours),
                    .width = pen.widthF(),
                    .rimWidth = pixelsPerUnit,
                    .dash = 0.0,
                    .gap = 0.0};
    if (dashes.size() >= 2)
    {
        look.dash = dashes[0] * pen.widthF();
        look.gap = dashes[1] * pen.widthF();
    }
    StrokePicture picture((place.plot.size() * pixelsPerUnit).toSize(), look);
    for (QPolygonF &line : linesInPlot(place, layer))
    {
        for (QPointF &corner : line)
            corner = (corner - place.plot.topLeft()) * pixelsPerUnit;
        picture.add(line);
    }
    painter.drawImage(place.plot, picture.image());
}

void paintLabel(QPainter &painter, const Place &place, const latent::IsoLabel &label,
                const latent::LabelSize &size, const IsoLayer &layer, const LatentScene &scene)
{
    painter.save();
    painter.translate(place.of(label.at));
    painter.rotate(-label.angleRad * 180.0 / std::numbers::pi);
    const QRectF box(-0.5 * size.widthPixels, -0.5 * size.heightPixels, size.widthPixels, size.heightPixels);
    QColor ground = scene.colours.canvas;
    ground.setAlphaF(0.85F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(ground);
    painter.drawRoundedRect(box, 2.0, 2.0);
    painter.setPen(isoPen(layer.slot, scene.colours, 1.0).color());
    painter.drawText(box, Qt::AlignCenter, levelText(label.level, layer.levels));
    painter.restore();
}

void paintLabels(QPainter &painter, const Place &place, const LatentScene &scene)
{
    const QFontMetricsF metrics(scene.font);
    painter.setFont(scene.font);
    // In the painter's units: a label is as large as its text, however many device pixels that are.
    const latent::PlaneWindow window{.rect = place.window,
                                     .columns = static_cast<std::size_t>(std::max(1.0, place.plot.width())),
                                     .rows = static_cast<std::size_t>(std::max(1.0, place.plot.height()))};
    latent::PlacedLabels taken;
    for (const IsoLayer &layer : *scene.layers)
    {
        const auto sizeOf = [&](double level) {
            return latent::LabelSize{metrics.horizontalAdvance(levelText(level, layer.levels)) + 6.0,
                                     metrics.height()};
        };
        const latent::PlacedLabels placed = latent::placeLabels(layer.lines, window, sizeOf, {}, taken);
        for (std::size_t label = 0; label < placed.labels.size(); ++label)
            paintLabel(painter, place, placed.labels[label], placed.sizes[label], layer, scene);
        taken.labels.insert(taken.labels.end(), placed.labels.begin(), placed.labels.end());
        taken.sizes.insert(taken.sizes.end(), placed.sizes.begin(), placed.sizes.end());
    }
}

QString counted(std::size_t count)
{
    return QLocale().toString(static_cast<qulonglong>(count));
}

} // namespace

latent::PointStyle pointStyle(const LatentScene &scene, double radiusPixels)
{
    latent::PointStyle style;
    style.mode = scene.form == PointForm::Points    ? latent::PointMode::Points
                 : scene.form == PointForm::Density ? latent::PointMode::Density
                                                    : latent::PointMode::Automatic;
    style.radiusPixels = radiusPixels;
    style.densityGamma = kDensityGamma;
    if (scene.colour && scene.colour->values)
    {
        style.value = *scene.colour->values;
        style.low = scene.colour->low;
        style.high = scene.colour->high;
        style.palette = colourTable(scene.colour->colourMap);
    }
    const bool isDark = scene.colours.isDark;
    style.plainColour = isDark ? 0xffb4c6deU : 0xff28456aU;
    style.missingColour = isDark ? 0xff55575cU : 0xffb4b6baU;
    style.selectedColour = scene.colours.selection.rgba();
    style.background = scene.colours.canvas.rgba();
    if (scene.flags)
        style.flags = *scene.flags;
    return style;
}

std::optional<DiscPlan> discPlan(const LatentScene &scene, const latent::PlaneRect &window,
                                 const QSizeF &plot)
{
    if (!scene.data || plot.isEmpty() || scene.form == PointForm::Density)
        return std::nullopt;
    DiscPlan plan;
    plan.inside = countPoints(scene, window).inside;
    plan.radius = radiusOf(plan.inside, plot);
    const double covered = static_cast<double>(plan.inside) * std::numbers::pi * plan.radius * plan.radius;
    const bool isCrowded = covered > kMostCover * plot.width() * plot.height();
    return scene.form == PointForm::Automatic && isCrowded ? std::nullopt : std::optional(plan);
}

LatentFrame paintLatentPlane(QPainter &painter, const QRectF &plot, const latent::PlaneRect &window,
                             const LatentScene &scene, double pixelsPerUnit, bool isOnPaper,
                             const QImage &discs)
{
    LatentFrame frame;
    frame.window = window;
    frame.data = scene.data;
    if (!scene.data || plot.isEmpty())
        return frame;
    const Place place{plot, window};
    painter.save();
    painter.setClipRect(plot, Qt::IntersectClip);
    painter.setRenderHint(QPainter::Antialiasing);
    if (discs.isNull())
    {
        paintPoints(painter, place, scene, pixelsPerUnit, isOnPaper, frame);
    }
    else
    {
        painter.drawImage(plot, discs);
        const PointCounts counts = countPoints(scene, window);
        frame.drawn = counts.inside;
        frame.unplaced = counts.unplaced;
    }
    if (scene.layers)
    {
        if (scene.hasErrors && !scene.layers->empty())
            paintVeil(painter, place, scene.layers->front(), scene.colours);
        for (const IsoLayer &layer : *scene.layers)
        {
            if (isOnPaper)
                paintVectorLines(painter, place, layer, scene);
            else
                paintLines(painter, place, layer, scene, pixelsPerUnit);
        }
        if (scene.hasLabels)
            paintLabels(painter, place, scene);
    }
    painter.restore();
    return frame;
}

LatentFrame renderLatentFrame(const QSizeF &size, double devicePixelRatio, const latent::PlaneRect &window,
                              const LatentScene &scene, const QImage &discs)
{
    QImage picture((size * devicePixelRatio).toSize(), QImage::Format_RGB32);
    if (picture.isNull())
        return {};
    picture.setDevicePixelRatio(devicePixelRatio);
    picture.fill(scene.colours.canvas);
    QPainter painter(&picture);
    LatentFrame frame =
        paintLatentPlane(painter, QRectF(QPointF(0.0, 0.0), QSizeF(picture.size()) / devicePixelRatio),
                         window, scene, devicePixelRatio, false, discs);
    painter.end();
    frame.picture = std::move(picture);
    return frame;
}

QStringList latentLegend(const LatentScene &scene, const LatentFrame &frame)
{
    if (!scene.data)
        return {};
    if (frame.hasFailed)
        return {translated(QT_TRANSLATE_NOOP("LatentCanvas", "The points could not be drawn"))};
    QStringList lines;
    const QString drawn = frame.isDensity
                              ? translated(QT_TRANSLATE_NOOP("LatentCanvas", "density of %1 of %2 points"))
                              : translated(QT_TRANSLATE_NOOP("LatentCanvas", "%1 of %2 points"));
    lines << drawn.arg(counted(frame.drawn), counted(scene.data->count()));
    if (frame.unplaced > 0)
        lines << translated(QT_TRANSLATE_NOOP("LatentCanvas", "%1 not on the plane"))
                     .arg(counted(frame.unplaced));
    if (scene.colour && scene.colour->missing > 0)
        lines << translated(QT_TRANSLATE_NOOP("LatentCanvas", "%1 without a value"))
                     .arg(counted(scene.colour->missing));
    if (scene.colour && scene.colour->beyond > 0)
        lines << translated(QT_TRANSLATE_NOOP("LatentCanvas", "%1 beyond the colour bar"))
                     .arg(counted(scene.colour->beyond));
    return lines;
}

QRectF paintLatentLegend(QPainter &painter, const QRectF &plot, const LatentScene &scene,
                         const LatentFrame &frame, const AxisInk &ink)
{
    const QFontMetricsF metrics(ink.font);
    const double line = std::ceil(metrics.height());
    const QStringList texts = latentLegend(scene, frame);
    const std::size_t layers = scene.layers ? scene.layers->size() : 0;
    if (texts.isEmpty())
        return {};
    const double room = std::max(40.0, plot.width() - 4.0 * kLegendGap);
    double width = 0.0;
    for (const QString &text : texts)
        width = std::max(width, metrics.horizontalAdvance(text));
    for (std::size_t layer = 0; layer < layers; ++layer)
        width =
            std::max(width, kSwatch + kLegendGap + metrics.horizontalAdvance((*scene.layers)[layer].title));
    width = std::min(width, room);
    const QRectF box(plot.left() + kLegendGap, plot.top() + kLegendGap, width + 2.0 * kLegendGap,
                     line * static_cast<double>(static_cast<std::size_t>(texts.size()) + layers) +
                         kLegendGap);
    QColor ground = scene.colours.canvas;
    ground.setAlphaF(0.8F);
    painter.setFont(ink.font);
    painter.setPen(Qt::NoPen);
    painter.setBrush(ground);
    painter.drawRoundedRect(box, 4.0, 4.0);
    QRectF row(box.left() + kLegendGap, box.top() + 0.5 * kLegendGap, width, line);
    painter.setPen(ink.text);
    for (const QString &text : texts)
    {
        painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(text, Qt::ElideMiddle, width));
        row.translate(0.0, line);
    }
    for (std::size_t layer = 0; layer < layers; ++layer)
    {
        const IsoLayer &shown = (*scene.layers)[layer];
        painter.setPen(isoPen(shown.slot, scene.colours, kLineWidth));
        painter.drawLine(QPointF(row.left(), row.center().y()),
                         QPointF(row.left() + kSwatch, row.center().y()));
        painter.setPen(ink.text);
        const double textRoom = width - kSwatch - kLegendGap;
        painter.drawText(row.adjusted(kSwatch + kLegendGap, 0.0, 0.0, 0.0), Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(shown.title, Qt::ElideMiddle, textRoom));
        row.translate(0.0, line);
    }
    return box;
}

} // namespace somnium::ui
