// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of a recipe in their order: a tick switches one on and off, dragging or Alt+Up and Alt+Down moves
// it, Delete removes it.
#pragma once

#include <vector>

#include <QListWidget>

#include "core/prepare/recipe.h"

namespace somnium::ui
{

class StepList : public QListWidget
{
    Q_OBJECT

public:
    explicit StepList(QWidget *parent = nullptr);

    void setSteps(const std::vector<prepare::Step> &steps, int current);
    /// What a preview has to say of each step: empty, or a warning. Fewer than there are steps is fine.
    void setWarnings(const QStringList &warnings);
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void switched(int row, bool isOn);
    void moveRequested(int from, int to); ///< `to`: the row that it has afterwards
    void removeRequested(int row);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    bool m_isFilling = false;
};

} // namespace somnium::ui
