// SPDX-License-Identifier: GPL-3.0-or-later
// A foreign model in a session: magic (8 bytes), version, shape, name of the output, the two files, what is
// filled in, FNV-1a of all before it.
#include "core/onnx/latent_model.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <mutex>

#include "core/base/check.h"
#include "core/base/parallel.h"
#include "core/latent/byte_stream.h"

namespace somnium::onnx
{

namespace
{

constexpr std::uint64_t kMagic = 0x4E4F4D4E4D4F5301ULL; // "\1SOMNMON"
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kMostLatent = 64;
constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
/// Rows that one thread reads and computes at a time.
constexpr std::size_t kRowsAtOnce = 64;

/// How Somnium's own encoders name the mean that they take away.
constexpr std::string_view kMean = "mean";

std::vector<std::uint8_t> plain(std::span<const std::byte> bytes)
{
    std::vector<std::uint8_t> result(bytes.size());
    std::transform(bytes.begin(), bytes.end(), result.begin(),
                   [](std::byte one) { return static_cast<std::uint8_t>(one); });
    return result;
}

std::vector<std::byte> asBytes(const std::vector<std::uint8_t> &plainBytes)
{
    std::vector<std::byte> result(plainBytes.size());
    std::transform(plainBytes.begin(), plainBytes.end(), result.begin(),
                   [](std::uint8_t one) { return static_cast<std::byte>(one); });
    return result;
}

} // namespace

bool ForeignModel::namesItsMean(const Network &encoder)
{
    return encoder.constant(kMean).size() == encoder.inputSize();
}

Result<ForeignModel> ForeignModel::create(const Files &files, const data::ImageShape &shape,
                                          std::vector<float> fill)
{
    NetworkRequest request{files.encoderName, files.folder, files.output, shape,
                           "a source of the collection"};
    auto encoder = Network::create(files.encoder, request);
    if (!encoder)
        return failure(encoder.error());
    const std::size_t latentSize = encoder->outputSize();
    if (latentSize > kMostLatent)
        return failure(ErrorKind::Mismatch, files.encoderName + ": output '" + encoder->outputName() +
                                                "' gives " + std::to_string(latentSize) +
                                                " numbers for a source: expected 1 to " +
                                                std::to_string(kMostLatent));
    std::optional<Network> decoder;
    if (!files.decoder.empty())
    {
        request = {files.decoderName, files.folder, "", {1, 1, latentSize}, "a place of the latent space"};
        auto read = Network::create(files.decoder, request);
        if (!read)
            return failure(read.error());
        if (read->outputSize() != shape.size())
            return failure(ErrorKind::Mismatch, files.decoderName + ": output '" + read->outputName() +
                                                    "' gives " + std::to_string(read->outputSize()) +
                                                    " values: expected the " + std::to_string(shape.size()) +
                                                    " of a source");
        decoder = std::move(*read);
    }
    if (fill.empty() && namesItsMean(*encoder))
        fill.assign(encoder->constant(kMean).begin(), encoder->constant(kMean).end());
    if (fill.empty())
        fill.assign(shape.size(), 0.0F);
    if (fill.size() != shape.size())
        return failure(ErrorKind::Mismatch, "what is filled in has " + std::to_string(fill.size()) +
                                                " values: expected " + std::to_string(shape.size()));
    return ForeignModel(std::move(*encoder), std::move(decoder), shape, std::move(fill));
}

void ForeignModel::encode(std::span<const float> values, std::span<const float> weights,
                          std::span<float> latent) const
{
    CHECK(values.size() == pixels() && latent.size() == latentSize());
    std::vector<float> whole(values.begin(), values.end());
    for (std::size_t i = 0; i < whole.size(); ++i)
        if (!std::isfinite(whole[i]) || (!weights.empty() && !(weights[i] > 0.0F)))
            whole[i] = m_fill[i];
    const auto place = m_encoder.run(whole);
    if (place)
        std::copy(place->begin(), place->end(), latent.begin());
    else
        std::fill(latent.begin(), latent.end(), kNone);
}

void ForeignModel::decode(std::span<const float> latent, std::span<float> values) const
{
    CHECK(values.size() == pixels() && latent.size() == latentSize());
    std::fill(values.begin(), values.end(), kNone);
    if (!m_decoder)
        return;
    if (const auto drawn = m_decoder->run(latent))
        std::copy(drawn->begin(), drawn->end(), values.begin());
}

Result<void> ForeignModel::mapRows(const latent::TrainingData &data, std::size_t first, std::size_t end,
                                   Mapped &mapped) const
{
    const std::size_t length = pixels();
    std::vector<float> values((end - first) * length);
    std::vector<float> weights(values.size(), 1.0F);
    for (std::size_t i = first; i < end; ++i)
    {
        const auto row = std::span(values).subspan((i - first) * length, length);
        const auto weight = std::span(weights).subspan((i - first) * length, length);
        data.read(i, row, data.hasWeights() ? weight : std::span<float>());
        for (std::size_t p = 0; p < length; ++p)
        {
            const bool isThere = std::isfinite(row[p]) && weight[p] > 0.0F;
            weight[p] = isThere ? weight[p] : 0.0F;
            row[p] = isThere ? row[p] : m_fill[p];
            mapped.validCounts[i] += isThere ? 1 : 0;
        }
    }
    const auto places = m_encoder.run(values);
    if (!places)
        return failure(places.error());
    std::copy(places->begin(), places->end(),
              mapped.places.latent.begin() + static_cast<std::ptrdiff_t>(first * latentSize()));
    if (!m_decoder)
        return {};
    const auto drawn = m_decoder->run(*places);
    if (!drawn)
        return failure(drawn.error());
    for (std::size_t i = first; i < end; ++i)
    {
        double sum = 0.0;
        for (std::size_t p = (i - first) * length; p < (i - first + 1) * length; ++p)
            if (weights[p] > 0.0F)
                sum += double{weights[p]} * std::pow(double{values[p]} - double{(*drawn)[p]}, 2.0);
        if (mapped.validCounts[i] > 0)
            mapped.places.reconstructionError[i] = static_cast<float>(sum / mapped.validCounts[i]);
    }
    return {};
}

Result<ForeignModel::Mapped> ForeignModel::map(const latent::TrainingData &data,
                                               const JobContext &context) const
{
    if (!(data.shape() == m_shape))
        return failure(ErrorKind::Mismatch, "samples hold " + std::to_string(data.pixels()) +
                                                " values: the model was made for " +
                                                std::to_string(pixels()));
    Mapped mapped;
    mapped.places.latent.assign(data.count() * latentSize(), kNone);
    mapped.places.reconstructionError.assign(data.count(), kNone);
    mapped.validCounts.assign(data.count(), 0);
    std::mutex mutex;
    std::optional<Error> trouble;
    std::size_t done = 0;
    std::atomic<bool> hasFailed = false;
    const std::size_t blocks = (data.count() + kRowsAtOnce - 1) / kRowsAtOnce;
    const bool isWhole = parallelFor(blocks, context, [&](std::size_t block) {
        const std::size_t first = block * kRowsAtOnce;
        const std::size_t end = std::min(data.count(), first + kRowsAtOnce);
        if (hasFailed)
            return;
        const auto mappedRows = mapRows(data, first, end, mapped);
        hasFailed = hasFailed || !mappedRows;
        data.letGo(first, end - first);
        const std::lock_guard lock(mutex);
        if (!mappedRows)
            trouble = mappedRows.error();
        context.report({done += end - first, data.count(), "placing sources"});
    });
    if (trouble)
        return failure(*trouble);
    if (!isWhole)
        return failure(ErrorKind::Cancelled, "stopped");
    return mapped;
}

const data::ImageShape &LatentModel::shape() const
{
    return std::visit([](const auto &model) -> const data::ImageShape & { return model.shape(); }, m_model);
}

std::size_t LatentModel::latentSize() const
{
    return std::visit([](const auto &model) { return model.latentSize(); }, m_model);
}

bool LatentModel::canDecode() const
{
    return foreign() == nullptr || foreign()->canDecode();
}

void LatentModel::encode(std::span<const float> values, std::span<const float> weights,
                         std::span<float> latent) const
{
    std::visit([&](const auto &model) { model.encode(values, weights, latent); }, m_model);
}

void LatentModel::decode(std::span<const float> latent, std::span<float> values) const
{
    std::visit([&](const auto &model) { model.decode(latent, values); }, m_model);
}

const latent::Autoencoder *LatentModel::autoencoder() const
{
    return std::get_if<latent::Autoencoder>(&m_model);
}

const ForeignModel *LatentModel::foreign() const
{
    return std::get_if<ForeignModel>(&m_model);
}

std::vector<std::byte> serialise(const LatentModel &model)
{
    if (const latent::Autoencoder *const ours = model.autoencoder())
        return latent::serialise(*ours);
    const ForeignModel &foreign = *model.foreign();
    const std::string &output = foreign.encoder().outputName();
    latent::ByteWriter writer;
    writer.put(kMagic);
    writer.put(kVersion);
    for (const std::size_t size : {foreign.shape().channels, foreign.shape().rows, foreign.shape().columns})
        writer.put(static_cast<std::uint64_t>(size));
    writer.putAll(std::vector<std::uint8_t>(output.begin(), output.end()));
    writer.putAll(plain(foreign.encoder().bytes()));
    writer.putAll(foreign.decoder() ? plain(foreign.decoder()->bytes()) : std::vector<std::uint8_t>());
    writer.putAll(foreign.fill());
    return writer.finish();
}

Result<LatentModel> deserialiseLatentModel(std::span<const std::byte> bytes)
{
    constexpr std::size_t kTail = sizeof(std::uint64_t);
    if (readAt<std::uint64_t>(bytes, 0) != kMagic)
    {
        auto ours = latent::deserialiseAutoencoder(bytes);
        if (!ours)
            return failure(ours.error());
        return LatentModel(std::move(*ours));
    }
    const auto covered = bytes.first(bytes.size() - kTail);
    if (covered.size() < kTail || fnv1a(covered) != *readAt<std::uint64_t>(bytes, covered.size()))
        return failure(ErrorKind::Malformed, "a model from ONNX files: its checksum is wrong");
    latent::ByteReader reader(covered.subspan(sizeof(kMagic)));
    const auto version = reader.take<std::uint32_t>();
    if (version != kVersion)
        return failure(ErrorKind::Unsupported, "a model from ONNX files, of version " +
                                                   std::to_string(version) + ": expected " +
                                                   std::to_string(kVersion));
    data::ImageShape shape;
    for (std::size_t *const size : {&shape.channels, &shape.rows, &shape.columns})
        *size = reader.take<std::uint64_t>();
    const auto channelSize = checkedProduct(shape.rows, shape.columns);
    if (!channelSize || !checkedProduct(*channelSize, shape.channels))
        return failure(ErrorKind::Malformed, "a model from ONNX files: its sources are of impossible size");
    const auto output = reader.takeAll<std::uint8_t>();
    ForeignModel::Files files;
    files.output = {output.begin(), output.end()};
    files.encoder = asBytes(reader.takeAll<std::uint8_t>());
    files.decoder = asBytes(reader.takeAll<std::uint8_t>());
    files.encoderName = "encoder of the latent space";
    files.decoderName = "decoder of the latent space";
    std::vector<float> fill = reader.takeAll<float>();
    if (!reader.isAtEnd())
        return failure(ErrorKind::Malformed, "a model from ONNX files: its bytes end too early or too late");
    auto model = ForeignModel::create(files, shape, std::move(fill));
    if (!model)
        return failure(model.error());
    return LatentModel(std::move(*model));
}

} // namespace somnium::onnx
