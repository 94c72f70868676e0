// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/map_poster.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>
#include <QStringList>

#include "core/base/version.h"
#include "core/som/neighbourhood.h"
#include "core/workflow/pixel_scale.h"
#include "ui/models/wording.h"
#include "ui/views/map_figure.h"
#include "ui/views/scale_bar.h"

namespace somnium::ui
{

namespace
{

constexpr double kEmsPerPage = 92.0; ///< letters' heights in the geometric mean of the page's sides

QString translated(const char *text)
{
    return QCoreApplication::translate("MapPoster", text);
}

QString number(double value, int decimals)
{
    return QLocale().toString(value, 'f', decimals);
}

QString plain(double value)
{
    return QLocale().toString(value, 'g', 4);
}

/// Paints one poster; its functions go down the page.
class Poster
{
public:
    Poster(const SurveyData &survey, const DisplaySettings &display)
        : m_survey(survey), m_map(*survey.map), m_layout(m_map.som.layout)
    {
        // Shares the life of the survey that holds it, see mapPoster.
        m_scene.som = std::shared_ptr<const som::Som>(survey.map, &survey.map->som);
        m_scene.display = display;
        m_scene.limits = prototypeLimits(*m_scene.som, display);
        m_scene.colours = paperColours();
    }

    void paint(QPainter &painter, const QRectF &area)
    {
        m_em = std::sqrt(area.width() * area.height()) / kEmsPerPage;
        QRectF inner = area.adjusted(3.0 * m_em, 2.5 * m_em, -3.0 * m_em, -2.5 * m_em);
        painter.setPen(Qt::black);
        paintTitle(painter, inner);
        const QStringList facts = {qualityText(), trainingLine(), madeText()};
        setFont(painter, 1.0);
        const double column = (inner.width() - 2.0 * 2.0 * m_em) / 3.0;
        const int flags = static_cast<int>(Qt::AlignLeft | Qt::AlignTop) | Qt::TextWordWrap;
        double height = 8.0 * m_em;
        for (const QString &fact : facts)
            height = std::max(height, QFontMetricsF(painter.font())
                                          .boundingRect(QRectF(0.0, 0.0, column, 1e4), flags, fact)
                                          .height());
        height = std::min(height, inner.height() / 3.0);
        QRectF foot(inner.left(), inner.bottom() - height, inner.width(), height);
        inner.setBottom(foot.top() - 1.5 * m_em);
        const double legendHeight = 4.2 * m_em;
        const QRectF legend(inner.left(), inner.bottom() - legendHeight, inner.width(), legendHeight);
        inner.setBottom(legend.top() - 1.0 * m_em);
        const double unitsPerPixel = paintPrototypes(painter, inner);
        paintLegend(painter, legend, unitsPerPixel);
        painter.fillRect(QRectF(foot.left(), foot.top() - 0.75 * m_em, foot.width(), 0.08 * m_em), Qt::gray);
        painter.setPen(Qt::black);
        setFont(painter, 1.0);
        for (int i = 0; i < facts.size(); ++i)
            painter.drawText(
                QRectF(foot.left() + i * (column + 2.0 * m_em), foot.top(), column, foot.height()), flags,
                facts.at(i));
    }

private:
    void setFont(QPainter &painter, double ems, bool isBold = false) const
    {
        QFont font = painter.font();
        // Whole pixels of the figure would be coarse on small paper; points are for a device whose units are
        // ours.
        font.setPixelSize(std::max(1, static_cast<int>(std::lround(ems * m_em))));
        font.setBold(isBold);
        painter.setFont(font);
    }

