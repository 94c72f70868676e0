// SPDX-License-Identifier: GPL-3.0-or-later
// The source that is looked at, on paper: its pictures side by side, what is known of it below.
#include <algorithm>
#include <utility>
#include <vector>

#include <QFontMetricsF>
#include <QLabel>
#include <QPainter>
#include <QStringList>

#include "core/workflow/pixel_scale.h"
#include "ui/views/elided_label.h"
#include "ui/views/image_pane.h"
#include "ui/views/inspector.h"
#include "ui/views/scale_bar.h"

namespace somnium::ui
{

namespace
{

struct SourceFigure
{
    QString title;
    std::vector<std::pair<QImage, QString>> pictures; ///< the first is the prepared source, if `hasScale`
    bool hasScale = true;
    QStringList facts;
    SurveyPointer survey;
};

void paintSource(QPainter &painter, const QRectF &area, const SourceFigure &figure)
{
    constexpr double kMargin = 8.0;
    const QFontMetricsF metrics(painter.font());
    const double line = metrics.height();
    QRectF inner = area.adjusted(kMargin, kMargin, -kMargin, -kMargin);
    painter.setPen(Qt::black);
    painter.drawText(QRectF(inner.topLeft(), QSizeF(inner.width(), line)), Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(figure.title, Qt::ElideMiddle, inner.width()));
    inner.setTop(inner.top() + 1.5 * line);
    const QString facts = figure.facts.join(QStringLiteral("; "));
    const int flags = static_cast<int>(Qt::AlignLeft | Qt::AlignTop) | Qt::TextWordWrap;
    const double factsHeight = metrics.boundingRect(inner, flags, facts).height();
    const auto count = static_cast<double>(std::max<std::size_t>(figure.pictures.size(), 1));
    const double side = std::max(line, std::min((inner.width() - (count - 1.0) * kMargin) / count,
                                                inner.height() - factsHeight - 3.5 * line));
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    double unitsPerPixel = 0.0;
    for (std::size_t i = 0; i < figure.pictures.size(); ++i)
    {
        const auto &[picture, caption] = figure.pictures[i];
        const QRectF square(inner.left() + static_cast<double>(i) * (side + kMargin), inner.top(), side,
                            side);
        QRectF target(QPointF(0.0, 0.0), QSizeF(picture.size()).scaled(square.size(), Qt::KeepAspectRatio));
        target.moveCenter(square.center());
        painter.drawImage(target, picture);
        painter.setPen(Qt::black);
        painter.drawText(QRectF(square.left(), square.bottom(), side, 1.3 * line), Qt::AlignCenter,
                         metrics.elidedText(caption, Qt::ElideMiddle, side));
        if (i == 0 && picture.width() > 0)
            unitsPerPixel = target.width() / picture.width();
    }
    const QRectF scaleRow(inner.left(), inner.top() + side + 1.5 * line, inner.width(), line);
    if (figure.hasScale && !figure.pictures.empty())
        (void)paintScaleBar(
            painter, scaleRow,
            scaleBar(figure.pictures.front().first.width() / 2.0,
                     workflow::preparedPixelScale(figure.survey->collection, figure.survey->summary.recipe)),
            unitsPerPixel, Qt::black);
    painter.drawText(QRectF(inner.left(), scaleRow.bottom() + 0.5 * line, inner.width(), factsHeight), flags,
                     facts);
}

} // namespace

FigurePainter Inspector::detachedFigure() const
{
    SourceFigure figure{
        .title = {}, .pictures = {}, .hasScale = !m_showsRaw || !m_raw, .facts = {}, .survey = m_survey};
    const auto source = currentSource();
    if (!source)
        return {};
    const data::Source &info = m_survey->collection.sources[*source];
    figure.title = QString::fromStdString(m_survey->summary.name) + QStringLiteral(": ") +
                   QString::fromStdString(info.id);
    for (const ImagePane *pane : {m_sourcePane, m_prototypePane, m_turnedPane, m_differencePane})
        if (!pane->isHidden() && !pane->picture().isNull())
            figure.pictures.emplace_back(pane->picture(), pane->caption());
    for (const QLabel *fact : {m_sexagesimal, m_degrees, m_distance, m_turn})
        if (!fact->isHidden() && !fact->text().isEmpty())
            figure.facts << fact->text();
    figure.facts << tr("recipe \"%1\"").arg(QString::fromStdString(m_survey->summary.recipe.name));
    return [figure = std::move(figure)](QPainter &painter, const QRectF &area) {
        paintSource(painter, area, figure);
    };
}

void Inspector::paintFigure(QPainter &painter, const QRectF &area) const
{
    if (const FigurePainter paint = detachedFigure())
        paint(painter, area);
}

QString Inspector::figureName() const
{
    return QStringLiteral("source");
}

bool Inspector::hasFigure() const
{
    return currentSource().has_value();
}

} // namespace somnium::ui
