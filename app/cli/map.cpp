// SPDX-License-Identifier: GPL-3.0-or-later
#include <numeric>

#include "app/cli/console.h"
#include "app/cli/lookup.h"
#include "app/cli/pink_options.h"
#include "core/io/table.h"
#include "core/som/mapper.h"
#include "core/workflow/export.h"
#include "core/workflow/map_file.h"
#include "core/workflow/originals.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    std::filesystem::path session;
    std::string model;
    std::filesystem::path modelFile;
    std::string collection;
    std::filesystem::path out;
    MapFileFlags flags;
    workflow::PinkOptions pink;
};

/// A map to lay sources on, and what exports say of it.
struct NamedMap
{
    som::Som som;
    session::ModelSummary summary;
};

Result<NamedMap> mapOf(const session::Session &session, const Options &options,
                       const data::ImageShape &samples)
{
    NamedMap map;
    if (!options.modelFile.empty())
    {
        auto som = workflow::readMapFile(options.modelFile, samples, options.flags.given());
        if (!som)
            return failure(som.error());
        map.som = std::move(*som);
        map.summary.name = options.modelFile.filename().string();
        map.summary.params = map.som.params;
        return map;
    }
    auto summary = session.findModel(options.model);
    if (!summary)
        return failure(summary.error());
    auto som = session.model(summary->id);
    if (!som)
        return failure(som.error());
    map.som = std::move(*som);
    map.summary = std::move(*summary);
    return map;
}

Result<void> writeCatalogue(const session::Session &session, const session::CollectionSummary &summary,
                            const NamedMap &map, const som::Mapping &mapping,
                            const std::filesystem::path &out)
{
    const auto collection = session.collection(summary.id);
    const auto labels = session.labels(summary.id);
    if (!collection || !labels)
        return failure(!collection ? collection.error() : labels.error());
    std::vector<std::size_t> all(collection->sources.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    const auto table = workflow::resultCatalogue(*collection, *labels, map.som, mapping, all);
    return io::writeTable(out, table, workflow::provenance(summary, map.summary));
}

Result<void> run(const Options &options, Console &console)
{
    const auto session = session::Session::open(options.session);
    if (!session)
        return failure(session.error());
    const auto summary = findCollection(**session, options.collection);
    if (!summary)
        return failure(summary.error());
    const auto samples = workflow::samplesOf(**session, summary->id, console.job());
    if (!samples)
        return failure(samples.error());
    const auto map = mapOf(**session, options, (*samples)->shape());
    if (!map)
        return failure(map.error());
    const auto backend = console.backend();
    if (!backend)
        return failure(backend.error());
    const auto mapping = som::mapSamples(map->som, **samples, **backend, console.job());
    if (!mapping)
        return failure(mapping.error());
    const bool isPink = options.out.extension() == ".bin";
    auto written =
        isPink ? workflow::writePinkMapping(map->som, **samples, options.out, options.pink, console.job())
               : writeCatalogue(**session, *summary, *map, *mapping, options.out);
    if (!written)
        return written;
    const som::EpochReport figures = som::qualityOf(*mapping, map->som.layout);
    console.print("mapped " + std::to_string(mapping->sourceCount()) + " sources of " + summary->name +
                      " on " + map->summary.name + ": " + toText(figures) + "; written to " +
                      options.out.string(),
                  {{"model", map->summary.name},
                   {"collection", summary->name},
                   {"sources", mapping->sourceCount()},
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
    CLI::Option *const file =
        map->add_option("--model-file", options->modelFile,
                        "Take the map from this file instead: FITS of Somnium's, or PINK's, version 1 or 2");
    file->excludes("--model");
    map->add_option("--out", options->out,
                    "Catalogue to write: .fits, .vot, .xml, .csv; .bin: distances to every neuron in PINK's "
                    "metric and format, rotations and flips beside it")
        ->required();
    for (CLI::Option *const option : addMapFileOptions(*map, options->flags))
        option->needs(file);
    addPinkVersion(*map, options->pink.version);
    addPinkWindow(*map, options->pink);
    map->callback(
        [&action, options] { action = [options](Console &console) { return run(*options, console); }; });
}

} // namespace somnium::cli
