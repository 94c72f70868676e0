// SPDX-License-Identifier: GPL-3.0-or-later
// Training curves (Qt Charts): of maps mean distance, topographic error and empty neurons, of latent spaces
// training and validation loss; figures; log.
#pragma once

#include <vector>

#include <QWidget>

#include "core/latent/autoencoder_trainer.h"
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
    /// Likewise of a latent space, in place of the map's.
    void setLatentHistory(std::vector<latent::EpochRecord> history, std::size_t epochs);
    void setLatentSnapshot(const latent::AutoencoderSnapshot &snapshot);
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
    [[nodiscard]] QString latentFiguresText() const;

    std::vector<som::EpochReport> m_history;
    std::vector<latent::EpochRecord> m_latentHistory;
    bool m_isLatent = false; ///< which of the two is shown
    double m_samplesPerSecond = 0.0;
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
