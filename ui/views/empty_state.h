// SPDX-License-Identifier: GPL-3.0-or-later
// What an empty pane shows: what will be here, and the one action that fills it. Where the pane is low the
// icon gives way first, then the text.
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace somnium::ui
{

class EmptyState : public QWidget
{
    Q_OBJECT

public:
    /// Without `action` there is no button.
    EmptyState(const QString &iconName, const QString &title, const QString &text, const QString &action,
               QWidget *parent = nullptr);
    void setText(const QString &title, const QString &text, const QString &action);
    /// Of the title and the action.
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void actionRequested();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void showWhatFits();

    QWidget *m_icon = nullptr;
    QLabel *m_title = nullptr;
    QLabel *m_text = nullptr;
    QPushButton *m_action = nullptr;
};

} // namespace somnium::ui
