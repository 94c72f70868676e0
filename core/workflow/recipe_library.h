// SPDX-License-Identifier: GPL-3.0-or-later
// Recipes by name: those that come with the program, those of the user (JSON files in a folder, to be
// shared), those kept in a session.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/prepare/recipe.h"
#include "core/prepare/spectral_recipe.h"
#include "core/session/session.h"

namespace somnium::workflow
{

enum class RecipePlace
{
    ReadyMade,
    User,
    Session
};
[[nodiscard]] std::string_view toString(RecipePlace place);

template <class Recipe> struct KeptRecipeOf
{
    Recipe recipe; ///< its name is the one it is found by
    RecipePlace place = RecipePlace::ReadyMade;
    std::filesystem::path file; ///< of the user's ones
    std::string purpose;        ///< of the ready-made ones
};
using KeptRecipe = KeptRecipeOf<prepare::Recipe>;
using KeptSpectralRecipe = KeptRecipeOf<prepare::SpectralRecipe>;

template <class Recipe> struct RecipeListOf
{
    std::vector<KeptRecipeOf<Recipe>> recipes; ///< ready-made, then the user's, the session's, each by name
    std::vector<std::string> problems;         ///< files that are no recipes
};
using RecipeList = RecipeListOf<prepare::Recipe>;
using SpectralRecipeList = RecipeListOf<prepare::SpectralRecipe>;

/// $XDG_CONFIG_HOME/somnium/recipes, or ~/.config/somnium/recipes. Not made by asking.
[[nodiscard]] std::filesystem::path userRecipeFolder();

/// Those of spectra have a folder of their own in it.
[[nodiscard]] std::filesystem::path userSpectralRecipeFolder();

/// `session` may be null. A folder that is not there holds no recipes.
[[nodiscard]] RecipeList listRecipes(const session::Session *session,
                                     const std::filesystem::path &folder = userRecipeFolder());

/// A file (a name with a '/' or ending in .json), else the recipe of that name: the session's, then the
/// user's, then the ready-made. NotFound lists the names there are.
[[nodiscard]] Result<prepare::Recipe> findRecipe(const std::string &nameOrFile,
                                                 const session::Session *session,
                                                 const std::filesystem::path &folder = userRecipeFolder());

[[nodiscard]] Result<prepare::Recipe> readRecipe(const std::filesystem::path &file);
[[nodiscard]] Result<void> writeRecipe(const prepare::Recipe &recipe, const std::filesystem::path &file);

/// Into the folder, under a file name made of the recipe's name; one of that name is replaced. Returns the
/// file.
[[nodiscard]] Result<std::filesystem::path>
saveToLibrary(const prepare::Recipe &recipe, const std::filesystem::path &folder = userRecipeFolder());
/// Into the session, under the recipe's name.
[[nodiscard]] Result<void> saveToSession(const prepare::Recipe &recipe, session::Session &session);

// The same for spectra.
[[nodiscard]] SpectralRecipeList
listSpectralRecipes(const session::Session *session,
                    const std::filesystem::path &folder = userSpectralRecipeFolder());
[[nodiscard]] Result<prepare::SpectralRecipe>
findSpectralRecipe(const std::string &nameOrFile, const session::Session *session,
                   const std::filesystem::path &folder = userSpectralRecipeFolder());
[[nodiscard]] Result<prepare::SpectralRecipe> readSpectralRecipe(const std::filesystem::path &file);
[[nodiscard]] Result<void> writeRecipe(const prepare::SpectralRecipe &recipe,
                                       const std::filesystem::path &file);
[[nodiscard]] Result<std::filesystem::path>
saveToLibrary(const prepare::SpectralRecipe &recipe,
              const std::filesystem::path &folder = userSpectralRecipeFolder());
[[nodiscard]] Result<void> saveToSession(const prepare::SpectralRecipe &recipe, session::Session &session);

} // namespace somnium::workflow
