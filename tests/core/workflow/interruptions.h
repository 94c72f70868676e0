// SPDX-License-Identifier: GPL-3.0-or-later
// Imports that are asked to stop, or killed, at a chosen report of their progress.
#pragma once

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/job.h"
#include "core/base/random.h"
#include "core/session/session.h"

namespace somnium::test
{

inline std::string contentOf(const std::filesystem::path &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// A context that asks to stop at the n-th report of one of the stages (words, any of which may be in it).
struct StopAfter
{
    std::stop_source source;
    JobContext context;
    StopAfter(std::string_view stage, std::size_t reports, unsigned threads)
    {
        context.threads = threads;
        context.stop = source.get_token();
        context.onProgress = [this, stage, reports, seen = std::size_t{0}](const Progress &report) mutable {
            if (report.stage.find(stage) != std::string_view::npos && ++seen == reports)
                source.request_stop();
        };
    }
};

/// What an import gives in the end that is stopped at the report that each new `StopAfter` of `next` names,
/// and asked for again, until one of them comes too late; and how often it was stopped. Until then the
/// session has no collection.
template <class Outcome> struct Persisted
{
    std::optional<Outcome> outcome;
    std::size_t stops = 0;
};
template <class Outcome>
Persisted<Outcome> askUntilDone(const session::Session &session, std::string_view stage,
                                std::uint32_t mostReports, Random &random,
                                const std::function<Result<Outcome>(const JobContext &)> &import)
{
    Persisted<Outcome> persisted;
    while (persisted.stops < 200)
    {
        // With more threads than one it may come late: one may have read ahead while another waits.
        StopAfter stop(stage, 1 + random.below(mostReports), persisted.stops < 2 ? 1 : 1 + random.below(3));
        auto attempt = import(stop.context);
        if (attempt)
        {
            persisted.outcome = std::move(*attempt);
            return persisted;
        }
        EXPECT_EQ(attempt.error().kind, ErrorKind::Cancelled) << attempt.error().message;
        EXPECT_TRUE(session.collections()->empty());
        ++persisted.stops;
    }
    ADD_FAILURE() << "stopped 200 times, and not done";
    return persisted;
}

/// Runs `work` in a process of its own that kills itself after a number of progress reports of such a stage;
/// true if it came to its end before that.
inline bool runAndKill(std::string_view stage, std::size_t killAfter,
                       const std::function<bool(const JobContext &)> &work)
{
    const pid_t child = fork();
    if (child == 0)
    {
        JobContext context;
        context.threads = 1;
        context.onProgress = [stage, killAfter, seen = std::size_t{0}](const Progress &report) mutable {
            if (report.stage.find(stage) != std::string_view::npos && ++seen == killAfter)
                kill(getpid(), SIGKILL);
        };
        _exit(work(context) ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << status;
    return WIFEXITED(status);
}

} // namespace somnium::test
