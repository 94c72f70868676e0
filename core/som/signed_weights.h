// SPDX-License-Identifier: GPL-3.0-or-later
// Neighbourhoods that also repel (the Mexican hat): their weights, apart by sign, and what the batch rule
// makes of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace somnium::som
{

struct SignedWeights
{
    std::vector<float> attracting; ///< [best match][neuron], 0 where the weight is negative
    std::vector<float> repelling;  ///< magnitudes of the negative ones; empty if there are none
};
[[nodiscard]] SignedWeights splitBySign(std::vector<float> weights);

/// The batch rule with repulsion. `attracted` and `repelled` are what the rule makes of the same sources with
/// either part of the weights, M+ and M- [neuron][coefficient]; `best` the sources' best neurons. With P and
/// N the sums of a neuron's attracting and repelling weights,
///
///     W = (P M+ - s N M-) / (P - s N),    s = min(1, P / 4N):
///
/// the weighted mean by weights of both signs, but repulsion counts for a quarter of the attraction at most.
/// So the sum that is divided by stays positive and no prototype grows beyond 5/3 of its sources, however
/// wide the brim of the hat. A neuron that nothing attracts keeps its weights. Weights below `minimumWeight`
/// do not count, as in compute::UpdateOptions.
[[nodiscard]] std::vector<float> withRepulsion(std::vector<float> attracted, std::span<const float> repelled,
                                               const SignedWeights &weights,
                                               std::span<const std::uint32_t> best, double minimumWeight,
                                               std::size_t neurons);

} // namespace somnium::som
