// SPDX-License-Identifier: GPL-3.0-or-later
// The status bar: what is under the cursor, how many are selected and shown, what is worked on, the device.
#pragma once

#include <cstddef>

#include <QStatusBar>

class QLabel;

namespace somnium::ui
{

class Job;
class JobIndicator;

class StatusLine : public QStatusBar
{
    Q_OBJECT

public:
    explicit StatusLine(QWidget *parent = nullptr);

    void setHoverText(const QString &text);
    void setCounts(std::size_t selected, std::size_t shown, std::size_t total);
    void clearCounts();
    void setDevice(const QString &device, const QString &reason);
    void follow(Job *job);

private:
    QLabel *m_hover = nullptr;
    QLabel *m_counts = nullptr;
    QLabel *m_device = nullptr;
    JobIndicator *m_job = nullptr;
};

} // namespace somnium::ui
