// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstdio>
#include <map>

#include "app/cli/console.h"
#include "app/cli/lookup.h"
#include "core/workflow/labeling.h"
#include "core/workflow/oddity_bench.h"
#include "core/workflow/originals.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    workflow::OddityBenchParams params;
    std::string layout = "10x10";
    std::filesystem::path session;
    std::string column;
    double sharePercent = 1.0;
};

nlohmann::json toJson(const search::Recovery &recovery)
{
    return {{"recall_100", recovery.recall}, {"rank_weighted", recovery.rankWeighted}};
}

nlohmann::json toJson(const workflow::OddityBenchReport &report)
{
    nlohmann::json json = {{"odd_are", report.what},
                           {"sources", report.sources},
                           {"odd", report.odd},
                           {"runs", report.runs},
                           {"after_one_example", toJson(report.fromOneExample)}};
    for (const auto &[score, recovery] : report.scores)
        json["scores"][std::string(search::toString(score))] = toJson(recovery);
    for (const auto &[marks, recovery] : report.learned)
        json["after_marks"][std::to_string(marks)] = toJson(recovery);
    return json;
}

std::string line(const std::string &name, const search::Recovery &recovery)
{
    std::array<char, 80> text{};
    std::snprintf(text.data(), text.size(), "\n  %-18s %5.2f  %5.2f", name.c_str(), recovery.recall,
                  recovery.rankWeighted);
    return text.data();
}

std::string toText(const workflow::OddityBenchReport &report)
{
    std::string text = report.what + ": " + std::to_string(report.odd) + " among " +
                       std::to_string(report.sources) + ", mean of " + std::to_string(report.runs) +
                       " runs\n                     recall in the first 100, rank-weighted score";
    for (const auto &[score, recovery] : report.scores)
        text += line(std::string(search::toString(score)) +
                         (score == search::kDefaultOddityScore ? " (default)" : ""),
                     recovery);
    for (const auto &[marks, recovery] : report.learned)
        text += line("after " + std::to_string(marks) + " marks", recovery);
    return text + line("one known, others", report.fromOneExample);
}

/// Each class of a labelled session in turn as the rare one, the largest class of which enough is left last.
Result<std::vector<workflow::OddityBenchReport>> benchSession(const Options &options,
                                                              compute::Backend &backend, Console &console)
{
    const auto opened = openCollection(options.session, {});
    if (!opened)
        return failure(opened.error());
    const auto collection = opened->session->collection(opened->summary.id);
    if (!collection)
        return failure(collection.error());
    const auto labels = workflow::labelsOfColumn(*collection, options.column);
    if (!labels)
        return failure(labels.error());
    const auto samples = workflow::samplesOf(*opened->session, opened->summary.id, console.job());
    if (!samples)
        return failure(samples.error());
    std::map<std::string, std::size_t> classes;
    for (const std::string &label : *labels)
        ++classes[label];
    std::vector<workflow::OddityBenchReport> reports;
    for (const auto &[name, members] : classes)
    {
        auto report =
            workflow::benchThinnedClass(**samples, *labels, name, options.params, backend, console.job());
        if (!report)
            return failure(report.error());
        reports.push_back(std::move(*report));
    }
    return reports;
}

Result<void> run(Options options, Console &console)
{
    const auto layout = som::MapLayout::parse(options.layout);
    if (!layout)
        return failure(layout.error());
    options.params.training.layout = *layout;
    options.params.share = options.sharePercent / 100.0;
    const auto backend = console.backend();
    if (!backend)
        return failure(backend.error());
    std::vector<workflow::OddityBenchReport> reports;
    if (options.session.empty())
    {
        auto report = workflow::benchSimulatedOddities(options.params, **backend, console.job());
        if (!report)
            return failure(report.error());
        reports.push_back(std::move(*report));
    }
    else
    {
        auto all = benchSession(options, **backend, console);
        if (!all)
            return failure(all.error());
        reports = std::move(*all);
    }
    std::string text;
    nlohmann::json json = nlohmann::json::array();
    for (const workflow::OddityBenchReport &report : reports)
    {
        text += (text.empty() ? "" : "\n") + toText(report);
        json.push_back(toJson(report));
    }
    console.print(text, json);
    return {};
}

} // namespace

void addBenchOddities(CLI::App &bench, Action &action)
{
    CLI::App *oddities = bench.add_subcommand(
        "oddities", "How well each score of oddity, and the ranking that learns, find hidden odd sources");
    auto options = std::make_shared<Options>();
    CLI::Option *session = oddities->add_option(
        "--session", options->session,
        "Take its newest collection instead of simulated sources, each class thinned in turn");
    CLI::Option *column =
        oddities->add_option("--column", options->column, "Catalogue column that holds the class");
    session->needs(column);
    column->needs(session);
    oddities->add_option("--share", options->sharePercent, "To which share a class is thinned [%]")
        ->capture_default_str()
        ->check(CLI::Range(0.01, 50.0));
    oddities->add_option("--count", options->params.count, "Simulated sources")
        ->capture_default_str()
        ->check(CLI::Range(10, 1000000));
    oddities->add_option("--odd", options->params.odd, "Odd ones among them")->capture_default_str();
    oddities->add_option("--seeds", options->params.seeds, "Runs, each with its own sources and map")
        ->capture_default_str()
        ->check(CLI::Range(1, 100));
    oddities->add_option("--map", options->layout, "Width x height of the map [neurons]")
        ->capture_default_str();
    oddities->callback(
        [&action, options] { action = [options](Console &console) { return run(*options, console); }; });
}

} // namespace somnium::cli
