// SPDX-License-Identifier: GPL-3.0-or-later
// Outliers that are odd, not loud (SOM.md section 7): the raw distance to the best prototype favours bright,
// extended and noisy images, so it is also put in proportion to what is usual for the neuron, for the
// signal-to-noise and for the light that the source has. Start reading here.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/data/sample_store.h"
#include "core/search/shape_features.h"
#include "core/som/som.h"

namespace somnium::search
{

enum class OddityScore
{
    Combined,     ///< how rare its Unexplained and its OverNeuron are, together
    Unexplained,  ///< share of its light that its prototype leaves, whatever the brightness
    OverNeuron,   ///< distance over the median of its neuron
    OverExpected, ///< distance over the running median at its signal-to-noise
    Distance,     ///< to its best prototype
    Isolation,    ///< few sources in its neuron, and the neuron far from its neighbours on the map
    Loneliness,   ///< distance to the fifth nearest source in the shape features
};
inline constexpr std::array kOddityScores = {
    OddityScore::Combined, OddityScore::Unexplained, OddityScore::OverNeuron, OddityScore::OverExpected,
    OddityScore::Distance, OddityScore::Isolation,   OddityScore::Loneliness};
/// The best of them on hidden odd sources, simulated and real: `somnium-cli bench oddities` measures it.
inline constexpr OddityScore kDefaultOddityScore = OddityScore::Combined;

/// "combined", "unexplained", "neuron", "snr", "distance", "isolation", "loneliness", and back.
[[nodiscard]] std::string_view toString(OddityScore score);
[[nodiscard]] Result<OddityScore> oddityScoreFromName(std::string_view name);
/// One line for help and tooltips.
[[nodiscard]] std::string_view describe(OddityScore score);

/// The distance that is usual at a signal-to-noise: the median in bins of equally many sources, linear
/// between them, constant beyond.
struct ExpectedDistance
{
    std::vector<float> signalToNoise; ///< rising
    std::vector<float> distance;
    [[nodiscard]] float at(float signalToNoise) const;
};
/// Bins of at least 50 sources, at most 32 of them.
[[nodiscard]] ExpectedDistance expectedDistances(std::span<const float> signalToNoise,
                                                 std::span<const float> distance);

/// What the scores are made of: of a mapped collection, a few numbers a source and a neuron.
struct OddityFigures
{
    ShapeFeatures shapes;
    std::vector<float> loneliness; ///< [source]
    ExpectedDistance expected;
    // Per neuron.
    std::vector<std::size_t> members;
    std::vector<float> medianDistance; ///< drawn towards that of all sources as if 5 more lay there
    std::vector<float> energy;         ///< of the prototype
    std::vector<float> separation;     ///< U-matrix height over the median height
};
/// One pass over the samples, about as long as mapping them. Fails (Mismatch) if they are not those mapped.
[[nodiscard]] Result<OddityFigures> oddityFigures(const som::Som &som, const som::Mapping &mapping,
                                                  const data::Samples &samples, compute::Backend &backend,
                                                  const JobContext &context);

/// Per source; larger is odder. NaN for a source without any light, which no score but Distance, Isolation
/// and Loneliness can judge.
[[nodiscard]] std::vector<float> oddityScores(OddityScore score, const som::Mapping &mapping,
                                              const OddityFigures &figures);

/// The numbers behind all scores of one source.
struct OddityReasons
{
    float distance = 0.0F;
    float neuronMedian = 0.0F;
    std::size_t neuronMembers = 0;
    float signalToNoise = 0.0F;
    float expectedDistance = 0.0F;
    float unexplained = 0.0F; ///< 0..1, NaN without light
    float separation = 0.0F;
    float loneliness = 0.0F;
};
[[nodiscard]] OddityReasons oddityReasons(std::size_t source, const som::Mapping &mapping,
                                          const OddityFigures &figures);
/// "distance 4.1: 2.3 x the median of its neuron (12 sources), 1.8 x what is usual at its signal-to-noise;
/// its prototype leaves 61 % of its light unexplained; ..."
[[nodiscard]] std::string toText(const OddityReasons &reasons);

} // namespace somnium::search
