// SPDX-License-Identifier: GPL-3.0-or-later
// The spectra of all samples of a training, block by block: in memory where there is room, else streamed from
// a file that is made once. Blocks begin where sums may be cut (compute::kUpdateBlockImages), so the bits of
// what is computed from them are the same either way.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/compute/spectra_file.h"
#include "core/data/sample_store.h"
#include "core/som/som.h"

namespace somnium::som
{

/// What a training may use. Changes no result.
struct SpectraStorage
{
    /// For the spectra of the samples; 0: a quarter of what is free, at most 768 MiB, so that a million
    /// images fit into 2 GiB with everything else, or three quarters of what is free on a device with memory
    /// of its own. It keeps them there, and in main memory what finds no room there.
    std::size_t memoryBytes = 0;
    /// Where they are kept if they need more; empty: a temporary file. A file of this name that fits is used,
    /// any other is replaced.
    std::filesystem::path file;
    std::uint64_t fingerprint = 0; ///< of the samples, to know the file again
};

class SpectraBlocks
{
public:
    /// Images of a block that is streamed, or is in main memory, except the last one: 17 MiB of images of
    /// 64 x 64. On a device that keeps them, blocks are some times as large: each costs it calls, and waiting
    /// for results, however few images it has.
    static constexpr std::size_t kBlockImages = compute::kUpdateBlockImages;

    /// Whether they would all stay in the backend though they could be streamed: in half precision, of less
    /// than the memory that they may use.
    [[nodiscard]] static bool canSaveMemory(std::size_t count, const compute::PolarGrid &grid,
                                            Coefficients coefficients, const SpectraStorage &storage,
                                            compute::Backend &backend);

    /// Transforms all samples. `samples` and `backend` must outlive this. A file that cannot be written costs
    /// time, not the training: the spectra are made anew for every pass then.
    [[nodiscard]] static Result<std::unique_ptr<SpectraBlocks>>
    create(const data::Samples &samples, const compute::PolarGrid &grid, compute::Backend &backend,
           Coefficients coefficients, const SpectraStorage &storage, const JobContext &context);
    SpectraBlocks(const SpectraBlocks &) = delete;
    SpectraBlocks &operator=(const SpectraBlocks &) = delete;
    ~SpectraBlocks();

    [[nodiscard]] std::size_t count() const { return m_samples.count(); }
    /// False: all in memory.
    [[nodiscard]] bool isStreamed() const { return m_isStreamed; }

    /// Calls `use(first, spectra)` for every block in order, while the next one is read. A block that cannot
    /// be read back, or is damaged, is transformed again.
    [[nodiscard]] Result<void>
    forEach(const JobContext &context,
            const std::function<Result<void>(std::size_t first, const compute::Spectra &spectra)> &use) const;

private:
    SpectraBlocks(const data::Samples &samples, const compute::PolarGrid &grid, compute::Backend &backend)
        : m_samples(samples), m_grid(grid), m_backend(backend)
    {}
    [[nodiscard]] Result<void> fillMemory(bool isHalf, const JobContext &context);
    [[nodiscard]] Result<void> fillFile(const SpectraStorage &storage, const JobContext &context);
    [[nodiscard]] Result<compute::HalfSpectra> transform(std::size_t block, const JobContext &context) const;
    [[nodiscard]] std::size_t blocks() const { return (count() + m_blockImages - 1) / m_blockImages; }
    [[nodiscard]] std::size_t firstOf(std::size_t block) const { return block * m_blockImages; }
    [[nodiscard]] std::size_t countOf(std::size_t block) const
    {
        return std::min(m_blockImages, count() - firstOf(block));
    }

    const data::Samples &m_samples;
    compute::PolarGrid m_grid;
    compute::Backend &m_backend;
    bool m_isStreamed = false;
    std::size_t m_blockImages = kBlockImages;
    std::vector<std::unique_ptr<compute::Spectra>> m_inMemory;
    std::optional<compute::SpectraFile> m_file;
    std::filesystem::path m_temporary; ///< removed in the end
};

} // namespace somnium::som
