// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/inspector.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include <QBoxLayout>
#include <QClipboard>
#include <QGridLayout>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QStackedWidget>
#include <QTableWidget>
#include <QToolButton>

#include "core/search/outliers.h"
#include "core/sky/position.h"
#include "ui/models/wording.h"
#include "ui/theme.h"
#include "ui/views/elided_label.h"
#include "ui/views/empty_state.h"
#include "ui/views/image_pane.h"
#include "ui/views/label_chips.h"
#include "ui/views/scrolling_page.h"
#include "ui/views/spectrum_plot.h"

namespace somnium::ui
{

namespace
{

constexpr int kLeastSpectrum = 140; ///< high; below, the inspector is scrolled

QToolButton *makeButton(const QString &icon, const QString &name, const QString &toolTip, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setIcon(themeIcon(icon));
    button->setAccessibleName(name);
    button->setToolTip(toolTip);
    return button;
}

QLabel *makeValue(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setFont(tabularFont(parent->font()));
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setWordWrap(true);
    return label;
}

} // namespace

Inspector::Inspector(QWidget *parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    m_pages = new QStackedWidget(this);
    m_pages->addWidget(
        new EmptyState(QStringLiteral("inspector"), tr("No source picked"),
                       tr("Click a prototype, then a thumbnail: the source, its prototype and what "
                          "is known of it appear here."),
                       {}, m_pages));
    m_pages->addWidget(new ScrollingPage(buildSourcePage(), m_pages));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_pages);
    setAccessibleName(tr("Inspector"));
    setMinimumWidth(240);
}

QWidget *Inspector::buildSourcePage()
{
    auto *page = new QWidget(m_pages);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(kGridStep, kGridStep, kGridStep, kGridStep);
    layout->setSpacing(kGridStep);
    layout->addLayout(buildHeader());
    m_spectrum = new SpectrumPlot(page);
    m_spectrum->setObjectName(QStringLiteral("inspectorSpectrum"));
    m_spectrum->setMinimumHeight(kLeastSpectrum);
    m_spectrum->hide();
    layout->addWidget(m_spectrum);
    layout->addLayout(buildPictures());
    layout->addLayout(buildFacts());
    m_chips = new LabelChips(page);
    layout->addWidget(m_chips);
    m_catalogue = new QTableWidget(0, 2, page);
    m_catalogue->setHorizontalHeaderLabels({tr("Column"), tr("Value")});
    m_catalogue->verticalHeader()->hide();
    m_catalogue->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + kGridStep / 2);
    m_catalogue->horizontalHeader()->setStretchLastSection(true);
    m_catalogue->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_catalogue->setShowGrid(false);
    m_catalogue->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_catalogue->setSelectionMode(QAbstractItemView::SingleSelection);
    m_catalogue->setWordWrap(false);
    m_catalogue->setTextElideMode(Qt::ElideMiddle);
    m_catalogue->setAccessibleName(tr("Catalogue row"));
    m_catalogue->setFrameShape(QFrame::NoFrame);
    constexpr int kAlmostAll = 1000;
    layout->addWidget(m_catalogue, kAlmostAll);
    layout->addStretch(1); // without a catalogue the facts stay together
    connect(m_chips, &LabelChips::removalRequested, this, [this](const QString &text) {
        if (const auto source = currentSource())
            Q_EMIT labelRemovalRequested(*source, text);
    });
    return page;
}

QLayout *Inspector::buildHeader()
{
    auto *row = new QHBoxLayout;
    row->setSpacing(kGridStep / 2);
    m_name = new ElidedLabel(m_pages);
    m_name->setProperty("heading", true);
    m_rawButton = makeButton(QStringLiteral("raw"), tr("Raw data"), tr("Show the raw data (Space)"), m_pages);
    m_rawButton->setCheckable(true);
    m_nearestButton = makeButton(QStringLiteral("nearest"), tr("Find sources like this"),
                                 tr("Find the sources that resemble this one most"), m_pages);
    row->addWidget(m_name, 1);
    row->addWidget(m_nearestButton);
    row->addWidget(m_rawButton);
    connect(m_rawButton, &QToolButton::clicked, this, &Inspector::toggleRaw);
    connect(m_nearestButton, &QToolButton::clicked, this, [this]() {
        if (const auto source = currentSource())
            Q_EMIT nearestRequested(*source);
    });
    return row;
}

