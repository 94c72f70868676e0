// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/outliers.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace somnium::search
{

namespace
{

constexpr std::size_t kFewestBins = 10;
constexpr std::size_t kMostBins = 200;

std::vector<float> sortedNumbers(std::span<const float> scores)
{
    std::vector<float> numbers;
    numbers.reserve(scores.size());
    std::copy_if(scores.begin(), scores.end(), std::back_inserter(numbers),
                 [](float score) { return std::isfinite(score); });
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

double percentileOfSorted(const std::vector<float> &sorted, double percent)
{
    if (sorted.empty())
        return std::numeric_limits<double>::quiet_NaN();
    const double place = std::clamp(percent, 0.0, 100.0) / 100.0 * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    const double low = sorted[below];
    return low + (place - static_cast<double>(below)) * (static_cast<double>(sorted[above]) - low);
}

// cite: Freedman & Diaconis 1981, Z. Wahrscheinlichkeit 57, 453: width 2 IQR n^(-1/3)
std::size_t binCount(const std::vector<float> &sorted)
{
    const double range = static_cast<double>(sorted.back()) - static_cast<double>(sorted.front());
    const double quartiles = percentileOfSorted(sorted, 75.0) - percentileOfSorted(sorted, 25.0);
    const double width = 2.0 * quartiles / std::cbrt(static_cast<double>(sorted.size()));
    if (!(width > 0.0))
        return kMostBins; // more than half of the scores are equal: show the rest as finely as allowed
    const double bins = std::ceil(range / width);
    return static_cast<std::size_t>(
        std::clamp(bins, static_cast<double>(kFewestBins), static_cast<double>(kMostBins)));
}

} // namespace

std::vector<std::size_t> byFallingScore(std::span<const float> scores)
{
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    // NaN sorts as the smallest score: what could not be judged is no outlier.
    const auto key = [scores](std::size_t i) {
        return std::isnan(scores[i]) ? -std::numeric_limits<float>::infinity() : scores[i];
    };
    std::stable_sort(order.begin(), order.end(),
                     [&key](std::size_t a, std::size_t b) { return key(a) > key(b); });
    return order;
}

double percentile(std::span<const float> scores, double percent)
{
    return percentileOfSorted(sortedNumbers(scores), percent);
}

double percentRank(std::span<const float> scores, float value)
{
    std::size_t judged = 0;
    std::size_t notAbove = 0;
    for (const float score : scores)
    {
        judged += std::isnan(score) ? 0U : 1U;
        notAbove += score <= value ? 1U : 0U;
    }
    if (judged == 0)
        return std::numeric_limits<double>::quiet_NaN();
    return 100.0 * static_cast<double>(notAbove) / static_cast<double>(judged);
}

namespace
{

/// Calls `take`(first, last, judged) for the stretches of equal scores of `order`, by falling score, `judged`
/// of which are numbers.
template <class Take>
void forTies(std::span<const float> scores, const std::vector<std::size_t> &order, const Take &take)
{
    const auto judged = static_cast<std::size_t>(
        std::count_if(scores.begin(), scores.end(), [](float score) { return !std::isnan(score); }));
    for (std::size_t first = 0; first < judged;)
    {
        std::size_t last = first + 1;
        while (last < judged && scores[order[last]] == scores[order[first]])
            ++last;
        take(first, last, static_cast<double>(judged));
        first = last;
    }
}

} // namespace

std::vector<float> percentRanks(std::span<const float> scores)
{
    std::vector<float> ranks(scores.size(), std::numeric_limits<float>::quiet_NaN());
    const std::vector<std::size_t> order = byFallingScore(scores);
    forTies(scores, order, [&](std::size_t first, std::size_t last, double judged) {
        const double notAbove = judged - static_cast<double>(first);
        for (std::size_t i = first; i < last; ++i)
            ranks[order[i]] = static_cast<float>(100.0 * notAbove / judged);
    });
    return ranks;
}

std::vector<float> rarities(std::span<const float> scores)
{
    std::vector<float> result(scores.size(), std::numeric_limits<float>::quiet_NaN());
    const std::vector<std::size_t> order = byFallingScore(scores);
    forTies(scores, order, [&](std::size_t first, std::size_t last, double judged) {
        for (std::size_t i = first; i < last; ++i)
            result[order[i]] = static_cast<float>(-std::log(static_cast<double>(last) / judged));
    });
    return result;
}

Histogram histogram(std::span<const float> scores)
{
    const std::vector<float> sorted = sortedNumbers(scores);
    Histogram result;
    if (sorted.empty())
        return result;
    result.low = sorted.front();
    const double range = static_cast<double>(sorted.back()) - result.low;
    if (!(range > 0.0)) // one value only: one bin around it
    {
        result.binWidth = 1.0;
        result.counts = {sorted.size()};
        return result;
    }
    result.counts.assign(binCount(sorted), 0);
    result.binWidth = range / static_cast<double>(result.counts.size());
    for (const float score : sorted)
    {
        const auto bin =
            static_cast<std::size_t>((static_cast<double>(score) - result.low) / result.binWidth);
        ++result.counts[std::min(bin, result.counts.size() - 1)];
    }
    return result;
}

} // namespace somnium::search
