// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/console.h"
#include "app/cli/recipe_options.h"
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
};

Result<void> run(const Options &options, Console &console)
{
    const auto session = session::Session::open(options.session);
    if (!session)
        return failure(session.error());
    const auto collection = findCollection(**session, options.collection);
    if (!collection)
        return failure(collection.error());
    const auto recipe = chosenRecipe(options.recipe, session->get());
    if (!recipe)
        return failure(recipe.error());
    const auto outcome =
        workflow::prepareAgain(**session, {collection->id, *recipe, options.name}, console.job());
    if (!outcome)
        return failure(outcome.error());
    const std::string text = "prepared " + std::to_string(outcome->prepared) + " of " +
                             std::to_string(collection->sourceCount) + " sources as '" + outcome->name +
                             "' (" + prepare::describe(*recipe) + "), " + std::to_string(outcome->labels) +
                             " labels kept" + toText(outcome->problems);
    console.print(text, {{"collection", outcome->name},
                         {"prepared", outcome->prepared},
                         {"labels", outcome->labels},
                         {"recipe", nlohmann::json::parse(prepare::toJson(*recipe))},
                         {"problems", toJson(outcome->problems)}});
    return {};
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
    prepare->callback(
        [&action, options] { action = [options](Console &console) { return run(*options, console); }; });
}

} // namespace somnium::cli
