// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/job_runner.h"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include <QCoreApplication>
#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

#include "core/base/platform.h"
#include "tests/ui/support/idle_backend.h"

namespace somnium::ui
{
namespace
{

using std::chrono::milliseconds;

constexpr int kWaitMs = 5000;

/// Runs until it is asked to stop, or for ten seconds at most.
Result<int> runUntilStopped(const JobContext &context)
{
    for (int i = 0; i < 1000; ++i)
    {
        if (context.shouldStop())
            return failure(ErrorKind::Cancelled, "stopped");
        std::this_thread::sleep_for(milliseconds(10));
    }
    return 1;
}

class JobRunnerTest : public testing::TestWithParam<JobLane>
{
protected:
    template <class Value, class Work>
    Job *start(Work work, typename TypedJob<Value, NoUpdate>::OnValue onValue = {})
    {
        return runner.start<Value>({QStringLiteral("test"), GetParam()}, &receiver, std::move(work),
                                   std::move(onValue));
    }

    JobRunner runner{test::idleBackend};
    QObject receiver;
};

TEST_P(JobRunnerTest, AResultArrivesInTheWindowsThread)
{
    int value = 0;
    std::thread::id handlerThread;
    std::thread::id workThread;
    Job *job = start<int>(
        [&workThread](const JobContext &) -> Result<int> {
            workThread = std::this_thread::get_id();
            return 42;
        },
        [&](int &&result) {
            value = result;
            handlerThread = std::this_thread::get_id();
        });
    QSignalSpy finished(job, &Job::finished);
    QSignalSpy failed(job, &Job::failed);
    ASSERT_TRUE(finished.wait(kWaitMs));
    EXPECT_EQ(value, 42);
    EXPECT_EQ(handlerThread, std::this_thread::get_id());
    EXPECT_NE(workThread, std::this_thread::get_id());
    EXPECT_EQ(failed.count(), 0);
}

TEST_P(JobRunnerTest, AFailureArrivesAsAnError)
{
    bool hasValue = false;
    Job *job = start<int>(
        [](const JobContext &) -> Result<int> { return failure(ErrorKind::NotFound, "no such file"); },
        [&](int &&) { hasValue = true; });
    QSignalSpy failed(job, &Job::failed);
    ASSERT_TRUE(failed.wait(kWaitMs));
    const Error error = failed.front().front().value<Error>();
    EXPECT_EQ(error.kind, ErrorKind::NotFound);
    EXPECT_EQ(error.message, "no such file");
    EXPECT_FALSE(hasValue);
}

TEST_P(JobRunnerTest, AnExceptionArrivesAsAnError)
{
    Job *job = start<int>([](const JobContext &) -> Result<int> { throw std::runtime_error("surprise"); });
    QSignalSpy failed(job, &Job::failed);
    ASSERT_TRUE(failed.wait(kWaitMs));
    const Error error = failed.front().front().value<Error>();
    EXPECT_EQ(error.kind, ErrorKind::Internal);
    EXPECT_EQ(error.message, "surprise");

    Job *hungry = start<int>([](const JobContext &) -> Result<int> { throw std::bad_alloc(); });
    QSignalSpy failedToo(hungry, &Job::failed);
    ASSERT_TRUE(failedToo.wait(kWaitMs));
    EXPECT_EQ(failedToo.front().front().value<Error>().kind, ErrorKind::OutOfMemory);
}

TEST_P(JobRunnerTest, MemoryThatAJobHasFreedGoesBackToTheSystem)
{
    constexpr std::size_t kPieces = 3000;
    constexpr std::size_t kPieceBytes = 100'000; // small enough not to be given back one by one
    if (residentBytes() == 0)
        GTEST_SKIP() << "the system does not tell how much memory a program has";
    using Kept = std::vector<std::vector<char>>;
    Kept kept; // something lives on here and there, as after any real work
    std::size_t before = 0;
    Job *job = start<Kept>(
        [&before](const JobContext &) -> Result<Kept> {
            before = residentBytes();
            Kept all;
            for (std::size_t i = 0; i < kPieces; ++i)
                all.push_back(std::vector<char>(kPieceBytes, '\1'));
            Kept some;
            for (std::size_t i = 0; i < kPieces; i += 100)
                some.push_back(std::move(all[i]));
            return some;
        },
        [&kept](Kept &&some) { kept = std::move(some); });
    QSignalSpy finished(job, &Job::finished);
    ASSERT_TRUE(finished.wait(kWaitMs));
    const std::size_t most = before + 50'000'000;
    EXPECT_TRUE(QTest::qWaitFor([most] { return residentBytes() < most; }, kWaitMs))
        << residentBytes() << " bytes, before the job " << before;
}

TEST_P(JobRunnerTest, ARequestToStopReachesTheWork)
{
    Job *job = start<int>(runUntilStopped);
    QSignalSpy failed(job, &Job::failed);
    QTest::qWait(20);
    job->requestStop();
    ASSERT_TRUE(failed.wait(kWaitMs));
    EXPECT_EQ(failed.front().front().value<Error>().kind, ErrorKind::Cancelled);
}

TEST_P(JobRunnerTest, APausedJobWaitsAndAStopEndsThePause)
{
    auto steps = std::make_shared<std::atomic<int>>(0);
    Job *job = start<int>([steps](const JobContext &context) -> Result<int> {
        while (!context.shouldStop())
        {
            ++*steps;
            std::this_thread::sleep_for(milliseconds(1));
        }
        JobContext keeping = context; // what was reached is kept, whatever that takes
        keeping.stop = {};
        EXPECT_FALSE(keeping.shouldStop());
        return steps->load();
    });
    QSignalSpy finished(job, &Job::finished);
    ASSERT_TRUE(QTest::qWaitFor([&] { return *steps > 3; }, kWaitMs));
    job->pause();
    EXPECT_TRUE(job->isPaused());
    QTest::qWait(30);
    const int whenPaused = *steps;
    QTest::qWait(60);
    EXPECT_EQ(*steps, whenPaused);
    job->resume();
    ASSERT_TRUE(QTest::qWaitFor([&] { return *steps > whenPaused; }, kWaitMs));
    job->pause();
    job->requestStop();
    EXPECT_FALSE(job->isPaused());
    EXPECT_TRUE(finished.wait(kWaitMs));
}

TEST_P(JobRunnerTest, DestroyingAJobStopsItsWorkAndDropsItsResult)
{
    auto hasEnded = std::make_shared<std::atomic<bool>>(false);
    bool hasValue = false;
    Job *job = start<int>(
        [hasEnded](const JobContext &context) -> Result<int> {
            const Result<int> result = runUntilStopped(context);
            *hasEnded = true;
            return result;
        },
        [&](int &&) { hasValue = true; });
    QTest::qWait(20);
    delete job;
    EXPECT_TRUE(QTest::qWaitFor([&] { return hasEnded->load(); }, kWaitMs));
    QTest::qWait(20);
    EXPECT_FALSE(hasValue);
}

TEST_P(JobRunnerTest, AnAbandonedJobSaysNothingButThatItEnded)
{
    bool hasValue = false;
    Job *job = start<int>(
        [](const JobContext &context) -> Result<int> {
            while (!context.shouldStop())
                std::this_thread::sleep_for(milliseconds(1));
            return 1;
        },
        [&](int &&) { hasValue = true; });
    QSignalSpy finished(job, &Job::finished);
    QSignalSpy failed(job, &Job::failed);
    QSignalSpy ended(job, &Job::ended);
    job->abandon();
    ASSERT_TRUE(ended.wait(kWaitMs));
    EXPECT_EQ(finished.count() + failed.count(), 0);
    EXPECT_FALSE(hasValue);
}

TEST_P(JobRunnerTest, AResultForADestroyedReceiverIsDropped)
{
    bool hasValue = false;
    auto gone = std::make_unique<QObject>();
    Job *job = runner.start<int>(
        {QStringLiteral("test"), GetParam()}, gone.get(), [](const JobContext &) -> Result<int> { return 1; },
        [&](int &&) { hasValue = true; });
    QSignalSpy ended(job, &Job::ended);
    gone.reset();
    ASSERT_TRUE(ended.wait(kWaitMs));
    EXPECT_FALSE(hasValue);
}

TEST_P(JobRunnerTest, ProgressIsThinnedAndTheLastReportArrives)
{
    constexpr std::size_t kReports = 3000;
    Job *job = start<int>([](const JobContext &context) -> Result<int> {
        for (std::size_t i = 1; i <= kReports; ++i)
        {
            context.report({i, kReports, "counting"});
            if (i % 30 == 0)
                std::this_thread::sleep_for(milliseconds(1));
        }
        return 1;
    });
    QSignalSpy progressed(job, &Job::progressed);
    JobProgress last;
    QObject::connect(job, &Job::progressed, job, [&] { last = job->progress(); });
    QSignalSpy finished(job, &Job::finished);
    ASSERT_TRUE(finished.wait(kWaitMs));
    EXPECT_LT(progressed.count(), 100);
    EXPECT_EQ(last.done, kReports);
    EXPECT_EQ(last.total, kReports);
    EXPECT_EQ(last.stage, QStringLiteral("counting"));
}

TEST_P(JobRunnerTest, ShutDownStopsAndWaits)
{
    auto hasEnded = std::make_shared<std::atomic<bool>>(false);
    start<int>([hasEnded](const JobContext &context) -> Result<int> {
        // A write is let through, everything else must be stopped.
        const Result<int> result = GetParam() == JobLane::Write ? Result<int>(1) : runUntilStopped(context);
        *hasEnded = true;
        return result;
    });
    QTest::qWait(20);
    runner.shutDown();
    EXPECT_TRUE(hasEnded->load());
}

INSTANTIATE_TEST_SUITE_P(Lanes, JobRunnerTest,
                         testing::Values(JobLane::Read, JobLane::Write, JobLane::Compute));

TEST(JobRunner, NothingIsStartedAfterShutDown)
{
    JobRunner runner(test::idleBackend);
    QObject receiver;
    runner.shutDown();
    const auto hasRun = std::make_shared<std::atomic<bool>>(false);
    runner.start<void>({QStringLiteral("late"), JobLane::Write}, &receiver,
                       [hasRun](const JobContext &) -> Result<void> {
                           *hasRun = true;
                           return {};
                       },
                       {});
    QTest::qWait(50);
    EXPECT_FALSE(*hasRun);
}

TEST(JobRunner, WritesKeepTheirOrder)
{
    JobRunner runner(test::idleBackend);
    QObject receiver;
    auto order = std::make_shared<std::vector<int>>();
    for (int i = 0; i < 50; ++i)
        runner.start<int>({QStringLiteral("write"), JobLane::Write}, &receiver,
                          [order, i](const JobContext &) -> Result<int> {
                              order->push_back(i);
                              return i;
                          },
                          {});
    runner.shutDown();
    ASSERT_EQ(order->size(), 50U);
    for (int i = 0; i < 50; ++i)
        EXPECT_EQ((*order)[static_cast<std::size_t>(i)], i);
}

TEST(JobRunner, OneThreadMakesUsesAndDestroysTheBackend)
{
    const auto record = std::make_shared<test::BackendRecord>();
    std::thread::id workThread;
    {
        JobRunner runner([record] { return test::recordedBackend(record); });
        QObject receiver;
        QSignalSpy chosen(&runner, &JobRunner::deviceChosen);
        ASSERT_TRUE(chosen.wait(kWaitMs));
        EXPECT_EQ(runner.deviceName(), QStringLiteral("idle device"));
        EXPECT_EQ(runner.deviceReason(), QStringLiteral("for tests"));
        Job *job = runner.compute<int>(QStringLiteral("compute"), &receiver,
                                       [&workThread](compute::Backend &, const JobContext &) -> Result<int> {
                                           workThread = std::this_thread::get_id();
                                           return 1;
                                       },
                                       {});
        QSignalSpy finished(job, &Job::finished);
        ASSERT_TRUE(finished.wait(kWaitMs));
    }
    EXPECT_EQ(record->madeOn, workThread);
    EXPECT_EQ(record->destroyedOn, workThread);
    EXPECT_NE(workThread, std::this_thread::get_id());
}

TEST(JobRunner, WithoutABackendAComputationFailsWithTheReason)
{
    JobRunner runner([]() -> Result<compute::ChosenBackend> {
        return failure(ErrorKind::Unsupported, "no device today");
    });
    QObject receiver;
    Job *job =
        runner.compute<int>(QStringLiteral("compute"), &receiver,
                            [](compute::Backend &, const JobContext &) -> Result<int> { return 1; }, {});
    QSignalSpy failed(job, &Job::failed);
    ASSERT_TRUE(failed.wait(kWaitMs));
    EXPECT_EQ(failed.front().front().value<Error>().message, "no device today");
}

TEST(JobRunner, TheNewestUpdateArrivesBeforeTheResult)
{
    JobRunner runner(test::idleBackend);
    QObject receiver;
    std::vector<int> seen;
    int seenAtResult = 0;
    Job *job = runner.computeWithUpdates<int, int>(
        QStringLiteral("compute"), &receiver,
        [](compute::Backend &, const JobContext &, const auto &publish) -> Result<int> {
            for (int i = 1; i <= 500; ++i)
                publish(i);
            return 1;
        },
        [&](int &&) { seenAtResult = seen.empty() ? 0 : seen.back(); },
        [&](int update) { seen.push_back(update); });
    QSignalSpy finished(job, &Job::finished);
    ASSERT_TRUE(finished.wait(kWaitMs));
    EXPECT_EQ(seenAtResult, 500);
    EXPECT_LT(seen.size(), 50U);
}

} // namespace
} // namespace somnium::ui
