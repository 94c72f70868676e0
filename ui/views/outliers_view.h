// SPDX-License-Identifier: GPL-3.0-or-later
// The Outliers tab: which score, its histogram with a threshold to drag, and the sources beyond it, oddest
// first.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <QMap>
#include <QWidget>

#include "ui/models/background_answer.h"
#include "ui/models/gallery_model.h"
#include "ui/models/oddity_data.h"
#include "ui/models/selection_model.h"
#include "ui/views/distance_histogram.h"
#include "ui/views/figure_export.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTimer;

namespace somnium::ui
{

class ThumbnailList;

class OutliersView : public QWidget, public FigureSource
{
    Q_OBJECT

public:
    explicit OutliersView(QWidget *parent = nullptr);

    /// Ranks by what the map or latent space says by itself (distance, reconstruction error) until a ranking
    /// comes. The threshold of a new one starts at its 99 % mark. The scores to choose from are
    /// oddityScoresOf the survey.
    void setSurvey(SurveyPointer survey);
    /// A score keeps its threshold; one that was learned anew, or waited for while the user moved the
    /// threshold of the distances in its place, keeps the number of outliers. A ranking of other sources than
    /// the survey's is ignored.
    void setRanking(const OddityRankingPointer &ranking);
    /// The threshold that this score had when the session was left.
    void recallThreshold(const AnyOddityScore &score, double threshold);
    void setMarkCount(std::size_t marks);
    void setChoice(const AnyOddityScore &score, bool isLearning);
    [[nodiscard]] AnyOddityScore score() const;
    [[nodiscard]] bool isLearning() const;
    /// The oddest source for which `isSkipped` says no.
    [[nodiscard]] std::optional<std::size_t>
    oddestBut(const std::function<bool(std::size_t)> &isSkipped) const;
    void setSelection(SelectionModel *selection);
    void setDisplay(const DisplaySettings &display);
    void setThreshold(double threshold);
    [[nodiscard]] double threshold() const { return m_threshold; }
    /// None while nothing of that score has been shown or recalled.
    [[nodiscard]] std::optional<double> thresholdOf(const AnyOddityScore &score) const;
    /// Sources whose score is above the threshold, oddest first.
    [[nodiscard]] std::vector<std::size_t> outliers() const;
    /// All that can be judged, oddest first.
    [[nodiscard]] const std::vector<std::size_t> &order() const { return m_ranking.order; }
    [[nodiscard]] std::size_t outlierCount() const { return m_outlierCount; }
    [[nodiscard]] DistanceHistogram *histogram() const { return m_histogram; }
    [[nodiscard]] ThumbnailList *gallery() const { return m_list; }

    void paintFigure(QPainter &painter, const QRectF &area) const override;
    [[nodiscard]] QString figureName() const override;
    [[nodiscard]] bool hasFigure() const override;

Q_SIGNALS:
    void thresholdChanged(double threshold);
    /// Another order to look in.
    void rankingShown();
    /// By the user.
    void choiceChanged(const somnium::ui::AnyOddityScore &score, bool isLearning);
    void exportRequested(const std::vector<std::size_t> &sources);
    /// After the selection has become the outliers.
    void selectOutliersRequested(const std::vector<std::size_t> &sources);
    void sourceActivated(std::size_t source);
    void trainRequested(); ///< the empty state's button

private:
    using Values = std::shared_ptr<const std::vector<float>>;
    /// All that a million scores need time for.
    struct Ranking
    {
        Values values;
        DistanceDistribution distribution;
        std::vector<std::size_t> order; ///< sources by falling score
    };
    [[nodiscard]] static Ranking rank(Values values);
    void showOwnFigure();
    void showValues(Values values, const QString &thresholdKey);
    void offerScores(std::vector<AnyOddityScore> scores);
    [[nodiscard]] QLayout *buildScoreControls();
    [[nodiscard]] double startThreshold(const QString &key) const;
    [[nodiscard]] QWidget *buildPage();
    [[nodiscard]] QLayout *buildControls();
    void showRanking(Ranking ranking);
    void applyThreshold(double threshold);
    void moveThreshold(double threshold);
    void refreshGallery();

    SurveyPointer m_survey;
    std::vector<AnyOddityScore> m_scores; ///< to choose from
    SelectionModel *m_selection = nullptr;
    Ranking m_ranking;
    BackgroundAnswer m_answer;
    std::size_t m_outlierCount = 0;
    double m_threshold = 0.0;
    QMap<QString, double> m_thresholds; ///< of the scores that were looked at
    QString m_thresholdKey;             ///< empty: learned, whose values change with every mark
    bool m_keepsCount = false;          ///< moved while another score than the chosen one was shown

    QStackedWidget *m_pages = nullptr;
    DistanceHistogram *m_histogram = nullptr;
    QComboBox *m_scoreBox = nullptr;
    QCheckBox *m_learnBox = nullptr;
    QLabel *m_marked = nullptr;
    QDoubleSpinBox *m_thresholdBox = nullptr;
    QLabel *m_count = nullptr;
    QPushButton *m_selectButton = nullptr;
    QPushButton *m_exportButton = nullptr;
    GalleryModel *m_model = nullptr;
    ThumbnailList *m_list = nullptr;
    QTimer *m_galleryTimer = nullptr; ///< the gallery follows a drag a few times a second
};

} // namespace somnium::ui
