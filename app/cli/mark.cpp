// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>

#include "app/cli/console.h"
#include "app/cli/lookup.h"
#include "core/workflow/labeling.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    std::filesystem::path session;
    std::string collection;
    std::vector<std::string> sources;
    std::string verdict;
    int score = -1;
    std::filesystem::path out;
};

/// What the command was asked to change, if anything.
Result<void> change(const Options &options, session::Session &session, session::CollectionId id,
                    const data::Collection &collection)
{
    if (options.verdict.empty() && options.score < 0)
        return {};
    session::Mark mark;
    if (!options.verdict.empty())
    {
        const auto verdict = workflow::verdictFromName(options.verdict);
        if (!verdict)
            return failure(verdict.error());
        mark.verdict = *verdict;
    }
    if (options.score >= 0)
        mark.score = options.score;
    std::vector<session::Mark> marks;
    for (const std::string &source : options.sources)
    {
        const auto index = findSource(collection, source);
        if (!index)
            return failure(index.error());
        mark.source = *index;
        marks.push_back(mark);
    }
    return session.annotations().setMarks(id, marks);
}

void print(const std::vector<session::Mark> &marks, const data::Collection &collection, Console &console)
{
    std::map<std::string, std::size_t> counts;
    nlohmann::json list = nlohmann::json::array();
    std::string text;
    for (const session::Mark &mark : marks)
    {
        const std::string verdict(workflow::toString(mark.verdict));
        const std::string &id = collection.sources[mark.source].id;
        ++counts[verdict];
        text +=
            "\n  " + id + ": " + verdict + (mark.score ? ", " + std::to_string(*mark.score) + " of 5" : "");
        list.push_back({{"id", id},
                        {"mark", verdict},
                        {"score", mark.score ? nlohmann::json(*mark.score) : nlohmann::json(nullptr)}});
    }
    console.print(std::to_string(marks.size()) + " marks on " + collection.name + text,
                  {{"collection", collection.name}, {"counts", counts}, {"marks", list}});
}

Result<void> run(const Options &options, Console &console)
{
    const auto opened = openCollection(options.session, options.collection);
    if (!opened)
        return failure(opened.error());
    const auto collection = opened->session->collection(opened->summary.id);
    if (!collection)
        return failure(collection.error());
    if (auto changed = change(options, *opened->session, opened->summary.id, *collection); !changed)
        return changed;
    const auto marks = opened->session->annotations().marks(opened->summary.id);
    if (!marks)
        return failure(marks.error());
    if (!options.out.empty())
        if (auto written = workflow::exportLabels(*opened->session, opened->summary.id, options.out);
            !written)
            return failure(written.error());
    print(*marks, *collection, console);
    return {};
}

} // namespace

void addMark(CLI::App &app, Action &action)
{
    CLI::App *mark = app.add_subcommand(
        "mark", "Say which sources are interesting, boring or artefacts, or list what was said");
    auto options = std::make_shared<Options>();
    mark->add_option("--session", options->session, "Session file")->required();
    mark->add_option("--collection", options->collection, "Name of the collection; default: the newest");
    CLI::Option *source = mark->add_option("--source", options->sources, "Ids of sources");
    mark->add_option("--as", options->verdict, "interesting, boring, artefact or none (takes the mark off)")
        ->needs(source);
    mark->add_option("--score", options->score, "0 (dull) to 5 (a discovery)")
        ->check(CLI::Range(0, 5))
        ->needs(source);
    mark->add_option("--out", options->out, "Write labels and marks: .fits, .vot, .xml, .csv");
    mark->footer("The marks teach the ranking of `somnium-cli outliers --learned`.");
    mark->callback(
        [&action, options] { action = [options](Console &console) { return run(*options, console); }; });
}

} // namespace somnium::cli
