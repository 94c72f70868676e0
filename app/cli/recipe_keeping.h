// SPDX-License-Identifier: GPL-3.0-or-later
// Listing and keeping recipes, the same for those of images and of spectra.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "app/cli/console.h"
#include "core/workflow/recipe_library.h"

namespace somnium::cli
{

/// Where recipes are looked for, too; null if none is named.
[[nodiscard]] Result<std::shared_ptr<session::Session>> openIfNamed(const std::filesystem::path &session);

/// Where `keepRecipe` puts it: the file if there is one, else the session, else among the user's own.
struct KeepWhere
{
    std::string name; ///< empty: its own
    std::filesystem::path file;
    std::filesystem::path session;
};
void addSavingOptions(CLI::App &verb, std::string &name, std::filesystem::path &file,
                      std::filesystem::path &session);

template <class Recipe> Result<void> keepRecipe(Recipe recipe, const KeepWhere &where, Console &console)
{
    if (!where.name.empty())
        recipe.name = where.name;
    if (!where.file.empty())
    {
        if (auto written = workflow::writeRecipe(recipe, where.file); !written)
            return written;
        console.print("wrote " + where.file.string(), {{"file", where.file.string()}});
        return {};
    }
    const auto session = openIfNamed(where.session);
    if (!session)
        return failure(session.error());
    if (*session)
    {
        if (auto kept = workflow::saveToSession(recipe, **session); !kept)
            return kept;
        console.print("kept '" + recipe.name + "' in " + where.session.string(), {{"name", recipe.name}});
        return {};
    }
    const auto file = workflow::saveToLibrary(recipe);
    if (!file)
        return failure(file.error());
    console.print("wrote " + file->string(), {{"file", file->string()}, {"name", recipe.name}});
    return {};
}

template <class Recipe> void printRecipes(const workflow::RecipeListOf<Recipe> &found,
                                          const std::filesystem::path &folder, Console &console)
{
    std::string text;
    nlohmann::json recipes = nlohmann::json::array();
    for (const workflow::KeptRecipeOf<Recipe> &one : found.recipes)
    {
        text += (text.empty() ? "" : "\n") + one.recipe.name + " (" + std::string(toString(one.place)) +
                "): " + prepare::describe(one.recipe);
        recipes.push_back({{"name", one.recipe.name},
                           {"place", toString(one.place)},
                           {"file", one.file.string()},
                           {"purpose", one.purpose},
                           {"recipe", nlohmann::json::parse(prepare::toJson(one.recipe))}});
    }
    for (const std::string &problem : found.problems)
        console.remark(problem);
    console.print(text, {{"recipes", recipes}, {"folder", folder.string()}, {"problems", found.problems}});
}

} // namespace somnium::cli
