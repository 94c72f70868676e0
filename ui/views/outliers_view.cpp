// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/outliers_view.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>

#include "ui/models/wording.h"
#include "ui/theme.h"
#include "ui/views/empty_state.h"
#include "ui/views/thumbnail_list.h"

namespace somnium::ui
{

namespace
{

constexpr int kGalleryDelayMs = 60;
constexpr double kStartPercent = 99.0;

} // namespace

OutliersView::OutliersView(QWidget *parent) : QWidget(parent), m_model(new GalleryModel(this))
{
    m_model->setOrder(GalleryOrder::AsGiven);
    m_galleryTimer = new QTimer(this);
    m_galleryTimer->setSingleShot(true);
    m_galleryTimer->setInterval(kGalleryDelayMs);
    connect(m_galleryTimer, &QTimer::timeout, this, &OutliersView::refreshGallery);
    m_pages = new QStackedWidget(this);
    auto *empty =
        new EmptyState(QStringLiteral("outliers"), tr("No distances yet"),
                       tr("Once a map is trained, the sources that fit it worst are here: the rare, the "
                          "strange and the broken."),
                       tr("Train a map..."), m_pages);
    connect(empty, &EmptyState::actionRequested, this, &OutliersView::trainRequested);
    m_pages->addWidget(empty);
    m_pages->addWidget(buildPage());
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_pages);
    setAccessibleName(tr("Outliers"));
}

QWidget *OutliersView::buildPage()
{
    auto *page = new QWidget(m_pages);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(buildScoreControls());
    layout->addLayout(buildControls());
    auto *splitter = new QSplitter(Qt::Vertical, page);
    m_histogram = new DistanceHistogram(splitter);
    m_list = new ThumbnailList(ThumbnailForm::Grid, splitter);
    m_list->setGallery(m_model);
    m_list->setAccessibleName(tr("Outliers, oddest first"));
    splitter->addWidget(m_histogram);
    splitter->addWidget(m_list);
    splitter->setChildrenCollapsible(false);
    splitter->setSizes({240, 320});
    layout->addWidget(splitter, 1);
    connect(m_histogram, &DistanceHistogram::thresholdMoved, this, &OutliersView::moveThreshold);
    connect(m_list, &ThumbnailList::sourceActivated, this, &OutliersView::sourceActivated);
    return page;
}

QLayout *OutliersView::buildScoreControls()
{
    auto *row = new QHBoxLayout;
    row->setContentsMargins(kGridStep, kGridStep / 2, kGridStep, 0);
    row->setSpacing(kGridStep);
    m_scoreBox = new QComboBox(this);
    m_scoreBox->setObjectName(QStringLiteral("oddityScore"));
    m_scoreBox->setAccessibleName(tr("What makes a source odd"));
    for (const search::OddityScore score : search::kOddityScores)
    {
        const QString what = oddityDescription(score);
        m_scoreBox->addItem(oddityName(score), static_cast<int>(score));
        m_scoreBox->setItemData(m_scoreBox->count() - 1, what, Qt::ToolTipRole);
    }
    auto *label = new QLabel(tr("&Odd by"), this);
    label->setBuddy(m_scoreBox);
    m_learnBox = new QCheckBox(tr("&Learn from marks"), this);
    m_learnBox->setObjectName(QStringLiteral("learnFromMarks"));
    m_learnBox->setChecked(true);
    m_learnBox->setToolTip(tr("Sources like those marked interesting come first, those like boring ones and "
                              "artefacts last (somnium-cli outliers --learned)"));
    m_marked = new QLabel(this);
    m_marked->setFont(tabularFont(font()));
    m_marked->setToolTip(tr("I interesting, B boring, A artefact, X takes the mark off; Alt+0 to Alt+5 "
                            "scores. A mark moves on to the oddest source without one."));
    row->addWidget(label);
    row->addWidget(m_scoreBox);
    row->addWidget(m_learnBox);
    row->addWidget(m_marked);
    row->addStretch();
    const auto tell = [this] {
        m_scoreBox->setToolTip(m_scoreBox->currentData(Qt::ToolTipRole).toString());
        Q_EMIT choiceChanged(score(), isLearning());
    };
    connect(m_scoreBox, &QComboBox::currentIndexChanged, this, tell);
    connect(m_learnBox, &QCheckBox::toggled, this, tell);
    m_scoreBox->setToolTip(m_scoreBox->currentData(Qt::ToolTipRole).toString());
    setMarkCount(0);
    return row;
}

