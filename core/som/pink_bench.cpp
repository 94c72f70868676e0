// SPDX-License-Identifier: GPL-3.0-or-later
// The case that PINK's authors published (bench.h).
#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "core/base/platform.h"
#include "core/base/timing.h"
#include "core/compute/measured_rates.h"
#include "core/compute/stand_in.h"
#include "core/som/bench.h"
#include "core/som/bench_parts.h"
#include "core/som/neighbourhood.h"
#include "core/som/prototypes.h"

namespace somnium::som
{

namespace
{

constexpr std::size_t kImageSide = 124;
constexpr std::size_t kNeuronSide = 64;
constexpr std::size_t kMapSide = 21;
constexpr double kImages = 176750.0;
/// Images whose pixels are there at the same time: 126 MiB, 1 GiB where a device has memory of its own.
constexpr std::size_t kBlock = compute::kUpdateBlockImages;
constexpr std::size_t kDeviceBlock = 8 * kBlock;
constexpr data::ImageShape kShape = {1, kImageSide, kImageSide};

using Blocks = std::vector<std::unique_ptr<compute::Spectra>>;

/// All images as half-precision spectra where the backend keeps them.
Result<Blocks> transformAll(const PinkCaseParams &params, const compute::PolarGrid &grid,
                            compute::Backend &backend, const JobContext &context, double &seconds)
{
    Blocks blocks;
    JobContext inner = context;
    inner.onProgress = {};
    const std::size_t most = compute::isProcessor(backend) ? kBlock : kDeviceBlock;
    for (std::size_t first = 0; first < params.images; first += most)
    {
        const std::size_t count = std::min(most, params.images - first);
        const std::vector<float> pixels = makeBlobImages(first, count, kImageSide, params.seed, context);
        const ImagesAsSamples samples(pixels, kShape);
        Result<std::unique_ptr<compute::Spectra>> block;
        seconds += secondsOf([&] { block = backend.transformAndKeep(samples, 0, count, grid, inner); });
        if (!block)
            return failure(block.error());
        blocks.push_back(std::move(*block));
        context.report({first + count, params.images, "transforming images"});
    }
    return blocks;
}

Result<void> measureBounds(const compute::PolarGrid &grid, compute::Backend &backend,
                           const JobContext &context, PinkCaseReport &report)
{
    const auto copied = compute::measureCopyRate(backend, context);
    const auto brought = compute::measureBringRate(backend, context);
    const auto multiplied = compute::measureProductRate(backend, compute::ProductPrecision::Float32, context);
    if (!copied || !brought || !multiplied)
        return failure(!copied ? copied.error() : !brought ? brought.error() : multiplied.error());
    report.bringBoundSeconds = kImages * static_cast<double>(kShape.size() * sizeof(float)) / *brought;
    report.memoryBoundSeconds =
        kImages * static_cast<double>(bytesPerImage(grid, sizeof(std::uint16_t))) / *copied;
    report.arithmeticBoundSeconds =
        kImages * static_cast<double>(report.neurons) * operationsPerPair(grid) / *multiplied;
    return {};
}

} // namespace

Result<PinkCaseReport> benchPinkCase(const PinkCaseParams &params, compute::Backend &backend,
                                     const JobContext &context)
{
    if (params.images == 0)
        return failure(ErrorKind::InvalidArgument, "images must be at least 1");
    TrainingParams training;
    const auto layout = MapLayout::hexagonal(kMapSide);
    const auto grid = compute::polarGridFor({1, kNeuronSide, kNeuronSide}, compute::MatchPrecision::Standard);
    if (!layout || !grid)
        return failure(layout ? grid.error() : layout.error());
    training.layout = *layout;
    const std::size_t neurons = layout->neuronCount();
    const std::vector<float> pixels = makeBlobImages(0, neurons, kImageSide, params.seed, context);
    const auto prototypes = backend.transform(ImagesAsSamples(pixels, kShape), 0, neurons, *grid, context);
    if (!prototypes)
        return failure(prototypes.error());

    PinkCaseReport report;
    auto images = transformAll(params, *grid, backend, context, report.transformSeconds);
    if (!images)
        return failure(images.error());
    const std::vector<float> weights =
        neighbourhoodWeights(training.layout, training.neighbourhood, sigmaOf(training, 0));
    compute::UpdateOptions options;
    options.neighbourhood = weights;
    const auto forEach = [&](const TakeSpectra &take) -> Result<void> {
        for (const auto &block : *images)
            if (auto taken = take(*block); !taken)
                return taken;
        return {};
    };
    Result<void> learnt;
    report.epochSeconds =
        secondsOf([&] { learnt = learnOnce(forEach, **prototypes, options, backend, context); });
    if (!learnt)
        return failure(learnt.error());
    report.device = backend.device();
    report.images = params.images;
    report.neurons = neurons;
    report.totalSeconds =
        (report.transformSeconds + report.epochSeconds) * kImages / static_cast<double>(params.images);
    report.peakResidentBytes = peakResidentBytes();
    images->clear();
    if (const auto done = measureBounds(*grid, backend, context, report); !done)
        return failure(done.error());
    return report;
}

} // namespace somnium::som
