// SPDX-License-Identifier: GPL-3.0-or-later
// The device of the compute thread: exchanged between jobs, given up when it is lost, and the user told.
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

#include "tests/support/faulty_backend.h"
#include "tests/ui/support/idle_backend.h"
#include "ui/jobs/job_runner.h"

namespace somnium::ui
{
namespace
{

constexpr int kWaitMs = 20000;

/// A job that asks the backend for something and says which backend that was.
Result<std::string> nameAfterUse(compute::Backend &backend, const JobContext &)
{
    const auto grid = compute::polarGridFor({1, 16, 16}, compute::MatchPrecision::Fast).value();
    const auto spectra =
        backend.upload(std::vector<float>(grid.coefficientCount(), 1.0F), std::size_t{1}, grid);
    if (!spectra)
        return failure(spectra.error());
    return backend.name();
}

class ComputeDeviceTest : public testing::Test
{
protected:
    /// Starts with a device that fails as told.
    JobRunner &startWith(const test::Faults &faults)
    {
        m_processor = std::move(compute::chooseBackend("cpu").value().backend);
        runner = std::make_unique<JobRunner>([this, faults]() -> Result<compute::ChosenBackend> {
            return compute::ChosenBackend{std::make_unique<test::FaultyBackend>(*m_processor, faults), "GPU"};
        });
        notices = std::make_unique<QSignalSpy>(runner.get(), &JobRunner::noticed);
        return *runner;
    }

