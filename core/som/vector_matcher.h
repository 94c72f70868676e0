// SPDX-License-Identifier: GPL-3.0-or-later
// Compares vectors with all prototypes by products of matrices, block by block, and gathers what the batch
// rule makes of them. For trainer and mapper of vectors (vector_trainer.h).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/data/spectrum_store.h"

namespace somnium::som
{

/// The metric of vectors of L numbers x with weights w (inverse variances; 0: masked; none: all 1):
///
///     d^2(x, W) = sum u (x - W)^2,    u = L w / sum w
///
/// the squared Euclidean distance where weights are alike, and comparable to it where they are not: every
/// vector counts as much as any other, whatever its signal-to-noise and however many pixels are masked.
/// Masked pixels count nowhere, neither in the comparison nor in the mean. Expanded,
///
///     d^2 = sum u x^2 - 2 (u x) . W + u . W^2
///
/// one product of matrices, two with weights. Everything is taken from the mean prototype first, so that what
/// all vectors have in common does not eat the digits.
class VectorMatcher
{
public:
    static constexpr std::size_t kBlockVectors = 1024;

    /// `neurons` prototypes of vectors.pixels() numbers. The backend must outlive it.
    [[nodiscard]] static Result<std::unique_ptr<VectorMatcher>> create(const data::Spectra &vectors,
                                                                       std::size_t neurons,
                                                                       compute::Backend &backend,
                                                                       const JobContext &context);

    /// [neuron][pixel].
    void setPrototypes(std::span<const float> prototypes);

    /// Compares the vectors `indices`, at most kBlockVectors, with all prototypes.
    [[nodiscard]] Result<void> match(std::span<const std::size_t> indices, const JobContext &context);

    /// Of the last block: neuron by neuron, at least 0.
    [[nodiscard]] std::span<const float> squaredDistances(std::size_t vector) const
    {
        return std::span(m_squares).subspan(vector * m_neurons, m_neurons);
    }
    struct TwoBest
    {
        std::uint32_t best = 0;
        std::uint32_t second = 0; ///< equal to best on a map of one neuron
    };
    /// Ties: the lowest neuron.
    [[nodiscard]] const std::vector<TwoBest> &best() const { return m_best; }
    /// d of the vectors of the last block to their best and second best, summed pixel by pixel.
    struct Distances
    {
        float best = 0.0F;
        float second = 0.0F;
    };
    [[nodiscard]] std::vector<Distances> distances() const;

    /// Adds the vectors of the last block to the sums of their best neurons.
    void addToSums();
    void clearSums();
    /// The batch rule: for each neuron and pixel the mean of u-weighted x over all vectors that were added,
    /// weighted by `attracting` [best match][neuron], less that by `repelling` (or empty) as withRepulsion
    /// has it. A pixel that nothing reaches keeps its value. Returns [neuron][pixel].
    [[nodiscard]] Result<std::vector<float>> learned(std::span<const float> attracting,
                                                     std::span<const float> repelling);

private:
    VectorMatcher(const data::Spectra &vectors, std::size_t neurons, const JobContext &context);
    Result<void> allocate(compute::Backend &backend);
    void readVector(std::size_t row, std::size_t index);
    void finishRow(std::size_t row);
    [[nodiscard]] float distance(std::size_t vector, std::size_t neuron) const;
    /// sums of weights [best][neuron] times what is in `from` [best][columns].
    Result<std::vector<float>> spread(std::span<const float> weights, std::span<const float> from,
                                      std::size_t columns);

    const data::Spectra &m_vectors;
    std::size_t m_pixels;
    std::size_t m_neurons;
    JobContext m_threads; ///< for loops that do not stop
    bool m_hasWeights;

    std::vector<float> m_centre;     ///< [pixel]
    std::vector<float> m_prototypes; ///< [neuron][pixel] as given
    std::vector<float> m_centred;    ///< [neuron][pixel] less the centre
    std::vector<float> m_energy;     ///< [neuron] sum of squares of the centred

    std::unique_ptr<compute::TensorOps> m_ops;
    std::unique_ptr<compute::StagedTensor> m_values;  ///< of the block: u x
    std::unique_ptr<compute::StagedTensor> m_weights; ///< u; null without weights
    std::unique_ptr<compute::Tensor> m_deviceCentred;
    std::unique_ptr<compute::Tensor> m_deviceSquares; ///< of the centred prototypes; null without weights
    std::unique_ptr<compute::Tensor> m_products;

    std::size_t m_count = 0; ///< of the block
    std::vector<double> m_vectorEnergy;
    std::vector<float> m_squares;
    std::vector<float> m_weightedEnergy; ///< u . W^2; empty without weights
    std::vector<TwoBest> m_best;

    std::vector<double> m_sums;       ///< [neuron][pixel] of u x
    std::vector<double> m_weightSums; ///< [neuron][pixel] of u, or [neuron] counts
};

} // namespace somnium::som
