// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/onnx/decoded_field.h"

#include <algorithm>
#include <mutex>

#include "core/base/parallel.h"

namespace somnium::onnx
{

namespace
{

/// Rows that one thread decodes at a time, and all threads before any is measured.
constexpr std::size_t kRows = 64;
constexpr std::size_t kRowsAtOnce = 1024;

/// `pixels` of `count` rows from `first` on.
Result<std::vector<float>> decodedRows(const Network &decoder, std::span<const float> latent,
                                       std::span<const std::size_t> pixels, const JobContext &context)
{
    const std::size_t z = decoder.inputSize();
    const std::size_t count = latent.size() / z;
    std::vector<float> values(count * pixels.size());
    std::mutex mutex;
    std::optional<Error> trouble;
    const bool isWhole = parallelFor((count + kRows - 1) / kRows, context, [&](std::size_t block) {
        const std::size_t first = block * kRows;
        const std::size_t rows = std::min(kRows, count - first);
        const auto decoded = decoder.run(latent.subspan(first * z, rows * z));
        if (!decoded)
        {
            const std::lock_guard lock(mutex);
            trouble = decoded.error();
            return;
        }
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t j = 0; j < pixels.size(); ++j)
                values[(first + row) * pixels.size() + j] =
                    (*decoded)[row * decoder.outputSize() + pixels[j]];
    });
    if (trouble)
        return failure(*trouble);
    if (!isWhole)
        return failure(ErrorKind::Cancelled, "decoding the plane was stopped");
    return values;
}

Result<void> decodePixels(const Network &decoder, std::span<const float> latent,
                          std::span<const std::size_t> pixels, const JobContext &context,
                          const latent::DecodedRows &use)
{
    for (const std::size_t pixel : pixels)
        if (pixel >= decoder.outputSize())
            return failure(ErrorKind::Mismatch, "pixel " + std::to_string(pixel) + ": the decoder gives " +
                                                    std::to_string(decoder.outputSize()));
    const std::size_t z = decoder.inputSize();
    const std::size_t count = latent.size() / z;
    for (std::size_t first = 0; first < count; first += kRowsAtOnce)
    {
        const std::size_t rows = std::min(kRowsAtOnce, count - first);
        const auto values = decodedRows(decoder, latent.subspan(first * z, rows * z), pixels, context);
        if (!values)
            return failure(values.error());
        use(first, *values);
        context.report({first + rows, count, "decoding the plane"});
    }
    return {};
}

} // namespace

Result<latent::PlaneField> decodedField(const LatentModel &model, const latent::SampleMeasure &measure,
                                        const latent::PlaneSources &sources, const latent::PlaneRect &rect,
                                        const latent::FieldParams &params, compute::Backend &backend,
                                        const JobContext &context)
{
    if (const latent::Autoencoder *const ours = model.autoencoder())
        return latent::decodedField(*ours, measure, sources, rect, params, backend, context);
    if (!model.canDecode())
        return failure(ErrorKind::Unsupported, "this latent space was imported without a decoder: it cannot "
                                               "say what lies at a place of it");
    if (sources.plane->dimensions() != model.latentSize())
        return failure(ErrorKind::Mismatch,
                       "a plane of a space of " + std::to_string(sources.plane->dimensions()) +
                           " dimensions for a decoder of " + std::to_string(model.latentSize()));
    const Network &decoder = *model.foreign()->decoder();
    const latent::PixelDecoder decode =
        [&](std::span<const float> latent, std::span<const std::size_t> pixels,
            const latent::DecodedRows &use) { return decodePixels(decoder, latent, pixels, context, use); };
    return latent::decodedField(decode, measure, sources, rect, params, context);
}

} // namespace somnium::onnx
