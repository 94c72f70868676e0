// SPDX-License-Identifier: GPL-3.0-or-later
// How benchmarks measure: by the wall clock, several times, and the median.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace somnium
{

/// More than 0, so that rates are finite.
template <class Work> [[nodiscard]] double secondsOf(const Work &work)
{
    using Clock = std::chrono::steady_clock;
    const Clock::time_point start = Clock::now();
    work();
    return std::max(1e-9, std::chrono::duration<double>(Clock::now() - start).count());
}

/// The upper one of the two in the middle, if there are two. At least one value.
[[nodiscard]] inline double medianOf(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

} // namespace somnium
