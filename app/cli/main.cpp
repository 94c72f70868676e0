// SPDX-License-Identifier: GPL-3.0-or-later
// somnium-cli: everything the window can do, from a shell.
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include <unistd.h>

#include "app/cli/console.h"
#include "app/device_option.h"
#include "core/base/version.h"

namespace
{

using namespace somnium;

enum ExitCode
{
    Done = 0,
    Failed = 1,
    WrongUsage = 2,
    Stopped = 130,
};

/// The write end of the pipe that carries signals from the handler to StopOnSignal's thread.
volatile std::sig_atomic_t signalPipe = -1;

extern "C" void forwardSignal(int number)
{
    const auto byte = static_cast<char>(number);
    [[maybe_unused]] const ssize_t written = ::write(signalPipe, &byte, 1);
}

/// Turns the first Ctrl-C (or kill) into a request to stop, so that what was reached is kept; one after more
/// than a second ends the program. A handler and a pipe, not sigwait: libraries start threads of their own
/// before main, which no mask of ours reaches. The seconds: shells and `timeout` signal a process and its
/// group, so one Ctrl-C can come twice.
class StopOnSignal
{
public:
    StopOnSignal()
    {
        std::array<int, 2> ends = {};
        if (::pipe(ends.data()) != 0)
            return; // no way to stop gently; the signals keep their usual meaning
        signalPipe = ends[1];
        struct sigaction action = {};
        action.sa_handler = forwardSignal;
        action.sa_flags = SA_RESTART;
        ::sigaction(SIGINT, &action, nullptr);
        ::sigaction(SIGTERM, &action, nullptr);
        std::thread([readEnd = ends[0], source = m_source]() mutable {
            using Clock = std::chrono::steady_clock;
            std::optional<Clock::time_point> first;
            char byte = 0;
            while (::read(readEnd, &byte, 1) == 1)
            {
                source.request_stop();
                if (!first)
                    first = Clock::now();
                else if (Clock::now() - *first > std::chrono::seconds(1))
                    std::_Exit(Stopped);
            }
        }).detach();
    }
    [[nodiscard]] std::stop_token token() const { return m_source.get_token(); }

private:
    std::stop_source m_source;
};

void addGlobalOptions(CLI::App &app, cli::GlobalOptions &options)
{
    app.add_flag("--json", options.isJson, "Print the result as one JSON document on stdout");
    app.add_flag("--quiet,-q", options.isQuiet, "No progress bar, no remarks on stderr");
    app.add_option("--threads", options.threads, "Processors to use; 0 = all. Changes no result")
        ->capture_default_str();
    app::addDeviceOption(app, options.device);
}

int run(const cli::Action &action, const cli::GlobalOptions &options)
{
    const StopOnSignal stopper;
    cli::Console console(options, stopper.token());
    const Result<void> outcome = action(console);
    if (outcome)
        return Done;
    std::cerr << "somnium-cli: " << outcome.error().message << '\n';
    switch (outcome.error().kind)
    {
    case ErrorKind::Cancelled: return Stopped;
    case ErrorKind::InvalidArgument: return WrongUsage;
    default: return Failed;
    }
}

int parseAndRun(int argc, char **argv)
{
    CLI::App app("Somnium " + std::string(version()) +
                 ": puts a sky survey in order (rotation- and flip-invariant maps)");
    app.set_version_flag("--version", std::string(version()));
    app.require_subcommand(1);
    app.fallthrough(); // global options may stand before or after the verb
    app.footer("Exit status: 0 done, 1 failed, 2 wrong usage, 130 stopped (what was reached is kept).\n"
               "somnium-cli VERB --help tells the options of a verb, with defaults and units.");
    cli::GlobalOptions options;
    addGlobalOptions(app, options);
    cli::Action action;
    for (const auto &add :
         {cli::addSimulate, cli::addImport,    cli::addRecipe, cli::addPrepare, cli::addImportModel,
          cli::addInfo,     cli::addOriginals, cli::addTrain,  cli::addMap,     cli::addNearest,
          cli::addOutliers, cli::addMark,      cli::addLabel,  cli::addCompare, cli::addQuality,
          cli::addLatent,   cli::addIsoLines,  cli::addExport, cli::addBench,   cli::addDevices,
          cli::addHelp})
        add(app, action);
    try
    {
        app.parse(argc, argv);
    }
    catch (const CLI::ParseError &error)
    {
        return app.exit(error) == 0 ? Done : WrongUsage;
    }
    return run(action, options);
}

} // namespace

int main(int argc, char **argv)
{
    try
    {
        return parseAndRun(argc, argv);
    }
    catch (const std::exception &error)
    {
        std::cerr << "somnium-cli: " << error.what() << '\n';
        return Failed;
    }
}
