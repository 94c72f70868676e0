// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/spectrum_painter.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>

#include "ui/views/plane_axes.h"
#include "ui/views/spectrum_curves.h"

namespace somnium::ui
{

namespace
{

constexpr double kGap = 6.0;
constexpr double kSwatch = 16.0;
constexpr double kNameRows = 2.0; ///< of known lines
constexpr double kResidualShare = 0.24;
constexpr double kLeastPlotHeight = 100.0; ///< below, the residuals give way

QString translated(const char *text)
{
    return QCoreApplication::translate("SpectrumPlot", text);
}

QString wavelengthText(const SpectrumScene &scene)
{
    if (!scene.wavelength || !scene.spectra)
        return {};
    const QLocale locale;
    return scene.spectra->grid.hasWavelengths() ? translated(QT_TRANSLATE_NOOP("SpectrumPlot", "%1 \u00c5"))
                                                      .arg(locale.toString(*scene.wavelength, 'f', 1))
                                                : translated(QT_TRANSLATE_NOOP("SpectrumPlot", "at %1"))
                                                      .arg(locale.toString(*scene.wavelength, 'g', 6));
}

/// Where the entries of the legend go: in rows, with room for the longest numbers, so that nothing moves
/// while the cursor does.
std::vector<QRectF> legendEntries(const QRectF &area, const SpectrumScene &scene)
{
    std::vector<QRectF> entries;
    if (!scene.spectra)
        return entries;
    const QFontMetricsF metrics(scene.font);
    const double line = std::ceil(metrics.height());
    const double clock = metrics.horizontalAdvance(QStringLiteral("00000.0 \u00c5")) + kGap;
    double x = area.left();
    double y = area.top();
    for (const PreparedSpectra::Curve &curve : scene.spectra->curves)
    {
        const QString numbers =
            curve.low.size() > 0 ? QStringLiteral(" -0.0000 \u00b1 0.0000") : QStringLiteral(" -0.0000");
        const double wanted = kSwatch + kGap + metrics.horizontalAdvance(curve.name + numbers) + 2.0 * kGap;
        // The wavelength stands at the right of the first line.
        const auto rightEdge = [&] { return y > area.top() ? area.right() : area.right() - clock; };
        if (x > area.left() && x + wanted > rightEdge())
        {
            x = area.left();
            y += line;
        }
        entries.emplace_back(x, y, std::max(0.0, std::min(wanted, rightEdge() - x)), line);
        x += wanted;
    }
    return entries;
}

void paintLegend(QPainter &painter, const QRectF &area, const SpectrumScene &scene)
{
    const std::vector<QRectF> entries = legendEntries(area, scene);
    const QFontMetricsF metrics(scene.font);
    painter.setFont(scene.font);
    for (std::size_t curve = 0; curve < entries.size(); ++curve)
    {
        const QRectF &entry = entries[curve];
        const CurveRole role = scene.spectra->curves[curve].role;
        painter.setPen(QPen(curveColour(role, scene.colours, scene.text), 2.0, curveDash(role)));
        const double y = std::round(entry.center().y());
        painter.drawLine(QPointF(entry.left(), y), QPointF(entry.left() + kSwatch, y));
        painter.setPen(scene.text);
        const QRectF text = entry.adjusted(kSwatch + kGap, 0.0, 0.0, 0.0);
        painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(legendText(scene, curve), Qt::ElideMiddle, text.width()));
    }
    painter.setPen(scene.colours.quietText);
    painter.drawText(QRectF(area.left(), area.top(), area.width(), std::ceil(metrics.height())),
                     Qt::AlignRight | Qt::AlignVCenter, wavelengthText(scene));
}

QString fluxTitle(const SpectrumScene &scene)
{
    const QString title = translated(QT_TRANSLATE_NOOP("SpectrumPlot", "flux"));
    return scene.spectra->fluxUnit.isEmpty() ? title
                                             : QStringLiteral("%1 [%2]").arg(title, scene.spectra->fluxUnit);
}

QString wavelengthTitle(const SpectrumScene &scene)
{
    if (!scene.spectra->grid.hasWavelengths())
        return translated(QT_TRANSLATE_NOOP("SpectrumPlot", "element"));
    switch (scene.spectra->medium)
    {
    case data::WavelengthMedium::Vacuum:
        return translated(QT_TRANSLATE_NOOP("SpectrumPlot", "wavelength in vacuum [\u00c5]"));
    case data::WavelengthMedium::Air:
        return translated(QT_TRANSLATE_NOOP("SpectrumPlot", "wavelength in air [\u00c5]"));
    case data::WavelengthMedium::Unknown: break;
    }
    return translated(QT_TRANSLATE_NOOP("SpectrumPlot", "wavelength [\u00c5]"));
}

void paintAxes(QPainter &painter, const SpectrumPlaces &places, const SpectrumScene &scene,
               const CurveRanges &ranges)
{
    const AxisInk ink{.text = scene.colours.quietText, .line = scene.colours.separator, .font = scene.font};
    if (!scene.spectra)
    {
        // There is nothing to measure: an axis without extent is a line without numbers.
        const AxisRange nothing{.low = 0.0, .high = 0.0, .isLog = false, .title = {}};
        paintBottomAxis(painter, places.plot, nothing, ink);
        return paintLeftAxis(painter, places.plot, nothing, ink);
    }
    const auto [low, high] = shownRange(scene);
    const QRectF lowest = places.residual.isEmpty() ? places.plot : places.residual;
    paintBottomAxis(painter, lowest,
                    {.low = low, .high = high, .isLog = scene.isLogAxis, .title = wavelengthTitle(scene)},
                    ink);
    paintLeftAxis(painter, places.plot,
                  {.low = ranges.fluxLow, .high = ranges.fluxHigh, .isLog = false, .title = fluxTitle(scene)},
                  ink);
    if (places.residual.isEmpty())
        return;
    const QString residual = scene.spectra->isResidualInSigma
                                 ? translated(QT_TRANSLATE_NOOP("SpectrumPlot", "\u0394 / \u03c3"))
                                 : translated(QT_TRANSLATE_NOOP("SpectrumPlot", "\u0394"));
    paintLeftAxis(painter, places.residual,
                  {.low = ranges.residualLow, .high = ranges.residualHigh, .isLog = false, .title = residual},
                  ink);
}

void paintReadOut(QPainter &painter, const SpectrumPlaces &places, const SpectrumScene &scene)
{
    if (!scene.wavelength)
        return;
    const double x = positionOf(scene, places.plot, *scene.wavelength);
    if (x < places.plot.left() || x > places.plot.right())
        return;
    painter.setPen(QPen(scene.colours.quietText, 1.0, Qt::DotLine));
    painter.drawLine(QPointF(x, places.plot.top()), QPointF(x, places.plot.bottom()));
    if (!places.residual.isEmpty())
        painter.drawLine(QPointF(x, places.residual.top()), QPointF(x, places.residual.bottom()));
}

} // namespace

