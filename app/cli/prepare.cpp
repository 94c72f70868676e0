// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/console.h"
#include "app/cli/recipe_options.h"
#include "app/cli/spectra_options.h"
#include "core/workflow/reprepare.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    std::filesystem::path session;
    std::string collection;
    std::string name;
    RecipeOptions recipe;
    std::vector<std::string> settings; ///< of spectra
};

template <class Recipe, class Request> Result<void> prepareBy(const Recipe &recipe, const Request &request,
                                                              session::Session &session, std::size_t sources,
                                                              Console &console)
{
    const auto outcome = workflow::prepareAgain(session, request, console.job());
    if (!outcome)
        return failure(outcome.error());
    const std::string text = "prepared " + std::to_string(outcome->prepared) + " of " +
                             std::to_string(sources) + " sources as '" + outcome->name + "' (" +
                             prepare::describe(recipe) + "), " + std::to_string(outcome->labels) +
                             " labels kept" + toText(outcome->problems);
    console.print(text, {{"collection", outcome->name},
                         {"prepared", outcome->prepared},
                         {"labels", outcome->labels},
                         {"recipe", nlohmann::json::parse(prepare::toJson(recipe))},
                         {"problems", toJson(outcome->problems)}});
    return {};
}

Result<void> run(const Options &options, Console &console)
{
    const auto opened = openCollection(options.session, options.collection);
    if (!opened)
        return failure(opened.error());
    if (opened->summary.kind == session::CollectionKind::Spectra)
    {
        const auto recipe = chosenSpectralRecipe(options.settings, options.recipe.recipe,
                                                 opened->session.get(), opened->summary.spectral.recipe);
        if (!recipe)
            return failure(recipe.error());
        return prepareBy(*recipe,
                         workflow::SpectraReprepareRequest{opened->summary.id, *recipe, options.name},
                         *opened->session, opened->summary.sourceCount, console);
    }
    if (!options.settings.empty())
        return failure(ErrorKind::InvalidArgument,
                       "--set: is for spectra, found collection '" + opened->summary.name + "' of images");
    const auto recipe = chosenRecipe(options.recipe, opened->session.get());
    if (!recipe)
        return failure(recipe.error());
    return prepareBy(*recipe, workflow::ReprepareRequest{opened->summary.id, *recipe, options.name},
                     *opened->session, opened->summary.sourceCount, console);
}

} // namespace

void addPrepare(CLI::App &app, Action &action)
{
    CLI::App *prepare = app.add_subcommand(
        "prepare",
        "Prepare a collection once more by another recipe, from its originals: a new collection of the "
        "same sources, with their labels");
    auto options = std::make_shared<Options>();
    prepare->add_option("--session", options->session, "Session file")->required();
    prepare->add_option("--collection", options->collection, "Its name; default: the newest");
    prepare->add_option("--name", options->name, "Name of the new collection");
    addRecipeOptions(*prepare, options->recipe);
    addSettingOption(*prepare, options->settings);
    prepare->callback(
        [&action, options] { action = [options](Console &console) { return run(*options, console); }; });
}

} // namespace somnium::cli
