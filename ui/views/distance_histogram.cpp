// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/distance_histogram.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include <QEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QtCharts/QAreaSeries>
#include <QtCharts/QChart>
#include <QtCharts/QLineSeries>
#include <QtCharts/QLogValueAxis>
#include <QtCharts/QValueAxis>

#include "ui/theme.h"
#include "ui/views/chart_style.h"

namespace somnium::ui
{

namespace
{

constexpr double kGrabDistance = 6.0;
constexpr double kFloor = 0.7; ///< foot of the bars on the logarithmic axis: a single source still shows
constexpr double kKeySteps = 200.0;

std::pair<double, double> paddedRange(const DistanceDistribution &distribution)
{
    const double width = distribution.highest - distribution.lowest;
    const double pad = width > 0.0 ? 0.02 * width : 0.5;
    return {std::max(0.0, distribution.lowest - pad), distribution.highest + pad};
}

/// The outline of the bars, as steps.
QLineSeries *outline(const search::Histogram &histogram, QObject *parent)
{
    auto *line = new QLineSeries(parent);
    const double low = histogram.low;
    line->append(low, kFloor);
    for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin)
    {
        const double height = std::max(kFloor, static_cast<double>(histogram.counts[bin]));
        line->append(low + static_cast<double>(bin) * histogram.binWidth, height);
        line->append(low + static_cast<double>(bin + 1) * histogram.binWidth, height);
    }
    line->append(low + static_cast<double>(histogram.counts.size()) * histogram.binWidth, kFloor);
    return line;
}

std::unique_ptr<QChart> makeChart(const DistanceDistribution &distribution, const QString &axisTitle,
                                  const ChartInk &ink)
{
    auto chart = std::make_unique<QChart>();
    styleChart(*chart, ink);
    auto *x = new QValueAxis(chart.get());
    styleAxis(*x, ink, axisTitle);
    const auto [low, high] = paddedRange(distribution);
    x->setRange(low, high);
    setRoundTicks(*x, low, high, 7);
    auto *y = new QLogValueAxis(chart.get());
    styleAxis(*y, ink, DistanceHistogram::tr("sources"));
    const auto most = std::ranges::max_element(distribution.histogram.counts);
    y->setRange(kFloor, 1.5 * static_cast<double>(most == distribution.histogram.counts.end()
                                                      ? 1
                                                      : std::max<std::size_t>(*most, 2)));
    y->setLabelFormat(QStringLiteral("%.0f"));
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    auto *area = new QAreaSeries(outline(distribution.histogram, chart.get()));
    QColor fill = ink.first;
    fill.setAlphaF(0.55F);
    area->setBrush(fill);
    area->setPen(QPen(ink.first, 1.0));
    chart->addSeries(area);
    area->attachAxis(x);
    area->attachAxis(y);
    return chart;
}

} // namespace

DistanceDistribution distanceDistribution(const std::vector<float> &distances)
{
    std::vector<float> values = distances;
    std::erase_if(values, [](float value) { return !std::isfinite(value); });
    DistanceDistribution result;
    if (values.empty())
        return result;
    const auto [lowest, highest] = std::ranges::minmax_element(values);
    result.lowest = static_cast<double>(*lowest);
    result.highest = static_cast<double>(*highest);
    result.histogram = search::histogram(values);
    for (const double percent : {90.0, 99.0, 99.9})
        result.marks.emplace_back(percent, search::percentile(values, percent));
    return result;
}

DistanceHistogram::DistanceHistogram(QWidget *parent) : QChartView(parent)
{
    setRenderHint(QPainter::Antialiasing);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setFrameShape(QFrame::NoFrame);
    setMinimumSize(240, 64);
    setAccessibleName(tr("Histogram of distances"));
    setToolTip(tr("Drag the orange line, or press Left and Right, to move the threshold"));
    rebuild();
}

void DistanceHistogram::setDistribution(DistanceDistribution distribution)
{
    m_distribution = std::move(distribution);
    rebuild();
}

void DistanceHistogram::rebuild()
{
    std::unique_ptr<QChart> old(chart());
    setChart(makeChart(m_distribution, m_axisTitle, windowInk(palette(), font())).release());
    setBackgroundBrush(palette().color(QPalette::Window));
}

void DistanceHistogram::setThreshold(double threshold)
{
    m_threshold = threshold;
    setAccessibleDescription(tr("Threshold %1").arg(QLocale().toString(threshold, 'f', 3)));
    viewport()->update();
}

std::pair<double, double> DistanceHistogram::range() const
{
    return paddedRange(m_distribution);
}

double DistanceHistogram::positionOf(double distance) const
{
    const auto [low, high] = range();
    const QRectF plot = chart()->plotArea();
    return mapFromScene(QPointF(plot.left() + (distance - low) / (high - low) * plot.width(), 0.0)).x();
}

