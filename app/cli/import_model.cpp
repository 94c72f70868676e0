// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/import_model.h"
#include "app/cli/console.h"
#include "app/cli/lookup.h"
#include "app/cli/pink_options.h"
#include "core/som/mapper.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    std::filesystem::path session;
    std::string collection;
    workflow::ModelImport request;
    MapFileFlags flags;
};

Result<void> run(const Options &options, Console &console)
{
    const auto opened = openCollection(options.session, options.collection);
    if (!opened)
        return failure(opened.error());
    workflow::ModelImport request = options.request;
    request.collection = opened->summary.id;
    request.options = options.flags.given();
    const auto imported = console.withBackend([&](compute::Backend &backend, const JobContext &context) {
        return workflow::importModel(*opened->session, request, backend, context);
    });
    if (!imported)
        return failure(imported.error());
    const som::EpochReport figures = som::qualityOf(imported->mapping, imported->som.layout);
    console.print("map " + imported->name + ": " + imported->som.layout.toString() + " neurons of " +
                      std::to_string(imported->som.shape.rows) + " x " +
                      std::to_string(imported->som.shape.columns) + " pixels, " + opened->summary.name +
                      " on it: " + toText(figures),
                  {{"model", imported->name},
                   {"layout", imported->som.layout.toString()},
                   {"neuron_side", imported->som.shape.rows},
                   {"collection", opened->summary.name},
                   {"figures", toJson(figures)}});
    return {};
}

} // namespace

void addImportModel(CLI::App &app, Action &action)
{
    CLI::App *verb = app.add_subcommand("import-model",
                                        "Take a map from a file into the session and map a collection on it");
    auto options = std::make_shared<Options>();
    verb->add_option("file", options->request.file,
                     "FITS map of Somnium's, or PINK file of a map, version 1 or 2, of any layout")
        ->required();
    verb->add_option("--session", options->session, "Session file")->required();
    verb->add_option("--collection", options->collection, "Name of the collection; default: the newest");
    verb->add_option("--name", options->request.name, "Name of the map; default: the file's");
    addMapFileOptions(*verb, options->flags);
    verb->add_option("--mapping", options->request.mapping,
                     "PINK's mapping of this collection, to be taken instead of ours; with --transforms");
    verb->add_option("--transforms", options->request.transforms,
                     "PINK's rotations and flips that belong to --mapping");
    verb->callback(
        [&action, options] { action = [options](Console &console) { return run(*options, console); }; });
}

} // namespace somnium::cli
