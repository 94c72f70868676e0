// SPDX-License-Identifier: GPL-3.0-or-later
// What a long computation is told about the world: when to stop, when to pause, whom to tell how far it is,
// how many threads it may use. None of it changes a result, except that a stopped job may return less.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>

namespace somnium
{

struct Progress
{
    std::size_t done = 0;
    std::size_t total = 0;  ///< 0: unknown
    std::string_view stage; ///< untranslated, e.g. "reading images"; points to static text

    friend bool operator==(const Progress &, const Progress &) = default;
};

/// A gate that holds a job while it is paused. Shared by the job and whoever pauses it; thread-safe.
class PauseGate
{
public:
    void pause();
    void resume();
    [[nodiscard]] bool isPaused() const;
    /// Returns at once when not paused; otherwise blocks until resumed or until `stop` is requested.
    void waitWhilePaused(const std::stop_token &stop);

private:
    mutable std::mutex m_mutex;
    std::condition_variable_any m_resumed;
    bool m_isPaused = false;
};

/// Passed by const reference into every long core function. Copyable; default: never stops, reports to
/// nobody.
struct JobContext
{
    std::stop_token stop;
    std::function<void(const Progress &)> onProgress; ///< called by one thread at a time, cheap, may be empty
    /// Something that the user should know though the job goes on, e.g. that the processor took over from a
    /// graphics card. Called as onProgress; untranslated.
    std::function<void(const std::string &)> onNotice;
    std::shared_ptr<PauseGate> pauseGate; ///< may be null
    unsigned threads = 0;                 ///< 0: as many as the machine has

    /// True when the job should end. Blocks while paused. Ask at least every 100 ms.
    [[nodiscard]] bool shouldStop() const;
    void report(const Progress &progress) const;
    void notice(const std::string &text) const;
    /// `threads`, or the number of processors if that is 0; at least 1.
    [[nodiscard]] unsigned threadCount() const;
};

} // namespace somnium
