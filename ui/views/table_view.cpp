// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/table_view.h"

#include <algorithm>
#include <utility>

#include <QBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QStackedWidget>
#include <QTimer>
#include <QToolButton>

#include "ui/models/wording.h"
#include "ui/theme.h"
#include "ui/views/empty_state.h"
#include "ui/views/source_table.h"

namespace somnium::ui
{

namespace
{

constexpr int kFilterDelayMs = 250; ///< a filter is read when the typing rests
constexpr int kSampleRows = 100;    ///< rows that column widths are measured by
constexpr int kMostInFigure = 500;  ///< rows of a page that one can read

/// Texts of the table, for paper.
struct TableFigure
{
    QStringList headings;
    std::vector<bool> isNumeric;
    std::vector<QStringList> rows;
    QString title;
    int total = 0;
};

void paintTable(QPainter &painter, const QRectF &area, const TableFigure &figure)
{
    const QFontMetricsF metrics(painter.font());
    const double line = 1.25 * metrics.height();
    const QRectF inner = area.adjusted(kGridStep, kGridStep, -kGridStep, -kGridStep);
    const int shown =
        std::min(static_cast<int>(figure.rows.size()), static_cast<int>(inner.height() / line) - 2);
    painter.setPen(Qt::black);
    painter.drawText(
        QRectF(inner.topLeft(), QSizeF(inner.width(), line)), Qt::AlignLeft | Qt::AlignVCenter,
        shown < figure.total
            ? TableView::tr("%1; rows 1 to %2 of %L3").arg(figure.title).arg(shown).arg(figure.total)
            : figure.title);
    double x = inner.left();
    for (qsizetype column = 0; column < figure.headings.size(); ++column)
    {
        double width = metrics.horizontalAdvance(figure.headings.at(column));
        for (int row = 0; row < shown; ++row)
            width = std::max(
                width, metrics.horizontalAdvance(figure.rows[static_cast<std::size_t>(row)].at(column)));
        width = std::min(width, inner.right() - x);
        if (width < 4.0 * kGridStep)
            break; // columns that have no room are left out whole
        const int side = figure.isNumeric[static_cast<std::size_t>(column)] ? Qt::AlignRight : Qt::AlignLeft;
        const auto cell = [&](int row, const QString &text) {
            painter.drawText(QRectF(x, inner.top() + row * line, width, line), side | Qt::AlignVCenter,
                             metrics.elidedText(text, Qt::ElideMiddle, width));
        };
        cell(1, figure.headings.at(column));
        for (int row = 0; row < shown; ++row)
            cell(row + 2, figure.rows[static_cast<std::size_t>(row)].at(column));
        x += width + 2.0 * kGridStep;
    }
    painter.drawLine(QPointF(inner.left(), inner.top() + 2.0 * line),
                     QPointF(inner.right(), inner.top() + 2.0 * line));
}

} // namespace

TableView::TableView(QWidget *parent) : QWidget(parent), m_model(new SourceTableModel(this))
{
    m_pages = new QStackedWidget(this);
    auto *empty =
        new EmptyState(QStringLiteral("table"), tr("No survey open"),
                       tr("Every source with its position, prototype, distance, labels and catalogue row "
                          "will be a line here."),
                       tr("Open..."), m_pages);
    connect(empty, &EmptyState::actionRequested, this, &TableView::openRequested);
    m_pages->addWidget(empty);
    m_pages->addWidget(buildPage());
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_pages);
    m_filterTimer = new QTimer(this);
    m_filterTimer->setSingleShot(true);
    m_filterTimer->setInterval(kFilterDelayMs);
    connect(m_filterTimer, &QTimer::timeout, this, &TableView::applyFilter);
    connect(m_filter, &QLineEdit::textChanged, m_filterTimer, qOverload<>(&QTimer::start));
    connect(m_filter, &QLineEdit::returnPressed, this, &TableView::applyFilter);
    connect(m_model, &QAbstractItemModel::modelReset, this, &TableView::refreshCount);
    setAccessibleName(tr("Table"));
}

