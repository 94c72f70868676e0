// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/cpu/matcher.h"

#include <algorithm>
#include <limits>

#include "core/compute/backend_contract.h"
#include "core/compute/cpu/flush_tiny.h"

namespace somnium::compute::cpu
{

Matcher::Matcher(const Kernels &kernels, const CpuSpectra &prototypes, bool useFlips, std::size_t rotations)
    : m_kernels(kernels), m_prototypes(prototypes), m_useFlips(useFlips), m_rotations(rotations),
      m_count(prototypes.count()), m_blocks((m_count + kernels.lanes - 1) / kernels.lanes),
      m_packed(prototypes.packLanes(kernels.lanes)),
      m_energies(prototypes.energies(), prototypes.energies() + m_count)
{
    m_energies.resize(m_blocks * kernels.lanes);
}

Pairs Matcher::makePairs(std::size_t images) const
{
    Pairs pairs;
    pairs.stride = m_blocks * m_kernels.lanes;
    pairs.distance.resize(images * pairs.stride);
    pairs.angleSteps.resize(images * pairs.stride);
    pairs.flip.resize(images * pairs.stride);
    return pairs;
}

const float *Matcher::rowsOf(const CpuSpectra &images, std::size_t first, std::size_t count) const
{
    const HalfSpectra *const halves = images.halves();
    if (halves == nullptr)
        return images.row(first);
    // In the second cache, where they stay while the prototypes pass by.
    thread_local AlignedFloats rows;
    const std::size_t needed = kUnitImages * images.rowSize() + kRowPadding;
    if (rows.size() < needed)
        rows = AlignedFloats(needed);
    for (std::size_t i = 0; i < count; ++i)
        m_kernels.widenRow(images.plan(), halves->values.data() + (first + i) * halves->rowSize,
                           halves->scales[first + i], rows.data() + i * images.rowSize());
    return rows.data();
}

bool Matcher::matchRange(const CpuSpectra &images, std::size_t first, std::size_t count, Pairs &pairs,
                         MatchResult &result, const JobContext &context) const
{
    const SpectrumPlan &plan = m_prototypes.plan();
    const std::size_t units = (count + kUnitImages - 1) / kUnitImages;
    return parallelKernels(units, context, [&](std::size_t unit) {
        thread_local AlignedFloats scratch;
        const std::size_t needed = m_kernels.matchScratchSize(plan);
        if (scratch.size() < needed)
            scratch = AlignedFloats(needed);
        const std::size_t row = unit * kUnitImages;
        MatchArguments arguments;
        arguments.images = rowsOf(images, first + row, std::min(kUnitImages, count - row));
        arguments.imageStride = images.rowSize();
        arguments.imageCount = std::min(kUnitImages, count - row);
        arguments.imageEnergy = images.energies() + first + row;
        arguments.prototypes = m_packed.data();
        arguments.prototypeEnergy = m_energies.data();
        arguments.blocks = m_blocks;
        arguments.useFlips = m_useFlips;
        arguments.rotations = m_rotations;
        arguments.scratch = scratch.data();
        arguments.distance = pairs.distance.data() + row * pairs.stride;
        arguments.angle = pairs.angleSteps.data() + row * pairs.stride;
        arguments.flip = pairs.flip.data() + row * pairs.stride;
        m_kernels.match(plan, arguments);
        for (std::size_t i = 0; i < arguments.imageCount; ++i)
            findBest(pairs, row + i, first + row + i, result);
    });
}

void Matcher::findBest(const Pairs &pairs, std::size_t row, std::size_t image, MatchResult &result) const
{
    const float *const distance = pairs.distance.data() + row * pairs.stride;
    std::size_t best = 0;
    std::size_t second = 0;
    float bestDistance = std::numeric_limits<float>::infinity();
    float secondDistance = bestDistance;
    for (std::size_t k = 0; k < m_count; ++k)
    {
        if (distance[k] < bestDistance)
        {
            second = best;
            secondDistance = bestDistance;
            best = k;
            bestDistance = distance[k];
        }
        else if (distance[k] < secondDistance)
        {
            second = k;
            secondDistance = distance[k];
        }
    }
    if (m_count == 1)
        secondDistance = bestDistance;
    result.best[image] = static_cast<std::uint32_t>(best);
    result.second[image] = static_cast<std::uint32_t>(second);
    result.bestDistance[image] = bestDistance;
    result.secondDistance[image] = secondDistance;
    result.bestAngleRad[image] =
        angleRadFromSteps(pairs.angleSteps[row * pairs.stride + best], m_prototypes.grid());
    result.bestFlip[image] = pairs.flip[row * pairs.stride + best];
    result.secondAngleRad[image] =
        angleRadFromSteps(pairs.angleSteps[row * pairs.stride + second], m_prototypes.grid());
    result.secondFlip[image] = pairs.flip[row * pairs.stride + second];
}

MatchResult makeMatchResult(std::size_t images)
{
    MatchResult result;
    result.best.resize(images);
    result.second.resize(images);
    result.bestDistance.resize(images);
    result.secondDistance.resize(images);
    result.bestAngleRad.resize(images);
    result.bestFlip.resize(images);
    result.secondAngleRad.resize(images);
    result.secondFlip.resize(images);
    return result;
}

} // namespace somnium::compute::cpu
