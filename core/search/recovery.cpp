// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/recovery.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/search/outliers.h"

namespace somnium::search
{

Recovery recoveryOf(std::span<const float> scores, const std::vector<bool> &isOdd, std::size_t top)
{
    CHECK(scores.size() == isOdd.size());
    const auto odd = static_cast<std::size_t>(std::count(isOdd.begin(), isOdd.end(), true));
    const std::vector<std::size_t> order = byFallingScore(scores);
    std::size_t found = 0;
    std::size_t weight = 0;
    for (std::size_t rank = 0; rank < std::min(top, order.size()); ++rank)
        if (isOdd[order[rank]])
        {
            ++found;
            weight += top - rank;
        }
    std::size_t most = 0;
    for (std::size_t rank = 0; rank < std::min(top, odd); ++rank)
        most += top - rank;
    if (most == 0)
        return {};
    return {static_cast<double>(found) / static_cast<double>(odd),
            static_cast<double>(weight) / static_cast<double>(most)};
}

Result<std::vector<Recovery>> recoveryByOracle(const Relevance &relevance, const std::vector<bool> &isOdd,
                                               std::span<const std::size_t> checkpoints,
                                               const JobContext &context)
{
    std::vector<Recovery> recoveries;
    std::vector<Opinion> opinions;
    std::vector<bool> isJudged(isOdd.size());
    auto ranking = relevance.ranking(opinions, context);
    for (const std::size_t checkpoint : checkpoints)
    {
        while (ranking && opinions.size() < std::min(checkpoint, isOdd.size()))
        {
            const std::vector<std::size_t> order = byFallingScore(*ranking);
            const std::size_t next =
                *std::find_if(order.begin(), order.end(), [&](std::size_t i) { return !isJudged[i]; });
            isJudged[next] = true;
            opinions.push_back({next, isOdd[next] ? 1.0 : 0.0});
            ranking = relevance.ranking(opinions, context);
        }
        if (!ranking)
            return failure(ranking.error());
        recoveries.push_back(recoveryOf(*ranking, isOdd));
    }
    return recoveries;
}

Result<Recovery> recoveryByExample(const Relevance &relevance, const std::vector<bool> &isOdd,
                                   const JobContext &context)
{
    Recovery mean;
    std::size_t examples = 0;
    for (std::size_t i = 0; i < isOdd.size(); ++i)
    {
        if (!isOdd[i])
            continue;
        const Opinion example{i, 1.0};
        auto ranking = relevance.ranking(std::span(&example, 1), context);
        if (!ranking)
            return failure(ranking.error());
        (*ranking)[i] = 0.0F;
        std::vector<bool> others = isOdd;
        others[i] = false;
        const Recovery recovery = recoveryOf(*ranking, others);
        mean.recall += recovery.recall;
        mean.rankWeighted += recovery.rankWeighted;
        ++examples;
    }
    if (examples == 0)
        return mean;
    mean.recall /= static_cast<double>(examples);
    mean.rankWeighted /= static_cast<double>(examples);
    return mean;
}

} // namespace somnium::search
