// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/relevance.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "core/base/check.h"
#include "core/base/parallel.h"
#include "core/search/outliers.h"

namespace somnium::search
{

namespace
{

// Chosen on the hidden oddities of `somnium-cli bench oddities`; recall changes by a few per cent for half or
// twice of each.
constexpr float kReach = 0.3F;       ///< of an opinion, where unlike sources are sqrt(2) apart
constexpr double kDoubt = 0.1;       ///< variance of an opinion
constexpr float kTopOfPrior = 0.75F; ///< what the unlabelled score alone gives its first source
constexpr std::size_t kBlockSources = 512;

/// A rational quadratic: as a Gaussian near by, but reaching far, a mixture of Gaussians of all widths.
float kernel(float squaredDistance)
{
    return 1.0F / (1.0F + squaredDistance / (2.0F * kReach * kReach));
}

/// Solves (K + doubt) x = y for a symmetric positive definite K [size][size], by Cholesky's decomposition.
std::vector<double> solve(std::vector<double> matrix, std::vector<double> values)
{
    const std::size_t size = values.size();
    for (std::size_t i = 0; i < size; ++i)
    {
        for (std::size_t j = 0; j <= i; ++j)
        {
            double sum = matrix[i * size + j] + (i == j ? kDoubt : 0.0);
            for (std::size_t k = 0; k < j; ++k)
                sum -= matrix[i * size + k] * matrix[j * size + k];
            matrix[i * size + j] = i == j ? std::sqrt(sum) : sum / matrix[j * size + j];
        }
        for (std::size_t k = 0; k < i; ++k)
            values[i] -= matrix[i * size + k] * values[k];
        values[i] /= matrix[i * size + i];
    }
    for (std::size_t i = size; i-- > 0;)
    {
        for (std::size_t k = i + 1; k < size; ++k)
            values[i] -= matrix[k * size + i] * values[k];
        values[i] /= matrix[i * size + i];
    }
    return values;
}

/// Into (0, 1), keeping the order.
float squashed(float value)
{
    return 0.5F * (1.0F + std::tanh(2.0F * (value - 0.5F)));
}

} // namespace

Relevance::Relevance(std::shared_ptr<const ShapeFeatures> features, std::span<const float> scores)
    : m_features(std::move(features)), m_prior(scores.size())
{
    CHECK(m_features->sourceCount() == scores.size());
    const std::vector<std::size_t> order = byFallingScore(scores);
    const double scale = std::log(2.0 * static_cast<double>(std::max<std::size_t>(scores.size(), 1)));
    for (std::size_t rank = 0; rank < order.size(); ++rank)
    {
        const double share = (static_cast<double>(rank) + 0.5) / static_cast<double>(order.size());
        m_prior[order[rank]] = static_cast<float>(-std::log(share) / scale);
    }
}

Result<std::vector<float>> Relevance::ranking(std::span<const Opinion> opinions,
                                              const JobContext &context) const
{
    std::map<std::size_t, double> worth;
    for (const Opinion &opinion : opinions)
    {
        if (opinion.source >= m_prior.size())
            return failure(ErrorKind::Mismatch, "an opinion of source " + std::to_string(opinion.source) +
                                                    " of " + std::to_string(m_prior.size()));
        worth[opinion.source] = opinion.worth;
    }
    const std::size_t count = worth.size();
    std::vector<std::size_t> judged;
    std::vector<float> rows; // of the judged, one after another
    std::vector<double> surprise;
    for (const auto &[source, value] : worth)
    {
        const auto row = m_features->of(source);
        judged.push_back(source);
        rows.insert(rows.end(), row.begin(), row.end());
        surprise.push_back(value - static_cast<double>(kTopOfPrior * m_prior[source]));
    }
    std::vector<double> matrix(count * count);
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t j = 0; j < count; ++j)
            matrix[i * count + j] = static_cast<double>(
                kernel(squaredDistance(m_features->of(judged[i]), m_features->of(judged[j]))));
    const std::vector<double> solution = solve(std::move(matrix), std::move(surprise));
    const std::vector<float> weights(solution.begin(), solution.end());

    std::vector<float> ranking(m_prior.size());
    const std::size_t width = m_features->dimensions;
    const std::size_t blocks = (ranking.size() + kBlockSources - 1) / kBlockSources;
    const bool isWhole = parallelFor(blocks, context, [&](std::size_t block) {
        const std::size_t end = std::min(ranking.size(), (block + 1) * kBlockSources);
        for (std::size_t i = block * kBlockSources; i < end; ++i)
        {
            float value = kTopOfPrior * m_prior[i];
            const auto own = m_features->of(i);
            for (std::size_t k = 0; k < count; ++k)
                value += weights[k] * kernel(squaredDistance(own, std::span(rows).subspan(k * width, width)));
            ranking[i] = squashed(value);
        }
    });
    if (!isWhole)
        return failure(ErrorKind::Cancelled, "stopped");
    for (const auto &[source, value] : worth)
        ranking[source] = value >= 0.5 ? 1.0F : 0.0F;
    return ranking;
}

} // namespace somnium::search
