// SPDX-License-Identifier: GPL-3.0-or-later
// Both formats: magic (8 bytes), version, then what is written below in that order, counts before lists, then
// FNV-1a of all before it.
#include <string>

#include "core/latent/autoencoder.h"
#include "core/latent/autoencoder_trainer.h"
#include "core/latent/byte_stream.h"
#include "core/latent/layers.h"

namespace somnium::latent
{

namespace
{

constexpr std::uint64_t kModelMagic = 0x45414D4E4D4F5301ULL;      // "\1SOMNMAE"
constexpr std::uint64_t kCheckpointMagic = 0x43414D4E4D4F5301ULL; // "\1SOMNMAC"
constexpr std::uint32_t kVersion = 2;
constexpr std::uint32_t kVersionWithoutPrecision = 1;
constexpr std::uint64_t kMostLayers = 128;

std::vector<std::uint64_t> wide(const std::vector<std::size_t> &sizes)
{
    return {sizes.begin(), sizes.end()};
}

template <class T> T enumFrom(ByteReader &reader)
{
    return static_cast<T>(reader.take<std::uint8_t>());
}

template <class T> void putEnum(ByteWriter &writer, T value)
{
    writer.put(static_cast<std::uint8_t>(value));
}

std::size_t takeSize(ByteReader &reader)
{
    return reader.take<std::uint64_t>();
}

void putSizes(ByteWriter &writer, std::initializer_list<std::size_t> sizes)
{
    for (const std::size_t size : sizes)
        writer.put(static_cast<std::uint64_t>(size));
}

void putParams(ByteWriter &writer, const AutoencoderParams &params)
{
    putEnum(writer, params.kind);
    writer.putAll(wide(params.widths));
    writer.putAll(wide(params.channels));
    putSizes(writer, {params.kernel, params.latentSize});
    putEnum(writer, params.hiddenActivation);
    putEnum(writer, params.outputActivation);
    putEnum(writer, params.isVariational ? 1 : 0);
    for (const double value : {params.beta, params.noise, params.sparsity, params.learningRate})
        writer.put(value);
    putSizes(writer, {params.batchSize, params.epochs, params.patience});
    writer.put(params.validationFraction);
    writer.put(params.seed);
    putEnum(writer, params.precision);
}

AutoencoderParams takeParams(ByteReader &reader, std::uint32_t version)
{
    AutoencoderParams params;
    params.kind = enumFrom<AutoencoderKind>(reader);
    const auto widths = reader.takeAll<std::uint64_t>();
    const auto channels = reader.takeAll<std::uint64_t>();
    params.widths = {widths.begin(), widths.end()};
    params.channels = {channels.begin(), channels.end()};
    params.kernel = takeSize(reader);
    params.latentSize = takeSize(reader);
    params.hiddenActivation = enumFrom<Activation>(reader);
    params.outputActivation = enumFrom<Activation>(reader);
    params.isVariational = reader.take<std::uint8_t>() != 0;
    for (double *const value : {&params.beta, &params.noise, &params.sparsity, &params.learningRate})
        *value = reader.take<double>();
    params.batchSize = takeSize(reader);
    params.epochs = takeSize(reader);
    params.patience = takeSize(reader);
    params.validationFraction = reader.take<double>();
    params.seed = reader.take<std::uint64_t>();
    if (version > kVersionWithoutPrecision)
        params.precision = enumFrom<compute::ProductPrecision>(reader);
    return params;
}

void putShape(ByteWriter &writer, const data::ImageShape &shape)
{
    putSizes(writer, {shape.channels, shape.rows, shape.columns});
}

data::ImageShape takeShape(ByteReader &reader)
{
    data::ImageShape shape;
    shape.channels = takeSize(reader);
    shape.rows = takeSize(reader);
    shape.columns = takeSize(reader);
    return shape;
}

void putScaling(ByteWriter &writer, const InputScaling &scaling)
{
    writer.putAll(scaling.mean);
    writer.put(scaling.scale);
    writer.put(scaling.weightScale);
}

InputScaling takeScaling(ByteReader &reader)
{
    InputScaling scaling;
    scaling.mean = reader.takeAll<float>();
    scaling.scale = reader.take<float>();
    scaling.weightScale = reader.take<float>();
    return scaling;
}

void putLayer(ByteWriter &writer, const Layer &layer)
{
    putEnum(writer, layer.kind);
    putEnum(writer, layer.activation);
    putShape(writer, layer.input);
    putShape(writer, layer.output);
    putSizes(writer, {layer.kernelRows, layer.kernelColumns, layer.strideRows, layer.strideColumns,
                      layer.padRows, layer.padColumns});
    writer.putAll(layer.weights);
    writer.putAll(layer.biases);
}

Layer takeLayer(ByteReader &reader)
{
    Layer layer;
    layer.kind = enumFrom<LayerKind>(reader);
    layer.activation = enumFrom<Activation>(reader);
    layer.input = takeShape(reader);
    layer.output = takeShape(reader);
    for (std::size_t *const size : {&layer.kernelRows, &layer.kernelColumns, &layer.strideRows,
                                    &layer.strideColumns, &layer.padRows, &layer.padColumns})
        *size = takeSize(reader);
    layer.weights = reader.takeAll<float>();
    layer.biases = reader.takeAll<float>();
    return layer;
}

void putLayers(ByteWriter &writer, const NetworkLayers &layers)
{
    for (const std::vector<Layer> *const part : {&layers.encoder, &layers.decoder})
    {
        writer.put(static_cast<std::uint64_t>(part->size()));
        for (const Layer &layer : *part)
            putLayer(writer, layer);
    }
}

NetworkLayers takeLayers(ByteReader &reader)
{
    NetworkLayers layers;
    for (std::vector<Layer> *const part : {&layers.encoder, &layers.decoder})
    {
        const auto count = reader.take<std::uint64_t>();
        for (std::uint64_t i = 0; i < count && i < kMostLayers && reader.isWhole(); ++i)
            part->push_back(takeLayer(reader));
    }
    return layers;
}

/// The bytes between head and checksum, both checked, and the version of their format.
struct Body
{
    std::span<const std::byte> bytes;
    std::uint32_t version = kVersion;
};
Result<Body> bodyOf(std::span<const std::byte> bytes, std::uint64_t magic, const std::string &what)
{
    constexpr std::size_t kHead = sizeof(std::uint64_t) + sizeof(std::uint32_t);
    constexpr std::size_t kTail = sizeof(std::uint64_t);
    if (bytes.size() < kHead + kTail || *readAt<std::uint64_t>(bytes, 0) != magic)
        return failure(ErrorKind::Malformed,
                       "these " + std::to_string(bytes.size()) + " bytes are not " + what);
    const auto version = *readAt<std::uint32_t>(bytes, sizeof(std::uint64_t));
    if (version < kVersionWithoutPrecision || version > kVersion)
        return failure(ErrorKind::Unsupported, what + " of version " + std::to_string(version) +
                                                   ": expected " + std::to_string(kVersionWithoutPrecision) +
                                                   " to " + std::to_string(kVersion));
    const auto covered = bytes.first(bytes.size() - kTail);
    if (fnv1a(covered) != *readAt<std::uint64_t>(bytes, covered.size()))
        return failure(ErrorKind::Malformed, what + ": its checksum is wrong");
    return Body{covered.subspan(kHead), version};
}

} // namespace

std::vector<std::byte> serialise(const Autoencoder &model)
{
    ByteWriter writer;
    writer.put(kModelMagic);
    writer.put(kVersion);
    putParams(writer, model.params());
    putShape(writer, model.shape());
    putScaling(writer, model.scaling());
    putLayers(writer, model.layers());
    return writer.finish();
}

Result<Autoencoder> deserialiseAutoencoder(std::span<const std::byte> bytes)
{
    const auto body = bodyOf(bytes, kModelMagic, "an autoencoder");
    if (!body)
        return failure(body.error());
    ByteReader reader(body->bytes);
    AutoencoderParams params = takeParams(reader, body->version);
    const data::ImageShape shape = takeShape(reader);
    InputScaling scaling = takeScaling(reader);
    NetworkLayers layers = takeLayers(reader);
    if (!reader.isAtEnd())
        return failure(ErrorKind::Malformed, "an autoencoder: its bytes end too early or too late");
    return Autoencoder::create(std::move(params), shape, std::move(scaling), std::move(layers));
}

std::vector<std::byte> serialise(const TrainingCheckpoint &checkpoint)
{
    ByteWriter writer;
    writer.put(kCheckpointMagic);
    writer.put(kVersion);
    putParams(writer, checkpoint.params);
    putShape(writer, checkpoint.shape);
    writer.put(checkpoint.rows);
    putScaling(writer, checkpoint.scaling);
    putLayers(writer, checkpoint.layers);
    putLayers(writer, checkpoint.best);
    writer.putAll(checkpoint.firstMoments);
    writer.putAll(checkpoint.secondMoments);
    writer.put(checkpoint.step);
    writer.put(checkpoint.bestEpoch);
    writer.put(static_cast<std::uint64_t>(checkpoint.history.size()));
    for (const EpochRecord &epoch : checkpoint.history)
    {
        putSizes(writer, {epoch.epoch});
        for (const double value :
             {epoch.trainingLoss, epoch.validationLoss, epoch.learningRate, epoch.seconds})
            writer.put(value);
    }
    writer.putAll(checkpoint.lastLatent);
    return writer.finish();
}

Result<TrainingCheckpoint> deserialiseCheckpoint(std::span<const std::byte> bytes)
{
    const auto body = bodyOf(bytes, kCheckpointMagic, "a checkpoint of an autoencoder's training");
    if (!body)
        return failure(body.error());
    ByteReader reader(body->bytes);
    TrainingCheckpoint checkpoint;
    checkpoint.params = takeParams(reader, body->version);
    checkpoint.shape = takeShape(reader);
    checkpoint.rows = reader.take<std::uint64_t>();
    checkpoint.scaling = takeScaling(reader);
    checkpoint.layers = takeLayers(reader);
    checkpoint.best = takeLayers(reader);
    checkpoint.firstMoments = reader.takeAll<float>();
    checkpoint.secondMoments = reader.takeAll<float>();
    checkpoint.step = reader.take<std::uint64_t>();
    checkpoint.bestEpoch = reader.take<std::uint64_t>();
    const auto epochs = reader.take<std::uint64_t>();
    for (std::uint64_t i = 0; i < epochs && reader.isWhole(); ++i)
    {
        EpochRecord epoch;
        epoch.epoch = takeSize(reader);
        for (double *const value :
             {&epoch.trainingLoss, &epoch.validationLoss, &epoch.learningRate, &epoch.seconds})
            *value = reader.take<double>();
        checkpoint.history.push_back(epoch);
    }
    checkpoint.lastLatent = reader.takeAll<float>();
    if (!reader.isAtEnd())
        return failure(ErrorKind::Malformed, "a checkpoint: its bytes end too early or too late");
    if (const auto good = validate(checkpoint.params, checkpoint.shape); !good)
        return failure(good.error());
    for (const NetworkLayers *const layers : {&checkpoint.layers, &checkpoint.best})
        if (const auto good = checkLayers(*layers, checkpoint.shape, checkpoint.params.latentSize,
                                          checkpoint.params.isVariational);
            !good)
            return failure(good.error());
    return checkpoint;
}

} // namespace somnium::latent
