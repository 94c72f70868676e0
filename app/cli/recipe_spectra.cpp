// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/recipe_spectra.h"

#include <algorithm>
#include <cmath>
#include <variant>

#include "app/cli/lookup.h"
#include "app/cli/recipe_keeping.h"
#include "app/cli/spectra_options.h"
#include "core/io/file_walker.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    std::string recipe;
    SpectraOptions spectra;
    std::filesystem::path file;
    std::filesystem::path session;
    std::filesystem::path out;
    std::string saveAs;
};

std::string toText(const prepare::ParameterValue &value)
{
    if (const auto *flag = std::get_if<bool>(&value))
        return *flag ? "on" : "off";
    if (const auto *whole = std::get_if<std::int64_t>(&value))
        return std::to_string(*whole);
    if (const auto *real = std::get_if<double>(&value))
        return shortNumber(*real);
    return std::get<std::string>(value);
}

std::string toText(const prepare::SpectralStepInfo &step)
{
    std::string text = std::string(step.word) + (step.canBeOff ? (step.isEnabled ? " (on)" : " (off)") : "") +
                       ": " + std::string(step.help);
    for (const prepare::Parameter &parameter : step.parameters)
    {
        text += "\n    " + std::string(step.word) + "." + std::string(parameter.name) + "=" +
                toText(parameter.value);
        if (!parameter.unit.empty())
            text += " " + std::string(parameter.unit);
        for (std::size_t i = 0; i < parameter.choices.size(); ++i)
            text += (i == 0 ? " (" : ", ") + std::string(parameter.choices[i]) +
                    (i + 1 == parameter.choices.size() ? ")" : "");
        text += "  " + std::string(parameter.help);
    }
    return text;
}

/// Every parameter, as --set takes it.
void steps(const prepare::SpectralRecipe &recipe, Console &console)
{
    std::string text = "Ready-made:";
    for (const prepare::ReadyMadeSpectral &one : prepare::readyMadeSpectralRecipes())
        text += "\n  " + one.recipe.name + ": " + std::string(one.purpose);
    text += "\n\n" + recipe.name + ": " + prepare::describe(recipe);
    for (const prepare::SpectralStepInfo &step : prepare::spectralSteps(recipe))
        text += "\n  " + toText(step);
    console.print(text, nlohmann::json::parse(prepare::toJson(recipe)));
}

/// Least and largest value, and how many pixels have one.
struct Extent
{
    float low = 0.0F;
    float high = 0.0F;
    std::size_t usable = 0;
};

Extent extentOf(const std::vector<float> &flux)
{
    Extent extent;
    for (const float value : flux)
    {
        if (!std::isfinite(value))
            continue;
        extent.low = extent.usable == 0 ? value : std::min(extent.low, value);
        extent.high = extent.usable == 0 ? value : std::max(extent.high, value);
        ++extent.usable;
    }
    return extent;
}

/// What every step makes of the first spectrum of a file.
Result<void> preview(const Options &options, const prepare::SpectralRecipe &recipe, Console &console)
{
    data::SourceOrigin origin;
    origin.file = options.file.string();
    const auto bytes = io::readFile(origin);
    if (!bytes)
        return failure(bytes.error());
    const auto reading = readOptionsOf(options.spectra, {options.file});
    if (!reading)
        return failure(reading.error());
    const io::LoadedSpectra loaded = io::readSpectra(*bytes, origin, *reading);
    if (loaded.spectra.empty())
        return failure(ErrorKind::Malformed, loaded.problems.empty() ? origin.file + ": no spectrum"
                                                                     : toString(loaded.problems.front()));
    const data::Spectrum &spectrum = loaded.spectra.front().spectrum;
    const prepare::SpectrumFacts facts{spectrum.redshift, std::numeric_limits<double>::quiet_NaN()};
    const auto range = prepare::rangeOf(recipe, spectrum, facts);
    if (!range)
        return failure(range.error().kind, origin.file + ": " + range.error().message);
    const auto grid = prepare::chooseGrid(recipe.grid, std::span(&*range, 1));
    if (!grid)
        return failure(grid.error().kind, origin.file + ": " + grid.error().message);
    std::string text = origin.file + ": " + std::to_string(spectrum.size()) + " pixels";
    nlohmann::json steps = nlohmann::json::array();
    for (const prepare::SpectralEffect &effect : prepare::trace(recipe, *grid, spectrum, facts))
    {
        const Extent extent = extentOf(effect.flux);
        text += "\n  " + std::string(effect.word) + ": " +
                (!effect.fault.empty() ? effect.fault
                 : !effect.isApplied
                     ? std::string("off")
                     : std::to_string(effect.flux.size()) + " pixels, " + std::to_string(extent.usable) +
                           " usable, " + shortNumber(static_cast<double>(extent.low)) + " to " +
                           shortNumber(static_cast<double>(extent.high)));
        steps.push_back({{"step", effect.word},
                         {"applied", effect.isApplied},
                         {"fault", effect.fault},
                         {"pixels", effect.flux.size()},
                         {"usable", extent.usable},
                         {"minimum", extent.low},
                         {"maximum", extent.high}});
    }
    console.print(text, {{"file", origin.file}, {"steps", steps}});
    return {};
}

