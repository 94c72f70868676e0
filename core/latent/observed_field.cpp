// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/observed_field.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/base/parallel.h"
#include "core/latent/field_bins.h"
#include "core/latent/gaussian_smoothing.h"
#include "core/latent/local_median.h"

namespace somnium::latent
{

namespace
{

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
constexpr double kReachSigma = 4.0; // beyond: 3e-4 of a point

std::string faultIn(const PlaneRect &rect, const FieldParams &params)
{
    if (params.side < 2 || params.side > kMostFieldSide)
        return "a field of " + std::to_string(params.side) + " cells a side; expected 2 to 4096";
    if (!(params.bandwidth > 0.0) || !std::isfinite(params.bandwidth))
        return "a bandwidth of " + std::to_string(params.bandwidth) + " point distances; expected above 0";
    if (std::isnan(params.minimumPoints))
        return "a least number of points that is not a number";
    return isUsable(rect) ? std::string() : "a field on a rectangle without a finite width and height";
}

/// Sums over the cells of a padded grid, [row][column].
struct CellSums
{
    std::vector<double> count;
    std::vector<double> value;
    std::vector<double> square;
};

/// Cells of all occupied blocks of `block` x `block` cells, and how many blocks these are.
std::pair<std::size_t, std::size_t> occupied(std::span<const double> count, std::size_t side,
                                             std::size_t block)
{
    std::size_t cells = 0;
    std::size_t blocks = 0;
    for (std::size_t top = 0; top < side; top += block)
        for (std::size_t left = 0; left < side; left += block)
        {
            const std::size_t bottom = std::min(side, top + block);
            const std::size_t width = std::min(side, left + block) - left;
            bool isOccupied = false;
            for (std::size_t row = top; row < bottom && !isOccupied; ++row)
                isOccupied = std::ranges::any_of(count.subspan(row * side + left, width),
                                                 [](double value) { return value > 0.0; });
            blocks += isOccupied ? 1 : 0;
            cells += isOccupied ? (bottom - top) * width : 0;
        }
    return {cells, blocks};
}

/// sqrt(area / points) in cells; 0 without points.
double meanDistanceCells(std::span<const double> count, std::size_t side)
{
    constexpr double kPointsPerBlock = 8.0;
    double points = 0.0;
    for (const double value : count)
        points += value;
    if (points == 0.0)
        return 0.0;
    const double even = std::ceil(static_cast<double>(side) * std::sqrt(kPointsPerBlock / points));
    auto block = static_cast<std::size_t>(std::clamp(even, 1.0, static_cast<double>(side)));
    // Crowded points fill few blocks, with many in each: finer blocks follow their outline better.
    auto [cells, blocks] = occupied(count, side, block);
    while (block > 1 && points > 2.0 * kPointsPerBlock * static_cast<double>(blocks))
    {
        block /= 2;
        std::tie(cells, blocks) = occupied(count, side, block);
    }
    return std::sqrt(static_cast<double>(cells) / points);
}

double finiteMean(std::span<const double> column)
{
    double sum = 0.0;
    std::size_t count = 0;
    for (const double value : column)
    {
        sum += std::isfinite(value) ? value : 0.0;
        count += std::isfinite(value) ? 1U : 0U;
    }
    return count > 0 && std::isfinite(sum) ? sum / static_cast<double>(count) : 0.0;
}

/// One field on its way.
class Observer
{
public:
    Observer(const Points &points, std::span<const double> column, const PlaneRect &rect,
             const FieldParams &params, const JobContext &context)
        : m_points(points), m_column(column), m_params(params),
          m_context(context), m_grid{rect, params.side, 0, 0, 0.0, 0.0}, m_shift(finiteMean(column))
    {
        m_field.rect = rect;
        m_field.columns = m_field.rows = params.side;
        const std::size_t cells = params.side * params.side;
        m_field.value.assign(cells, kNone);
        m_field.error.assign(cells, kNone);
        m_field.support.assign(cells, 0.0F);
    }

    Result<PlaneField> observe()
    {
        if (!bin())
            return failure(stopped());
        const double distance = meanDistanceCells(m_sums.count, m_grid.side);
        if (distance == 0.0)
            return std::move(m_field);
        // The distance is that of square cells of the same area.
        const double cell = std::sqrt(m_grid.cellWidth() * m_grid.cellHeight());
        m_field.bandwidth = m_params.bandwidth * distance * cell;
        pad();
        if (!bin() || !smooth())
            return failure(stopped());
        const bool isMedian = m_params.statistic == FieldParams::Statistic::Median;
        if (!isMedian)
            fillMeans();
        else if (!fillMedians(m_bins, m_grid, m_shift, FieldParams::kMedianReach, m_params.minimumPoints,
                              m_kish, m_field, m_context))
            return failure(stopped());
        return std::move(m_field);
    }

private:
    static Error stopped() { return {ErrorKind::Cancelled, "the field of a column was stopped"}; }

