// SPDX-License-Identifier: GPL-3.0-or-later
// Sorts what many points leave behind (a pixel, a disc) by the band of rows that it falls into, in parallel
// and keeping the order, so that each band can then be worked on by one thread, in cache, point by point in
// the order of the points: the same bits for any number of threads. For the rasters and fields of the plane.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/base/parallel.h"

namespace somnium::latent
{

/// Rows of a picture, cut into bands that fit a processor's cache.
struct Bands
{
    std::size_t columns = 0;
    std::size_t rows = 0;
    std::size_t rowsEach = 1;
    std::size_t count = 0;

    /// Bands of about `pixels` pixels: by default 128 KiB of counts. A picture of at most 2^28 pixels.
    static Bands of(std::size_t columns, std::size_t rows, std::size_t pixels = std::size_t{1} << 15)
    {
        Bands bands{columns, rows, std::max<std::size_t>(1, pixels / columns), 0};
        bands.count = (rows + bands.rowsEach - 1) / bands.rowsEach;
        return bands;
    }
    [[nodiscard]] std::size_t beginRow(std::size_t band) const { return band * rowsEach; }
    [[nodiscard]] std::size_t endRow(std::size_t band) const { return std::min(rows, (band + 1) * rowsEach); }
};

/// Trivially copyable entries in `buckets` buckets; each bucket holds its entries in the order of the points.
template <class Entry> class Banded
{
public:
    static constexpr std::size_t kPointsPerBlock = 1U << 14;
    static std::size_t blocksOf(std::size_t points)
    {
        return (points + kPointsPerBlock - 1) / kPointsPerBlock;
    }

    /// Collects the entries of one block of points.
    class Sink
    {
    public:
        explicit Sink(std::size_t capacity)
            : m_entries(std::make_unique_for_overwrite<Entry[]>(capacity)),
              m_buckets(std::make_unique_for_overwrite<std::uint32_t[]>(capacity))
        {}
        void add(std::size_t bucket, const Entry &entry) { addIf(true, bucket, entry); }
        /// Without a branch: where about half of the points are outside, a guess is often wrong.
        void addIf(bool isWanted, std::size_t bucket, const Entry &entry)
        {
            m_entries[m_size] = entry;
            m_buckets[m_size] = static_cast<std::uint32_t>(bucket);
            m_size += isWanted ? 1 : 0;
        }

    private:
        friend class Banded;
        std::unique_ptr<Entry[]> m_entries;
        std::unique_ptr<std::uint32_t[]> m_buckets;
        std::size_t m_size = 0;
    };

    /// Calls `emit(block, begin, end, sink)` for each block of points; it may add up to `entriesPerPoint`
    /// entries a point (and is given room for one more). False if stopped.
    template <class Emit> bool fill(std::size_t points, std::size_t buckets, std::size_t entriesPerPoint,
                                    const JobContext &context, const Emit &emit)
    {
        m_blocks.clear();
        m_blocks.resize(blocksOf(points));
        return parallelFor(m_blocks.size(), context, [&](std::size_t block) {
            const std::size_t begin = block * kPointsPerBlock;
            const std::size_t end = std::min(points, begin + kPointsPerBlock);
            Sink sink((end - begin) * entriesPerPoint + 1);
            emit(block, begin, end, sink);
            m_blocks[block] = sorted(sink, buckets);
        });
    }

    /// Calls `use(std::span<const Entry>)` for all entries of a bucket, in order, in one or more pieces.
    template <class Use> void forBucket(std::size_t bucket, const Use &use) const
    {
        for (const Block &block : m_blocks)
        {
            const std::size_t begin = block.ends[bucket];
            use(std::span<const Entry>(block.entries.get() + begin, block.ends[bucket + 1] - begin));
        }
    }

private:
    struct Block
    {
        std::unique_ptr<Entry[]> entries;
        std::vector<std::uint32_t> ends; ///< [buckets + 1], the first is 0
    };

    static Block sorted(const Sink &sink, std::size_t buckets)
    {
        Block block;
        block.entries = std::make_unique_for_overwrite<Entry[]>(sink.m_size);
        block.ends.assign(buckets + 2, 0);
        for (std::size_t i = 0; i < sink.m_size; ++i)
            ++block.ends[sink.m_buckets[i] + 2];
        for (std::size_t bucket = 2; bucket < buckets + 2; ++bucket)
            block.ends[bucket] += block.ends[bucket - 1];
        for (std::size_t i = 0; i < sink.m_size; ++i)
            block.entries[block.ends[sink.m_buckets[i] + 1]++] = sink.m_entries[i];
        return block;
    }

    std::vector<Block> m_blocks;
};

} // namespace somnium::latent
