// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/mapper.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "core/compute/stand_in.h"
#include "core/som/close_calls.h"
#include "core/som/prototypes.h"
#include "core/som/vector_trainer.h"

namespace somnium::som
{

namespace
{

/// Samples whose spectra, and pairs whose distances, are held at once: mapping needs no more memory for a
/// large survey than for a small one.
constexpr std::size_t kBlockSamples = 4096;
/// Those that a device short of memory is given at least: the prototypes then need more than the samples.
constexpr std::size_t kLeastBlockSamples = 256;
constexpr std::size_t kBlockPairs = std::size_t{1} << 22;

std::size_t blockSamples(const Som &som, const compute::MatchOptions &options)
{
    if (!options.all)
        return kBlockSamples;
    return std::clamp<std::size_t>(kBlockPairs / som.layout.neuronCount(), 1, kBlockSamples);
}

std::string toString(const data::ImageShape &shape)
{
    return std::to_string(shape.channels) + " x " + std::to_string(shape.rows) + " x " +
           std::to_string(shape.columns);
}

/// Whether `count` samples were too many for the device's memory and half of them may not be: `block` then.
bool makesSmaller(std::size_t &block, std::size_t count, const Error &error, const compute::Backend &backend,
                  const JobContext &context)
{
    if (error.kind != ErrorKind::OutOfMemory || !compute::isDeviceFailure(error, backend) ||
        count <= kLeastBlockSamples)
        return false;
    block = count / 2;
    context.notice(
        compute::failureNotice(backend, error, "it is given " + std::to_string(block) + " images at a time"));
    return true;
}

Result<compute::MatchResult> matchBlock(const Som &som, const data::Samples &samples, std::size_t first,
                                        std::size_t count, const compute::Spectra &prototypes,
                                        const compute::MatchOptions &options, compute::Backend &backend,
                                        const JobContext &context)
{
    const auto images = backend.transform(samples, first, count, som.grid, context);
    if (!images)
        return failure(images.error());
    auto match = backend.match(**images, prototypes, options, context);
    if (match && !options.all && !decideCloseCalls(som, samples, first, *match, context))
        return failure(ErrorKind::Cancelled, "stopped");
    return match;
}

/// Calls `take(match)`, which may fail, for one block of samples after another.
template <class Take>
Result<void> matchInBlocks(const Som &som, const data::Samples &samples, const compute::MatchOptions &options,
                           compute::Backend &backend, const JobContext &context, const Take &take)
{
    if (samples.count() > 0)
        if (const auto fit = checkFit(som, samples.shape()); !fit)
            return fit;
    const auto prototypes = prototypeSpectra(som, backend, context);
    if (!prototypes)
        return failure(prototypes.error());
    JobContext inner = context;
    inner.onProgress = {};
    std::size_t block = blockSamples(som, options);
    for (std::size_t first = 0; first < samples.count();)
    {
        const std::size_t count = std::min(block, samples.count() - first);
        auto match = matchBlock(som, samples, first, count, **prototypes, options, backend, inner);
        if (!match && makesSmaller(block, count, match.error(), backend, context))
            continue;
        if (!match)
            return failure(match.error());
        samples.letGo(first, count);
        if (Result<void> taken = take(*match); !taken)
            return taken;
        first += count;
        context.report({first, samples.count(), "mapping"});
    }
    return {};
}

template <class T> void append(std::vector<T> &to, const std::vector<T> &from)
{
    to.insert(to.end(), from.begin(), from.end());
}

} // namespace

Result<void> checkFit(const Som &som, const data::ImageShape &samples)
{
    const auto side = static_cast<double>(std::min(samples.rows, samples.columns));
    const bool holdsDisc = samples.channels == som.shape.channels && 2.0 * som.grid.radius <= side - 1.0;
    if (samples == som.shape || (som.params.neuronSide != 0 && holdsDisc))
        return {};
    return failure(ErrorKind::Mismatch, "the map's prototypes are " + toString(som.shape) +
                                            " (channels, rows, columns), the samples " + toString(samples));
}

Result<Mapping> mapSamples(const Som &som, const data::Samples &samples, compute::Backend &backend,
                           const JobContext &context)
{
    if (som.params.metric == Metric::Vector)
        return mapVectors(som, *vectorsOf(samples), backend, context);
    Mapping mapping;
    const auto take = [&mapping](const compute::MatchResult &match) -> Result<void> {
        append(mapping.best, match.best);
        append(mapping.second, match.second);
        append(mapping.distance, match.bestDistance);
        append(mapping.secondDistance, match.secondDistance);
        for (std::size_t i = 0; i < match.best.size(); ++i)
            mapping.transform.push_back({match.bestAngleRad[i], match.bestFlip[i] != 0});
        return {};
    };
    if (const auto done = matchInBlocks(som, samples, matchOptionsOf(som.params), backend, context, take);
        !done)
        return failure(done.error());
    return mapping;
}

void FullMapping::append(const FullMapping &block)
{
    sources += block.sources;
    som::append(distance, block.distance);
    som::append(transform, block.transform);
}

Result<void> mapSamplesFully(const Som &som, const data::Samples &samples, compute::Backend &backend,
                             const JobContext &context, const TakePairs &take)
{
    if (som.params.metric == Metric::Vector)
        return mapVectorsFully(som, *vectorsOf(samples), backend, context, take);
    compute::MatchOptions options = matchOptionsOf(som.params);
    options.all = true;
    return matchInBlocks(som, samples, options, backend, context, [&](compute::MatchResult &match) {
        FullMapping block;
        block.sources = match.best.size();
        block.neurons = som.layout.neuronCount();
        block.transform.reserve(match.distance.size());
        for (std::size_t i = 0; i < match.distance.size(); ++i)
            block.transform.push_back({match.angleRad[i], match.flip[i] != 0});
        block.distance = std::move(match.distance);
        return take(block);
    });
}

Result<FullMapping> mapSamplesFully(const Som &som, const data::Samples &samples, compute::Backend &backend,
                                    const JobContext &context)
{
    FullMapping all;
    all.neurons = som.layout.neuronCount();
    const auto done =
        mapSamplesFully(som, samples, backend, context, [&all](const FullMapping &block) -> Result<void> {
            all.append(block);
            return {};
        });
    if (!done)
        return failure(done.error());
    return all;
}

data::Image turned(const data::ImageView &source, const SpatialTransform &transform)
{
    return turned(source, transform, source.rows(), source.columns());
}

data::Image turned(const data::ImageView &source, const SpatialTransform &transform, std::size_t toRows,
                   std::size_t toColumns)
{
    data::Image result({source.channels(), toRows, toColumns});
    const double toCentreRow = (static_cast<double>(toRows) - 1.0) / 2.0;
    const double toCentreColumn = (static_cast<double>(toColumns) - 1.0) / 2.0;
    const auto rows = static_cast<double>(source.rows());
    const auto columns = static_cast<double>(source.columns());
    const double centreRow = (rows - 1.0) / 2.0;
    const double centreColumn = (columns - 1.0) / 2.0;
    const double radius = std::min(centreRow, centreColumn);
    const double cosine = std::cos(static_cast<double>(transform.angleRad));
    const double sine = std::sin(static_cast<double>(transform.angleRad));
    const auto bilinear = [&](double row, double column, std::size_t channel) {
        const double lowRow = std::clamp(std::floor(row), 0.0, std::max(0.0, rows - 2.0));
        const double lowColumn = std::clamp(std::floor(column), 0.0, std::max(0.0, columns - 2.0));
        const double fRow = row - lowRow;
        const double fColumn = column - lowColumn;
        const auto r = static_cast<std::size_t>(lowRow);
        const auto c = static_cast<std::size_t>(lowColumn);
        const auto pixel = [&](std::size_t atRow, std::size_t atColumn) {
            const float value = source.at(std::min(atRow, source.rows() - 1),
                                          std::min(atColumn, source.columns() - 1), channel);
            return std::isfinite(value) ? static_cast<double>(value) : 0.0;
        };
        return (1.0 - fRow) * ((1.0 - fColumn) * pixel(r, c) + fColumn * pixel(r, c + 1)) +
               fRow * ((1.0 - fColumn) * pixel(r + 1, c) + fColumn * pixel(r + 1, c + 1));
    };
    for (std::size_t channel = 0; channel < source.channels(); ++channel)
        for (std::size_t row = 0; row < toRows; ++row)
            for (std::size_t column = 0; column < toColumns; ++column)
            {
                const double x = static_cast<double>(column) - toCentreColumn;
                const double y = static_cast<double>(row) - toCentreRow;
                if (x * x + y * y > radius * radius)
                    continue;
                // Back through the rotation, then through the flip, to where this pixel comes from.
                const double fromX = x * cosine + y * sine;
                const double unflippedY = -x * sine + y * cosine;
                const double fromY = transform.isFlipped ? -unflippedY : unflippedY;
                result.at(row, column, channel) =
                    static_cast<float>(bilinear(centreRow + fromY, centreColumn + fromX, channel));
            }
    return result;
}

NeuronFigures neuronFigures(const Mapping &mapping, std::size_t neurons)
{
    NeuronFigures figures;
    figures.hits.resize(neurons);
    figures.meanDistance.resize(neurons);
    for (std::size_t i = 0; i < mapping.sourceCount(); ++i)
    {
        ++figures.hits[mapping.best[i]];
        figures.meanDistance[mapping.best[i]] += static_cast<double>(mapping.distance[i]);
    }
    for (std::size_t k = 0; k < neurons; ++k)
        figures.meanDistance[k] = figures.hits[k] == 0
                                      ? std::numeric_limits<double>::quiet_NaN()
                                      : figures.meanDistance[k] / static_cast<double>(figures.hits[k]);
    return figures;
}

EpochReport qualityOf(const Mapping &mapping, const MapLayout &layout)
{
    EpochReport report;
    std::vector<std::uint8_t> isHit(layout.neuronCount());
    double sum = 0.0;
    std::size_t torn = 0;
    for (std::size_t i = 0; i < mapping.sourceCount(); ++i)
    {
        sum += static_cast<double>(mapping.distance[i]);
        isHit[mapping.best[i]] = 1;
        if (mapping.best[i] != mapping.second[i] && !layout.areAdjacent(mapping.best[i], mapping.second[i]))
            ++torn;
    }
    const auto sources = static_cast<double>(std::max<std::size_t>(mapping.sourceCount(), 1));
    report.meanDistance = sum / sources;
    report.topographicError = static_cast<double>(torn) / sources;
    report.emptyNeurons = static_cast<std::size_t>(std::count(isHit.begin(), isHit.end(), 0));
    return report;
}

} // namespace somnium::som
