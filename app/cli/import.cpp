// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <chrono>
#include <cmath>

#include "app/cli/console.h"
#include "app/cli/lookup.h"
#include "app/cli/recipe_options.h"
#include "app/cli/spectra_options.h"
#include "core/workflow/import.h"
#include "core/workflow/import_spectra.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    workflow::ImportRequest request;
    std::filesystem::path session;
    RecipeOptions recipe;
    std::vector<std::string> channels; ///< NAME=PATH
    std::string reference;
    double pixelScaleArcsec = 0.0;
    std::string values = "brightness";
    std::string pairing = "name";
    double keepSeconds = 2.0;
    std::string kind = "images";
    SpectraOptions spectra;
};

/// "first=a" "first=b" "nvss=c" -> two channels, in the order in which they are first named.
Result<std::vector<workflow::ChannelInput>> channelsOf(const std::vector<std::string> &texts)
{
    std::vector<workflow::ChannelInput> channels;
    for (const std::string &text : texts)
    {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
            return failure(ErrorKind::InvalidArgument, "--channel: expected NAME=PATH, found '" + text + "'");
        const std::string name = text.substr(0, equals);
        auto found = std::find_if(channels.begin(), channels.end(),
                                  [&](const workflow::ChannelInput &one) { return one.name == name; });
        if (found == channels.end())
            found = channels.insert(channels.end(), {name, {}});
        found->paths.emplace_back(text.substr(equals + 1));
    }
    return channels;
}

/// What the options say of channels, put into the request.
Result<void> setChannels(Options &options)
{
    auto channels = channelsOf(options.channels);
    if (!channels)
        return failure(channels.error());
    workflow::ImportRequest &request = options.request;
    request.channels = std::move(*channels);
    request.pairing.by = options.pairing == "position" ? workflow::PairBy::Position : workflow::PairBy::Name;
    prepare::Alignment &alignment = request.recipe.alignment;
    if (request.channels.empty())
        return {};
    alignment.pixelScaleArcsec = options.pixelScaleArcsec;
    alignment.values =
        options.values == "flux" ? prepare::Alignment::Values::Flux : prepare::Alignment::Values::Brightness;
    alignment.reference = 0;
    if (options.reference.empty())
        return {};
    const auto found =
        std::find_if(request.channels.begin(), request.channels.end(),
                     [&](const workflow::ChannelInput &one) { return one.name == options.reference; });
    if (found == request.channels.end())
        return failure(ErrorKind::InvalidArgument,
                       "--reference: expected the name of a channel, found '" + options.reference + "'");
    alignment.reference = static_cast<std::size_t>(found - request.channels.begin());
    return {};
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
    console.print(text + toText(outcome.problems),
                  {{"imported", outcome.imported},
                   {"resumed_files", outcome.resumedFiles},
                   {"joined_rows", outcome.joinedRows},
                   {"join", outcome.joinMessage},
                   {"recipe", nlohmann::json::parse(prepare::toJson(recipe))},
                   {"problems", toJson(outcome.problems)}});
}

void printOutcome(const workflow::SpectraImportOutcome &outcome, const prepare::SpectralRecipe &recipe,
                  Console &console)
{
    std::string text = "imported " + std::to_string(outcome.imported) + " spectra of " +
                       std::to_string(outcome.grid.pixels) + " pixels";
    if (outcome.grid.hasWavelengths())
        text += ", " + shortNumber(outcome.grid.at(0.0)) + " to " +
                shortNumber(outcome.grid.at(static_cast<double>(outcome.grid.pixels - 1))) + " Angstrom";
    text += " (" + prepare::describe(recipe) + ")";
    if (outcome.resumedFiles > 0)
        text += "\nwent on after the " + std::to_string(outcome.resumedFiles) +
                " files that an interrupted import had looked at, and the " +
                std::to_string(outcome.resumedSpectra) + " spectra that it had prepared";
    if (!outcome.joinMessage.empty())
        text += "\ncatalogue: " + outcome.joinMessage;
    for (const std::string &note : outcome.notes)
        text += "\nnote: " + note;
    console.print(
        text + toText(outcome.problems),
        {{"imported", outcome.imported},
         {"resumed_files", outcome.resumedFiles},
         {"resumed_spectra", outcome.resumedSpectra},
         {"pixels", outcome.grid.pixels},
         {"first_angstrom", finiteOrNull(outcome.grid.at(0.0))},
         {"last_angstrom", finiteOrNull(outcome.grid.at(static_cast<double>(outcome.grid.pixels - 1)))},
         {"joined_rows", outcome.joinedRows},
         {"join", outcome.joinMessage},
         {"notes", outcome.notes},
         {"recipe", nlohmann::json::parse(prepare::toJson(recipe))},
         {"problems", toJson(outcome.problems)}});
}