Result<prepare::SpectralRecipe> recipeOf(const Options &options)
{
    const auto session = openIfNamed(options.session);
    if (!session)
        return failure(session.error());
    return chosenSpectralRecipe(options.spectra.settings, options.recipe, session->get());
}

Result<void> run(const Options &options, Console &console)
{
    const auto recipe = recipeOf(options);
    if (!recipe)
        return failure(recipe.error());
    if (!options.file.empty())
        return preview(options, *recipe, console);
    steps(*recipe, console);
    return {};
}

Result<void> list(const Options &options, Console &console)
{
    const auto session = openIfNamed(options.session);
    if (!session)
        return failure(session.error());
    printRecipes(workflow::listSpectralRecipes(session->get()), workflow::userSpectralRecipeFolder(),
                 console);
    return {};
}

Result<void> show(const Options &options, Console &console)
{
    const auto recipe = recipeOf(options);
    if (!recipe)
        return failure(recipe.error());
    console.print(prepare::toJson(*recipe), nlohmann::json::parse(prepare::toJson(*recipe)));
    return {};
}

Result<void> save(const Options &options, Console &console)
{
    const auto recipe = recipeOf(options);
    return recipe ? keepRecipe(*recipe, {options.saveAs, options.out, options.session}, console)
                  : failure(recipe.error());
}

} // namespace

void addRecipeSpectra(CLI::App &recipe, Action &action)
{
    CLI::App *verb = recipe.add_subcommand(
        "spectra", "Recipes of spectra: their steps with all parameters, what they make of one file; and to "
                   "list, show and save them");
    auto options = std::make_shared<Options>();
    verb->require_subcommand(0, 1);
    verb->add_option("file", options->file, "A file of spectra: its first one is prepared, step by step");
    verb->add_option("--recipe", options->recipe, "Name, or a JSON file");
    verb->add_option("--session", options->session, "Session to look for it, too");
    addSpectraOptions(*verb, options->spectra);
    verb->callback([&action, options, verb] {
        if (verb->get_subcommands().empty())
            action = [options](Console &console) { return run(*options, console); };
    });
    const auto add = [&](const char *name, const char *help, auto work) {
        CLI::App *one = verb->add_subcommand(name, help);
        one->callback([&action, options, work] {
            action = [options, work](Console &console) { return work(*options, console); };
        });
        return one;
    };
    CLI::App *listed = add("list", "Ready-made, your own and those kept in a session", list);
    listed->add_option("--session", options->session, "Session whose recipes are listed too");
    CLI::App *shown = add("show", "Print a recipe as JSON", show);
    CLI::App *saved = add("save", "Keep a recipe: among your own, in a session, or in a file", save);
    for (CLI::App *one : {shown, saved})
    {
        one->add_option("recipe", options->recipe, "Name, or a JSON file")->required();
        addSettingOption(*one, options->spectra.settings);
    }
    shown->add_option("--session", options->session, "Session to look for it, too");
    addSavingOptions(*saved, options->saveAs, options->out, options->session);
}

} // namespace somnium::cli
