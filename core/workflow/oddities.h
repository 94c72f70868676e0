// SPDX-License-Identifier: GPL-3.0-or-later
// The odd ones of a mapped collection, by a score or by what a person's marks have taught.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/search/oddity.h"
#include "core/search/relevance.h"
#include "core/session/session.h"
#include "core/som/som.h"
#include "core/workflow/export.h"

namespace somnium::workflow
{

/// What marks say of their sources: a score of 0 to 5 as fifths, else interesting 1, boring or artefact 0.
[[nodiscard]] std::vector<search::Opinion> opinionsOf(const std::vector<session::Mark> &marks);

struct OddityRequest
{
    search::OddityScore score = search::kDefaultOddityScore;
    bool isLearned = false; ///< re-ranked by the collection's marks, the score being the prior
};

struct OddityRanking
{
    som::Mapping mapping;
    search::OddityFigures figures;
    std::vector<float> scores;      ///< [source]
    std::vector<std::size_t> order; ///< sources by falling score
    std::size_t marks = 0;          ///< learned from
};
/// Reads model, mapping and samples (made again if their cache was removed) and scores every source.
[[nodiscard]] Result<OddityRanking> rankOddities(const session::Session &session, session::ModelId model,
                                                 const OddityRequest &request, compute::Backend &backend,
                                                 const JobContext &context);

/// Writes the first `count` of a ranking as exportSources does, with the column "oddity" behind the others.
[[nodiscard]] Result<std::size_t> exportOddities(const MappedSources &from, const OddityRanking &ranking,
                                                 const OddityRequest &request, std::size_t count,
                                                 const std::filesystem::path &path);

} // namespace somnium::workflow
