// SPDX-License-Identifier: GPL-3.0-or-later
// How a network learns: the loss of a batch, its gradient, piece by piece, and the step.
#include <algorithm>
#include <numeric>
#include <span>

#include "core/base/check.h"
#include "core/latent/layers.h"
#include "core/latent/network.h"

namespace somnium::latent
{

using compute::ConstMatrixView;
using compute::MatrixView;

double BatchLoss::total(const LossTerms &terms, const BatchView &batch, std::size_t latentSize) const
{
    const auto rows = static_cast<double>(batch.values.rows);
    double sum = error / std::max(1.0, batch.validPixels);
    if (terms.isVariational)
        sum += terms.beta * divergence / (rows * static_cast<double>(batch.values.columns));
    return sum + terms.sparsity * penalty / (rows * static_cast<double>(latentSize));
}

MatrixView Network::biasSumsOf(const Part &part, const Piece &piece) const
{
    const std::size_t pieces = piecesOf(piece.batchRows);
    if (pieces == 1)
        return biasesOf(part, *m_gradients);
    const MatrixView all = {m_biasSums.get(), part.biasSums, pieces, part.layer.biasCount()};
    return all.rowRange(piece.first / m_rows.atOnce, 1);
}

MatrixView Network::slope(std::size_t which, std::size_t rows, std::size_t columns) const
{
    return {m_slopes[which].get(), 0, rows, columns};
}

void Network::backward(Part &part, const ConstMatrixView &x, const MatrixView &dy, const MatrixView &dx,
                       const Piece &piece)
{
    const Layer &layer = part.layer;
    m_ops.activateBackward(outputOf(part, x.rows), layer.activation, dy);
    if (layer.kind == LayerKind::Dense)
    {
        m_ops.columnSums(dy, biasSumsOf(part, piece));
        m_ops.multiply({.a = x,
                        .b = dy,
                        .c = weightsOf(part, *m_gradients),
                        .transposeA = true,
                        .accumulate = piece.first > 0});
        if (dx.tensor != nullptr)
            m_ops.multiply({.a = dy, .b = weightsOf(part, *m_parameters), .c = dx, .transposeB = true});
        return;
    }
    m_ops.columnSums(places(dy, layer.output), biasSumsOf(part, piece));
    if (layer.kind == LayerKind::Convolution)
        backwardConvolution(part, x, dy, dx, piece);
    else
        backwardTransposed(part, x, dy, dx, piece);
}

void Network::backwardConvolution(Part &part, const ConstMatrixView &x, const MatrixView &dy,
                                  const MatrixView &dx, const Piece &piece)
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
                        .accumulate = piece.first + row > 0});
        if (dx.tensor == nullptr)
            continue;
        m_ops.multiply({.a = slopes, .b = weightsOf(part, *m_parameters), .c = windows, .transposeB = true});
        m_ops.fold(windows, shape, dx.rowRange(row, count));
    }
}

void Network::backwardTransposed(Part &part, const ConstMatrixView &x, const MatrixView &dy,
                                 const MatrixView &dx, const Piece &piece)
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
                        .accumulate = piece.first + row > 0});
        if (dx.tensor != nullptr)
            m_ops.multiply({.a = windows,
                            .b = weightsOf(part, *m_parameters),
                            .c = places(dx.rowRange(row, count), layer.input),
                            .transposeB = true});
    }
}

