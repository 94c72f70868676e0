// SPDX-License-Identifier: GPL-3.0-or-later
// Separable Gaussian sums on a grid. Inner header of the observed field.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/latent/cell_sums.h"

namespace somnium::latent
{

/// exp(-d^2 / 2 sigma^2) for d = 0..reach cells; 1 at 0: a sum, not a mean.
[[nodiscard]] std::vector<double> gaussianWeights(double sigma, std::size_t reach);

/// Sums around the cells of one row of a field, each cell weighed by w = exp(-d^2 / 2 sigma^2) for its
/// distance d: 1 at 0.
struct GaussianSums
{
    std::span<const double> weight;        ///< sum of w over the points
    std::span<const double> squaredWeight; ///< of w^2
    std::span<const double> value;         ///< of w times the value; empty without values
    std::span<const double> square;        ///< of w times the squared value; empty without values
};

/// Calls `use` for each of the grid's `side` rows, from several threads at once, with sums as far as the
/// padding reaches. `sums`: of the grid with its padding, or of the grid without, if nothing lies in it. The
/// same bits for any number of threads. False if stopped.
bool gaussianSums(const CellSums &sums, const FieldGrid &grid, bool withValues,
                  const std::function<void(std::size_t row, const GaussianSums &)> &use,
                  const JobContext &context);

} // namespace somnium::latent
