// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace somnium
{

bool parallelFor(std::size_t blocks, const JobContext &context, const std::function<void(std::size_t)> &work)
{
    std::atomic<std::size_t> nextBlock{0};
    std::atomic<bool> isStopped{false};
    std::exception_ptr firstFailure;
    std::mutex failureMutex;

    const auto run = [&] {
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
    {
        std::vector<std::jthread> helpers;
        for (std::size_t i = 1; i < threads; ++i)
            helpers.emplace_back(run);
        run();
    }
    if (firstFailure)
        std::rethrow_exception(firstFailure);
    return nextBlock.load() >= blocks;
}

} // namespace somnium
