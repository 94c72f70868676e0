// SPDX-License-Identifier: GPL-3.0-or-later
#include <chrono>
#include <cmath>
#include <map>

#include "app/cli/console.h"
#include "app/cli/lookup.h"
#include "app/cli/train_latent.h"
#include "core/som/mapper.h"
#include "core/workflow/train.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    workflow::TrainRequest request;
    std::filesystem::path session;
    std::string collection;
    double keepSeconds = 2.0;
    std::string layout = "10x10";
    bool isHexagonal = false;
    bool isPeriodic = false;
    bool noFlips = false;
    bool noShuffle = false;
    std::size_t memoryMiB = 0;
};

const std::map<std::string, som::Schedule> kSchedules = {{"exponential", som::Schedule::Exponential},
                                                         {"linear", som::Schedule::Linear},
                                                         {"constant", som::Schedule::Constant}};
const std::map<std::string, som::Neighbourhood> kNeighbourhoods = {
    {"gaussian", som::Neighbourhood::Gaussian},
    {"bubble", som::Neighbourhood::Bubble},
    {"pink-gaussian", som::Neighbourhood::PinkGaussian},
    {"mexican-hat", som::Neighbourhood::MexicanHat}};
const std::map<std::string, som::LearningRule> kRules = {{"batch", som::LearningRule::Batch},
                                                         {"online", som::LearningRule::Online}};
const std::map<std::string, som::Initialisation> kInitialisations = {
    {"sources", som::Initialisation::RandomSources},
    {"noise", som::Initialisation::Noise},
    {"zero", som::Initialisation::Zero},
    {"preferred-direction", som::Initialisation::PreferredDirection}};
const std::map<std::string, compute::MatchPrecision> kPrecisions = {
    {"fast", compute::MatchPrecision::Fast},
    {"standard", compute::MatchPrecision::Standard},
    {"fine", compute::MatchPrecision::Fine}};

const std::map<std::string, som::Coefficients> kCoefficients = {{"auto", som::Coefficients::Automatic},
                                                                {"full", som::Coefficients::Full},
                                                                {"half", som::Coefficients::Half}};

void printOutcome(const workflow::TrainOutcome &outcome, const std::string &name, Console &console)
{
    nlohmann::json history = nlohmann::json::array();
    for (const som::EpochReport &epoch : outcome.som.history)
        history.push_back(toJson(epoch));
    const som::EpochReport final = som::qualityOf(outcome.mapping, outcome.som.layout);
    const std::string epochs = std::to_string(outcome.som.history.size());
    console.print("map " + name + ": " + outcome.som.layout.toString() + " after " + epochs +
                      " epochs: " + toText(final),
                  {{"model", name},
                   {"layout", outcome.som.layout.toString()},
                   {"complete", outcome.isComplete},
                   {"seed", outcome.som.params.seed},
                   {"final", toJson(final)},
                   {"history", history}});
}

Result<void> run(Options options, Console &console)
{
    const auto layout = som::MapLayout::parse(options.layout + (options.isHexagonal ? " hexagonal" : "") +
                                              (options.isPeriodic ? " periodic" : ""));
    if (!layout)
        return failure(layout.error());
    options.request.params.layout = *layout;
    options.request.params.useFlips = !options.noFlips;
    options.request.params.shuffles = !options.noShuffle;
    if (!options.request.initialMap.empty())
        options.request.params.initialisation = som::Initialisation::GivenMap;
    options.request.memoryBytes = options.memoryMiB << 20U;
    const auto opened = openCollection(options.session, options.collection);
    if (!opened)
        return failure(opened.error());
    options.request.collection = opened->summary.id;
    options.request.keepEvery = std::chrono::milliseconds(std::llround(1000.0 * options.keepSeconds));

    std::size_t reported = 0;
    const auto onSnapshot = [&](const som::TrainingSnapshot &snapshot) {
        for (; reported < snapshot.som->history.size(); ++reported)
        {
            const som::EpochReport &epoch = snapshot.som->history[reported];
            console.remark("epoch " + std::to_string(epoch.epoch) + " of " + std::to_string(snapshot.epochs) +
                           ": sigma " + shortNumber(epoch.sigma) + ", " + toText(epoch) + "; " +
                           std::to_string(epoch.images) + " images at " + shortNumber(epoch.imagesPerSecond) +
                           "/s");
        }
    };
    const auto outcome = console.withBackend([&](compute::Backend &backend, const JobContext &context) {
        return workflow::trainMap(*opened->session, options.request, backend, context, onSnapshot);
    });
    if (!outcome)
        return failure(outcome.error());
    printOutcome(*outcome, options.request.name, console);
    if (!outcome->isComplete)
        return failure(ErrorKind::Cancelled, "stopped; the map is kept, --resume goes on with it");
    return {};
}

