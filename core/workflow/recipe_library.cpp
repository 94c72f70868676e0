// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/recipe_library.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "core/base/atomic_file.h"

namespace somnium::workflow
{

namespace
{

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".json";

/// Letters, digits and what is harmless in the name of a file stay.
std::string fileNameOf(const std::string &name)
{
    std::string file;
    for (const char c : name)
    {
        const auto byte = static_cast<unsigned char>(c);
        file += byte >= 0x80 || std::isalnum(byte) != 0 || c == '-' || c == '+' ? c : '_';
    }
    return (file.empty() ? "recipe" : file) + std::string(kEnding);
}

/// What differs between recipes of images and of spectra.
template <class Recipe> struct Kind;

template <> struct Kind<prepare::Recipe>
{
    static auto parse(std::string_view json) { return prepare::recipeFromJson(json); }
    static std::string readable(const prepare::Recipe &recipe) { return prepare::toReadableJson(recipe); }
    static auto readyMade() { return prepare::readyMadeRecipes(); }
    static auto kept(const session::Session &session) { return session.annotations().recipes(); }
    static auto keep(session::Session &session, const session::NamedJson &recipe)
    {
        return session.annotations().saveRecipe(recipe);
    }
};

template <> struct Kind<prepare::SpectralRecipe>
{
    static auto parse(std::string_view json) { return prepare::spectralRecipeFromJson(json); }
    static std::string readable(const prepare::SpectralRecipe &recipe) { return prepare::toJson(recipe); }
    static auto readyMade() { return prepare::readyMadeSpectralRecipes(); }
    static auto kept(const session::Session &session) { return session.annotations().spectralRecipes(); }
    static auto keep(session::Session &session, const session::NamedJson &recipe)
    {
        return session.annotations().saveSpectralRecipe(recipe);
    }
};

template <class Recipe> Result<Recipe> readFrom(const fs::path &file)
{
    constexpr std::uintmax_t kMostBytes = 1U << 20U;
    std::error_code error;
    if (!fs::is_regular_file(file, error))
        return failure(ErrorKind::NotFound, file.string() + ": no such recipe file");
    if (fs::file_size(file, error) > kMostBytes || error)
        return failure(ErrorKind::Malformed, file.string() + ": expected a recipe of at most 1 MiB");
    std::ifstream stream(file, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(stream), {});
    if (!stream)
        return failure(ErrorKind::Unreadable, file.string() + ": cannot be read");
    auto recipe = Kind<Recipe>::parse(text);
    if (!recipe)
        return failure(recipe.error().kind, file.string() + ": " + recipe.error().message);
    return recipe;
}

template <class Recipe> void addUsers(const fs::path &folder, RecipeListOf<Recipe> &list)
{
    std::error_code error;
    std::vector<fs::path> files;
    for (const auto &entry : fs::directory_iterator(folder, error))
        if (entry.path().extension() == kEnding)
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const fs::path &file : files)
    {
        auto recipe = readFrom<Recipe>(file);
        if (recipe)
            list.recipes.push_back({std::move(*recipe), RecipePlace::User, file, {}});
        else
            list.problems.push_back(recipe.error().message);
    }
}

template <class Recipe> void addSessions(const session::Session &session, RecipeListOf<Recipe> &list)
{
    const auto kept = Kind<Recipe>::kept(session);
    if (!kept)
    {
        list.problems.push_back(kept.error().message);
        return;
    }
    for (const session::NamedJson &one : *kept)
    {
        auto recipe = Kind<Recipe>::parse(one.json);
        if (!recipe)
        {
            list.problems.push_back(one.name + ": " + recipe.error().message);
            continue;
        }
        recipe->name = one.name;
        list.recipes.push_back({std::move(*recipe), RecipePlace::Session, {}, {}});
    }
}

template <class Recipe> RecipeListOf<Recipe> listAll(const session::Session *session, const fs::path &folder)
{
    RecipeListOf<Recipe> list;
    for (auto &ready : Kind<Recipe>::readyMade())
        list.recipes.push_back(
            {std::move(ready.recipe), RecipePlace::ReadyMade, {}, std::string(ready.purpose)});
    addUsers(folder, list);
    if (session != nullptr)
        addSessions(*session, list);
    return list;
}

template <class Recipe>
Result<Recipe> find(const std::string &nameOrFile, const session::Session *session, const fs::path &folder)
{
    if (nameOrFile.find('/') != std::string::npos || nameOrFile.ends_with(kEnding))
        return readFrom<Recipe>(nameOrFile);
    RecipeListOf<Recipe> list = listAll<Recipe>(session, folder);
    const auto found = std::find_if(list.recipes.rbegin(), list.recipes.rend(),
                                    [&](const auto &one) { return one.recipe.name == nameOrFile; });
    if (found != list.recipes.rend())
        return std::move(found->recipe);
    std::string names;
    for (const auto &one : list.recipes)
        names += (names.empty() ? "" : ", ") + ("'" + one.recipe.name + "'");
    return failure(ErrorKind::NotFound, "no recipe '" + nameOrFile + "'; there are " + names);
}

template <class Recipe> Result<void> writeTo(const Recipe &recipe, const fs::path &file)
{
    if (auto valid = prepare::validate(recipe); !valid)
        return valid;
    return replaceFile(file, std::string_view(Kind<Recipe>::readable(recipe)));
}

template <class Recipe> Result<fs::path> saveIn(const Recipe &recipe, const fs::path &folder)
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        return failure(ErrorKind::WriteFailed, folder.string() + ": cannot create: " + error.message());
    const fs::path file = folder / fileNameOf(recipe.name);
    if (auto written = writeTo(recipe, file); !written)
        return failure(written.error());
    return file;
}

