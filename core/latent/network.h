// SPDX-License-Identifier: GPL-3.0-or-later
// The layers of an autoencoder in the memory of a backend: forward, backward, loss, step. Explicit: no
// general differentiation, only what the layers of autoencoder.h need.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/compute/tensor_ops.h"
#include "core/latent/autoencoder.h"

namespace somnium::latent
{

/// A batch on the device: scaled values [rows x pixels] and weights, or none.
struct BatchView
{
    compute::ConstMatrixView values;
    compute::ConstMatrixView weights;
    double validPixels = 0.0; ///< with a weight above 0, of all rows

    /// Some of its rows, whose valid pixels nobody counts.
    [[nodiscard]] BatchView rowRange(std::size_t first, std::size_t count) const
    {
        const bool hasWeights = weights.tensor != nullptr;
        return {values.rowRange(first, count),
                hasWeights ? weights.rowRange(first, count) : compute::ConstMatrixView(), 0.0};
    }
};

/// What the loss is made of; see trainAutoencoder.
struct LossTerms
{
    bool isVariational = false;
    double beta = 0.0;
    double noise = 0.0; ///< amplitude of the noise added to the input, in scaled values for weight 1
    double sparsity = 0.0;
};

/// How many rows a network is made for.
struct BatchRows
{
    std::size_t most = 0; ///< of a batch
    /// That are computed at once (0: all). Fewer need less memory: a batch is then differentiated in pieces,
    /// whose gradients add up to the same but for rounding. A multiple of 4 keeps pieces where devices read
    /// fastest.
    std::size_t atOnce = 0;
};

/// Sums over the rows of a batch.
struct BatchLoss
{
    double error = 0.0;      ///< weight (x - x^)^2
    double divergence = 0.0; ///< from N(0, 1)
    double penalty = 0.0;    ///< |z|
    /// The loss that `backward` differentiates.
    [[nodiscard]] double total(const LossTerms &terms, const BatchView &batch, std::size_t latentSize) const;
};

class Network
{
public:
    enum class Purpose
    {
        Training, ///< with gradients and moments
        Use,
    };
    /// `ops` must outlive it. Without encoder layers it only decodes. OutOfMemory.
    [[nodiscard]] static Result<std::unique_ptr<Network>>
    create(const NetworkLayers &layers, const data::ImageShape &shape, std::size_t latentSize,
           const BatchRows &rows, Purpose purpose, compute::TensorOps &ops);

    [[nodiscard]] std::size_t rowsAtOnce() const { return m_rows.atOnce; }
    [[nodiscard]] std::size_t latentSize() const { return m_latentSize; }
    [[nodiscard]] std::size_t parameterCount() const { return m_parameterCount; }
    [[nodiscard]] compute::MatrixView parameters();
    [[nodiscard]] compute::MatrixView gradients();

    /// Latent points [rows x z] of scaled values [rows x pixels]; of a variational model the means. Up to
    /// rowsAtOnce() rows, as in `decode` and `evaluate`. Valid until the next call, as all views that are
    /// returned here.
    [[nodiscard]] compute::ConstMatrixView encode(const compute::ConstMatrixView &values);
    /// Scaled values of latent points.
    [[nodiscard]] compute::ConstMatrixView decode(const compute::ConstMatrixView &latent);
    /// rowErrors [rows x 1] = sum of weight (x - x^)^2 of each row; returns the latent points.
    compute::ConstMatrixView evaluate(const BatchView &batch, const compute::MatrixView &rowErrors);

    /// Forward and backward: gradients() of the loss. `noise` is for this batch alone. Waits for nothing.
    void differentiate(const BatchView &batch, const LossTerms &terms, const compute::NoiseKey &noise);
    /// Of the last batch that was differentiated, what its loss is made of: the same size for all batches.
    /// Valid until the next.
    [[nodiscard]] compute::ConstMatrixView lossSums() const
    {
        return {m_lossSums.get(), 0, kLossSums, m_rows.most};
    }
    /// From those, when they were downloaded, of a batch of so many rows.
    [[nodiscard]] BatchLoss lossFrom(std::span<const float> sums, const LossTerms &terms,
                                     std::size_t rows) const;
    /// Both; waits for the device.
    [[nodiscard]] Result<BatchLoss> lossOf(const LossTerms &terms, std::size_t rows) const;
    /// `differentiate` and `lossOf`.
    [[nodiscard]] Result<BatchLoss> backward(const BatchView &batch, const LossTerms &terms,
                                             const compute::NoiseKey &noise);
    void step(const compute::AdamStep &step);

