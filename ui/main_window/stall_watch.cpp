// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/stall_watch.h"

#include <condition_variable>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>

#include "core/base/thread_time.h"

namespace somnium::ui
{

namespace
{

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kBetween{5};

/// One question to the window's thread; shared, since the answer may come after the watch has gone.
struct Question
{
    std::mutex mutex;
    std::condition_variable_any answered;
    bool isAnswered = false;
    ThreadTimes times;
};

} // namespace

StallWatch::StallWatch(std::chrono::milliseconds limit, QObject *parent)
    : QObject(parent), m_thread([this, limit](const std::stop_token &stop) { watch(stop, limit); })
{}

StallWatch::~StallWatch() = default;

void StallWatch::watch(const std::stop_token &stop, std::chrono::milliseconds limit)
{
    std::optional<ThreadTimes> before;
    while (!stop.stop_requested())
    {
        const auto question = std::make_shared<Question>();
        const Clock::time_point asked = Clock::now();
        QMetaObject::invokeMethod(
            this,
            [question] {
                const std::lock_guard lock(question->mutex);
                question->times = threadTimes();
                question->isAnswered = true;
                question->answered.notify_one();
            },
            Qt::QueuedConnection);
        std::unique_lock lock(question->mutex);
        if (!question->answered.wait(lock, stop, [&] { return question->isAnswered; }))
            return;
        const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - asked);
        if (waited > limit && before)
            std::fprintf(stderr, "somnium: frozen for %lld ms (%.0f ms at work, %.0f ms queued)\n",
                         static_cast<long long>(waited.count()),
                         1000.0 * (question->times.workedSeconds - before->workedSeconds),
                         1000.0 * (question->times.queuedSeconds - before->queuedSeconds));
        before = question->times;
        lock.unlock();
        std::this_thread::sleep_for(kBetween);
    }
}

} // namespace somnium::ui
