// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/spectrum_curves.h"

#include <algorithm>
#include <cmath>

#include <QFontMetricsF>
#include <QPainter>

#include "ui/models/spectral_lines.h"

namespace somnium::ui
{

namespace
{

constexpr double kStepsFrom = 3.0; ///< device pixels per spectral pixel from which it is drawn as a step
constexpr float kBandInk = 0.25F;
constexpr double kPad = 0.06;              ///< of the range of the values, above and below
constexpr double kLeastResidualSpan = 1.0; ///< sigma: noise-free fits are not blown up

/// Where the columns of a plot begin and end, in pixels of the grid; pixel i reaches from i to i + 1.
std::vector<double> columnEdges(const SpectrumScene &scene, const QRectF &plot, double columnsPerUnit)
{
    const auto columns = static_cast<std::size_t>(std::max(1.0, std::round(plot.width() * columnsPerUnit)));
    std::vector<double> edges(columns + 1);
    for (std::size_t edge = 0; edge <= columns; ++edge)
        edges[edge] = scene.spectra->grid.pixelOf(wavelengthAt(
                          scene, plot, plot.left() + static_cast<double>(edge) / columnsPerUnit)) +
                      0.5;
    return edges;
}

/// Opaque: a band of many columns, blended, takes longer than all curves.
QColor mixed(const QColor &ink, const QColor &paper, float share)
{
    return QColor::fromRgbF(share * ink.redF() + (1.0F - share) * paper.redF(),
                            share * ink.greenF() + (1.0F - share) * paper.greenF(),
                            share * ink.blueF() + (1.0F - share) * paper.blueF());
}

struct Canvas
{
    QPainter &painter;
    const SpectrumScene &scene;
    QRectF plot;
    double low = 0.0; ///< of the vertical axis
    double high = 1.0;
    double columnsPerUnit = 1.0;
    std::span<const double> edges;

