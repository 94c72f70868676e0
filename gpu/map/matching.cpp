// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/map/matching.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/check.h"
#include "core/compute/backend_contract.h"
#include "gpu/device/at_border.h"
#include "gpu/kernels/map_kernels.h"
#include "gpu/map/matcher.h"

namespace somnium::gpu
{

namespace
{

static_assert(kFlushImages == compute::kUpdateBlockImages, "sums are added up where a training may be cut");
/// Blocks of threads that keep the largest device busy.
constexpr std::size_t kEnoughBlocks = 2048;

tl::unexpected<Error> cancelled()
{
    return failure(ErrorKind::Cancelled, "stopped");
}

/// Fetches the pairs of a block and appends them as [images][prototypes].
void keepPairs(Device &device, const PairBuffers &pairs, std::size_t images, std::size_t prototypes,
               const compute::PolarGrid &grid, compute::MatchResult &result)
{
    std::vector<float> distance(pairs.distance.size());
    std::vector<float> angleSteps(pairs.angleSteps.size());
    std::vector<std::uint8_t> flip(pairs.flip.size());
    pairs.distance.download(Lane::Compute, distance);
    pairs.angleSteps.download(Lane::Compute, angleSteps);
    pairs.flip.download(Lane::Compute, flip);
    device.wait(Lane::Compute);
    for (std::size_t i = 0; i < images; ++i)
        for (std::size_t k = 0; k < prototypes; ++k)
        {
            const std::size_t at = k * pairs.stride + i;
            result.distance.push_back(distance[at]);
            result.angleRad.push_back(compute::angleRadFromSteps(angleSteps[at], grid));
            result.flip.push_back(flip[at]);
        }
}

/// Calls use(blockImages) with smaller and smaller blocks until there is memory enough for one; the results
/// are the same, so the user is told of the time only.
template <class Use> auto withEnoughMemory(std::size_t blockImages, const JobContext &context, const Use &use)
{
    for (;;)
    {
        try
        {
            return use(blockImages);
        }
        catch (const DeviceError &problem)
        {
            const bool isSmallest = blockImages <= compute::kUpdateBlockImages;
            if (problem.error().kind != ErrorKind::OutOfMemory || isSmallest)
                throw;
        }
        blockImages = std::max<std::size_t>(1, blockImages / 2 / compute::kUpdateBlockImages) *
                      compute::kUpdateBlockImages;
        context.notice("There is little memory left on the GPU: it goes on with " +
                       std::to_string(blockImages) + " images at a time.");
    }
}

/// What the work on one set of images needs beside them.
struct Workspace
{
    Workspace(Device &device, const GpuSpectra &images, std::size_t prototypes, std::size_t blockImages)
        : feed(device, images, blockImages), pairs(device, prototypes, blockImages),
          best(device, images.count())
    {}
    TileFeed feed;
    PairBuffers pairs;
    BestBuffers best;
};

std::unique_ptr<Workspace> makeWorkspace(Device &device, const GpuSpectra &images,
                                         const GpuSpectra &prototypes, const Matcher &matcher,
                                         const JobContext &context)
{
    return withEnoughMemory(matcher.blockImages(images), context, [&](std::size_t blockImages) {
        return std::make_unique<Workspace>(device, images, prototypes.count(), blockImages);
    });
}

/// Matches block after block, and calls after(tiles, block) while the pairs of a block are there. False:
/// stopped.
template <class After> bool matchBlocks(const Matcher &matcher, Workspace &work, const JobContext &context,
                                        std::size_t images, std::string_view stage, const After &after)
{
    for (std::size_t block = 0; block < work.feed.blocks(); ++block)
    {
        if (context.shouldStop())
            return false;
        work.feed.use(block, [&](const auto &tiles) {
            matcher.match(tiles, work.feed.countOf(block), work.feed.firstOf(block), work.pairs, work.best);
            after(tiles, block);
        });
        if (block > 0) // never more than two on their way: so stopping is quick
            work.feed.awaitBlock(block - 1);
        context.report({work.feed.firstOf(block) + work.feed.countOf(block), images, stage});
    }
    return true;
}

class GpuBatchUpdate final : public compute::BatchUpdate
{
public:
    GpuBatchUpdate(Device &device, const GpuSpectra &prototypes, const compute::UpdateOptions &options)
        : m_device(device), m_prototypes(prototypes), m_options(options),
          m_matcher(device, prototypes, {options.useFlips, options.rotations}),
          m_splits(splitsFor(prototypes)), m_neighbourhood(uploaded(device, options.neighbourhood)),
          m_sums(device, bytesOf(m_splits * prototypes.count(), prototypes.tables().size())),
          m_hits(prototypes.count())
    {
        m_sums.clear(Lane::Compute);
    }

    [[nodiscard]] Result<compute::MatchResult> add(const compute::Spectra &images,
                                                   const JobContext &context) override
    {
        if (const auto good = compute::checkPair(images, m_prototypes); !good)
            return failure(good.error());
        return atBorder([&]() { return addBlocks(own(images), context); });
    }
    [[nodiscard]] Result<std::unique_ptr<compute::Spectra>> finish() override
    {
        return atBorder([&]() { return finished(); });
    }

private:
    [[nodiscard]] static unsigned splitsFor(const GpuSpectra &prototypes)
    {
        using Kernel = UpdateKernel<HalfComplex>;
        const MapPlan &plan = prototypes.tables().plan();
        const std::size_t blocks = plan.harmonics * ceilDivide(prototypes.count(), Kernel::kNeurons) *
                                   ceilDivide(plan.rings, Kernel::kRings);
        unsigned splits = 1;
        while (splits < kMostSplits && splits * blocks < kEnoughBlocks)
            splits *= 2;
        return splits;
    }
    [[nodiscard]] Result<compute::MatchResult> addBlocks(const GpuSpectra &images, const JobContext &context);
    template <class Element> void accumulate(const Tiles<Element> &tiles, std::size_t first,
                                             std::size_t count, const Workspace &work) const;
    [[nodiscard]] Result<std::unique_ptr<compute::Spectra>> finished();
    [[nodiscard]] std::vector<float> scales() const;

