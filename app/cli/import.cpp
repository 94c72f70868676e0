// SPDX-License-Identifier: GPL-3.0-or-later
#include <chrono>
#include <cmath>
#include <fstream>
#include <iterator>

#include "app/cli/console.h"
#include "core/workflow/import.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    workflow::ImportRequest request;
    std::filesystem::path session;
    std::filesystem::path recipeFile;
    std::size_t cutout = 64;
    bool isCutoutGiven = false;
    double keepSeconds = 2.0;
};

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

Result<prepare::Recipe> recipeOf(const Options &options)
{
    if (options.recipeFile.empty())
        return prepare::radioRecipe(options.cutout);
    std::ifstream file(options.recipeFile, std::ios::binary);
    if (!file)
        return failure(ErrorKind::NotFound, options.recipeFile.string() + ": cannot open the recipe");
    const std::string text(std::istreambuf_iterator<char>(file), {});
    auto recipe = prepare::recipeFromJson(text);
    if (!recipe)
        return failure(recipe.error().kind, options.recipeFile.string() + ": " + recipe.error().message);
    if (options.isCutoutGiven)
        setCutout(*recipe, options.cutout);
    return recipe;
}

nlohmann::json toJson(const data::ImportProblem &problem)
{
    return {{"file", problem.origin.file},   {"member", problem.origin.member}, {"hdu", problem.origin.hdu},
            {"index", problem.origin.index}, {"expected", problem.expected},    {"found", problem.found}};
}

void printOutcome(const workflow::ImportOutcome &outcome, const prepare::Recipe &recipe, Console &console)
{
    std::string text =
        "imported " + std::to_string(outcome.imported) + " images (" + prepare::describe(recipe) + ")";
    if (outcome.resumedFiles > 0)
        text += "\nwent on after the " + std::to_string(outcome.resumedFiles) +
                " files that an interrupted import had done";
    if (!outcome.joinMessage.empty())
        text += "\ncatalogue: " + outcome.joinMessage;
    if (!outcome.problems.empty())
        text += "\n" + std::to_string(outcome.problems.size()) + " problems:";
    nlohmann::json problems = nlohmann::json::array();
    for (const data::ImportProblem &problem : outcome.problems)
    {
        text += "\n  " + data::toString(problem);
        problems.push_back(toJson(problem));
    }
    console.print(text, {{"imported", outcome.imported},
                         {"resumed_files", outcome.resumedFiles},
                         {"joined_rows", outcome.joinedRows},
                         {"join", outcome.joinMessage},
                         {"recipe", nlohmann::json::parse(prepare::toJson(recipe))},
                         {"problems", problems}});
}

Result<void> run(Options options, Console &console)
{
    auto recipe = recipeOf(options);
    if (!recipe)
        return failure(recipe.error());
    options.request.recipe = std::move(*recipe);
    options.request.keepEvery = std::chrono::milliseconds(std::llround(1000.0 * options.keepSeconds));
    const auto session = session::Session::openOrCreate(options.session);
    if (!session)
        return failure(session.error());
    const auto outcome = workflow::importImages(**session, options.request, console.job());
    if (!outcome)
        return failure(outcome.error());
    printOutcome(*outcome, options.request.recipe, console);
    return {};
}

} // namespace

void addImport(CLI::App &app, Action &action)
{
    CLI::App *import = app.add_subcommand(
        "import", "Read images into a session: FITS, .npy, PINK, PNG, JPEG; from folders, tar and zip too");
    auto options = std::make_shared<Options>();
    import->add_option("paths", options->request.paths, "Files, folders (with all below) and archives")
        ->required();
    import->add_option("--session", options->session, "Session file; made if missing")->required();
    import->add_option("--catalogue", options->request.catalogue,
                       "Table to join by id, file name, position or row order: FITS, VOTable, CSV");
    import->add_option(
        "--recipe", options->recipeFile,
        "Preparation as JSON; default: cutout, NaN to 0, 3 sigma clip, maximum to 1, square root");
    CLI::Option *cutout =
        import->add_option("--cutout", options->cutout, "Side of the central cutout [pixels]")
            ->capture_default_str()
            ->check(CLI::Range(2, 4096));
    import->add_option("--name", options->request.name, "Name of the collection; default: of the first path");
    import->add_flag("--restart", options->request.startsAnew,
                     "Begin anew; by default an import of the same files by the same recipe that was stopped "
                     "or killed goes on where it was");
    import
        ->add_option("--keep-every", options->keepSeconds,
                     "Seconds after which what was read is safe from a kill")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 3600.0));
    import->callback([&action, options, cutout] {
        options->isCutoutGiven = cutout->count() > 0;
    action = [options](Console &console) { return run(*options, console); };
});
} // namespace somnium::cli

} // namespace somnium::cli
