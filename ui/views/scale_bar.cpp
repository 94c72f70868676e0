// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/scale_bar.h"

#include <cmath>

#include <QCoreApplication>
#include <QLocale>
#include <QPainter>

namespace somnium::ui
{

namespace
{

constexpr double kArcsecPerMinute = 60.0;
constexpr double kArcsecPerDegree = 3600.0;

/// The largest of 1, 2, 5 x 10^n up to `most`.
double roundBelow(double most)
{
    const double decade = std::pow(10.0, std::floor(std::log10(most)));
    double best = decade;
    for (const double factor : {2.0, 5.0})
        if (factor * decade <= most * (1.0 + 1e-12))
            best = factor * decade;
    return best;
}

/// Of seconds and minutes, counted by sixties.
double roundAngleBelow(double most)
{
    double best = 1.0;
    for (const double step : {2.0, 5.0, 10.0, 20.0, 30.0})
        if (step <= most * (1.0 + 1e-12))
            best = step;
    return best;
}

QString number(double value)
{
    return QLocale().toString(value, 'g', 6);
}

} // namespace

ScaleBar scaleBar(double mostPixels, std::optional<double> arcsecPerPixel)
{
    if (!(mostPixels > 0.0) || !std::isfinite(mostPixels))
        return {};
    if (!arcsecPerPixel || !(*arcsecPerPixel > 0.0) || !std::isfinite(*arcsecPerPixel))
    {
        const double pixels = roundBelow(mostPixels);
        return {pixels, pixels == 1.0
                            ? QCoreApplication::translate("ScaleBar", "1 pixel")
                            : QCoreApplication::translate("ScaleBar", "%1 pixels").arg(number(pixels))};
    }
    const double most = mostPixels * *arcsecPerPixel;
    double arcsec = 0.0;
    QString text;
    if (most >= kArcsecPerDegree)
    {
        const double degrees = roundBelow(most / kArcsecPerDegree);
        arcsec = degrees * kArcsecPerDegree;
        text = number(degrees) + QStringLiteral("\u00b0");
    }
    else if (most >= kArcsecPerMinute)
    {
        const double minutes = roundAngleBelow(most / kArcsecPerMinute);
        arcsec = minutes * kArcsecPerMinute;
        text = number(minutes) + QStringLiteral("\u2032");
    }
    else
    {
        arcsec = most >= 1.0 ? roundAngleBelow(most) : roundBelow(most);
        text = number(arcsec) + QStringLiteral("\u2033");
    }
    return {arcsec / *arcsecPerPixel, text};
}

QRectF paintScaleBar(QPainter &painter, const QRectF &area, const ScaleBar &bar, double unitsPerPixel,
                     const QColor &ink)
{
    constexpr double kThickness = 2.0;
    constexpr double kGap = 6.0;
    const QRectF line(area.left(), area.center().y() - kThickness / 2.0, bar.pixels * unitsPerPixel,
                      kThickness);
    if (bar.pixels <= 0.0)
        return {};
    painter.fillRect(line, ink);
    for (const double end : {line.left(), line.right() - 1.0})
        painter.fillRect(QRectF(end, line.center().y() - 4.0, 1.0, 8.0), ink);
    painter.setPen(ink);
    painter.drawText(
        QRectF(line.right() + kGap, area.top(), area.right() - line.right() - kGap, area.height()),
        Qt::AlignLeft | Qt::AlignVCenter, bar.text);
    return line;
}

} // namespace somnium::ui
