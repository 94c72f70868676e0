// SPDX-License-Identifier: GPL-3.0-or-later
// The Outliers tab: histogram with a threshold to drag, and the sources beyond it, furthest first.
#pragma once

#include <vector>

#include <QWidget>

#include "ui/models/background_answer.h"
#include "ui/models/gallery_model.h"
#include "ui/models/selection_model.h"
#include "ui/views/distance_histogram.h"
#include "ui/views/figure_export.h"

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

    /// The threshold of a new map starts at its 99 % mark.
    void setSurvey(SurveyPointer survey);
    void setSelection(SelectionModel *selection);
    void setDisplay(const DisplaySettings &display);
    void setThreshold(double threshold);
    [[nodiscard]] double threshold() const { return m_threshold; }
    /// Sources whose distance is above the threshold, furthest first.
    [[nodiscard]] std::vector<std::size_t> outliers() const;
    [[nodiscard]] std::size_t outlierCount() const { return m_outlierCount; }
    [[nodiscard]] DistanceHistogram *histogram() const { return m_histogram; }
    [[nodiscard]] ThumbnailList *gallery() const { return m_list; }

    void paintFigure(QPainter &painter, const QRectF &area) const override;
    [[nodiscard]] QString figureName() const override;
    [[nodiscard]] bool hasFigure() const override;

Q_SIGNALS:
    void thresholdChanged(double threshold);
    void exportRequested(const std::vector<std::size_t> &sources);
    /// After the selection has become the outliers.
    void selectOutliersRequested(const std::vector<std::size_t> &sources);
    void sourceActivated(std::size_t source);
    void trainRequested(); ///< the empty state's button

private:
    /// All that a million distances need time for.
    struct Ranking
    {
        DistanceDistribution distribution;
        std::vector<std::size_t> order; ///< sources by falling distance
    };
    [[nodiscard]] static Ranking rank(const std::vector<float> &distances);
    [[nodiscard]] QWidget *buildPage();
    [[nodiscard]] QLayout *buildControls();
    void showRanking(Ranking ranking);
    void applyThreshold(double threshold);
    void refreshGallery();

    SurveyPointer m_survey;
    SelectionModel *m_selection = nullptr;
    Ranking m_ranking;
    BackgroundAnswer m_answer;
    std::size_t m_outlierCount = 0;
    double m_threshold = 0.0;

    QStackedWidget *m_pages = nullptr;
    DistanceHistogram *m_histogram = nullptr;
    QDoubleSpinBox *m_thresholdBox = nullptr;
    QLabel *m_count = nullptr;
    QPushButton *m_selectButton = nullptr;
    QPushButton *m_exportButton = nullptr;
    GalleryModel *m_model = nullptr;
    ThumbnailList *m_list = nullptr;
    QTimer *m_galleryTimer = nullptr; ///< the gallery follows a drag a few times a second
};

} // namespace somnium::ui
