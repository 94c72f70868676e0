// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/local_median.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "core/base/parallel.h"
#include "core/latent/gaussian_smoothing.h"

namespace somnium::latent
{

namespace
{

/// Values are sorted into this many classes of about equal number; only those of the class that holds the
/// median are looked at one by one.
constexpr std::size_t kClasses = 128;

/// The points cell by cell.
struct CellList
{
    std::vector<std::uint32_t> begins; ///< [cells + 1]
    std::vector<float> values;
    std::vector<std::uint8_t> classes;
};

/// Upper borders of the classes but the last, from an even choice of the values; what they are does not
/// change a median, only the time that it takes.
std::vector<float> classBorders(std::span<const float> values)
{
    constexpr std::size_t kLooked = 64 * kClasses;
    const std::size_t step = std::max<std::size_t>(1, values.size() / kLooked);
    std::vector<float> looked;
    for (std::size_t i = 0; i < values.size(); i += step)
        looked.push_back(values[i]);
    std::ranges::sort(looked);
    std::vector<float> borders;
    for (std::size_t i = 1; i < kClasses && !looked.empty(); ++i)
        borders.push_back(looked[i * looked.size() / kClasses]);
    return borders;
}

CellList cellListOf(const FieldBins &bins, const FieldGrid &grid, const JobContext &context)
{
    const std::size_t cells = grid.columns() * grid.rows();
    CellList list;
    list.begins.assign(cells + 2, 0);
    const auto forBand = [&](const auto &use) {
        return parallelFor(bins.bands.count, context, [&](std::size_t band) {
            const std::size_t first = bins.bands.beginRow(band) * grid.columns();
            bins.points.forBucket(band, [&](std::span<const BinnedPoint> points) {
                for (const BinnedPoint &point : points)
                    use(first + bins.bands.withinOf(point.cell), point.value);
            });
        });
    };
    bool isDone = forBand([&](std::size_t cell, float) { ++list.begins[cell + 2]; });
    for (std::size_t cell = 2; cell < cells + 2; ++cell)
        list.begins[cell] += list.begins[cell - 1];
    list.values.resize(list.begins[cells + 1]);
    isDone = isDone &&
             forBand([&](std::size_t cell, float value) { list.values[list.begins[cell + 1]++] = value; });
    if (!isDone)
        return {};
    const std::vector<float> borders = classBorders(list.values);
    list.classes.resize(list.values.size());
    std::ranges::transform(list.values, list.classes.begin(), [&](float value) {
        return static_cast<std::uint8_t>(std::ranges::lower_bound(borders, value) - borders.begin());
    });
    return list;
}

/// Weighted quantiles around one cell after another; one of these a thread.
class LocalQuantiles
{
public:
    LocalQuantiles(const CellList &list, const FieldGrid &grid, double reachSigma)
        : m_list(list), m_grid(grid), m_reachSigma(reachSigma),
          m_alongColumns(gaussianWeights(grid.sigmaColumns, grid.padColumns)),
          m_alongRows(gaussianWeights(grid.sigmaRows, grid.padRows))
    {}

    /// Weighs the classes around cell (row, column) of the field.
    void moveTo(std::size_t row, std::size_t column)
    {
        m_row = row + m_grid.padRows;
        m_column = column + m_grid.padColumns;
        m_weights.fill(0.0);
        forPoints([this](std::size_t point, double weight) { m_weights[m_list.classes[point]] += weight; });
        m_total = 0.0;
        for (const double weight : m_weights)
            m_total += weight;
    }

    /// The least value with `share` of the weight at or below it; NaN without points. What is short of the
    /// share by no more than rounding is enough.
    [[nodiscard]] float quantile(double share)
    {
        if (!(m_total > 0.0))
            return std::numeric_limits<float>::quiet_NaN();
        const double wanted = (share - kRounding) * m_total;
        double below = 0.0;
        std::size_t found = 0;
        std::size_t last = 0;
        for (; found < kClasses && below + m_weights[found] < wanted; ++found)
            below += m_weights[found];
        for (std::size_t i = 0; i < kClasses; ++i)
            if (m_weights[i] > 0.0)
                last = i;
        found = std::min(found, last);
        m_candidates.clear();
        forPoints([&](std::size_t point, double weight) {
            if (m_list.classes[point] == found)
                m_candidates.emplace_back(m_list.values[point], weight);
        });
        std::ranges::sort(m_candidates);
        for (const auto &[value, weight] : m_candidates)
        {
            below += weight;
            if (below >= wanted)
                return value;
        }
        return m_candidates.back().first;
    }

private:
    static constexpr double kRounding = 1e-9;

    template <class Use> void forPoints(const Use &use) const
    {
        const auto reachRows = static_cast<std::size_t>(
            std::min(static_cast<double>(m_grid.padRows), std::floor(m_reachSigma * m_grid.sigmaRows)));
        for (std::size_t row = m_row - reachRows; row <= m_row + reachRows; ++row)
        {
            const std::size_t dy = row < m_row ? m_row - row : row - m_row;
            const double inSigma = dy == 0 ? 0.0 : static_cast<double>(dy) / m_grid.sigmaRows;
            const double chord = m_grid.sigmaColumns *
                                 std::sqrt(std::max(0.0, m_reachSigma * m_reachSigma - inSigma * inSigma));
            const auto reach =
                static_cast<std::size_t>(std::min(static_cast<double>(m_grid.padColumns), chord));
            for (std::size_t column = m_column - reach; column <= m_column + reach; ++column)
            {
                const std::size_t dx = column < m_column ? m_column - column : column - m_column;
                const std::size_t cell = row * m_grid.columns() + column;
                const double weight = m_alongRows[dy] * m_alongColumns[dx];
                for (std::size_t i = m_list.begins[cell]; i < m_list.begins[cell + 1]; ++i)
                    use(i, weight);
            }
        }
    }

    const CellList &m_list;
    const FieldGrid &m_grid;
    double m_reachSigma;
    std::vector<double> m_alongColumns;
    std::vector<double> m_alongRows;
    std::size_t m_row = 0;
    std::size_t m_column = 0;
    std::array<double, kClasses> m_weights{};
    double m_total = 0.0;
    std::vector<std::pair<float, double>> m_candidates;
};

} // namespace

bool fillMedians(const FieldBins &bins, const FieldGrid &grid, double shift, double reachSigma,
                 double minimumPoints, std::span<const double> kish, PlaneField &field,
                 const JobContext &context)
{
    const CellList list = cellListOf(bins, grid, context);
    if (list.begins.empty())
        return false;
    return parallelFor(grid.side, context, [&](std::size_t row) {
        LocalQuantiles quantiles(list, grid, reachSigma);
        for (std::size_t column = 0; column < grid.side; ++column)
        {
            const std::size_t cell = row * grid.side + column;
            if (!(static_cast<double>(field.support[cell]) >= minimumPoints))
                continue;
            quantiles.moveTo(row, column);
            field.value[cell] = static_cast<float>(static_cast<double>(quantiles.quantile(0.5)) + shift);
            if (!(kish[cell] >= 2.0))
                continue;
            const double half = 0.5 / std::sqrt(kish[cell]);
            field.error[cell] = 0.5F * (quantiles.quantile(0.5 + half) - quantiles.quantile(0.5 - half));
        }
    });
}

} // namespace somnium::latent
