// SPDX-License-Identifier: GPL-3.0-or-later
// A table of sources whose selected rows are the shared selection: no second selection to keep in step, so a
// million rows scroll as fast as ten.
#pragma once

#include <QTableView>

#include "ui/models/selection_gesture.h"
#include "ui/models/source_table_model.h"

namespace somnium::ui
{

class SourceTable : public QTableView
{
    Q_OBJECT

public:
    explicit SourceTable(SourceTableModel *model, QWidget *parent = nullptr);
    void setSourceSelection(SelectionModel *selection); ///< not owned
    /// Scrolls to the current source if the filter shows it.
    void followSelection();

Q_SIGNALS:
    void sourceActivated(std::size_t source);

protected:
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void pick(int row, Qt::KeyboardModifiers modifiers);

    SourceTableModel *m_model = nullptr;
    SelectionModel *m_selection = nullptr;
    SelectionGesture m_gesture;
};

} // namespace somnium::ui
