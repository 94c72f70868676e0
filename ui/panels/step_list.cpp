// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/step_list.h"

#include <algorithm>

#include <QDropEvent>
#include <QKeyEvent>

#include "ui/theme.h"

namespace somnium::ui
{

StepList::StepList(QWidget *parent) : QListWidget(parent)
{
    setObjectName(QStringLiteral("recipeSteps"));
    setAccessibleName(tr("Steps of the recipe"));
    setSelectionMode(QAbstractItemView::SingleSelection);
    setDragDropMode(QAbstractItemView::InternalMove);
    setDefaultDropAction(Qt::MoveAction);
    setTextElideMode(Qt::ElideMiddle);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setToolTip(tr("Drag a step, or press Alt+Up or Alt+Down, to move it. Space switches it on or off, Delete "
                  "removes it."));
    connect(this, &QListWidget::itemChanged, this, [this](QListWidgetItem *item) {
        if (!m_isFilling)
            Q_EMIT switched(row(item), item->checkState() == Qt::Checked);
    });
}

void StepList::setSteps(const std::vector<prepare::Step> &steps, int current)
{
    m_isFilling = true;
    const bool isSameCount = count() == static_cast<int>(steps.size());
    if (!isSameCount)
        clear();
    for (std::size_t i = 0; i < steps.size(); ++i)
    {
        auto *item = isSameCount ? this->item(static_cast<int>(i)) : new QListWidgetItem(this);
        item->setText(QStringLiteral("%1  %2").arg(i + 1).arg(QString::fromStdString(describe(steps[i]))));
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable |
                       Qt::ItemIsDragEnabled);
        item->setCheckState(steps[i].isEnabled ? Qt::Checked : Qt::Unchecked);
        item->setToolTip(item->text());
    }
    m_isFilling = false;
    if (current != currentRow())
        setCurrentRow(std::min(current, count() - 1));
}

void StepList::setWarnings(const QStringList &warnings)
{
    m_isFilling = true;
    for (int i = 0; i < count(); ++i)
    {
        const QString warning = i < warnings.size() ? warnings[i] : QString();
        item(i)->setIcon(warning.isEmpty() ? QIcon() : themeIcon(QStringLiteral("warning")));
        item(i)->setToolTip(warning.isEmpty() ? item(i)->text()
                                              : item(i)->text() + QLatin1Char('\n') + warning);
    }
    m_isFilling = false;
}

QSize StepList::sizeHint() const
{
    return {32 * kGridStep, 20 * kGridStep};
}

void StepList::keyPressEvent(QKeyEvent *event)
{
    const int at = currentRow();
    if (at >= 0 && event->key() == Qt::Key_Delete)
        return Q_EMIT removeRequested(at);
    if (at >= 0 && event->modifiers().testFlag(Qt::AltModifier))
    {
        if (event->key() == Qt::Key_Up && at > 0)
            return Q_EMIT moveRequested(at, at - 1);
        if (event->key() == Qt::Key_Down && at + 1 < count())
            return Q_EMIT moveRequested(at, at + 1);
    }
    QListWidget::keyPressEvent(event);
}

void StepList::dropEvent(QDropEvent *event)
{
    const int from = currentRow();
    if (event->source() != this || from < 0)
        return;
    const QPoint place = event->position().toPoint();
    int to = count() - 1;
    for (int i = 0; i < count(); ++i)
        if (place.y() < visualItemRect(item(i)).center().y())
        {
            to = i > from ? i - 1 : i;
            break;
        }
    // The recipe moves the step; the view only shows it.
    event->setDropAction(Qt::IgnoreAction);
    event->accept();
    if (to != from)
        Q_EMIT moveRequested(from, to);
}

} // namespace somnium::ui
