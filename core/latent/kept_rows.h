// SPDX-License-Identifier: GPL-3.0-or-later
// Rows that stay in a device's memory once they were brought there: only the first epoch waits for main
// memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/compute/tensor_ops.h"
#include "core/latent/network.h"
#include "core/latent/training_data.h"

namespace somnium::latent
{

class KeptRows
{
public:
    /// Room for all rows of `data`; or null, if they need more than compute::keepableBytes(freeBytes).
    [[nodiscard]] static Result<std::unique_ptr<KeptRows>>
    createIfTheyFit(const TrainingData &data, std::size_t freeBytes, compute::TensorOps &ops);

    /// Those of a batch that are not kept yet; `rows` are their numbers in the data, `validCounts` how many
    /// values of each are there.
    void keep(std::span<const std::uint32_t> rows, const BatchView &batch,
              std::span<const std::uint32_t> validCounts);
    [[nodiscard]] bool hold(std::span<const std::uint32_t> rows) const;

    /// What `gather` counts by: `rows`, all of which are kept. What was gathered before must be done.
    void setOrder(std::span<const std::uint32_t> rows);
    /// Writes rows [first, first + values.rows) of the order; `weights` is none if the data have none.
    void gather(std::size_t first, const compute::MatrixView &values, const compute::MatrixView &weights,
                std::span<std::uint32_t> validCounts);

private:
    KeptRows(const TrainingData &data, compute::TensorOps &ops);
    [[nodiscard]] Result<void> allocate(bool hasWeights);

    static constexpr std::uint32_t kNowhere = UINT32_MAX;

    compute::TensorOps &m_ops;
    const std::size_t m_pixels;
    std::unique_ptr<compute::Tensor> m_values; ///< [rows x pixels] in the order in which they came
    std::unique_ptr<compute::Tensor> m_weights;
    std::unique_ptr<compute::StagedTensor> m_numbers; ///< [rows] places, in the order that was set
    std::vector<std::uint32_t> m_places;              ///< [row of the data] in the tensors, or kNowhere
    std::vector<std::uint32_t> m_validCounts;         ///< [place]
    std::size_t m_kept = 0;
};

} // namespace somnium::latent
