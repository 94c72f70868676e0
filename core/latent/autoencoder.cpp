// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/autoencoder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/base/check.h"
#include "core/latent/batch_reader.h"
#include "core/latent/layers.h"
#include "core/latent/network.h"

namespace somnium::latent
{

namespace
{

tl::unexpected<Error> cancelled()
{
    return failure(ErrorKind::Cancelled, "stopped");
}

/// Takes batches of rows through a network, and what it makes of them from the device.
class RowMapper
{
public:
    RowMapper(Network &network, BatchReader &reader, std::size_t rows, bool wantsErrors)
        : m_network(network), m_reader(reader)
    {
        const InputScaling &scaling = reader.scaling();
        m_unit = double{scaling.scale} * double{scaling.scale} / double{scaling.weightScale};
        m_rows.mapped.latent.resize(rows * network.latentSize());
        m_rows.mapped.reconstructionError.resize(wantsErrors ? rows : 0);
    }

    [[nodiscard]] Result<void> prepare()
    {
        auto sums = m_reader.ops().allocate(m_network.rowsAtOnce());
        if (!sums)
            return failure(sums.error());
        m_sums = std::move(*sums);
        return {};
    }

    /// As many at once as the network is made for.
    [[nodiscard]] Result<void> add(const BatchReader::Batch &batch)
    {
        const std::size_t count = batch.rows.size();
        m_rows.validPixels += batch.view.validPixels;
        for (std::size_t first = 0; first < count;)
        {
            const std::size_t some = std::min(m_network.rowsAtOnce(), count - first);
            const BatchView view = batch.view.rowRange(first, some);
            const compute::MatrixView errors = {m_sums.get(), 0, some, 1};
            const compute::ConstMatrixView latent =
                wantsErrors() ? m_network.evaluate(view, errors) : m_network.encode(view.values);
            if (first + some == count)
                m_reader.bringNext();
            if (const auto got = take(latent, errors, batch.validCounts.subspan(first, some)); !got)
                return failure(got.error());
            first += some;
        }
        return {};
    }

    [[nodiscard]] std::size_t done() const { return m_done; }
    [[nodiscard]] MappedRows &rows() { return m_rows; }

private:
    [[nodiscard]] bool wantsErrors() const { return !m_rows.mapped.reconstructionError.empty(); }

    /// From the device; errors in the units of the data.
    [[nodiscard]] Result<void> take(const compute::ConstMatrixView &latent,
                                    const compute::ConstMatrixView &rowErrors,
                                    std::span<const std::uint32_t> validCounts)
    {
        compute::TensorOps &ops = m_reader.ops();
        const std::span<float> points(m_rows.mapped.latent);
        const std::size_t first = m_done;
        m_done += latent.rows;
        if (const auto got = ops.download(latent, points.subspan(first * latent.columns, latent.size()));
            !got)
            return failure(got.error());
        if (!wantsErrors())
            return {};
        const std::span<float> errors =
            std::span(m_rows.mapped.reconstructionError).subspan(first, latent.rows);
        if (const auto got = ops.download(rowErrors, errors); !got)
            return failure(got.error());
        for (std::size_t i = 0; i < errors.size(); ++i)
        {
            m_rows.errorSum += errors[i];
            errors[i] = validCounts[i] == 0
                            ? std::numeric_limits<float>::quiet_NaN()
                            : static_cast<float>(m_unit * errors[i] / static_cast<double>(validCounts[i]));
        }
        return {};
    }

