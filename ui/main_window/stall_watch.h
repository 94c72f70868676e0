// SPDX-License-Identifier: GPL-3.0-or-later
// For tests of endurance: tells on standard error when the window's thread did not answer for longer than a
// limit. Made only where SOMNIUM_UI_STALLS gives that limit in milliseconds.
#pragma once

#include <chrono>
#include <thread>

#include <QObject>

namespace somnium::ui
{

class StallWatch : public QObject
{
    Q_OBJECT

public:
    /// Prints "frozen for 153 ms (90 ms at work, 40 ms queued)": what the window's thread did meanwhile on a
    /// processor, and how long other programs kept it from one. The rest it waited for a lock, the disk or
    /// the display: its own fault, too.
    explicit StallWatch(std::chrono::milliseconds limit, QObject *parent = nullptr);
    ~StallWatch() override;

private:
    void watch(const std::stop_token &stop, std::chrono::milliseconds limit);
    std::jthread m_thread;
};

} // namespace somnium::ui
