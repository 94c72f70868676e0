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
    /// Prints "frozen for 153 ms (140 ms at work)": the second figure is the processor's time that the
    /// window's thread took meanwhile, so that a busy machine can be told from a busy window.
    explicit StallWatch(std::chrono::milliseconds limit, QObject *parent = nullptr);
    ~StallWatch() override;

private:
    void watch(const std::stop_token &stop, std::chrono::milliseconds limit);
    std::jthread m_thread;
};

} // namespace somnium::ui