search::OddityScore OutliersView::score() const
{
    return static_cast<search::OddityScore>(m_scoreBox->currentData().toInt());
}

bool OutliersView::isLearning() const
{
    return m_learnBox->isChecked();
}

void OutliersView::setChoice(search::OddityScore score, bool isLearning)
{
    m_scoreBox->setCurrentIndex(m_scoreBox->findData(static_cast<int>(score)));
    m_learnBox->setChecked(isLearning);
}

void OutliersView::setMarkCount(std::size_t marks)
{
    m_marked->setText(marks == 0 ? tr("no marks: press I, B or A")
                                 : tr("%1 marked").arg(QLocale().toString(static_cast<qulonglong>(marks))));
}

void OutliersView::recallThreshold(search::OddityScore score, double threshold)
{
    m_thresholds.insert(oddityName(score), threshold);
    if (m_thresholdKey == oddityName(score))
        applyThreshold(threshold);
}

std::optional<std::size_t> OutliersView::oddestBut(const std::function<bool(std::size_t)> &isSkipped) const
{
    const auto found = std::ranges::find_if_not(m_ranking.order, isSkipped);
    return found == m_ranking.order.end() ? std::nullopt : std::optional(*found);
}

QLayout *OutliersView::buildControls()
{
    auto *row = new QHBoxLayout;
    row->setContentsMargins(kGridStep, kGridStep / 2, kGridStep, kGridStep / 2);
    row->setSpacing(kGridStep);
    m_thresholdBox = new QDoubleSpinBox(this);
    m_thresholdBox->setDecimals(3);
    m_thresholdBox->setKeyboardTracking(false);
    m_thresholdBox->setAccessibleName(tr("Threshold of the score"));
    m_thresholdBox->setToolTip(tr("Sources that score higher than this are outliers"));
    auto *label = new QLabel(tr("T&hreshold"), this);
    label->setBuddy(m_thresholdBox);
    m_count = new QLabel(this);
    m_count->setFont(tabularFont(font()));
    m_selectButton = new QPushButton(tr("Select them"), this);
    m_selectButton->setToolTip(tr("Make the outliers the selection"));
    m_exportButton = new QPushButton(tr("Export..."), this);
    m_exportButton->setToolTip(tr("Write the outliers as a catalogue: FITS, VOTable or CSV"));
    m_exportButton->setIcon(themeIcon(QStringLiteral("export")));
    row->addWidget(label);
    row->addWidget(m_thresholdBox);
    row->addWidget(m_count);
    row->addStretch();
    row->addWidget(m_selectButton);
    row->addWidget(m_exportButton);
    connect(m_thresholdBox, &QDoubleSpinBox::valueChanged, this, &OutliersView::moveThreshold);
    connect(m_exportButton, &QPushButton::clicked, this, [this]() { Q_EMIT exportRequested(outliers()); });
    connect(m_selectButton, &QPushButton::clicked, this, [this]() {
        if (m_selection != nullptr)
            m_selection->select(outliers());
        Q_EMIT selectOutliersRequested(outliers());
    });
    return row;
}

OutliersView::Ranking OutliersView::rank(Values values)
{
    Ranking ranking;
    ranking.distribution = distanceDistribution(*values);
    ranking.order = search::byFallingScore(*values);
    // Scores that are not numbers are no outliers: nothing is known of them.
    std::erase_if(ranking.order, [&values](std::size_t source) { return !std::isfinite((*values)[source]); });
    ranking.values = std::move(values);
    return ranking;
}

