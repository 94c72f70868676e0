// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/hover_card.h"

#include <algorithm>

#include <QLabel>
#include <QVBoxLayout>

#include "ui/theme.h"

namespace somnium::ui
{

HoverCard::HoverCard(QWidget *parent) : QFrame(parent), m_title(new QLabel(this)), m_text(new QLabel(this))
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::ToolTipBase);
    setFrameShape(QFrame::Box);
    m_title->setProperty("heading", true);
    m_text->setProperty("quiet", true);
    m_text->setFont(tabularFont(font()));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(kGridStep, kGridStep / 2, kGridStep, kGridStep / 2);
    layout->setSpacing(0);
    layout->addWidget(m_title);
    layout->addWidget(m_text);
    hide();
}

void HoverCard::showAbove(const QRect &anchor, const QString &title, const QString &text)
{
    m_title->setText(title);
    m_text->setText(text);
    adjustSize();
    const QRect room = parentWidget()->rect();
    const int above = anchor.top() - height() - kGridStep / 2;
    const int top = above >= room.top() ? above : anchor.bottom() + kGridStep / 2;
    const int left = std::clamp(anchor.center().x() - width() / 2, 0, std::max(0, room.width() - width()));
    move(left, std::clamp(top, 0, std::max(0, room.height() - height())));
    show();
    raise();
}

} // namespace somnium::ui
