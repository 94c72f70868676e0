// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/network.h"

#include <algorithm>
#include <utility>

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

struct Wanted
{
    std::unique_ptr<compute::Tensor> &tensor;
    std::size_t floats = 0;
};

Result<void> allocate(const std::vector<Wanted> &wanted, compute::TensorOps &ops)
{
    for (const Wanted &each : wanted)
    {
        auto made = ops.allocate(each.floats);
        if (!made)
            return failure(made.error());
        each.tensor = std::move(*made);
    }
    return {};
}

} // namespace

Result<std::unique_ptr<Network>> Network::create(const NetworkLayers &layers, const data::ImageShape &shape,
                                                 std::size_t latentSize, const BatchRows &rows,
                                                 Purpose purpose, compute::TensorOps &ops)
{
    std::unique_ptr<Network> network(new Network(ops));
    if (const auto done = network->prepare(layers, shape, latentSize, rows, purpose); !done)
        return failure(done.error());
    return network;
}

Result<void> Network::prepare(const NetworkLayers &layers, const data::ImageShape &shape,
                              std::size_t latentSize, const BatchRows &rows, Purpose purpose)
{
    CHECK(rows.most > 0);
    m_shape = shape;
    m_latentSize = latentSize;
    m_rows = {rows.most, rows.atOnce > 0 ? std::min(rows.atOnce, rows.most) : rows.most};
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
    std::size_t widest = m_shape.size();
    std::size_t windows = 0;
    std::vector<Wanted> wanted = {{m_parameters, m_parameterCount}};
    for (std::vector<Part> *const parts : {&m_encoder, &m_decoder})
        for (Part &part : *parts)
        {
            wanted.push_back({part.output, m_rows.atOnce * outputSize(part.layer)});
            widest = std::max(widest, outputSize(part.layer));
            if (isConvolution(part.layer))
                windows = std::max(windows, sliceOf(part) * windowFloats(part.layer));
        }
    if (windows > 0)
        wanted.push_back({m_windows, windows});
    if (m_turnsChannels)
        for (std::unique_ptr<compute::Tensor> *const turned : {&m_input, &m_rebuilt})
            wanted.push_back({*turned, m_rows.atOnce * m_shape.size()});
    wanted.push_back({m_means, m_rows.atOnce * m_latentSize});
    wanted.push_back({m_deviates, m_rows.most * m_latentSize});
    if (auto made = allocate(wanted, m_ops); !made || purpose == Purpose::Use)
        return made;
    return allocateTraining(widest);
}

Result<void> Network::allocateTraining(std::size_t widest)
{
    std::size_t biasSums = 0;
    for (std::vector<Part> *const parts : {&m_encoder, &m_decoder})
        for (Part &part : *parts)
        {
            part.biasSums = biasSums;
            biasSums += piecesOf(m_rows.most) * part.layer.biasCount();
        }
    std::vector<Wanted> wanted = {{m_noisy, m_rows.most * m_shape.size()},
                                  {m_latent, m_rows.atOnce * m_latentSize},
                                  {m_gradients, m_parameterCount},
                                  {m_first, m_parameterCount},
                                  {m_second, m_parameterCount},
                                  {m_slopes[0], m_rows.atOnce * widest},
                                  {m_slopes[1], m_rows.atOnce * widest},
                                  {m_lossSums, kLossSums * m_rows.most}};
    if (piecesOf(m_rows.most) > 1)
        wanted.push_back({m_biasSums, biasSums});
    return allocate(wanted, m_ops);
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
    return std::clamp<std::size_t>(kWindowFloats / windowFloats(part.layer), 1, m_rows.atOnce);
}

MatrixView Network::windowsFor(const Part &part, std::size_t rows) const
{
    const compute::ConvolutionShape shape = part.layer.windows();
    return {m_windows.get(), 0, rows * shape.windows(), shape.windowSize()};
}

MatrixView Network::deviates(std::size_t rows) const
{
    return {m_deviates.get(), 0, rows, m_latentSize};
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
    CHECK(values.rows <= m_rows.atOnce && values.columns == m_shape.size());
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
    const MatrixView none = deviates(values.rows);
    const MatrixView means = {m_means.get(), 0, values.rows, m_latentSize};
    m_ops.fill(none, 0.0F);
    m_ops.sampleLatent(moments, none, means);
    return means;
}

ConstMatrixView Network::decode(const ConstMatrixView &latent)
{
    CHECK(latent.rows <= m_rows.atOnce && latent.columns == m_latentSize);
    return decoded(latent);
}

ConstMatrixView Network::evaluate(const BatchView &batch, const MatrixView &rowErrors)
{
    const ConstMatrixView latent = encode(batch.values);
    m_ops.squaredError(batch.values, decoded(latent), batch.weights, 0.0F, {}, rowErrors);
    return latent;
}

} // namespace somnium::latent
