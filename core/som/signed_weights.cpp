// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/signed_weights.h"

#include <algorithm>

namespace somnium::som
{

namespace
{

/// For each neuron, the sum over the sources of the weights that reach it.
std::vector<double> sumsOf(const std::vector<float> &weights, const std::vector<std::size_t> &hits,
                           double minimumWeight)
{
    const std::size_t neurons = hits.size();
    std::vector<double> sums(neurons);
    for (std::size_t best = 0; best < neurons; ++best)
        for (std::size_t k = 0; k < neurons; ++k)
        {
            const float weight = weights[best * neurons + k];
            if (weight >= static_cast<float>(minimumWeight))
                sums[k] += static_cast<double>(weight) * static_cast<double>(hits[best]);
        }
    return sums;
}

} // namespace

SignedWeights splitBySign(std::vector<float> weights)
{
    SignedWeights parts;
    if (std::any_of(weights.begin(), weights.end(), [](float weight) { return weight < 0.0F; }))
    {
        parts.repelling.resize(weights.size());
        std::transform(weights.begin(), weights.end(), parts.repelling.begin(),
                       [](float weight) { return std::max(-weight, 0.0F); });
    }
    parts.attracting = std::move(weights);
    for (float &weight : parts.attracting)
        weight = std::max(weight, 0.0F);
    return parts;
}

std::vector<float> withRepulsion(std::vector<float> attracted, std::span<const float> repelled,
                                 const SignedWeights &weights, std::span<const std::uint32_t> best,
                                 double minimumWeight, std::size_t neurons)
{
    if (weights.repelling.empty())
        return attracted;
    std::vector<std::size_t> hits(neurons);
    for (const std::uint32_t neuron : best)
        ++hits[neuron];
    const std::vector<double> attraction = sumsOf(weights.attracting, hits, minimumWeight);
    const std::vector<double> repulsion = sumsOf(weights.repelling, hits, minimumWeight);
    const std::size_t size = attracted.size() / neurons;
    for (std::size_t k = 0; k < neurons; ++k)
    {
        if (attraction[k] == 0.0 || repulsion[k] == 0.0)
            continue;
        const double held = std::min(repulsion[k], attraction[k] / 4.0);
        const double total = attraction[k] - held;
        const auto towards = static_cast<float>(attraction[k] / total);
        const auto away = static_cast<float>(held / total);
        for (std::size_t c = k * size; c < (k + 1) * size; ++c)
            attracted[c] = towards * attracted[c] - away * repelled[c];
    }
    return attracted;
}

} // namespace somnium::som