QWidget *TableView::buildPage()
{
    auto *page = new QWidget(m_pages);
    m_filter = new QLineEdit(page);
    m_filter->setClearButtonEnabled(true);
    m_filter->setPlaceholderText(tr("Filter: words, or column > value"));
    m_filter->setAccessibleName(tr("Filter"));
    m_filter->setToolTip(
        tr("Words that must occur in the identifier, the labels or a text column, and comparisons: "
           "distance > 2.5   \"S peak\" <= 3   class = FR1"));
    m_filter->addAction(themeIcon(QStringLiteral("filter")), QLineEdit::LeadingPosition);
    m_problem = new QLabel(page);
    m_problem->setWordWrap(true);
    m_problem->setContentsMargins(kGridStep, 0, kGridStep, kGridStep / 2);
    m_problem->hide();
    m_count = new QLabel(page);
    m_count->setProperty("quiet", true);
    m_count->setFont(tabularFont(font()));
    m_columns = new QMenu(page);
    auto *chooser = new QToolButton(page);
    chooser->setIcon(themeIcon(QStringLiteral("columns")));
    chooser->setAccessibleName(tr("Choose columns"));
    chooser->setToolTip(tr("Choose which columns are shown"));
    chooser->setMenu(m_columns);
    chooser->setPopupMode(QToolButton::InstantPopup);
    m_table = new SourceTable(m_model, page);
    connect(m_table, &SourceTable::sourceActivated, this, &TableView::sourceActivated);
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(kGridStep, kGridStep / 2, kGridStep, kGridStep / 2);
    bar->setSpacing(kGridStep);
    bar->addWidget(m_filter, 1);
    bar->addWidget(m_count);
    bar->addWidget(chooser);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(m_problem);
    layout->addWidget(m_table, 1);
    return page;
}

void TableView::setSurvey(SurveyPointer survey)
{
    m_pages->setCurrentIndex(survey ? 1 : 0);
    const int columnsBefore = m_model->columnCount();
    m_model->setSurvey(std::move(survey));
    if (m_model->columnCount() != columnsBefore)
        m_table->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    refreshColumns();
}

void TableView::setLabels(LabelsPointer labels)
{
    m_model->setLabels(std::move(labels));
}

void TableView::setSelection(SelectionModel *selection)
{
    m_table->setSourceSelection(selection);
}

void TableView::setFilter(const QString &expression)
{
    m_filter->setText(expression);
    applyFilter();
}

void TableView::applyFilter()
{
    m_filterTimer->stop();
    const QString problem = m_model->setFilter(m_filter->text());
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
}

void TableView::refreshColumns()
{
    m_columns->clear();
    m_table->horizontalHeader()->setResizeContentsPrecision(kSampleRows);
    m_table->resizeColumnsToContents();
    for (int column = 0; column < m_model->columnCount(); ++column)
    {
        m_table->setColumnWidth(column, std::min(m_table->columnWidth(column) + kGridStep, 240));
        QAction *action =
            m_columns->addAction(m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        action->setCheckable(true);
        action->setChecked(!m_table->isColumnHidden(column));
        connect(action, &QAction::toggled, m_table,
                [this, column](bool isShown) { m_table->setColumnHidden(column, !isShown); });
    }
}

FigurePainter TableView::detachedFigure() const
{
    TableFigure figure;
    figure.title = m_filter->text().isEmpty() ? m_count->text()
                                              : tr("%1, filter: %2").arg(m_count->text(), m_filter->text());
    figure.total = m_model->rowCount();
    std::vector<int> columns;
    for (int visual = 0; visual < m_model->columnCount(); ++visual)
    {
        const int column = m_table->horizontalHeader()->logicalIndex(visual);
        if (m_table->isColumnHidden(column))
            continue;
        columns.push_back(column);
        figure.headings << m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        figure.isNumeric.push_back(m_model->columns().isNumeric(column));
    }
    for (int row = 0; row < std::min(figure.total, kMostInFigure); ++row)
    {
        QStringList texts;
        for (const int column : columns)
            texts << m_model->index(row, column).data().toString();
        figure.rows.push_back(texts);
    }
    return [figure = std::move(figure)](QPainter &painter, const QRectF &area) {
        paintTable(painter, area, figure);
    };
}

void TableView::paintFigure(QPainter &painter, const QRectF &area) const
{
    detachedFigure()(painter, area);
}

QString TableView::figureName() const
{
    return QStringLiteral("table");
}

bool TableView::hasFigure() const
{
    return m_model->rowCount() > 0;
}

void TableView::refreshCount()
{
    const std::size_t shown = m_model->shownSources().size();
    const std::size_t total = m_model->columns().sourceCount();
    m_count->setText(
        shown == total
            ? sourcesText(total)
            : tr("%1 of %2").arg(QLocale().toString(static_cast<qulonglong>(shown)), sourcesText(total)));
    Q_EMIT shownCountChanged(shown, total);
}

} // namespace somnium::ui