Result<void> runSpectra(const Options &options, session::Session &session, Console &console)
{
    if (!options.channels.empty())
        return failure(ErrorKind::InvalidArgument, "--channel: is for images, found --kind spectra");
    workflow::SpectraImportRequest request;
    request.paths = options.request.paths;
    request.catalogue = options.request.catalogue;
    request.name = options.request.name;
    request.missingValues = options.spectra.missingValues;
    request.startsAnew = options.request.startsAnew;
    request.keepEvery = options.request.keepEvery;
    auto recipe = chosenSpectralRecipe(options.spectra.settings, options.recipe.recipe, &session);
    if (!recipe)
        return failure(recipe.error());
    request.recipe = std::move(*recipe);
    auto reading = readOptionsOf(options.spectra, request.paths);
    if (!reading)
        return failure(reading.error());
    request.reading = std::move(*reading);
    const auto outcome = workflow::importSpectra(session, request, console.job());
    if (!outcome)
        return failure(outcome.error());
    printOutcome(*outcome, request.recipe, console);
    return {};
}

Result<void> run(Options options, Console &console)
{
    options.request.keepEvery = std::chrono::milliseconds(std::llround(1000.0 * options.keepSeconds));
    const auto session = session::Session::openOrCreate(options.session);
    if (!session)
        return failure(session.error());
    if (options.kind == "spectra")
        return runSpectra(options, **session, console);
    auto recipe = chosenRecipe(options.recipe, session->get());
    if (!recipe)
        return failure(recipe.error());
    options.request.recipe = std::move(*recipe);
    if (auto set = setChannels(options); !set)
        return set;
    const auto outcome = workflow::importImages(**session, options.request, console.job());
    if (!outcome)
        return failure(outcome.error());
    // As it was kept: the request's names no channels, which come from the files.
    const auto summary = (*session)->collectionSummary(outcome->collection);
    if (!summary)
        return failure(summary.error());
    printOutcome(*outcome, summary->recipe, console);
    return {};
}

void addChannelOptions(CLI::App &verb, Options &options)
{
    verb.add_option(
            "--channel", options.channels,
            "Instead of paths, several times: NAME=PATH. Images of the same sources become channels, "
            "resampled by their WCS onto one grid. A '*' in PATH's last part stands for the source's id")
        ->type_name("NAME=PATH");
    verb.add_option("--reference", options.reference, "Channel whose pixel grid is used; default: the first");
    verb.add_option("--pixel-scale", options.pixelScaleArcsec,
                    "Pixel scale of the grid [arcsec]; default: the reference's own")
        ->check(CLI::Range(0.0, 1e6));
    verb.add_option("--values", options.values,
                    "brightness (per beam or steradian: averaged) or flux (per pixel: summed)")
        ->check(CLI::IsMember({"brightness", "flux"}))
        ->capture_default_str();
    verb.add_option(
            "--pair", options.pairing,
            "How files are the same source: name (without endings and the channel's name) or position")
        ->check(CLI::IsMember({"name", "position"}))
        ->capture_default_str();
    verb.add_option("--pair-radius", options.request.pairing.radiusArcsec,
                    "--pair position: largest distance of the centres [arcsec]")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
}

} // namespace

void addImport(CLI::App &app, Action &action)
{
    CLI::App *verb = app.add_subcommand(
        "import",
        "Read images or spectra into a session: FITS, .npy, PINK, PNG, JPEG; FITS, VOTable and text of "
        "spectra; from folders, tar and zip too");
    auto options = std::make_shared<Options>();
    verb->add_option("paths", options->request.paths, "Files, folders (with all below) and archives");
    verb->add_option("--session", options->session, "Session file; made if missing")->required();
    verb->add_option("--catalogue", options->request.catalogue,
                     "Table to join by id, file name, position or row order: FITS, VOTable, CSV");
    verb->add_option("--kind", options->kind, "What the files hold: images or spectra")
        ->check(CLI::IsMember({"images", "spectra"}))
        ->capture_default_str();
    addRecipeOptions(*verb, options->recipe);
    addSpectraOptions(*verb, options->spectra);
    verb->add_option("--name", options->request.name, "Name of the collection; default: of the first path");
    verb->add_flag("--restart", options->request.startsAnew,
                   "Begin anew; by default an import of the same files by the same recipe that was stopped "
                   "or killed goes on where it was");
    verb->add_option("--keep-every", options->keepSeconds,
                     "Seconds after which what was read is safe from a kill")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 3600.0));
    addChannelOptions(*verb, *options);
    verb->callback(
        [&action, options] { action = [options](Console &console) { return run(*options, console); }; });
}

} // namespace somnium::cli
