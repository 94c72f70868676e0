// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "app/cli/console.h"
#include "app/cli/explore.h"
#include "app/cli/lookup.h"
#include "core/search/outliers.h"
#include "core/search/spectral_outliers.h"
#include "core/workflow/oddities.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    std::filesystem::path session;
    std::string model;
    std::filesystem::path out;
    std::size_t top = 100;
    double percent = 99.0;
    bool isPercentGiven = false;
    bool isScoreGiven = false;
    std::string score = std::string(search::toString(search::kDefaultOddityScore));
    bool isLearned = false;
    bool isExplained = false;
};

std::size_t countOf(const Options &options, const workflow::OddityRanking &ranking)
{
    if (!options.isPercentGiven)
        return std::min(options.top, ranking.order.size());
    const double threshold = search::percentile(ranking.scores, options.percent);
    const auto isBeyond = [&](std::size_t i) { return static_cast<double>(ranking.scores[i]) > threshold; };
    return static_cast<std::size_t>(
        std::partition_point(ranking.order.begin(), ranking.order.end(), isBeyond) - ranking.order.begin());
}

nlohmann::json toJson(const search::OddityReasons &reasons)
{
    const auto number = [](float value) { return finiteOrNull(static_cast<double>(value)); };
    return {{"distance", number(reasons.distance)},
            {"neuron_median", number(reasons.neuronMedian)},
            {"neuron_members", reasons.neuronMembers},
            {"signal_to_noise", number(reasons.signalToNoise)},
            {"expected_distance", number(reasons.expectedDistance)},
            {"unexplained", number(reasons.unexplained)},
            {"neuron_separation", number(reasons.separation)},
            {"loneliness", number(reasons.loneliness)}};
}

void print(const Options &options, const data::Collection &collection, const std::string &model,
           const workflow::OddityRanking &ranking, std::size_t count, Console &console)
{
    const double least = count > 0 ? static_cast<double>(ranking.scores[ranking.order[count - 1]]) : 0.0;
    std::string text =
        std::to_string(count) + " of " + std::to_string(ranking.order.size()) + " sources by " +
        (options.isLearned ? "what " + std::to_string(ranking.marks) + " marks taught, from " + options.score
                           : options.score) +
        ", from " + shortNumber(least) + " up" +
        (options.out.empty() ? "" : ", written to " + options.out.string());
    nlohmann::json list = nlohmann::json::array();
    for (std::size_t rank = 0; rank < count; ++rank)
    {
        const std::size_t source = ranking.order[rank];
        const auto reasons = search::oddityReasons(source, ranking.mapping, ranking.figures);
        const std::string &id = collection.sources[source].id;
        if (options.isExplained)
            text += "\n" + std::to_string(rank + 1) + ". " + id + "  " +
                    shortNumber(static_cast<double>(ranking.scores[source])) + "  " + search::toText(reasons);
        list.push_back({{"id", id},
                        {"score", finiteOrNull(static_cast<double>(ranking.scores[source]))},
                        {"reasons", toJson(reasons)}});
    }
    console.print(text, {{"model", model},
                         {"score", options.score},
                         {"marks", ranking.marks},
                         {"written", options.out.empty() ? 0 : count},
                         {"sources", ranking.order.size()},
                         {"least_score", finiteOrNull(least)},
                         {"percentile_90", finiteOrNull(search::percentile(ranking.scores, 90.0))},
                         {"percentile_99", finiteOrNull(search::percentile(ranking.scores, 99.0))},
                         {"percentile_99_9", finiteOrNull(search::percentile(ranking.scores, 99.9))},
                         {"outliers", list},
                         {"out", options.out.string()}});
}

Result<void> run(const Options &options, Console &console)
{
    const auto session = session::Session::open(options.session);
    if (!session)
        return failure(session.error());
    const auto latent = latentMeant(**session, options.model);
    if (!latent)
        return failure(latent.error());
    const auto collection = *latent ? (*session)->collectionSummary((*latent)->collection)
                                    : Result<session::CollectionSummary>(session::CollectionSummary{});
    if (!collection)
        return failure(collection.error());
    // Images have scores of their own, by their map.
    if (*latent && (collection->kind == session::CollectionKind::Spectra || !options.model.empty()))
        return spectralOutliers(**session, **latent,
                                {options.isScoreGiven ? options.score : std::string(), options.top,
                                 options.isPercentGiven ? std::optional(options.percent) : std::nullopt,
                                 options.isLearned, options.isExplained, options.out},
                                console);
    const auto score = search::oddityScoreFromName(options.score);
    if (!score)
        return failure(score.error());
    const auto map = openMap(options.session, options.model);
    if (!map)
        return failure(map.error());
    const workflow::OddityRequest request{*score, options.isLearned};
    const auto ranking = console.withBackend([&](compute::Backend &backend, const JobContext &context) {
        return workflow::rankOddities(*map->session, map->summary.id, request, backend, context);
    });
    if (!ranking)
        return failure(ranking.error());
    const std::size_t count = countOf(options, *ranking);
    const auto sources = map->readCollection();
    if (!sources)
        return failure(sources.error());
    if (!options.out.empty())
        if (auto written = workflow::exportOddities({*map->session, map->summary.id, &*sources}, *ranking,
                                                    request, count, options.out);
            !written)
            return failure(written.error());
    print(options, *sources, map->summary.name, *ranking, count, console);
    return {};
}

std::string scoresText()
{
    std::string text = "Scores:";
    for (const search::OddityScore score : search::kOddityScores)
        text += "\n  " + std::string(search::toString(score)) + ": " + std::string(search::describe(score));
    text += "\nOf a latent space of spectra (combined if none is named):";
    for (const search::SpectralOutlierScore score : search::kSpectralOutlierScores)
        text += "\n  " + std::string(search::toString(score)) + ": " + std::string(search::describe(score));
    return text + "\n`somnium-cli bench oddities` measures how well each finds hidden odd sources.";
}

} // namespace

void addOutliers(CLI::App &app, Action &action)
{
    CLI::App *outliers = app.add_subcommand("outliers", "List or write the oddest sources, oddest first");
    auto options = std::make_shared<Options>();
    outliers->add_option("--session", options->session, "Session file")->required();
    outliers->add_option("--model", options->model, "Name of the map or latent space; default: the newest");
    CLI::Option *top = outliers->add_option("--top", options->top, "How many")->capture_default_str();
    CLI::Option *percent = outliers
                               ->add_option("--percent", options->percent,
                                            "Instead: all beyond this percentile of the score [%]")
                               ->check(CLI::Range(0.0, 100.0))
                               ->excludes(top);
    CLI::Option *score = outliers->add_option("--score", options->score, "What makes a source odd, see below")
                             ->capture_default_str();
    outliers->add_flag("--learned", options->isLearned,
                       "Let the marks of the session (somnium-cli mark) re-rank that score");
    outliers->add_flag("--explain", options->isExplained, "Tell the numbers behind every source");
    outliers->add_option("--out", options->out, "Catalogue to write: .fits, .vot, .xml, .csv");
    outliers->footer(scoresText());
    outliers->callback([&action, options, percent, score] {
        options->isScoreGiven = score->count() > 0;
        options->isPercentGiven = percent->count() > 0;
        action = [options](Console &console) { return run(*options, console); };
    });
}

} // namespace somnium::cli
