// SPDX-License-Identifier: GPL-3.0-or-later
// Sorts what many points leave behind (a pixel, a disc) by the band of rows that it falls into, in parallel
// and keeping the order, so that each band can then be worked on by one thread, in cache, point by point in
// the order of the points: the same bits for any number of threads. For the rasters and fields of the plane.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/job.h"
#include "core/base/parallel.h"

namespace somnium::latent
{

/// Rows of a picture, cut into bands of 2^rowBits rows that fit a processor's cache. A band also holds `halo`
/// rows of its neighbours on either side, or room for them.
struct Bands
{
    std::size_t columns = 0;
    std::size_t rows = 0;
    std::size_t halo = 0;
    unsigned rowBits = 0;
    unsigned cellBits = 0; ///< enough to count the pixels of a band and its halo
    std::size_t count = 0;

    /// Bands of up to `pixels` pixels, or one row. A picture of 1 to 2^28 pixels, a halo of at most 2.
    static Bands of(std::size_t columns, std::size_t rows, std::size_t halo = 0,
                    std::size_t pixels = std::size_t{1} << 15)
    {
        Bands bands{columns, rows, halo};
        bands.rowBits = bitsBelow(std::max<std::size_t>(1, pixels / columns));
        bands.cellBits = bitsBelow(columns * (bands.rowsEach() + 2 * halo)) + 1;
        bands.count = ((rows - 1) >> bands.rowBits) + 1;
        return bands;
    }
    [[nodiscard]] std::size_t rowsEach() const { return std::size_t{1} << rowBits; }
    [[nodiscard]] std::size_t beginRow(std::size_t band) const { return band << rowBits; }
    [[nodiscard]] std::size_t endRow(std::size_t band) const { return std::min(rows, (band + 1) << rowBits); }

    /// A pixel as one number: band, then place within the band and its halo. (rowsEach + 4) / rowsEach <= 5,
    /// so that 2^28 pixels need no more than 32 bits.
    [[nodiscard]] std::uint32_t cellOf(std::size_t band, std::size_t row, std::size_t column) const
    {
        const std::size_t within = (row + halo - beginRow(band)) * columns + column;
        return static_cast<std::uint32_t>(band << cellBits | within);
    }
    [[nodiscard]] std::size_t bandOf(std::uint32_t cell) const { return cell >> cellBits; }
    [[nodiscard]] std::size_t withinOf(std::uint32_t cell) const
    {
        return cell & ((std::uint32_t{1} << cellBits) - 1);
    }

private:
    /// The largest b with 2^b <= count.
    static unsigned bitsBelow(std::size_t count) { return static_cast<unsigned>(std::bit_width(count)) - 1; }
};

/// Trivially copyable entries in buckets; each bucket holds its entries in the order of the points.
template <class Entry> class Banded
{
public:
    static constexpr std::size_t kPointsPerBlock = 1U << 13;
    static std::size_t blocksOf(std::size_t points)
    {
        return (points + kPointsPerBlock - 1) / kPointsPerBlock;
    }

    /// Collects the entries of one block of points.
    class Sink
    {
    public:
        explicit Sink(std::size_t capacity) : m_entries(std::make_unique_for_overwrite<Entry[]>(capacity)) {}
        void add(const Entry &entry) { m_entries[m_size++] = entry; }
        /// Without a branch: where about half of the points are outside, a guess is often wrong.
        void addIf(bool isWanted, const Entry &entry)
        {
            m_entries[m_size] = entry;
            m_size += isWanted ? 1 : 0;
        }

    private:
        friend class Banded;
        std::unique_ptr<Entry[]> m_entries;
        std::size_t m_size = 0;
    };

    /// How many there may be.
    struct Sizes
    {
        std::size_t points = 0;
        std::size_t buckets = 0;
        std::size_t entriesPerPoint = 1;
    };

    /// Calls `emit(block, begin, end, sink)` for each block of points, which adds entries (there is room for
    /// one more that is not wanted), and sorts these by `bucketOf(entry)`. False if stopped.
    template <class Emit, class BucketOf>
    bool fill(const Sizes &sizes, const JobContext &context, const Emit &emit, const BucketOf &bucketOf)
    {
        m_blocks.clear();
        m_blocks.resize(blocksOf(sizes.points));
        return parallelFor(m_blocks.size(), context, [&](std::size_t block) {
            const std::size_t begin = block * kPointsPerBlock;
            const std::size_t end = std::min(sizes.points, begin + kPointsPerBlock);
            Sink sink((end - begin) * sizes.entriesPerPoint + 1);
            emit(block, begin, end, sink);
            m_blocks[block] = sorted(sink, sizes.buckets, bucketOf);
        });
    }

    /// Calls `use(std::span<const Entry>)` for all entries of a bucket, in order, in one or more pieces.
    template <class Use> void forBucket(std::size_t bucket, const Use &use) const
    {
        for (const Block &block : m_blocks)
        {
            const std::size_t begin = block.ends[bucket];
            if (block.ends[bucket + 1] > begin)
                use(std::span<const Entry>(block.entries.get() + begin, block.ends[bucket + 1] - begin));
        }
    }

private:
    struct Block
    {
        std::unique_ptr<Entry[]> entries;
        std::vector<std::uint32_t> ends; ///< [buckets + 1], the first is 0
    };

    template <class BucketOf>
    static Block sorted(const Sink &sink, std::size_t buckets, const BucketOf &bucketOf)
    {
        Block block;
        block.entries = std::make_unique_for_overwrite<Entry[]>(sink.m_size);
        block.ends.assign(buckets + 2, 0);
        const Entry *const in = sink.m_entries.get();
        Entry *const out = block.entries.get();
        std::uint32_t *const ends = block.ends.data();
        for (std::size_t i = 0; i < sink.m_size; ++i)
            ++ends[bucketOf(in[i]) + 2];
        for (std::size_t bucket = 2; bucket < buckets + 2; ++bucket)
            ends[bucket] += ends[bucket - 1];
        for (std::size_t i = 0; i < sink.m_size; ++i)
            out[ends[bucketOf(in[i]) + 1]++] = in[i];
        return block;
    }

    std::vector<Block> m_blocks;
};

} // namespace somnium::latent
