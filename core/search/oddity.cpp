// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/oddity.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <sstream>

#include "core/search/outliers.h"
#include "core/som/mapper.h"
#include "core/som/prototypes.h"

namespace somnium::search
{

namespace
{

constexpr std::size_t kFewestInBin = 50;
constexpr std::size_t kMostBins = 32;
/// A neuron's median counts as its members, that of all sources as so many: one member has no median.
constexpr double kPriorMembers = 5.0;
constexpr std::size_t kNeighbour = 5;
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

float medianOf(std::vector<float> values)
{
    return static_cast<float>(percentile(values, 50.0));
}

void fillNeurons(const som::Mapping &mapping, std::size_t neurons, OddityFigures &figures)
{
    std::vector<std::vector<float>> distances(neurons);
    for (std::size_t i = 0; i < mapping.sourceCount(); ++i)
        distances[mapping.best[i]].push_back(mapping.distance[i]);
    const double overall = std::max(static_cast<double>(medianOf(mapping.distance)), 1e-30);
    for (const std::vector<float> &members : distances)
    {
        figures.members.push_back(members.size());
        double log = std::log(overall) * kPriorMembers;
        const auto count = static_cast<double>(members.size());
        if (!members.empty())
            log += count * std::log(std::max(static_cast<double>(medianOf(members)), 1e-3 * overall));
        figures.medianDistance.push_back(static_cast<float>(std::exp(log / (count + kPriorMembers))));
    }
}

Result<void> fillSeparation(const som::Som &som, compute::Backend &backend, const JobContext &context,
                            OddityFigures &figures)
{
    const auto heights = som::uMatrix(som, backend, context);
    if (!heights)
        return failure(heights.error());
    const std::vector<float> values(heights->begin(), heights->end());
    const float median = medianOf(values);
    for (const float height : values)
        figures.separation.push_back(median > 0.0F ? height / median : 1.0F);
    return {};
}

Result<void> fillEnergy(const som::Som &som, compute::Backend &backend, const JobContext &context,
                        OddityFigures &figures)
{
    const auto prototypes = som::prototypeSpectra(som, backend, context);
    if (!prototypes)
        return failure(prototypes.error());
    const auto values = backend.download(**prototypes);
    if (!values)
        return failure(values.error());
    const std::size_t size = som.grid.coefficientCount();
    for (std::size_t k = 0; k < som.layout.neuronCount(); ++k)
    {
        double sum = 0.0;
        for (const float value : std::span(*values).subspan(k * size, size))
            sum += static_cast<double>(value) * static_cast<double>(value);
        figures.energy.push_back(static_cast<float>(sum));
    }
    return {};
}

float ratio(float value, float usual)
{
    return usual > 0.0F ? value / usual : kNaN;
}

/// 1 - cos^2 of the angle between source and prototype: what is left of the source's energy when the
/// prototype, at its best brightness, is taken off.
float unexplainedShare(std::size_t source, const som::Mapping &mapping, const OddityFigures &figures)
{
    const auto own = static_cast<double>(figures.shapes.energy[source]);
    const auto prototype = static_cast<double>(figures.energy[mapping.best[source]]);
    if (!(own > 0.0))
        return kNaN;
    if (!(prototype > 0.0))
        return 1.0F;
    const auto distance = static_cast<double>(mapping.distance[source]);
    const double cosine = (own + prototype - distance * distance) / (2.0 * std::sqrt(own * prototype));
    const double explained = std::clamp(cosine, 0.0, 1.0);
    return static_cast<float>(1.0 - explained * explained);
}

std::vector<float> combined(const som::Mapping &mapping, const OddityFigures &figures)
{
    std::vector<float> sum = rarities(oddityScores(OddityScore::Unexplained, mapping, figures));
    const std::vector<float> over = rarities(oddityScores(OddityScore::OverNeuron, mapping, figures));
    for (std::size_t i = 0; i < sum.size(); ++i)
        sum[i] += over[i];
    return sum;
}

/// Sources of one neuron share its isolation: among them the further comes first.
std::vector<float> isolation(const som::Mapping &mapping, const OddityFigures &figures)
{
    const double mean =
        static_cast<double>(mapping.sourceCount()) / static_cast<double>(figures.members.size());
    const float furthest =
        mapping.distance.empty() ? 0.0F : *std::max_element(mapping.distance.begin(), mapping.distance.end());
    std::vector<float> scores;
    for (std::size_t i = 0; i < mapping.sourceCount(); ++i)
    {
        const std::size_t neuron = mapping.best[i];
        const auto members = static_cast<double>(figures.members[neuron]);
        const auto fewness = static_cast<float>(std::sqrt(mean / members));
        const float tie = furthest > 0.0F ? 1e-3F * mapping.distance[i] / furthest : 0.0F;
        scores.push_back(figures.separation[neuron] * fewness * (1.0F + tie));
    }
    return scores;
}

/// Three significant digits.
std::string number(float value)
{
    std::ostringstream text;
    text.precision(3);
    text << value;
    return text.str();
}

} // namespace

std::string_view toString(OddityScore score)
{
    switch (score)
    {
    case OddityScore::Combined: return "combined";
    case OddityScore::Unexplained: return "unexplained";
    case OddityScore::OverNeuron: return "neuron";
    case OddityScore::OverExpected: return "snr";
    case OddityScore::Distance: return "distance";
    case OddityScore::Isolation: return "isolation";
    case OddityScore::Loneliness: return "loneliness";
    }
    return "?";
}

Result<OddityScore> oddityScoreFromName(std::string_view name)
{
    std::string known;
    for (const OddityScore score : kOddityScores)
    {
        if (toString(score) == name)
            return score;
        known += (known.empty() ? "" : ", ") + std::string(toString(score));
    }
    return failure(ErrorKind::InvalidArgument,
                   "expected a score out of " + known + "; found \"" + std::string(name) + "\"");
}

std::string_view describe(OddityScore score)
{
    switch (score)
    {
    case OddityScore::Combined: return "how rare its unexplained light and its distance for its neuron are";
    case OddityScore::Unexplained:
        return "share of its light that the prototype, at its best brightness, leaves";
    case OddityScore::OverNeuron: return "distance over the median of its neuron";
    case OddityScore::OverExpected: return "distance over what is usual at its signal-to-noise";
    case OddityScore::Distance: return "distance to the best prototype; favours the bright and extended";
    case OddityScore::Isolation: return "its neuron has few sources and lies far from its neighbours";
    case OddityScore::Loneliness: return "how far the fifth nearest source is in shape";
    }
    return "?";
}

float ExpectedDistance::at(float value) const
{
    if (distance.empty())
        return kNaN;
    const auto above = std::upper_bound(signalToNoise.begin(), signalToNoise.end(), value);
    if (above == signalToNoise.begin())
        return distance.front();
    if (above == signalToNoise.end())
        return distance.back();
    const auto i = static_cast<std::size_t>(above - signalToNoise.begin());
    const float share = (value - signalToNoise[i - 1]) / (signalToNoise[i] - signalToNoise[i - 1]);
    return distance[i - 1] + share * (distance[i] - distance[i - 1]);
}

ExpectedDistance expectedDistances(std::span<const float> signalToNoise, std::span<const float> distance)
{
    const std::size_t count = signalToNoise.size();
    const std::size_t bins = std::clamp<std::size_t>(count / kFewestInBin, 1, kMostBins);
    std::vector<std::size_t> order = byFallingScore(signalToNoise);
    std::reverse(order.begin(), order.end());
    ExpectedDistance expected;
    std::vector<float> values;
    for (std::size_t bin = 0; bin < bins && count > 0; ++bin)
    {
        std::vector<float> keys;
        const std::size_t before = values.size();
        for (std::size_t i = bin * count / bins; i < (bin + 1) * count / bins; ++i)
        {
            keys.push_back(signalToNoise[order[i]]);
            values.push_back(distance[order[i]]);
        }
        const float key = medianOf(keys);
        if (!expected.signalToNoise.empty() && !(key > expected.signalToNoise.back()))
        {
            expected.distance.back() = medianOf(values); // many images of one signal-to-noise: one bin
            continue;
        }
        values.erase(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(before));
        expected.signalToNoise.push_back(key);
        expected.distance.push_back(medianOf(values));
    }
    return expected;
}

Result<OddityFigures> oddityFigures(const som::Som &som, const som::Mapping &mapping,
                                    const data::Samples &samples, compute::Backend &backend,
                                    const JobContext &context)
{
    if (samples.count() != mapping.sourceCount())
        return failure(ErrorKind::Mismatch, std::to_string(samples.count()) + " samples, but " +
                                                std::to_string(mapping.sourceCount()) + " mapped sources");
    OddityFigures figures;
    auto shapes = shapeFeatures(som, samples, backend, context);
    if (!shapes)
        return failure(shapes.error());
    figures.shapes = std::move(*shapes);
    JobContext silent = context;
    silent.onProgress = {};
    auto loneliness = neighbourDistances(figures.shapes, kNeighbour, silent);
    if (!loneliness)
        return failure(loneliness.error());
    figures.loneliness = std::move(*loneliness);
    figures.expected = expectedDistances(figures.shapes.signalToNoise, mapping.distance);
    fillNeurons(mapping, som.layout.neuronCount(), figures);
    if (auto filled = fillEnergy(som, backend, silent, figures); !filled)
        return failure(filled.error());
    if (auto filled = fillSeparation(som, backend, silent, figures); !filled)
        return failure(filled.error());
    return figures;
}

std::vector<float> oddityScores(OddityScore score, const som::Mapping &mapping, const OddityFigures &figures)
{
    switch (score)
    {
    case OddityScore::Combined: return combined(mapping, figures);
    case OddityScore::Distance: return mapping.distance;
    case OddityScore::Isolation: return isolation(mapping, figures);
    case OddityScore::Loneliness: return figures.loneliness;
    case OddityScore::Unexplained:
    case OddityScore::OverNeuron:
    case OddityScore::OverExpected: break;
    }
    std::vector<float> scores(mapping.sourceCount());
    for (std::size_t i = 0; i < scores.size(); ++i)
    {
        if (!(figures.shapes.energy[i] > 0.0F))
            scores[i] = kNaN;
        else if (score == OddityScore::Unexplained)
            scores[i] = unexplainedShare(i, mapping, figures);
        else if (score == OddityScore::OverNeuron)
            scores[i] = ratio(mapping.distance[i], figures.medianDistance[mapping.best[i]]);
        else
            scores[i] = ratio(mapping.distance[i], figures.expected.at(figures.shapes.signalToNoise[i]));
    }
    return scores;
}

OddityReasons oddityReasons(std::size_t source, const som::Mapping &mapping, const OddityFigures &figures)
{
    const std::size_t neuron = mapping.best[source];
    OddityReasons reasons;
    reasons.distance = mapping.distance[source];
    reasons.neuronMedian = figures.medianDistance[neuron];
    reasons.neuronMembers = figures.members[neuron];
    reasons.signalToNoise = figures.shapes.signalToNoise[source];
    reasons.expectedDistance = figures.expected.at(reasons.signalToNoise);
    reasons.unexplained = unexplainedShare(source, mapping, figures);
    reasons.separation = figures.separation[neuron];
    reasons.loneliness = figures.loneliness[source];
    return reasons;
}

std::string toText(const OddityReasons &reasons)
{
    std::string text = "distance " + number(reasons.distance) + ": " +
                       number(ratio(reasons.distance, reasons.neuronMedian)) +
                       " x the median of its neuron (" + std::to_string(reasons.neuronMembers) +
                       (reasons.neuronMembers == 1 ? " source), " : " sources), ") +
                       number(ratio(reasons.distance, reasons.expectedDistance)) +
                       " x what is usual at its signal-to-noise; ";
    if (std::isnan(reasons.unexplained))
        text += "no light to explain; ";
    else
        text += "its prototype leaves " + number(100.0F * reasons.unexplained) + " % of its light; ";
    return text + "the neuron lies " + number(reasons.separation) +
           " x as far from its neighbours as is usual; the fifth nearest source in shape is " +
           number(reasons.loneliness) + " away";
}

} // namespace somnium::search