    Device &m_device;
    const GpuSpectra &m_prototypes;
    compute::UpdateOptions m_options;
    Matcher m_matcher;
    unsigned m_splits;
    DeviceBuffer<float> m_neighbourhood;
    DeviceBuffer<Complex> m_sums;
    std::vector<std::size_t> m_hits; ///< images whose best match a neuron is
};

Result<compute::MatchResult> GpuBatchUpdate::addBlocks(const GpuSpectra &images, const JobContext &context)
{
    const auto work = makeWorkspace(m_device, images, m_prototypes, m_matcher, context);
    const bool isDone = matchBlocks(
        m_matcher, *work, context, images.count(), "training", [&](const auto &tiles, std::size_t block) {
            accumulate(tiles, work->feed.firstOf(block), work->feed.countOf(block), *work);
        });
    if (!isDone)
        return cancelled();
    compute::MatchResult result = work->best.fetch(m_device, images.count());
    for (const std::uint32_t best : result.best)
        ++m_hits[best];
    return result;
}

template <class Element> void GpuBatchUpdate::accumulate(const Tiles<Element> &tiles, std::size_t first,
                                                         std::size_t count, const Workspace &work) const
{
    UpdateKernel<Element> kernel;
    kernel.plan = m_prototypes.tables().plan();
    kernel.stride = work.pairs.stride;
    kernel.neighbourhood = m_neighbourhood.data();
    kernel.minimumWeight = static_cast<float>(m_options.minimumWeight);
    kernel.neurons = m_prototypes.count();
    kernel.splits = m_splits;
    kernel.sums = m_sums.data();
    const double operations = 8.0 * static_cast<double>(kernel.plan.size);
    const PairCuts cuts = {count, kFlushImages, m_prototypes.count(), UpdateKernel<Element>::kNeurons};
    forLaunches(m_device, operations, cuts, [&](const Part &images, const Part &neurons) {
        tiles.from(images.first, kernel.plan.size).setImages(kernel, images.count);
        kernel.angleSteps = work.pairs.angleSteps.data() + images.first;
        kernel.flip = work.pairs.flip.data() + images.first;
        kernel.best = work.best.best.data() + first + images.first;
        kernel.firstNeuron = neurons.first;
        kernel.neuronsHere = neurons.count;
        m_device.launch(Lane::Compute, kernel);
    });
}

/// One over the weight that a neuron was given; 0: none.
std::vector<float> GpuBatchUpdate::scales() const
{
    std::vector<float> scales;
    for (const double weight : compute::weightSums(m_options, m_hits))
        scales.push_back(weight > 0.0 ? static_cast<float>(1.0 / weight) : 0.0F);
    return scales;
}

Result<std::unique_ptr<compute::Spectra>> GpuBatchUpdate::finished()
{
    auto updated = std::make_unique<GpuSpectra>(m_device, m_prototypes.sharedTables(), m_prototypes.count());
    const std::vector<float> scales = this->scales();
    const DeviceBuffer<float> deviceScales = uploaded(m_device, std::span<const float>(scales));
    FinishUpdateKernel kernel;
    kernel.sums = m_sums.data();
    kernel.splits = m_splits;
    kernel.neurons = m_prototypes.count();
    kernel.size = m_prototypes.tables().size();
    kernel.scales = deviceScales.data();
    kernel.old = m_prototypes.floatTiles().elements;
    kernel.updated = updated->floats();
    m_device.launch(Lane::Compute, kernel);
    updated->updateEnergies(m_device);
    m_device.wait(Lane::Compute);
    return updated;
}

} // namespace

const GpuSpectra &own(const compute::Spectra &spectra)
{
    const auto *const mine = dynamic_cast<const GpuSpectra *>(&spectra);
    CHECK(mine != nullptr);
    return *mine;
}

Result<compute::MatchResult> matchOn(Device &device, const GpuSpectra &images, const GpuSpectra &prototypes,
                                     const compute::MatchOptions &options, const JobContext &context)
{
    const Matcher matcher(device, prototypes, {options.useFlips, options.rotations});
    const auto work = makeWorkspace(device, images, prototypes, matcher, context);
    compute::MatchResult pairs;
    const bool isDone = matchBlocks(matcher, *work, context, images.count(), "comparing",
                                    [&](const auto & /*tiles*/, std::size_t block) {
                                        if (options.all)
                                            keepPairs(device, work->pairs, work->feed.countOf(block),
                                                      prototypes.count(), images.grid(), pairs);
                                    });
    if (!isDone)
        return cancelled();
    compute::MatchResult result = work->best.fetch(device, images.count());
    result.distance = std::move(pairs.distance);
    result.angleRad = std::move(pairs.angleRad);
    result.flip = std::move(pairs.flip);
    return result;
}

std::unique_ptr<compute::BatchUpdate> beginUpdateOn(Device &device, const GpuSpectra &prototypes,
                                                    const compute::UpdateOptions &options)
{
    return std::make_unique<GpuBatchUpdate>(device, prototypes, options);
}

} // namespace somnium::gpu
