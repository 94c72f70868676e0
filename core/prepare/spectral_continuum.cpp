// SPDX-License-Identifier: GPL-3.0-or-later
// The continuum of a spectrum: a running quantile, or a polynomial that outliers do not pull.
#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "core/prepare/spectral_steps.h"

namespace somnium::prepare
{

namespace
{

/// The values in a window that moves over a list, kept in order: a Fenwick tree over their ranks, so that a
/// step of the window and a quantile cost log n each.
class RunningOrder
{
public:
    explicit RunningOrder(std::vector<double> values) : m_sorted(std::move(values))
    {
        std::vector<std::size_t> order(m_sorted.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(),
                         [this](std::size_t a, std::size_t b) { return m_sorted[a] < m_sorted[b]; });
        m_rank.resize(order.size());
        for (std::size_t rank = 0; rank < order.size(); ++rank)
            m_rank[order[rank]] = rank;
        std::sort(m_sorted.begin(), m_sorted.end());
        m_counts.assign(std::bit_ceil(m_sorted.size() + 1), 0);
    }
    void insert(std::size_t index) { change(index, 1); }
    void remove(std::size_t index) { change(index, -1); }

    /// Between the two nearest of the values in the window, of which there must be one.
    [[nodiscard]] double quantile(double share) const
    {
        const double place = share * static_cast<double>(m_size - 1);
        const auto below = static_cast<std::size_t>(place);
        const double rest = place - static_cast<double>(below);
        const double low = at(below);
        return rest > 0.0 ? low + rest * (at(below + 1) - low) : low;
    }

private:
    void change(std::size_t index, std::int32_t by)
    {
        m_size = by > 0 ? m_size + 1 : m_size - 1;
        for (std::size_t node = m_rank[index] + 1; node < m_counts.size(); node += node & (~node + 1))
            m_counts[node] += by;
    }
    /// The value that has `before` smaller ones in the window.
    [[nodiscard]] double at(std::size_t before) const
    {
        auto left = static_cast<std::int64_t>(before);
        std::size_t node = 0;
        for (std::size_t stride = m_counts.size() / 2; stride > 0; stride /= 2)
            if (node + stride < m_counts.size() && m_counts[node + stride] <= left)
            {
                node += stride;
                left -= m_counts[node];
            }
        return m_sorted[node];
    }

