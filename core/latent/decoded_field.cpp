// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/decoded_field.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "core/base/parallel.h"
#include "core/latent/layers.h"
#include "core/latent/network.h"

namespace somnium::latent
{

namespace
{

/// Rows at a time: the widest layer of 512 stays in the cache, and a stop is seen soon.
constexpr std::size_t kRows = 1024;
/// Rows that one thread measures at a time.
constexpr std::size_t kMeasuredRows = 64;

Error stopped()
{
    return {ErrorKind::Cancelled, "decoding the plane was stopped"};
}

/// A dense layer without the outputs that nobody asks for.
Layer restricted(const Layer &layer, std::span<const std::size_t> outputs)
{
    Layer part = layer;
    part.output = {outputs.size(), 1, 1};
    part.weights.resize(inputSize(layer) * outputs.size());
    part.biases.resize(outputs.size());
    for (std::size_t j = 0; j < outputs.size(); ++j)
    {
        part.biases[j] = layer.biases[outputs[j]];
        for (std::size_t i = 0; i < inputSize(layer); ++i)
            part.weights[i * outputs.size() + j] = layer.weights[i * outputSize(layer) + outputs[j]];
    }
    return part;
}

/// The decoder, cut down to the pixels where its last layer allows it.
struct PartialDecoder
{
    NetworkLayers layers;
    data::ImageShape shape;
    bool isCut = false;

