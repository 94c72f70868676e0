// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/gpu_backend.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/half.h"
#include "core/compute/backend_contract.h"
#include "gpu/device/at_border.h"
#include "gpu/kernels/map_kernels.h"
#include "gpu/map/matching.h"
#include "gpu/map/transformer.h"
#include "gpu/search/gpu_nearest_rows.h"
#include "gpu/tensor/gpu_tensor_ops.h"

namespace somnium::gpu
{

namespace
{

using compute::HalfSpectra;
using compute::PolarGrid;
using compute::Spectra;
using SpectraResult = Result<std::unique_ptr<Spectra>>;

class GpuBackend final : public compute::Backend
{
public:
    GpuBackend(std::unique_ptr<Device> device, std::string name)
        : m_device(std::move(device)), m_name(std::move(name))
    {}

    [[nodiscard]] std::string name() const override { return m_name; }
    [[nodiscard]] std::string device() const override;
    [[nodiscard]] std::size_t freeDeviceBytes() override
    {
        return atBorder([&]() -> Result<std::size_t> { return m_device->freeBytes(); }).value_or(0);
    }

    [[nodiscard]] SpectraResult transform(const data::Samples &samples, std::size_t first, std::size_t count,
                                          const PolarGrid &grid, const JobContext &context) override;
    [[nodiscard]] Result<HalfSpectra> transformToHalf(const data::Samples &samples, std::size_t first,
                                                      std::size_t count, const PolarGrid &grid,
                                                      const JobContext &context) override;
    [[nodiscard]] SpectraResult transformAndKeep(const data::Samples &samples, std::size_t first,
                                                 std::size_t count, const PolarGrid &grid,
                                                 const JobContext &context) override;
    [[nodiscard]] SpectraResult upload(std::span<const float> spectra, std::size_t count,
                                       const PolarGrid &grid) override;
    [[nodiscard]] SpectraResult upload(std::shared_ptr<const HalfSpectra> spectra) override;
    [[nodiscard]] Result<std::vector<float>> download(const Spectra &spectra) override;
    [[nodiscard]] Result<compute::MatchResult> match(const Spectra &images, const Spectra &prototypes,
                                                     const compute::MatchOptions &options,
                                                     const JobContext &context) override;
    [[nodiscard]] Result<std::unique_ptr<compute::BatchUpdate>>
    beginUpdate(const Spectra &prototypes, const compute::UpdateOptions &options) override;
    [[nodiscard]] Result<std::unique_ptr<compute::TensorOps>>
    makeTensorOps(const compute::TensorOptions &options) override
    {
        return gpu::makeTensorOps(*m_device, options);
    }
    [[nodiscard]] Result<std::unique_ptr<compute::NearestRows>>
    keepRows(std::shared_ptr<const compute::HalfRows> rows) override
    {
        return gpu::keepRows(*m_device, std::move(rows));
    }

private:
    /// Those of the last grid are kept: a training has one.
    [[nodiscard]] std::shared_ptr<const PlanTables> tablesFor(const PolarGrid &grid);
    [[nodiscard]] std::vector<Complex> rowsOf(const GpuSpectra &spectra, std::size_t first,
                                              std::size_t count);

