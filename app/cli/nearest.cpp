// SPDX-License-Identifier: GPL-3.0-or-later
#include <numbers>

#include "app/cli/console.h"
#include "app/cli/explore.h"
#include "app/cli/lookup.h"
#include "core/search/nearest.h"
#include "core/workflow/originals.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    std::filesystem::path session;
    std::string model;
    std::string prototype;
    std::string source;
    std::string collection;
    std::size_t count = 10;
    bool isExact = false;
};

/// The image that is asked for: a prototype, or a source's prepared sample.
Result<data::ImageView> queryImage(const Options &options, const OpenedMap &map,
                                   const data::Collection &collection, const data::Samples &samples)
{
    if (!options.prototype.empty())
    {
        const auto neuron = parseNeuron(options.prototype, map.som.layout);
        if (!neuron)
            return failure(neuron.error());
        return map.som.prototype(*neuron);
    }
    const auto source = findSource(collection, options.source);
    if (!source)
        return failure(source.error());
    return samples.sample(*source);
}

void print(const std::vector<search::Neighbour> &neighbours, const OpenedMap &map,
           const data::Collection &collection, Console &console)
{
    std::string text = "distance  rotation  flip  id";
    nlohmann::json list = nlohmann::json::array();
    for (const search::Neighbour &neighbour : neighbours)
    {
        const data::Source &source = collection.sources[neighbour.source];
        const double rotationDeg =
            static_cast<double>(neighbour.transform.angleRad) * 180.0 / std::numbers::pi;
        text += "\n" + shortNumber(static_cast<double>(neighbour.distance)) + "  " +
                shortNumber(rotationDeg) + "  " + (neighbour.transform.isFlipped ? "yes" : "no") + "  " +
                source.id;
        list.push_back({{"id", source.id},
                        {"distance", finiteOrNull(static_cast<double>(neighbour.distance))},
                        {"rotation_deg", rotationDeg},
                        {"flip", neighbour.transform.isFlipped},
                        {"ra_deg", finiteOrNull(source.raDeg)},
                        {"dec_deg", finiteOrNull(source.decDeg)},
                        {"file", data::toString(source.origin)}});
    }
    console.print(text, {{"model", map.summary.name}, {"neighbours", list}});
}

Result<void> run(const Options &options, Console &console)
{
    if (options.prototype.empty() == options.source.empty())
        return failure(ErrorKind::InvalidArgument, "expected either --prototype X,Y or --source ID");
    if (!options.source.empty())
    {
        const auto session = session::Session::open(options.session);
        if (!session)
            return failure(session.error());
        const auto spectra = spectraMeant(**session, options.collection, options.model);
        if (!spectra)
            return failure(spectra.error());
        if (*spectra)
            return nearestSpectra(**session, **spectra,
                                  {options.collection, options.source, options.count, options.isExact},
                                  console);
    }
    const auto map = openMap(options.session, options.model);
    if (!map)
        return failure(map.error());
    const auto collection = map->readCollection();
    if (!collection)
        return failure(collection.error());
    const auto samples = workflow::samplesOf(*map->session, map->summary.collection, console.job());
    if (!samples)
        return failure(samples.error());
    const auto image = queryImage(options, *map, *collection, **samples);
    if (!image)
        return failure(image.error());
    const auto neighbours = console.withBackend([&](compute::Backend &backend, const JobContext &context) {
        return search::nearestSources(*image, **samples, map->som.grid, options.count, backend, context);
    });
    if (!neighbours)
        return failure(neighbours.error());
    print(*neighbours, *map, *collection, console);
    return {};
}

} // namespace

void addNearest(CLI::App &app, Action &action)
{
    CLI::App *nearest =
        app.add_subcommand("nearest", "List the sources that resemble a prototype or a source");
    auto options = std::make_shared<Options>();
    nearest->add_option("--session", options->session, "Session file")->required();
    nearest->add_option("--model", options->model, "Name of the map; default: the newest");
    nearest->add_option("--collection", options->collection,
                        "Spectra: name of the collection; they need no model");
    nearest->add_option("--prototype", options->prototype, "X,Y of a neuron, counted from 0");
    nearest->add_option("--source", options->source, "Id of a source");
    nearest->add_option("--count", options->count, "How many")->capture_default_str();
    nearest->add_flag(
        "--exact", options->isExact,
        "Spectra: compare with every one in full instead of asking the index, and tell the time");
    nearest->callback(
        [&action, options] { action = [options](Console &console) { return run(*options, console); }; });
}

} // namespace somnium::cli
