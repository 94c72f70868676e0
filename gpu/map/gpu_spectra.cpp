// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/map/gpu_spectra.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/compute/device_share.h"
#include "gpu/kernels/map_kernels.h"
#include "gpu/map/half_rows_in.h"

namespace somnium::gpu
{

namespace
{

/// Images of a step of bringing spectra in.
constexpr std::size_t kBringImages = 8192;

} // namespace

GpuSpectra::GpuSpectra(Device &device, std::shared_ptr<const PlanTables> tables, std::size_t count)
    : m_tables(std::move(tables)), m_count(count),
      m_floats(device, bytesOf(tilesOf(count) * kTileImages, m_tables->size())), m_energies(device, count)
{
    if (count == 0)
        return;
    const std::size_t lastTile = (tilesOf(count) - 1) * m_tables->size() * kTileImages;
    device.clear(Lane::Compute, m_floats.data() + lastTile, (m_floats.size() - lastTile) * sizeof(Complex));
}

GpuSpectra::GpuSpectra(Device &device, std::shared_ptr<const PlanTables> tables, std::size_t count,
                       InHalves /*how*/)
    : m_tables(std::move(tables)), m_count(count), m_isHalf(true)
{
    makeRoomForHalves(device);
}

GpuSpectra::GpuSpectra(Device &device, std::shared_ptr<const PlanTables> tables,
                       std::shared_ptr<const compute::HalfSpectra> halves)
    : m_tables(std::move(tables)), m_count(halves->count()), m_isHalf(true)
{
    try
    {
        makeRoomForHalves(device);
        bringIn(device, *halves);
        return;
    }
    catch (const DeviceError &problem)
    {
        if (problem.error().kind != ErrorKind::OutOfMemory)
            throw;
    }
    m_halves = {};
    m_scales = {};
    m_energies = {};
    m_host = std::move(halves);
    m_lockedHost = LockedHost(device, m_host->values);
}

void GpuSpectra::makeRoomForHalves(Device &device)
{
    const std::size_t halves = bytesOf(tilesOf(m_count) * kTileImages, m_tables->size());
    if (halves * sizeof(HalfComplex) + m_count * 2 * sizeof(float) >
        compute::keepableBytes(device.freeBytes()))
        throw DeviceError(ErrorKind::OutOfMemory,
                          "not enough GPU memory for " + std::to_string(m_count) + " spectra");
    m_halves = DeviceBuffer<HalfComplex>(device, halves);
    m_scales = DeviceBuffer<float>(device, m_count);
    m_energies = DeviceBuffer<float>(device, m_count);
}

void GpuSpectra::bringIn(Device &device, const compute::HalfSpectra &halves)
{
    const std::size_t size = m_tables->size();
    m_scales.upload(Lane::Compute, halves.scales);
    m_energies.upload(Lane::Compute, halves.energies);
    const std::size_t step = std::min(kBringImages, tilesOf(m_count) * kTileImages);
    const HalfRowsIn rows(device, halves, step);
    for (std::size_t first = 0; first < m_count; first += step)
        rows.bring(Lane::Compute, first, std::min(step, m_count - first), size,
                   m_halves.data() + first * size);
    device.wait(Lane::Compute);
}

void GpuSpectra::updateEnergies(Device &device)
{
    device.launch(Lane::Compute, EnergyKernel{m_floats.data(), m_count, m_tables->size(), m_energies.data()});
}

} // namespace somnium::gpu
