// SPDX-License-Identifier: GPL-3.0-or-later
// What is told of a latent space, as JSON.
#include <array>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/workflow/train_latent.h"

namespace somnium::workflow
{

namespace
{

using Json = nlohmann::json;

constexpr std::array kMethods = {"autoencoder", "pca", "imported"};
constexpr std::array kKinds = {"dense", "convolution_1d", "convolution_2d"};
constexpr std::array kActivations = {"linear", "leaky_relu", "tanh", "sigmoid"};
constexpr std::array kPrecisions = {"float32", "tf32", "bf16"};

template <class Enum, std::size_t Count>
Enum enumFrom(const std::array<const char *, Count> &words, const Json &json)
{
    const auto word = json.get<std::string>();
    for (std::size_t i = 0; i < Count; ++i)
        if (word == words[i])
            return static_cast<Enum>(i);
    throw std::invalid_argument("unknown word '" + word + "'");
}

template <class Enum, std::size_t Count>
const char *wordOf(const std::array<const char *, Count> &words, Enum value)
{
    return words.at(static_cast<std::size_t>(value));
}

Json finiteOrNull(double value)
{
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

double numberFrom(const Json &json)
{
    return json.is_null() ? LatentAbout::kNone : json.get<double>();
}

Json toJsonObject(const latent::AutoencoderParams &params)
{
    return {{"kind", wordOf(kKinds, params.kind)},
            {"widths", params.widths},
            {"channels", params.channels},
            {"kernel", params.kernel},
            {"latent", params.latentSize},
            {"hidden_activation", wordOf(kActivations, params.hiddenActivation)},
            {"output_activation", wordOf(kActivations, params.outputActivation)},
            {"variational", params.isVariational},
            {"beta", params.beta},
            {"noise", params.noise},
            {"sparsity", params.sparsity},
            {"learning_rate", params.learningRate},
            {"batch", params.batchSize},
            {"epochs", params.epochs},
            {"patience", params.patience},
            {"validation", params.validationFraction},
            {"seed", params.seed},
            {"precision", wordOf(kPrecisions, params.precision)}};
}

latent::AutoencoderParams paramsFrom(const Json &json)
{
    latent::AutoencoderParams params;
    params.kind = enumFrom<latent::AutoencoderKind>(kKinds, json.at("kind"));
    params.widths = json.at("widths").get<std::vector<std::size_t>>();
    params.channels = json.at("channels").get<std::vector<std::size_t>>();
    params.kernel = json.at("kernel").get<std::size_t>();
    params.latentSize = json.at("latent").get<std::size_t>();
    params.hiddenActivation = enumFrom<latent::Activation>(kActivations, json.at("hidden_activation"));
    params.outputActivation = enumFrom<latent::Activation>(kActivations, json.at("output_activation"));
    params.isVariational = json.at("variational").get<bool>();
    params.beta = json.at("beta").get<double>();
    params.noise = json.at("noise").get<double>();
    params.sparsity = json.at("sparsity").get<double>();
    params.learningRate = json.at("learning_rate").get<double>();
    params.batchSize = json.at("batch").get<std::size_t>();
    params.epochs = json.at("epochs").get<std::size_t>();
    params.patience = json.at("patience").get<std::size_t>();
    params.validationFraction = json.at("validation").get<double>();
    params.seed = json.at("seed").get<std::uint64_t>();
    if (json.contains("precision")) // not in what was written before there was a choice
        params.precision = enumFrom<compute::ProductPrecision>(kPrecisions, json.at("precision"));
    return params;
}

Json toJsonObject(const latent::EpochRecord &record)
{
    return {{"epoch", record.epoch},
            {"training_loss", finiteOrNull(record.trainingLoss)},
            {"validation_loss", finiteOrNull(record.validationLoss)},
            {"learning_rate", record.learningRate},
            {"seconds", record.seconds}};
}

latent::EpochRecord recordFrom(const Json &json)
{
    return {json.at("epoch").get<std::size_t>(), numberFrom(json.at("training_loss")),
            numberFrom(json.at("validation_loss")), json.at("learning_rate").get<double>(),
            json.at("seconds").get<double>()};
}

} // namespace

std::string toJson(const LatentAbout &about)
{
    Json history = Json::array();
    for (const latent::EpochRecord &record : about.history)
        history.push_back(toJsonObject(record));
    Json json = {{"method", wordOf(kMethods, about.method)},
                 {"params", toJsonObject(about.params)},
                 {"turn_to_map", about.turnToMap},
                 {"history", history},
                 {"best_epoch", about.bestEpoch},
                 {"stopped_early", about.stoppedEarly},
                 {"batch", about.batchSize},
                 {"validation_loss", finiteOrNull(about.validationLoss)},
                 {"pca_training_loss", finiteOrNull(about.pcaTrainingLoss)},
                 {"pca_validation_loss", finiteOrNull(about.pcaValidationLoss)},
                 {"samples_per_second", finiteOrNull(about.samplesPerSecond)},
                 {"encoder_file", about.encoderFile},
                 {"decoder_file", about.decoderFile}};
    if (!about.device.empty())
        json["device"] = about.device;
    if (!about.notices.empty())
        json["notices"] = about.notices;
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<LatentAbout> latentAboutFromJson(std::string_view text)
{
    try
    {
        const Json json = Json::parse(text);
        LatentAbout about;
        about.method = enumFrom<LatentMethod>(kMethods, json.at("method"));
        about.params = paramsFrom(json.at("params"));
        about.turnToMap = json.at("turn_to_map").get<std::string>();
        for (const Json &record : json.at("history"))
            about.history.push_back(recordFrom(record));
        about.bestEpoch = json.at("best_epoch").get<std::size_t>();
        about.stoppedEarly = json.at("stopped_early").get<bool>();
        about.batchSize = json.at("batch").get<std::size_t>();
        about.validationLoss = numberFrom(json.at("validation_loss"));
        about.pcaTrainingLoss = numberFrom(json.at("pca_training_loss"));
        about.pcaValidationLoss = numberFrom(json.at("pca_validation_loss"));
        about.samplesPerSecond = numberFrom(json.at("samples_per_second"));
        about.encoderFile = json.value("encoder_file", "");
        about.decoderFile = json.value("decoder_file", "");
        about.device = json.value("device", "");
        about.notices = json.value("notices", std::vector<std::string>());
        return about;
    }
    catch (const std::exception &error)
    {
        return failure(ErrorKind::Malformed,
                       std::string("expected what is told of a latent space, found ") + error.what());
    }
}

} // namespace somnium::workflow