    std::vector<double> m_sorted;
    std::vector<std::size_t> m_rank;
    std::vector<std::int32_t> m_counts;
    std::size_t m_size = 0;
};

/// The good pixels alone.
struct GoodPixels
{
    std::vector<std::size_t> index;
    std::vector<double> place; ///< wavelength, or what the window is measured in
    std::vector<double> flux;
};

GoodPixels goodPixels(const WorkingSpectrum &spectrum)
{
    GoodPixels good;
    for (std::size_t i = 0; i < spectrum.size(); ++i)
        if (spectrum.good[i] != 0)
        {
            good.index.push_back(i);
            good.place.push_back(spectrum.wavelength[i]);
            good.flux.push_back(spectrum.flux[i]);
        }
    return good;
}

/// Half the window at a place: towards the ends it shrinks to a quarter, so that it stays even-handed.
double halfWindow(double window, double place, const std::vector<double> &places)
{
    const double room = std::min(place - places.front(), places.back() - place);
    return std::clamp(room, 0.125 * window, 0.5 * window);
}

/// The running quantile, then its running mean over half the window: without the steps of the former.
std::vector<double> runningQuantile(const Continuum &step, GoodPixels good)
{
    if (step.windowUnit == Continuum::Unit::LogLambda)
        for (double &place : good.place)
            place = std::log10(place);
    const std::size_t count = good.flux.size();
    std::vector<double> quantiles(count);
    RunningOrder order(good.flux);
    std::size_t first = 0;
    std::size_t end = 0;
    for (std::size_t i = 0; i < count; ++i)
    {
        const double half = halfWindow(step.window, good.place[i], good.place);
        for (; end < count && (end <= i || good.place[end] <= good.place[i] + half); ++end)
            order.insert(end);
        for (; first < i && good.place[first] < good.place[i] - half; ++first)
            order.remove(first);
        quantiles[i] = order.quantile(step.quantile);
    }
    std::vector<double> sums(count + 1, 0.0);
    std::partial_sum(quantiles.begin(), quantiles.end(), sums.begin() + 1);
    std::vector<double> smooth(count);
    first = end = 0;
    for (std::size_t i = 0; i < count; ++i)
    {
        const double half = std::min(
            {0.25 * step.window, good.place[i] - good.place.front(), good.place.back() - good.place[i]});
        while (end < count && (end <= i || good.place[end] <= good.place[i] + half))
            ++end;
        while (first < i && good.place[first] < good.place[i] - half)
            ++first;
        smooth[i] = (sums[end] - sums[first]) / static_cast<double>(end - first);
    }
    return smooth;
}

/// Chebyshev polynomials T_0 ... at x in [-1, 1].
void chebyshev(double x, std::vector<double> &terms)
{
    terms[0] = 1.0;
    if (terms.size() > 1)
        terms[1] = x;
    for (std::size_t k = 2; k < terms.size(); ++k)
        terms[k] = 2.0 * x * terms[k - 1] - terms[k - 2];
}

/// Solves a symmetric positive system in place by Cholesky; false: it is not positive.
bool solve(std::vector<double> &matrix, std::vector<double> &right)
{
    const std::size_t n = right.size();
    for (std::size_t j = 0; j < n; ++j)
    {
        for (std::size_t k = 0; k < j; ++k)
            for (std::size_t i = j; i < n; ++i)
                matrix[i * n + j] -= matrix[i * n + k] * matrix[j * n + k];
        const double pivot = matrix[j * n + j];
        if (!(pivot > 0.0))
            return false;
        for (std::size_t i = j; i < n; ++i)
            matrix[i * n + j] /= std::sqrt(pivot);
    }
    for (std::size_t i = 0; i < n; ++i)
    {
        for (std::size_t k = 0; k < i; ++k)
            right[i] -= matrix[i * n + k] * right[k];
        right[i] /= matrix[i * n + i];
    }
    for (std::size_t i = n; i-- > 0;)
    {
        for (std::size_t k = i + 1; k < n; ++k)
            right[i] -= matrix[k * n + i] * right[k];
        right[i] /= matrix[i * n + i];
    }
    return true;
}

/// A weighted least-squares fit that is repeated without the pixels far from it.
class PolynomialFit
{
public:
    PolynomialFit(const Continuum &step, const GoodPixels &good, const WorkingSpectrum &spectrum)
        : m_step(step), m_flux(good.flux), m_x(good.place), m_weight(good.flux.size(), 1.0),
          m_isKept(good.flux.size(), 1), m_fit(good.flux.size()), m_terms(step.degree + 1)
    {
        const double centre = 0.5 * (m_x.front() + m_x.back());
        const double half = std::max(m_x.back() - centre, 1e-300);
        for (double &x : m_x)
            x = (x - centre) / half;
        if (!spectrum.variance.empty())
            for (std::size_t i = 0; i < good.index.size(); ++i)
                m_weight[i] = 1.0 / spectrum.variance[good.index[i]];
        // Only their ratios matter, and fluxes of 1e-17 have weights that overflow when summed up.
        const double most = *std::max_element(m_weight.begin(), m_weight.end());
        for (double &weight : m_weight)
            weight /= most;
    }

    Result<std::vector<double>> run()
    {
        for (std::size_t round = 0;; ++round)
        {
            const auto kept = static_cast<std::size_t>(std::count(m_isKept.begin(), m_isKept.end(), 1));
            if (kept < m_terms.size())
                return failure(ErrorKind::Mismatch,
                               "continuum: expected at least " + std::to_string(m_terms.size()) +
                                   " pixels for a polynomial of degree " + std::to_string(m_step.degree) +
                                   ", found " + std::to_string(kept));
            if (!fit())
                return failure(ErrorKind::Mismatch,
                               "continuum: a polynomial of degree " + std::to_string(m_step.degree) +
                                   " cannot be fitted to " + std::to_string(kept) + " pixels");
            if (round >= m_step.rounds || !leaveOutFar())
                return std::move(m_fit);
        }
    }

private:
    bool fit()
    {
        const std::size_t n = m_terms.size();
        std::vector<double> matrix(n * n, 0.0);
        std::vector<double> right(n, 0.0);
        for (std::size_t i = 0; i < m_x.size(); ++i)
        {
            if (m_isKept[i] == 0)
                continue;
            chebyshev(m_x[i], m_terms);
            for (std::size_t j = 0; j < n; ++j)
            {
                const double weighted = m_weight[i] * m_terms[j];
                right[j] += weighted * m_flux[i];
                for (std::size_t k = 0; k <= j; ++k)
                    matrix[j * n + k] += weighted * m_terms[k];
            }
        }
        if (!solve(matrix, right))
            return false;
        for (std::size_t i = 0; i < m_x.size(); ++i)
        {
            chebyshev(m_x[i], m_terms);
            m_fit[i] = std::inner_product(m_terms.begin(), m_terms.end(), right.begin(), 0.0);
        }
        return true;
    }

