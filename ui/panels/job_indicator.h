// SPDX-License-Identifier: GPL-3.0-or-later
// In the status bar: what is being worked on, how far it is, how long it will take, and a cross to stop it.
#pragma once

#include <QPointer>
#include <QWidget>

#include "ui/jobs/job.h"

class QLabel;
class QProgressBar;
class QToolButton;

namespace somnium::ui
{

/// "about 4 s", "about 3 min", "about 2 h"; empty if unknown.
[[nodiscard]] QString timeLeftText(double seconds);

class ElidedLabel;

class JobIndicator : public QWidget
{
    Q_OBJECT

public:
    explicit JobIndicator(QWidget *parent = nullptr);
    /// Follows this job until it ends, in place of the one before.
    void follow(Job *job);

private:
    void refresh();

    QPointer<Job> m_job;
    ElidedLabel *m_title = nullptr;
    QProgressBar *m_bar = nullptr;
    QLabel *m_left = nullptr;
    QToolButton *m_cancel = nullptr;
};

} // namespace somnium::ui
