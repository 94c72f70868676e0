// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/message_bar.h"

#include <chrono>
#include <utility>

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

#include "ui/panels/panel_parts.h"
#include "ui/theme.h"

namespace somnium::ui
{

namespace
{

constexpr std::chrono::seconds kNewsTime{8};
constexpr int kIconSide = 16;

} // namespace

MessageBar::MessageBar(QWidget *parent)
    : QWidget(parent), m_icon(new QLabel), m_text(new QLabel),
      m_action(namedButton(QStringLiteral("messageAction"), QString())), m_close(new QToolButton)
{
    setObjectName(QStringLiteral("messageBar"));
    setBackgroundRole(QPalette::AlternateBase);
    setAutoFillBackground(true);
    m_text->setObjectName(QStringLiteral("messageText"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_close->setObjectName(QStringLiteral("messageClose"));
    m_close->setIcon(themeIcon(QStringLiteral("cancel")));
    m_close->setToolTip(tr("Close this message"));
    m_close->setAccessibleName(tr("Close this message"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(2 * kGridStep, kGridStep / 2, kGridStep, kGridStep / 2);
    layout->setSpacing(kGridStep);
    layout->addWidget(m_icon);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_action);
    layout->addWidget(m_close);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &MessageBar::clear);
    connect(m_close, &QToolButton::clicked, this, &MessageBar::close);
    connect(m_action, &QPushButton::clicked, this, [this] {
        clear();
        if (m_onAction)
            m_onAction();
    });
    hide();
}

void MessageBar::showTrouble(const QString &text)
{
    m_timer.stop();
    m_action->hide();
    show(text, QStringLiteral("warning"));
}

void MessageBar::showNews(const QString &text, const QString &action, std::function<void()> onAction)
{
    m_onAction = std::move(onAction);
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    if (action.isEmpty())
        m_timer.start(kNewsTime);
    else
        m_timer.stop();
    show(text, QStringLiteral("info"));
}

void MessageBar::showNotice(const QString &text)
{
    if (!m_notices.contains(text))
        m_notices += text;
    refresh(QStringLiteral("warning"));
}

void MessageBar::clear()
{
    m_timer.stop();
    m_message.clear();
    m_action->hide();
    refresh(QStringLiteral("warning"));
}

void MessageBar::close()
{
    m_notices.clear();
    clear();
}

QString MessageBar::text() const
{
    return isHidden() ? QString() : m_text->text();
}

void MessageBar::show(const QString &text, const QString &icon)
{
    m_message = text;
    refresh(m_notices.isEmpty() ? icon : QStringLiteral("warning"));
}

void MessageBar::refresh(const QString &icon)
{
    const QStringList lines = m_message.isEmpty() ? m_notices : m_notices + QStringList(m_message);
    m_icon->setPixmap(themeIcon(icon).pixmap(kIconSide, kIconSide));
    m_text->setText(lines.join(QLatin1Char('\n')));
    setVisible(!lines.isEmpty());
}

} // namespace somnium::ui