void OutliersView::setSurvey(SurveyPointer survey)
{
    m_survey = std::move(survey);
    m_ranking = {};
    m_outlierCount = 0;
    m_thresholds.clear();
    m_keepsCount = false;
    m_model->setItems(nullptr, {});
    const bool hasMap = m_survey && m_survey->map && m_survey->map->mapping.sourceCount() > 0;
    const bool hasLatent = m_survey && !hasMap && m_survey->latent && !m_survey->latent->errors.empty();
    m_pages->setCurrentIndex(hasMap || hasLatent ? 1 : 0);
    m_scoreBox->setEnabled(hasMap); // these scores are of maps
    m_learnBox->setEnabled(hasMap);
    if (hasLatent)
    {
        m_model->setFigure(tr("reconstruction error"));
        m_histogram->setAxisTitle(tr("reconstruction error, chi\u00B2 per pixel"));
        return showValues(Values(m_survey->latent, &m_survey->latent->errors),
                          QStringLiteral("reconstruction error"));
    }
    if (!hasMap)
        return;
    m_model->setFigure(tr("distance"));
    m_histogram->setAxisTitle(score() == search::OddityScore::Distance
                                  ? tr("distance to the best prototype")
                                  : tr("distance to the best prototype, until \"%1\" is worked out")
                                        .arg(m_scoreBox->currentText()));
    showValues(Values(m_survey->map, &m_survey->map->mapping.distance),
               oddityName(search::OddityScore::Distance));
}

void OutliersView::setRanking(const OddityRankingPointer &ranking)
{
    if (!m_survey || !m_survey->map || ranking->values.size() != m_survey->map->mapping.sourceCount())
        return;
    const bool isLearned = ranking->marks > 0;
    m_model->setFigure(isLearned ? tr("worth a look") : oddityName(ranking->score));
    m_histogram->setAxisTitle(isLearned ? tr("worth a look, learned from %1 marks").arg(ranking->marks)
                                        : oddityDescription(ranking->score));
    showValues(Values(ranking, &ranking->values), isLearned ? QString() : oddityName(ranking->score));
}

void OutliersView::showValues(Values values, const QString &thresholdKey)
{
    const bool isQuick = values->size() <= kQuickSourceCount;
    m_answer.ask(
        this, isQuick, [values = std::move(values)]() { return rank(values); },
        [this, thresholdKey](Ranking ranking) {
            if (m_ranking.values && !m_thresholdKey.isEmpty())
                m_thresholds.insert(m_thresholdKey, m_threshold);
            m_thresholdKey = thresholdKey;
            showRanking(std::move(ranking));
        });
}

double OutliersView::startThreshold(const QString &key) const
{
    const DistanceDistribution &distribution = m_ranking.distribution;
    if (m_thresholds.contains(key) && !m_keepsCount)
        return m_thresholds.value(key);
    // What was learned anew, or came late, keeps the number of sources that one looks through.
    if ((key.isEmpty() || m_keepsCount) && m_outlierCount > 0 && m_outlierCount < m_ranking.order.size())
        return static_cast<double>((*m_ranking.values)[m_ranking.order[m_outlierCount]]);
    for (const auto &[percent, value] : distribution.marks)
        if (percent == kStartPercent)
            return value;
    return distribution.highest;
}

void OutliersView::showRanking(Ranking ranking)
{
    m_ranking = std::move(ranking);
    const DistanceDistribution &distribution = m_ranking.distribution;
    m_histogram->setDistribution(distribution);
    {
        const QSignalBlocker blocker(m_thresholdBox);
        m_thresholdBox->setRange(distribution.lowest, std::max(distribution.highest, distribution.lowest));
        m_thresholdBox->setSingleStep((distribution.highest - distribution.lowest) / 200.0);
    }
    const double threshold = startThreshold(m_thresholdKey);
    m_keepsCount = false;
    applyThreshold(threshold);
    Q_EMIT rankingShown();
}

