// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plane_axes.h"

#include <algorithm>
#include <cmath>

#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>

#include "ui/views/colour_bar.h"

namespace somnium::ui
{

namespace
{

constexpr double kTick = 4.0;
constexpr double kGap = 4.0;
constexpr double kUnitsPerBottomTick = 90.0;
constexpr double kUnitsPerLeftTick = 46.0;

double shareOf(const AxisRange &range, double value)
{
    return range.isLog ? std::log(value / range.low) / std::log(range.high / range.low)
                       : (value - range.low) / (range.high - range.low);
}

/// All numbers of an axis alike; seven characters at most.
QString tickText(double value, double step)
{
    const QLocale locale;
    const double size = std::max(std::abs(value), step);
    if (value != 0.0 && (size >= 1e6 || step < 1e-4))
        return locale.toString(value, 'g', 3);
    const int decimals =
        step > 0.0 ? std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 5) : 2;
    QLocale plain = locale;
    if (size < 1e4)
        plain.setNumberOptions(QLocale::OmitGroupSeparator);
    return plain.toString(value, 'f', decimals);
}

double smallestStep(const std::vector<double> &ticks)
{
    double step = ticks.empty() ? 1.0 : std::max(1e-300, std::abs(ticks.front()));
    for (std::size_t i = 1; i < ticks.size(); ++i)
        step = i == 1 ? ticks[1] - ticks[0] : std::min(step, ticks[i] - ticks[i - 1]);
    return step;
}

bool isPaintable(const AxisRange &range, const QRectF &plot)
{
    return std::isfinite(range.low) && std::isfinite(range.high) && range.high > range.low &&
           (!range.isLog || range.low > 0.0) && plot.width() > 0.0 && plot.height() > 0.0;
}

} // namespace

double leftAxisWidth(const QFont &font)
{
    const QFontMetricsF metrics(font);
    return std::ceil(metrics.height() + metrics.horizontalAdvance(QStringLiteral("-0000.0")) + kTick +
                     2.0 * kGap);
}

double bottomAxisHeight(const QFont &font)
{
    return std::ceil(2.0 * QFontMetricsF(font).height() + kTick + kGap);
}

std::vector<double> axisTicks(const AxisRange &range, int count)
{
    if (!range.isLog || range.high < 10.0 * range.low)
    {
        std::vector<double> ticks = roundTicks(range.low, range.high, count);
        // A single number tells no scale.
        for (int more = count + 1; ticks.size() < 2 && more < count + 8; ++more)
            ticks = roundTicks(range.low, range.high, more);
        return ticks;
    }
    std::vector<double> ticks;
    for (double decade = std::pow(10.0, std::floor(std::log10(range.low))); decade <= range.high;
         decade *= 10.0)
        for (const double factor : {1.0, 2.0, 5.0})
            if (factor * decade >= range.low && factor * decade <= range.high)
                ticks.push_back(factor * decade);
    return ticks;
}

void paintBottomAxis(QPainter &painter, const QRectF &plot, const AxisRange &range, const AxisInk &ink)
{
    painter.setFont(ink.font);
    const QFontMetricsF metrics(ink.font);
    const double line = metrics.height();
    painter.setPen(ink.line);
    painter.drawLine(plot.bottomLeft(), plot.bottomRight());
    if (!isPaintable(range, plot))
        return;
    const auto ticks = axisTicks(range, std::max(2, static_cast<int>(plot.width() / kUnitsPerBottomTick)));
    const double step = smallestStep(ticks);
    double freeFrom = plot.left() - 2.0 * line;
    for (const double tick : ticks)
    {
        const double x = plot.left() + shareOf(range, tick) * plot.width();
        painter.setPen(ink.line);
        painter.drawLine(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() + kTick));
        const QString text = tickText(tick, step);
        const double width = metrics.horizontalAdvance(text);
        const double left = std::min(x - width / 2.0, plot.right() - width + kGap);
        if (left < freeFrom)
            continue;
        freeFrom = left + width + 2.0 * kGap;
        painter.setPen(ink.text);
        painter.drawText(QRectF(left, plot.bottom() + kTick, width + 1.0, line), Qt::AlignCenter, text);
    }
    painter.setPen(ink.text);
    painter.drawText(QRectF(plot.left(), plot.bottom() + kTick + line, plot.width(), line), Qt::AlignCenter,
                     metrics.elidedText(range.title, Qt::ElideMiddle, plot.width()));
}

void paintLeftAxis(QPainter &painter, const QRectF &plot, const AxisRange &range, const AxisInk &ink)
{
    painter.setFont(ink.font);
    const QFontMetricsF metrics(ink.font);
    const double line = metrics.height();
    painter.setPen(ink.line);
    painter.drawLine(plot.topLeft(), plot.bottomLeft());
    if (!isPaintable(range, plot))
        return;
    const auto ticks = axisTicks(range, std::max(2, static_cast<int>(plot.height() / kUnitsPerLeftTick)));
    const double step = smallestStep(ticks);
    double freeBelow = plot.bottom() + line;
    const double room = leftAxisWidth(ink.font) - line - kTick - kGap;
    for (const double tick : ticks)
    {
        const double y = plot.bottom() - shareOf(range, tick) * plot.height();
        painter.setPen(ink.line);
        painter.drawLine(QPointF(plot.left() - kTick, y), QPointF(plot.left(), y));
        if (y + line / 2.0 > freeBelow)
            continue;
        freeBelow = y - line / 2.0;
        painter.setPen(ink.text);
        painter.drawText(QRectF(plot.left() - kTick - room - 2.0, y - line / 2.0, room, line),
                         Qt::AlignRight | Qt::AlignVCenter, tickText(tick, step));
    }
    painter.save();
    painter.translate(plot.left() - leftAxisWidth(ink.font) + line / 2.0, plot.center().y());
    painter.rotate(-90.0);
    painter.setPen(ink.text);
    painter.drawText(QRectF(-plot.height() / 2.0, -line / 2.0, plot.height(), line), Qt::AlignCenter,
                     metrics.elidedText(range.title, Qt::ElideMiddle, plot.height()));
    painter.restore();
}

} // namespace somnium::ui
