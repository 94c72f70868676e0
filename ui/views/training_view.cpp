// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/training_view.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include <QBoxLayout>
#include <QEvent>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPlainTextEdit>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QTime>
#include <QtCharts/QCategoryAxis>
#include <QtCharts/QChart>
#include <QtCharts/QChartView>
#include <QtCharts/QLegend>
#include <QtCharts/QLineSeries>
#include <QtCharts/QValueAxis>

#include "ui/models/wording.h"
#include "ui/theme.h"
#include "ui/views/chart_style.h"
#include "ui/views/empty_state.h"
#include "ui/views/scrolling_page.h"

namespace somnium::ui
{

namespace
{

constexpr int kLogLines = 5000;

QValueAxis *epochAxis(QChart &chart, std::size_t epochs, const ChartInk &ink)
{
    auto *axis = new QValueAxis(&chart);
    styleAxis(*axis, ink, TrainingView::tr("epoch"));
    setRoundRange(*axis, 0.0, std::max(1.0, static_cast<double>(epochs)), 6);
    axis->setLabelFormat(QStringLiteral("%.0f"));
    chart.addAxis(axis, Qt::AlignBottom);
    return axis;
}

template <class ValueOf> QLineSeries *addCurve(QChart &chart, const std::vector<som::EpochReport> &history,
                                               const QString &name, const QColor &colour, ValueOf valueOf)
{
    auto *series = new QLineSeries(&chart);
    series->setName(name);
    series->setPen(QPen(colour, 2.0));
    series->setPointsVisible(history.size() < 60);
    for (const som::EpochReport &report : history)
        series->append(static_cast<double>(report.epoch), valueOf(report));
    chart.addSeries(series);
    return series;
}

QValueAxis *addValueAxis(QChart &chart, QLineSeries *series, QValueAxis *epochs, Qt::Alignment side,
                         const ChartInk &ink, const QString &title)
{
    auto *axis = new QValueAxis(&chart);
    styleAxis(*axis, ink, title);
    double high = 0.0;
    for (const QPointF &point : series->points())
        high = std::max(high, point.y());
    setRoundRange(*axis, 0.0, high > 0.0 ? high : 1.0, 4);
    chart.addAxis(axis, side);
    series->attachAxis(epochs);
    series->attachAxis(axis);
    return axis;
}

/// Two curves with an axis each, told apart by colour and by the axis' title in that colour.
std::unique_ptr<QChart> qualityChart(const std::vector<som::EpochReport> &history, std::size_t epochs,
                                     const ChartInk &ink)
{
    auto chart = std::make_unique<QChart>();
    styleChart(*chart, ink);
    QValueAxis *x = epochAxis(*chart, epochs, ink);
    QLineSeries *distance = addCurve(*chart, history, TrainingView::tr("AQE"), ink.first,
                                     [](const som::EpochReport &report) { return report.meanDistance; });
    QLineSeries *topology = addCurve(*chart, history, TrainingView::tr("TE"), ink.second,
                                     [](const som::EpochReport &report) { return report.topographicError; });
    addValueAxis(*chart, distance, x, Qt::AlignLeft, ink, TrainingView::tr("AQE"))->setTitleBrush(ink.first);
    QValueAxis *right = addValueAxis(*chart, topology, x, Qt::AlignRight, ink, TrainingView::tr("TE"));
    right->setTitleBrush(ink.second);
    right->setGridLineVisible(false);
    return chart;
}

std::unique_ptr<QChart> emptyChart(const std::vector<som::EpochReport> &history, std::size_t epochs,
                                   const ChartInk &ink)
{
    auto chart = std::make_unique<QChart>();
    styleChart(*chart, ink);
    QValueAxis *x = epochAxis(*chart, epochs, ink);
    QLineSeries *empty =
        addCurve(*chart, history, TrainingView::tr("empty neurons"), ink.first,
                 [](const som::EpochReport &report) { return static_cast<double>(report.emptyNeurons); });
    addValueAxis(*chart, empty, x, Qt::AlignLeft, ink, TrainingView::tr("empty neurons"));
    return chart;
}

/// Both losses on one logarithmic axis: they fall over decades. The chart's own values are log10 of the
/// losses.
std::unique_ptr<QChart> lossChart(const std::vector<latent::EpochRecord> &history, std::size_t epochs,
                                  const ChartInk &ink)
{
    auto chart = std::make_unique<QChart>();
    styleChart(*chart, ink);
    chart->legend()->setVisible(true);
    chart->legend()->setAlignment(Qt::AlignRight); // the dock is low: above, it would leave labels no room
    chart->legend()->setLabelColor(ink.text);
    QValueAxis *x = epochAxis(*chart, epochs, ink);
    auto *y = new QCategoryAxis(chart.get());
    styleAxis(*y, ink, TrainingView::tr("loss"));
    double low = std::numeric_limits<double>::infinity();
    double high = 0.0;
    const auto add = [&](const QString &name, const QColor &colour, double latent::EpochRecord::*loss) {
        auto *series = new QLineSeries(chart.get());
        series->setName(name);
        series->setPen(QPen(colour, 2.0));
        series->setPointsVisible(history.size() < 60);
        for (const latent::EpochRecord &record : history)
        {
            if (!(record.*loss > 0.0) || !std::isfinite(record.*loss))
                continue;
            series->append(static_cast<double>(record.epoch), std::log10(record.*loss));
            low = std::min(low, record.*loss);
            high = std::max(high, record.*loss);
        }
        chart->addSeries(series);
        series->attachAxis(x);
        return series;
    };
    QLineSeries *training = add(TrainingView::tr("training"), ink.first, &latent::EpochRecord::trainingLoss);
    QLineSeries *validation =
        add(TrainingView::tr("validation"), ink.second, &latent::EpochRecord::validationLoss);
    setLogRange(*y, high > 0.0 ? 0.9 * low : 0.1, high > 0.0 ? 1.1 * high : 1.0);
    chart->addAxis(y, Qt::AlignLeft);
    training->attachAxis(y);
    validation->attachAxis(y);
    return chart;
}

QChartView *makeChartView(const QString &name, QWidget *parent)
{
    auto *view = new QChartView(parent);
    view->setRenderHint(QPainter::Antialiasing);
    view->setFrameShape(QFrame::NoFrame);
    view->setMinimumSize(160, 80);
    view->setAccessibleName(name);
    return view;
}

void exchangeChart(QChartView &view, std::unique_ptr<QChart> chart)
{
    const std::unique_ptr<QChart> old(view.chart());
    view.setChart(chart.release());
    view.setBackgroundBrush(view.palette().color(QPalette::Window));
}

} // namespace

TrainingView::TrainingView(QWidget *parent) : QWidget(parent)
{
    m_qualityChart = makeChartView(tr("Mean distance and topographic error per epoch"), this);
    m_emptyChart = makeChartView(tr("Empty neurons per epoch"), this);
    m_figures = new QLabel(this);
    m_figures->setFont(tabularFont(font()));
    m_figures->setProperty("quiet", true);
    m_figures->setContentsMargins(kGridStep, 0, kGridStep, kGridStep / 2);
    m_figures->setWordWrap(true);
    m_log = new QPlainTextEdit(this);
    m_log->setReadOnly(true);
    m_log->setMaximumBlockCount(kLogLines);
    m_log->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_log->setAccessibleName(tr("Log"));
    m_log->setMinimumHeight(3 * m_log->fontMetrics().lineSpacing());

    auto *curves = new QWidget(this);
    auto *charts = new QHBoxLayout;
    charts->setSpacing(0);
    charts->addWidget(m_qualityChart, 3);
    charts->addWidget(m_emptyChart, 2);
    auto *curvesLayout = new QVBoxLayout(curves);
    curvesLayout->setContentsMargins(0, 0, 0, 0);
    curvesLayout->setSpacing(0);
    curvesLayout->addLayout(charts, 1);
    curvesLayout->addWidget(m_figures);
    m_pages = new QStackedWidget(this);
    m_pages->addWidget(
        new EmptyState(QStringLiteral("curves"), tr("Nothing trained yet"),
                       tr("While a map is trained, its mean distance, topographic error and empty "
                          "neurons are drawn here; of an autoencoder its losses."),
                       {}, m_pages));
    m_pages->addWidget(new ScrollingPage(curves, m_pages));
    m_tabs = new QTabWidget(this);
    m_tabs->setDocumentMode(true);
    m_tabs->tabBar()->setDrawBase(false);
    m_tabs->addTab(m_pages, tr("Curves"));
    m_tabs->addTab(m_log, tr("Log"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_tabs);
    setAccessibleName(tr("Training"));
    refresh();
}

void TrainingView::setHistory(std::vector<som::EpochReport> history, std::size_t epochs)
{
    m_isLatent = false;
    m_history = std::move(history);
    m_epochs = std::max(epochs, m_history.empty() ? std::size_t{0} : m_history.back().epoch);
    m_secondsLeft = -1.0;
    refresh();
}

void TrainingView::setTrainingSnapshot(const som::TrainingSnapshot &snapshot)
{
    const bool isSame =
        !m_isLatent && snapshot.som && snapshot.som->history == m_history && snapshot.epochs == m_epochs;
    m_isLatent = false;
    m_secondsLeft = snapshot.secondsLeft;
    if (isSame)
    {
        m_figures->setText(figuresText());
        return;
    }
    m_history = snapshot.som ? snapshot.som->history : std::vector<som::EpochReport>{};
    m_epochs = snapshot.epochs;
    refresh();
}

void TrainingView::setLatentHistory(std::vector<latent::EpochRecord> history, std::size_t epochs)
{
    m_isLatent = true;
    m_latentHistory = std::move(history);
    m_epochs = std::max(epochs, m_latentHistory.size());
    m_secondsLeft = -1.0;
    m_samplesPerSecond = 0.0;
    refresh();
}

void TrainingView::setLatentSnapshot(const latent::AutoencoderSnapshot &snapshot)
{
    const bool isSame = m_isLatent && snapshot.history &&
                        snapshot.history->size() == m_latentHistory.size() && snapshot.epochs == m_epochs;
    m_isLatent = true;
    m_secondsLeft = snapshot.secondsLeft;
    m_samplesPerSecond = snapshot.samplesPerSecond;
    if (isSame)
        return m_figures->setText(figuresText());
    m_latentHistory = snapshot.history ? *snapshot.history : std::vector<latent::EpochRecord>{};
    m_epochs = snapshot.epochs;
    refresh();
}

void TrainingView::clear()
{
    setHistory({}, 0);
}

void TrainingView::appendLog(const QString &line)
{
    m_log->appendPlainText(
        QStringLiteral("%1  %2").arg(QTime::currentTime().toString(QStringLiteral("HH:mm:ss")), line));
}

QString TrainingView::logText() const
{
    return m_log->toPlainText();
}

QString TrainingView::latentFiguresText() const
{
    if (m_latentHistory.empty())
        return {};
    const QLocale locale;
    const latent::EpochRecord &last = m_latentHistory.back();
    QStringList parts = {tr("epoch %1 of %2").arg(last.epoch).arg(m_epochs),
                         tr("training loss %1").arg(locale.toString(last.trainingLoss, 'g', 4))};
    if (std::isfinite(last.validationLoss))
        parts << tr("validation loss %1").arg(locale.toString(last.validationLoss, 'g', 4));
    if (m_samplesPerSecond > 0.0)
        parts << rateText(m_samplesPerSecond);
    if (m_secondsLeft > 0.0)
        parts << tr("%1 left at most").arg(durationText(m_secondsLeft));
    return parts.join(QStringLiteral("   "));
}

QString TrainingView::figuresText() const
{
    if (m_isLatent)
        return latentFiguresText();
    if (m_history.empty())
        return {};
    const QLocale locale;
    const som::EpochReport &last = m_history.back();
    QStringList parts = {tr("epoch %1 of %2").arg(last.epoch).arg(m_epochs),
                         tr("sigma %1").arg(locale.toString(last.sigma, 'f', 2)),
                         tr("AQE %1").arg(locale.toString(last.meanDistance, 'f', 3)),
                         tr("TE %1").arg(locale.toString(last.topographicError, 'f', 3)),
                         tr("empty %1").arg(locale.toString(static_cast<qulonglong>(last.emptyNeurons))),
                         rateText(last.imagesPerSecond)};
    if (m_secondsLeft > 0.0)
        parts << tr("%1 left").arg(durationText(m_secondsLeft));
    parts.removeAll(QString());
    return parts.join(QStringLiteral("   "));
}

void TrainingView::refresh()
{
    const ChartInk ink = windowInk(palette(), font());
    m_pages->setCurrentIndex((m_isLatent ? m_latentHistory.empty() : m_history.empty()) ? 0 : 1);
    m_emptyChart->setVisible(!m_isLatent);
    if (m_isLatent)
    {
        exchangeChart(*m_qualityChart, lossChart(m_latentHistory, m_epochs, ink));
        return m_figures->setText(figuresText());
    }
    exchangeChart(*m_qualityChart, qualityChart(m_history, m_epochs, ink));
    exchangeChart(*m_emptyChart, emptyChart(m_history, m_epochs, ink));
    m_figures->setText(figuresText());
}

void TrainingView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_qualityChart != nullptr)
        refresh();
}

