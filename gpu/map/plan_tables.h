// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of a polar grid, on the device.
#pragma once

#include <cstdint>
#include <vector>

#include "core/compute/polar_grid.h"
#include "gpu/device/device_buffer.h"
#include "gpu/kernels/map_plan.h"

namespace somnium::gpu
{

class PlanTables
{
public:
    /// Throws DeviceError.
    PlanTables(Device &device, const compute::PolarGrid &grid);

    [[nodiscard]] const MapPlan &plan() const { return m_plan; }
    [[nodiscard]] const compute::PolarGrid &grid() const { return m_grid; }
    /// Coefficients of a row.
    [[nodiscard]] std::size_t size() const { return m_plan.size; }

    /// Between rows as the device has them and spectra as PolarGrid stores them, zeros and all.
    void packRow(std::span<const float> spectrum, Complex *row) const;
    void unpackRow(const Complex *row, std::span<float> spectrum) const;

private:
    compute::PolarGrid m_grid;
    std::vector<std::uint32_t> m_firstRing;
    DeviceBuffer<std::uint32_t> m_deviceFirstRing;
    DeviceBuffer<std::uint32_t> m_deviceOffset;
    DeviceBuffer<Complex> m_deviceTwiddles;
    DeviceBuffer<std::uint32_t> m_devicePosition;
    MapPlan m_plan;
};

} // namespace somnium::gpu
