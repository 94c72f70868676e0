// SPDX-License-Identifier: GPL-3.0-or-later
// How much of a collection its picture keeps: whether neighbours on the latent plane are neighbours in the
// full space and back, and how well both tell a column of the catalogue.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/row_source.h"
#include "core/data/spectrum_store.h"

namespace somnium::latent
{

using compute::rowsOf;
using compute::RowSource;
/// The fluxes, borrowed.
[[nodiscard]] RowSource rowsOf(const data::Spectra &spectra);

struct ProjectionQualityParams
{
    std::size_t neighbours = 12; ///< k
    std::size_t mostRows = 5000; ///< of more, so many are picked at random; cost grows with its square
    std::uint64_t seed = 1;
};

/// In 0..1, 1: no neighbour is false (trustworthiness) or lost (continuity); of a random picture about 0.5.
struct NeighbourhoodQuality
{
    double trustworthiness = 0.0;
    double continuity = 0.0;
    std::size_t neighbours = 0;
    std::size_t rows = 0; ///< that were looked at
    friend bool operator==(const NeighbourhoodQuality &, const NeighbourhoodQuality &) = default;
};

/// Exact on the picked rows; Euclidean distances, ties by row. Rows with a NaN in either space (not on the
/// plane) are left out. Fails (InvalidArgument) unless there are as many rows in both spaces, and more than
/// twice as many that count as neighbours.
/// cite: Venna & Kaski 2001, ICANN, LNCS 2130, 485: M1 = 1 - 2 / (N k (2N - 3k - 1)) sum_i sum_{j in U_k(i)}
/// (r(i, j) - k), U_k(i): who is among the k nearest of i on the plane and not in the full space, r: its rank
/// there; M2 with the spaces exchanged.
[[nodiscard]] Result<NeighbourhoodQuality> neighbourhoodQuality(const RowSource &full,
                                                                const RowSource &latent,
                                                                const ProjectionQualityParams &params,
                                                                const JobContext &context);

/// A column of the catalogue; NaN: the row has no label.
struct LabelledColumn
{
    std::string name;
    std::span<const double> values;
};

/// R^2 = 1 - sum (y - y^)^2 / sum (y - mean)^2, at most 1; about -1/k where the neighbours know nothing. NaN
/// (not defined) for a constant column and for one with less than k + 2 labels.
struct ColumnQuality
{
    std::string name;
    std::size_t rows = 0; ///< with a label, that were used: the n of both figures
    double latentR2 = 0.0;
    double fullR2 = 0.0;
};

/// y^ of a row: the mean label of its k nearest labelled rows, itself left out. All k count alike: weighing
/// them by distance would let one noisy label speak for the rest, and would favour the plane, where distances
/// differ more than among thousands of noisy pixels. Columns with labels on the same rows are done in one go,
/// each such group on up to params.mostRows rows of its own. Fails (InvalidArgument) unless a column has a
/// value for every row.
[[nodiscard]] Result<std::vector<ColumnQuality>>
columnQualities(const RowSource &full, const RowSource &latent, std::span<const LabelledColumn> columns,
                const ProjectionQualityParams &params, const JobContext &context);

} // namespace somnium::latent
