// SPDX-License-Identifier: GPL-3.0-or-later
// Gaussian-weighted medians of the points around each cell. Inner header of the observed field.
#pragma once

#include <cstddef>
#include <span>

#include "core/base/job.h"
#include "core/latent/field_bins.h"
#include "core/latent/plane_field.h"

namespace somnium::latent
{

/// Sets value and error of the cells of `field` ([side][side]) that have at least `minimumPoints` of support:
/// the weighted median of the points within `reachSigma`, that is the least value that has half of the weight
/// at or below it. Exact; costs as many steps as there are pairs of a cell and a point in reach. `kish`
/// [side] [side]: (sum w)^2 / sum w^2, for the error. The values of the bins are less `shift`. False if
/// stopped.
bool fillMedians(const FieldBins &bins, const FieldGrid &grid, double shift, double reachSigma,
                 double minimumPoints, std::span<const double> kish, PlaneField &field,
                 const JobContext &context);

} // namespace somnium::latent
