// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/train_latent.h"

#include <chrono>
#include <cmath>
#include <map>

#include "app/cli/lookup.h"
#include "app/device_option.h"
#include "core/workflow/train_latent.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    workflow::LatentTrainRequest request;
    std::filesystem::path session;
    std::string collection;
    double keepSeconds = 30.0;
};

const std::map<std::string, latent::AutoencoderKind> kKinds = {
    {"dense", latent::AutoencoderKind::Dense},
    {"conv1d", latent::AutoencoderKind::Convolution1d},
    {"conv2d", latent::AutoencoderKind::Convolution2d}};
const std::map<std::string, latent::Activation> kActivations = {{"linear", latent::Activation::Linear},
                                                                {"leaky-relu", latent::Activation::LeakyRelu},
                                                                {"tanh", latent::Activation::Tanh},
                                                                {"sigmoid", latent::Activation::Sigmoid}};

std::string toText(const workflow::LatentAbout &about)
{
    std::string text = "validation loss " + shortNumber(about.validationLoss) + "; principal components " +
                       shortNumber(about.pcaValidationLoss);
    if (about.method == workflow::LatentMethod::PrincipalComponents)
        return text;
    if (about.losesToPca())
        return text + ": the autoencoder LOSES to its baseline; train longer, or take other widths";
    return text + " (of which the autoencoder leaves " +
           shortNumber(100.0 * about.validationLoss / about.pcaValidationLoss) + " %)";
}

void printOutcome(const workflow::LatentOutcome &outcome, const Options &options, Console &console)
{
    const workflow::LatentAbout &about = outcome.about;
    const std::string epochs = about.history.empty()
                                   ? std::string()
                                   : " after " + std::to_string(about.history.size()) +
                                         " epochs (best: " + std::to_string(about.bestEpoch) +
                                         ", batches of " + std::to_string(about.batchSize) + ", " +
                                         shortNumber(about.samplesPerSecond) + " samples/s)";
    console.print("latent space " + options.request.name + ": " +
                      std::to_string(outcome.autoencoder.latentSize()) + " numbers of " +
                      std::to_string(outcome.autoencoder.pixels()) + epochs + "\n" + toText(about),
                  {{"model", options.request.name},
                   {"complete", outcome.isComplete},
                   {"parameters", outcome.autoencoder.parameterCount()},
                   {"about", nlohmann::json::parse(workflow::toJson(about))}});
}

Result<void> run(Options options, Console &console)
{
    const auto opened = openCollection(options.session, options.collection);
    if (!opened)
        return failure(opened.error());
    options.request.collection = opened->summary.id;
    options.request.keepEvery = std::chrono::milliseconds(std::llround(1000.0 * options.keepSeconds));
    const auto onSnapshot = [&console](const latent::AutoencoderSnapshot &snapshot) {
        if (!snapshot.isEpochEnd || snapshot.history->empty())
            return;
        const latent::EpochRecord &epoch = snapshot.history->back();
        console.remark("epoch " + std::to_string(epoch.epoch) + " of " + std::to_string(snapshot.epochs) +
                       ": training loss " + shortNumber(epoch.trainingLoss) + ", validation loss " +
                       shortNumber(epoch.validationLoss) + "; " + shortNumber(snapshot.samplesPerSecond) +
                       " samples/s, " + shortNumber(snapshot.secondsLeft) + " s left at most");
    };
    const auto outcome = console.withBackend([&](compute::Backend &backend, const JobContext &context) {
        return workflow::trainLatent(*opened->session, options.request, backend, context, onSnapshot);
    });
    if (!outcome)
        return failure(outcome.error());
    printOutcome(*outcome, options, console);
    if (!outcome->isComplete)
        return failure(ErrorKind::Cancelled, "stopped; the latent space is kept, --resume goes on with it");
    return {};
}