SpectrumPlaces spectrumPlaces(const QRectF &area, const SpectrumScene &scene, double devicePixelRatio)
{
    const QFontMetricsF metrics(scene.font);
    const double line = std::ceil(metrics.height());
    const std::vector<QRectF> entries = legendEntries(area, scene);
    const double legendHeight = entries.empty() ? line : entries.back().bottom() - area.top();
    // On whole device pixels, so that columns are sharp.
    const auto snapped = [&](double value) {
        return std::round(value * devicePixelRatio) / devicePixelRatio;
    };
    const double left = snapped(area.left() + leftAxisWidth(scene.font));
    const bool hasNames = scene.hasLines && scene.spectra && scene.spectra->grid.hasWavelengths();
    const double namesHeight = hasNames ? kNameRows * line : 0.0;
    const double top = snapped(area.top() + legendHeight + namesHeight + kGap);
    const double right = snapped(area.right() - kGap);
    const double bottom = snapped(area.bottom() - bottomAxisHeight(scene.font));
    SpectrumPlaces places;
    places.legend = QRectF(area.left(), area.top(), area.width(), legendHeight);
    places.plot = QRectF(left, top, std::max(8.0, right - left), std::max(8.0, bottom - top));
    if (hasNames)
        places.names = QRectF(left, top - namesHeight, places.plot.width(), namesHeight);
    const bool hasResidual = scene.hasResidual && scene.spectra && scene.spectra->residual.size() > 0;
    const double residualHeight = snapped(kResidualShare * places.plot.height());
    if (!hasResidual || places.plot.height() - residualHeight < kLeastPlotHeight)
        return places;
    places.residual = places.plot;
    places.residual.setTop(places.plot.bottom() - residualHeight);
    places.plot.setBottom(places.residual.top() - kGap);
    return places;
}

double positionOf(const SpectrumScene &scene, const QRectF &plot, double wavelength)
{
    const auto [low, high] = shownRange(scene);
    const double share = scene.isLogAxis ? std::log(wavelength / low) / std::log(high / low)
                                         : (wavelength - low) / (high - low);
    return plot.left() + share * plot.width();
}

double wavelengthAt(const SpectrumScene &scene, const QRectF &plot, double x)
{
    const auto [low, high] = shownRange(scene);
    const double share = (x - plot.left()) / plot.width();
    return scene.isLogAxis ? low * std::pow(high / low, share) : low + share * (high - low);
}

QString legendText(const SpectrumScene &scene, std::size_t curve)
{
    const PreparedSpectra::Curve &shown = scene.spectra->curves[curve];
    if (!scene.wavelength)
        return shown.name;
    const double pixel = std::floor(scene.spectra->grid.pixelOf(*scene.wavelength) + 0.5);
    if (!(pixel >= 0.0) || pixel >= static_cast<double>(shown.flux.size()))
        return shown.name;
    const auto index = static_cast<std::size_t>(pixel);
    const QLocale locale;
    const auto value = static_cast<double>(shown.flux.values()[index]);
    if (!std::isfinite(value))
        return translated(QT_TRANSLATE_NOOP("SpectrumPlot", "%1 masked")).arg(shown.name);
    if (shown.low.size() == 0)
        return QStringLiteral("%1 %2").arg(shown.name, locale.toString(value, 'g', 4));
    const double sigma = value - static_cast<double>(shown.low.values()[index]);
    return QStringLiteral("%1 %2 \u00b1 %3")
        .arg(shown.name, locale.toString(value, 'g', 4), locale.toString(sigma, 'g', 2));
}

void paintSpectrum(QPainter &painter, const QRectF &area, const SpectrumScene &scene)
{
    const double ratio = scene.isOnPaper ? kPaperColumnsPerUnit : painter.device()->devicePixelRatioF();
    const SpectrumPlaces places = spectrumPlaces(area, scene, ratio);
    const CurveRanges ranges = paintCurves(painter, places, scene, ratio);
    paintAxes(painter, places, scene, ranges);
    if (!places.names.isEmpty())
        paintSpectralLines(painter, places, scene);
    paintReadOut(painter, places, scene);
    paintLegend(painter, places.legend, scene);
}

} // namespace somnium::ui
