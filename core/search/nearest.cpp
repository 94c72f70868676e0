// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/nearest.h"

#include <algorithm>

#include "core/som/prototypes.h"

namespace somnium::search
{

namespace
{

constexpr std::size_t kBlockSamples = 4096;

bool isNearer(const Neighbour &a, const Neighbour &b)
{
    return a.distance != b.distance ? a.distance < b.distance : a.source < b.source;
}

void keepNearest(std::vector<Neighbour> &neighbours, std::size_t count)
{
    const std::size_t kept = std::min(count, neighbours.size());
    std::partial_sort(neighbours.begin(), neighbours.begin() + static_cast<std::ptrdiff_t>(kept),
                      neighbours.end(), isNearer);
    neighbours.resize(kept);
}

} // namespace

Result<std::vector<Neighbour>> nearestSources(const data::ImageView &image, const data::Samples &samples,
                                              const compute::PolarGrid &grid, std::size_t count,
                                              compute::Backend &backend, const JobContext &context)
{
    if (samples.count() > 0 && image.shape() != samples.shape())
        return failure(ErrorKind::Mismatch, "the image has another shape than the samples");
    const som::ImagesAsSamples asSamples(image.pixels(), image.shape());
    const auto wanted = backend.transform(asSamples, 0, 1, grid, context);
    if (!wanted)
        return failure(wanted.error());
    JobContext inner = context;
    inner.onProgress = {};
    std::vector<Neighbour> nearest;
    for (std::size_t first = 0; first < samples.count(); first += kBlockSamples)
    {
        const std::size_t block = std::min(kBlockSamples, samples.count() - first);
        const auto spectra = backend.transform(samples, first, block, grid, inner);
        if (!spectra)
            return failure(spectra.error());
        samples.letGo(first, block);
        const auto match = backend.match(**spectra, **wanted, {}, inner);
        if (!match)
            return failure(match.error());
        for (std::size_t i = 0; i < block; ++i)
            nearest.push_back(
                {first + i, match->bestDistance[i], {match->bestAngleRad[i], match->bestFlip[i] != 0}});
        keepNearest(nearest, count);
        context.report({first + block, samples.count(), "searching"});
    }
    return nearest;
}

std::vector<Neighbour> sourcesOfNeuron(const som::Mapping &mapping, std::size_t neuron, std::size_t count)
{
    std::vector<Neighbour> sources;
    for (std::size_t i = 0; i < mapping.sourceCount(); ++i)
        if (mapping.best[i] == neuron)
            sources.push_back({i, mapping.distance[i], mapping.transform[i]});
    keepNearest(sources, count);
    return sources;
}

} // namespace somnium::search
