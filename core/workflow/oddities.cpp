// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/oddities.h"

#include <algorithm>
#include <memory>

#include "core/search/outliers.h"
#include "core/workflow/originals.h"

namespace somnium::workflow
{

std::vector<search::Opinion> opinionsOf(const std::vector<session::Mark> &marks)
{
    std::vector<search::Opinion> opinions;
    for (const session::Mark &mark : marks)
    {
        const double verdict = mark.verdict == session::Verdict::Interesting ? 1.0 : 0.0;
        opinions.push_back({mark.source, mark.score ? static_cast<double>(*mark.score) / 5.0 : verdict});
    }
    return opinions;
}

Result<OddityRanking> rankOddities(const session::Session &session, session::ModelId model,
                                   const OddityRequest &request, compute::Backend &backend,
                                   const JobContext &context)
{
    const auto summary = session.modelSummary(model);
    if (!summary)
        return failure(summary.error());
    const auto som = session.model(model);
    if (!som)
        return failure(som.error());
    OddityRanking ranking;
    auto mapping = session.mapping(model);
    if (!mapping)
        return failure(mapping.error());
    ranking.mapping = std::move(*mapping);
    const auto samples = samplesOf(session, summary->collection, context);
    if (!samples)
        return failure(samples.error());
    auto figures = search::oddityFigures(*som, ranking.mapping, **samples, backend, context);
    if (!figures)
        return failure(figures.error());
    ranking.figures = std::move(*figures);
    ranking.scores = search::oddityScores(request.score, ranking.mapping, ranking.figures);
    if (request.isLearned)
    {
        const auto marks = session.annotations().marks(summary->collection);
        if (!marks)
            return failure(marks.error());
        ranking.marks = marks->size();
        const search::Relevance relevance(
            std::make_shared<const search::ShapeFeatures>(ranking.figures.shapes), ranking.scores);
        auto learned = relevance.ranking(opinionsOf(*marks), context);
        if (!learned)
            return failure(learned.error());
        ranking.scores = std::move(*learned);
    }
    ranking.order = search::byFallingScore(ranking.scores);
    return ranking;
}

Result<std::size_t> exportOddities(const MappedSources &from, const OddityRanking &ranking,
                                   const OddityRequest &request, std::size_t count,
                                   const std::filesystem::path &path)
{
    std::vector<std::size_t> sources = ranking.order;
    sources.resize(std::min(count, sources.size()));
    std::vector<float> scores;
    for (const std::size_t source : sources)
        scores.push_back(ranking.scores[source]);
    const std::string what =
        request.isLearned ? "Worth a look, 0 to 1, learned from " + std::to_string(ranking.marks) + " marks"
                          : "Score of oddity: " + std::string(search::describe(request.score));
    if (auto written = exportSources(from, sources, path,
                                     {data::makeColumn("oddity", std::move(scores), "", "stat.value", what)});
        !written)
        return failure(written.error());
    return sources.size();
}

} // namespace somnium::workflow
