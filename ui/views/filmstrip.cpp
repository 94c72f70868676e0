// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/filmstrip.h"

#include <algorithm>
#include <utility>

#include <QBoxLayout>
#include <QComboBox>
#include <QPainter>
#include <QStackedWidget>
#include <QToolButton>

#include "core/workflow/pixel_scale.h"
#include "ui/models/wording.h"
#include "ui/theme.h"
#include "ui/views/elided_label.h"
#include "ui/views/empty_state.h"
#include "ui/views/scale_bar.h"
#include "ui/views/thumbnail_list.h"

namespace somnium::ui
{

namespace
{

constexpr int kMostInFigure = 2000; ///< more would be smaller than a dot

/// What is on the strip, for paper.
struct GalleryFigure
{
    QString title;
    SurveyPointer survey;
    std::vector<search::Neighbour> items;
    QStringList captions;
    DisplaySettings display;
    bool isTurned = true;
    std::size_t total = 0;
};

void paintGallery(QPainter &painter, const QRectF &area, const GalleryFigure &figure)
{
    constexpr double kMargin = 8.0;
    constexpr double kSide = 80.0;
    const double line = QFontMetricsF(painter.font()).height();
    QRectF inner = area.adjusted(kMargin, kMargin, -kMargin, -kMargin);
    painter.setPen(Qt::black);
    const int columns = std::max(1, static_cast<int>(inner.width() / (kSide + kMargin)));
    const double cell = inner.width() / columns;
    const double side = cell - 4.0;
    const QRectF titleRow(inner.left(), inner.top(), inner.width(), line);
    const QRectF scaleRow(inner.left(), inner.bottom() - line, inner.width(), line);
    inner.setTop(titleRow.bottom() + kMargin);
    inner.setBottom(scaleRow.top() - kMargin);
    const int lines = std::max(1, static_cast<int>(inner.height() / (cell + line)));
    const int shown = std::min(static_cast<int>(figure.items.size()), columns * lines);
    const bool isAll = static_cast<std::size_t>(shown) == figure.total;
    painter.drawText(titleRow, Qt::AlignLeft | Qt::AlignVCenter,
                     isAll ? figure.title
                           : Filmstrip::tr("%1 (the first %2 are shown)").arg(figure.title).arg(shown));
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    for (int i = 0; i < shown; ++i)
    {
        const QPointF corner(inner.left() + (i % columns) * cell,
                             inner.top() + (i / columns) * (cell + line));
        const QImage picture = galleryPicture(*figure.survey, figure.items[static_cast<std::size_t>(i)],
                                              figure.display, figure.isTurned,
                                              static_cast<int>(4.0 * side)); // fine on paper
        QRectF target(corner, QSizeF(picture.size()).scaled(side, side, Qt::KeepAspectRatio));
        target.moveCenter(corner + QPointF(side, side) / 2.0);
        painter.drawImage(target, picture);
        painter.drawText(QRectF(corner.x(), corner.y() + side, side, line), Qt::AlignCenter,
                         figure.captions.at(i));
    }
    const data::ImageShape shape =
        figure.survey->samples ? figure.survey->samples->shape() : data::ImageShape();
    const double unitsPerPixel =
        side / static_cast<double>(std::max({shape.columns, shape.rows, std::size_t{1}}));
    (void)paintScaleBar(
        painter, scaleRow,
        scaleBar(static_cast<double>(shape.columns),
                 workflow::preparedPixelScale(figure.survey->collection, figure.survey->summary.recipe)),
        unitsPerPixel, Qt::black);
    painter.drawText(scaleRow, Qt::AlignRight | Qt::AlignVCenter,
                     Filmstrip::tr("recipe \"%1\"; numbers: distance")
                         .arg(QString::fromStdString(figure.survey->summary.recipe.name)));
}

} // namespace

Filmstrip::Filmstrip(QWidget *parent) : QWidget(parent), m_model(new GalleryModel(this))
{
    m_titleLabel = new ElidedLabel(this);
    m_titleLabel->setProperty("heading", true);
    m_order = new QComboBox(this);
    m_order->addItem(tr("by distance"), static_cast<int>(GalleryOrder::DistanceRising));
    m_order->addItem(tr("by distance, furthest first"), static_cast<int>(GalleryOrder::DistanceFalling));
    m_order->addItem(tr("by identifier"), static_cast<int>(GalleryOrder::Identifier));
    m_order->addItem(tr("as in the survey"), static_cast<int>(GalleryOrder::SurveyOrder));
    m_order->setAccessibleName(tr("Order of the filmstrip"));
    m_order->setToolTip(tr("Order of the filmstrip"));
    m_turned = new QToolButton(this);
    m_turned->setIcon(themeIcon(QStringLiteral("turned")));
    m_turned->setCheckable(true);
    m_turned->setChecked(true);
    m_turned->setAccessibleName(tr("Turned to match"));
    m_turned->setToolTip(tr("On: turned and flipped to match. Off: as on the sky."));
    m_list = new ThumbnailList(ThumbnailForm::Strip, this);
    m_list->setGallery(m_model);
    m_pages = new QStackedWidget(this);
    m_empty = new EmptyState(QStringLiteral("film"), {}, {}, {}, m_pages);
    m_pages->addWidget(m_empty);
    describeEmpty();
    m_pages->addWidget(m_list);

    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(kGridStep, kGridStep / 2, kGridStep, 0);
    bar->setSpacing(kGridStep);
    bar->addWidget(m_titleLabel, 1);
    bar->addWidget(m_order);
    bar->addWidget(m_turned);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGridStep / 2);
    layout->addLayout(bar);
    layout->addWidget(m_pages, 1);
    setAccessibleName(tr("Filmstrip"));

