// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/map/plan_tables.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gpu/kernels/angular_transform.h"

namespace somnium::gpu
{

PlanTables::PlanTables(Device &device, const compute::PolarGrid &grid) : m_grid(grid)
{
    std::vector<std::uint32_t> offset;
    std::vector<Complex> twiddles;
    std::vector<std::uint32_t> position;
    std::size_t size = 0;
    for (std::size_t m = 0; m < grid.harmonics; ++m)
    {
        const std::size_t first = grid.firstRing(m) * grid.channels;
        m_firstRing.push_back(static_cast<std::uint32_t>(first));
        offset.push_back(static_cast<std::uint32_t>(size));
        size += grid.rings * grid.channels - first;
    }
    const auto angles = static_cast<unsigned>(grid.angles);
    for (unsigned t = 0; t < angles; ++t)
    {
        const double angleRad = 2.0 * std::numbers::pi * static_cast<double>(t) / static_cast<double>(angles);
        twiddles.push_back({static_cast<float>(std::cos(angleRad)), static_cast<float>(std::sin(angleRad))});
        position.push_back(paddedIndex(transformPosition(angles, t)));
    }
    m_deviceFirstRing = uploaded(device, std::span<const std::uint32_t>(m_firstRing));
    m_deviceOffset = uploaded(device, std::span<const std::uint32_t>(offset));
    m_deviceTwiddles = uploaded(device, std::span<const Complex>(twiddles));
    m_devicePosition = uploaded(device, std::span<const std::uint32_t>(position));
    m_plan.angles = angles;
    m_plan.harmonics = static_cast<unsigned>(grid.harmonics);
    m_plan.rings = static_cast<unsigned>(grid.rings * grid.channels);
    m_plan.size = static_cast<unsigned>(size);
    m_plan.firstRing = m_deviceFirstRing.data();
    m_plan.offset = m_deviceOffset.data();
    m_plan.twiddles = m_deviceTwiddles.data();
    m_plan.position = m_devicePosition.data();
}

void PlanTables::packRow(std::span<const float> spectrum, Complex *row) const
{
    for (std::size_t m = 0; m < m_grid.harmonics; ++m)
        for (std::size_t ring = m_firstRing[m]; ring < m_plan.rings; ++ring, ++row)
        {
            const std::size_t at = 2 * (m * m_plan.rings + ring);
            *row = {spectrum[at], spectrum[at + 1]};
        }
}

void PlanTables::unpackRow(const Complex *row, std::span<float> spectrum) const
{
    std::fill(spectrum.begin(), spectrum.end(), 0.0F);
    for (std::size_t m = 0; m < m_grid.harmonics; ++m)
        for (std::size_t ring = m_firstRing[m]; ring < m_plan.rings; ++ring, ++row)
        {
            const std::size_t at = 2 * (m * m_plan.rings + ring);
            spectrum[at] = row->re;
            spectrum[at + 1] = row->im;
        }
}

} // namespace somnium::gpu