    [[nodiscard]] Result<NetworkLayers> layers() const;
    struct Moments
    {
        std::vector<float> first;
        std::vector<float> second;
    };
    [[nodiscard]] Result<Moments> moments() const;
    void setMoments(const Moments &moments);

    /// Copies of the parameters (and moments) beside those that change.
    enum class Copy
    {
        Border, ///< of the last epoch's end, with moments
        Best,   ///< of the best epoch, without
    };
    [[nodiscard]] Result<void> keep(Copy copy);
    /// Those kept become those in use; the moments stay if none were kept.
    void recall(Copy copy);

private:
    using View = compute::MatrixView;
    using ConstView = compute::ConstMatrixView;
    /// A layer and where its numbers lie.
    struct Part
    {
        Layer layer; ///< without weights and biases
        std::size_t weights = 0;
        std::size_t biases = 0;
        std::size_t biasSums = 0;                ///< [pieces x biases] in m_biasSums
        std::unique_ptr<compute::Tensor> output; ///< [rows at once x output size]
    };
    /// Rows of a batch that are differentiated at once.
    struct Piece
    {
        std::size_t first = 0;
        std::size_t rows = 0;
        std::size_t batchRows = 0;
        [[nodiscard]] View of(const View &batch) const { return batch.rowRange(first, rows); }
        [[nodiscard]] ConstView of(const ConstView &batch) const { return batch.rowRange(first, rows); }
    };

    explicit Network(compute::TensorOps &ops) : m_ops(ops) {}
    [[nodiscard]] Result<void> prepare(const NetworkLayers &layers, const data::ImageShape &shape,
                                       std::size_t latentSize, const BatchRows &rows, Purpose purpose);
    [[nodiscard]] Result<void> allocateWork(Purpose purpose);
    [[nodiscard]] Result<void> allocateTraining(std::size_t widest);

    /// A map's rows as one row per place, [rows places x channels].
    template <class AnyView>
    [[nodiscard]] static AnyView places(const AnyView &values, const data::ImageShape &map)
    {
        return values.reshaped(values.rows * map.channelSize(), map.channels);
    }
    [[nodiscard]] View outputOf(const Part &part, std::size_t rows) const;
    [[nodiscard]] View weightsOf(const Part &part, compute::Tensor &from) const;
    [[nodiscard]] View biasesOf(const Part &part, compute::Tensor &from) const;
    [[nodiscard]] View windowsFor(const Part &part, std::size_t rows) const;
    [[nodiscard]] std::size_t sliceOf(const Part &part) const;
    /// Channels first to last, or back, if the network turns them.
    [[nodiscard]] ConstView channelsLast(const ConstView &values, compute::Tensor &to) const;
    [[nodiscard]] ConstView forwardAll(std::vector<Part> &parts, ConstView x);
    [[nodiscard]] ConstView encoded(const ConstView &values);
    [[nodiscard]] ConstView decoded(const ConstView &latent);
    void forward(Part &part, const ConstView &x);
    /// dy becomes the slope before the activation; dx is written if there is one.
    void backward(Part &part, const ConstView &x, const View &dy, const View &dx, const Piece &piece);
    void backwardConvolution(Part &part, const ConstView &x, const View &dy, const View &dx,
                             const Piece &piece);
    void backwardTransposed(Part &part, const ConstView &x, const View &dy, const View &dx,
                            const Piece &piece);
    /// Through all parts, from the slope in m_slopes[0]; returns that of `x`, or none.
    [[nodiscard]] View backwardAll(std::vector<Part> &parts, const ConstView &x, View dy, bool wantsInput,
                                   const Piece &piece);
    [[nodiscard]] View deviates(std::size_t rows) const;
    [[nodiscard]] View slope(std::size_t which, std::size_t rows, std::size_t columns) const;
    [[nodiscard]] ConstView withNoise(const BatchView &batch, const LossTerms &terms,
                                      const compute::NoiseKey &noise);
    /// Latent points: drawn from their moments if the network is variational.
    [[nodiscard]] ConstView drawn(const ConstView &moments, const Piece &piece);
    [[nodiscard]] View slopeOfRebuilt(const BatchView &batch, const ConstView &rebuilt, const Piece &piece);
    [[nodiscard]] View slopeOfMoments(const ConstView &moments, const ConstView &latent,
                                      const LossTerms &terms, const View &dz, const Piece &piece);
    void differentiate(const BatchView &batch, const ConstView &input, const LossTerms &terms,
                       const Piece &piece);
    [[nodiscard]] std::size_t piecesOf(std::size_t rows) const
    {
        return (rows + m_rows.atOnce - 1) / m_rows.atOnce;
    }
    /// Where the sums of a piece's slopes of a part's biases go: to the gradients, or, if there are other
    /// pieces, beside theirs.
    [[nodiscard]] View biasSumsOf(const Part &part, const Piece &piece) const;
    /// Rows of m_lossSums.
    enum class LossSum : std::size_t
    {
        Error,
        Divergence,
        Penalty,
    };
    static constexpr std::size_t kLossSums = 3;
    [[nodiscard]] View lossSumsOf(LossSum which, const Piece &piece) const
    {
        return {m_lossSums.get(), static_cast<std::size_t>(which) * m_rows.most + piece.first, piece.rows, 1};
    }

