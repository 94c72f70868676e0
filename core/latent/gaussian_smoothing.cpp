// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/gaussian_smoothing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "core/base/parallel.h"

namespace somnium::latent
{

namespace
{

constexpr std::size_t kRowsAtOnce = 8;

/// What is summed: the quantity of a cell and its weight.
enum Quantity : std::size_t
{
    Weight,
    SquaredWeight,
    Value,
    Square,
    Quantities,
};
constexpr std::array kAll = {Weight, SquaredWeight, Value, Square};

/// w(d) for d = -reach..reach cells, and its square.
class Kernel
{
public:
    Kernel(double sigma, std::size_t reach) : m_reach(reach)
    {
        const std::vector<double> half = gaussianWeights(sigma, reach);
        m_weight.assign(half.rbegin(), half.rend());
        m_weight.insert(m_weight.end(), half.begin() + 1, half.end());
        for (const double weight : m_weight)
            m_squared.push_back(weight * weight);
    }
    [[nodiscard]] std::size_t reach() const { return m_reach; }
    /// Of d = -reach.
    [[nodiscard]] const double *first(Quantity quantity) const
    {
        return quantity == SquaredWeight ? m_squared.data() : m_weight.data();
    }
    /// Of d = 0.
    [[nodiscard]] const double *middle(Quantity quantity) const { return first(quantity) + m_reach; }

private:
    std::size_t m_reach;
    std::vector<double> m_weight;
    std::vector<double> m_squared;
};

/// sums[i] = sum over d = -reach..reach of middle[d] centre[i + d stride] for an even kernel. Some neighbours
/// at a time, whose sums stay in registers.
void sumAround(const double *centre, std::size_t stride, const double *middle, std::size_t reach,
               std::span<double> sums)
{
    constexpr std::size_t kLanes = 8;
    std::size_t at = 0;
    for (; at + kLanes <= sums.size(); at += kLanes)
    {
        std::array<double, kLanes> lanes{};
        const double *const own = centre + at;
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            lanes[lane] = middle[0] * own[lane];
        for (std::size_t d = 1; d <= reach; ++d)
            for (std::size_t lane = 0; lane < kLanes; ++lane)
                lanes[lane] += middle[d] * ((own - d * stride)[lane] + (own + d * stride)[lane]);
        std::copy(lanes.begin(), lanes.end(), sums.begin() + static_cast<std::ptrdiff_t>(at));
    }
    for (; at < sums.size(); ++at)
    {
        double sum = middle[0] * centre[at];
        for (std::size_t d = 1; d <= reach; ++d)
            sum += middle[d] * (*(centre + at - d * stride) + *(centre + at + d * stride));
        sums[at] = sum;
    }
}

/// The sums along rows, then those along columns.
class Smoother
{
public:
    Smoother(const CellSums &sums, const FieldGrid &grid, bool withValues)
        : m_sums(sums), m_grid(grid), m_used(withValues ? Quantities : Value),
          m_alongColumns(grid.sigmaColumns, grid.padColumns), m_alongRows(grid.sigmaRows, grid.padRows),
          m_missingRows((grid.rows() - sums.rows()) / 2),
          m_missingColumns((grid.columns() - sums.columns()) / 2)
    {
        for (std::size_t quantity = 0; quantity < m_used; ++quantity)
            m_across[quantity].resize(grid.rows() * grid.side);
    }

    bool smooth(const std::function<void(std::size_t, const GaussianSums &)> &use, const JobContext &context)
    {
        const auto byRows = [&](std::size_t rows, const auto &work) {
            return parallelFor((rows + kRowsAtOnce - 1) / kRowsAtOnce, context, [&](std::size_t block) {
                Lines lines;
                for (std::size_t row = block * kRowsAtOnce; row < std::min(rows, (block + 1) * kRowsAtOnce);
                     ++row)
                    work(row, lines);
            });
        };
        if (!byRows(m_sums.rows(), [&](std::size_t row, Lines &lines) { sumAcross(row, lines); }))
            return false;
        return byRows(m_grid.side, [&](std::size_t row, Lines &lines) { use(row, sumDown(row, lines)); });
    }

private:
    using Lines = std::array<std::vector<double>, Quantities>;

