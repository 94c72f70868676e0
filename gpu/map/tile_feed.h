// SPDX-License-Identifier: GPL-3.0-or-later
// Spectra block by block, as kernels want them: as they lie on the device, or from main memory through two
// buffers, of which one comes in while the other is worked on.
#pragma once

#include <array>
#include <optional>

#include "gpu/map/gpu_spectra.h"
#include "gpu/map/half_rows_in.h"

namespace somnium::gpu
{

class TileFeed
{
public:
    /// Bytes that it takes on the device for each image of a block.
    [[nodiscard]] static std::size_t bytesPerImage(const GpuSpectra &spectra);

    /// `blockImages`: a multiple of kTileImages. `spectra` must outlive it.
    TileFeed(Device &device, const GpuSpectra &spectra, std::size_t blockImages);

    [[nodiscard]] std::size_t blocks() const { return ceilDivide(m_spectra.count(), m_blockImages); }
    [[nodiscard]] std::size_t firstOf(std::size_t block) const { return block * m_blockImages; }
    [[nodiscard]] std::size_t countOf(std::size_t block) const
    {
        return std::min(m_blockImages, m_spectra.count() - firstOf(block));
    }

    /// Blocks in turn: calls take(tiles), which gives work on the tiles of `block` to the compute lane.
    template <class Take> void use(std::size_t block, const Take &take)
    {
        if (!m_spectra.isHalf())
            take(m_spectra.floatTiles().from(firstOf(block), m_spectra.tables().size()));
        else if (m_spectra.host() == nullptr)
            take(m_spectra.halfTiles().from(firstOf(block), m_spectra.tables().size()));
        else
            take(arrived(block));
        m_device.setMark(Lane::Compute, doneMark(block));
        if (m_spectra.host() != nullptr && block + 1 < blocks())
            bring(block + 1);
    }
    /// The calling thread waits until the work on `block`, one of the last two, is done.
    void awaitBlock(std::size_t block) { m_device.awaitMark(doneMark(block)); }

private:
    struct Slot
    {
        HalfRowsIn rows;
        DeviceBuffer<float> scales;
        DeviceBuffer<float> energies;
    };
    static unsigned doneMark(std::size_t block) { return static_cast<unsigned>(block % 2); }
    static unsigned arrivedMark(std::size_t block) { return 2 + static_cast<unsigned>(block % 2); }
    void bring(std::size_t block);
    [[nodiscard]] Tiles<HalfComplex> arrived(std::size_t block);

    Device &m_device;
    const GpuSpectra &m_spectra;
    std::size_t m_blockImages;
    std::array<std::optional<Slot>, 2> m_slots; ///< of spectra in main memory
    DeviceBuffer<HalfComplex> m_tiles;          ///< of the slot that is worked on
};

} // namespace somnium::gpu
