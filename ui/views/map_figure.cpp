// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/map_figure.h"

#include <algorithm>

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QStringList>

#include "core/workflow/pixel_scale.h"
#include "ui/views/scale_bar.h"

namespace somnium::ui
{

namespace
{

constexpr double kMargin = 8.0;
constexpr double kBarWidth = 88.0;

QString translated(const char *text)
{
    return QCoreApplication::translate("MapFigure", text);
}

} // namespace

QString layoutNote(const som::MapLayout &layout, std::optional<std::size_t> slice)
{
    QStringList parts;
    const bool isStacked = layout.depth() > 1;
    if (isStacked && slice)
        parts << translated(QT_TRANSLATE_NOOP("MapFigure", "slice z = %1 of 0 to %2"))
                     .arg(*slice)
                     .arg(layout.depth() - 1);
    if (layout.dimensionCount() == 1 && layout.width() > 1)
        parts << translated(QT_TRANSLATE_NOOP("MapFigure", "one line, to be read row by row"));
    if (layout.isPeriodic())
        parts << (isStacked && !slice
                      ? translated(
                            QT_TRANSLATE_NOOP("MapFigure", "opposite edges and the outer slices touch"))
                      : translated(QT_TRANSLATE_NOOP("MapFigure", "faint cells repeat the opposite edge")));
    return parts.join(QStringLiteral("; "));
}

MapFigurePlaces paintMapFigure(QPainter &painter, const QRectF &area, const MapFigure &figure)
{
    MapFigurePlaces places;
    if (!figure.scene.som)
        return places;
    const QFontMetricsF metrics(painter.font());
    const double line = metrics.height();
    QRectF inner = area.adjusted(kMargin, kMargin, -kMargin, -kMargin);
    const int flags = static_cast<int>(Qt::AlignLeft | Qt::AlignTop) | Qt::TextWordWrap;
    const double captionHeight =
        std::min(metrics.boundingRect(inner, flags, figure.caption).height(), inner.height() / 3.0);
    const QRectF caption(inner.left(), inner.bottom() - captionHeight, inner.width(), captionHeight);
    const QRectF barRow(inner.left(), caption.top() - 0.5 * line - line, inner.width(), line);
    inner.setBottom(barRow.top() - kMargin);
    if (figure.scale)
        inner.setRight(inner.right() - kBarWidth);

    const som::Som &som = *figure.scene.som;
    const MapGeometry geometry = geometryOf(figure.scene, inner.size(), 1.2 * line);
    places.drawing = geometry.fitted(inner);
    places.drawing.moveLeft(inner.left());
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    paintMap(painter, places.drawing, geometry, figure.scene);
    if (figure.scale)
        paintColourBar(painter,
                       QRectF(places.drawing.right() + kMargin, places.drawing.top(), kBarWidth - kMargin,
                              places.drawing.height()),
                       *figure.scale, Qt::black);
    const double cellWidth = places.drawing.width() / geometry.size().width() *
                             (geometry.isHexagonal() ? 1.0 : prototypeAspect(som));
    const double unitsPerPixel = (cellWidth - 1.0) / static_cast<double>(som.shape.columns);
    const ScaleBar bar = scaleBar(
        static_cast<double>(som.shape.columns),
        figure.survey ? workflow::preparedPixelScale(figure.survey->collection, figure.survey->summary.recipe)
                      : std::nullopt);
    places.scaleBar = paintScaleBar(painter, barRow, bar, unitsPerPixel, Qt::black);
    places.scaleText = bar.text;
    painter.setPen(Qt::black);
    painter.drawText(caption, flags, figure.caption);
    return places;
}

} // namespace somnium::ui