    [[nodiscard]] double yOf(float value) const
    {
        // Far outside is as good as a little outside; numbers too large for the painter are not.
        const double share = (static_cast<double>(value) - low) / (high - low);
        return plot.bottom() - std::clamp(share, -1.0, 2.0) * plot.height();
    }
    [[nodiscard]] double xOfColumn(std::size_t column) const
    {
        return plot.left() + static_cast<double>(column) / columnsPerUnit;
    }
    /// Device pixels that a pixel of the grid takes.
    [[nodiscard]] double pixelWidth() const
    {
        return static_cast<double>(edges.size() - 1) / std::max(1e-9, edges.back() - edges.front());
    }
};

void drawColumns(const Canvas &canvas, const MinMaxSeries &series, const QColor &colour)
{
    std::vector<MinMax> columns = minMaxColumns(series, canvas.edges);
    joinColumns(columns);
    const double thickness = 1.0 + (canvas.columnsPerUnit > 1.5 ? 0.25 : 0.0);
    const double width = 1.0 / canvas.columnsPerUnit;
    QVector<QRectF> bars;
    bars.reserve(static_cast<qsizetype>(columns.size()));
    for (std::size_t column = 0; column < columns.size(); ++column)
    {
        if (columns[column].isEmpty())
            continue;
        const double top = canvas.yOf(columns[column].high) - thickness / 2.0;
        const double bottom = canvas.yOf(columns[column].low) + thickness / 2.0;
        bars.append(QRectF(canvas.xOfColumn(column), top, width, bottom - top));
    }
    canvas.painter.setRenderHint(QPainter::Antialiasing, false);
    canvas.painter.setPen(Qt::NoPen);
    canvas.painter.setBrush(colour);
    canvas.painter.drawRects(bars);
    canvas.painter.setRenderHint(QPainter::Antialiasing, true);
}

/// The pixels of the grid that are in view, one more on either side.
std::pair<std::size_t, std::size_t> pixelsInView(const Canvas &canvas, std::size_t size)
{
    const double first = std::clamp(std::floor(canvas.edges.front()) - 1.0, 0.0, static_cast<double>(size));
    const double last = std::clamp(std::ceil(canvas.edges.back()) + 1.0, first, static_cast<double>(size));
    return {static_cast<std::size_t>(first), static_cast<std::size_t>(last)};
}

void drawPolyline(const Canvas &canvas, const MinMaxSeries &series, const QPen &pen, bool isStepped)
{
    const auto [first, last] = pixelsInView(canvas, series.size());
    const data::SpectralGrid &grid = canvas.scene.spectra->grid;
    const auto xOf = [&](double pixel) { return positionOf(canvas.scene, canvas.plot, grid.at(pixel)); };
    canvas.painter.setPen(pen);
    canvas.painter.setBrush(Qt::NoBrush);
    QPolygonF line;
    const auto flush = [&] {
        if (line.size() > 1)
            canvas.painter.drawPolyline(line);
        else if (line.size() == 1)
            canvas.painter.drawPoint(line.front());
        line.clear();
    };
    for (std::size_t pixel = first; pixel < last; ++pixel)
    {
        const float value = series.values()[pixel];
        if (std::isnan(value))
        {
            flush();
            continue;
        }
        const auto place = static_cast<double>(pixel);
        const double y = canvas.yOf(value);
        if (isStepped)
            line << QPointF(xOf(place - 0.5), y) << QPointF(xOf(place + 0.5), y);
        else
            line << QPointF(xOf(place), y);
    }
    flush();
}

/// On paper, where bars would be thousands of little boxes: a line through the extremes of every column.
void drawColumnLine(const Canvas &canvas, const MinMaxSeries &series, const QPen &pen)
{
    const std::vector<MinMax> columns = minMaxColumns(series, canvas.edges);
    canvas.painter.setPen(pen);
    canvas.painter.setBrush(Qt::NoBrush);
    QPolygonF line;
    bool isUp = false;
    for (std::size_t column = 0; column <= columns.size(); ++column)
    {
        if (column == columns.size() || columns[column].isEmpty())
        {
            canvas.painter.drawPolyline(line);
            line.clear();
            continue;
        }
        const double x = canvas.xOfColumn(column) + 0.5 / canvas.columnsPerUnit;
        const float begin = isUp ? columns[column].low : columns[column].high;
        const float end = isUp ? columns[column].high : columns[column].low;
        line << QPointF(x, canvas.yOf(begin));
        if (end != begin)
            line << QPointF(x, canvas.yOf(end));
        isUp = !isUp;
    }
}

void drawCurve(const Canvas &canvas, const MinMaxSeries &series, CurveRole role)
{
    const QColor colour = curveColour(role, canvas.scene.colours, canvas.scene.text);
    const double pixelWidth = canvas.pixelWidth();
    QPen pen(colour, 1.2, curveDash(role), Qt::FlatCap, Qt::BevelJoin);
    if (pixelWidth >= 1.0)
    {
        drawPolyline(canvas, series, pen, role == CurveRole::Observed && pixelWidth >= kStepsFrom);
        return;
    }
    if (!canvas.scene.isOnPaper)
        return drawColumns(canvas, series, colour);
    pen.setWidthF(0.7);
    drawColumnLine(canvas, series, pen);
}

void drawBand(const Canvas &canvas, const PreparedSpectra::Curve &curve)
{
    const std::vector<MinMax> low = minMaxColumns(curve.low, canvas.edges);
    const std::vector<MinMax> high = minMaxColumns(curve.high, canvas.edges);
    canvas.painter.setPen(Qt::NoPen);
    canvas.painter.setBrush(mixed(curveColour(curve.role, canvas.scene.colours, canvas.scene.text),
                                  canvas.scene.background, kBandInk));
    QPolygonF upper;
    QPolygonF lower;
    QVector<QRectF> bars;
    const double width = 1.0 / canvas.columnsPerUnit;
    for (std::size_t column = 0; column <= low.size(); ++column)
    {
        if (column == low.size() || low[column].isEmpty())
        {
            std::ranges::reverse(lower);
            if (!upper.isEmpty())
                canvas.painter.drawPolygon(upper + lower);
            upper.clear();
            lower.clear();
            continue;
        }
        const double x = canvas.xOfColumn(column);
        const double top = canvas.yOf(high[column].high);
        const double bottom = canvas.yOf(low[column].low);
        if (canvas.scene.isOnPaper)
        {
            upper << QPointF(x, top) << QPointF(x + width, top);
            lower << QPointF(x, bottom) << QPointF(x + width, bottom);
        }
        else
        {
            bars.append(QRectF(x, top, width, bottom - top));
        }
    }
    canvas.painter.setRenderHint(QPainter::Antialiasing, false);
    canvas.painter.drawRects(bars);
    canvas.painter.setRenderHint(QPainter::Antialiasing, true);
}

/// Stretches of the first observed curve (of the first one, if none is) without a value.
void hatchGaps(const Canvas &canvas)
{
    const auto &curves = canvas.scene.spectra->curves;
    auto observed = std::ranges::find(curves, CurveRole::Observed, &PreparedSpectra::Curve::role);
    if (observed == curves.end())
        observed = curves.begin();
    const std::vector<MinMax> columns = minMaxColumns(observed->flux, canvas.edges);
    const auto size = static_cast<double>(observed->flux.size());
    QColor ink = canvas.scene.colours.quietText;
    ink.setAlphaF(0.45F);
    canvas.painter.setPen(Qt::NoPen);
    canvas.painter.setBrush(QBrush(ink, Qt::BDiagPattern));
    const auto isGap = [&](std::size_t column) {
        return column < columns.size() && columns[column].isEmpty() && canvas.edges[column] < size &&
               canvas.edges[column + 1] > 0.0;
    };
    for (std::size_t column = 0; column < columns.size(); ++column)
    {
        const std::size_t begin = column;
        while (isGap(column))
            ++column;
        if (column > begin)
            canvas.painter.drawRect(QRectF(canvas.xOfColumn(begin), canvas.plot.top(),
                                           static_cast<double>(column - begin) / canvas.columnsPerUnit,
                                           canvas.plot.height()));
    }
}

void drawResidual(const Canvas &canvas)
{
    QPen zero(canvas.scene.colours.separator, 1.0);
    canvas.painter.setPen(zero);
    const double y = std::round(canvas.yOf(0.0F)) + 0.5;
    canvas.painter.drawLine(QPointF(canvas.plot.left(), y), QPointF(canvas.plot.right(), y));
    drawCurve(canvas, canvas.scene.spectra->residual, CurveRole::Observed);
}

MinMax inView(const MinMaxSeries &series, std::span<const double> edges)
{
    const auto size = static_cast<double>(series.size());
    const double first = std::clamp(std::floor(edges.front()), 0.0, size);
    const double last = std::clamp(std::ceil(edges.back()), 0.0, size);
    return series.range(static_cast<std::size_t>(first), static_cast<std::size_t>(last));
}

CurveRanges rangesInView(const SpectrumScene &scene, std::span<const double> edges)
{
    MinMax flux;
    for (const PreparedSpectra::Curve &curve : scene.spectra->curves)
        flux.include(inView(curve.flux, edges));
    CurveRanges ranges;
    if (!flux.isEmpty())
    {
        ranges.fluxLow = static_cast<double>(flux.low);
        ranges.fluxHigh = static_cast<double>(flux.high);
        const double span = ranges.fluxHigh - ranges.fluxLow;
        const double pad = span > 0.0 ? kPad * span : std::max(0.5, 0.1 * std::abs(ranges.fluxHigh));
        ranges.fluxLow -= pad;
        ranges.fluxHigh += pad;
    }
    const MinMax residual = inView(scene.spectra->residual, edges);
    if (!residual.isEmpty())
    {
        // Symmetric: above and below are alike.
        double most = static_cast<double>(std::max(std::abs(residual.low), std::abs(residual.high)));
        if (scene.spectra->isResidualInSigma)
            most = std::max(most, kLeastResidualSpan);
        most = most > 0.0 ? most * (1.0 + 2.0 * kPad) : 1.0;
        ranges.residualLow = -most;
        ranges.residualHigh = most;
    }
    return ranges;
}

} // namespace

std::pair<double, double> shownRange(const SpectrumScene &scene)
{
    if (scene.high > scene.low)
        return {scene.low, scene.high};
    if (!scene.spectra)
        return {1.0, 2.0};
    return {scene.spectra->firstWavelength(), scene.spectra->lastWavelength()};
}

Qt::PenStyle curveDash(CurveRole role)
{
    return role == CurveRole::Decoded ? Qt::DashLine : Qt::SolidLine;
}

QColor curveColour(CurveRole role, const ThemeColours &colours, const QColor &text)
{
    // Okabe & Ito's set, so that curves stay apart for everyone.
    switch (role)
    {
    case CurveRole::Observed: return text;
    case CurveRole::Reconstruction: return colours.selection;
    case CurveRole::Decoded: return colours.comparison;
    case CurveRole::Prototype: return QColor(0xcc79a7U);
    case CurveRole::Other: return QColor(0x009e73U);
    }
    return text;
}

CurveRanges paintCurves(QPainter &painter, const SpectrumPlaces &places, const SpectrumScene &scene,
                        double columnsPerUnit)
{
    if (!scene.spectra)
        return {};
    const std::vector<double> edges = columnEdges(scene, places.plot, columnsPerUnit);
    const CurveRanges ranges = rangesInView(scene, edges);
    Canvas canvas{.painter = painter,
                  .scene = scene,
                  .plot = places.plot,
                  .low = ranges.fluxLow,
                  .high = ranges.fluxHigh,
                  .columnsPerUnit = columnsPerUnit,
                  .edges = edges};
    painter.save();
    painter.setClipRect(places.plot, Qt::IntersectClip);
    hatchGaps(canvas);
    for (const PreparedSpectra::Curve &curve : scene.spectra->curves)
        if (scene.hasErrorBand && curve.low.size() > 0)
            drawBand(canvas, curve);
    for (const PreparedSpectra::Curve &curve : scene.spectra->curves)
        drawCurve(canvas, curve.flux, curve.role);
    painter.restore();
    if (places.residual.isEmpty())
        return ranges;
    painter.save();
    painter.setClipRect(places.residual, Qt::IntersectClip);
    canvas.plot = places.residual;
    canvas.low = ranges.residualLow;
    canvas.high = ranges.residualHigh;
    drawResidual(canvas);
    painter.restore();
    return ranges;
}

void paintSpectralLines(QPainter &painter, const SpectrumPlaces &places, const SpectrumScene &scene)
{
    const QFontMetricsF metrics(scene.font);
    const double height = std::ceil(metrics.height());
    const auto xOf = [&](const SpectralLine &line) {
        return positionOf(scene, places.plot, line.wavelengthAngstrom * (1.0 + scene.redshift));
    };
    QColor ink = scene.colours.accent;
    ink.setAlphaF(0.6F);
    painter.setPen(QPen(ink, 1.0, Qt::DotLine));
    for (const SpectralLine &line : knownSpectralLines())
        if (const double x = xOf(line); x >= places.plot.left() && x <= places.plot.right())
            painter.drawLine(QPointF(x, places.names.top()), QPointF(x, places.plot.bottom()));
    painter.setFont(scene.font);
    painter.setPen(scene.colours.quietText);
    std::vector<QRectF> taken;
    std::vector<std::pair<QString, double>> named;
    // The best known lines choose their places first; a closer look makes room for the rest.
    for (const bool isMain : {true, false})
        for (const SpectralLine &line : knownSpectralLines())
        {
            const double x = xOf(line);
            if (line.isMain != isMain || !(x >= places.plot.left() && x <= places.plot.right()))
                continue;
            const QString name = QString::fromUtf8(line.name);
            const double width = metrics.horizontalAdvance(name) + 4.0;
            // One name serves a multiplet whose lines lie close.
            if (std::ranges::any_of(named, [&](const auto &other) {
                    return other.first == name && std::abs(other.second - x) < 2.0 * width;
                }))
                continue;
            QRectF place(std::min(x + 2.0, places.plot.right() - width), places.names.top(), width, height);
            const auto isFree = [&] {
                return std::ranges::none_of(taken,
                                            [&](const QRectF &other) { return other.intersects(place); });
            };
            while (!isFree() && place.bottom() + height <= places.names.bottom() + 0.5)
                place.translate(0.0, height);
            if (!isFree())
                continue;
            taken.push_back(place);
            named.emplace_back(name, x);
            painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter, name);
        }
}

} // namespace somnium::ui
