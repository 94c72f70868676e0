// SPDX-License-Identifier: GPL-3.0-or-later
// What could not be read: file, HDU, expected, found. Does not block the window.
#pragma once

#include <vector>

#include <QDialog>

#include "core/data/collection.h"

namespace somnium::ui
{

class ProblemsDialog : public QDialog
{
    Q_OBJECT

public:
    ProblemsDialog(const QString &collection, const std::vector<data::ImportProblem> &problems,
                   QWidget *parent = nullptr);
};

} // namespace somnium::ui