    connect(m_order, &QComboBox::activated, this, [this](int index) {
        m_model->setOrder(static_cast<GalleryOrder>(m_order->itemData(index).toInt()));
    });
    connect(m_turned, &QToolButton::toggled, m_model, &GalleryModel::setTurned);
    connect(m_list, &ThumbnailList::sourceActivated, this, &Filmstrip::sourceActivated);
    refresh();
}

void Filmstrip::setSurvey(SurveyPointer survey)
{
    m_survey = std::move(survey);
    describeEmpty();
    clear();
}

void Filmstrip::describeEmpty()
{
    const bool areSpectra = m_survey && m_survey->spectra;
    m_empty->setText(
        tr("No sources to show"),
        areSpectra ? tr("Choose a spectrum and press N, or click a prototype on the map: the spectra that "
                        "resemble it appear here.")
                   : tr("Click a prototype on the map: the sources that resemble it appear here, "
                        "turned to match."),
        {});
}

void Filmstrip::setSelection(SelectionModel *selection)
{
    m_list->setSourceSelection(selection);
}

void Filmstrip::setDisplay(const DisplaySettings &display)
{
    m_model->setDisplay(display);
}

void Filmstrip::setItems(const QString &title, std::vector<search::Neighbour> items)
{
    m_title = title;
    m_model->setItems(m_survey, std::move(items));
    m_list->scrollToTop();
    refresh();
}

void Filmstrip::clear()
{
    setItems({}, {});
}

int Filmstrip::itemCount() const
{
    return m_model->rowCount();
}

QString Filmstrip::titleText() const
{
    return m_title.isEmpty()
               ? QString()
               : tr("%1, %2").arg(m_title, sourcesText(static_cast<std::size_t>(m_model->rowCount())));
}

void Filmstrip::refresh()
{
    m_titleLabel->setFullText(titleText());
    m_list->setAccessibleDescription(titleText());
    const bool hasItems = m_model->rowCount() > 0;
    m_order->setEnabled(hasItems);
    m_turned->setEnabled(hasItems);
    m_pages->setCurrentIndex(hasItems ? 1 : 0);
}

FigurePainter Filmstrip::detachedFigure() const
{
    GalleryFigure figure{titleText(), m_model->survey(), {}, {}, m_model->display(), m_model->isTurned()};
    for (int row = 0; row < std::min(m_model->rowCount(), kMostInFigure); ++row)
    {
        figure.items.push_back(m_model->item(row));
        figure.captions.append(m_model->index(row).data().toString());
    }
    figure.total = static_cast<std::size_t>(m_model->rowCount());
    return [figure = std::move(figure)](QPainter &painter, const QRectF &area) {
        paintGallery(painter, area, figure);
    };
}

void Filmstrip::paintFigure(QPainter &painter, const QRectF &area) const
{
    detachedFigure()(painter, area);
}

QString Filmstrip::figureName() const
{
    return QStringLiteral("filmstrip");
}

bool Filmstrip::hasFigure() const
{
    return m_model->rowCount() > 0;
}

} // namespace somnium::ui
