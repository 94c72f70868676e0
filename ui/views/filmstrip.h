// SPDX-License-Identifier: GPL-3.0-or-later
// The filmstrip: sources nearest to a prototype or a source, outliers, or the selection, turned to match.
#pragma once

#include <vector>

#include <QWidget>

#include "ui/models/gallery_model.h"
#include "ui/models/selection_model.h"
#include "ui/views/figure_export.h"

class QComboBox;
class QStackedWidget;
class QToolButton;

namespace somnium::ui
{

class ElidedLabel;
class EmptyState;
class ThumbnailList;

class Filmstrip : public QWidget, public FigureSource
{
    Q_OBJECT

public:
    explicit Filmstrip(QWidget *parent = nullptr);

    void setSurvey(SurveyPointer survey); ///< empties the strip
    void setSelection(SelectionModel *selection);
    void setDisplay(const DisplaySettings &display);
    /// `title` without the count, e.g. "Nearest to prototype (5, 3)".
    void setItems(const QString &title, std::vector<search::Neighbour> items);
    void clear();
    [[nodiscard]] int itemCount() const;
    [[nodiscard]] QString titleText() const;
    [[nodiscard]] ThumbnailList *list() const { return m_list; }

    void paintFigure(QPainter &painter, const QRectF &area) const override;
    [[nodiscard]] FigurePainter detachedFigure() const override;
    [[nodiscard]] QString figureName() const override;
    [[nodiscard]] bool hasFigure() const override;

Q_SIGNALS:
    /// The selection's current source has changed already.
    void sourceActivated(std::size_t source);

private:
    void refresh();
    void describeEmpty();

    SurveyPointer m_survey;
    DisplaySettings m_display;
    QString m_title;
    GalleryModel *m_model = nullptr;
    ThumbnailList *m_list = nullptr;
    ElidedLabel *m_titleLabel = nullptr;
    QComboBox *m_order = nullptr;
    QToolButton *m_turned = nullptr;
    QStackedWidget *m_pages = nullptr;
    EmptyState *m_empty = nullptr;
};

} // namespace somnium::ui
