// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/map/matcher.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "core/base/check.h"

namespace somnium::gpu
{

namespace
{

/// Blocks that should run on a processor at a time: while one waits, the other computes. Of the memory that
/// blocks share there, each takes a little more than it asks for, and one alone may have the rest.
constexpr std::size_t kGoodBlocks = 2;
constexpr std::size_t kReservedBytes = std::size_t{1} << 10U;
/// Bytes that a block may take, and the part of the free memory.
constexpr std::size_t kMostBlockBytes = std::size_t{1} << 28U;
constexpr std::size_t kPairBytes = 2 * sizeof(float) + 1;
constexpr std::size_t kPartOfFree = 4;

using Match = MatchKernel<HalfComplex>;

} // namespace

BestBuffers::BestBuffers(Device &device, std::size_t images)
    : best(device, images), second(device, images), bestDistance(device, images),
      secondDistance(device, images), bestAngleRad(device, images), secondAngleRad(device, images),
      bestFlip(device, images), secondFlip(device, images)
{}

compute::MatchResult BestBuffers::fetch(Device &device, std::size_t images) const
{
    compute::MatchResult result;
    const auto get = [images](const auto &from, auto &to) {
        to.resize(images);
        from.download(Lane::Compute, std::span(to));
    };
    get(best, result.best);
    get(second, result.second);
    get(bestDistance, result.bestDistance);
    get(secondDistance, result.secondDistance);
    get(bestAngleRad, result.bestAngleRad);
    get(secondAngleRad, result.secondAngleRad);
    get(bestFlip, result.bestFlip);
    get(secondFlip, result.secondFlip);
    device.wait(Lane::Compute);
    return result;
}

void forLaunches(const Device &device, double operationsOfPair, const PairCuts &cuts,
                 const std::function<void(const Part &images, const Part &neurons)> &use)
{
    const double pairs = device.info().operationsPerLaunch / operationsOfPair;
    const auto most = [pairs](double others, std::size_t step, std::size_t count) {
        if (pairs >= others * static_cast<double>(count))
            return count;
        return std::max<std::size_t>(1, static_cast<std::size_t>(pairs / others) / step) * step;
    };
    const std::size_t images = most(static_cast<double>(cuts.neurons), cuts.imageStep, cuts.images);
    const std::size_t neurons = most(static_cast<double>(images), cuts.neuronStep, cuts.neurons);
    for (std::size_t image = 0; image < cuts.images; image += images)
        for (std::size_t neuron = 0; neuron < cuts.neurons; neuron += neurons)
            use({image, std::min(images, cuts.images - image)},
                {neuron, std::min(neurons, cuts.neurons - neuron)});
}

MatchTile matchTileFor(unsigned angles, std::size_t sharedBytes)
{
    constexpr std::array<MatchTile, 7> kTiles = {
        {{8, 8}, {8, 4}, {8, 2}, {8, 1}, {4, 1}, {2, 1}, {1, 1}}}; // the largest first
    const std::size_t good = (sharedBytes + kReservedBytes) / kGoodBlocks - kReservedBytes;
    for (const std::size_t most : {good, sharedBytes})
        for (const MatchTile &tile : kTiles)
            if (Match::sharedBytesFor(angles, tile.images, tile.prototypes) <= most)
                return tile;
    return {};
}

Matcher::Matcher(Device &device, const GpuSpectra &prototypes, const MatchParams &params)
    : m_device(device), m_prototypes(prototypes), m_params(params)
{
    CHECK(!prototypes.isHalf());
    const unsigned angles = prototypes.tables().plan().angles;
    const std::size_t limit = device.info().sharedBytes;
    m_tile = matchTileFor(angles, limit);
    if (m_tile.images == 0)
        throw DeviceError(ErrorKind::OutOfMemory, device.info().name + " cannot compare images of " +
                                                      std::to_string(angles) + " angles: a block needs " +
                                                      std::to_string(Match::sharedBytesFor(angles, 1, 1)) +
                                                      " bytes, it has " + std::to_string(limit));
}

std::size_t Matcher::blockImages(const GpuSpectra &images) const
{
    const std::size_t most = std::min(kMostBlockBytes, m_device.freeBytes() / kPartOfFree);
    const std::size_t fitting = most / (m_prototypes.count() * kPairBytes + TileFeed::bytesPerImage(images));
    const std::size_t block =
        std::max<std::size_t>(1, fitting / compute::kUpdateBlockImages) * compute::kUpdateBlockImages;
    return std::min(block, std::max<std::size_t>(1, tilesOf(images.count())) * kTileImages);
}

double Matcher::operationsOfPair() const
{
    const MapPlan &plan = m_prototypes.tables().plan();
    const auto angles = static_cast<double>(plan.angles);
    const double products = 8.0 * static_cast<double>(plan.size);
    const double transform = 5.0 * angles * std::log2(angles);
    const double search = 2.0 * std::max(4.0 * angles, 16.0 * static_cast<double>(m_params.rotations));
    return products + transform + search;
}

template <class Element>
void Matcher::compare(const Tiles<Element> &images, std::size_t count, const PairBuffers &pairs) const
{
    MatchKernel<Element> kernel;
    kernel.plan = m_prototypes.tables().plan();
    kernel.blockImages = m_tile.images;
    kernel.blockPrototypes = m_tile.prototypes;
    kernel.useFlips = m_params.useFlips;
    kernel.rotations = static_cast<unsigned>(m_params.rotations);
    kernel.stride = pairs.stride;
    const PairCuts cuts = {count, kTileImages, m_prototypes.count(), kTileImages};
    forLaunches(m_device, operationsOfPair(), cuts, [&](const Part &rows, const Part &columns) {
        images.from(rows.first, kernel.plan.size).setImages(kernel, rows.count);
        const Tiles<Complex> prototypes = m_prototypes.floatTiles().from(columns.first, kernel.plan.size);
        kernel.prototypes = prototypes.elements;
        kernel.prototypeEnergies = prototypes.energies;
        kernel.prototypeCount = columns.count;
        const std::size_t place = columns.first * pairs.stride + rows.first;
        kernel.distance = pairs.distance.data() + place;
        kernel.angleSteps = pairs.angleSteps.data() + place;
        kernel.flip = pairs.flip.data() + place;
        m_device.launch(Lane::Compute, kernel);
    });
}

void Matcher::findBest(std::size_t count, std::size_t first, const PairBuffers &pairs,
                       const BestBuffers &best) const
{
    BestKernel finder;
    finder.distance = pairs.distance.data();
    finder.angleSteps = pairs.angleSteps.data();
    finder.flip = pairs.flip.data();
    finder.stride = pairs.stride;
    finder.imageCount = count;
    finder.prototypeCount = m_prototypes.count();
    finder.angles = m_prototypes.tables().plan().angles;
    finder.best = best.best.data() + first;
    finder.second = best.second.data() + first;
    finder.bestDistance = best.bestDistance.data() + first;
    finder.secondDistance = best.secondDistance.data() + first;
    finder.bestAngleRad = best.bestAngleRad.data() + first;
    finder.secondAngleRad = best.secondAngleRad.data() + first;
    finder.bestFlip = best.bestFlip.data() + first;
    finder.secondFlip = best.secondFlip.data() + first;
    m_device.launch(Lane::Compute, finder);
}

template <class Element> void Matcher::match(const Tiles<Element> &images, std::size_t count,
                                             std::size_t first, const PairBuffers &pairs,
                                             const BestBuffers &best) const
{
    compare(images, count, pairs);
    findBest(count, first, pairs, best);
}

template void Matcher::match(const Tiles<Complex> &, std::size_t, std::size_t, const PairBuffers &,
                             const BestBuffers &) const;
template void Matcher::match(const Tiles<HalfComplex> &, std::size_t, std::size_t, const PairBuffers &,
                             const BestBuffers &) const;

} // namespace somnium::gpu
