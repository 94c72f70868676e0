// SPDX-License-Identifier: GPL-3.0-or-later
// The first thing one sees: open something, go on with a recent session, or explore a sample survey.
#pragma once

#include <QStringList>
#include <QWidget>

class QLabel;
class QListWidget;
class QPushButton;

namespace somnium::ui
{

class StartPage : public QWidget
{
    Q_OBJECT

public:
    explicit StartPage(QWidget *parent = nullptr);
    /// Paths of session files, newest first.
    void setRecent(const QStringList &paths);
    /// While something is being opened, nothing else can be.
    void setBusy(bool isBusy);

Q_SIGNALS:
    void openRequested();
    void importRequested();
    void sampleRequested();
    void recentRequested(const QString &path);

private:
    [[nodiscard]] QWidget *buildActions();

    QPushButton *m_sample = nullptr;
    QPushButton *m_open = nullptr;
    QPushButton *m_import = nullptr;
    QLabel *m_recentTitle = nullptr;
    QListWidget *m_recent = nullptr;
};

} // namespace somnium::ui
