// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace somnium
{

namespace
{

/// One call of parallelFor as its helpers see it: they may join until it closes.
class Call
{
public:
    explicit Call(const std::function<void()> &run) : m_run(run) {}

    void help()
    {
        {
            const std::lock_guard lock(m_mutex);
            if (m_isClosed)
                return;
            ++m_helping;
        }
        m_run();
        const std::lock_guard lock(m_mutex);
        if (--m_helping == 0)
            m_idle.notify_all();
    }

    /// Returns when nobody helps any more; `run` is not called after that.
    void close()
    {
        std::unique_lock lock(m_mutex);
        m_isClosed = true;
        m_idle.wait(lock, [this] { return m_helping == 0; });
    }

private:
    const std::function<void()> &m_run;
    std::mutex m_mutex;
    std::condition_variable m_idle;
    std::size_t m_helping = 0;
    bool m_isClosed = false;
};

/// The threads that help every caller in this process. A caller works itself and waits for none that has not
/// begun, so calls from inside a helper, or from many jobs at once, cannot wait for each other.
class Helpers
{
public:
    ~Helpers()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_isEnding = true;
        }
        m_wanted.notify_all();
    }

    void ask(const std::shared_ptr<Call> &call, std::size_t helpers)
    {
        {
            const std::lock_guard lock(m_mutex);
            while (m_threads.size() < std::min(helpers, kMost))
                m_threads.emplace_back([this] { work(); });
            m_calls.insert(m_calls.end(), helpers, call);
        }
        helpers == 1 ? m_wanted.notify_one() : m_wanted.notify_all();
    }

private:
    static constexpr std::size_t kMost = 1024;

    void work()
    {
        for (;;)
        {
            std::unique_lock lock(m_mutex);
            m_wanted.wait(lock, [this] { return m_isEnding || !m_calls.empty(); });
            if (m_isEnding)
                return;
            const std::shared_ptr<Call> call = std::move(m_calls.front());
            m_calls.pop_front();
            lock.unlock();
            call->help();
        }
    }

    std::mutex m_mutex;
    std::condition_variable m_wanted;
    std::deque<std::shared_ptr<Call>> m_calls;
    bool m_isEnding = false;
    std::vector<std::jthread> m_threads; ///< last: joined before the rest goes
};

// The one pool of the process, whoever computes: two jobs at once do not start twice as many threads.
Helpers &helpers()
{
    static Helpers all;
    return all;
}

} // namespace

bool parallelFor(std::size_t blocks, const JobContext &context, const std::function<void(std::size_t)> &work)
{
    std::atomic<std::size_t> nextBlock{0};
    std::atomic<bool> isStopped{false};
    std::exception_ptr firstFailure;
    std::mutex failureMutex;

    const std::function<void()> run = [&] {
        for (;;)
        {
            if (isStopped.load(std::memory_order_relaxed))
                return;
            if (context.shouldStop())
            {
                isStopped = true;
                return;
            }
            const std::size_t block = nextBlock.fetch_add(1);
            if (block >= blocks)
                return;
            try
            {
                work(block);
            }
            catch (...)
            {
                const std::lock_guard lock(failureMutex);
                if (!firstFailure)
                    firstFailure = std::current_exception();
                isStopped = true;
                return;
            }
        }
    };

    const std::size_t threads = std::min<std::size_t>(context.threadCount(), blocks);
    if (threads > 1)
    {
        const auto call = std::make_shared<Call>(run);
        helpers().ask(call, threads - 1);
        run();
        call->close();
    }
    else
        run();
    if (firstFailure)
        std::rethrow_exception(firstFailure);
    return nextBlock.load() >= blocks;
}

} // namespace somnium
