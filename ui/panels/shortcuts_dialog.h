// SPDX-License-Identifier: GPL-3.0-or-later
// Every shortcut in one place, read from the actions themselves.
#pragma once

#include <QDialog>
#include <QList>

class QAction;

namespace somnium::ui
{

class ShortcutsDialog : public QDialog
{
    Q_OBJECT

public:
    explicit ShortcutsDialog(const QList<QAction *> &actions, QWidget *parent = nullptr);
};

} // namespace somnium::ui