    void paintTitle(QPainter &painter, QRectF &inner) const
    {
        setFont(painter, 3.0, true);
        QFontMetricsF metrics(painter.font());
        painter.drawText(QRectF(inner.topLeft(), QSizeF(inner.width(), metrics.height())),
                         Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(QString::fromStdString(m_survey.summary.name), Qt::ElideMiddle,
                                            inner.width()));
        inner.setTop(inner.top() + metrics.height());
        setFont(painter, 1.4);
        metrics = QFontMetricsF(painter.font());
        QStringList parts = {translated(QT_TRANSLATE_NOOP("MapPoster", "%1 on the %2 map \u201c%3\u201d"))
                                 .arg(sourcesText(m_map.mapping.sourceCount()),
                                      QString::fromStdString(m_layout.toString()),
                                      QString::fromStdString(m_map.summary.name)),
                             layoutNote(m_layout, std::nullopt)};
        parts.removeAll(QString());
        painter.drawText(QRectF(inner.topLeft(), QSizeF(inner.width(), metrics.height())),
                         Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(parts.join(QStringLiteral("; ")), Qt::ElideRight, inner.width()));
        inner.setTop(inner.top() + metrics.height() + m_em);
    }

    /// Returns the units of the page that a pixel of a prototype is wide.
    double paintPrototypes(QPainter &painter, const QRectF &area) const
    {
        setFont(painter, 1.0);
        const MapGeometry geometry = geometryOf(m_scene, area.size(), 1.6 * m_em);
        const QRectF drawing = geometry.fitted(area);
        painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
        paintMap(painter, drawing, geometry, m_scene);
        for (const MapGeometry::Place &place : geometry.places(drawing))
            if (!place.isRepeated && place.neuron < m_map.figures.hits.size())
                paintCount(painter, place, geometry.isHexagonal());
        const double aspect = geometry.isHexagonal() ? 1.0 : prototypeAspect(m_map.som);
        const double cell = drawing.width() / geometry.size().width() * aspect;
        return (cell - 1.0) / static_cast<double>(m_map.som.shape.columns);
    }

    void paintCount(QPainter &painter, const MapGeometry::Place &place, bool isHexagonal) const
    {
        QFont font = painter.font();
        font.setPixelSize(std::max(1, static_cast<int>(std::lround(place.rect.width() / 8.0))));
        painter.setFont(font);
        const QString text = QLocale().toString(static_cast<qulonglong>(m_map.figures.hits[place.neuron]));
        const QFontMetricsF metrics(font);
        const double inset = place.rect.width() / 40.0;
        QRectF box(0.0, 0.0, metrics.horizontalAdvance(text) + 2.0 * inset, 0.95 * metrics.height());
        if (isHexagonal)
            box.moveCenter({place.rect.center().x(), place.rect.top() + 0.85 * place.rect.height()});
        else
            box.moveBottomRight(place.rect.bottomRight() - QPointF(1.0, 1.0));
        painter.fillRect(box, QColor(255, 255, 255, 210));
        painter.setPen(Qt::black);
        painter.drawText(box, Qt::AlignCenter, text);
    }

    void paintLegend(QPainter &painter, const QRectF &area, double unitsPerPixel) const
    {
        setFont(painter, 1.0);
        const QFontMetricsF metrics(painter.font());
        const double row = metrics.height();
        const double third = area.width() / 3.0;
        const ScaleBar bar =
            scaleBar(static_cast<double>(m_map.som.shape.columns),
                     workflow::preparedPixelScale(m_survey.collection, m_survey.summary.recipe));
        (void)paintScaleBar(painter, QRectF(area.left(), area.top(), third, row), bar, unitsPerPixel,
                            Qt::black);
        paintBrightness(painter, QRectF(area.left() + third, area.top(), third - 2.0 * m_em, area.height()));
        const double key = 1.8 * metrics.horizontalAdvance(QStringLiteral("12"));
        const QRectF count(area.left() + 2.0 * third, area.top(), third, row);
        const QString example = QStringLiteral("12");
        const QRectF chip(count.left(), count.top(), 1.4 * metrics.horizontalAdvance(example), row);
        painter.fillRect(chip, QColor(211, 211, 211));
        painter.drawText(chip, Qt::AlignCenter, example);
        painter.drawText(count.adjusted(key, 0.0, 0.0, 0.0), Qt::AlignLeft | Qt::AlignVCenter,
                         translated(QT_TRANSLATE_NOOP("MapPoster", "sources whose best prototype this is")));
        painter.drawText(count.translated(0.0, 1.2 * row), Qt::AlignLeft | Qt::AlignVCenter,
                         translated(QT_TRANSLATE_NOOP("MapPoster", "%1 of %2 prototypes have none"))
                             .arg(std::ranges::count(m_map.figures.hits, 0U))
                             .arg(m_layout.neuronCount()));
    }

