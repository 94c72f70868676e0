// SPDX-License-Identifier: GPL-3.0-or-later
// The few directions in which many long rows differ most, from products of matrices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/row_source.h"
#include "core/compute/tensor_ops.h"

namespace somnium::compute
{

struct PrincipalSubspace
{
    std::size_t width = 0;
    std::vector<float> axes; ///< [axis][width], orthonormal, largest variance first, the largest element > 0
    std::vector<double> variance; ///< [axis] of the projections of the rows
    double totalVariance = 0.0;   ///< of all `width` numbers together

    [[nodiscard]] std::size_t count() const { return variance.size(); }
};

struct PrincipalSubspaceParams
{
    std::size_t axes = 2;
    std::size_t iterations = 5; ///< passes over the rows, besides one at the end
    std::uint64_t seed = 1;
};

/// Of rows whose mean is 0, at most params.axes of them: fewer where the rows do not differ in so many
/// directions. Subspace iteration with Rayleigh-Ritz from a random start (cite: Halko, Martinsson & Tropp
/// 2011, algorithm 4.4), ten axes more than asked for. Reads a block of rows at a time. Same bits for any
/// number of threads.
[[nodiscard]] Result<PrincipalSubspace> principalSubspace(const RowSource &rows,
                                                          const PrincipalSubspaceParams &params,
                                                          TensorOps &ops, const JobContext &context);

/// Rows `first` and on into `to` [to.size() / width][width], by several threads.
[[nodiscard]] bool readRows(const RowSource &rows, std::size_t first, std::span<float> to,
                            const JobContext &context);

} // namespace somnium::compute
