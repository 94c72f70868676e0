// SPDX-License-Identifier: GPL-3.0-or-later
// Under the verb latent: import.
#include "app/cli/latent_import.h"

#include "app/cli/lookup.h"
#include "core/workflow/latent_onnx.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    workflow::LatentImport request;
    std::filesystem::path session;
    std::string collection;
};

std::string lossText(const workflow::LatentAbout &about)
{
    if (about.decoderFile.empty())
        return "no decoder: nothing is rebuilt, and no error of it is known";
    const std::string text = "loss " + shortNumber(about.validationLoss) + "; principal components " +
                             shortNumber(about.pcaValidationLoss);
    return about.losesToPca() ? text + ": it LOSES to this baseline; does it expect other scaling?" : text;
}

Result<void> run(const Options &options, Console &console)
{
    const auto opened = openCollection(options.session, options.collection);
    if (!opened)
        return failure(opened.error());
    workflow::LatentImport request = options.request;
    request.collection = opened->summary.id;
    const auto imported = console.withBackend([&](compute::Backend &backend, const JobContext &context) {
        return workflow::importLatent(*opened->session, request, backend, context);
    });
    if (!imported)
        return failure(imported.error());
    console.print("latent space " + imported->name + ": all sources of " + opened->summary.name +
                      " placed by " + std::to_string(imported->dimensions) + " numbers\n" +
                      lossText(imported->about),
                  {{"model", imported->name},
                   {"collection", opened->summary.name},
                   {"dimensions", imported->dimensions},
                   {"encoder", request.encoder.string()},
                   {"decoder", request.decoder.string()},
                   {"validation_loss", finiteOrNull(imported->about.validationLoss)},
                   {"pca_validation_loss", finiteOrNull(imported->about.pcaValidationLoss)}});
    return {};
}

} // namespace

void addLatentImport(CLI::App &latent, Action &action)
{
    CLI::App *verb = latent.add_subcommand(
        "import", "Take an encoder trained elsewhere, and place all sources of a collection by it");
    auto options = std::make_shared<Options>();
    verb->add_option("encoder", options->request.encoder,
                     "ONNX file: values of a source as they are prepared here to 1 to 64 numbers; whatever "
                     "scaling it needs has to be part of it")
        ->required();
    verb->add_option("--decoder", options->request.decoder, "ONNX file of the way back");
    verb->add_option("--output", options->request.output,
                     "Output of the encoder that is the place; default: the first (the means of most "
                     "variational ones)");
    verb->add_option("--session", options->session, "Session file")->required();
    verb->add_option("--collection", options->collection, "Name of the collection; default: the newest");
    verb->add_option("--name", options->request.name,
                     "Name of the latent space; one of that name is replaced; default: the file's");
    verb->add_option("--turn-to-map", options->request.turnToMap,
                     "Images: a map of the collection, each image is first turned to its best prototype");
    verb->callback(
        [&action, options] { action = [options](Console &console) { return run(*options, console); }; });
}

} // namespace somnium::cli