    PartialDecoder(const Autoencoder &model, std::span<const std::size_t> pixels)
        : isCut(model.decoderLayers().back().kind == LayerKind::Dense)
    {
        if (!isCut)
        {
            layers = model.layers();
            shape = model.shape();
            return;
        }
        const std::vector<Layer> &all = model.decoderLayers();
        layers.decoder.assign(all.begin(), all.end() - 1);
        layers.decoder.push_back(restricted(all.back(), pixels));
        shape = {pixels.size(), 1, 1};
    }
};

/// Picks the pixels out of whole rows unless they are these already, and puts them into the units of the
/// data.
void toData(const Autoencoder &model, std::span<const std::size_t> pixels, bool isCut,
            std::span<const float> decoded, std::span<float> values)
{
    const InputScaling &scaling = model.scaling();
    const std::size_t stride = isCut ? pixels.size() : model.pixels();
    for (std::size_t row = 0; row * stride < decoded.size(); ++row)
        for (std::size_t j = 0; j < pixels.size(); ++j)
            values[row * pixels.size() + j] =
                scaling.mean[pixels[j]] + decoded[row * stride + (isCut ? j : pixels[j])] * scaling.scale;
}

Result<void> check(const Autoencoder &model, std::span<const float> latent,
                   std::span<const std::size_t> pixels)
{
    if (latent.size() % model.latentSize() != 0)
        return failure(ErrorKind::Mismatch, std::to_string(latent.size()) +
                                                " latent numbers: expected a multiple of " +
                                                std::to_string(model.latentSize()));
    for (const std::size_t pixel : pixels)
        if (pixel >= model.pixels())
            return failure(ErrorKind::Mismatch, "pixel " + std::to_string(pixel) +
                                                    ": the autoencoder was made for " +
                                                    std::to_string(model.pixels()));
    return {};
}

/// Cells with enough sources.
std::vector<std::size_t> supportedCells(const PlaneField &field, double minimumPoints)
{
    std::vector<std::size_t> cells;
    for (std::size_t cell = 0; cell < field.support.size(); ++cell)
        if (static_cast<double>(field.support[cell]) >= minimumPoints)
            cells.push_back(cell);
    return cells;
}

/// How far each source is from the plane along one coordinate of the space.
std::vector<double> offPlane(const PlaneSources &sources, std::size_t dimension)
{
    const LatentPlane &plane = *sources.plane;
    std::vector<double> off(sources.points.count());
    for (std::size_t i = 0; i < off.size(); ++i)
        off[i] = static_cast<double>(sources.places[i * plane.dimensions() + dimension]) -
                 plane.origin[dimension] - static_cast<double>(sources.points.x[i]) * plane.right[dimension] -
                 static_cast<double>(sources.points.y[i]) * plane.up[dimension];
    return off;
}

/// The measure of rows [rows][pixels], written into their cells.
void measureRows(const SampleMeasure &measure, std::span<const float> values,
                 std::span<const std::size_t> cells, unsigned threads, PlaneField &field)
{
    const std::size_t width = measure.pixels.size();
    const std::size_t rows = values.size() / width;
    JobContext whole; // the caller looks whether to stop, batch by batch
    whole.threads = threads;
    (void)parallelFor((rows + kMeasuredRows - 1) / kMeasuredRows, whole, [&](std::size_t block) {
        const std::size_t end = std::min(rows, (block + 1) * kMeasuredRows);
        for (std::size_t row = block * kMeasuredRows; row < end; ++row)
        {
            const auto value = static_cast<float>(measure.measure(values.subspan(row * width, width)));
            if (std::isfinite(value))
                field.value[cells[row]] = value;
        }
    });
}

} // namespace

Result<void> decodePixels(const Autoencoder &model, std::span<const float> latent,
                          std::span<const std::size_t> pixels, compute::Backend &backend,
                          const JobContext &context, const DecodedRows &use)
{
    if (const auto good = check(model, latent, pixels); !good)
        return good;
    const std::size_t z = model.latentSize();
    const std::size_t count = latent.size() / z;
    if (count == 0 || pixels.empty())
        return {};
    const auto ops = backend.tensorOps(context.threads);
    if (!ops)
        return failure(ops.error());
    const std::size_t batch = std::min(kRows, count);
    const PartialDecoder part(model, pixels);
    const auto network = Network::create(part.layers, part.shape, z, {batch}, Network::Purpose::Use, **ops);
    const auto input = (*ops)->allocate(batch * z);
    if (!network || !input)
        return failure(network ? input.error() : network.error());
    std::vector<float> decoded(batch * part.shape.size());
    std::vector<float> values(batch * pixels.size());
    for (std::size_t first = 0; first < count; first += batch)
    {
        if (context.shouldStop())
            return failure(stopped());
        const std::size_t rows = std::min(batch, count - first);
        const compute::MatrixView points = {input->get(), 0, rows, z};
        (*ops)->upload(latent.subspan(first * z, rows * z), points);
        const std::span<float> block = std::span(decoded).first(rows * part.shape.size());
        if (const auto got = (*ops)->download((*network)->decode(points), block); !got)
            return failure(got.error());
        const std::span<float> wanted = std::span(values).first(rows * pixels.size());
        toData(model, pixels, part.isCut, block, wanted);
        use(first, wanted);
        context.report({first + rows, count, "decoding the plane"});
    }
    return {};
}

Result<std::vector<float>> latentOfCells(const PlaneSources &sources, const PlaneField &grid,
                                         std::span<const std::size_t> cells, const FieldParams &params,
                                         const JobContext &context)
{
    const LatentPlane &plane = *sources.plane;
    const std::size_t z = plane.dimensions();
    std::vector<float> latent(cells.size() * z);
    for (std::size_t i = 0; i < cells.size(); ++i)
        plane.latentAt(grid.centre(cells[i] / grid.columns, cells[i] % grid.columns),
                       std::span(latent).subspan(i * z, z));
    FieldParams mean = params;
    mean.statistic = FieldParams::Statistic::Mean;
    for (std::size_t d = 0; z > 2 && d < z; ++d)
    {
        const bool isShown = plane.right[d] * plane.right[d] + plane.up[d] * plane.up[d] > 1.0 - 1e-12;
        if (isShown)
            continue;
        const auto off = observedField(sources.points, offPlane(sources, d), grid.rect, mean, context);
        if (!off)
            return failure(off.error());
        for (std::size_t i = 0; i < cells.size(); ++i)
            if (std::isfinite(off->value[cells[i]]))
                latent[i * z + d] += off->value[cells[i]];
    }
    return latent;
}

Result<PlaneField> decodedField(const Autoencoder &model, const SampleMeasure &measure,
                                const PlaneSources &sources, const PlaneRect &rect, const FieldParams &params,
                                compute::Backend &backend, const JobContext &context)
{
    const std::size_t z = model.latentSize();
    if (sources.plane->dimensions() != z)
        return failure(ErrorKind::Mismatch, "a plane of a space of " +
                                                std::to_string(sources.plane->dimensions()) +
                                                " dimensions for an autoencoder of " + std::to_string(z));
    const PixelDecoder decode = [&](std::span<const float> latent, std::span<const std::size_t> pixels,
                                    const DecodedRows &use) {
        return decodePixels(model, latent, pixels, backend, context, use);
    };
    return decodedField(decode, measure, sources, rect, params, context);
}

Result<PlaneField> decodedField(const PixelDecoder &decode, const SampleMeasure &measure,
                                const PlaneSources &sources, const PlaneRect &rect, const FieldParams &params,
                                const JobContext &context)
{
    const std::size_t z = sources.plane->dimensions();
    if (sources.places.size() != sources.points.count() * z)
        return failure(ErrorKind::Mismatch,
                       std::to_string(sources.places.size()) + " numbers of places: expected " +
                           std::to_string(sources.points.count()) + " times " + std::to_string(z));
    FieldParams mean = params;
    mean.statistic = FieldParams::Statistic::Mean;
    const std::vector<double> ones(sources.points.count(), 1.0);
    Result<PlaneField> field = observedField(sources.points, ones, rect, mean, context);
    if (!field)
        return field;
    const std::vector<std::size_t> cells = supportedCells(*field, params.minimumPoints);
    const auto latent = latentOfCells(sources, *field, cells, params, context);
    if (!latent)
        return failure(latent.error());
    std::ranges::fill(field->value, std::numeric_limits<float>::quiet_NaN());
    field->error.clear();
    const auto use = [&](std::size_t first, std::span<const float> values) {
        measureRows(measure, values, std::span(cells).subspan(first), context.threads, *field);
    };
    if (const auto done = decode(*latent, measure.pixels, use); !done)
        return failure(done.error());
    return field;
}

} // namespace somnium::latent
