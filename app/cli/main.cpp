// SPDX-License-Identifier: GPL-3.0-or-later
// somnium-cli: everything the window can do, from a shell.
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <stop_token>
#include <string>
#include <thread>

#include <pthread.h>

#include "app/cli/console.h"
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

/// Turns the first Ctrl-C (or kill) into a request to stop, so that what was reached is kept; the second ends
/// the program.
class StopOnSignal
{
public:
    StopOnSignal()
    {
        sigset_t signals = {};
        sigemptyset(&signals);
        sigaddset(&signals, SIGINT);
        sigaddset(&signals, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &signals, nullptr); // every thread started from now on inherits this
        std::thread([signals, source = m_source]() mutable {
            int received = 0;
            sigwait(&signals, &received);
            source.request_stop();
            sigwait(&signals, &received);
            std::_Exit(Stopped);
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
    app.add_option("--device", options.device, "auto, cpu or cuda")
        ->capture_default_str()
        ->check(CLI::IsMember({"auto", "cpu", "cuda"}));
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
         {cli::addImport, cli::addInfo, cli::addTrain, cli::addMap, cli::addNearest,
          cli::addOutliers, cli::addLabel, cli::addQuality, cli::addExport, cli::addBench})
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
