// SPDX-License-Identifier: GPL-3.0-or-later
// Trouble, and other news, in place: a line above the page that goes away by itself or by its cross.
#pragma once

#include <functional>

#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;
class QToolButton;

namespace somnium::ui
{

class MessageBar : public QWidget
{
    Q_OBJECT

public:
    explicit MessageBar(QWidget *parent = nullptr);

    /// Stays until it is closed.
    void showTrouble(const QString &text);
    /// Goes away after a while; with `action`, a button that does something about it, it stays.
    void showNews(const QString &text, const QString &action = {}, std::function<void()> onAction = {});
    [[nodiscard]] QString text() const;

private:
    void show(const QString &text, const QString &icon);

    QLabel *m_icon = nullptr;
    QLabel *m_text = nullptr;
    QPushButton *m_action = nullptr;
    QToolButton *m_close = nullptr;
    std::function<void()> m_onAction;
    QTimer m_timer;
};

} // namespace somnium::ui
