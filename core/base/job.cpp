// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/job.h"

#include <algorithm>
#include <thread>

namespace somnium
{

void PauseGate::pause()
{
    const std::lock_guard lock(m_mutex);
    m_isPaused = true;
}

void PauseGate::resume()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isPaused = false;
    }
    m_resumed.notify_all();
}

bool PauseGate::isPaused() const
{
    const std::lock_guard lock(m_mutex);
    return m_isPaused;
}

void PauseGate::waitWhilePaused(const std::stop_token &stop)
{
    std::unique_lock lock(m_mutex);
    m_resumed.wait(lock, stop, [this] { return !m_isPaused; });
}

bool JobContext::shouldStop() const
{
    if (pauseGate)
        pauseGate->waitWhilePaused(stop);
    return stop.stop_requested();
}

void JobContext::report(const Progress &progress) const
{
    if (onProgress)
        onProgress(progress);
}

void JobContext::notice(const std::string &text) const
{
    if (onNotice)
        onNotice(text);
}

unsigned JobContext::threadCount() const
{
    return threads > 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
}

} // namespace somnium