    std::unique_ptr<Device> m_device;
    std::string m_name;
    std::shared_ptr<const PlanTables> m_tables;
};

/// Images whose spectra are unpacked at a time.
constexpr std::size_t kDownloadImages = 4096;

std::string GpuBackend::device() const
{
    const DeviceInfo &info = m_device->info();
    const std::size_t gigabytes = (info.memoryBytes + (std::size_t{1} << 29U)) >> 30U;
    return info.name + ", " + info.architecture + ", " + std::to_string(gigabytes) + " GiB";
}

std::shared_ptr<const PlanTables> GpuBackend::tablesFor(const PolarGrid &grid)
{
    if (!m_tables || !(m_tables->grid() == grid))
        m_tables = std::make_shared<const PlanTables>(*m_device, grid);
    return m_tables;
}

SpectraResult GpuBackend::transform(const data::Samples &samples, std::size_t first, std::size_t count,
                                    const PolarGrid &grid, const JobContext &context)
{
    if (const auto valid = compute::validate(grid); !valid)
        return failure(valid.error());
    return atBorder(
        [&]() { return transformOn(*m_device, samples, first, count, tablesFor(grid), context); });
}

Result<HalfSpectra> GpuBackend::transformToHalf(const data::Samples &samples, std::size_t first,
                                                std::size_t count, const PolarGrid &grid,
                                                const JobContext &context)
{
    if (const auto valid = compute::validate(grid); !valid)
        return failure(valid.error());
    return atBorder(
        [&]() { return transformToHalfOn(*m_device, samples, first, count, tablesFor(grid), context); });
}

SpectraResult GpuBackend::transformAndKeep(const data::Samples &samples, std::size_t first, std::size_t count,
                                           const PolarGrid &grid, const JobContext &context)
{
    if (const auto valid = compute::validate(grid); !valid)
        return failure(valid.error());
    auto kept = atBorder(
        [&]() { return transformAndKeepOn(*m_device, samples, first, count, tablesFor(grid), context); });
    if (kept || kept.error().kind != ErrorKind::OutOfMemory)
        return kept;
    return Backend::transformAndKeep(samples, first, count, grid, context); // in main memory
}

SpectraResult GpuBackend::upload(std::span<const float> spectra, std::size_t count, const PolarGrid &grid)
{
    if (const auto good = compute::checkSpectra(spectra, count, grid); !good)
        return failure(good.error());
    return atBorder([&]() -> SpectraResult {
        const std::size_t coefficients = grid.coefficientCount();
        const auto tables = tablesFor(grid);
        std::vector<Complex> rows(count * tables->size());
        for (std::size_t i = 0; i < count; ++i)
            tables->packRow(spectra.subspan(i * coefficients, coefficients),
                            rows.data() + i * tables->size());
        const auto deviceRows = uploaded(*m_device, std::span<const Complex>(rows));
        auto made = std::make_unique<GpuSpectra>(*m_device, tables, count);
        m_device->launch(Lane::Compute, TileKernel<Complex>{deviceRows.data(), tables->size(), count,
                                                            tables->size(), made->floats()});
        made->updateEnergies(*m_device);
        m_device->wait(Lane::Compute);
        return made;
    });
}

SpectraResult GpuBackend::upload(std::shared_ptr<const HalfSpectra> spectra)
{
    CHECK(spectra != nullptr);
    if (const auto good = compute::checkSpectra(*spectra); !good)
        return failure(good.error());
    return atBorder([&]() -> SpectraResult {
        return std::make_unique<GpuSpectra>(*m_device, tablesFor(spectra->grid), spectra);
    });
}

std::vector<Complex> GpuBackend::rowsOf(const GpuSpectra &spectra, std::size_t first, std::size_t count)
{
    const std::size_t size = spectra.tables().size();
    std::vector<Complex> rows(count * size);
    const DeviceBuffer<Complex> deviceRows(*m_device, rows.size());
    if (spectra.isHalf())
    {
        const auto tiles = spectra.halfTiles().from(first, size);
        m_device->launch(Lane::Compute, UntileKernel<HalfComplex>{tiles.elements, tiles.scales, count, size,
                                                                  deviceRows.data()});
    }
    else
        m_device->launch(Lane::Compute, UntileKernel<Complex>{spectra.floatTiles().from(first, size).elements,
                                                              nullptr, count, size, deviceRows.data()});
    deviceRows.download(Lane::Compute, rows);
    m_device->wait(Lane::Compute);
    return rows;
}

/// A row of main memory's halves as floats.
void widenRow(const HalfSpectra &halves, std::size_t image, std::span<Complex> row)
{
    const std::uint16_t *from = halves.values.data() + image * halves.rowSize;
    for (Complex &coefficient : row)
    {
        coefficient = {fromHalf(from[0]) * halves.scales[image], fromHalf(from[1]) * halves.scales[image]};
        from += 2;
    }
}

Result<std::vector<float>> GpuBackend::download(const Spectra &spectra)
{
    const GpuSpectra &mine = own(spectra);
    return atBorder([&]() -> Result<std::vector<float>> {
        const std::size_t size = mine.tables().size();
        const std::size_t coefficients = mine.grid().coefficientCount();
        std::vector<float> values(mine.count() * coefficients);
        for (std::size_t first = 0; first < mine.count(); first += kDownloadImages)
        {
            const std::size_t count = std::min(kDownloadImages, mine.count() - first);
            std::vector<Complex> rows;
            if (mine.host() == nullptr)
                rows = rowsOf(mine, first, count);
            else
                rows.resize(count * size);
            for (std::size_t i = 0; i < count; ++i)
            {
                const std::span<Complex> row = std::span(rows).subspan(i * size, size);
                if (mine.host() != nullptr)
                    widenRow(*mine.host(), first + i, row);
                mine.tables().unpackRow(row.data(),
                                        std::span(values).subspan((first + i) * coefficients, coefficients));
            }
        }
        return values;
    });
}

Result<compute::MatchResult> GpuBackend::match(const Spectra &images, const Spectra &prototypes,
                                               const compute::MatchOptions &options,
                                               const JobContext &context)
{
    if (const auto good = compute::checkPair(images, prototypes); !good)
        return failure(good.error());
    return atBorder([&]() { return matchOn(*m_device, own(images), own(prototypes), options, context); });
}

Result<std::unique_ptr<compute::BatchUpdate>> GpuBackend::beginUpdate(const Spectra &prototypes,
                                                                      const compute::UpdateOptions &options)
{
    if (const auto good = compute::checkUpdate(prototypes, options); !good)
        return failure(good.error());
    return atBorder([&]() -> Result<std::unique_ptr<compute::BatchUpdate>> {
        return beginUpdateOn(*m_device, own(prototypes), options);
    });
}

} // namespace

std::unique_ptr<compute::Backend> makeBackend(std::unique_ptr<Device> device, std::string name)
{
    return std::make_unique<GpuBackend>(std::move(device), std::move(name));
}

} // namespace somnium::gpu
