// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/shortcuts_dialog.h"

#include <utility>

#include <QAction>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace somnium::ui
{

namespace
{

/// Habits of the views that are no actions of a menu.
QList<std::pair<QString, QString>> viewHabits()
{
    using Dialog = ShortcutsDialog;
    return {{Dialog::tr("Zoom at the cursor"), Dialog::tr("wheel")},
            {Dialog::tr("Pan"), Dialog::tr("drag")},
            {Dialog::tr("Contrast and bias"), Dialog::tr("right-drag")},
            {Dialog::tr("Select a rectangle"), Dialog::tr("Shift + drag")},
            {Dialog::tr("Extend the selection"), Dialog::tr("Shift + click")},
            {Dialog::tr("Add one, or take one out"), Dialog::tr("Ctrl + click")},
            {Dialog::tr("Walk over neurons or sources"), Dialog::tr("arrow keys")}};
}

} // namespace

ShortcutsDialog::ShortcutsDialog(const QList<QAction *> &actions, QWidget *parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("shortcutsDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Shortcuts"));
    resize(480, 640);
    auto *table = new QTreeWidget;
    table->setObjectName(QStringLiteral("shortcutsTable"));
    table->setRootIsDecorated(false);
    table->setHeaderLabels({tr("Action"), tr("Keys")});
    table->header()->setStretchLastSection(false);
    table->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    table->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    for (const QAction *action : actions)
    {
        if (action->shortcut().isEmpty())
            continue;
        QString text = action->text();
        text.remove(QLatin1Char('&'));
        new QTreeWidgetItem(table, {text, action->shortcut().toString(QKeySequence::NativeText)});
    }
    for (const auto &[text, keys] : viewHabits())
        new QTreeWidgetItem(table, {text, keys});
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(table);
    layout->addWidget(buttons);
}

} // namespace somnium::ui
