// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/latent_figure.h"

#include <algorithm>

#include <QFontMetricsF>
#include <QPainter>

#include "ui/views/chart_style.h"

namespace somnium::ui
{

namespace
{

constexpr double kMargin = 8.0;
constexpr double kBarWidth = 88.0;
constexpr double kPixelsPerUnit = 300.0 / 96.0;

} // namespace

ColourScale scaleOf(const LatentColour &colour)
{
    return {.title = colour.title, .colourMap = colour.colourMap, .low = colour.low, .high = colour.high};
}

QRectF paintLatentFigure(QPainter &painter, const QRectF &area, const LatentFigure &figure)
{
    if (!figure.scene.data)
        return {};
    LatentScene scene = figure.scene;
    scene.font = paperInk().font;
    const AxisInk ink{.text = Qt::black, .line = QColor(0x606060U), .font = scene.font};
    painter.setFont(scene.font);
    QRectF inner = area.adjusted(kMargin, kMargin, -kMargin, -kMargin);
    const int flags = static_cast<int>(Qt::AlignLeft | Qt::AlignTop) | Qt::TextWordWrap;
    const double captionHeight =
        figure.caption.isEmpty()
            ? 0.0
            : std::min(QFontMetricsF(scene.font).boundingRect(inner, flags, figure.caption).height(),
                       inner.height() / 3.0);
    const QRectF caption(inner.left(), inner.bottom() - captionHeight, inner.width(), captionHeight);
    inner.setBottom(caption.top() - (captionHeight > 0.0 ? kMargin : 0.0));
    if (scene.colour)
        inner.setRight(inner.right() - kBarWidth);
    const QRectF plot = inner.adjusted(leftAxisWidth(ink.font), 0.0, 0.0, -bottomAxisHeight(ink.font));
    const LatentFrame frame = paintLatentPlane(painter, plot, figure.window, scene, kPixelsPerUnit, true);
    paintLatentLegend(painter, plot, scene, frame, ink);
    paintBottomAxis(
        painter, plot,
        {.low = figure.window.left, .high = figure.window.right, .isLog = false, .title = scene.data->xName},
        ink);
    paintLeftAxis(
        painter, plot,
        {.low = figure.window.bottom, .high = figure.window.top, .isLog = false, .title = scene.data->yName},
        ink);
    if (scene.colour)
        paintColourBar(painter,
                       QRectF(plot.right() + kMargin, plot.top(), kBarWidth - kMargin, plot.height()),
                       scaleOf(*scene.colour), Qt::black);
    painter.setPen(Qt::black);
    painter.drawText(caption, flags, figure.caption);
    return plot;
}

} // namespace somnium::ui
