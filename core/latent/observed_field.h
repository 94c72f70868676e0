// SPDX-License-Identifier: GPL-3.0-or-later
// A catalogue column as a smooth field on the latent plane, with its error and where there is support for it.
#pragma once

#include <cstddef>
#include <span>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/latent/plane.h"
#include "core/latent/plane_field.h"

namespace somnium::latent
{

struct FieldParams
{
    enum class Statistic
    {
        Mean,   ///< Gaussian-weighted mean (Nadaraya 1964, Watson 1964)
        Median, ///< Gaussian-weighted median of the points within kMedianReach sigma
    };

    std::size_t side = 256; ///< cells along x and along y, 2..4096
    double bandwidth = 3.0; ///< sigma in units of the mean distance between points, > 0
    /// Cells with less support are NaN. Support is the sum of exp(-d^2 / 2 sigma^2) over the points, that is
    /// 1 for a point at the very place, 2 pi bandwidth^2 amid points of even density.
    double minimumPoints = 3.0;
    Statistic statistic = Statistic::Mean;

    static constexpr double kMedianReach = 3.0;
};

/// The field of `column` ([n], not finite: missing) on `rect`. Points outside that are within reach count.
/// Each point is taken to the centre of its cell. The mean distance between points is sqrt(area / points), of
/// those with a value in `rect`, the area being that of the occupied blocks of cells (about 8 points each),
/// so that a few far-off points do not widen it.
///
/// Error of the mean: s sqrt(sum w^2) / sum w with the unbiased weighted scatter s; of the median: half the
/// interval between the weighted quantiles 1/2 -+ 1 / (2 sqrt(n)), n = (sum w)^2 / sum w^2. NaN where n < 2.
/// The same bits for any number of threads. Fails: Mismatch (lengths), InvalidArgument (params, rect),
/// Cancelled.
[[nodiscard]] Result<PlaneField> observedField(const Points &points, std::span<const double> column,
                                               const PlaneRect &rect, const FieldParams &params,
                                               const JobContext &context);

} // namespace somnium::latent
