// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a job again and again, its device failing at its first, its second, ... call, until it fails no more.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/job.h"
#include "core/compute/cpu/cpu_backend.h"
#include "tests/support/faulty_backend.h"

namespace somnium::test
{

/// One run of a job.
struct FailingRun
{
    std::size_t call = 0; ///< that failed
    bool hasFailed = false;
    std::vector<std::string> notices; ///< that the user was given
};

/// `job(device, context)`, then `check(run)`, for faults at every call (of `faults`, all but atCall counts);
/// the last time, none fails. Returns the number of calls of a whole run.
inline std::size_t forEveryFailingCall(const Faults &faults,
                                       const std::function<void(FaultyBackend &, const JobContext &)> &job,
                                       const std::function<void(const FailingRun &)> &check)
{
    const auto processor = compute::cpu::CpuBackend::create().value();
    for (std::size_t call = 1;; ++call)
    {
        SCOPED_TRACE("call " + std::to_string(call) + ": " + std::string(toString(faults.kind)));
        Faults these = faults;
        these.atCall = call;
        FaultyBackend device(*processor, these);
        FailingRun run{call, false, {}};
        JobContext context;
        context.threads = 1;
        context.onNotice = [&run](const std::string &notice) { run.notices.push_back(notice); };
        job(device, context);
        run.hasFailed = device.hasFailed();
        check(run);
        if (!run.hasFailed)
        {
            EXPECT_TRUE(run.notices.empty());
            return device.calls();
        }
        if (::testing::Test::HasFatalFailure())
            return 0;
    }
}

} // namespace somnium::test