void OutliersView::setSelection(SelectionModel *selection)
{
    m_selection = selection;
    m_list->setSelection(selection);
}

void OutliersView::setDisplay(const DisplaySettings &display)
{
    m_model->setDisplay(display);
}

void OutliersView::setThreshold(double threshold)
{
    applyThreshold(threshold);
}

std::optional<double> OutliersView::thresholdOf(search::OddityScore score) const
{
    const QString key = oddityName(score);
    if (m_ranking.values && m_thresholdKey == key)
        return m_threshold;
    return m_thresholds.contains(key) ? std::optional(m_thresholds.value(key)) : std::nullopt;
}

/// By the user.
void OutliersView::moveThreshold(double threshold)
{
    m_keepsCount = !m_thresholdKey.isEmpty() && m_thresholdKey != oddityName(score());
    applyThreshold(threshold);
}

void OutliersView::applyThreshold(double threshold)
{
    if (!m_survey || !m_survey->map || !m_ranking.values)
        return;
    m_threshold = threshold;
    m_histogram->setThreshold(threshold);
    {
        const QSignalBlocker blocker(m_thresholdBox);
        m_thresholdBox->setValue(threshold);
    }
    const auto end = std::ranges::partition_point(m_ranking.order, [&](std::size_t source) {
        return static_cast<double>((*m_ranking.values)[source]) > threshold;
    });
    m_outlierCount = static_cast<std::size_t>(end - m_ranking.order.begin());
    const QLocale locale;
    const double percent = m_ranking.order.empty() ? 0.0
                                                   : 100.0 * static_cast<double>(m_outlierCount) /
                                                         static_cast<double>(m_ranking.order.size());
    m_count->setText(
        tr("%1 beyond it (%2 %)")
            .arg(sourcesText(m_outlierCount), locale.toString(percent, 'f', percent < 1.0 ? 2 : 1)));
    m_selectButton->setEnabled(m_outlierCount > 0);
    m_exportButton->setEnabled(m_outlierCount > 0);
    if (!m_galleryTimer->isActive())
        m_galleryTimer->start();
    Q_EMIT thresholdChanged(threshold);
}

std::vector<std::size_t> OutliersView::outliers() const
{
    return {m_ranking.order.begin(), m_ranking.order.begin() + static_cast<std::ptrdiff_t>(m_outlierCount)};
}

void OutliersView::refreshGallery()
{
    if (!m_survey || !m_survey->map)
        return;
    const som::Mapping &mapping = m_survey->map->mapping;
    std::vector<search::Neighbour> items;
    items.reserve(m_outlierCount);
    for (std::size_t i = 0; i < m_outlierCount; ++i)
    {
        const std::size_t source = m_ranking.order[i];
        items.push_back({source, (*m_ranking.values)[source], mapping.transform[source]});
    }
    m_model->setItems(m_survey, std::move(items));
}

void OutliersView::paintFigure(QPainter &painter, const QRectF &area) const
{
    const double line = QFontMetricsF(painter.font()).height();
    const QRectF caption(area.left() + kGridStep, area.bottom() - line - kGridStep,
                         area.width() - 2.0 * kGridStep, line);
    m_histogram->paintOn(painter, area.adjusted(0.0, 0.0, 0.0, -line - kGridStep));
    painter.setPen(Qt::black);
    const QString text = tr("%1: threshold %2, %3")
                             .arg(QString::fromStdString(m_survey->summary.name),
                                  QLocale().toString(m_threshold, 'f', 3), m_count->text());
    painter.drawText(caption, Qt::AlignLeft | Qt::AlignVCenter, text);
}

QString OutliersView::figureName() const
{
    return QStringLiteral("outliers");
}

bool OutliersView::hasFigure() const
{
    return !m_ranking.order.empty();
}

} // namespace somnium::ui
