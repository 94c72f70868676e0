// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of how odd the sources of a map are. Immutable; a change makes a new one.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <vector>

#include "core/search/oddity.h"
#include "core/session/annotations.h"

namespace somnium::ui
{

struct OddityData
{
    std::shared_ptr<const search::OddityFigures> figures;
    /// [score, in the order of search::kOddityScores][source]
    std::array<std::vector<float>, search::kOddityScores.size()> scores;
};
using OdditiesPointer = std::shared_ptr<const OddityData>;

/// The order to look in: a score, or what marks made of it.
struct OddityRanking
{
    search::OddityScore score = search::kDefaultOddityScore;
    std::size_t marks = 0; ///< learned from; 0: the score itself
    std::vector<float> values;
};
using OddityRankingPointer = std::shared_ptr<const OddityRanking>;

/// By source.
using Marks = std::map<std::size_t, session::Mark>;
using MarksPointer = std::shared_ptr<const Marks>;

} // namespace somnium::ui
