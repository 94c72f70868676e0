// SPDX-License-Identifier: GPL-3.0-or-later
// Histogram of best distances (Qt Charts) with 90, 99 and 99.9 % marks and a threshold that mouse and keys
// move.
#pragma once

#include <utility>
#include <vector>

#include <QtCharts/QChartView>

#include "core/search/outliers.h"

namespace somnium::ui
{

struct DistanceDistribution
{
    search::Histogram histogram;
    std::vector<std::pair<double, double>> marks; ///< (percent, distance)
    double lowest = 0.0;
    double highest = 0.0;
};
/// Of all distances; sorts a copy for each mark. 10^6 take some tenths of a second, so not in the GUI thread.
[[nodiscard]] DistanceDistribution distanceDistribution(const std::vector<float> &distances);

class DistanceHistogram : public QChartView
{
    Q_OBJECT

public:
    explicit DistanceHistogram(QWidget *parent = nullptr);

    void setDistribution(DistanceDistribution distribution);
    /// Of the distribution that is set next.
    void setAxisTitle(const QString &title) { m_axisTitle = title; }
    [[nodiscard]] const DistanceDistribution &distribution() const { return m_distribution; }
    void setThreshold(double threshold);
    [[nodiscard]] double threshold() const { return m_threshold; }
    /// Widget x of a distance, and back.
    [[nodiscard]] double positionOf(double distance) const;
    [[nodiscard]] double distanceAt(double x) const;
    /// On white paper, for figures.
    void paintOn(QPainter &painter, const QRectF &area) const;

Q_SIGNALS:
    /// By mouse or key, not by setThreshold.
    void thresholdMoved(double threshold);

protected:
    void drawForeground(QPainter *painter, const QRectF &rect) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void rebuild();
    void moveTo(double threshold);
    [[nodiscard]] std::pair<double, double> range() const;
    void paintMarks(QPainter &painter, const QRectF &plot, const QColor &ink, const QColor &accent) const;

    DistanceDistribution m_distribution;
    QString m_axisTitle = tr("distance to the best prototype");
    double m_threshold = 0.0;
    bool m_isDragging = false;
};

} // namespace somnium::ui
