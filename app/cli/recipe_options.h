// SPDX-License-Identifier: GPL-3.0-or-later
// The options by which a verb is told a recipe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/cli/console.h"
#include "app/cli/lookup.h"
#include "core/prepare/recipe.h"
#include "core/session/session.h"

namespace somnium::cli
{

/// --recipe and --cutout.
struct RecipeOptions
{
    std::string recipe;
    CLI::Option *recipeOption = nullptr;
    std::size_t cutout = 64;
    CLI::Option *cutoutOption = nullptr;
};

/// Adds them to a verb.
void addRecipeOptions(CLI::App &verb, RecipeOptions &options);

/// The recipe that they ask for; if they name none `otherwise`, or the radio recipe. `session` may be null.
[[nodiscard]] Result<prepare::Recipe> chosenRecipe(const RecipeOptions &options,
                                                   const session::Session *session,
                                                   std::optional<prepare::Recipe> otherwise = {});

/// What could not be read, for people: "2 problems:" and a line for each, behind a line break; empty: none.
[[nodiscard]] std::string toText(const std::vector<data::ImportProblem> &problems);
[[nodiscard]] nlohmann::json toJson(const std::vector<data::ImportProblem> &problems);

} // namespace somnium::cli
