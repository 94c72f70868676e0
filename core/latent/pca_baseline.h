// SPDX-License-Identifier: GPL-3.0-or-later
// Principal components of training data: what an autoencoder of as many numbers has to beat, a first map, and
// short vectors for finding neighbours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/latent/training_data.h"

namespace somnium::latent
{

/// The plane (or more) in which rows of numbers vary most: x ~ mean + sum_k p_k axis_k.
struct PrincipalAxes
{
    std::vector<float> mean; ///< [pixel]
    std::vector<float> axes; ///< [axis][pixel], orthonormal, largest variance first, the largest element > 0
    std::vector<double> variance; ///< [axis] of the projections
    double totalVariance = 0.0;   ///< of all pixels together; the share kept is sum(variance) / totalVariance

    [[nodiscard]] std::size_t count() const { return variance.size(); }
    [[nodiscard]] std::size_t pixels() const { return mean.size(); }
    /// One row: writes count() numbers. Where a weight is 0 the mean is taken; `weights` may be empty.
    void project(std::span<const float> values, std::span<const float> weights,
                 std::span<float> projection) const;
    void rebuild(std::span<const float> projection, std::span<float> values) const;
    friend bool operator==(const PrincipalAxes &, const PrincipalAxes &) = default;
};

struct PrincipalAxesParams
{
    std::size_t axes = 2;
    std::size_t rows = 20000; ///< a seeded choice of at most so many is learned from
    std::uint64_t seed = 1;
};
/// Subspace iteration with Rayleigh-Ritz, starting at random (cite: Halko, Martinsson & Tropp 2011,
/// algorithm 4.4); seven passes over the rows, never all in memory. Pixels that are not there count as the
/// mean. `rows` of `data` are learned from; empty: all.
[[nodiscard]] Result<PrincipalAxes> principalAxes(const TrainingData &data,
                                                  std::span<const std::uint32_t> rows,
                                                  const PrincipalAxesParams &params,
                                                  compute::Backend &backend, const JobContext &context);

/// Many rows at once: [count][axes]; and, if asked for, the error of each as Autoencoder::Mapped has it.
struct Projected
{
    std::vector<float> projection;
    std::vector<float> reconstructionError; ///< empty if not asked for
};
[[nodiscard]] Result<Projected> projectRows(const PrincipalAxes &axes, const TrainingData &data,
                                            bool wantsErrors, compute::Backend &backend,
                                            const JobContext &context);

/// The baseline beside an autoencoder with `latentSize` numbers.
struct PcaBaseline
{
    PrincipalAxes axes;
    std::vector<float> projection;          ///< [n][axes] of all rows
    std::vector<float> reconstructionError; ///< [n]
    double trainingLoss = 0.0;              ///< as EpochRecord's: in scaled values and weights
    double validationLoss = 0.0;            ///< NaN without validation rows
};
[[nodiscard]] Result<PcaBaseline> pcaBaseline(const TrainingData &data, const DataSplit &split,
                                              const InputScaling &scaling, std::size_t latentSize,
                                              std::uint64_t seed, compute::Backend &backend,
                                              const JobContext &context);

} // namespace somnium::latent