using SharedOptions = std::shared_ptr<Options>;

void addMapOptions(CLI::App &som, const SharedOptions &options)
{
    som::TrainingParams &params = options->request.params;
    som.add_option("--map", options->layout,
                   "Layout of the map [neurons]: width x height, 64 (a line) or 8x8x4 (a box)")
        ->capture_default_str();
    som.add_flag("--hexagonal", options->isHexagonal,
                 "Hexagonal neurons: a hexagon of the odd diameter D of --map DxD (21x21: 331 neurons)");
    som.add_flag("--periodic", options->isPeriodic, "Close the map on itself: no edges");
    som.add_option(
           "--neuron-side", params.neuronSide,
           "Side of a prototype [pixels]; less than the images': their middle counts; 0 = as they are")
        ->capture_default_str();
    som.add_option("--init", params.initialisation,
                   "First prototypes: random sources, noise, zero, preferred-direction")
        ->transform(CLI::CheckedTransformer(kInitialisations).description(""))
        ->default_str("sources");
    som.add_option("--init-map", options->request.initialMap,
                   "Start from this map: its name in the session, or a file (FITS of Somnium's, PINK's)")
        ->excludes("--init");
}

void addRuleOptions(CLI::App &som, const SharedOptions &options)
{
    som::TrainingParams &params = options->request.params;
    som.add_option("--epochs", params.epochs, "Passes over all sources")
        ->capture_default_str()
        ->check(CLI::Range(1, 100000));
    som.add_option(
           "--rule", params.rule,
           "batch: every neuron becomes the mean of its sources in each epoch; online: PINK's, a step "
           "towards every source")
        ->transform(CLI::CheckedTransformer(kRules).description(""))
        ->default_str("batch");
    som.add_option("--learning-rate-start", params.learningRateStart,
                   "Online rule: first factor of the steps (PINK's damping)")
        ->capture_default_str();
    som.add_option("--learning-rate-end", params.learningRateEnd, "Online rule: last factor of the steps")
        ->capture_default_str();
    som.add_option("--learning-rate-schedule", params.learningRateSchedule,
                   "How the factor falls: exponential, linear, constant")
        ->transform(CLI::CheckedTransformer(kSchedules).description(""))
        ->default_str("exponential");
    som.add_option("--sources-per-step", params.sourcesPerStep,
                   "Online rule: sources of one step; 1 is PINK's rule, more are faster")
        ->capture_default_str();
    som.add_flag("--no-shuffle", options->noShuffle, "Online rule: sources in their own order");
    som.add_option("--settled", params.settledTolerance,
                   "Stop early when AQE (relative) and TE change less than this in three epochs; 0 = never")
        ->capture_default_str();
    som.add_option("--seed", params.seed, "The same seed gives the same map")->capture_default_str();
}

