// SPDX-License-Identifier: GPL-3.0-or-later
// Prints, for sets of real and of simulated spectra, how a plane of two numbers by the autoencoder compares
// with one of two principal components: what is left of the spectra, and how well each tells the labels.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "core/compute/backend_factory.h"
#include "core/latent/projection_quality.h"
#include "core/workflow/train_latent.h"
#include "tests/bench/latent_sets.h"
#include "tests/support/temporary_folder.h"

namespace somnium
{
namespace
{

struct Options
{
    std::string set;
    std::uint64_t seeds = 3;
    latent::AutoencoderParams params;
    simulate::SpectraParams simulated = {.count = 4000, .pixels = 1000};
    std::string recipe;   ///< ready-made, instead of the one that suits
    std::size_t grid = 0; ///< pixels of real spectra; 0: as many as they have
    bool quiet = false;   ///< no figures of labels
    unsigned threads = 0;
};

struct Imported
{
    bench::LatentSet set;
    std::shared_ptr<session::Session> session;
    session::CollectionId collection{};
    std::shared_ptr<const latent::TrainingData> data;
    std::vector<bench::Labels> labels;
    std::vector<double> validPixels; ///< [source] pixels with a weight above 0
};

std::vector<double> validPixelsOf(const latent::TrainingData &data)
{
    std::vector<double> counts(data.count());
    std::vector<float> values(data.pixels());
    std::vector<float> weights(data.hasWeights() ? data.pixels() : 0);
    for (std::size_t row = 0; row < counts.size(); ++row)
    {
        data.read(row, values, weights);
        counts[row] = static_cast<double>(
            weights.empty()
                ? values.size()
                : values.size() - static_cast<std::size_t>(std::count(weights.begin(), weights.end(), 0.0F)));
    }
    return counts;
}

Imported import(bench::LatentSet set, const std::filesystem::path &folder, const JobContext &context)
{
    Imported imported;
    imported.session = session::Session::create(folder / "set.somnium").value();
    const auto outcome = workflow::importSpectra(*imported.session, set.request, context).value();
    imported.collection = outcome.collection;
    imported.data = workflow::trainingDataOf(*imported.session, outcome.collection, {}, context).value();
    imported.labels = set.labels(imported.session->collection(outcome.collection).value()).value();
    imported.validPixels = validPixelsOf(*imported.data);
    std::printf("\n%s: %zu spectra of %zu pixels (%s, %zu problems); %s\n", set.name.c_str(),
                outcome.imported, imported.data->pixels(),
                imported.data->hasErrors() ? "with weights" : "no weights", outcome.problems.size(),
                prepare::describe(set.request.recipe).c_str());
    for (std::size_t i = 0; i < std::min<std::size_t>(2, outcome.problems.size()); ++i)
        std::printf("  not taken: %s\n", data::toString(outcome.problems[i]).c_str());
    imported.set = std::move(set);
    return imported;
}

/// As EpochRecord's: mean over the pixels that are there, in scaled values and weights.
double lossOver(const std::vector<std::uint32_t> &rows, const std::vector<float> &errors,
                const Imported &imported, const latent::InputScaling &scaling)
{
    double sum = 0.0;
    double pixels = 0.0;
    for (const std::uint32_t row : rows)
    {
        if (imported.validPixels[row] == 0.0)
            continue;
        sum += double{errors[row]} * imported.validPixels[row];
        pixels += imported.validPixels[row];
    }
    return sum / pixels * double{scaling.weightScale} / (double{scaling.scale} * double{scaling.scale});
}

latent::RowSource fullSpace(const latent::TrainingData &data)
{
    return {data.count(), data.pixels(),
            [&data](std::size_t row, std::span<float> values) { data.read(row, values, {}); }};
}

/// R^2 of the labels from two spaces.
std::vector<latent::ColumnQuality> qualities(const latent::RowSource &full, const latent::RowSource &latent,
                                             const std::vector<bench::Labels> &labels,
                                             const JobContext &context)
{
    std::vector<latent::LabelledColumn> columns;
    for (const bench::Labels &one : labels)
        columns.push_back({one.name, one.values});
    return latent::columnQualities(full, latent, columns, {}, context).value();
}

void reportSeed(const Imported &imported, std::uint64_t seed, const Options &options,
                compute::Backend &backend, const JobContext &context)
{
    workflow::LatentTrainRequest request;
    request.collection = imported.collection;
    request.params = options.params;
    request.params.seed = seed;
    const auto trained = workflow::trainLatent(*imported.session, request, backend, context).value();
    request.name = "pca";
    request.method = workflow::LatentMethod::PrincipalComponents;
    const auto pca = workflow::trainLatent(*imported.session, request, backend, context).value();

    const latent::DataSplit split =
        latent::splitData(imported.data->count(), request.params.validationFraction, seed);
    const latent::InputScaling &scaling = trained.autoencoder.scaling();
    const double training = lossOver(split.training, trained.errors, imported, scaling);
    const double validation = lossOver(split.validation, trained.errors, imported, scaling);
    std::printf(
        "  seed %llu: %zu epochs (best %zu), %zu + %zu rows: loss %.5f, validation %.5f; PCA %.5f, %.5f "
        "(ratio %.2f, %.2f)%s\n",
        static_cast<unsigned long long>(seed), trained.about.history.size(), trained.about.bestEpoch,
        split.training.size(), split.validation.size(), training, validation, trained.about.pcaTrainingLoss,
        trained.about.pcaValidationLoss, training / trained.about.pcaTrainingLoss,
        validation / trained.about.pcaValidationLoss, trained.about.losesToPca() ? " LOSES" : "");
    std::fflush(stdout);
    if (options.quiet)
        return;
    const auto places = compute::rowsOf(trained.places, 2);
    const auto pcaPlaces = compute::rowsOf(pca.places, 2);
    const auto byLatent = qualities(fullSpace(*imported.data), places, imported.labels, context);
    const auto byPca = qualities(pcaPlaces, pcaPlaces, imported.labels, context);
    for (std::size_t i = 0; i < byLatent.size(); ++i)
        std::printf("    %-14s n %5zu   R^2: latent-2 %.3f, PCA-2 %.3f, all pixels %.3f%s\n",
                    byLatent[i].name.c_str(), byLatent[i].rows, byLatent[i].latentR2, byPca[i].latentR2,
                    byLatent[i].fullR2, byLatent[i].latentR2 > byPca[i].latentR2 ? "" : " below PCA");
    std::fflush(stdout);
}

/// What limits a label of simulated stars: the parameters that shape a spectrum, and the spectra without
/// noise.
void reportLimits(const Imported &imported, const simulate::SpectraParams &params, const JobContext &context)
{
    const auto simulator = simulate::SpectraSimulator::create(params).value();
    const std::size_t pixels = params.pixels;
    constexpr std::size_t kParameters = 3;
    std::vector<float> truths;
    std::vector<float> clean(params.count * pixels);
    for (std::size_t i = 0; i < params.count; ++i)
    {
        const simulate::StarTruth star = simulator.truth(i);
        constexpr double kTeffUnit = 0.1; // of the logarithm: as wide as the others
        for (const double value : {std::log10(star.teffK) / kTeffUnit, star.loggCgs, star.feh})
            truths.push_back(static_cast<float>(value));
        simulator.noiseless(star, std::span(clean).subspan(i * pixels, pixels));
    }
    const auto figures = qualities(compute::rowsOf(clean, pixels), compute::rowsOf(truths, kParameters),
                                   imported.labels, context);
    for (const latent::ColumnQuality &one : figures)
        std::printf(
            "    %-14s limits: from the true (Teff, log g, [Fe/H]) %.3f, from noiseless spectra %.3f\n",
            one.name.c_str(), one.latentR2, one.fullR2);
}

void report(const std::string &name, const Options &options, compute::Backend &backend)
{
    const test::TemporaryFolder folder;
    JobContext context;
    context.threads = options.threads;
    const bool isSimulated = name.rfind("simulated", 0) == 0;
    auto set =
        isSimulated ? bench::simulatedSet(options.simulated, folder / "spectra") : bench::realSet(name);
    if (!set)
    {
        std::printf("\n%s: %s\n", name.c_str(), set.error().message.c_str());
        return;
    }
    const std::string recipe =
        options.recipe.empty() && name == "simulated_lines" ? "stars, continuum removed" : options.recipe;
    for (const prepare::ReadyMadeSpectral &ready : prepare::readyMadeSpectralRecipes())
        if (ready.recipe.name == recipe)
            set->request.recipe = ready.recipe;
    if (options.grid > 0)
        set->request.recipe.grid.pixels = options.grid;
    const Imported imported = import(std::move(*set), folder.path(), context);
    if (isSimulated)
        std::printf("  signal-to-noise %g to %g, odd ones %g\n", options.simulated.minSnr,
                    options.simulated.maxSnr, options.simulated.oddShare);
    if (isSimulated && !options.quiet)
        reportLimits(imported, options.simulated, context);
    for (std::uint64_t seed = 1; seed <= options.seeds; ++seed)
        reportSeed(imported, seed, options, backend, context);
}

void addOptions(CLI::App &app, Options &options)
{
    const std::map<std::string, latent::Activation> activations = {
        {"leaky-relu", latent::Activation::LeakyRelu}, {"tanh", latent::Activation::Tanh}};
    app.add_option("set", options.set,
                   "A real set, 'simulated', 'simulated_lines' (the continuum removed), or 'all'")
        ->required();
    app.add_option("--seeds", options.seeds, "1 to this")->capture_default_str();
    app.add_option("--threads", options.threads, "0 = all");
    app.add_option("--recipe", options.recipe, "A ready-made recipe instead of the one that suits the set");
    app.add_option("--grid", options.grid,
                   "Pixels of real spectra, for a quick look; 0 = as many as they have");
    app.add_flag("--losses", options.quiet, "Only the losses");
    app.add_option("--epochs", options.params.epochs)->capture_default_str();
    app.add_option("--patience", options.params.patience)->capture_default_str();
    app.add_option("--batch", options.params.batchSize)->capture_default_str();
    app.add_option("--learning-rate", options.params.learningRate)->capture_default_str();
    app.add_option("--noise", options.params.noise)->capture_default_str();
    app.add_option("--widths", options.params.widths)->delimiter(',')->default_str("512,128,32");
    app.add_option("--activation", options.params.hiddenActivation)
        ->transform(CLI::CheckedTransformer(activations));
    app.add_option("--count", options.simulated.count, "Simulated stars")->capture_default_str();
    app.add_option("--pixels", options.simulated.pixels, "Of each")->capture_default_str();
    app.add_option("--min-snr", options.simulated.minSnr)->capture_default_str();
    app.add_option("--max-snr", options.simulated.maxSnr)->capture_default_str();
    app.add_option("--odd-share", options.simulated.oddShare)->capture_default_str();
}

} // namespace
} // namespace somnium

int main(int argc, char **argv)
{
    using namespace somnium;
    CLI::App app("Latent planes of real and simulated spectra beside principal components");
    Options options;
    addOptions(app, options);
    CLI11_PARSE(app, argc, argv);
    const auto backend = std::move(compute::chooseBackend().value().backend);
    std::vector<std::string> names = {options.set};
    if (options.set == "all")
    {
        names = bench::realSets();
        names.insert(names.end(), {"simulated", "simulated_lines"});
    }
    std::printf(
        "Losses: mean over pixels of weight (x - x^)^2, 1 is what the mean reaches; the epoch kept is "
        "that of the lowest validation loss.\nR^2: of the mean label of the 12 nearest others.\n");
    for (const std::string &name : names)
        report(name, options, *backend);
    return 0;
}
