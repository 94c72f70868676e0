// SPDX-License-Identifier: GPL-3.0-or-later
// What all charts share: quiet colours for window or paper, and painting a chart that no window shows.
#pragma once

#include <memory>
#include <vector>

#include <QColor>
#include <QFont>
#include <QPalette>
#include <QRectF>

class QAbstractAxis;
class QCategoryAxis;
class QChart;
class QPainter;
class QValueAxis;

namespace somnium::ui
{

struct ChartInk
{
    QColor text;
    QColor grid;
    QColor background;
    QColor first;  ///< the main curve or bars
    QColor second; ///< the other one
    QFont font;
};

[[nodiscard]] ChartInk windowInk(const QPalette &palette, const QFont &font);
/// For figures on white paper; one unit is 1/96 inch.
[[nodiscard]] ChartInk paperInk();

/// Margins, background, legend off.
void styleChart(QChart &chart, const ChartInk &ink);
void styleAxis(QAbstractAxis &axis, const ChartInk &ink, const QString &title);
/// A range that ends on round numbers, with ticks and a number format that fit it.
void setRoundRange(QValueAxis &axis, double low, double high, int ticks);

/// Ticks at round numbers; the range stays as it is.
void setRoundTicks(QValueAxis &axis, double low, double high, int ticks);

/// Values for the numbers of a logarithmic axis, rising, two at least: powers of ten, where there are less
/// than two of these also 2 and 5 times them, and in less than that steps of equal size. 0 < low < high.
[[nodiscard]] std::vector<double> logTicks(double low, double high);
/// A logarithmic range with numbers at logTicks, for series that are log10 of their values.
void setLogRange(QCategoryAxis &axis, double low, double high);

/// Lays the chart out within `area` and paints it; returns its plot area there.
QRectF paintChart(QPainter &painter, std::unique_ptr<QChart> chart, const QRectF &area);

} // namespace somnium::ui
