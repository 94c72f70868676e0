// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/vector_start.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/compute/principal_subspace.h"
#include "core/data/gaps.h"
#include "core/som/picked_samples.h"

namespace somnium::som
{

namespace
{

constexpr std::uint64_t kInitialisationStream = 1;
constexpr std::uint64_t kPickStream = 3;
constexpr std::size_t kMostPicks = 20000;
constexpr double kDeviations = 2.0;
/// Of the start from the mean: neurons that are equal to the bit would never part in a batch.
constexpr double kRipple = 1e-4;

/// Mean and standard deviation of each pixel over the vectors that have it.
struct PixelFigures
{
    std::vector<double> count;
    std::vector<double> mean;
    std::vector<double> deviation;

    explicit PixelFigures(std::size_t pixels) : count(pixels), mean(pixels), deviation(pixels) {}
};

Result<PixelFigures> pixelFigures(const data::Spectra &vectors, const std::vector<std::size_t> &picks,
                                  const JobContext &context)
{
    constexpr std::size_t kParts = 16;
    const std::size_t pixels = vectors.pixels();
    std::vector<PixelFigures> parts(kParts, PixelFigures(pixels)); // sums and sums of squares, at first
    JobContext inner = context;
    inner.onProgress = {};
    const bool isWhole = parallelFor(kParts, inner, [&](std::size_t part) {
        std::vector<float> values(pixels);
        std::vector<float> weights(pixels);
        for (std::size_t i = part * picks.size() / kParts; i < (part + 1) * picks.size() / kParts; ++i)
        {
            vectors.read(picks[i], values, weights);
            for (std::size_t p = 0; p < pixels; ++p)
            {
                if (!(weights[p] > 0.0F))
                    continue;
                const auto value = static_cast<double>(values[p]);
                parts[part].count[p] += 1.0;
                parts[part].mean[p] += value;
                parts[part].deviation[p] += value * value;
            }
        }
    });
    if (!isWhole)
        return failure(ErrorKind::Cancelled, "stopped");
    PixelFigures figures(pixels);
    for (std::size_t p = 0; p < pixels; ++p)
    {
        for (const PixelFigures &part : parts)
        {
            figures.count[p] += part.count[p];
            figures.mean[p] += part.mean[p];
            figures.deviation[p] += part.deviation[p];
        }
        const double count = std::max(figures.count[p], 1.0);
        figures.mean[p] /= count;
        const double variance = figures.deviation[p] / count - figures.mean[p] * figures.mean[p];
        figures.deviation[p] = std::sqrt(std::max(variance, 0.0));
    }
    // What nobody has a value for, no neuron learns: it shows what is beside it.
    static_cast<void>(data::bridgeGaps<double>(figures.mean, figures.count));
    return figures;
}

/// The value, or the mean where it is masked.
void readFilled(const data::Spectra &vectors, std::size_t index, const PixelFigures &figures,
                std::span<float> values)
{
    std::vector<float> weights(vectors.pixels());
    vectors.read(index, values, weights);
    for (std::size_t p = 0; p < values.size(); ++p)
        values[p] = weights[p] > 0.0F ? values[p] : static_cast<float>(figures.mean[p]);
}

/// A neuron's place along up to three directions, the longest side of the layout first, in -1..1.
std::array<double, 3> placeOf(const MapLayout &layout, std::size_t neuron)
{
    const MapLayout::Point size = layout.drawingSize();
    const MapLayout::Point centre = layout.drawingCentre(neuron);
    const auto scaled = [](double at, double whole) { return 2.0 * at / whole - 1.0; };
    const auto depth = static_cast<double>(layout.depth());
    struct Side
    {
        double length;
        double place;
    };
    std::array<Side, 3> sides = {Side{size.x, scaled(centre.x, size.x)},
                                 Side{size.y, scaled(centre.y, size.y)},
                                 Side{depth, scaled(static_cast<double>(layout.z(neuron)) + 0.5, depth)}};
    std::stable_sort(sides.begin(), sides.end(),
                     [](const Side &a, const Side &b) { return a.length > b.length; });
    return {sides[0].place, sides[1].place, sides[2].place};
}

Result<std::vector<float>> alongAxes(const data::Spectra &vectors, const std::vector<std::size_t> &picks,
                                     const PixelFigures &figures, const TrainingParams &params,
                                     compute::Backend &backend, const JobContext &context)
{
    const std::size_t pixels = vectors.pixels();
    const compute::RowSource rows{picks.size(), pixels, [&](std::size_t row, std::span<float> values) {
                                      readFilled(vectors, picks[row], figures, values);
                                      for (std::size_t p = 0; p < pixels; ++p)
                                          values[p] -= static_cast<float>(figures.mean[p]);
                                  }};
    auto ops = backend.tensorOps(context.threads);
    if (!ops)
        return failure(ops.error());
    JobContext inner = context;
    inner.onProgress = {};
    const std::size_t dimensions = params.layout.dimensionCount();
    const auto subspace =
        compute::principalSubspace(rows, {.axes = dimensions, .seed = params.seed}, **ops, inner);
    if (!subspace)
        return failure(subspace.error());
    std::vector<float> prototypes;
    for (std::size_t k = 0; k < params.layout.neuronCount(); ++k)
    {
        const std::array<double, 3> place = placeOf(params.layout, k);
        for (std::size_t p = 0; p < pixels; ++p)
        {
            double value = figures.mean[p];
            for (std::size_t axis = 0; axis < subspace->count(); ++axis)
                value += kDeviations * std::sqrt(subspace->variance[axis]) * place.at(axis) *
                         static_cast<double>(subspace->axes[axis * pixels + p]);
            prototypes.push_back(static_cast<float>(value));
        }
    }
    return prototypes;
}

Result<std::vector<float>> ofGivenMap(const Som *given, const TrainingParams &params, std::size_t pixels)
{
    if (given == nullptr)
        return failure(ErrorKind::InvalidArgument, "no map given to start the training from");
    const std::size_t neurons = params.layout.neuronCount();
    if (given->shape.size() != pixels || given->prototypes.size() != neurons * pixels)
        return failure(ErrorKind::Mismatch, "the map to start from has " +
                                                std::to_string(given->layout.neuronCount()) + " neurons of " +
                                                std::to_string(given->shape.size()) + " pixels: expected " +
                                                std::to_string(neurons) + " of " + std::to_string(pixels));
    return given->prototypes;
}

} // namespace

Result<std::vector<float>> initialVectors(const data::Spectra &vectors, const TrainingParams &params,
                                          const Som *given, compute::Backend &backend,
                                          const JobContext &context)
{
    const std::size_t pixels = vectors.pixels();
    const std::size_t neurons = params.layout.neuronCount();
    if (params.initialisation == Initialisation::GivenMap)
        return ofGivenMap(given, params, pixels);
    if (params.initialisation == Initialisation::PreferredDirection)
        return failure(ErrorKind::InvalidArgument, "vectors have no preferred direction to start from");
    Random picking(params.seed, kPickStream);
    std::vector<std::size_t> picks =
        randomPicks(vectors.count(), std::min(vectors.count(), kMostPicks), picking);
    std::sort(picks.begin(), picks.end()); // as they lie on the disk
    const auto figures = pixelFigures(vectors, picks, context);
    if (!figures)
        return failure(figures.error());
    if (params.initialisation == Initialisation::PrincipalAxes)
        return alongAxes(vectors, picks, *figures, params, backend, context);
    Random random(params.seed, kInitialisationStream);
    std::vector<float> prototypes(neurons * pixels);
    if (params.initialisation == Initialisation::RandomSources)
    {
        const std::vector<std::size_t> sources = randomPicks(vectors.count(), neurons, random);
        for (std::size_t k = 0; k < neurons; ++k)
            readFilled(vectors, sources[k], *figures, std::span(prototypes).subspan(k * pixels, pixels));
        return prototypes;
    }
    const double amplitude = params.initialisation == Initialisation::Zero ? kRipple : 1.0;
    for (std::size_t at = 0; at < prototypes.size(); ++at)
        prototypes[at] =
            static_cast<float>(figures->mean[at % pixels] +
                               amplitude * figures->deviation[at % pixels] * random.uniform(-1.0, 1.0));
    return prototypes;
}

} // namespace somnium::som
