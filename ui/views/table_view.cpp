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
    m_table->setSelection(selection);
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
