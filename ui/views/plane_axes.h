// SPDX-License-Identifier: GPL-3.0-or-later
// Quiet axes at the edges of a plot that its view paints itself: round ticks, numbers, a title. For what Qt
// Charts is too slow for.
#pragma once

#include <vector>

#include <QColor>
#include <QFont>
#include <QRectF>
#include <QString>

class QPainter;

namespace somnium::ui
{

struct AxisRange
{
    double low = 0.0;
    double high = 1.0;
    bool isLog = false;
    QString title;
};

struct AxisInk
{
    QColor text;
    QColor line;
    QFont font;
};

/// Room that the axes need beside a plot, for numbers and title.
[[nodiscard]] double leftAxisWidth(const QFont &font);
[[nodiscard]] double bottomAxisHeight(const QFont &font);

/// Round numbers within the range; on a logarithmic axis of more than a decade 1, 2 and 5 times powers of
/// ten.
[[nodiscard]] std::vector<double> axisTicks(const AxisRange &range, int count);

/// Frame line, ticks, numbers and title along the lower (left) edge of `plot`. Numbers never cover each other
/// nor leave the room of the axis; a title that is too long is elided in the middle.
void paintBottomAxis(QPainter &painter, const QRectF &plot, const AxisRange &range, const AxisInk &ink);
void paintLeftAxis(QPainter &painter, const QRectF &plot, const AxisRange &range, const AxisInk &ink);

} // namespace somnium::ui