QLayout *Inspector::buildPictures()
{
    connect(&m_fetcher, &SampleFetcher::fetched, this, [this] {
        if (const auto source = currentSource())
            refreshPictures(*source);
    });
    auto *grid = new QGridLayout;
    grid->setSpacing(kGridStep);
    m_sourcePane = new ImagePane(tr("source"), m_pages);
    m_prototypePane = new ImagePane(tr("prototype"), m_pages);
    m_turnedPane = new ImagePane(tr("turned to match"), m_pages);
    m_differencePane = new ImagePane(tr("difference"), m_pages);
    m_prototypePane->setCursor(Qt::PointingHandCursor);
    grid->addWidget(m_sourcePane, 0, 0);
    grid->addWidget(m_prototypePane, 0, 1);
    grid->addWidget(m_turnedPane, 1, 0);
    grid->addWidget(m_differencePane, 1, 1);
    connect(m_prototypePane, &ImagePane::clicked, this, [this]() {
        const auto source = currentSource();
        if (const MapData *map = source ? mapOf(*source) : nullptr)
            Q_EMIT neuronActivated(map->mapping.best[*source]);
    });
    return grid;
}

QToolButton *Inspector::addCopyButton(QLabel *label, const QString &what)
{
    auto *button = makeButton(QStringLiteral("copy"), what, what, m_pages);
    connect(button, &QToolButton::clicked, this,
            [label]() { QGuiApplication::clipboard()->setText(label->text()); });
    return button;
}

QLayout *Inspector::buildFacts()
{
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(kGridStep / 2);
    grid->setVerticalSpacing(kGridStep / 4);
    grid->setColumnStretch(0, 1);
    m_sexagesimal = makeValue(m_pages);
    m_degrees = makeValue(m_pages);
    m_distance = makeValue(m_pages);
    m_latent = makeValue(m_pages);
    m_reasons = makeValue(m_pages);
    m_reasons->setObjectName(QStringLiteral("oddityReasons"));
    m_mark = makeValue(m_pages);
    m_mark->setObjectName(QStringLiteral("oddityMark"));
    m_turn = makeValue(m_pages);
    m_origin = new ElidedLabel(m_pages);
    m_origin->setProperty("quiet", true);
    m_copySexagesimal = addCopyButton(m_sexagesimal, tr("Copy the position, sexagesimal"));
    m_copyDegrees = addCopyButton(m_degrees, tr("Copy the position in degrees"));
    grid->addWidget(m_sexagesimal, 0, 0);
    grid->addWidget(m_copySexagesimal, 0, 1);
    grid->addWidget(m_degrees, 1, 0);
    grid->addWidget(m_copyDegrees, 1, 1);
    grid->addWidget(m_distance, 2, 0, 1, 2);
    grid->addWidget(m_latent, 3, 0, 1, 2);
    grid->addWidget(m_reasons, 4, 0, 1, 2);
    grid->addWidget(m_mark, 5, 0, 1, 2);
    grid->addWidget(m_turn, 6, 0, 1, 2);
    grid->addWidget(m_origin, 7, 0, 1, 2);
    return grid;
}

void Inspector::setSurvey(SurveyPointer survey)
{
    m_survey = std::move(survey);
    m_shownSource.reset();
    refresh();
}

void Inspector::setLabels(LabelsPointer labels)
{
    m_labels = std::move(labels);
    if (const auto source = currentSource())
        refreshLabels(*source);
}

