// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/compare_dialog.h"

#include <algorithm>
#include <cmath>

#include <QComboBox>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include "ui/panels/panel_parts.h"
#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

QString figure(double value)
{
    return std::isfinite(value) ? QLocale().toString(value, 'f', 3) : QStringLiteral("\u2013");
}

} // namespace

CompareDialog::CompareDialog(const QStringList &columns, QWidget *parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("compareDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Compare labels"));
    resize(760, 500);
    m_first = makeChoice(columns, "compareFirst");
    m_second = makeChoice(columns, "compareSecond");
    // What was given in a catalogue beside what the map says of it: the usual question.
    m_first->setCurrentIndex(columns.isEmpty() ? 0 : 3);
    m_second->setCurrentIndex(1);
    auto *row = new QHBoxLayout;
    row->addWidget(new QLabel(tr("Rows")));
    row->addWidget(m_first, 1);
    row->addWidget(new QLabel(tr("Columns")));
    row->addWidget(m_second, 1);
    m_figures = quietLabel({});
    m_table = new QTableWidget;
    m_table->setObjectName(QStringLiteral("confusionTable"));
    m_table->setAccessibleName(tr("Confusion table: click a number to select its sources"));
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setFrameShape(QFrame::NoFrame);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QPushButton *exporter = buttons->addButton(tr("Export\u2026"), QDialogButtonBox::ActionRole);
    exporter->setObjectName(QStringLiteral("exportConfusion"));
    connect(exporter, &QPushButton::clicked, this, [this] {
        if (m_comparison)
            Q_EMIT exportRequested(m_comparison);
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    for (QComboBox *choice : {m_first, m_second})
        connect(choice, &QComboBox::currentIndexChanged, this, &CompareDialog::ask);
    connect(m_table, &QTableWidget::cellClicked, this, &CompareDialog::selectCell);
    connect(m_table, &QTableWidget::cellActivated, this, &CompareDialog::selectCell);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(row);
    layout->addWidget(m_figures);
    layout->addWidget(m_table, 1);
    layout->addWidget(
        quietLabel(tr("A click on a number selects its sources. \u201cThe map\u201d calls a source "
                      "what most others of its neuron are called.")));
    layout->addWidget(buttons);
}

QComboBox *CompareDialog::makeChoice(const QStringList &columns, const char *objectName)
{
    auto *choice = new QComboBox;
    choice->setObjectName(QLatin1String(objectName));
    choice->addItem(tr("Labels of this session"), QStringLiteral("labels"));
    choice->addItem(tr("The map"), QStringLiteral("map"));
    choice->addItem(tr("Labels of the prototypes"), QStringLiteral("prototypes"));
    for (const QString &column : columns)
        choice->addItem(tr("Column %1").arg(column), column);
    return choice;
}

void CompareDialog::ask()
{
    const QString first = m_first->currentData().toString();
    const QString second = m_second->currentData().toString();
    if (first == second)
    {
        m_comparison.reset();
        m_table->clear();
        m_table->setRowCount(0);
        m_table->setColumnCount(0);
        m_figures->setText(tr("Choose two different ones."));
        return;
    }
    Q_EMIT comparisonRequested(first, second);
}

void CompareDialog::setComparison(const std::shared_ptr<const workflow::Comparison> &comparison)
{
    m_comparison = comparison;
    const search::Confusion &confusion = m_comparison->confusion;
    const QLocale locale;
    m_figures->setText(confusion.compared == 0
                           ? tr("No source has a name in both.")
                           : tr("%1 sources compared. Agreement %2 %, Cohen's kappa %3. Purity of the "
                                "columns %4, of the rows %5.")
                                 .arg(locale.toString(static_cast<qulonglong>(confusion.compared)),
                                      locale.toString(100.0 * confusion.accuracy, 'f', 1),
                                      figure(confusion.kappa), figure(confusion.columnPurity),
                                      figure(confusion.rowPurity)));
    fillTable();
}

void CompareDialog::fillTable()
{
    const search::Confusion &confusion = m_comparison->confusion;
    m_table->clear();
    m_table->setRowCount(static_cast<int>(confusion.rows.size()));
    m_table->setColumnCount(static_cast<int>(confusion.columns.size()));
    QStringList rows;
    QStringList columns;
    for (const std::string &name : confusion.rows)
        rows.append(QString::fromStdString(name));
    for (const std::string &name : confusion.columns)
        columns.append(QString::fromStdString(name));
    m_table->setVerticalHeaderLabels(rows);
    m_table->setHorizontalHeaderLabels(columns);
    const QColor accent = themeColours(palette()).selection;
    for (std::size_t row = 0; row < confusion.rows.size(); ++row)
    {
        std::size_t whole = 1;
        for (std::size_t column = 0; column < confusion.columns.size(); ++column)
            whole += confusion.count(row, column);
        for (std::size_t column = 0; column < confusion.columns.size(); ++column)
        {
            const std::size_t count = confusion.count(row, column);
            auto *item = new QTableWidgetItem(QLocale().toString(static_cast<qulonglong>(count)));
            item->setTextAlignment(Qt::AlignCenter);
            QColor shade = accent;
            shade.setAlphaF(0.6F * static_cast<float>(count) / static_cast<float>(whole));
            item->setBackground(shade);
            item->setToolTip(tr("%1 called %2: click to select them")
                                 .arg(rows.at(static_cast<int>(row)), columns.at(static_cast<int>(column))));
            m_table->setItem(static_cast<int>(row), static_cast<int>(column), item);
        }
    }
    m_table->resizeColumnsToContents();
}

void CompareDialog::selectCell(int row, int column)
{
    if (!m_comparison || row < 0 || column < 0)
        return;
    const search::Confusion &confusion = m_comparison->confusion;
    const std::string &one = confusion.rows[static_cast<std::size_t>(row)];
    const std::string &other = confusion.columns[static_cast<std::size_t>(column)];
    Q_EMIT sourcesRequested(
        tr("%1 called %2").arg(QString::fromStdString(one), QString::fromStdString(other)),
        search::sourcesOfCell(m_comparison->first, m_comparison->second, one, other));
}

} // namespace somnium::ui
