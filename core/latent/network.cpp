// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/network.h"

#include <algorithm>
#include <numeric>
#include <span>

#include "core/base/check.h"
#include "core/latent/layers.h"

namespace somnium::latent
{

using compute::ConstMatrixView;
using compute::MatrixView;

namespace
{

/// Floats of unfolded windows that are held at once (64 MB).
constexpr std::size_t kWindowFloats = std::size_t{1} << 24U;

bool isConvolution(const Layer &layer)
{
    return layer.kind != LayerKind::Dense;
}

std::size_t windowFloats(const Layer &layer)
{
    return layer.windows().windows() * layer.windows().windowSize();
}

/// A map's rows as one row per place, [rows places x channels].
template <class View> View places(const View &values, const data::ImageShape &map)
{
    return values.reshaped(values.rows * map.channelSize(), map.channels);
}

} // namespace

double BatchLoss::total(const LossTerms &terms, const BatchView &batch, std::size_t latentSize) const
{
    const auto rows = static_cast<double>(batch.values.rows);
    double sum = error / std::max(1.0, batch.validPixels);
    if (terms.isVariational)
        sum += terms.beta * divergence / (rows * static_cast<double>(batch.values.columns));
    return sum + terms.sparsity * penalty / (rows * static_cast<double>(latentSize));
}

Result<std::unique_ptr<Network>> Network::create(const NetworkLayers &layers, const data::ImageShape &shape,
                                                 std::size_t latentSize, std::size_t batch, Purpose purpose,
                                                 compute::TensorOps &ops)
{
    std::unique_ptr<Network> network(new Network(ops));
    if (const auto done = network->prepare(layers, shape, latentSize, batch, purpose); !done)
        return failure(done.error());
    return network;
}

Result<void> Network::prepare(const NetworkLayers &layers, const data::ImageShape &shape,
                              std::size_t latentSize, std::size_t batch, Purpose purpose)
{
    m_shape = shape;
    m_latentSize = latentSize;
    m_batch = batch;
    m_turnsChannels = turnsChannels(layers, shape);
    m_isVariational = !layers.encoder.empty() && outputSize(layers.encoder.back()) != latentSize;
    for (const bool isEncoder : {true, false})
        for (const Layer &layer : isEncoder ? layers.encoder : layers.decoder)
        {
            Part part;
            part.layer = layer;
            part.weights = m_parameterCount;
            part.biases = m_parameterCount + layer.weights.size();
            part.layer.weights.clear();
            part.layer.biases.clear();
            m_parameterCount += layer.weights.size() + layer.biases.size();
            (isEncoder ? m_encoder : m_decoder).push_back(std::move(part));
        }
    if (const auto done = allocateWork(purpose); !done)
        return done;
    for (const bool isEncoder : {true, false})
        for (std::size_t i = 0; i < (isEncoder ? m_encoder : m_decoder).size(); ++i)
        {
            const Part &part = (isEncoder ? m_encoder : m_decoder)[i];
            const Layer &layer = (isEncoder ? layers.encoder : layers.decoder)[i];
            m_ops.upload(layer.weights, weightsOf(part, *m_parameters));
            m_ops.upload(layer.biases, biasesOf(part, *m_parameters));
        }
    return {};
}

Result<void> Network::allocateWork(Purpose purpose)
{
    Result<void> state;
    const auto make = [&](std::unique_ptr<compute::Tensor> &tensor, std::size_t size) {
        auto made = m_ops.allocate(size);
        if (made)
            tensor = std::move(*made);
        else
            state = failure(made.error());
    };
    const bool trains = purpose == Purpose::Training;
    std::size_t widest = m_shape.size();
    std::size_t windows = 0;
    make(m_parameters, m_parameterCount);
    for (std::vector<Part> *const parts : {&m_encoder, &m_decoder})
        for (Part &part : *parts)
        {
            make(part.output, m_batch * outputSize(part.layer));
            widest = std::max(widest, outputSize(part.layer));
            if (isConvolution(part.layer))
                windows = std::max(windows, sliceOf(part) * windowFloats(part.layer));
        }
    if (windows > 0)
        make(m_windows, windows);
    if (m_turnsChannels)
    {
        make(m_input, m_batch * m_shape.size());
        make(m_rebuilt, m_batch * m_shape.size());
    }
    make(m_means, m_batch * m_latentSize);
    make(m_deviates, m_batch * m_latentSize);
    if (!trains)
        return state;
    make(m_noisy, m_batch * m_shape.size());
    make(m_latent, m_batch * m_latentSize);
    make(m_gradients, m_parameterCount);
    make(m_first, m_parameterCount);
    make(m_second, m_parameterCount);
    make(m_slopes[0], m_batch * widest);
    make(m_slopes[1], m_batch * widest);
    make(m_errorSums, m_batch);
    make(m_divergenceSums, m_batch);
    make(m_penaltySums, m_batch);
    return state;
}

MatrixView Network::parameters()
{
    return {m_parameters.get(), 0, 1, m_parameterCount};
}

MatrixView Network::gradients()
{
    return {m_gradients.get(), 0, 1, m_parameterCount};
}

MatrixView Network::outputOf(const Part &part, std::size_t rows) const
{
    return {part.output.get(), 0, rows, outputSize(part.layer)};
}

MatrixView Network::weightsOf(const Part &part, compute::Tensor &from) const
{
    const Layer &layer = part.layer;
    const std::size_t rows = layer.kind == LayerKind::Dense         ? inputSize(layer)
                             : layer.kind == LayerKind::Convolution ? layer.windows().windowSize()
                                                                    : layer.input.channels;
    return {&from, part.weights, rows, layer.weightCount() / rows};
}

MatrixView Network::biasesOf(const Part &part, compute::Tensor &from) const
{
    return {&from, part.biases, 1, part.layer.biasCount()};
}

std::size_t Network::sliceOf(const Part &part) const
{
    return std::clamp<std::size_t>(kWindowFloats / windowFloats(part.layer), 1, m_batch);
}

MatrixView Network::windowsFor(const Part &part, std::size_t rows) const
{
    const compute::ConvolutionShape shape = part.layer.windows();
    return {m_windows.get(), 0, rows * shape.windows(), shape.windowSize()};
}

MatrixView Network::slope(std::size_t which, std::size_t rows, std::size_t columns) const
{
    return {m_slopes[which].get(), 0, rows, columns};
}

ConstMatrixView Network::channelsLast(const ConstMatrixView &values, compute::Tensor &to) const
{
    if (!m_turnsChannels)
        return values;
    const MatrixView turnedRows = {&to, 0, values.rows, values.columns};
    m_ops.transposeRows(values, m_shape.channels, turnedRows);
    return turnedRows;
}

void Network::forward(Part &part, const ConstMatrixView &x)
{
    const Layer &layer = part.layer;
    const MatrixView y = outputOf(part, x.rows);
    const ConstMatrixView weights = weightsOf(part, *m_parameters);
    const ConstMatrixView biases = biasesOf(part, *m_parameters);
    if (layer.kind == LayerKind::Dense)
        return m_ops.multiply({.a = x, .b = weights, .c = y, .bias = biases, .activation = layer.activation});
    const compute::ConvolutionShape shape = layer.windows();
    for (std::size_t row = 0; row < x.rows; row += sliceOf(part))
    {
        const std::size_t count = std::min(sliceOf(part), x.rows - row);
        const MatrixView windows = windowsFor(part, count);
        const ConstMatrixView from = x.rowRange(row, count);
        const MatrixView to = y.rowRange(row, count);
        if (layer.kind == LayerKind::Convolution)
        {
            m_ops.unfold(from, shape, windows);
            m_ops.multiply({.a = windows,
                            .b = weights,
                            .c = places(to, layer.output),
                            .bias = biases,
                            .activation = layer.activation});
            continue;
        }
        m_ops.multiply({.a = places(from, layer.input), .b = weights, .c = windows});
        m_ops.fold(windows, shape, to);
        m_ops.activate(places(to, layer.output), biases, layer.activation, places(to, layer.output));
    }
}

void Network::backward(Part &part, const ConstMatrixView &x, const MatrixView &dy, const MatrixView &dx)
{
    const Layer &layer = part.layer;
    m_ops.activateBackward(outputOf(part, x.rows), layer.activation, dy);
    if (layer.kind == LayerKind::Dense)
    {
        m_ops.columnSums(dy, biasesOf(part, *m_gradients));
        m_ops.multiply({.a = x, .b = dy, .c = weightsOf(part, *m_gradients), .transposeA = true});
        if (dx.tensor != nullptr)
            m_ops.multiply({.a = dy, .b = weightsOf(part, *m_parameters), .c = dx, .transposeB = true});
        return;
    }
    m_ops.columnSums(places(dy, layer.output), biasesOf(part, *m_gradients));
    if (layer.kind == LayerKind::Convolution)
        backwardConvolution(part, x, dy, dx);
    else
        backwardTransposed(part, x, dy, dx);
}

void Network::backwardConvolution(Part &part, const ConstMatrixView &x, const MatrixView &dy,
                                  const MatrixView &dx)
{
    const Layer &layer = part.layer;
    const compute::ConvolutionShape shape = layer.windows();
    for (std::size_t row = 0; row < x.rows; row += sliceOf(part))
    {
        const std::size_t count = std::min(sliceOf(part), x.rows - row);
        const MatrixView windows = windowsFor(part, count);
        const MatrixView slopes = places(dy.rowRange(row, count), layer.output);
        m_ops.unfold(x.rowRange(row, count), shape, windows);
        m_ops.multiply({.a = windows,
                        .b = slopes,
                        .c = weightsOf(part, *m_gradients),
                        .transposeA = true,
                        .accumulate = row > 0});
        if (dx.tensor == nullptr)
            continue;
        m_ops.multiply({.a = slopes, .b = weightsOf(part, *m_parameters), .c = windows, .transposeB = true});
        m_ops.fold(windows, shape, dx.rowRange(row, count));
    }
}

void Network::backwardTransposed(Part &part, const ConstMatrixView &x, const MatrixView &dy,
                                 const MatrixView &dx)
{
    const Layer &layer = part.layer;
    const compute::ConvolutionShape shape = layer.windows();
    for (std::size_t row = 0; row < x.rows; row += sliceOf(part))
    {
        const std::size_t count = std::min(sliceOf(part), x.rows - row);
        const MatrixView windows = windowsFor(part, count);
        m_ops.unfold(dy.rowRange(row, count), shape, windows);
        m_ops.multiply({.a = places(x.rowRange(row, count), layer.input),
                        .b = windows,
                        .c = weightsOf(part, *m_gradients),
                        .transposeA = true,
                        .accumulate = row > 0});
        if (dx.tensor != nullptr)
            m_ops.multiply({.a = windows,
                            .b = weightsOf(part, *m_parameters),
                            .c = places(dx.rowRange(row, count), layer.input),
                            .transposeB = true});
    }
}

ConstMatrixView Network::forwardAll(std::vector<Part> &parts, ConstMatrixView x)
{
    for (Part &part : parts)
    {
        forward(part, x);
        x = outputOf(part, x.rows);
    }
    return x;
}

ConstMatrixView Network::encoded(const ConstMatrixView &values)
{
    CHECK(values.rows <= m_batch && values.columns == m_shape.size());
    return forwardAll(m_encoder, m_turnsChannels ? channelsLast(values, *m_input) : values);
}

ConstMatrixView Network::decoded(const ConstMatrixView &latent)
{
    const ConstMatrixView y = forwardAll(m_decoder, latent);
    if (!m_turnsChannels)
        return y;
    const MatrixView first = {m_rebuilt.get(), 0, y.rows, y.columns};
    m_ops.transposeRows(y, m_shape.channelSize(), first);
    return first;
}

ConstMatrixView Network::encode(const ConstMatrixView &values)
{
    const ConstMatrixView moments = encoded(values);
    if (!m_isVariational)
        return moments;
    const MatrixView none = {m_deviates.get(), 0, values.rows, m_latentSize};
    const MatrixView means = {m_means.get(), 0, values.rows, m_latentSize};
    m_ops.fill(none, 0.0F);
    m_ops.sampleLatent(moments, none, means);
    return means;
}

ConstMatrixView Network::decode(const ConstMatrixView &latent)
{
    CHECK(latent.rows <= m_batch && latent.columns == m_latentSize);
    return decoded(latent);
}

ConstMatrixView Network::evaluate(const BatchView &batch, const MatrixView &rowErrors)
{
    const ConstMatrixView latent = encode(batch.values);
    m_ops.squaredError(batch.values, decoded(latent), batch.weights, 0.0F, {}, rowErrors);
    return latent;
}

MatrixView Network::backwardAll(std::vector<Part> &parts, const ConstMatrixView &x, MatrixView dy,
                                bool wantsInput)
{
    for (std::size_t i = parts.size(); i-- > 0;)
    {
        const ConstMatrixView from = i == 0 ? x : ConstMatrixView(outputOf(parts[i - 1], x.rows));
        MatrixView dx;
        if (i > 0 || wantsInput)
            dx = slope(dy.tensor == m_slopes[0].get() ? 1 : 0, from.rows, from.columns);
        backward(parts[i], from, dy, dx);
        dy = dx;
    }
    return dy;
}

Result<double> Network::sumOf(const std::unique_ptr<compute::Tensor> &rowSums, std::size_t rows)
{
    m_rowSums.resize(rows);
    if (const auto got = m_ops.download({rowSums.get(), 0, rows, 1}, m_rowSums); !got)
        return failure(got.error());
    return std::accumulate(m_rowSums.begin(), m_rowSums.end(), 0.0);
}

ConstMatrixView Network::withNoise(const BatchView &batch, const LossTerms &terms,
                                   const compute::NoiseKey &noise)
{
    if (!(terms.noise > 0.0))
        return batch.values;
    const MatrixView noisy = {m_noisy.get(), 0, batch.values.rows, batch.values.columns};
    m_ops.addNoise(batch.values, batch.weights, static_cast<float>(terms.noise),
                   {noise.seed, 2 * noise.stream}, noisy);
    return noisy;
}

ConstMatrixView Network::drawn(const ConstMatrixView &moments, const compute::NoiseKey &noise)
{
    if (!m_isVariational)
        return moments;
    const MatrixView deviates = {m_deviates.get(), 0, moments.rows, m_latentSize};
    const MatrixView latent = {m_latent.get(), 0, moments.rows, m_latentSize};
    m_ops.normals({noise.seed, 2 * noise.stream + 1}, deviates);
    m_ops.sampleLatent(moments, deviates, latent);
    return latent;
}

MatrixView Network::slopeOfRebuilt(const BatchView &batch, const ConstMatrixView &rebuilt)
{
    const std::size_t rows = batch.values.rows;
    const std::size_t columns = batch.values.columns;
    const MatrixView dy = slope(0, rows, columns);
    m_ops.squaredError(batch.values, rebuilt, batch.weights,
                       static_cast<float>(1.0 / std::max(1.0, batch.validPixels)), dy,
                       {m_errorSums.get(), 0, rows, 1});
    if (!m_turnsChannels)
        return dy;
    m_ops.transposeRows(dy, m_shape.channels, slope(1, rows, columns));
    return slope(1, rows, columns);
}

MatrixView Network::slopeOfMoments(const ConstMatrixView &moments, const ConstMatrixView &latent,
                                   const LossTerms &terms, const MatrixView &dz)
{
    const std::size_t rows = latent.rows;
    const auto rowCount = static_cast<double>(rows);
    if (terms.sparsity > 0.0)
        m_ops.absolutePenalty(
            latent, static_cast<float>(terms.sparsity / (rowCount * static_cast<double>(m_latentSize))), dz,
            {m_penaltySums.get(), 0, rows, 1});
    if (!m_isVariational)
        return dz;
    const MatrixView dMoments = slope(dz.tensor == m_slopes[0].get() ? 1 : 0, rows, 2 * m_latentSize);
    const double scale = terms.beta / (rowCount * static_cast<double>(m_shape.size()));
    m_ops.sampleLatentBackward(moments, {m_deviates.get(), 0, rows, m_latentSize}, dz,
                               static_cast<float>(scale), dMoments, {m_divergenceSums.get(), 0, rows, 1});
    return dMoments;
}

Result<BatchLoss> Network::lossOf(const LossTerms &terms, std::size_t rows)
{
    const Result<double> error = sumOf(m_errorSums, rows);
    const Result<double> divergence = m_isVariational ? sumOf(m_divergenceSums, rows) : Result<double>(0.0);
    const Result<double> penalty = terms.sparsity > 0.0 ? sumOf(m_penaltySums, rows) : Result<double>(0.0);
    for (const Result<double> *const sum : {&error, &divergence, &penalty})
        if (!*sum)
            return failure(sum->error());
    return BatchLoss{*error, *divergence, *penalty};
}

void Network::differentiate(const BatchView &batch, const LossTerms &terms, const compute::NoiseKey &noise)
{
    const std::size_t rows = batch.values.rows;
    CHECK(m_gradients != nullptr && rows > 0 && terms.isVariational == m_isVariational);
    const ConstMatrixView input = withNoise(batch, terms, noise);
    const ConstMatrixView moments = encoded(input);
    const ConstMatrixView latent = drawn(moments, noise);
    const MatrixView dy = slopeOfRebuilt(batch, decoded(latent));
    const MatrixView dz = backwardAll(m_decoder, latent, dy, true);
    const ConstMatrixView first =
        m_turnsChannels ? ConstMatrixView(m_input.get(), 0, rows, m_shape.size()) : input;
    (void)backwardAll(m_encoder, first, slopeOfMoments(moments, latent, terms, dz), false);
}

Result<BatchLoss> Network::backward(const BatchView &batch, const LossTerms &terms,
                                    const compute::NoiseKey &noise)
{
    differentiate(batch, terms, noise);
    return lossOf(terms, batch.values.rows);
}

void Network::step(const compute::AdamStep &step)
{
    m_ops.adam(gradients(), step, parameters(), {m_first.get(), 0, 1, m_parameterCount},
               {m_second.get(), 0, 1, m_parameterCount});
}

} // namespace somnium::latent