    /// Residuals in units of their robust scatter decide; true if another set of pixels is kept.
    bool leaveOutFar()
    {
        std::vector<double> sizes;
        double largest = 0.0;
        for (std::size_t i = 0; i < m_x.size(); ++i)
        {
            largest = std::max(largest, std::sqrt(m_weight[i]) * std::abs(m_fit[i]));
            if (m_isKept[i] != 0)
                sizes.push_back(std::sqrt(m_weight[i]) * std::abs(m_flux[i] - m_fit[i]));
        }
        constexpr double kMadToSigma = 1.4826;
        constexpr double kRounding = 1e-10;
        const double sigma = kMadToSigma * medianOf(sizes);
        if (!(sigma > kRounding * largest))
            return false; // it fits to rounding
        bool hasChanged = false;
        for (std::size_t i = 0; i < m_x.size(); ++i)
        {
            const double residual = std::sqrt(m_weight[i]) * (m_flux[i] - m_fit[i]) / sigma;
            const std::uint8_t keep = residual >= -m_step.lowSigma && residual <= m_step.highSigma ? 1 : 0;
            hasChanged |= keep != m_isKept[i];
            m_isKept[i] = keep;
        }
        return hasChanged;
    }

    const Continuum &m_step;
    const std::vector<double> &m_flux;
    std::vector<double> m_x;
    std::vector<double> m_weight;
    std::vector<std::uint8_t> m_isKept;
    std::vector<double> m_fit;
    std::vector<double> m_terms;
};

} // namespace

Result<std::vector<double>> continuumOf(const Continuum &step, const WorkingSpectrum &spectrum)
{
    std::vector<double> continuum(spectrum.size(), 0.0);
    GoodPixels good = goodPixels(spectrum);
    if (good.flux.empty())
        return failure(ErrorKind::Mismatch, "continuum: expected at least one good pixel, found none");
    std::vector<double> values;
    if (step.kind == Continuum::Kind::Quantile)
        values = runningQuantile(step, good);
    else if (auto fitted = PolynomialFit(step, good, spectrum).run(); fitted)
        values = std::move(*fitted);
    else
        return failure(fitted.error());
    for (std::size_t i = 0; i < values.size(); ++i)
        continuum[good.index[i]] = values[i];
    return continuum;
}

Result<void> applyStep(const Continuum &step, WorkingSpectrum &spectrum)
{
    const auto continuum = continuumOf(step, spectrum);
    if (!continuum)
        return failure(continuum.error());
    // Dividing by next to nothing makes noise only.
    constexpr double kLeastShare = 1e-4;
    const double least = kLeastShare * *std::max_element(continuum->begin(), continuum->end());
    for (std::size_t i = 0; i < spectrum.size(); ++i)
    {
        if (spectrum.good[i] == 0)
            continue;
        const double level = (*continuum)[i];
        if (step.by == Continuum::By::Subtraction)
            spectrum.flux[i] -= level;
        else if (level > 0.0 && level >= least)
        {
            spectrum.flux[i] /= level;
            if (!spectrum.variance.empty())
                spectrum.variance[i] /= level * level;
        }
        else
            spectrum.good[i] = 0;
    }
    if (spectrum.goodCount() == 0)
        return failure(ErrorKind::Mismatch,
                       "continuum: expected a positive continuum to divide by, found none above 0");
    return {};
}

} // namespace somnium::prepare