MatrixView Network::backwardAll(std::vector<Part> &parts, const ConstMatrixView &x, MatrixView dy,
                                bool wantsInput, const Piece &piece)
{
    for (std::size_t i = parts.size(); i-- > 0;)
    {
        const ConstMatrixView from = i == 0 ? x : ConstMatrixView(outputOf(parts[i - 1], x.rows));
        MatrixView dx;
        if (i > 0 || wantsInput)
            dx = slope(dy.tensor == m_slopes[0].get() ? 1 : 0, from.rows, from.columns);
        backward(parts[i], from, dy, dx, piece);
        dy = dx;
    }
    return dy;
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

ConstMatrixView Network::drawn(const ConstMatrixView &moments, const Piece &piece)
{
    if (!m_isVariational)
        return moments;
    const MatrixView latent = {m_latent.get(), 0, moments.rows, m_latentSize};
    m_ops.sampleLatent(moments, piece.of(deviates(piece.batchRows)), latent);
    return latent;
}

MatrixView Network::slopeOfRebuilt(const BatchView &batch, const ConstMatrixView &rebuilt, const Piece &piece)
{
    const MatrixView dy = slope(0, piece.rows, batch.values.columns);
    m_ops.squaredError(piece.of(batch.values), rebuilt,
                       batch.weights.tensor == nullptr ? batch.weights : piece.of(batch.weights),
                       static_cast<float>(1.0 / std::max(1.0, batch.validPixels)), dy,
                       lossSumsOf(LossSum::Error, piece));
    if (!m_turnsChannels)
        return dy;
    const MatrixView turned = slope(1, piece.rows, batch.values.columns);
    m_ops.transposeRows(dy, m_shape.channels, turned);
    return turned;
}

MatrixView Network::slopeOfMoments(const ConstMatrixView &moments, const ConstMatrixView &latent,
                                   const LossTerms &terms, const MatrixView &dz, const Piece &piece)
{
    const auto rows = static_cast<double>(piece.batchRows);
    if (terms.sparsity > 0.0)
        m_ops.absolutePenalty(latent,
                              static_cast<float>(terms.sparsity / (rows * static_cast<double>(m_latentSize))),
                              dz, lossSumsOf(LossSum::Penalty, piece));
    if (!m_isVariational)
        return dz;
    const MatrixView dMoments = slope(dz.tensor == m_slopes[0].get() ? 1 : 0, piece.rows, 2 * m_latentSize);
    const double scale = terms.beta / (rows * static_cast<double>(m_shape.size()));
    m_ops.sampleLatentBackward(moments, piece.of(deviates(piece.batchRows)), dz, static_cast<float>(scale),
                               dMoments, lossSumsOf(LossSum::Divergence, piece));
    return dMoments;
}

BatchLoss Network::lossFrom(std::span<const float> sums, const LossTerms &terms, std::size_t rows) const
{
    CHECK(sums.size() == kLossSums * m_rows.most && rows <= m_rows.most);
    const auto sumOf = [&](LossSum which) {
        const auto of = sums.subspan(static_cast<std::size_t>(which) * m_rows.most, rows);
        return std::accumulate(of.begin(), of.end(), 0.0);
    };
    return {sumOf(LossSum::Error), m_isVariational ? sumOf(LossSum::Divergence) : 0.0,
            terms.sparsity > 0.0 ? sumOf(LossSum::Penalty) : 0.0};
}

Result<BatchLoss> Network::lossOf(const LossTerms &terms, std::size_t rows) const
{
    std::vector<float> sums(lossSums().size());
    if (const auto got = m_ops.download(lossSums(), sums); !got)
        return failure(got.error());
    return lossFrom(sums, terms, rows);
}

void Network::differentiate(const BatchView &batch, const LossTerms &terms, const compute::NoiseKey &noise)
{
    const std::size_t rows = batch.values.rows;
    CHECK(m_gradients != nullptr && rows > 0 && rows <= m_rows.most &&
          terms.isVariational == m_isVariational);
    const ConstMatrixView input = withNoise(batch, terms, noise);
    if (m_isVariational)
        m_ops.normals({noise.seed, 2 * noise.stream + 1}, deviates(rows));
    for (std::size_t first = 0; first < rows; first += m_rows.atOnce)
        differentiate(batch, input, terms, {first, std::min(m_rows.atOnce, rows - first), rows});
    if (const std::size_t pieces = piecesOf(rows); pieces > 1)
        for (const std::vector<Part> *const parts : {&m_encoder, &m_decoder})
            for (const Part &part : *parts)
                m_ops.columnSums({m_biasSums.get(), part.biasSums, pieces, part.layer.biasCount()},
                                 biasesOf(part, *m_gradients));
}

void Network::differentiate(const BatchView &batch, const ConstMatrixView &input, const LossTerms &terms,
                            const Piece &piece)
{
    const ConstMatrixView x = piece.of(input);
    const ConstMatrixView moments = encoded(x);
    const ConstMatrixView latent = drawn(moments, piece);
    const MatrixView dy = slopeOfRebuilt(batch, decoded(latent), piece);
    const MatrixView dz = backwardAll(m_decoder, latent, dy, true, piece);
    const ConstMatrixView first =
        m_turnsChannels ? ConstMatrixView(m_input.get(), 0, piece.rows, m_shape.size()) : x;
    (void)backwardAll(m_encoder, first, slopeOfMoments(moments, latent, terms, dz, piece), false, piece);
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