    [[nodiscard]] std::span<double> across(std::size_t quantity, std::size_t row)
    {
        return std::span(m_across[quantity]).subspan(row * m_grid.side, m_grid.side);
    }

    /// A row with few points costs less point by point.
    void sumAcross(std::size_t row, Lines &lines)
    {
        const std::span<const CellSum> cells = m_sums.row(row);
        const auto occupied = static_cast<std::size_t>(
            std::ranges::count_if(cells, [](const CellSum &cell) { return cell.count > 0.0; }));
        const std::size_t to = row + m_missingRows;
        if (2 * occupied < m_grid.side)
        {
            for (std::size_t column = 0; occupied > 0 && column < cells.size(); ++column)
                if (cells[column].count > 0.0)
                    spread(cells[column], column + m_missingColumns, to);
            return;
        }
        for (std::size_t quantity = 0; quantity < m_used; ++quantity)
            lines[quantity].resize(m_grid.columns()); // zeros in the padding
        for (std::size_t column = 0; column < cells.size(); ++column)
        {
            lines[Weight][column + m_missingColumns] = cells[column].count;
            if (m_used == Quantities)
            {
                lines[Value][column + m_missingColumns] = cells[column].value;
                lines[Square][column + m_missingColumns] = cells[column].square;
            }
        }
        for (std::size_t quantity = 0; quantity < m_used; ++quantity)
            sumAround(lines[quantity == SquaredWeight ? Weight : quantity].data() + m_grid.padColumns, 1,
                      m_alongColumns.middle(kAll[quantity]), m_alongColumns.reach(), across(quantity, to));
    }

    /// Adds a cell to what it reaches of a row.
    void spread(const CellSum &cell, std::size_t column, std::size_t row)
    {
        const std::size_t reach = m_alongColumns.reach();
        const std::size_t begin = column > 2 * reach ? column - 2 * reach : 0;
        const std::size_t end = std::min(column + 1, m_grid.side);
        const std::array<double, Quantities> amounts = {cell.count, cell.count, cell.value, cell.square};
        for (std::size_t quantity = 0; quantity < m_used; ++quantity)
        {
            // The cell lies `reach` to the left of its column in the padded row.
            const double *const weights = m_alongColumns.first(kAll[quantity]) + (begin + 2 * reach - column);
            double *const sums = across(quantity, row).data() + begin;
            for (std::size_t i = 0; begin + i < end; ++i)
                sums[i] += amounts[quantity] * weights[i];
        }
    }

    [[nodiscard]] GaussianSums sumDown(std::size_t row, Lines &lines)
    {
        for (std::size_t quantity = 0; quantity < m_used; ++quantity)
        {
            lines[quantity].resize(m_grid.side);
            sumAround(across(quantity, row + m_grid.padRows).data(), m_grid.side,
                      m_alongRows.middle(kAll[quantity]), m_alongRows.reach(), lines[quantity]);
        }
        return {lines[Weight], lines[SquaredWeight], lines[Value], lines[Square]};
    }

    const CellSums &m_sums;
    const FieldGrid &m_grid;
    std::size_t m_used;
    Kernel m_alongColumns;
    Kernel m_alongRows;
    std::size_t m_missingRows; ///< of the padding, on either side
    std::size_t m_missingColumns;
    Lines m_across; ///< [row of the grid][side]
};

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

bool gaussianSums(const CellSums &sums, const FieldGrid &grid, bool withValues,
                  const std::function<void(std::size_t row, const GaussianSums &)> &use,
                  const JobContext &context)
{
    return Smoother(sums, grid, withValues).smooth(use, context);
}

} // namespace somnium::latent
