// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel.h"

#include <atomic>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

namespace somnium
{
namespace
{

JobContext withThreads(unsigned threads)
{
    JobContext context;
    context.threads = threads;
    return context;
}

TEST(ParallelFor, RunsEveryBlockOnceForAnyNumberOfThreads)
{
    for (const unsigned threads : {1U, 2U, 7U})
    {
        for (const std::size_t blocks : {std::size_t{0}, std::size_t{1}, std::size_t{5}, std::size_t{1000}})
        {
            std::vector<std::atomic<int>> runs(blocks);
            EXPECT_TRUE(parallelFor(blocks, withThreads(threads), [&](std::size_t block) { ++runs[block]; }));
            for (const auto &count : runs)
                EXPECT_EQ(count, 1);
        }
    }
}

TEST(ParallelFor, StopsWhenAsked)
{
    std::stop_source source;
    JobContext context = withThreads(2);
    context.stop = source.get_token();
    std::atomic<std::size_t> runs{0};
    EXPECT_FALSE(parallelFor(100000, context, [&](std::size_t) {
        if (++runs == 10)
            source.request_stop();
    }));
    EXPECT_LT(runs, 100000U);
}

TEST(ParallelFor, HandsAnExceptionToTheCaller)
{
    for (const unsigned threads : {1U, 4U})
    {
        EXPECT_THROW(parallelFor(50, withThreads(threads),
                                 [](std::size_t block) {
                                     if (block == 7)
                                         throw std::runtime_error("seven");
                                 }),
                     std::runtime_error);
    }
}

} // namespace
} // namespace somnium
