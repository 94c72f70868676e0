// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/gaussian_smoothing.h"

#include <algorithm>
#include <cmath>

#include "core/base/parallel.h"

namespace somnium::latent
{

namespace
{

/// sums[i] += weight * (a[i] + b[i])
void addPair(std::span<double> sums, double weight, const double *a, const double *b)
{
    for (std::size_t i = 0; i < sums.size(); ++i)
        sums[i] += weight * (a[i] + b[i]);
}

} // namespace

std::vector<double> gaussianWeights(double sigma, std::size_t reach)
{
    std::vector<double> weights(reach + 1);
    for (std::size_t d = 0; d <= reach; ++d)
    {
        const double scaled = static_cast<double>(d) / sigma;
        weights[d] = d == 0 ? 1.0 : std::exp(-0.5 * scaled * scaled);
    }
    return weights;
}

std::vector<double> gaussianSums(std::span<const double> cells, const FieldGrid &grid,
                                 std::span<const double> alongColumns, std::span<const double> alongRows,
                                 const JobContext &context)
{
    const std::size_t side = grid.side;
    const std::size_t columns = grid.columns();
    constexpr std::size_t kRowsAtOnce = 16;
    const auto blocksOf = [](std::size_t rows) { return (rows + kRowsAtOnce - 1) / kRowsAtOnce; };

    std::vector<double> across(grid.rows() * side);
    const bool isAcross = parallelFor(blocksOf(grid.rows()), context, [&](std::size_t block) {
        const std::size_t end = std::min(grid.rows(), (block + 1) * kRowsAtOnce);
        for (std::size_t row = block * kRowsAtOnce; row < end; ++row)
        {
            const double *centre = cells.data() + row * columns + grid.padColumns;
            const std::span<double> sums = std::span(across).subspan(row * side, side);
            std::copy_n(centre, side, sums.begin());
            for (std::size_t d = 1; d < alongColumns.size(); ++d)
                addPair(sums, alongColumns[d], centre - d, centre + d);
        }
    });
    if (!isAcross)
        return {};

    std::vector<double> out(side * side);
    const bool isDown = parallelFor(blocksOf(side), context, [&](std::size_t block) {
        const std::size_t end = std::min(side, (block + 1) * kRowsAtOnce);
        for (std::size_t row = block * kRowsAtOnce; row < end; ++row)
        {
            const double *centre = across.data() + (row + grid.padRows) * side;
            const std::span<double> sums = std::span(out).subspan(row * side, side);
            std::copy_n(centre, side, sums.begin());
            for (std::size_t d = 1; d < alongRows.size(); ++d)
                addPair(sums, alongRows[d], centre - d * side, centre + d * side);
        }
    });
    return isDown ? out : std::vector<double>{};
}

} // namespace somnium::latent
