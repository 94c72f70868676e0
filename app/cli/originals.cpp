// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/originals.h"
#include "app/cli/console.h"
#include "app/cli/lookup.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    std::filesystem::path session;
    std::string collection;
    std::filesystem::path from;
    std::filesystem::path to;
};

void printMissing(const std::vector<std::string> &missing, std::string text, nlohmann::json json,
                  Console &console)
{
    text += missing.empty() ? "all originals are there"
                            : std::to_string(missing.size()) + " originals are missing:";
    for (const std::string &file : missing)
        text += "\n  " + file;
    if (!missing.empty())
        text += "\nIf they have moved, say so by --to FOLDER (and --from FOLDER; now below " +
                workflow::commonFolder(missing).string() + ")";
    json["missing"] = missing;
    console.print(text, json);
}

Result<void> run(const Options &options, Console &console)
{
    const auto opened = openCollection(options.session, options.collection);
    if (!opened)
        return failure(opened.error());
    if (options.to.empty())
    {
        const auto missing = opened->session->missingOriginals(opened->summary.id);
        if (!missing)
            return failure(missing.error());
        printMissing(*missing, "", {}, console);
        return {};
    }
    const auto moved =
        workflow::relocateOriginals(*opened->session, opened->summary.id, options.from, options.to);
    if (!moved)
        return failure(moved.error());
    printMissing(moved->missing,
                 std::to_string(moved->sources) + " sources have their originals in " + options.to.string() +
                     " now\n",
                 {{"moved_sources", moved->sources}}, console);
    return {};
}

} // namespace

void addOriginals(CLI::App &app, Action &action)
{
    CLI::App *originals =
        app.add_subcommand("originals", "Tell which original files are missing, or where they are now");
    auto options = std::make_shared<Options>();
    originals->add_option("--session", options->session, "Session file")->required();
    originals->add_option("--collection", options->collection, "Name of the collection; default: the newest");
    CLI::Option *to = originals->add_option("--to", options->to, "Folder, or file, that they are in now");
    originals
        ->add_option("--from", options->from, "Folder, or file, they were in; default: that of all missing")
        ->needs(to);
    originals->callback(
        [&action, options] { action = [options](Console &console) { return run(*options, console); }; });
}

} // namespace somnium::cli
