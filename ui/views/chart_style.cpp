// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/chart_style.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include <QGraphicsLayout>
#include <QGraphicsScene>
#include <QLocale>
#include <QPainter>
#include <QtCharts/QAbstractAxis>
#include <QtCharts/QCategoryAxis>
#include <QtCharts/QChart>
#include <QtCharts/QLegend>
#include <QtCharts/QValueAxis>

#include "ui/theme.h"
#include "ui/views/colour_bar.h"

namespace somnium::ui
{

ChartInk windowInk(const QPalette &palette, const QFont &font)
{
    const ThemeColours colours = themeColours(palette);
    QFont small = tabularFont(font);
    small.setPointSizeF(std::max(6.0, small.pointSizeF() * 0.9));
    return {.text = palette.color(QPalette::WindowText),
            .grid = colours.separator,
            .background = palette.color(QPalette::Window),
            .first = colours.accent,
            .second = colours.selection,
            .font = small};
}

ChartInk paperInk()
{
    const ThemeColours colours = paperColours();
    QFont font;
    font.setPixelSize(11);
    return {.text = Qt::black,
            .grid = QColor(0xd0d0d0U),
            .background = Qt::white,
            .first = colours.accent,
            .second = colours.selection,
            .font = font};
}

void styleChart(QChart &chart, const ChartInk &ink)
{
    chart.setAnimationOptions(QChart::NoAnimation);
    chart.setMargins(QMargins(kGridStep, kGridStep / 2, kGridStep, kGridStep / 2));
    chart.layout()->setContentsMargins(0, 0, 0, 0);
    chart.setBackgroundRoundness(0.0);
    chart.setBackgroundBrush(ink.background);
    chart.setPlotAreaBackgroundVisible(false);
    chart.legend()->hide();
    chart.legend()->setLabelColor(ink.text);
    chart.legend()->setFont(ink.font);
}

void styleAxis(QAbstractAxis &axis, const ChartInk &ink, const QString &title)
{
    axis.setTitleText(title);
    axis.setTitleBrush(ink.text);
    axis.setTitleFont(ink.font);
    axis.setLabelsBrush(ink.text);
    axis.setLabelsFont(ink.font);
    axis.setLinePen(QPen(ink.grid, 1.0));
    axis.setGridLinePen(QPen(ink.grid, 1.0, Qt::DotLine));
    axis.setMinorGridLineVisible(false);
}

namespace
{

double tickStep(double low, double high, int ticks)
{
    const std::vector<double> round = roundTicks(low, high, ticks);
    return round.size() > 1 ? round[1] - round[0] : high - low;
}

QString labelFormat(double step)
{
    const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 6);
    return QStringLiteral("%.%1f").arg(decimals);
}

constexpr std::size_t kMostDecades = 8; ///< that have a number each

/// Those of factor * 10^n, for every `stride`-th n, that lie within [low, high].
std::vector<double> ticksOfDecades(double low, double high, std::initializer_list<double> factors,
                                   int stride = 1)
{
    std::vector<double> ticks;
    const int last = static_cast<int>(std::floor(std::log10(high)));
    const int first = static_cast<int>(std::floor(std::log10(low)));
    for (int decade = (first / stride - 1) * stride; decade <= last; decade += stride)
        for (const double factor : factors)
            if (const double tick = factor * std::pow(10.0, decade); tick >= low && tick <= high)
                ticks.push_back(tick);
    return ticks;
}

} // namespace

std::vector<double> logTicks(double low, double high)
{
    std::vector<double> ticks = ticksOfDecades(low, high, {1.0});
    if (ticks.size() > kMostDecades)
        ticks = ticksOfDecades(low, high, {1.0}, static_cast<int>((ticks.size() - 1) / kMostDecades + 1));
    if (ticks.size() < 2)
        ticks = ticksOfDecades(low, high, {1.0, 2.0, 5.0});
    for (int count = 3; ticks.size() < 2; ++count)
        ticks = roundTicks(low, high, count);
    return ticks;
}

void setLogRange(QCategoryAxis &axis, double low, double high)
{
    axis.setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    axis.setStartValue(std::log10(low));
    for (const double tick : logTicks(low, high))
        axis.append(QLocale().toString(tick, 'g', 6), std::log10(tick));
    axis.setRange(std::log10(low), std::log10(high));
}

void setRoundTicks(QValueAxis &axis, double low, double high, int ticks)
{
    const double step = tickStep(low, high, ticks);
    axis.setTickType(QValueAxis::TicksDynamic);
    axis.setTickAnchor(0.0);
    axis.setTickInterval(step);
    axis.setLabelFormat(labelFormat(step));
}

void setRoundRange(QValueAxis &axis, double low, double high, int ticks)
{
    if (!(high > low))
        high = low + std::max(1.0, std::abs(low) * 0.1);
    const double step = tickStep(low, high, ticks);
    const double first = std::floor(low / step + 1e-9) * step;
    const double last = std::ceil(high / step - 1e-9) * step;
    axis.setRange(first, last);
    axis.setTickCount(static_cast<int>(std::lround((last - first) / step)) + 1);
    axis.setLabelFormat(labelFormat(step));
}

QRectF paintChart(QPainter &painter, std::unique_ptr<QChart> chart, const QRectF &area)
{
    QGraphicsScene scene(QRectF(QPointF(0.0, 0.0), area.size()));
    QChart *shown = chart.release();
    scene.addItem(shown); // the scene owns it from here
    shown->resize(area.size());
    shown->layout()->activate();
    scene.render(&painter, area, scene.sceneRect());
    return shown->plotArea().translated(area.topLeft());
}

} // namespace somnium::ui
