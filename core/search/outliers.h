// SPDX-License-Identifier: GPL-3.0-or-later
// Outliers from the distribution of distances to the best-matching unit. NaN scores (sources that could not
// be judged) come last, and count nowhere else.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace somnium::search
{

/// Source indices by falling score; ties by index.
[[nodiscard]] std::vector<std::size_t> byFallingScore(std::span<const float> scores);

/// The value below which `percent` of the scores lie (linear interpolation between order statistics). NaN if
/// empty.
[[nodiscard]] double percentile(std::span<const float> scores, double percent);

/// Share of scores <= value, in percent: "further than 63 % of all sources".
[[nodiscard]] double percentRank(std::span<const float> scores, float value);

/// percentRank of each score among all; NaN where it is.
[[nodiscard]] std::vector<float> percentRanks(std::span<const float> scores);

/// Of each score -ln of the share of scores at least as high: what adds up where several scores judge. NaN
/// where it is. cite: Fisher 1925, section 21.1.
[[nodiscard]] std::vector<float> rarities(std::span<const float> scores);

/// Bins of equal width over [min, max], by the Freedman-Diaconis rule within [10, 200] bins.
struct Histogram
{
    double low = 0.0;
    double binWidth = 0.0;
    std::vector<std::size_t> counts;
    friend bool operator==(const Histogram &, const Histogram &) = default;
};
[[nodiscard]] Histogram histogram(std::span<const float> scores);

} // namespace somnium::search
