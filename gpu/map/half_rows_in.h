// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of halves from main memory into tiles on a device.
#pragma once

#include "core/compute/half_spectra.h"
#include "gpu/device/device_buffer.h"
#include "gpu/kernels/spectra_kernels.h"

namespace somnium::gpu
{

class HalfRowsIn
{
public:
    /// Room for `most` rows at a time. `from` must outlive it.
    HalfRowsIn(Device &device, const compute::HalfSpectra &from, std::size_t most)
        : m_device(device), m_from(from), m_rows(device, bytesOf(most, from.rowSize / 2))
    {}

    /// Gives the copy of images [first, first + count) to a lane. The rows before them must be done with.
    void copy(Lane lane, std::size_t first, std::size_t count) const
    {
        m_device.copyIn(lane, m_rows.data(), m_from.values.data() + first * m_from.rowSize,
                        count * m_from.rowSize * sizeof(std::uint16_t));
    }
    /// Makes tiles of the rows that were copied.
    void tile(std::size_t count, std::size_t size, HalfComplex *tiles) const
    {
        m_device.launch(Lane::Compute,
                        TileKernel<HalfComplex>{m_rows.data(), m_from.rowSize / 2, count, size, tiles});
    }
    void bring(Lane lane, std::size_t first, std::size_t count, std::size_t size, HalfComplex *tiles) const
    {
        copy(lane, first, count);
        tile(count, size, tiles);
    }

private:
    Device &m_device;
    const compute::HalfSpectra &m_from;
    DeviceBuffer<HalfComplex> m_rows; ///< [most][rowSize / 2]
};

} // namespace somnium::gpu
