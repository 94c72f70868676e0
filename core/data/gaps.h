// SPDX-License-Identifier: GPL-3.0-or-later
// Pixels that no spectrum of a collection has a value for (a sky line, the gap between two arms): which these
// are, and what a mean spectrum shows there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace somnium::data
{

class Spectra;

/// Of the spectra, that have a value in a pixel: where less do, a model has learned hardly anything, and what
/// it says is near the mean of its neighbours. Plots leave a gap there.
inline constexpr double kLeastObservedShare = 0.01;
/// Pixels, rising, that less than `leastShare` of the spectra, or none at all, have a weight above 0 in. Of
/// more than `most` spectra, so many are looked at, spread evenly: the share is then known to some 0.3 per
/// cent. Reads these from the store: tens of milliseconds, or a second from a cold disk.
[[nodiscard]] std::vector<std::uint32_t>
unobservedPixels(const Spectra &spectra, double leastShare = kLeastObservedShare, std::size_t most = 1024);

/// Puts the values whose count is 0 on a line between the nearest that were counted; beyond the first and the
/// last, to the nearest. Returns their places. Nothing changes if none was counted.
template <class Real>
std::vector<std::uint32_t> bridgeGaps(std::span<Real> values, std::span<const double> counts)
{
    std::vector<std::uint32_t> gaps;
    const std::size_t none = values.size();
    std::size_t before = none; // the last that was counted
    for (std::size_t i = 0; i < values.size(); ++i)
    {
        if (counts[i] == 0.0)
        {
            gaps.push_back(static_cast<std::uint32_t>(i));
            continue;
        }
        for (std::size_t gap = before == none ? 0 : before + 1; gap < i; ++gap)
        {
            const Real left = before == none ? values[i] : values[before];
            const Real share =
                before == none ? Real{1} : static_cast<Real>(gap - before) / static_cast<Real>(i - before);
            values[gap] = left + share * (values[i] - left);
        }
        before = i;
    }
    for (std::size_t gap = before + 1; before != none && gap < values.size(); ++gap)
        values[gap] = values[before];
    return gaps;
}

} // namespace somnium::data
