// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/scrolling_page.h"

#include <algorithm>

#include <QEvent>
#include <QLayout>
#include <QScrollBar>

namespace somnium::ui
{

namespace
{

constexpr int kLeastLines = 3;

int leastHeight(const QWidget &page, int width)
{
    QLayout *const layout = page.layout();
    return layout->hasHeightForWidth() ? layout->totalMinimumHeightForWidth(width)
                                       : layout->totalMinimumSize().height();
}

} // namespace

ScrollingPage::ScrollingPage(QWidget *page, QWidget *parent) : QScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWidget(page);
}

QSize ScrollingPage::sizeHint() const
{
    return widget()->sizeHint();
}

QSize ScrollingPage::minimumSizeHint() const
{
    return {widget()->minimumSizeHint().width() + verticalScrollBar()->sizeHint().width(),
            kLeastLines * fontMetrics().lineSpacing()};
}

bool ScrollingPage::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == widget() && event->type() == QEvent::LayoutRequest)
    {
        updateGeometry();
        arrange();
    }
    return QScrollArea::eventFilter(watched, event);
}

void ScrollingPage::resizeEvent(QResizeEvent *event)
{
    QScrollArea::resizeEvent(event);
    arrange();
}

void ScrollingPage::arrange()
{
    const bool scrolls = leastHeight(*widget(), width()) > height();
    // Not "as needed": the bar would take the room of which it is needed.
    setVerticalScrollBarPolicy(scrolls ? Qt::ScrollBarAlwaysOn : Qt::ScrollBarAlwaysOff);
    const int width = viewport()->width();
    widget()->resize(width, scrolls ? std::max(height(), leastHeight(*widget(), width)) : height());
}

} // namespace somnium::ui