    compute::TensorOps &m_ops;
    std::vector<Part> m_encoder;
    std::vector<Part> m_decoder;
    data::ImageShape m_shape;
    std::size_t m_latentSize = 0;
    BatchRows m_rows;
    std::size_t m_parameterCount = 0;
    bool m_turnsChannels = false;
    bool m_isVariational = false; ///< the encoder gives means and log variances

    std::unique_ptr<compute::Tensor> m_parameters;
    std::unique_ptr<compute::Tensor> m_gradients;
    std::unique_ptr<compute::Tensor> m_first;
    std::unique_ptr<compute::Tensor> m_second;
    std::unique_ptr<compute::Tensor> m_border; ///< parameters, first and second moments
    std::unique_ptr<compute::Tensor> m_best;
    // Of the rows computed at once:
    std::unique_ptr<compute::Tensor> m_input;     ///< with channels last
    std::unique_ptr<compute::Tensor> m_rebuilt;   ///< with channels first
    std::unique_ptr<compute::Tensor> m_means;     ///< [rows x z] of a variational model
    std::unique_ptr<compute::Tensor> m_latent;    ///< [rows x z] drawn
    std::unique_ptr<compute::Tensor> m_windows;   ///< unfolded maps of a slice of the rows
    std::unique_ptr<compute::Tensor> m_slopes[2]; // NOLINT(modernize-avoid-c-arrays)
    // Of a whole batch:
    std::unique_ptr<compute::Tensor> m_noisy;    ///< input with noise
    std::unique_ptr<compute::Tensor> m_deviates; ///< [batch x z]
    std::unique_ptr<compute::Tensor> m_biasSums; ///< of each part's pieces
    std::unique_ptr<compute::Tensor> m_lossSums; ///< [kLossSums x batch]
};

/// Rows that a network computes at once where nobody learns.
inline constexpr std::size_t kMappedAtOnce = 512;

/// What a network makes of many rows.
struct MappedRows
{
    Autoencoder::Mapped mapped; ///< errors only if asked for
    double errorSum = 0.0;      ///< weight (x - x^)^2, scaled, of all rows
    double validPixels = 0.0;
    [[nodiscard]] double loss() const { return errorSum / validPixels; }
};
class BatchReader;
/// `rows` of the reader's data, in this order, by a network that is there; or all rows, by one made of
/// layers.
[[nodiscard]] Result<MappedRows> mapRows(Network &network, BatchReader &reader,
                                         const std::vector<std::uint32_t> &rows, bool wantsErrors,
                                         const JobContext &context);
[[nodiscard]] Result<MappedRows> mapRows(const NetworkLayers &layers, const InputScaling &scaling,
                                         const TrainingData &data, bool wantsErrors, compute::TensorOps &ops,
                                         const JobContext &context, std::size_t rowsAtOnce = kMappedAtOnce);

} // namespace somnium::latent
