// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "app/cli/console.h"
#include "app/cli/lookup.h"
#include "app/cli/recipe_keeping.h"
#include "app/cli/recipe_spectra.h"
#include "core/io/file_walker.h"
#include "core/io/fits_writer.h"
#include "core/io/image_reader.h"
#include "core/prepare/parameters.h"

namespace somnium::cli
{

namespace
{

using nlohmann::json;

struct Options
{
    std::string recipe;
    std::filesystem::path session;
    std::filesystem::path out;
    std::string saveAs;
    std::filesystem::path image;
};

Result<prepare::Recipe> recipeOf(const Options &options)
{
    const auto session = openIfNamed(options.session);
    if (!session)
        return failure(session.error());
    return workflow::findRecipe(options.recipe, session->get());
}

Result<void> list(const Options &options, Console &console)
{
    const auto session = openIfNamed(options.session);
    if (!session)
        return failure(session.error());
    printRecipes(workflow::listRecipes(session->get()), workflow::userRecipeFolder(), console);
    return {};
}

Result<void> steps(Console &console)
{
    std::string text;
    json all = json::array();
    for (const prepare::Operation &operation : prepare::allOperations())
    {
        const prepare::OperationInfo info = prepare::infoOf(operation);
        text +=
            std::string(text.empty() ? "" : "\n") + std::string(info.word) + ": " + std::string(info.help);
        json parameters = json::array();
        for (const prepare::Parameter &one : prepare::parametersOf(operation))
        {
            const json value = std::visit([](const auto &known) { return json(known); }, one.initial);
            text += "\n    " + std::string(one.name) + " = " + value.dump() +
                    (one.unit.empty() ? "" : " " + std::string(one.unit));
            for (std::size_t i = 0; i < one.choices.size(); ++i)
                text += (i == 0 ? "  (" : " | ") + std::string(one.choices[i]) +
                        (i + 1 == one.choices.size() ? ")" : "");
            text += "  " + std::string(one.help);
            parameters.push_back({{"name", one.name},
                                  {"unit", one.unit},
                                  {"help", one.help},
                                  {"initial", value},
                                  {"choices", one.choices}});
        }
        all.push_back({{"step", info.word}, {"help", info.help}, {"parameters", parameters}});
    }
    console.print(text, {{"steps", all}});
    return {};
}

Result<void> show(const Options &options, Console &console)
{
    const auto recipe = recipeOf(options);
    if (!recipe)
        return failure(recipe.error());
    console.print(prepare::toReadableJson(*recipe), json::parse(prepare::toJson(*recipe)));
    return {};
}

Result<void> save(const Options &options, Console &console)
{
    const auto recipe = recipeOf(options);
    return recipe ? keepRecipe(*recipe, {options.saveAs, options.out, options.session}, console)
                  : failure(recipe.error());
}

/// Smallest, largest and how many have no value.
struct Extent
{
    double low = 0.0;
    double high = 0.0;
    std::size_t missing = 0;
};

Extent extentOf(const data::Image &image)
{
    Extent extent;
    bool isFirst = true;
    for (const float pixel : image.pixels())
    {
        const auto value = static_cast<double>(pixel);
        if (!(value - value == 0.0)) // NaN or infinite
        {
            ++extent.missing;
            continue;
        }
        extent.low = isFirst ? value : std::min(extent.low, value);
        extent.high = isFirst ? value : std::max(extent.high, value);
        isFirst = false;
    }
    return extent;
}

std::string inWords(const prepare::StepEffect &effect)
{
    if (!effect.fault.empty())
        return "fails: " + effect.fault;
    if (!effect.isApplied)
        return "off, or not reached";
    const Extent extent = extentOf(effect.image);
    std::string text = std::to_string(effect.image.channels()) + " x " + std::to_string(effect.image.rows()) +
                       " x " + std::to_string(effect.image.columns()) + ", " + shortNumber(extent.low) +
                       " to " + shortNumber(extent.high);
    if (extent.missing > 0)
        text += ", " + std::to_string(extent.missing) + " empty";
    if (!effect.hasChangedAny)
        text += "  (changes nothing)";
    if (effect.leavesNothing)
        text += "  (leaves nothing)";
    return text;
}

Result<void> preview(const Options &options, Console &console)
{
    const auto recipe = recipeOf(options);
    if (!recipe)
        return failure(recipe.error());
    const auto found = io::findFiles({options.image}, console.job());
    if (found.files.empty())
        return failure(ErrorKind::NotFound, options.image.string() + ": no image there");
    const auto bytes = io::readFile(found.files.front());
    if (!bytes)
        return failure(bytes.error());
    const io::LoadedFile loaded =
        io::readImages(*bytes, {found.files.front().file, found.files.front().member, 0, 0});
    if (loaded.images.empty())
        return failure(ErrorKind::Malformed, loaded.problems.empty()
                                                 ? options.image.string() + ": no image"
                                                 : data::toString(loaded.problems.front()));
    const auto effects = prepare::trace(*recipe, loaded.images.front().image.view());
    std::string text = data::toString(loaded.images.front().origin);
    json list = json::array();
    for (std::size_t i = 0; i < effects.size(); ++i)
    {
        const std::string words = prepare::describe(recipe->steps[i]);
        text += "\n" + std::to_string(i + 1) + " " + words + ": " + inWords(effects[i]);
        const Extent extent = extentOf(effects[i].image);
        list.push_back({{"step", words},
                        {"applied", effects[i].isApplied},
                        {"changed", effects[i].hasChangedAny},
                        {"fault", effects[i].fault},
                        {"minimum", extent.low},
                        {"maximum", extent.high}});
    }
    const auto prepared = prepare::apply(*recipe, loaded.images.front().image.view());
    if (prepared && !options.out.empty())
    {
        io::FitsHeader header;
        header.history = {"recipe: " + prepare::toJson(*recipe)};
        if (auto written = io::writeFitsImage(options.out, prepared->image.view(), header); !written)
            return written;
    }
    console.print(text, {{"steps", list}});
    return prepared ? Result<void>{} : failure(prepared.error());
}

} // namespace

void addRecipe(CLI::App &app, Action &action)
{
    CLI::App *recipe = app.add_subcommand("recipe", "List, show, save and try recipes of preparation");
    recipe->require_subcommand(1);
    auto options = std::make_shared<Options>();
    const auto add = [&](const char *name, const char *help, auto work) {
        CLI::App *verb = recipe->add_subcommand(name, help);
        verb->callback([&action, options, work] {
            action = [options, work](Console &console) { return work(*options, console); };
        });
        return verb;
    };
    const auto takesRecipe = [&](CLI::App *verb) {
        verb->add_option("recipe", options->recipe, "Name, or a JSON file")->required();
    };
    const auto takesSession = [&](CLI::App *verb, const char *help) {
        verb->add_option("--session", options->session, help);
    };
    takesSession(add("list", "Ready-made, your own and those kept in a session", list),
                 "Session whose recipes are listed too");
    add("steps", "Every step a recipe can have, with its parameters, defaults and units",
        [](const Options &, Console &console) { return steps(console); });
    addRecipeSpectra(*recipe, action);
    CLI::App *shown = add("show", "Print a recipe as JSON", show);
    takesRecipe(shown);
    takesSession(shown, "Session to look for it, too");
    CLI::App *saved = add("save", "Keep a recipe: among your own, in a session, or in a file", save);
    takesRecipe(saved);
    addSavingOptions(*saved, options->saveAs, options->out, options->session);
    CLI::App *tried = add("preview", "What each step makes of one image", preview);
    takesRecipe(tried);
    tried->add_option("image", options->image, "The image, or a folder or archive: its first")->required();
    takesSession(tried, "Session to look for the recipe, too");
    tried->add_option("--out", options->out, "Write the prepared image as FITS");
}

} // namespace somnium::cli
