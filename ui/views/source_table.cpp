// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/source_table.h"

#include <algorithm>

#include <QHeaderView>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QStyledItemDelegate>

#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

/// Paints the shared selection.
class RowDelegate : public QStyledItemDelegate
{
public:
    RowDelegate(const SourceTableModel *model, const SelectionModel *selection, QObject *parent)
        : QStyledItemDelegate(parent), m_model(model), m_selection(selection)
    {}

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const std::size_t source = m_model->sourceOfRow(index.row());
        const bool isCurrent = m_selection != nullptr && m_selection->currentSource() == source;
        if (isCurrent || (m_selection != nullptr && m_selection->isSelected(source)))
        {
            QColor colour = themeColours(option.palette).selection;
            colour.setAlphaF(isCurrent ? 0.45F : 0.2F);
            painter->fillRect(option.rect, colour);
        }
        QStyleOptionViewItem plain = option;
        plain.rect.adjust(kGridStep / 2, 0, -kGridStep / 2, 0);
        plain.state &= ~(QStyle::State_HasFocus | QStyle::State_Selected);
        QStyledItemDelegate::paint(painter, plain, index);
    }

private:
    const SourceTableModel *m_model;
    const SelectionModel *m_selection;
};

} // namespace

SourceTable::SourceTable(SourceTableModel *model, QWidget *parent) : QTableView(parent), m_model(model)
{
    setModel(model);
    // The selection is the shared one; Qt's own would be a second truth.
    setSelectionMode(QAbstractItemView::NoSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setFont(tabularFont(font()));
    setWordWrap(false);
    setTextElideMode(Qt::ElideMiddle);
    setAlternatingRowColors(true);
    setShowGrid(false);
    setFrameShape(QFrame::NoFrame);
    setCornerButtonEnabled(false);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    // Heights that differ, or headers that measure every row, would cost a pass over a million rows.
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + kGridStep / 2 + 2);
    verticalHeader()->hide();
    horizontalHeader()->setSectionsMovable(true);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSortIndicatorClearable(true);
    horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    setSortingEnabled(true);
    setItemDelegate(new RowDelegate(m_model, m_selection, this));
    setAccessibleName(tr("Table of sources"));
    connect(m_model, &QAbstractItemModel::modelReset, this, [this]() {
        m_gesture.forgetAnchor();
        followSelection();
    });
}

void SourceTable::setSourceSelection(SelectionModel *selection)
{
    if (m_selection != nullptr)
        m_selection->disconnect(this);
    m_selection = selection;
    setItemDelegate(new RowDelegate(m_model, m_selection, this));
    if (m_selection == nullptr)
        return;
    connect(m_selection, &SelectionModel::currentSourceChanged, this, &SourceTable::followSelection);
    connect(m_selection, &SelectionModel::selectionChanged, viewport(), qOverload<>(&QWidget::update));
}

void SourceTable::followSelection()
{
    viewport()->update();
    if (m_selection == nullptr || !m_selection->currentSource())
        return;
    const int row = m_model->rowOfSource(*m_selection->currentSource());
    if (row < 0)
        return;
    const int column = std::max(0, currentIndex().column());
    setCurrentIndex(m_model->index(row, column));
    scrollTo(currentIndex());
}

void SourceTable::pick(int row, Qt::KeyboardModifiers modifiers)
{
    if (m_selection == nullptr || row < 0 || row >= m_model->rowCount())
        return;
    setCurrentIndex(m_model->index(row, std::max(0, currentIndex().column())));
    m_gesture.apply(*m_selection, row, modifiers, [this](int r) { return m_model->sourceOfRow(r); });
    Q_EMIT sourceActivated(m_model->sourceOfRow(row));
}

void SourceTable::mousePressEvent(QMouseEvent *event)
{
    setFocus(Qt::MouseFocusReason);
    const QModelIndex index = indexAt(event->pos());
    if (event->button() == Qt::LeftButton && index.isValid())
        pick(index.row(), event->modifiers());
    event->accept();
}

void SourceTable::mouseMoveEvent(QMouseEvent *event)
{
    event->accept(); // no rubber band
}

void SourceTable::mouseReleaseEvent(QMouseEvent *event)
{
    event->accept();
}

void SourceTable::keyPressEvent(QKeyEvent *event)
{
    const int row = currentIndex().isValid() ? currentIndex().row() : -1;
    const int rows = m_model->rowCount();
    const int page =
        std::max(1, viewport()->height() / std::max(1, verticalHeader()->defaultSectionSize()) - 1);
    int target = 0;
    switch (event->key())
    {
    case Qt::Key_Up: target = row - 1; break;
    case Qt::Key_Down: target = row + 1; break;
    case Qt::Key_PageUp: target = row - page; break;
    case Qt::Key_PageDown: target = row + page; break;
    case Qt::Key_Home: target = 0; break;
    case Qt::Key_End: target = rows - 1; break;
    default: QAbstractScrollArea::keyPressEvent(event); return;
    }
    pick(std::clamp(target, 0, std::max(0, rows - 1)), event->modifiers() & Qt::ShiftModifier);
}

} // namespace somnium::ui
