// SPDX-License-Identifier: GPL-3.0-or-later
#include <chrono>
#include <numeric>
#include <optional>
#include <variant>

#include "app/cli/console.h"
#include "app/cli/lookup.h"
#include "app/cli/pink_options.h"
#include "app/cli/recipe_options.h"
#include "core/io/table.h"
#include "core/som/mapper.h"
#include "core/workflow/export.h"
#include "core/workflow/import.h"
#include "core/workflow/map_file.h"
#include "core/workflow/originals.h"
#include "core/workflow/scratch_session.h"

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
    std::vector<std::filesystem::path> images;
    RecipeOptions recipe;
    std::filesystem::path out;
    MapFileFlags flags;
    workflow::PinkOptions pink;
};

/// A map to lay sources on, of a file or of a session, and what exports say of it.
struct NamedMap
{
    session::ModelSummary summary;
    std::optional<prepare::Recipe> recipe; ///< of the images that it was trained on
    std::optional<workflow::MapFile> file;
    som::Som som; ///< of a file: still empty, for it depends on the shape of the samples
};

/// Sources to be laid on it.
struct Sources
{
    session::Session *session = nullptr;
    session::CollectionSummary summary;
    std::vector<data::ImportProblem> problems;
};

bool isPinks(const std::filesystem::path &out)
{
    return out.extension() == ".bin";
}

/// What is wrong with the options, as far as CLI11 cannot tell.
Result<void> check(const Options &options)
{
    const auto wrong = [](const char *what) { return failure(ErrorKind::InvalidArgument, what); };
    const bool hasSession = !options.session.empty();
    const bool hasFile = !options.modelFile.empty();
    if (options.images.empty() && !hasSession)
        return wrong("expected sources: --session (its collection), or --images (files, folders, archives)");
    if (!options.images.empty() && hasSession && hasFile)
        return wrong("--images: expected one map, of --model-file or of --session, found both");
    if (!options.images.empty() && !hasSession && !hasFile)
        return wrong("--images: expected a map, --model-file FILE or --session FILE, found none");
    return isPinks(options.out) ? Result<void>() : io::checkTableName(options.out);
}

Result<NamedMap> findMap(const session::Session *session, const Options &options)
{
    NamedMap map;
    if (!options.modelFile.empty())
    {
        auto file = workflow::openMapFile(options.modelFile);
        if (!file)
            return failure(file.error());
        // What contradicts the file should not be found after the images have been prepared.
        const auto shape = std::visit([](const auto &content) { return content.shape; }, file->content);
        if (const auto sound = workflow::mapOf(*file, shape, options.flags.given()); !sound)
            return failure(sound.error());
        map.recipe = file->recipe;
        map.file = std::move(*file);
        map.summary.name = options.modelFile.filename().string();
        return map;
    }
    auto summary = session->findModel(options.model);
    if (!summary)
        return failure(summary.error());
    const auto collection = session->collectionSummary(summary->collection);
    if (!collection)
        return failure(collection.error());
    auto som = session->model(summary->id);
    if (!som)
        return failure(som.error());
    map.recipe = collection->recipe;
    map.som = std::move(*som);
    map.summary = std::move(*summary);
    return map;
}

Result<prepare::Recipe> recipeFor(const NamedMap &map, const session::Session *session,
                                  const Options &options)
{
    const bool isAsked = options.recipe.recipeOption->count() + options.recipe.cutoutOption->count() > 0;
    if (!isAsked && !map.recipe)
        return failure(ErrorKind::InvalidArgument,
                       map.summary.name +
                           ": expected a recipe in the map, as Somnium's FITS maps have one, found none: say "
                           "how to prepare the images by --recipe ('none' if they are prepared already)");
    return chosenRecipe(options.recipe, session, map.recipe);
}

/// Reads and prepares --images into the scratch session.
Result<Sources> importInto(session::Session &scratch, const prepare::Recipe &recipe, const Options &options,
                           Console &console)
{
    workflow::ImportRequest request;
    request.paths = options.images;
    request.recipe = recipe;
    request.keepEvery = std::chrono::hours(24 * 365); // nobody will go on with it
    auto imported = workflow::importImages(scratch, request, console.job());
    if (!imported && imported.error().kind == ErrorKind::Cancelled)
        return failure(ErrorKind::Cancelled, "stopped; nothing was written");
    if (!imported)
        return failure(imported.error());
    auto summary = scratch.collectionSummary(imported->collection);
    if (!summary)
        return failure(summary.error());
    return Sources{&scratch, std::move(*summary), std::move(imported->problems)};
}