    /// What the colours of the prototypes mean.
    void paintBrightness(QPainter &painter, const QRectF &area) const
    {
        const double row = QFontMetricsF(painter.font()).height();
        const auto channel = shownChannel(m_map.som.shape.channels, m_scene.display);
        painter.setPen(Qt::black);
        if (!channel)
        {
            painter.drawText(
                area, Qt::AlignLeft | Qt::AlignTop,
                m_map.som.shape.channels == 2
                    ? translated(QT_TRANSLATE_NOOP("MapPoster", "channel 1 orange, channel 2 blue"))
                    : translated(QT_TRANSLATE_NOOP("MapPoster", "channels 1, 2, 3 red, green, blue")));
            return;
        }
        constexpr std::size_t kSteps = 256;
        data::Image ramp({m_map.som.shape.channels, 1, kSteps});
        const PixelLimits limits = *m_scene.limits;
        for (std::size_t i = 0; i < kSteps; ++i)
            ramp.at(0, i, *channel) =
                std::lerp(limits.low, limits.high, static_cast<float>(i) / (kSteps - 1));
        const QRectF strip(area.left(), area.top() + 0.15 * row, area.width(), 0.7 * row);
        painter.drawImage(strip, renderImage(ramp.view(), m_scene.display, limits));
        const QRectF ticks(strip.left(), strip.bottom() + 0.2 * row, strip.width(), row);
        const auto tick = [](float value) { return QLocale().toString(value, 'g', 2); };
        painter.drawText(ticks, Qt::AlignLeft | Qt::AlignTop, tick(limits.low));
        painter.drawText(ticks, Qt::AlignRight | Qt::AlignTop, tick(limits.high));
        const QString name =
            m_map.som.shape.channels > 1
                ? translated(QT_TRANSLATE_NOOP("MapPoster", "prepared value, channel %1 (%2)"))
                      .arg(*channel + 1)
                      .arg(stretchName(m_scene.display.stretch))
                : translated(QT_TRANSLATE_NOOP("MapPoster", "prepared value (%1)"))
                      .arg(stretchName(m_scene.display.stretch));
        painter.drawText(ticks.translated(0.0, 1.05 * row), Qt::AlignHCenter | Qt::AlignTop, name);
    }

    [[nodiscard]] QString qualityText() const
    {
        if (m_map.summary.history.empty())
            return {};
        const som::EpochReport &last = m_map.summary.history.back();
        const double most = m_map.figures.hits.empty()
                                ? 0.0
                                : static_cast<double>(*std::ranges::max_element(m_map.figures.hits));
        return translated(
                   QT_TRANSLATE_NOOP(
                       "MapPoster",
                       "Quality: mean distance of a source to its best prototype (AQE) %1; share of sources "
                       "whose two best prototypes are no neighbours (topographic error) %2; sources of a "
                       "prototype: mean %3, most %4."))
            .arg(number(last.meanDistance, 3), number(last.topographicError, 3),
                 number(static_cast<double>(m_map.mapping.sourceCount()) /
                            static_cast<double>(m_layout.neuronCount()),
                        1),
                 number(most, 0));
    }

    [[nodiscard]] QString trainingLine() const
    {
        if (m_map.summary.history.empty())
            return {};
        return translated(QT_TRANSLATE_NOOP("MapPoster", "Training: %1."))
            .arg(trainingText(m_map.summary.params, m_map.summary.history.size()));
    }

    [[nodiscard]] QString madeText() const
    {
        const prepare::Recipe &recipe = m_survey.summary.recipe;
        return translated(QT_TRANSLATE_NOOP("MapPoster", "Recipe \u201c%1\u201d: %2. Made by Somnium %3."))
            .arg(QString::fromStdString(recipe.name), QString::fromStdString(prepare::describe(recipe)),
                 QString::fromUtf8(version().data(), static_cast<qsizetype>(version().size())));
    }

