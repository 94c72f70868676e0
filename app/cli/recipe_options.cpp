// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/recipe_options.h"

#include <string_view>
#include <utility>

#include "core/workflow/recipe_library.h"

namespace somnium::cli
{

namespace
{

/// A recipe without steps, by its name.
constexpr std::string_view kNone = "none";

/// A cutout of `side` in place of the recipe's own, or before everything else.
void setCutout(prepare::Recipe &recipe, std::size_t side)
{
    for (prepare::Step &step : recipe.steps)
        if (auto *cutout = step.as<prepare::Cutout>())
        {
            cutout->side = side;
            return;
        }
    recipe.steps.insert(recipe.steps.begin(), prepare::Cutout{.side = side});
}

} // namespace

void addRecipeOptions(CLI::App &verb, RecipeOptions &options)
{
    options.recipeOption = verb.add_option(
        "--recipe", options.recipe,
        "Preparation: a name (somnium-cli recipe list), a JSON file, or none (they are prepared already); "
        "default: cutout, NaN to 0, 3 sigma clip, maximum to 1, square root");
    options.cutoutOption = verb.add_option("--cutout", options.cutout, "Side of the central cutout [pixels]")
                               ->capture_default_str()
                               ->check(CLI::Range(2, 4096));
}

Result<prepare::Recipe> chosenRecipe(const RecipeOptions &options, const session::Session *session,
                                     std::optional<prepare::Recipe> otherwise)
{
    Result<prepare::Recipe> recipe = prepare::radioRecipe(options.cutout);
    if (options.recipe == kNone)
        recipe = prepare::Recipe{std::string(kNone), {}, {}};
    else if (!options.recipe.empty())
        recipe = workflow::findRecipe(options.recipe, session);
    else if (otherwise)
        recipe = std::move(*otherwise);
    if (recipe && options.cutoutOption != nullptr && options.cutoutOption->count() > 0)
        setCutout(*recipe, options.cutout);
    return recipe;
}

std::string toText(const std::vector<data::ImportProblem> &problems)
{
    if (problems.empty())
        return {};
    std::string text = "\n" + std::to_string(problems.size()) + " problems:";
    for (const data::ImportProblem &problem : problems)
        text += "\n  " + data::toString(problem);
    return text;
}

nlohmann::json toJson(const std::vector<data::ImportProblem> &problems)
{
    nlohmann::json list = nlohmann::json::array();
    for (const data::ImportProblem &problem : problems)
        list.push_back({{"file", problem.origin.file},
                        {"member", problem.origin.member},
                        {"hdu", problem.origin.hdu},
                        {"index", problem.origin.index},
                        {"expected", problem.expected},
                        {"found", problem.found}});
    return list;
}

} // namespace somnium::cli
