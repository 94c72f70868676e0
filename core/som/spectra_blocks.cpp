// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/spectra_blocks.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <span>
#include <string>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/platform.h"
#include "core/compute/device_share.h"
#include "core/compute/stand_in.h"

namespace somnium::som
{

namespace
{

/// A survey whose coefficients need less keeps them in full: one rule for every machine, since it decides
/// bits.
constexpr std::size_t kFullBytes = std::size_t{256} << 20U;
constexpr std::size_t kMostMemory = std::size_t{768} << 20U;

std::size_t memoryFor(const SpectraStorage &storage, compute::Backend &backend)
{
    if (storage.memoryBytes > 0)
        return storage.memoryBytes;
    const std::size_t available = availableMemoryBytes();
    return std::max(available == 0 ? kMostMemory : std::min(kMostMemory, available / 4),
                    compute::keepableBytes(backend.freeDeviceBytes()));
}

/// Of blocks that stay on a device: as many as take so many bytes there. Their pixels, some times as much,
/// are in main memory meanwhile.
std::size_t deviceBlockImages(const compute::PolarGrid &grid)
{
    constexpr std::size_t kBytes = std::size_t{128} << 20U;
    constexpr std::size_t kStep = SpectraBlocks::kBlockImages;
    return std::max<std::size_t>(1, kBytes / (compute::halfBytesPerImage(grid) * kStep)) * kStep;
}

bool isHalf(Coefficients coefficients, std::size_t count, const compute::PolarGrid &grid)
{
    if (coefficients != Coefficients::Automatic)
        return coefficients == Coefficients::Half;
    return count > kFullBytes / (grid.coefficientCount() * sizeof(float));
}

bool isTooLarge(std::size_t count, const compute::PolarGrid &grid, const SpectraStorage &storage,
                compute::Backend &backend)
{
    return count * compute::halfBytesPerImage(grid) > memoryFor(storage, backend);
}

/// Backends differ by rounding: what one has written is not for another, or a training's bits would depend
/// on what was there before.
std::uint64_t fingerprintFor(const SpectraStorage &storage, const compute::Backend &backend)
{
    const std::string name = backend.name();
    return compute::isProcessor(backend) ? storage.fingerprint
                                         : storage.fingerprint ^ fnv1a(std::as_bytes(std::span(name)));
}

std::filesystem::path temporaryFile()
{
    static std::atomic<unsigned> counter{0};
    std::error_code error;
    const std::filesystem::path folder = std::filesystem::temp_directory_path(error);
    return folder / ("somnium-" + std::to_string(processId()) + "-" + std::to_string(counter++) + ".spectra");
}

} // namespace

bool SpectraBlocks::canSaveMemory(std::size_t count, const compute::PolarGrid &grid,
                                  Coefficients coefficients, const SpectraStorage &storage,
                                  compute::Backend &backend)
{
    return isHalf(coefficients, count, grid) && !isTooLarge(count, grid, storage, backend);
}

SpectraBlocks::~SpectraBlocks()
{
    std::error_code ignored;
    if (!m_temporary.empty())
        std::filesystem::remove(m_temporary, ignored);
}

Result<std::unique_ptr<SpectraBlocks>>
SpectraBlocks::create(const data::Samples &samples, const compute::PolarGrid &grid, compute::Backend &backend,
                      Coefficients coefficients, const SpectraStorage &storage, const JobContext &context)
{
    std::unique_ptr<SpectraBlocks> made(
        new SpectraBlocks(samples, grid, backend)); // NOLINT: private constructor
    const bool half = isHalf(coefficients, samples.count(), grid);
    made->m_isStreamed = half && isTooLarge(samples.count(), grid, storage, backend);
    if (!made->m_isStreamed && !compute::isProcessor(backend))
        made->m_blockImages = deviceBlockImages(grid);
    auto filled = made->m_isStreamed ? made->fillFile(storage, context) : made->fillMemory(half, context);
    if (!filled)
        return failure(filled.error());
    return made;
}

Result<compute::HalfSpectra> SpectraBlocks::transform(std::size_t block, const JobContext &context) const
{
    JobContext inner = context;
    inner.onProgress = {};
    auto spectra = m_backend.transformToHalf(m_samples, firstOf(block), countOf(block), m_grid, inner);
    m_samples.letGo(firstOf(block), countOf(block));
    return spectra;
}

Result<void> SpectraBlocks::fillMemory(bool isHalf, const JobContext &context)
{
    JobContext inner = context;
    inner.onProgress = {};
    for (std::size_t block = 0; block < blocks(); ++block)
    {
        const std::size_t first = firstOf(block);
        const std::size_t images = countOf(block);
        auto spectra = isHalf ? m_backend.transformAndKeep(m_samples, first, images, m_grid, inner)
                              : m_backend.transform(m_samples, first, images, m_grid, inner);
        m_samples.letGo(first, images);
        if (!spectra)
            return failure(spectra.error());
        m_inMemory.push_back(std::move(*spectra));
        context.report({first + images, count(), "transforming images"});
    }
    return {};
}

Result<void> SpectraBlocks::fillFile(const SpectraStorage &storage, const JobContext &context)
{
    const compute::SpectraFileKey key = {m_grid, fingerprintFor(storage, m_backend), count(), m_blockImages};
    const bool isKept = !storage.file.empty();
    const std::filesystem::path path = isKept ? storage.file : temporaryFile();
    if (isKept)
        if (auto file = compute::SpectraFile::open(path, key))
        {
            m_file = std::move(*file);
            return {};
        }
    auto writer = compute::SpectraFileWriter::create(path, key);
    bool isWritten = writer.has_value();
    for (std::size_t block = 0; block < blocks() && isWritten; ++block)
    {
        const auto halves = transform(block, context);
        if (!halves)
            return failure(halves.error());
        isWritten = (*writer)->append(*halves).has_value();
        context.report({firstOf(block) + countOf(block), count(), "transforming images"});
    }
    if (!isWritten || !(*writer)->finish())
        return {}; // a full disk, say: the spectra are made anew for every pass
    if (!isKept)
        m_temporary = path;
    if (auto file = compute::SpectraFile::open(path, key))
        m_file = std::move(*file);
    return {};
}

Result<void> SpectraBlocks::forEach(
    const JobContext &context,
    const std::function<Result<void>(std::size_t first, const compute::Spectra &spectra)> &use) const
{
    for (std::size_t block = 0; block < m_inMemory.size(); ++block)
        if (auto used = use(firstOf(block), *m_inMemory[block]); !used)
            return used;
    if (!m_isStreamed)
        return {};

    const auto read = [this](std::size_t block) {
        return m_file ? m_file->read(block)
                      : Result<compute::HalfSpectra>(failure(ErrorKind::NotFound, "there is no file"));
    };
    std::future<Result<compute::HalfSpectra>> next;
    for (std::size_t block = 0; block < blocks(); ++block)
    {
        auto halves = next.valid() ? next.get() : read(block);
        if (block + 1 < blocks() && m_file)
            next = std::async(std::launch::async, read, block + 1);
        if (!halves)
            halves = transform(block, context);
        if (!halves)
            return failure(halves.error());
        const auto spectra =
            m_backend.upload(std::make_shared<const compute::HalfSpectra>(std::move(*halves)));
        if (!spectra)
            return failure(spectra.error());
        if (auto used = use(firstOf(block), **spectra); !used)
            return used;
    }
    return {};
}

} // namespace somnium::som
