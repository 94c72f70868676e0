// SPDX-License-Identifier: GPL-3.0-or-later
// Measures how well the scores of oddity, and the ranking that learns, find sources that are known to be odd:
// simulated ones, or a class of a labelled collection thinned until it is rare. For `somnium-cli bench
// oddities`, the tests, and the choice of search::kDefaultOddityScore.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/data/sample_store.h"
#include "core/search/oddity.h"
#include "core/search/recovery.h"
#include "core/som/som.h"

namespace somnium::workflow
{

struct OddityBenchParams
{
    std::size_t seeds = 5; ///< runs, each with its own sources, map and order
    std::size_t count = 2000;
    std::size_t odd = 20;
    std::size_t side = 64; ///< pixels
    double share = 0.01;   ///< to which a class is thinned
    som::TrainingParams training;
    std::vector<std::size_t> marks = {20, 50, 100}; ///< rising
};

/// Means over the runs.
struct OddityBenchReport
{
    std::string what; ///< which sources are the odd ones
    std::size_t sources = 0;
    std::size_t odd = 0;
    std::size_t runs = 0;
    std::vector<std::pair<search::OddityScore, search::Recovery>> scores;
    /// After so many opinions, the default score being the prior.
    std::vector<std::pair<std::size_t, search::Recovery>> learned;
    search::Recovery fromOneExample;
};

/// `count` simulated radio galaxies, `odd` of them odd (core/simulate), prepared by the radio recipe.
[[nodiscard]] Result<OddityBenchReport>
benchSimulatedOddities(const OddityBenchParams &params, compute::Backend &backend, const JobContext &context);

/// All samples but those of `rareClass`, of which so many are drawn that they are params.share of the whole.
/// `labels`: one per sample. Fails (InvalidArgument) if there are too few of that class.
[[nodiscard]] Result<OddityBenchReport>
benchThinnedClass(const data::Samples &samples, const std::vector<std::string> &labels,
                  const std::string &rareClass, const OddityBenchParams &params, compute::Backend &backend,
                  const JobContext &context);

} // namespace somnium::workflow
