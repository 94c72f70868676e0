// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/stand_in.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/compute/cpu/cpu_backend.h"
#include "tests/support/faulty_backend.h"

namespace somnium::compute
{
namespace
{

struct Heard
{
    std::vector<std::string> notices;
    JobContext context;
    Heard()
    {
        context.onNotice = [this](const std::string &text) { notices.push_back(text); };
    }
};

/// A job of two calls.
Result<std::string> work(Backend &backend)
{
    const auto ops = backend.tensorOps();
    if (!ops)
        return failure(ops.error());
    if (const auto done = (*ops)->finish(); !done)
        return failure(done.error());
    return backend.name();
}

TEST(StandIn, TheProcessorDoesWhatALostDeviceCouldNot)
{
    const auto processor = cpu::CpuBackend::create().value();
    for (const std::size_t call : {1U, 2U})
    {
        test::FaultyBackend device(*processor, {.atCall = call});
        const Heard heard;
        EXPECT_EQ(runWithStandIn(device, heard.context, work).value(), "cpu");
        ASSERT_EQ(heard.notices.size(), 1U);
        EXPECT_EQ(heard.notices[0], "Faulty GPU was lost (call " + std::to_string(call) +
                                        " was told to fail): the processor goes on");
    }
    test::FaultyBackend full(*processor, {.atCall = 1, .kind = ErrorKind::OutOfMemory});
    const Heard heard;
    EXPECT_EQ(runWithStandIn(full, heard.context, work).value(), "cpu");
    ASSERT_EQ(heard.notices.size(), 1U);
    EXPECT_EQ(heard.notices[0],
              "Faulty GPU has too little memory (call 1 was told to fail): the processor goes on");
}

TEST(StandIn, NobodyStandsInWhereTheDeviceDidNotFail)
{
    const auto processor = cpu::CpuBackend::create().value();
    const Heard heard;
    test::FaultyBackend well(*processor, {});
    EXPECT_EQ(runWithStandIn(well, heard.context, work).value(), "faulty");
    for (const ErrorKind kind : {ErrorKind::Cancelled, ErrorKind::Mismatch, ErrorKind::Internal})
    {
        test::FaultyBackend device(*processor, {.atCall = 1, .kind = kind});
        EXPECT_EQ(runWithStandIn(device, heard.context, work).error().kind, kind);
    }
    test::FaultyBackend asProcessor(*processor, {.atCall = 1, .kind = ErrorKind::OutOfMemory}, "cpu");
    EXPECT_EQ(runWithStandIn(asProcessor, heard.context, work).error().kind, ErrorKind::OutOfMemory);
    EXPECT_TRUE(heard.notices.empty());
}

TEST(StandIn, TheFailureOfTheWorkItselfOnTheProcessorIsTheResult)
{
    const auto processor = cpu::CpuBackend::create().value();
    test::FaultyBackend device(*processor, {.atCall = 1});
    const JobContext context;
    int calls = 0;
    const auto result = runWithStandIn(device, context, [&](Backend &backend) -> Result<void> {
        ++calls;
        if (backend.name() == "cpu")
            return failure(ErrorKind::Mismatch, "wrong on any backend");
        return failure(ErrorKind::DeviceLost, "gone");
    });
    EXPECT_EQ(calls, 2);
    EXPECT_EQ(result.error().kind, ErrorKind::Mismatch);
}

} // namespace
} // namespace somnium::compute
