// SPDX-License-Identifier: GPL-3.0-or-later
// What every subcommand shares: the global options, where text and JSON go, the progress bar, the request to
// stop.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <type_traits>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend_factory.h"
#include "core/compute/stand_in.h"
#include "core/session/session.h"

namespace somnium::cli
{

struct GlobalOptions
{
    bool isJson = false;
    bool isQuiet = false;
    unsigned threads = 0;
    std::string device = "auto";
};

/// Results go to stdout (text, or one JSON document with --json), progress and remarks to stderr.
class Console
{
public:
    Console(const GlobalOptions &options, std::stop_token stop);

    [[nodiscard]] const GlobalOptions &options() const { return m_options; }
    /// Stops on Ctrl-C, draws a progress bar when stderr is a terminal, remarks what it is given notice of.
    [[nodiscard]] JobContext job();
    /// The result of the command: `text` for people, `json` with --json. Notices of the jobs go into an
    /// object as "notices", if there were any.
    void print(const std::string &text, const nlohmann::json &json);
    /// A remark on stderr, not with --quiet.
    void remark(const std::string &text);
    /// The backend that --device asks for, made and remarked by the first call. For what measures that very
    /// device; everything else computes by withBackend().
    [[nodiscard]] Result<compute::Backend *> backend();
    /// What `work`, a Result<T>(compute::Backend &, const JobContext &), makes on the backend that --device
    /// asks for. Where that device fails it is done on the processor, and a notice says so.
    template <class Work>
    [[nodiscard]] std::invoke_result_t<const Work &, compute::Backend &, const JobContext &>
    withBackend(const Work &work)
    {
        const auto chosen = backend();
        if (!chosen)
            return failure(chosen.error());
        const JobContext context = job();
        return compute::runWithStandIn(**chosen, context,
                                       [&](compute::Backend &backend) { return work(backend, context); });
    }

private:
    void drawProgress(const Progress &progress);
    void endProgress();

    GlobalOptions m_options;
    std::stop_token m_stop;
    std::unique_ptr<compute::Backend> m_backend;
    std::vector<std::string> m_notices;
    bool m_hasTerminal = false;
    bool m_isBarDrawn = false;
    std::chrono::steady_clock::time_point m_lastDrawn;
};

/// The work of a subcommand, run after the whole command line has been read.
using Action = std::function<Result<void>(Console &)>;

/// Each subcommand adds itself to `app` and, when it is the one asked for, puts its work into `action`.
void addSimulate(CLI::App &app, Action &action);
void addImport(CLI::App &app, Action &action);
void addImportModel(CLI::App &app, Action &action);
void addRecipe(CLI::App &app, Action &action);
void addPrepare(CLI::App &app, Action &action);
void addInfo(CLI::App &app, Action &action);
void addOriginals(CLI::App &app, Action &action);
void addTrain(CLI::App &app, Action &action);
void addMap(CLI::App &app, Action &action);
void addNearest(CLI::App &app, Action &action);
void addOutliers(CLI::App &app, Action &action);
void addLabel(CLI::App &app, Action &action);
void addQuality(CLI::App &app, Action &action);
void addLatent(CLI::App &app, Action &action);
void addIsoLines(CLI::App &app, Action &action);
void addExport(CLI::App &app, Action &action);
void addBench(CLI::App &app, Action &action);
void addMark(CLI::App &app, Action &action);
void addCompare(CLI::App &app, Action &action);
/// Under the verb bench.
void addBenchOddities(CLI::App &bench, Action &action);
void addDevices(CLI::App &app, Action &action);
void addHelp(CLI::App &app, Action &action);

} // namespace somnium::cli