void addModelOptions(CLI::App &verb, latent::AutoencoderParams &params)
{
    verb.add_option("--kind", params.kind, "dense; conv1d (convolutions along the spectrum); conv2d (images)")
        ->transform(CLI::CheckedTransformer(kKinds).description(""))
        ->default_str("dense");
    verb.add_option("--widths", params.widths, "Hidden layers of the encoder, mirrored in the decoder")
        ->delimiter(',')
        ->default_str("512,128,32");
    verb.add_option("--channels", params.channels, "Convolutions: channels of each, stride 2")
        ->delimiter(',')
        ->default_str("16,32,64");
    verb.add_option("--kernel", params.kernel, "Convolutions: side of a kernel [pixels]")
        ->capture_default_str();
    verb.add_option("--activation", params.hiddenActivation, "leaky-relu, tanh, sigmoid or linear")
        ->transform(CLI::CheckedTransformer(kActivations).description(""))
        ->default_str("leaky-relu");
    verb.add_flag("--variational", params.isVariational, "Variational: z is drawn, and held near a normal");
    verb.add_option("--beta", params.beta, "Variational: weight of the divergence")->capture_default_str();
    verb.add_option("--noise", params.noise,
                    "Denoising: errors of the data times this are added to what the encoder sees")
        ->capture_default_str();
    verb.add_option("--sparsity", params.sparsity, "Weight of the mean of |z|")->capture_default_str();
}

/// Returns the option of the epochs, which a resumed training has from before.
CLI::Option *addTrainingOptions(CLI::App &verb, latent::AutoencoderParams &params)
{
    CLI::Option *epochs =
        verb.add_option("--epochs", params.epochs, "Passes over the training spectra, at most")
            ->capture_default_str();
    verb.add_option("--patience", params.patience,
                    "Ends when the validation loss has not fallen for so many epochs; 0 = never")
        ->capture_default_str();
    verb.add_option("--batch", params.batchSize, "Rows of a step; 0 = 512, fewer of a small collection")
        ->capture_default_str();
    verb.add_option("--learning-rate", params.learningRate,
                    "Of Adam; rises for a tenth of the steps, falls along half a cosine")
        ->capture_default_str();
    app::addPrecisionOption(verb, params.precision);
    return epochs;
}

std::shared_ptr<Options> addShared(CLI::App &verb)
{
    auto options = std::make_shared<Options>();
    workflow::LatentTrainRequest &request = options->request;
    verb.add_option("--session", options->session, "Session file")->required();
    verb.add_option("--collection", options->collection, "Name of the collection; default: the newest");
    verb.add_option("--name", request.name, "Name of the latent space; one of that name is replaced")
        ->capture_default_str();
    verb.add_option("--latent", request.params.latentSize, "Numbers of the latent space")
        ->capture_default_str()
        ->check(CLI::Range(1, 64));
    verb.add_option("--turn-to-map", request.turnToMap,
                    "Images: a map of the collection, each image is first turned to its best prototype");
    verb.add_option("--validation", request.params.validationFraction,
                    "Share of the sources that are not learned from")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 0.9));
    verb.add_option("--seed", request.params.seed, "The same seed gives the same latent space")
        ->capture_default_str();
    return options;
}

} // namespace

void addTrainLatent(CLI::App &train, Action &action)
{
    CLI::App *autoencoder = train.add_subcommand(
        "autoencoder", "A latent space of spectra or images: an autoencoder, beside its linear baseline");
    auto options = addShared(*autoencoder);
    addModelOptions(*autoencoder, options->request.params);
    const CLI::Option *epochs = addTrainingOptions(*autoencoder, options->request.params);
    autoencoder->add_flag("--resume", options->request.resume,
                          "Go on with the stopped or killed latent space of that name");
    autoencoder
        ->add_option("--keep-every", options->keepSeconds,
                     "Seconds after which the finished epochs are safe from a kill")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 3600.0));
    autoencoder->callback([&action, options, epochs] {
        if (options->request.resume && epochs->count() == 0)
            options->request.params.epochs = 0;
        action = [options](Console &console) { return run(*options, console); };
    });

    CLI::App *pca =
        train.add_subcommand("pca", "The plane of the first principal components: a first look in seconds");
    auto pcaOptions = addShared(*pca);
    pcaOptions->request.method = workflow::LatentMethod::PrincipalComponents;
    pcaOptions->request.name = "pca";
    pca->callback([&action, pcaOptions] {
        action = [pcaOptions](Console &console) { return run(*pcaOptions, console); };
    });
}

} // namespace somnium::cli