template <class Recipe> Result<void> keepIn(session::Session &session, const Recipe &recipe)
{
    if (auto valid = prepare::validate(recipe); !valid)
        return valid;
    return Kind<Recipe>::keep(session, {recipe.name, prepare::toJson(recipe)});
}

} // namespace

std::string_view toString(RecipePlace place)
{
    switch (place)
    {
    case RecipePlace::ReadyMade: return "ready-made";
    case RecipePlace::User: return "user";
    case RecipePlace::Session: return "session";
    }
    return {};
}

fs::path userRecipeFolder()
{
    // NOLINTBEGIN(concurrency-mt-unsafe): nobody sets the environment while the program runs
    if (const char *xdg = std::getenv("XDG_CONFIG_HOME"); xdg != nullptr && *xdg != '\0')
        return fs::path(xdg) / "somnium" / "recipes";
    if (const char *home = std::getenv("HOME"); home != nullptr && *home != '\0')
        return fs::path(home) / ".config" / "somnium" / "recipes";
    // NOLINTEND(concurrency-mt-unsafe)
    return fs::temp_directory_path() / "somnium" / "recipes";
}

fs::path userSpectralRecipeFolder()
{
    return userRecipeFolder() / "spectra";
}

RecipeList listRecipes(const session::Session *session, const fs::path &folder)
{
    return listAll<prepare::Recipe>(session, folder);
}

SpectralRecipeList listSpectralRecipes(const session::Session *session, const fs::path &folder)
{
    return listAll<prepare::SpectralRecipe>(session, folder);
}

Result<prepare::Recipe> findRecipe(const std::string &nameOrFile, const session::Session *session,
                                   const fs::path &folder)
{
    return find<prepare::Recipe>(nameOrFile, session, folder);
}

Result<prepare::SpectralRecipe> findSpectralRecipe(const std::string &nameOrFile,
                                                   const session::Session *session, const fs::path &folder)
{
    return find<prepare::SpectralRecipe>(nameOrFile, session, folder);
}

Result<prepare::Recipe> readRecipe(const fs::path &file)
{
    return readFrom<prepare::Recipe>(file);
}

Result<prepare::SpectralRecipe> readSpectralRecipe(const fs::path &file)
{
    return readFrom<prepare::SpectralRecipe>(file);
}

Result<void> writeRecipe(const prepare::Recipe &recipe, const fs::path &file)
{
    return writeTo(recipe, file);
}

Result<void> writeRecipe(const prepare::SpectralRecipe &recipe, const fs::path &file)
{
    return writeTo(recipe, file);
}

Result<fs::path> saveToLibrary(const prepare::Recipe &recipe, const fs::path &folder)
{
    return saveIn(recipe, folder);
}

Result<fs::path> saveToLibrary(const prepare::SpectralRecipe &recipe, const fs::path &folder)
{
    return saveIn(recipe, folder);
}

Result<void> saveToSession(const prepare::Recipe &recipe, session::Session &session)
{
    return keepIn(session, recipe);
}

Result<void> saveToSession(const prepare::SpectralRecipe &recipe, session::Session &session)
{
    return keepIn(session, recipe);
}

} // namespace somnium::workflow
