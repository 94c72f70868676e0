// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/map/transformer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "core/base/parallel.h"
#include "core/compute/backend_contract.h"
#include "core/compute/polar_transform.h"
#include "gpu/kernels/map_kernels.h"

namespace somnium::gpu
{

namespace
{

/// Bytes of pixels that come in at a time, and at least so many images.
constexpr std::size_t kBlockBytes = std::size_t{32} << 20U;
/// What every device allows a block.
constexpr std::size_t kUsualSharedBytes = std::size_t{48} << 10U;
constexpr unsigned kMostBlockRings = 64;

tl::unexpected<Error> cancelled()
{
    return failure(ErrorKind::Cancelled, "stopped");
}

/// Makes tiles of floats of block after block of samples.
class Transformer
{
public:
    Transformer(Device &device, const data::Samples &samples, const PlanTables &tables);

    [[nodiscard]] std::size_t blockImages() const { return m_blockImages; }

    /// Gives the work on samples [first, first + count) to the lanes, block after block, and calls
    /// use(done, images) when that of images [done, done + images) has been given. Their tiles are those of
    /// `spectra`, which has room for all of them, or for one block. False: stopped.
    template <class Use> [[nodiscard]] bool forBlocks(std::size_t first, std::size_t count,
                                                      GpuSpectra &spectra, const JobContext &context,
                                                      const Use &use)
    {
        const bool hasAll = spectra.count() >= count;
        for (std::size_t done = 0; done < count; done += m_blockImages)
        {
            const std::size_t images = std::min(m_blockImages, count - done);
            if (!transform(first + done, images, spectra.floats(), hasAll ? done : 0, context))
                return false;
            use(done, images);
        }
        return true;
    }

private:
    /// Of at most a block; `spectra` from image `tileImage` on. False: stopped.
    [[nodiscard]] bool transform(std::size_t first, std::size_t count, Complex *spectra,
                                 std::size_t tileImage, const JobContext &context);
    static constexpr unsigned kArrived = 2; ///< marks; the first two: slots that are done with
    void makeTaps(const PlanTables &tables, const data::ImageShape &shape);

