// SPDX-License-Identifier: GPL-3.0-or-later
// Some rows whose latent points are watched while a network learns: kept on the device, and aligned to where
// they lay at the end of the epoch before, so that the map does not spin.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/result.h"
#include "core/compute/tensor_ops.h"
#include "core/latent/network.h"
#include "core/latent/procrustes.h"
#include "core/latent/training_data.h"

namespace somnium::latent
{

class WatchedPoints
{
public:
    /// `wanted` rows, or as many as fit into 64 MB; the first of them, always the same for a seed, carry the
    /// alignment.
    [[nodiscard]] static Result<WatchedPoints> create(const TrainingData &data, const InputScaling &scaling,
                                                      std::size_t wanted, std::uint64_t seed,
                                                      std::size_t latentSize, compute::TensorOps &ops);

    /// The rows, for whoever shows them.
    [[nodiscard]] const std::shared_ptr<const std::vector<std::uint32_t>> &rows() const { return m_rows; }
    /// Points of the rows now, not aligned.
    [[nodiscard]] Result<std::vector<float>> points(Network &network);
    /// How to turn the plane for such points.
    [[nodiscard]] Alignment alignmentOf(std::span<const float> points) const;
    /// From now on points are aligned to these (as `alignmentOf` has turned them).
    void remember(std::span<const float> points, const Alignment &alignment);

    [[nodiscard]] const std::vector<float> &reference() const { return m_reference; }
    void setReference(std::vector<float> reference) { m_reference = std::move(reference); }
    /// Numbers of the reference.
    [[nodiscard]] std::size_t referenceSize() const { return m_aligned * m_latentSize; }

private:
    std::shared_ptr<const std::vector<std::uint32_t>> m_rows;
    std::unique_ptr<compute::Tensor> m_values; ///< [row][pixel], scaled
    std::size_t m_pixels = 0;
    std::size_t m_aligned = 0; ///< rows that carry the alignment
    std::size_t m_latentSize = 0;
    std::vector<float> m_reference; ///< [aligned][z]
    compute::TensorOps *m_ops = nullptr;
};

} // namespace somnium::latent