    /// What a job returns; empty if it failed.
    template <class Work> std::string run(Work work)
    {
        std::string value;
        Job *job =
            runner->compute<std::string>(QStringLiteral("test"), &receiver, std::move(work),
                                         [&value](std::string &&result) { value = std::move(result); });
        QSignalSpy ended(job, &Job::ended);
        EXPECT_TRUE(ended.wait(kWaitMs));
        return value;
    }
    [[nodiscard]] QString noticeText() const
    {
        return notices->isEmpty() ? QString() : notices->front().front().toString();
    }

private:
    std::unique_ptr<compute::Backend> m_processor; // outlives the runner, whose backend stands on it

protected:
    QObject receiver;
    std::unique_ptr<JobRunner> runner;
    std::unique_ptr<QSignalSpy> notices;
};

TEST_F(ComputeDeviceTest, AJobWhoseDeviceIsLostEndsOnTheProcessorAndSoDoTheNext)
{
    startWith({.atCall = 1});
    EXPECT_EQ(run(nameAfterUse), "cpu");
    EXPECT_EQ(notices->count(), 1);
    EXPECT_TRUE(noticeText().contains(QStringLiteral("Faulty GPU was lost"))) << noticeText().toStdString();
    EXPECT_TRUE(QTest::qWaitFor(
        [this] { return runner->deviceReason() == QStringLiteral("CPU, since Faulty GPU was lost"); },
        kWaitMs))
        << runner->deviceReason().toStdString();
    EXPECT_EQ(runner->deviceName().toStdString(), compute::chooseBackend("cpu").value().backend->device());
    EXPECT_EQ(run(nameAfterUse), "cpu");
    EXPECT_EQ(notices->count(), 1) << "said once";
}

TEST_F(ComputeDeviceTest, ATrainingThatWentOnByItselfLeavesTheProcessorToTheNextJob)
{
    startWith({.atCall = 1});
    // As trainings do: they see the failure, tell it and go on.
    EXPECT_EQ(run([](compute::Backend &backend, const JobContext &context) -> Result<std::string> {
                  const auto outcome = nameAfterUse(backend, context);
                  context.notice("the processor goes on from epoch 7");
                  return outcome ? "on the device" : "on the processor";
              }),
              "on the processor");
    EXPECT_EQ(noticeText(), QStringLiteral("the processor goes on from epoch 7"));
    EXPECT_EQ(run(nameAfterUse), "cpu");
    EXPECT_EQ(notices->count(), 1);
}

TEST_F(ComputeDeviceTest, ADeviceThatStillAnswersIsKeptAfterANotice)
{
    startWith({});
    EXPECT_EQ(run([](compute::Backend &, const JobContext &context) -> Result<std::string> {
                  context.notice("spectra are streamed: they do not fit");
                  return std::string("done");
              }),
              "done");
    EXPECT_EQ(run(nameAfterUse), "faulty");
}

TEST_F(ComputeDeviceTest, ADeviceThatIsFullForOneJobIsKeptForTheNext)
{
    startWith({.atCall = 1, .kind = ErrorKind::OutOfMemory, .times = 1});
    EXPECT_EQ(run(nameAfterUse), "cpu");
    EXPECT_TRUE(noticeText().contains(QStringLiteral("too little memory"))) << noticeText().toStdString();
    EXPECT_EQ(run(nameAfterUse), "faulty");
}

TEST_F(ComputeDeviceTest, AFailureOfTheWorkIsNoFailureOfTheDevice)
{
    startWith({});
    int calls = 0;
    EXPECT_EQ(run([&calls](compute::Backend &, const JobContext &) -> Result<std::string> {
                  ++calls;
                  return failure(ErrorKind::Mismatch, "the map has another shape");
              }),
              "");
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(notices->count(), 0);
    EXPECT_EQ(run(nameAfterUse), "faulty");
}

TEST_F(ComputeDeviceTest, AnotherDeviceIsTakenAfterTheJobThatRuns)
{
    const auto first = std::make_shared<test::BackendRecord>();
    const auto second = std::make_shared<test::BackendRecord>();
    runner = std::make_unique<JobRunner>([first] { return test::recordedBackend(first); });
    auto mayEnd = std::make_shared<std::atomic<bool>>(false);
    auto wasThere = std::make_shared<std::atomic<bool>>(false);
    Job *job = runner->compute<int>(
        QStringLiteral("long"), &receiver,
        [first, mayEnd, wasThere](compute::Backend &, const JobContext &context) -> Result<int> {
            while (!*mayEnd && !context.shouldStop())
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            *wasThere = first->destroyedOn == std::thread::id();
            return 1;
        },
        {});
    QSignalSpy finished(job, &Job::finished);
    QSignalSpy chosen(runner.get(), &JobRunner::deviceChosen);
    runner->useDevice([second]() -> Result<compute::ChosenBackend> {
        auto backend = test::recordedBackend(second);
        backend->reason = "the second";
        return backend;
    });
    QTest::qWait(30);
    EXPECT_EQ(second->madeOn, std::thread::id()) << "not while the job runs";
    *mayEnd = true;
    ASSERT_TRUE(finished.wait(kWaitMs));
    EXPECT_TRUE(*wasThere);
    ASSERT_TRUE(
        QTest::qWaitFor([&] { return runner->deviceReason() == QStringLiteral("the second"); }, kWaitMs));
    EXPECT_EQ(chosen.count(), 2);
    EXPECT_EQ(first->madeOn, second->madeOn);
    EXPECT_EQ(first->destroyedOn, first->madeOn) << "given back on the thread that had it";
    EXPECT_EQ(second->destroyedOn, std::thread::id());
    runner->shutDown();
    EXPECT_EQ(second->destroyedOn, second->madeOn);
}

TEST_F(ComputeDeviceTest, ADeviceThatCannotBeHadLeavesTheOneBefore)
{
    startWith({});
    QSignalSpy refused(runner.get(), &JobRunner::deviceRefused);
    runner->useDevice([]() -> Result<compute::ChosenBackend> {
        return failure(ErrorKind::NotFound, "device cuda:7: there is 1, cuda:0");
    });
    ASSERT_TRUE(refused.wait(kWaitMs));
    EXPECT_EQ(refused.front().front().value<Error>().message, "device cuda:7: there is 1, cuda:0");
    EXPECT_EQ(runner->deviceReason(), QStringLiteral("GPU"));
    EXPECT_EQ(run(nameAfterUse), "faulty");
}

TEST_F(ComputeDeviceTest, NoticesComeInOrderBeforeTheResultAndAfterAnAbandonment)
{
    startWith({});
    int seenAtResult = 0;
    Job *job = runner->start<int>(
        {QStringLiteral("read"), JobLane::Read}, &receiver,
        [](const JobContext &context) -> Result<int> {
            context.notice("first");
            context.notice("second");
            return 1;
        },
        [&](int &&) { seenAtResult = static_cast<int>(notices->count()); });
    QSignalSpy ofJob(job, &Job::noticed);
    QSignalSpy finished(job, &Job::finished);
    ASSERT_TRUE(finished.wait(kWaitMs));
    ASSERT_EQ(seenAtResult, 2);
    EXPECT_EQ(ofJob.at(1).front().toString(), QStringLiteral("second"));
    EXPECT_EQ(notices->at(0).front().toString(), QStringLiteral("first"));

    Job *abandoned = runner->start<int>({QStringLiteral("read"), JobLane::Read}, &receiver,
                                        [](const JobContext &context) -> Result<int> {
                                            while (!context.shouldStop())
                                                std::this_thread::sleep_for(std::chrono::milliseconds(1));
                                            context.notice("of concern to all");
                                            return 1;
                                        },
                                        {});
    QSignalSpy ended(abandoned, &Job::ended);
    abandoned->abandon();
    ASSERT_TRUE(ended.wait(kWaitMs));
    ASSERT_EQ(notices->count(), 3);
    EXPECT_EQ(notices->back().front().toString(), QStringLiteral("of concern to all"));
}

} // namespace
} // namespace somnium::ui