    Device &m_device;
    const data::Samples &m_samples;
    std::size_t m_blockImages;
    TransformKernel m_kernel;
    DeviceBuffer<PolarTap> m_taps;
    DeviceBuffer<std::uint32_t> m_ringHarmonics;
    DeviceBuffer<float> m_channelScales;
    struct Slot
    {
        HostBuffer<float> host;
        DeviceBuffer<float> pixels;
    };
    std::array<Slot, 2> m_slots;
    std::size_t m_blocksGiven = 0;
};

Transformer::Transformer(Device &device, const data::Samples &samples, const PlanTables &tables)
    : m_device(device), m_samples(samples)
{
    const data::ImageShape shape = samples.shape();
    const std::size_t fitting = kBlockBytes / (shape.size() * sizeof(float));
    const std::size_t wanted = std::min(fitting, tilesOf(samples.count()) * kTileImages);
    m_blockImages = std::max<std::size_t>(1, wanted / kTileImages) * kTileImages;
    makeTaps(tables, shape);
    for (Slot &slot : m_slots)
        slot = {HostBuffer<float>(device, m_blockImages * shape.size()),
                DeviceBuffer<float>(device, m_blockImages * shape.size())};
    m_device.wait(Lane::Compute);
    m_device.setMark(Lane::Compute, 0);
    m_device.setMark(Lane::Compute, 1);
}

void Transformer::makeTaps(const PlanTables &tables, const data::ImageShape &shape)
{
    const compute::PolarGrid &grid = tables.grid();
    std::vector<PolarTap> taps;
    for (const compute::PolarSample &sample : compute::polarSamples(grid, shape))
        taps.push_back(
            {sample.offset, {sample.weight[0], sample.weight[1], sample.weight[2], sample.weight[3]}});
    std::vector<std::uint32_t> ringHarmonics;
    for (std::size_t ring = 0; ring < grid.rings; ++ring)
        ringHarmonics.push_back(static_cast<std::uint32_t>(grid.ringHarmonics(ring)));
    std::vector<float> channelScales;
    for (std::size_t channel = 0; channel < grid.channels; ++channel)
        channelScales.push_back(std::sqrt(grid.channelWeight(channel) / static_cast<float>(grid.angles)));
    m_taps = uploaded(m_device, std::span<const PolarTap>(taps));
    m_ringHarmonics = uploaded(m_device, std::span<const std::uint32_t>(ringHarmonics));
    m_channelScales = uploaded(m_device, std::span<const float>(channelScales));

    m_kernel.plan = tables.plan();
    m_kernel.channelPixels = shape.channelSize();
    m_kernel.columns = static_cast<unsigned>(shape.columns);
    m_kernel.channels = static_cast<unsigned>(grid.channels);
    m_kernel.rings = static_cast<unsigned>(grid.rings);
    m_kernel.taps = m_taps.data();
    m_kernel.ringHarmonics = m_ringHarmonics.data();
    m_kernel.channelScales = m_channelScales.data();
    m_kernel.blockRings = std::min(kMostBlockRings, (m_kernel.rings + 1) / 2 * 2);
    const auto needed = [&] {
        return TransformKernel::sharedBytesFor(m_kernel.plan.angles, m_kernel.blockRings);
    };
    const std::size_t most = std::min(kUsualSharedBytes, m_device.info().sharedBytes);
    while (m_kernel.blockRings > 2 && needed() > most)
        m_kernel.blockRings -= 2;
    if (needed() > m_device.info().sharedBytes)
        throw DeviceError(ErrorKind::OutOfMemory, m_device.info().name + " cannot transform images of " +
                                                      std::to_string(m_kernel.plan.angles) + " angles");
}

bool Transformer::transform(std::size_t first, std::size_t count, Complex *spectra, std::size_t tileImage,
                            const JobContext &context)
{
    const auto mark = static_cast<unsigned>(m_blocksGiven++ % 2);
    const Slot &slot = m_slots[mark];
    const std::size_t pixels = m_samples.shape().size();
    m_device.awaitMark(mark); // the block before the last, in the same slot
    constexpr std::size_t kCopied = 256;
    const bool isDone = parallelFor(ceilDivide(count, kCopied), context, [&](std::size_t part) {
        for (std::size_t i = part * kCopied; i < std::min(count, (part + 1) * kCopied); ++i)
        {
            const std::span<const float> from = m_samples.sample(first + i).pixels();
            std::copy(from.begin(), from.end(), slot.host.values().data() + i * pixels);
        }
    });
    if (!isDone)
        return false;
    slot.pixels.upload(Lane::Copy, slot.host.values().first(count * pixels));
    m_device.setMark(Lane::Copy, kArrived + mark);
    m_device.waitForMark(Lane::Compute, kArrived + mark);
    m_kernel.pixels = slot.pixels.data();
    m_kernel.imageCount = count;
    m_kernel.spectra = spectra;
    m_kernel.firstImage = tileImage;
    m_device.launch(Lane::Compute, m_kernel);
    m_device.setMark(Lane::Compute, mark);
    return true;
}

Result<void> checkSamples(const data::Samples &samples, std::size_t first, std::size_t count,
                          const PlanTables &tables)
{
    if (auto good = compute::checkRange(samples, first, count); !good)
        return good;
    return compute::checkFits(tables.grid(), samples.shape());
}

} // namespace

Result<std::unique_ptr<compute::Spectra>> transformOn(Device &device, const data::Samples &samples,
                                                      std::size_t first, std::size_t count,
                                                      const std::shared_ptr<const PlanTables> &tables,
                                                      const JobContext &context)
{
    if (const auto good = checkSamples(samples, first, count, *tables); !good)
        return failure(good.error());
    auto spectra = std::make_unique<GpuSpectra>(device, tables, count);
    // Coefficients that no ring carries have no place in tiles, so every number is written but the last
    // tile's filling, which is zero.
    Transformer transformer(device, samples, *tables);
    if (!transformer.forBlocks(first, count, *spectra, context, [](std::size_t, std::size_t) {}))
        return cancelled();
    spectra->updateEnergies(device);
    device.wait(Lane::Compute);
    return spectra;
}

Result<compute::HalfSpectra> transformToHalfOn(Device &device, const data::Samples &samples,
                                               std::size_t first, std::size_t count,
                                               const std::shared_ptr<const PlanTables> &tables,
                                               const JobContext &context)
{
    if (const auto good = checkSamples(samples, first, count, *tables); !good)
        return failure(good.error());
    compute::HalfSpectra halves = compute::makeHalfSpectra(tables->grid(), count);
    Transformer transformer(device, samples, *tables);
    const std::size_t block = transformer.blockImages();
    GpuSpectra spectra(device, tables, block);
    const DeviceBuffer<HalfComplex> rows(device, block * halves.rowSize / 2);
    const DeviceBuffer<float> scales(device, block);
    const DeviceBuffer<float> energies(device, block);
    const auto narrow = [&](std::size_t done, std::size_t images) {
        device.launch(Lane::Compute, NarrowKernel{spectra.floats(), images, tables->size(), rows.data(),
                                                  halves.rowSize / 2, scales.data(), energies.data()});
        device.copyOut(Lane::Compute, halves.values.data() + done * halves.rowSize, rows.data(),
                       images * halves.rowSize * sizeof(std::uint16_t));
        scales.download(Lane::Compute, std::span(halves.scales).subspan(done, images));
        energies.download(Lane::Compute, std::span(halves.energies).subspan(done, images));
    };
    if (!transformer.forBlocks(first, count, spectra, context, narrow))
        return cancelled();
    device.wait(Lane::Compute);
    return halves;
}

Result<std::unique_ptr<compute::Spectra>> transformAndKeepOn(Device &device, const data::Samples &samples,
                                                             std::size_t first, std::size_t count,
                                                             const std::shared_ptr<const PlanTables> &tables,
                                                             const JobContext &context)
{
    if (const auto good = checkSamples(samples, first, count, *tables); !good)
        return failure(good.error());
    auto kept = std::make_unique<GpuSpectra>(device, tables, count, GpuSpectra::InHalves{});
    Transformer transformer(device, samples, *tables);
    const std::size_t block = transformer.blockImages();
    const std::size_t size = tables->size();
    GpuSpectra spectra(device, tables, block);
    const DeviceBuffer<HalfComplex> rows(device, bytesOf(block, size));
    const auto narrow = [&](std::size_t done, std::size_t images) {
        device.launch(Lane::Compute, NarrowKernel{spectra.floats(), images, size, rows.data(), size,
                                                  kept->scales() + done, kept->energies() + done});
        device.launch(Lane::Compute,
                      TileKernel<HalfComplex>{rows.data(), size, images, size, kept->halves() + done * size});
    };
    if (!transformer.forBlocks(first, count, spectra, context, narrow))
        return cancelled();
    device.wait(Lane::Compute);
    return kept;
}

} // namespace somnium::gpu
