// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/observed_field.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "core/latent/cell_sums.h"
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

/// Of the finite ones, 0 without any; in lanes, which a compiler does in vectors.
double finiteMean(std::span<const double> column)
{
    constexpr std::size_t kLanes = 8;
    std::array<double, kLanes> sums{};
    std::array<double, kLanes> counts{};
    const auto add = [&](double value, std::size_t lane) {
        const bool isFinite = value - value == 0.0;
        sums[lane] += isFinite ? value : 0.0;
        counts[lane] += isFinite ? 1.0 : 0.0;
    };
    std::size_t i = 0;
    for (; i + kLanes <= column.size(); i += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            add(column[i + lane], lane);
    for (; i < column.size(); ++i)
        add(column[i], 0);
    const double sum = std::accumulate(sums.begin(), sums.end(), 0.0);
    const double count = std::accumulate(counts.begin(), counts.end(), 0.0);
    return count > 0.0 && std::isfinite(sum) ? sum / count : 0.0;
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
        if (!sum())
            return failure(stopped());
        const double distance = meanDistanceCells(m_sums);
        if (distance == 0.0)
            return std::move(m_field);
        // The distance is that of square cells of the same area.
        const double cell = std::sqrt(m_grid.cellWidth() * m_grid.cellHeight());
        m_field.bandwidth = m_params.bandwidth * distance * cell;
        pad();
        // Mostly all points lie on the rectangle: there is nothing in the padding.
        if (m_sums.hasOthers() && !sum())
            return failure(stopped());
        const bool isMedian = m_params.statistic == FieldParams::Statistic::Median;
        if (!smooth(!isMedian) || (isMedian && !findMedians()))
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

    bool sum() { return m_sums.fill(m_points, m_column, m_shift, m_grid, m_context); }

    bool smooth(bool withMeans)
    {
        m_kish.resize(withMeans ? 0 : m_field.support.size());
        return gaussianSums(
            m_sums, m_grid, withMeans,
            [&](std::size_t row, const GaussianSums &sums) {
                const std::size_t first = row * m_grid.side;
                for (std::size_t column = 0; column < m_grid.side; ++column)
                    m_field.support[first + column] = static_cast<float>(sums.weight[column]);
                for (std::size_t column = 0; column < m_grid.side; ++column)
                    if (withMeans)
                        setMean(first + column, sums, column);
                    else
                        m_kish[first + column] = kishOf(sums, column);
            },
            m_context);
    }

    /// Effective number of points; 0 without any.
    static double kishOf(const GaussianSums &sums, std::size_t column)
    {
        const double weight = sums.weight[column];
        return weight > 0.0 ? weight * weight / sums.squaredWeight[column] : 0.0;
    }

    void setMean(std::size_t cell, const GaussianSums &sums, std::size_t column)
    {
        const double weight = sums.weight[column];
        if (!(weight > 0.0) || !(weight >= m_params.minimumPoints))
            return;
        const double mean = sums.value[column] / weight;
        m_field.value[cell] = static_cast<float>(mean + m_shift);
        const double kish = kishOf(sums, column);
        if (!(kish >= 2.0))
            return;
        const double scatter = std::max(0.0, sums.square[column] / weight - mean * mean);
        // Unbiased: scatter / (1 - 1/n); error of the mean: that / n.
        m_field.error[cell] = static_cast<float>(std::sqrt(scatter / (kish - 1.0)));
    }

    bool findMedians()
    {
        FieldBins bins;
        return bins.fill(m_points, m_column, m_shift, m_grid, m_context) &&
               fillMedians(bins, m_grid, m_shift, FieldParams::kMedianReach, m_params.minimumPoints, m_kish,
                           m_field, m_context);
    }

    const Points &m_points;
    std::span<const double> m_column;
    const FieldParams &m_params;
    const JobContext &m_context;
    FieldGrid m_grid;
    double m_shift;
    CellSums m_sums;
    std::vector<double> m_kish; ///< [side][side]
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
