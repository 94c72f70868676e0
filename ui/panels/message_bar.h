// SPDX-License-Identifier: GPL-3.0-or-later
// Trouble, and other news, in place: a line above the page that goes away by itself or by its cross.
#pragma once

#include <functional>

#include <QStringList>
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
    /// To be known in any case: stands above trouble and news, which do not push it away, until it is closed.
    void showNotice(const QString &text);
    /// Takes trouble and news away, but no notice.
    void clear();
    [[nodiscard]] QString text() const;

private:
    void show(const QString &text, const QString &icon);
    void refresh(const QString &icon);
    void close();

    QLabel *m_icon = nullptr;
    QLabel *m_text = nullptr;
    QPushButton *m_action = nullptr;
    QToolButton *m_close = nullptr;
    QStringList m_notices;
    QString m_message; ///< trouble or news
    std::function<void()> m_onAction;
    QTimer m_timer;
};

} // namespace somnium::ui
