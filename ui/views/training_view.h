// SPDX-License-Identifier: GPL-3.0-or-later
// Training curves (Qt Charts): mean distance and topographic error, empty neurons; figures; log.
#pragma once

#include <vector>

#include <QWidget>

#include "core/som/trainer.h"
#include "ui/views/figure_export.h"

class QLabel;
class QPlainTextEdit;
class QStackedWidget;
class QChartView;
class QTabWidget;

namespace somnium::ui
{

class TrainingView : public QWidget, public FigureSource
{
    Q_OBJECT

public:
    explicit TrainingView(QWidget *parent = nullptr);

    /// `epochs`: of the whole run, so that the axis does not jump.
    void setHistory(std::vector<som::EpochReport> history, std::size_t epochs);
    void setTrainingSnapshot(const som::TrainingSnapshot &snapshot);
    void clear();
    void appendLog(const QString &line); ///< the time is put before it
    [[nodiscard]] QString figuresText() const;
    [[nodiscard]] QString logText() const;

    void paintFigure(QPainter &painter, const QRectF &area) const override;
    [[nodiscard]] QString figureName() const override;
    [[nodiscard]] bool hasFigure() const override;

protected:
    void changeEvent(QEvent *event) override;

private:
    void refresh();

    std::vector<som::EpochReport> m_history;
    std::size_t m_epochs = 0;
    double m_secondsLeft = -1.0; ///< < 0: nothing runs
    QTabWidget *m_tabs = nullptr;
    QStackedWidget *m_pages = nullptr;
    QChartView *m_qualityChart = nullptr;
    QChartView *m_emptyChart = nullptr;
    QLabel *m_figures = nullptr;
    QPlainTextEdit *m_log = nullptr;
};

} // namespace somnium::ui