    /// Widens the grid by the reach of the smoothing, but not by more than its own size.
    void pad()
    {
        m_grid.sigmaColumns = m_field.bandwidth / m_grid.cellWidth();
        m_grid.sigmaRows = m_field.bandwidth / m_grid.cellHeight();
        const auto reach = [this](double sigma) {
            return static_cast<std::size_t>(
                std::min(std::ceil(kReachSigma * sigma), static_cast<double>(m_grid.side)));
        };
        m_grid.padColumns = reach(m_grid.sigmaColumns);
        m_grid.padRows = reach(m_grid.sigmaRows);
    }

    bool bin()
    {
        if (!m_bins.fill(m_points, m_column, m_shift, m_grid, m_context))
            return false;
        const std::size_t columns = m_grid.columns();
        for (std::vector<double> *sums : {&m_sums.count, &m_sums.value, &m_sums.square})
            sums->assign(columns * m_grid.rows(), 0.0);
        return parallelFor(m_bins.bands.count, m_context, [&](std::size_t band) {
            const std::size_t first = m_bins.bands.beginRow(band) * columns;
            m_bins.points.forBucket(band, [&](std::span<const BinnedPoint> points) {
                for (const BinnedPoint &point : points)
                {
                    const auto value = static_cast<double>(point.value);
                    m_sums.count[first + m_bins.bands.withinOf(point.cell)] += 1.0;
                    m_sums.value[first + m_bins.bands.withinOf(point.cell)] += value;
                    m_sums.square[first + m_bins.bands.withinOf(point.cell)] += value * value;
                }
            });
        });
    }

    bool smooth()
    {
        const std::vector<double> columns = gaussianWeights(m_grid.sigmaColumns, m_grid.padColumns);
        const std::vector<double> rows = gaussianWeights(m_grid.sigmaRows, m_grid.padRows);
        const auto squared = [](std::vector<double> weights) {
            for (double &weight : weights)
                weight *= weight;
            return weights;
        };
        const std::vector<double> squaredWeights =
            gaussianSums(m_sums.count, m_grid, squared(columns), squared(rows), m_context);
        m_weight = gaussianSums(m_sums.count, m_grid, columns, rows, m_context);
        if (squaredWeights.empty() || m_weight.empty())
            return false;
        m_kish.resize(m_weight.size());
        for (std::size_t cell = 0; cell < m_weight.size(); ++cell)
        {
            m_field.support[cell] = static_cast<float>(m_weight[cell]);
            m_kish[cell] =
                m_weight[cell] > 0.0 ? m_weight[cell] * m_weight[cell] / squaredWeights[cell] : 0.0;
        }
        if (m_params.statistic == FieldParams::Statistic::Median)
            return true;
        m_value = gaussianSums(m_sums.value, m_grid, columns, rows, m_context);
        m_square = gaussianSums(m_sums.square, m_grid, columns, rows, m_context);
        return !m_value.empty() && !m_square.empty();
    }

    void fillMeans()
    {
        for (std::size_t cell = 0; cell < m_weight.size(); ++cell)
        {
            if (!(m_weight[cell] > 0.0) || !(m_weight[cell] >= m_params.minimumPoints))
                continue;
            const double mean = m_value[cell] / m_weight[cell];
            m_field.value[cell] = static_cast<float>(mean + m_shift);
            if (!(m_kish[cell] >= 2.0))
                continue;
            const double scatter = std::max(0.0, m_square[cell] / m_weight[cell] - mean * mean);
            // Unbiased: scatter / (1 - 1/n); error of the mean: that / n.
            m_field.error[cell] = static_cast<float>(std::sqrt(scatter / (m_kish[cell] - 1.0)));
        }
    }

    const Points &m_points;
    std::span<const double> m_column;
    const FieldParams &m_params;
    const JobContext &m_context;
    FieldGrid m_grid;
    double m_shift;
    FieldBins m_bins;
    CellSums m_sums;
    std::vector<double> m_weight; ///< [side][side], as those below
    std::vector<double> m_kish;
    std::vector<double> m_value;
    std::vector<double> m_square;
    PlaneField m_field;
};

} // namespace

Result<PlaneField> observedField(const Points &points, std::span<const double> column, const PlaneRect &rect,
                                 const FieldParams &params, const JobContext &context)
{
    if (points.x.size() != points.y.size() || column.size() != points.count())
        return failure(ErrorKind::Mismatch, std::to_string(column.size()) + " values for " +
                                                std::to_string(points.x.size()) + " x and " +
                                                std::to_string(points.y.size()) + " y of points");
    if (const std::string fault = faultIn(rect, params); !fault.empty())
        return failure(ErrorKind::InvalidArgument, fault);
    return Observer(points, column, rect, params, context).observe();
}

} // namespace somnium::latent