void Inspector::setSelection(SelectionModel *selection)
{
    if (m_selection != nullptr)
        m_selection->disconnect(this);
    m_selection = selection;
    if (m_selection != nullptr)
    {
        connect(m_selection, &SelectionModel::currentSourceChanged, this, &Inspector::refresh);
        connect(m_selection, &SelectionModel::currentNeuronChanged, this, &Inspector::refresh);
    }
    refresh();
}

void Inspector::setOddities(OdditiesPointer oddities)
{
    m_oddities = std::move(oddities);
    if (const auto source = currentSource())
        refreshOddity(*source);
}

void Inspector::setMarks(MarksPointer marks)
{
    m_marks = std::move(marks);
    if (const auto source = currentSource())
        refreshOddity(*source);
}

void Inspector::setDisplay(const DisplaySettings &display)
{
    m_display = display;
    refresh();
}

std::optional<std::size_t> Inspector::currentSource() const
{
    if (m_selection == nullptr || !m_survey || !m_selection->currentSource() ||
        *m_selection->currentSource() >= m_survey->collection.sources.size())
        return std::nullopt;
    return m_selection->currentSource();
}

const MapData *Inspector::mapOf(std::size_t source) const
{
    const MapData *map = m_survey ? m_survey->map.get() : nullptr;
    return map != nullptr && source < map->mapping.sourceCount() ? map : nullptr;
}

void Inspector::refresh()
{
    const auto source = currentSource();
    if (source != m_shownSource)
    {
        m_shownSource = source;
        m_raw.reset();
        m_rawSpectrum.reset();
        m_rawProblem.clear();
        if (source && m_showsRaw)
            Q_EMIT rawRequested(*source);
    }
    m_pages->setCurrentIndex(source ? 1 : 0);
    if (!source)
        return;
    refreshPictures(*source);
    refreshFacts(*source);
    refreshOddity(*source);
    refreshLabels(*source);
    refreshCatalogue(*source);
}

void Inspector::refreshFacts(std::size_t source)
{
    const QLocale locale;
    const data::Source &info = m_survey->collection.sources[source];
    m_name->setFullText(QString::fromStdString(info.id));
    const sky::SkyPosition position{info.raDeg, info.decDeg};
    m_sexagesimal->setText(info.hasPosition() ? QString::fromStdString(sky::sexagesimal(position))
                                              : tr("no position known"));
    m_degrees->setText(info.hasPosition() ? QString::fromStdString(sky::decimalDegrees(position))
                                          : QString());
    m_degrees->setVisible(info.hasPosition());
    m_copySexagesimal->setVisible(info.hasPosition());
    m_copyDegrees->setVisible(info.hasPosition());
    m_origin->setFullText(QString::fromStdString(data::toString(info.origin)));
    const MapData *map = mapOf(source);
    m_distance->setVisible(map != nullptr);
    m_turn->setVisible(map != nullptr && map->som.params.metric == som::Metric::Invariant);
    const LatentSpace *latent = m_survey->latent.get();
    const bool isPlaced = latent != nullptr && source < latent->errors.size();
    m_latent->setVisible(isPlaced);
    if (isPlaced)
        m_latent->setText(
            tr("reconstruction error %1 per pixel, larger than %2 % of all")
                .arg(locale.toString(static_cast<double>(latent->errors[source]), 'g', 3),
                     locale.toString(std::floor(search::percentRank(latent->errors, latent->errors[source])),
                                     'f', 0)));
    if (map == nullptr)
        return;
    const float distance = map->mapping.distance[source];
    const double rank = search::percentRank(map->mapping.distance, distance);
    m_distance->setText(tr("distance %1, further than %2 % of all")
                            .arg(locale.toString(static_cast<double>(distance), 'f', 2),
                                 locale.toString(std::floor(rank), 'f', 0)));
    const som::SpatialTransform &transform = map->mapping.transform[source];
    const QString degrees =
        locale.toString(static_cast<double>(transform.angleRad) * 180.0 / std::numbers::pi, 'f', 1);
    m_turn->setText(transform.isFlipped ? tr("flipped, then turned by %1 deg").arg(degrees)
                                        : tr("turned by %1 deg").arg(degrees));
}

