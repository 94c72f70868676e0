// SPDX-License-Identifier: GPL-3.0-or-later
// Two labelings side by side: a confusion table whose cells select their sources, and how far they agree.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include <QDialog>
#include <QStringList>

#include "core/workflow/labeling.h"

class QComboBox;
class QLabel;
class QTableWidget;

namespace somnium::ui
{

class CompareDialog : public QDialog
{
    Q_OBJECT

public:
    /// `columns`: catalogue columns that may hold classes.
    explicit CompareDialog(const QStringList &columns, QWidget *parent = nullptr);

    void setComparison(const std::shared_ptr<const workflow::Comparison> &comparison);
    /// Asks for the comparison that is chosen.
    void ask();

Q_SIGNALS:
    /// Names as workflow::compareLabelings takes them.
    void comparisonRequested(const QString &first, const QString &second);
    /// A cell was clicked, or its key pressed.
    void sourcesRequested(const QString &title, const std::vector<std::size_t> &sources);
    void exportRequested(const std::shared_ptr<const somnium::workflow::Comparison> &comparison);

private:
    [[nodiscard]] QComboBox *makeChoice(const QStringList &columns, const char *objectName);
    void fillTable();
    void selectCell(int row, int column);

    std::shared_ptr<const workflow::Comparison> m_comparison;
    QComboBox *m_first = nullptr;
    QComboBox *m_second = nullptr;
    QLabel *m_figures = nullptr;
    QTableWidget *m_table = nullptr;
};

} // namespace somnium::ui
