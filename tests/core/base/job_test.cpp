// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/job.h"

#include <atomic>
#include <chrono>
#include <thread>

#include <gtest/gtest.h>

namespace somnium
{
namespace
{

TEST(JobContext, NeverStopsByDefaultAndHasAThread)
{
    const JobContext context;
    EXPECT_FALSE(context.shouldStop());
    EXPECT_GE(context.threadCount(), 1U);
    context.report({1, 2, "nobody listens"});
}

TEST(JobContext, SeesTheRequestToStop)
{
    std::stop_source source;
    JobContext context;
    context.stop = source.get_token();
    EXPECT_FALSE(context.shouldStop());
    source.request_stop();
    EXPECT_TRUE(context.shouldStop());
}

TEST(PauseGate, HoldsUntilResumed)
{
    JobContext context;
    context.pauseGate = std::make_shared<PauseGate>();
    context.pauseGate->pause();
    std::atomic<bool> hasPassed{false};
    std::jthread job([&] {
        EXPECT_FALSE(context.shouldStop());
        hasPassed = true;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    EXPECT_FALSE(hasPassed);
    context.pauseGate->resume();
    job.join();
    EXPECT_TRUE(hasPassed);
}

TEST(PauseGate, AStopEndsThePause)
{
    std::stop_source source;
    JobContext context;
    context.stop = source.get_token();
    context.pauseGate = std::make_shared<PauseGate>();
    context.pauseGate->pause();
    std::jthread job([&] { EXPECT_TRUE(context.shouldStop()); });
    source.request_stop();
    job.join();
    EXPECT_TRUE(context.pauseGate->isPaused());
}

} // namespace
} // namespace somnium
