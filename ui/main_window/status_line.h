// SPDX-License-Identifier: GPL-3.0-or-later
// The status bar: what is under the cursor, how many are selected and shown, what is worked on, the device.
#pragma once

#include <cstddef>

#include <QStatusBar>

class QLabel;

namespace somnium::ui
{

class ElidedButton;
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
    /// What computes and why; a long text gives way in its middle, the whole is in the tooltip and is what a
    /// screen reader says.
    void setDevice(const QString &device, const QString &reason);
    void follow(Job *job);

Q_SIGNALS:
    /// The device was clicked on.
    void deviceActivated();

private:
    QLabel *m_hover = nullptr;
    QLabel *m_counts = nullptr;
    ElidedButton *m_device = nullptr;
    JobIndicator *m_job = nullptr;
};

} // namespace somnium::ui
