// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/map/tile_feed.h"

#include "core/base/check.h"

namespace somnium::gpu
{

std::size_t TileFeed::bytesPerImage(const GpuSpectra &spectra)
{
    if (spectra.host() == nullptr)
        return 0;
    constexpr std::size_t kSlots = 2;
    return kSlots * (spectra.host()->rowSize * sizeof(std::uint16_t) + 2 * sizeof(float)) +
           spectra.tables().size() * sizeof(HalfComplex);
}

TileFeed::TileFeed(Device &device, const GpuSpectra &spectra, std::size_t blockImages)
    : m_device(device), m_spectra(spectra), m_blockImages(blockImages)
{
    CHECK(blockImages % kTileImages == 0 && blockImages > 0);
    if (spectra.host() == nullptr || spectra.count() == 0)
        return;
    const std::size_t most = std::min(blockImages, tilesOf(spectra.count()) * kTileImages);
    for (std::optional<Slot> &slot : m_slots)
        slot.emplace(Slot{HalfRowsIn(device, *spectra.host(), most), DeviceBuffer<float>(device, most),
                          DeviceBuffer<float>(device, most)});
    m_tiles = DeviceBuffer<HalfComplex>(device, most * spectra.tables().size());
    // Nothing of an earlier feed is on its way, so the marks may be set anew.
    m_device.wait(Lane::Compute);
    m_device.setMark(Lane::Compute, doneMark(0));
    m_device.setMark(Lane::Compute, doneMark(1));
    bring(0);
}

void TileFeed::bring(std::size_t block)
{
    const Slot &slot = *m_slots[block % 2];
    const std::size_t first = firstOf(block);
    const std::size_t count = countOf(block);
    m_device.waitForMark(Lane::Copy, doneMark(block)); // of the block before the last, in the same slot
    slot.rows.copy(Lane::Copy, first, count);
    slot.scales.upload(Lane::Copy, std::span(m_spectra.host()->scales).subspan(first, count));
    slot.energies.upload(Lane::Copy, std::span(m_spectra.host()->energies).subspan(first, count));
    m_device.setMark(Lane::Copy, arrivedMark(block));
}

Tiles<HalfComplex> TileFeed::arrived(std::size_t block)
{
    const Slot &slot = *m_slots[block % 2];
    m_device.waitForMark(Lane::Compute, arrivedMark(block));
    slot.rows.tile(countOf(block), m_spectra.tables().size(), m_tiles.data());
    return {m_tiles.data(), slot.scales.data(), slot.energies.data()};
}

} // namespace somnium::gpu
