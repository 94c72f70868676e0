// SPDX-License-Identifier: GPL-3.0-or-later
// How well a ranking finds odd sources that are known to be there, with and without a person's opinions.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/search/relevance.h"

namespace somnium::search
{

struct Recovery
{
    double recall = 0.0; ///< share of the odd sources among the first `top`
    /// Sum of (top - rank) over the odd ones among the first `top` (rank from 0), over the largest it can be:
    /// 1 where they all lead. cite: Roberts et al. 2019, MNRAS 485, 3119 (as Astronomaly uses it).
    double rankWeighted = 0.0;
    friend bool operator==(const Recovery &, const Recovery &) = default;
};
/// Both 0 if none is odd. `isOdd`: one per score.
[[nodiscard]] Recovery recoveryOf(std::span<const float> scores, const std::vector<bool> &isOdd,
                                  std::size_t top = 100);

/// An oracle looks at the first source that it has not judged, judges it, and the ranking learns; again and
/// again. Recovery after each number of opinions in `checkpoints` (rising); what was judged odd leads, what
/// was judged not to be comes last.
[[nodiscard]] Result<std::vector<Recovery>> recoveryByOracle(const Relevance &relevance,
                                                             const std::vector<bool> &isOdd,
                                                             std::span<const std::size_t> checkpoints,
                                                             const JobContext &context);

/// Recovery of the others when one odd source is known from the start: the mean over all of them.
[[nodiscard]] Result<Recovery> recoveryByExample(const Relevance &relevance, const std::vector<bool> &isOdd,
                                                 const JobContext &context);

} // namespace somnium::search
