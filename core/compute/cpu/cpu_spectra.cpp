// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/cpu/cpu_spectra.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "core/base/half.h"

namespace somnium::compute::cpu
{

PlanTables::PlanTables(const PolarGrid &grid)
{
    std::size_t offset = 0;
    for (std::size_t m = 0; m < grid.harmonics; ++m)
    {
        const std::size_t firstRing = grid.firstRing(m) * grid.channels;
        m_firstRing.push_back(static_cast<std::uint32_t>(firstRing));
        m_laneOffset.push_back(static_cast<std::uint32_t>(offset));
        offset += 2 * (grid.rings * grid.channels - firstRing);
    }
    for (std::size_t t = 0; t < grid.angles; ++t)
    {
        const double angleRad =
            2.0 * std::numbers::pi * static_cast<double>(t) / static_cast<double>(grid.angles);
        m_twiddles.push_back(static_cast<float>(std::cos(angleRad)));
        m_twiddles.push_back(static_cast<float>(std::sin(angleRad)));
    }
    m_plan.angles = grid.angles;
    m_plan.harmonics = grid.harmonics;
    m_plan.rings = grid.rings * grid.channels;
    m_plan.harmonicStride = (2 * m_plan.rings + kRowPadding - 1) / kRowPadding * kRowPadding;
    m_plan.firstRing = m_firstRing.data();
    m_plan.laneOffset = m_laneOffset.data();
    m_plan.laneBlockSize = offset;
    m_plan.twiddles = m_twiddles.data();
}

double sumOfSquares(std::span<const float> values)
{
    // Strands that do not wait for each other.
    constexpr std::size_t kStrands = 8;
    std::array<double, kStrands> sums{};
    std::size_t at = 0;
    for (; at + kStrands <= values.size(); at += kStrands)
        for (std::size_t i = 0; i < kStrands; ++i)
            sums[i] += static_cast<double>(values[at + i]) * static_cast<double>(values[at + i]);
    for (; at < values.size(); ++at)
        sums[0] += static_cast<double>(values[at]) * static_cast<double>(values[at]);
    return std::accumulate(sums.begin(), sums.end(), 0.0);
}

CpuSpectra::CpuSpectra(const PolarGrid &grid, std::size_t count)
    : m_grid(grid), m_tables(grid), m_count(count), m_rows(count * m_tables.rowSize()), m_energies(count)
{}

CpuSpectra::CpuSpectra(std::shared_ptr<const HalfSpectra> halves)
    : m_grid(halves->grid), m_tables(halves->grid), m_count(halves->count()), m_halves(std::move(halves))
{}

void CpuSpectra::setRow(std::size_t index, std::span<const float> spectrum)
{
    const std::size_t length = 2 * plan().rings;
    for (std::size_t m = 0; m < m_grid.harmonics; ++m)
        std::copy_n(spectrum.data() + m * length, length, row(index) + m * plan().harmonicStride);
    updateEnergy(index);
}

void CpuSpectra::copyRow(std::size_t index, std::span<float> spectrum) const
{
    const std::size_t length = 2 * plan().rings;
    if (m_halves)
    {
        std::fill(spectrum.begin(), spectrum.end(), 0.0F);
        const std::uint16_t *from = m_halves->values.data() + index * m_halves->rowSize;
        for (std::size_t m = 0; m < m_grid.harmonics; ++m)
            for (std::size_t at = 2 * std::size_t{plan().firstRing[m]}; at < length; ++at, ++from)
                spectrum[m * length + at] = fromHalf(*from) * m_halves->scales[index];
        return;
    }
    for (std::size_t m = 0; m < m_grid.harmonics; ++m)
        std::copy_n(row(index) + m * plan().harmonicStride, length, spectrum.data() + m * length);
}

void CpuSpectra::updateEnergy(std::size_t index)
{
    m_energies[index] = static_cast<float>(sumOfSquares(std::span(row(index), rowSize())));
}

AlignedFloats CpuSpectra::packLanes(std::size_t lanes) const
{
    const std::size_t blocks = (m_count + lanes - 1) / lanes;
    AlignedFloats packed(blocks * plan().laneBlockSize * lanes);
    for (std::size_t index = 0; index < m_count; ++index)
    {
        const float *const from = row(index);
        float *to = packed.data() + index / lanes * plan().laneBlockSize * lanes + index % lanes;
        for (std::size_t m = 0; m < m_grid.harmonics; ++m)
            for (std::size_t at = 2 * std::size_t{plan().firstRing[m]}; at < 2 * plan().rings;
                 ++at, to += lanes)
                *to = from[m * plan().harmonicStride + at];
    }
    return packed;
}

} // namespace somnium::compute::cpu
