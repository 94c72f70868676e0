// SPDX-License-Identifier: GPL-3.0-or-later
// Spectra of images on a device: in tiles of floats, in tiles of halves, or, where these do not fit, in main
// memory, from where they are brought in piece by piece (tile_feed.h).
#pragma once

#include <memory>

#include "core/compute/backend.h"
#include "gpu/map/plan_tables.h"

namespace somnium::gpu
{

/// Tiles of floats or of halves, with what belongs to each image.
template <class Element> struct Tiles
{
    const Element *elements = nullptr;
    const float *scales = nullptr; ///< null: 1
    const float *energies = nullptr;

    /// From image `image` on, a multiple of kTileImages.
    [[nodiscard]] Tiles from(std::size_t image, std::size_t size) const
    {
        return {elements + image * size, scales == nullptr ? nullptr : scales + image, energies + image};
    }
    /// These, `count` of them, are the images of a kernel.
    template <class Kernel> void setImages(Kernel &kernel, std::size_t count) const
    {
        kernel.images = elements;
        kernel.imageScales = scales;
        kernel.imageEnergies = energies;
        kernel.imageCount = count;
    }
};

/// Immutable once the backend has handed it out.
class GpuSpectra final : public compute::Spectra
{
public:
    /// Uninitialised tiles of floats, but for the last one, which is zero. Throws DeviceError.
    GpuSpectra(Device &device, std::shared_ptr<const PlanTables> tables, std::size_t count);
    /// Uninitialised tiles of halves. Throws DeviceError: OutOfMemory also where they would take more than
    /// what stays on a device may (compute::keepableBytes).
    struct InHalves
    {};
    GpuSpectra(Device &device, std::shared_ptr<const PlanTables> tables, std::size_t count, InHalves how);
    /// On the device if it has room for them, else in main memory.
    GpuSpectra(Device &device, std::shared_ptr<const PlanTables> tables,
               std::shared_ptr<const compute::HalfSpectra> halves);

    [[nodiscard]] std::size_t count() const override { return m_count; }
    [[nodiscard]] const compute::PolarGrid &grid() const override { return m_tables->grid(); }
    [[nodiscard]] const PlanTables &tables() const { return *m_tables; }
    [[nodiscard]] const std::shared_ptr<const PlanTables> &sharedTables() const { return m_tables; }

    [[nodiscard]] bool isHalf() const { return m_isHalf; }
    /// Null: on the device.
    [[nodiscard]] const compute::HalfSpectra *host() const { return m_host.get(); }

    [[nodiscard]] Complex *floats() { return m_floats.data(); }
    [[nodiscard]] HalfComplex *halves() { return m_halves.data(); }
    [[nodiscard]] float *scales() { return m_scales.data(); }
    [[nodiscard]] float *energies() { return m_energies.data(); }
    [[nodiscard]] Tiles<Complex> floatTiles() const { return {m_floats.data(), nullptr, m_energies.data()}; }
    [[nodiscard]] Tiles<HalfComplex> halfTiles() const
    {
        return {m_halves.data(), m_scales.data(), m_energies.data()};
    }
    /// Computes the energies from the tiles of floats.
    void updateEnergies(Device &device);

private:
    void makeRoomForHalves(Device &device);
    void bringIn(Device &device, const compute::HalfSpectra &halves);

    std::shared_ptr<const PlanTables> m_tables;
    std::size_t m_count = 0;
    bool m_isHalf = false;
    DeviceBuffer<Complex> m_floats;
    DeviceBuffer<HalfComplex> m_halves;
    DeviceBuffer<float> m_scales;
    DeviceBuffer<float> m_energies;
    std::shared_ptr<const compute::HalfSpectra> m_host;
    LockedHost m_lockedHost; ///< goes before what it locks
};

} // namespace somnium::gpu