QString Inspector::oddityText(std::size_t source) const
{
    const MapData *map = mapOf(source);
    if (!m_oddities || m_oddities->sourceCount() != m_survey->collection.sources.size())
        return {};
    QString reasons;
    if (m_oddities->spectral)
        reasons = reasonsText(source, *m_oddities->spectral);
    else if (map != nullptr && m_oddities->figures)
        reasons = reasonsText(search::oddityReasons(source, map->mapping, *m_oddities->figures));
    else
        return {};
    const std::vector<float> &scores = m_oddities->scores.front().second;
    const double rank = search::percentRank(scores, scores[source]);
    return std::isfinite(scores[source])
               ? tr("odder than %1 % of all: %2").arg(QLocale().toString(rank, 'f', 1), reasons)
               : reasons;
}

void Inspector::refreshOddity(std::size_t source)
{
    m_reasons->setText(oddityText(source));
    m_reasons->setVisible(!m_reasons->text().isEmpty());
    const auto mark = m_marks ? m_marks->find(source) : Marks::const_iterator();
    const bool isMarked = m_marks && mark != m_marks->end();
    m_mark->setVisible(isMarked);
    if (!isMarked)
        return;
    QStringList words;
    if (const QString verdict = verdictText(mark->second.verdict); !verdict.isEmpty())
        words << verdict;
    if (mark->second.score)
        words << tr("%1 of 5").arg(*mark->second.score);
    m_mark->setText(tr("marked: %1").arg(words.join(QStringLiteral(", "))));
}

void Inspector::refreshLabels(std::size_t source)
{
    m_chips->setLabels(m_labels ? m_labels->of(source) : QStringList());
}

void Inspector::refreshCatalogue(std::size_t source)
{
    const std::vector<data::Column> &columns = m_survey->collection.catalogue.columns();
    m_catalogue->setVisible(!columns.empty());
    m_catalogue->setRowCount(static_cast<int>(columns.size()));
    for (std::size_t i = 0; i < columns.size(); ++i)
    {
        const data::Column &column = columns[i];
        const QString value = cellText(column, source);
        const QString unit = QString::fromStdString(column.unit);
        auto *name = new QTableWidgetItem(QString::fromStdString(column.name));
        name->setToolTip(column.description.empty() ? name->text()
                                                    : QString::fromStdString(column.description));
        auto *text = new QTableWidgetItem(
            unit.isEmpty() || value.isEmpty() ? value : QStringLiteral("%1 %2").arg(value, unit));
        text->setToolTip(source < column.rowCount() ? QString::fromStdString(column.text(source))
                                                    : QString());
        m_catalogue->setItem(static_cast<int>(i), 0, name);
        m_catalogue->setItem(static_cast<int>(i), 1, text);
    }
    m_catalogue->resizeColumnToContents(0);
    m_catalogue->setColumnWidth(0, std::clamp(m_catalogue->columnWidth(0), 80, 140));
}

void Inspector::toggleRaw()
{
    m_showsRaw = !m_showsRaw;
    const auto source = currentSource();
    if (!source)
        return;
    refreshPictures(*source);
    if (m_showsRaw && !m_raw && !m_rawSpectrum)
        Q_EMIT rawRequested(*source);
}

void Inspector::setRaw(std::size_t source, const data::Image &image)
{
    if (source != currentSource())
        return;
    m_raw = image;
    m_rawProblem.clear();
    refreshSourcePicture(source);
}

void Inspector::setRawSpectrum(std::size_t source, const data::Spectrum &spectrum)
{
    if (source != currentSource())
        return;
    m_rawSpectrum = spectrum;
    m_rawProblem.clear();
    refreshPictures(source);
}

void Inspector::setRawFailed(std::size_t source, const QString &message)
{
    if (source != currentSource())
        return;
    m_rawProblem = message;
    refreshSourcePicture(source);
}

void Inspector::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Space)
        toggleRaw();
    else
        QWidget::keyPressEvent(event);
}

} // namespace somnium::ui