Result<void> writeCatalogue(const Sources &sources, const NamedMap &map, const som::Mapping &mapping,
                            const std::filesystem::path &out)
{
    const auto collection = sources.session->collection(sources.summary.id);
    const auto labels = sources.session->labels(sources.summary.id);
    if (!collection || !labels)
        return failure(!collection ? collection.error() : labels.error());
    std::vector<std::size_t> all(collection->sources.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return io::writeTable(out, workflow::resultCatalogue(*collection, *labels, map.som, mapping, all),
                          workflow::provenance(sources.summary, map.summary));
}

void printOutcome(const Sources &sources, const NamedMap &map, const som::Mapping &mapping,
                  const Options &options, Console &console)
{
    const som::EpochReport figures = som::qualityOf(mapping, map.som.layout);
    nlohmann::json json = {{"model", map.summary.name},
                           {"collection", sources.summary.name},
                           {"sources", mapping.sourceCount()},
                           {"figures", toJson(figures)},
                           {"out", options.out.string()}};
    if (!options.images.empty())
    {
        json["recipe"] = nlohmann::json::parse(prepare::toJson(sources.summary.recipe));
        json["problems"] = toJson(sources.problems);
    }
    console.print("mapped " + std::to_string(mapping.sourceCount()) + " sources of " + sources.summary.name +
                      " on " + map.summary.name + ": " + toText(figures) + "; written to " +
                      options.out.string() + toText(sources.problems),
                  json);
}

Result<void> layOn(NamedMap map, const Sources &sources, const Options &options, Console &console)
{
    const auto samples = workflow::samplesOf(*sources.session, sources.summary.id, console.job());
    if (!samples)
        return failure(samples.error());
    if (map.file)
    {
        auto som = workflow::mapOf(std::move(*map.file), (*samples)->shape(), options.flags.given());
        if (!som)
            return failure(som.error());
        map.som = std::move(*som);
        map.summary.params = map.som.params;
    }
    const auto mapping = console.withBackend([&](compute::Backend &backend, const JobContext &context) {
        return som::mapSamples(map.som, **samples, backend, context);
    });
    if (!mapping)
        return failure(mapping.error());
    auto written = isPinks(options.out) ? workflow::writePinkMapping(map.som, **samples, options.out,
                                                                     options.pink, console.job())
                                        : writeCatalogue(sources, map, *mapping, options.out);
    if (!written)
        return written;
    printOutcome(sources, map, *mapping, options, console);
    return {};
}

Result<void> run(const Options &options, Console &console)
{
    if (auto sound = check(options); !sound)
        return sound;
    std::shared_ptr<session::Session> session;
    if (!options.session.empty())
    {
        auto opened = session::Session::open(options.session);
        if (!opened)
            return failure(opened.error());
        session = std::move(*opened);
    }
    auto map = findMap(session.get(), options);
    if (!map)
        return failure(map.error());
    if (const auto backend = console.backend(); !backend)
        return failure(backend.error()); // before images are read for long
    if (options.images.empty())
    {
        const auto summary = findCollection(*session, options.collection);
        if (!summary)
            return failure(summary.error());
        return layOn(std::move(*map), {session.get(), *summary, {}}, options, console);
    }
    const auto recipe = recipeFor(*map, session.get(), options);
    if (!recipe)
        return failure(recipe.error());
    const auto scratch = workflow::ScratchSession::beside(options.out);
    if (!scratch)
        return failure(scratch.error());
    const auto sources = importInto((*scratch)->session(), *recipe, options, console);
    if (!sources)
        return failure(sources.error());
    return layOn(std::move(*map), *sources, options, console);
}

void addSourceOptions(CLI::App &map, Options &options)
{
    CLI::Option *const collection =
        map.add_option("--collection", options.collection,
                       "Name of the collection, prepared to the map's shape; default: the newest");
    CLI::Option *const images =
        map.add_option("--images", options.images,
                       "Instead of a collection: new images, in files, folders and archives, prepared as "
                       "those that the map was trained on. No session is written");
    images->excludes(collection);
    addRecipeOptions(map, options.recipe);
    options.recipe.recipeOption->needs(images)->description(
        "Preparation of --images: a name (somnium-cli recipe list), a JSON file, or none (they are prepared "
        "already); default: the recipe in the session or in a FITS map");
    options.recipe.cutoutOption->needs(images)->default_str("the recipe's");
}

} // namespace

void addMap(CLI::App &app, Action &action)
{
    CLI::App *map = app.add_subcommand(
        "map", "Lay a collection, or new images, on a trained map and write where each source falls");
    auto options = std::make_shared<Options>();
    map->add_option("--session", options->session, "Session file");
    map->add_option("--model", options->model, "Name of the map; default: the newest");
    CLI::Option *const file = map->add_option(
        "--model-file", options->modelFile,
        "Take the map from this file instead: FITS of Somnium's, or PINK's, version 1 or 2, of any layout");
    file->excludes("--model");
    addSourceOptions(*map, *options);
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