    const SurveyData &m_survey;
    const MapData &m_map;
    const som::MapLayout &m_layout;
    MapScene m_scene;
    double m_em = 10.0;
};

QString scheduleText(som::Schedule schedule)
{
    switch (schedule)
    {
    case som::Schedule::Exponential: return translated(QT_TRANSLATE_NOOP("MapPoster", "exponentially"));
    case som::Schedule::Linear: return translated(QT_TRANSLATE_NOOP("MapPoster", "linearly"));
    case som::Schedule::Constant: break;
    }
    return translated(QT_TRANSLATE_NOOP("MapPoster", "constant"));
}

QString neighbourhoodText(som::Neighbourhood neighbourhood)
{
    switch (neighbourhood)
    {
    case som::Neighbourhood::Gaussian: return translated(QT_TRANSLATE_NOOP("MapPoster", "Gaussian"));
    case som::Neighbourhood::Bubble: return translated(QT_TRANSLATE_NOOP("MapPoster", "bubble"));
    case som::Neighbourhood::PinkGaussian: return translated(QT_TRANSLATE_NOOP("MapPoster", "PINK Gaussian"));
    case som::Neighbourhood::MexicanHat: break;
    }
    return translated(QT_TRANSLATE_NOOP("MapPoster", "Mexican hat"));
}

QString falling(double first, double last, som::Schedule schedule)
{
    if (schedule == som::Schedule::Constant || first == last)
        return plain(first);
    return translated(QT_TRANSLATE_NOOP("MapPoster", "%1 to %2 %3"))
        .arg(plain(first), plain(last), scheduleText(schedule));
}

} // namespace

QString trainingText(const som::TrainingParams &params, std::size_t epochs)
{
    QStringList parts;
    if (params.rule == som::LearningRule::Online)
        parts << translated(QT_TRANSLATE_NOOP("MapPoster", "online rule with steps of %1"))
                     .arg(falling(params.learningRateStart, params.learningRateEnd,
                                  params.learningRateSchedule));
    else
        parts << translated(QT_TRANSLATE_NOOP("MapPoster", "batch rule"));
    parts << epochsText(epochs)
          << translated(QT_TRANSLATE_NOOP("MapPoster", "%1 neighbourhood of width %2"))
                 .arg(neighbourhoodText(params.neighbourhood),
                      falling(som::startSigma(params), params.sigmaEnd, params.schedule));
    parts << (params.rotations == 0 ? translated(QT_TRANSLATE_NOOP("MapPoster", "all rotations"))
              : params.rotations == 1
                  ? translated(QT_TRANSLATE_NOOP("MapPoster", "no rotation"))
                  : translated(QT_TRANSLATE_NOOP("MapPoster", "%1 rotations")).arg(params.rotations));
    parts << (params.useFlips ? translated(QT_TRANSLATE_NOOP("MapPoster", "both flips"))
                              : translated(QT_TRANSLATE_NOOP("MapPoster", "no flips")));
    parts << translated(QT_TRANSLATE_NOOP("MapPoster", "seed %1")).arg(params.seed);
    return parts.join(QStringLiteral(", "));
}

Result<PaperSize> paperSize(const QString &name)
{
    for (const PaperSize &size : kPaperSizes)
        if (name.compare(QLatin1String(size.name), Qt::CaseInsensitive) == 0)
            return size;
    return failure(ErrorKind::InvalidArgument,
                   "paper size: expected A4, A3, A2, A1 or A0, found \"" + name.toStdString() + "\"");
}

FigurePainter mapPoster(const SurveyPointer &survey, const DisplaySettings &display)
{
    if (!survey || !survey->map)
        return {};
    return [survey, display](QPainter &painter, const QRectF &area) {
        Poster(*survey, display).paint(painter, area);
    };
}

QString posterName(const SurveyData &survey)
{
    return translated(QT_TRANSLATE_NOOP("MapPoster", "Map of %1"))
        .arg(QString::fromStdString(survey.summary.name));
}

} // namespace somnium::ui
