// SPDX-License-Identifier: GPL-3.0-or-later
#include <numeric>

#include "app/cli/console.h"
#include "app/cli/lookup.h"
#include "core/io/table.h"
#include "core/som/mapper.h"
#include "core/workflow/export.h"
#include "core/workflow/originals.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    std::filesystem::path session;
    std::string model;
    std::string collection;
    std::filesystem::path out;
};

Result<void> run(const Options &options, Console &console)
{
    const auto map = openMap(options.session, options.model);
    if (!map)
        return failure(map.error());
    const auto summary = findCollection(*map->session, options.collection);
    if (!summary)
        return failure(summary.error());
    const auto samples = workflow::samplesOf(*map->session, summary->id, console.job());
    if (!samples)
        return failure(samples.error());
    const auto backend = console.backend();
    if (!backend)
        return failure(backend.error());
    const auto mapping = som::mapSamples(map->som, **samples, **backend, console.job());
    if (!mapping)
        return failure(mapping.error());
    const auto collection = map->session->collection(summary->id);
    const auto labels = map->session->labels(summary->id);
    if (!collection || !labels)
        return failure(!collection ? collection.error() : labels.error());

    std::vector<std::size_t> all(collection->sources.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    const auto table = workflow::resultCatalogue(*collection, *labels, map->som, *mapping, all);
    if (auto written = io::writeTable(options.out, table, workflow::provenance(*summary, map->summary));
        !written)
        return written;
    const som::EpochReport figures = som::qualityOf(*mapping, map->som.layout);
    console.print("mapped " + std::to_string(all.size()) + " sources of " + summary->name + " on " +
                      map->summary.name + ": " + toText(figures) + "; written to " + options.out.string(),
                  {{"model", map->summary.name},
                   {"collection", summary->name},
                   {"sources", all.size()},
                   {"figures", toJson(figures)},
                   {"out", options.out.string()}});
    return {};
}

} // namespace

void addMap(CLI::App &app, Action &action)
{
    CLI::App *map =
        app.add_subcommand("map", "Lay a collection on a trained map and write where each source falls");
    auto options = std::make_shared<Options>();
    map->add_option("--session", options->session, "Session file")->required();
    map->add_option("--model", options->model, "Name of the map; default: the newest");
    map->add_option("--collection", options->collection,
                    "Name of the collection, prepared to the map's shape; default: the newest");
    map->add_option("--out", options->out, "Catalogue to write: .fits, .vot, .xml, .csv")->required();
    map->callback(
        [&action, options] { action = [options](Console &console) { return run(*options, console); }; });
}

} // namespace somnium::cli