void TrainingView::paintFigure(QPainter &painter, const QRectF &area) const
{
    const double line = QFontMetricsF(painter.font()).height();
    QRectF charts = area.adjusted(0.0, 0.0, 0.0, -line - kGridStep);
    const auto paintFigures = [&] {
        painter.setPen(Qt::black);
        painter.drawText(
            QRectF(area.left() + kGridStep, charts.bottom(), area.width() - 2.0 * kGridStep, line),
            Qt::AlignLeft | Qt::AlignVCenter, figuresText());
    };
    if (m_isLatent)
    {
        paintChart(painter, lossChart(m_latentHistory, m_epochs, paperInk()), charts);
        return paintFigures();
    }
    QRectF upper = charts;
    upper.setHeight(charts.height() * 0.6);
    QRectF lower = charts;
    lower.setTop(upper.bottom());
    paintChart(painter, qualityChart(m_history, m_epochs, paperInk()), upper);
    paintChart(painter, emptyChart(m_history, m_epochs, paperInk()), lower);
    paintFigures();
}

QString TrainingView::figureName() const
{
    return QStringLiteral("training");
}

bool TrainingView::hasFigure() const
{
    return m_isLatent ? !m_latentHistory.empty() : !m_history.empty();
}

} // namespace somnium::ui
