// SPDX-License-Identifier: GPL-3.0-or-later
// The Table tab: filter line, column chooser, table, figures of what is shown.
#pragma once

#include <QWidget>

#include "ui/models/selection_model.h"
#include "ui/models/source_labels.h"
#include "ui/models/survey_data.h"
#include "ui/views/figure_export.h"

class QLabel;
class QLineEdit;
class QMenu;
class QStackedWidget;
class QTimer;

namespace somnium::ui
{

class SourceTable;
class SourceTableModel;

class TableView : public QWidget, public FigureSource
{
    Q_OBJECT

public:
    explicit TableView(QWidget *parent = nullptr);

    void setSurvey(SurveyPointer survey);
    void setLabels(LabelsPointer labels);
    void setSelection(SelectionModel *selection);
    void setFilter(const QString &expression);
    [[nodiscard]] SourceTable *table() const { return m_table; }
    [[nodiscard]] SourceTableModel *model() const { return m_model; }

    /// The first rows as they are filtered and sorted, as many as there is room for; the figure says how
    /// many.
    void paintFigure(QPainter &painter, const QRectF &area) const override;
    [[nodiscard]] FigurePainter detachedFigure() const override;
    [[nodiscard]] QString figureName() const override;
    [[nodiscard]] bool hasFigure() const override;

Q_SIGNALS:
    void sourceActivated(std::size_t source);
    void shownCountChanged(std::size_t shown, std::size_t total);
    void openRequested(); ///< the empty state's button

private:
    [[nodiscard]] QWidget *buildPage();
    void applyFilter();
    void refreshColumns();
    void refreshCount();

    SourceTableModel *m_model = nullptr;
    SourceTable *m_table = nullptr;
    QLineEdit *m_filter = nullptr;
    QLabel *m_problem = nullptr;
    QLabel *m_count = nullptr;
    QMenu *m_columns = nullptr;
    QStackedWidget *m_pages = nullptr;
    QTimer *m_filterTimer = nullptr;
};

} // namespace somnium::ui
