// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/cpu/updater.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/compute/backend_contract.h"
#include "core/compute/cpu/flush_tiny.h"

namespace somnium::compute::cpu
{

namespace
{

/// Images whose coefficients of one harmonic stay in the first cache while all neurons take them up.
constexpr std::size_t kChunkImages = 128;
/// Harmonics of one task: few enough that many threads find work, enough to spread the start of the turns.
constexpr std::size_t kTaskHarmonics = 4;

} // namespace

Updater::Updater(const Kernels &kernels, const CpuSpectra &prototypes, const UpdateOptions &options)
    : m_kernels(kernels), m_prototypes(prototypes), m_options(options),
      m_sums(prototypes.grid(), prototypes.count()), m_hits(prototypes.count())
{}

void Updater::addEntry(Chunk &chunk, std::size_t image, float weight, float angleSteps) const
{
    // The nearest step from the table, the rest of less than half a step by three terms.
    const SpectrumPlan &plan = m_prototypes.plan();
    const float nearest = std::floor(angleSteps + 0.5F);
    const float rest = (angleSteps - nearest) *
                       static_cast<float>(2.0 * std::numbers::pi / static_cast<double>(plan.angles));
    const float *const step = plan.twiddles + 2 * (static_cast<std::size_t>(nearest) & (plan.angles - 1));
    const float square = rest * rest;
    const float c = 1.0F - square * (0.5F - square / 24.0F);
    const float s = rest * (1.0F - square * (1.0F / 6.0F - square / 120.0F));
    chunk.image.push_back(static_cast<std::uint16_t>(image));
    chunk.weight.push_back(weight);
    chunk.cosine.push_back(step[0] * c - step[1] * s);
    chunk.sine.push_back(step[1] * c + step[0] * s);
}

Updater::Chunk Updater::makeChunk(std::size_t firstImage, std::size_t row, std::size_t count,
                                  const Pairs &pairs, std::span<const std::uint32_t> best) const
{
    const std::size_t neurons = m_prototypes.count();
    Chunk chunk;
    chunk.firstImage = firstImage;
    chunk.imageCount = count;
    chunk.begin.reserve(2 * neurons + 1);
    for (std::size_t k = 0; k < neurons; ++k)
        for (unsigned flip = 0; flip < 2; ++flip)
        {
            chunk.begin.push_back(static_cast<std::uint32_t>(chunk.image.size()));
            for (std::size_t i = 0; i < count; ++i)
            {
                const std::size_t at = (row + i) * pairs.stride + k;
                const float weight = m_options.neighbourhood[best[firstImage + i] * neurons + k];
                if (weight >= static_cast<float>(m_options.minimumWeight) && pairs.flip[at] == flip)
                    addEntry(chunk, i, weight, pairs.angleSteps[at]);
            }
        }
    chunk.begin.push_back(static_cast<std::uint32_t>(chunk.image.size()));
    const std::size_t padded = (chunk.image.size() + kRowPadding - 1) / kRowPadding * kRowPadding;
    chunk.image.resize(padded);
    chunk.weight.resize(padded);
    chunk.cosine.resize(padded);
    chunk.sine.resize(padded);
    return chunk;
}

bool Updater::add(const CpuSpectra &images, std::size_t first, std::size_t count, const Pairs &pairs,
                  std::span<const std::uint32_t> best, const JobContext &context)
{
    std::vector<Chunk> chunks((count + kChunkImages - 1) / kChunkImages);
    const bool isDone = parallelKernels(chunks.size(), context, [&](std::size_t index) {
        const std::size_t row = index * kChunkImages;
        chunks[index] = makeChunk(first + row, row, std::min(kChunkImages, count - row), pairs, best);
    });
    if (!isDone)
        return false;
    for (std::size_t i = first; i < first + count; ++i)
        ++m_hits[best[i]];
    return accumulate(images, chunks, context);
}

bool Updater::accumulate(const CpuSpectra &images, const std::vector<Chunk> &chunks,
                         const JobContext &context)
{
    const SpectrumPlan &plan = m_prototypes.plan();
    const std::size_t tasks = (plan.harmonics + kTaskHarmonics - 1) / kTaskHarmonics;
    return parallelKernels(tasks, context, [&](std::size_t task) {
        thread_local AlignedFloats scratch;
        for (const Chunk &chunk : chunks)
        {
            AccumulateArguments arguments;
            if (const HalfSpectra *const halves = images.halves())
            {
                arguments.halves = halves->values.data() + chunk.firstImage * halves->rowSize;
                arguments.halfStride = halves->rowSize;
                arguments.scales = halves->scales.data() + chunk.firstImage;
            }
            else
            {
                arguments.images = images.row(chunk.firstImage);
                arguments.imageStride = images.rowSize();
            }
            arguments.imageCount = chunk.imageCount;
            arguments.begin = chunk.begin.data();
            arguments.image = chunk.image.data();
            arguments.weight = chunk.weight.data();
            arguments.cosine = chunk.cosine.data();
            arguments.sine = chunk.sine.data();
            arguments.entries = chunk.image.size();
            arguments.neurons = m_prototypes.count();
            arguments.firstHarmonic = task * kTaskHarmonics;
            arguments.lastHarmonic = std::min(plan.harmonics, (task + 1) * kTaskHarmonics);
            const std::size_t needed = m_kernels.accumulateScratchSize(plan, arguments);
            if (scratch.size() < needed)
                scratch = AlignedFloats(needed);
            arguments.scratch = scratch.data();
            arguments.sums = m_sums.row(0);
            arguments.sumStride = m_sums.rowSize();
            m_kernels.accumulate(plan, arguments);
        }
    });
}

std::unique_ptr<CpuSpectra> Updater::finish() const
{
    const std::size_t neurons = m_prototypes.count();
    auto updated = std::make_unique<CpuSpectra>(m_prototypes.grid(), neurons);
    const std::vector<double> weights = weightSums(m_options, m_hits);
    for (std::size_t k = 0; k < neurons; ++k)
    {
        const bool isFed = weights[k] > 0.0;
        const float *const from = isFed ? m_sums.row(k) : m_prototypes.row(k);
        const auto scale = static_cast<float>(isFed ? 1.0 / weights[k] : 1.0);
        std::transform(from, from + m_sums.rowSize(), updated->row(k),
                       [scale](float v) { return v * scale; });
        updated->updateEnergy(k);
    }
    return updated;
}

} // namespace somnium::compute::cpu
