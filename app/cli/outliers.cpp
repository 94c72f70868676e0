// SPDX-License-Identifier: GPL-3.0-or-later
#include <limits>

#include "app/cli/console.h"
#include "app/cli/lookup.h"
#include "core/search/outliers.h"
#include "core/workflow/export.h"

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
};

Result<void> run(const Options &options, Console &console)
{
    const auto map = openMap(options.session, options.model);
    if (!map)
        return failure(map.error());
    const std::span<const float> distances = map->mapping.distance;
    const double threshold = search::percentile(distances, options.percent);
    const auto written =
        options.isPercentGiven
            ? workflow::exportOutliers(*map->session, map->summary.id, static_cast<float>(threshold),
                                       options.out)
            : workflow::exportFurthest(*map->session, map->summary.id, options.top, options.out);
    if (!written)
        return failure(written.error());
    const auto ranked = search::byFallingScore(distances);
    const float nearest =
        *written > 0 ? distances[ranked[*written - 1]] : std::numeric_limits<float>::quiet_NaN();
    console.print("wrote " + std::to_string(*written) + " of " + std::to_string(distances.size()) +
                      " sources, from distance " + shortNumber(static_cast<double>(nearest)) + " up, to " +
                      options.out.string(),
                  {{"model", map->summary.name},
                   {"written", *written},
                   {"sources", distances.size()},
                   {"least_distance", finiteOrNull(static_cast<double>(nearest))},
                   {"percentile_90", finiteOrNull(search::percentile(distances, 90.0))},
                   {"percentile_99", finiteOrNull(search::percentile(distances, 99.0))},
                   {"percentile_99_9", finiteOrNull(search::percentile(distances, 99.9))},
                   {"out", options.out.string()}});
    return {};
}

} // namespace

void addOutliers(CLI::App &app, Action &action)
{
    CLI::App *outliers =
        app.add_subcommand("outliers", "Write the sources furthest from every prototype, furthest first");
    auto options = std::make_shared<Options>();
    outliers->add_option("--session", options->session, "Session file")->required();
    outliers->add_option("--model", options->model, "Name of the map; default: the newest");
    CLI::Option *top = outliers->add_option("--top", options->top, "How many")->capture_default_str();
    CLI::Option *percent = outliers
                               ->add_option("--percent", options->percent,
                                            "Instead: all beyond this percentile of the distances [%]")
                               ->check(CLI::Range(0.0, 100.0))
                               ->excludes(top);
    outliers->add_option("--out", options->out, "Catalogue to write: .fits, .vot, .xml, .csv")->required();
    outliers->callback([&action, options, percent] {
        options->isPercentGiven = percent->count() > 0;
        action = [options](Console &console) { return run(*options, console); };
    });
}

} // namespace somnium::cli
