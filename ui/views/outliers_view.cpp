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
#include "ui/views/wrapping_row.h"

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
    auto *empty = new EmptyState(
        QStringLiteral("outliers"), tr("No distances yet"),
        tr("Once a map or a latent space is trained, the sources that fit it worst are here: the "
           "rare, the strange and the broken."),
        tr("Train..."), m_pages);
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
    auto *row = new WrappingRow;
    row->setContentsMargins(kGridStep, kGridStep / 2, kGridStep, 0);
    row->setSpacing(kGridStep);
    m_scoreBox = new QComboBox(this);
    m_scoreBox->setObjectName(QStringLiteral("oddityScore"));
    m_scoreBox->setAccessibleName(tr("What makes a source odd"));
    offerScores({search::kOddityScores.begin(), search::kOddityScores.end()});
    auto *label = new QLabel(tr("&Odd by"), this);
    label->setBuddy(m_scoreBox);
    m_learnBox = new QCheckBox(tr("&Learn from marks"), this);
    m_learnBox->setObjectName(QStringLiteral("learnFromMarks"));
    m_learnBox->setChecked(true);
    m_learnBox->setToolTip(tr("Sources like those marked interesting come first, those like boring ones and "
                              "artefacts last (somnium-cli outliers --learned)"));
    m_marked = new QLabel(this);
    m_marked->setObjectName(QStringLiteral("markedCount"));
    m_marked->setFont(tabularFont(font()));
    m_marked->setToolTip(tr("I interesting, B boring, A artefact, X takes the mark off; Alt+0 to Alt+5 "
                            "scores. A mark moves on to the oddest source without one."));
    row->addWidget(label);
    row->addWidget(m_scoreBox);
    row->mayBreak();
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

/// The chosen one stays if it is among them; else the first is.
void OutliersView::offerScores(std::vector<AnyOddityScore> scores)
{
    const QSignalBlocker blocker(m_scoreBox);
    const auto chosen = m_scores.empty() ? scores.end() : std::ranges::find(scores, score());
    const auto index = chosen == scores.end() ? 0 : static_cast<int>(chosen - scores.begin());
    m_scores = std::move(scores);
    m_scoreBox->clear();
    for (const AnyOddityScore &one : m_scores)
    {
        m_scoreBox->addItem(oddityName(one));
        m_scoreBox->setItemData(m_scoreBox->count() - 1, oddityDescription(one), Qt::ToolTipRole);
    }
    m_scoreBox->setCurrentIndex(index);
    m_scoreBox->setToolTip(m_scoreBox->currentData(Qt::ToolTipRole).toString());
}

AnyOddityScore OutliersView::score() const
{
    return m_scores.at(static_cast<std::size_t>(std::max(0, m_scoreBox->currentIndex())));
}

bool OutliersView::isLearning() const
{
    return m_learnBox->isChecked();
}

void OutliersView::setChoice(const AnyOddityScore &score, bool isLearning)
{
    if (const auto found = std::ranges::find(m_scores, score); found != m_scores.end())
        m_scoreBox->setCurrentIndex(static_cast<int>(found - m_scores.begin()));
    m_learnBox->setChecked(isLearning);
}

void OutliersView::setMarkCount(std::size_t marks)
{
    m_marked->setText(marks == 0 ? tr("no marks: press I, B or A")
                                 : tr("%1 marked").arg(QLocale().toString(static_cast<qulonglong>(marks))));
}

void OutliersView::recallThreshold(const AnyOddityScore &score, double threshold)
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
    auto *row = new WrappingRow;
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
    row->mayBreak();
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
    const bool isRankedAlike = haveSameOddities(m_survey, survey);
    m_survey = std::move(survey);
    if (isRankedAlike && m_ranking.values)
        return refreshGallery();
    m_answer.forget();
    m_ranking = {};
    m_outlierCount = 0;
    m_thresholds.clear();
    m_keepsCount = false;
    m_model->setItems(nullptr, {});
    const std::vector<AnyOddityScore> scores =
        m_survey ? oddityScoresOf(*m_survey) : std::vector<AnyOddityScore>();
    m_scoreBox->setEnabled(!scores.empty());
    m_learnBox->setEnabled(!scores.empty());
    if (!scores.empty() && scores != m_scores)
        offerScores(scores);
    const bool hasMap = m_survey && m_survey->map && m_survey->map->mapping.sourceCount() > 0;
    const bool hasLatent = m_survey && m_survey->latent && !m_survey->latent->errors.empty();
    m_pages->setCurrentIndex(hasMap || hasLatent ? 1 : 0);
    if (hasMap || hasLatent)
        showOwnFigure();
}

/// What the model of the survey says by itself, until scores are worked out.
void OutliersView::showOwnFigure()
{
    const MapData *map = m_survey->map.get();
    const bool isSpectra = ranksSpectra(*m_survey);
    const bool hasMap = map != nullptr && map->mapping.sourceCount() > 0;
    const bool isLatent = m_survey->latent && !m_survey->latent->errors.empty() && (isSpectra || !hasMap);
    const AnyOddityScore own = isLatent ? AnyOddityScore(search::SpectralOutlierScore::Reconstruction)
                                        : AnyOddityScore(search::OddityScore::Distance);
    const bool isWaiting = m_scoreBox->isEnabled() && score() != own;
    m_model->setFigure(isLatent ? tr("reconstruction error") : tr("distance"));
    m_histogram->setAxisTitle(
        isWaiting
            ? tr("%1, until \"%2\" is worked out").arg(oddityDescription(own), m_scoreBox->currentText())
            : oddityDescription(own));
    showValues(isLatent ? Values(m_survey->latent, &m_survey->latent->errors)
                        : Values(m_survey->map, &map->mapping.distance),
               oddityName(own));
}

void OutliersView::setRanking(const OddityRankingPointer &ranking)
{
    if (!m_survey || ranking->values.size() != m_survey->collection.sources.size() ||
        std::ranges::find(m_scores, ranking->score) == m_scores.end())
        return;
    const bool isLearned = ranking->marks > 0;
    m_model->setFigure(isLearned ? tr("worth a look") : oddityName(ranking->score));
    const QString marks = ranking->marks == 1 ? tr("1 mark") : tr("%1 marks").arg(ranking->marks);
    m_histogram->setAxisTitle(isLearned ? tr("worth a look, learned from %1").arg(marks)
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
    m_list->setSourceSelection(selection);
}

void OutliersView::setDisplay(const DisplaySettings &display)
{
    m_model->setDisplay(display);
}

void OutliersView::setThreshold(double threshold)
{
    applyThreshold(threshold);
}

std::optional<double> OutliersView::thresholdOf(const AnyOddityScore &score) const
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
    if (!m_survey || !m_ranking.values)
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
    if (!m_survey || !m_ranking.values)
        return;
    const MapData *map = m_survey->map.get();
    std::vector<search::Neighbour> items;
    items.reserve(m_outlierCount);
    for (std::size_t i = 0; i < m_outlierCount; ++i)
    {
        const std::size_t source = m_ranking.order[i];
        const bool isMapped = map != nullptr && source < map->mapping.sourceCount();
        items.push_back({source, (*m_ranking.values)[source],
                         isMapped ? map->mapping.transform[source] : som::SpatialTransform()});
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
