// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/problems_dialog.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "ui/panels/panel_parts.h"
#include "ui/session/counted.h"

namespace somnium::ui
{

ProblemsDialog::ProblemsDialog(const QString &collection, const std::vector<data::ImportProblem> &problems,
                               QWidget *parent)
    : QDialog(parent)
{
    setObjectName(QStringLiteral("problemsDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Not read"));
    resize(900, 420);
    auto *table = new QTreeWidget;
    table->setObjectName(QStringLiteral("problemsTable"));
    table->setRootIsDecorated(false);
    table->setTextElideMode(Qt::ElideMiddle);
    table->setHeaderLabels({tr("File"), tr("HDU"), tr("Expected"), tr("Found")});
    QString all;
    for (const data::ImportProblem &problem : problems)
    {
        QString file = QString::fromStdString(problem.origin.file);
        if (!problem.origin.member.empty())
            file += QStringLiteral("[%1]").arg(QString::fromStdString(problem.origin.member));
        const QStringList cells{
            file, problem.origin.hdu > 0 ? QString::number(problem.origin.hdu) : QString(),
            QString::fromStdString(problem.expected), QString::fromStdString(problem.found)};
        auto *item = new QTreeWidgetItem(table, cells);
        for (int column = 0; column < cells.size(); ++column)
            item->setToolTip(column, cells.at(column));
        all += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
    }
    table->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    table->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QPushButton *copy = buttons->addButton(tr("Copy"), QDialogButtonBox::ActionRole);
    connect(copy, &QPushButton::clicked, this, [all] { QApplication::clipboard()->setText(all); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(quietLabel(
        tr("%1 of \u201c%2\u201d could not be read. The others are there.")
            .arg(counted(problems.size(), tr("%1 file or image"), tr("%1 files or images")), collection)));
    layout->addWidget(table);
    layout->addWidget(buttons);
}

} // namespace somnium::ui
