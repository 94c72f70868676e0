// SPDX-License-Identifier: GPL-3.0-or-later
// Separable Gaussian sums on a grid. Inner header of the observed field.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/latent/field_bins.h"

namespace somnium::latent
{

/// exp(-d^2 / 2 sigma^2) for d = 0..reach cells; 1 at 0: a sum, not a mean.
[[nodiscard]] std::vector<double> gaussianWeights(double sigma, std::size_t reach);

/// For each of the side x side cells of the grid, [row][column], the weighted sum of `cells` ([grid.rows()]
/// [grid.columns()]) around it, as far as the padding reaches. The same bits for any number of threads. Empty
/// if stopped.
[[nodiscard]] std::vector<double> gaussianSums(std::span<const double> cells, const FieldGrid &grid,
                                               std::span<const double> alongColumns,
                                               std::span<const double> alongRows, const JobContext &context);

} // namespace somnium::latent