double DistanceHistogram::distanceAt(double x) const
{
    const auto [low, high] = range();
    const QRectF plot = chart()->plotArea();
    const double sceneX = mapToScene(static_cast<int>(std::lround(x)), 0).x();
    return low + (sceneX - plot.left()) / std::max(1.0, plot.width()) * (high - low);
}

void DistanceHistogram::moveTo(double threshold)
{
    if (m_distribution.histogram.counts.empty())
        return;
    threshold = std::clamp(threshold, m_distribution.lowest, m_distribution.highest);
    if (threshold == m_threshold)
        return;
    setThreshold(threshold);
    Q_EMIT thresholdMoved(threshold);
}

void DistanceHistogram::paintMarks(QPainter &painter, const QRectF &plot, const QColor &ink,
                                   const QColor &accent) const
{
    if (m_distribution.histogram.counts.empty())
        return;
    const auto [low, high] = range();
    const QLocale locale;
    const auto xOf = [&](double distance) {
        return plot.left() + (distance - low) / (high - low) * plot.width();
    };
    const double line = QFontMetricsF(painter.font()).height();
    painter.setPen(QPen(ink, 1.0, Qt::DashLine));
    double labelLine = 0.0;
    double lastRight = -1e9;
    for (const auto &[percent, distance] : m_distribution.marks)
    {
        const double x = xOf(distance);
        const QString text = tr("%1 %").arg(locale.toString(percent, 'g', 4));
        const double width = QFontMetricsF(painter.font()).horizontalAdvance(text);
        const bool hasRoom = x + 4.0 + width <= plot.right();
        const double left = hasRoom ? x + 4.0 : x - 4.0 - width;
        // Marks that lie close together step down, so that no label covers another.
        labelLine = left < lastRight ? labelLine + line : 0.0;
        lastRight = left + width + 4.0;
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
        painter.drawText(QRectF(left, plot.top() + labelLine, width + 2.0, line), Qt::AlignLeft, text);
    }
    painter.setPen(QPen(accent, 2.0));
    painter.setBrush(accent);
    const double x = xOf(m_threshold);
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    painter.drawPolygon(
        QPolygonF({{x - 5.0, plot.bottom() + 6.0}, {x + 5.0, plot.bottom() + 6.0}, {x, plot.bottom()}}));
}

void DistanceHistogram::drawForeground(QPainter *painter, const QRectF & /*rect*/)
{
    const ChartInk ink = windowInk(palette(), font());
    painter->setFont(ink.font);
    paintMarks(*painter, chart()->plotArea(), ink.text, themeColours(palette()).selection);
}

void DistanceHistogram::paintOn(QPainter &painter, const QRectF &area) const
{
    const QRectF plot = paintChart(painter, makeChart(m_distribution, m_axisTitle, paperInk()), area);
    paintMarks(painter, plot, Qt::black, paperColours().selection);
}

void DistanceHistogram::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || m_distribution.histogram.counts.empty())
        return;
    m_isDragging = true;
    // Near the line it is grabbed where it is; elsewhere it comes to the cursor.
    if (std::abs(event->position().x() - positionOf(m_threshold)) > kGrabDistance)
        moveTo(distanceAt(event->position().x()));
}

void DistanceHistogram::mouseMoveEvent(QMouseEvent *event)
{
    const bool isNear = std::abs(event->position().x() - positionOf(m_threshold)) <= kGrabDistance;
    viewport()->setCursor(m_isDragging || isNear ? Qt::SplitHCursor : Qt::ArrowCursor);
    if (m_isDragging)
        moveTo(distanceAt(event->position().x()));
}

void DistanceHistogram::mouseReleaseEvent(QMouseEvent * /*event*/)
{
    m_isDragging = false;
}

void DistanceHistogram::keyPressEvent(QKeyEvent *event)
{
    const auto [low, high] = range();
    const double step = (high - low) / kKeySteps;
    switch (event->key())
    {
    case Qt::Key_Left: moveTo(m_threshold - step); break;
    case Qt::Key_Right: moveTo(m_threshold + step); break;
    case Qt::Key_PageDown: moveTo(m_threshold - 10.0 * step); break;
    case Qt::Key_PageUp: moveTo(m_threshold + 10.0 * step); break;
    case Qt::Key_Home: moveTo(m_distribution.lowest); break;
    case Qt::Key_End: moveTo(m_distribution.highest); break;
    default: QWidget::keyPressEvent(event);
    }
}

void DistanceHistogram::changeEvent(QEvent *event)
{
    QChartView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        rebuild();
}

} // namespace somnium::ui