void addNeighbourhoodOptions(CLI::App &som, const SharedOptions &options)
{
    som::TrainingParams &params = options->request.params;
    som.add_option("--neighbourhood", params.neighbourhood,
                   "gaussian (peak 1), pink-gaussian (peak 1 / (sigma sqrt(2 pi))), mexican-hat, bubble")
        ->transform(CLI::CheckedTransformer(kNeighbourhoods).description(""))
        ->default_str("gaussian");
    som.add_option("--sigma-start", params.sigmaStart,
                   "First width of the neighbourhood [neurons]; 0 = half the longest side")
        ->capture_default_str();
    som.add_option("--sigma-end", params.sigmaEnd,
                   "Last width [neurons]; smaller: closer prototypes, larger: smoother map")
        ->capture_default_str();
    som.add_option("--schedule", params.schedule, "How sigma falls: exponential, linear, constant")
        ->transform(CLI::CheckedTransformer(kSchedules).description(""))
        ->default_str("exponential");
    som.add_option("--max-update-distance", params.maxUpdateDistance,
                   "Neurons further from the best one learn nothing [neurons]; 0 = no limit")
        ->capture_default_str();
}

void addComparisonOptions(CLI::App &som, const SharedOptions &options)
{
    som::TrainingParams &params = options->request.params;
    som.add_option("--precision", params.precision,
                   "Angles and harmonics of the matching: fast, standard, fine")
        ->transform(CLI::CheckedTransformer(kPrecisions).description(""))
        ->default_str("standard");
    som.add_option("--rotations", params.rotations,
                   "Compare so many evenly spaced rotations only; 1 = none turned, 0 = all")
        ->capture_default_str();
    som.add_flag("--no-flips", options->noFlips, "Rotations only");
    som.add_option("--channel-weights", params.channelWeights,
                   "Weights of the channels' squared differences, e.g. 1,0.5; default: 1 each")
        ->delimiter(',');
}

void addStorageOptions(CLI::App &som, const std::shared_ptr<Options> &options)
{
    som::TrainingParams &params = options->request.params;
    som.add_option("--coarse", params.coarseSources,
                   "Of a survey twice as large, epochs of the first half learn from so many random sources;\n"
                   "0 = always from all")
        ->capture_default_str();
    som.add_option("--coefficients", params.coefficients,
                   "How spectra are kept: full (float), half (16 bits), auto (full up to 256 MiB)")
        ->transform(CLI::CheckedTransformer(kCoefficients).description(""))
        ->default_str("auto");
    som.add_option(
           "--memory", options->memoryMiB,
           "Memory for spectra [MiB], beyond it they are streamed from a file; 0 = a quarter of what\n"
           "is free, at most 768, or three quarters of what is free on a GPU, which keeps them there")
        ->capture_default_str()
        ->check(CLI::Range(0, 1 << 24));
}

} // namespace

void addTrain(CLI::App &app, Action &action)
{
    CLI::App *train = app.add_subcommand("train", "Train a model on a collection and keep it in the session");
    train->require_subcommand(1);
    addTrainLatent(*train, action);
    CLI::App *som = train->add_subcommand("som", "A rotation- and flip-invariant self-organising map");
    auto options = std::make_shared<Options>();
    som->add_option("--session", options->session, "Session file")->required();
    som->add_option("--collection", options->collection, "Name of the collection; default: the newest");
    som->add_option("--name", options->request.name, "Name of the map; one of that name is replaced")
        ->capture_default_str();
    addMapOptions(*som, options);
    addRuleOptions(*som, options);
    addNeighbourhoodOptions(*som, options);
    addComparisonOptions(*som, options);
    addStorageOptions(*som, options);
    som->add_flag("--resume", options->request.resume, "Go on with the stopped or killed map of that name");
    som->add_option("--keep-every", options->keepSeconds,
                    "Seconds after which the finished epochs are safe from a kill")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 3600.0));
    som->callback(
        [&action, options] { action = [options](Console &console) { return run(*options, console); }; });
}

} // namespace somnium::cli
