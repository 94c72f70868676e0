// SPDX-License-Identifier: GPL-3.0-or-later
// A ranking that learns from what a person finds interesting, boring or an artefact. After cite: Lochner &
// Bassett 2021, Astronomy and Computing 36, 100481 (Astronomaly): an unlabelled score, made to bow to opinion
// near sources that were judged and left alone far from them. Here both come out of one regression: kernel
// ridge regression (cite: Rasmussen & Williams 2006, section 2.2) whose prior mean is the unlabelled score.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/search/shape_features.h"

namespace somnium::search
{

/// A person's opinion of a source, from 0 (boring, an artefact) to 1 (interesting).
struct Opinion
{
    std::size_t source = 0;
    double worth = 0.0;
    friend bool operator==(const Opinion &, const Opinion &) = default;
};

class Relevance
{
public:
    /// `scores`: one per source, larger is odder, NaN = not judged; only their order is used. Sorts once.
    Relevance(std::shared_ptr<const ShapeFeatures> features, std::span<const float> scores);

    /// How much each source is worth a look, in [0, 1]: what was judged is exactly 1 (worth of 0.5 or more)
    /// or 0, everything else lies between. From scratch each time, so the same opinions in any order give the
    /// same ranking up to rounding; a source named twice keeps its last opinion. Cost: sources x opinions
    /// (the benchmark bench_search). Fails only if stopped, or on a source that is not there.
    [[nodiscard]] Result<std::vector<float>> ranking(std::span<const Opinion> opinions,
                                                     const JobContext &context) const;

private:
    std::shared_ptr<const ShapeFeatures> m_features;
    std::vector<float> m_prior; ///< [source] in [0, 1]: the unlabelled score's rarity
};

} // namespace somnium::search