    Network &m_network;
    BatchReader &m_reader;
    double m_unit = 1.0;                     ///< of errors, in the data's
    std::unique_ptr<compute::Tensor> m_sums; ///< [rows at once] errors
    MappedRows m_rows;
    std::size_t m_done = 0;
};

/// Where rows lie, and if asked for the errors of each.
Result<Autoencoder::Mapped> mapAll(const Autoencoder &model, const TrainingData &data, bool wantsErrors,
                                   compute::Backend &backend, const JobContext &context)
{
    if (!(data.shape() == model.shape()))
        return failure(ErrorKind::Mismatch, "samples hold " + std::to_string(data.pixels()) +
                                                " values: the autoencoder was made for " +
                                                std::to_string(model.pixels()));
    const auto ops = backend.tensorOps(context.threads);
    if (!ops)
        return failure(ops.error());
    auto rows = mapRows(model.layers(), model.scaling(), data, wantsErrors, **ops, context);
    if (!rows)
        return failure(rows.error());
    return std::move(rows->mapped);
}

} // namespace

Result<MappedRows> mapRows(const NetworkLayers &layers, const InputScaling &scaling, const TrainingData &data,
                           bool wantsErrors, compute::TensorOps &ops, const JobContext &context,
                           std::size_t rowsAtOnce)
{
    const BatchRows rows = {std::min(rowsAtOnce, std::max<std::size_t>(1, data.count()))};
    const auto network = Network::create(layers, data.shape(), inputSize(layers.decoder.front()), rows,
                                         Network::Purpose::Use, ops);
    if (!network)
        return failure(network.error());
    const auto reader =
        BatchReader::create(data, scaling, {.batch = rows.most, .threads = context.threads}, ops);
    if (!reader)
        return failure(reader.error());
    std::vector<std::uint32_t> all(data.count());
    std::iota(all.begin(), all.end(), 0U);
    return mapRows(**network, **reader, all, wantsErrors, context);
}

Result<MappedRows> mapRows(Network &network, BatchReader &reader, const std::vector<std::uint32_t> &rows,
                           bool wantsErrors, const JobContext &context)
{
    RowMapper mapper(network, reader, rows.size(), wantsErrors);
    if (const auto prepared = mapper.prepare(); !prepared)
        return failure(prepared.error());
    reader.start(rows);
    while (mapper.done() < rows.size())
    {
        if (context.shouldStop())
            return cancelled();
        const auto batch = reader.next();
        if (!batch)
            return failure(batch.error());
        if (const auto added = mapper.add(**batch); !added)
            return failure(added.error());
        context.report({mapper.done(), rows.size(), "placing sources"});
    }
    return std::move(mapper.rows());
}

Result<Autoencoder> Autoencoder::create(AutoencoderParams params, data::ImageShape shape,
                                        InputScaling scaling, NetworkLayers layers)
{
    if (const auto good = validate(params, shape); !good)
        return failure(good.error());
    if (const auto good = checkLayers(layers, shape, params.latentSize, params.isVariational); !good)
        return failure(good.error());
    if (scaling.mean.size() != shape.size())
        return failure(ErrorKind::Mismatch, "the mean has " + std::to_string(scaling.mean.size()) +
                                                " values: expected " + std::to_string(shape.size()));
    const bool isFinite =
        std::all_of(scaling.mean.begin(), scaling.mean.end(), [](float x) { return std::isfinite(x); });
    if (!isFinite || !(scaling.scale > 0.0F) || !std::isfinite(scaling.scale) ||
        !(scaling.weightScale > 0.0F) || !std::isfinite(scaling.weightScale))
        return failure(ErrorKind::Mismatch, "the scaling of the values is not finite and above 0");
    auto parts = std::make_shared<Parts>();
    parts->params = std::move(params);
    parts->shape = shape;
    parts->scaling = std::move(scaling);
    parts->layers = std::move(layers);
    return Autoencoder(std::move(parts));
}

std::size_t Autoencoder::parameterCount() const
{
    std::size_t count = 0;
    for (const std::vector<Layer> *const part : {&encoderLayers(), &decoderLayers()})
        for (const Layer &layer : *part)
            count += layer.weights.size() + layer.biases.size();
    return count;
}

void Autoencoder::encode(std::span<const float> values, std::span<const float> weights,
                         std::span<float> latent) const
{
    CHECK(values.size() == pixels() && latent.size() == latentSize());
    CHECK(weights.empty() || weights.size() == values.size());
    std::vector<float> scaled(values.size());
    const float factor = 1.0F / scaling().scale;
    for (std::size_t j = 0; j < values.size(); ++j)
    {
        const bool isThere = std::isfinite(values[j]) && (weights.empty() || weights[j] > 0.0F);
        scaled[j] = isThere ? (values[j] - scaling().mean[j]) * factor : 0.0F;
    }
    if (turnsChannels(layers(), shape()))
        scaled = transposed(scaled, shape().channels);
    const std::vector<float> moments = applyLayers(encoderLayers(), scaled);
    std::copy_n(moments.begin(), latent.size(), latent.begin());
}

void Autoencoder::decode(std::span<const float> latent, std::span<float> values) const
{
    CHECK(values.size() == pixels() && latent.size() == latentSize());
    std::vector<float> scaled = applyLayers(decoderLayers(), latent);
    if (turnsChannels(layers(), shape()))
        scaled = transposed(scaled, shape().channelSize());
    for (std::size_t j = 0; j < values.size(); ++j)
        values[j] = scaling().mean[j] + scaled[j] * scaling().scale;
}

Result<std::vector<float>> Autoencoder::encode(const TrainingData &data, compute::Backend &backend,
                                               const JobContext &context) const
{
    auto mapped = mapAll(*this, data, false, backend, context);
    if (!mapped)
        return failure(mapped.error());
    return std::move(mapped->latent);
}

Result<Autoencoder::Mapped> Autoencoder::map(const TrainingData &data, compute::Backend &backend,
                                             const JobContext &context) const
{
    return mapAll(*this, data, true, backend, context);
}

Result<std::vector<float>> Autoencoder::decode(std::span<const float> latent, compute::Backend &backend,
                                               const JobContext &context) const
{
    const std::size_t z = latentSize();
    if (latent.size() % z != 0)
        return failure(ErrorKind::Mismatch, std::to_string(latent.size()) +
                                                " latent numbers: expected a multiple of " +
                                                std::to_string(z));
    const std::size_t count = latent.size() / z;
    const auto ops = backend.tensorOps(context.threads);
    if (!ops)
        return failure(ops.error());
    const std::size_t batchRows = std::min(kMappedAtOnce, std::max<std::size_t>(1, count));
    const auto network = Network::create(layers(), shape(), z, {batchRows}, Network::Purpose::Use, **ops);
    const auto input = (*ops)->allocate(batchRows * z);
    if (!network || !input)
        return failure(network ? input.error() : network.error());
    std::vector<float> values(count * pixels());
    for (std::size_t first = 0; first < count; first += batchRows)
    {
        if (context.shouldStop())
            return cancelled();
        const std::size_t rows = std::min(batchRows, count - first);
        const compute::MatrixView points = {input->get(), 0, rows, z};
        (*ops)->upload(latent.subspan(first * z, rows * z), points);
        const std::span<float> block = std::span(values).subspan(first * pixels(), rows * pixels());
        if (const auto got = (*ops)->download((*network)->decode(points), block); !got)
            return failure(got.error());
        for (std::size_t i = 0; i < block.size(); ++i)
            block[i] = scaling().mean[i % pixels()] + block[i] * scaling().scale;
    }
    return values;
}

} // namespace somnium::latent
