// SPDX-License-Identifier: GPL-3.0-or-later
// The nearest of many rows in half precision (compute::HalfRows), in three steps: the nearest row of each
// block of 32; the blocks whose nearest row is among the k nearest of those (no row of the k nearest lies
// elsewhere, since k rows would be nearer); and the rows of these blocks. Both choices are tournaments of
// sorted pieces.
//
// What is compared are keys: a distance's bits above the number of the row (or block), so that the lowest
// number wins a tie and no two are equal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "gpu/kernels/kernel.h"

// std::array and its like have functions that a device lacks.
// NOLINTBEGIN(modernize-avoid-c-arrays)
namespace somnium::gpu
{

inline constexpr std::size_t kRowBlock = 32;               ///< compute::HalfRows::kBlockRows
inline constexpr std::uint32_t kFarBits = 0x7F800000U;     ///< infinity: of all distances that are not finite
inline constexpr std::uint64_t kNoKey = ~std::uint64_t{0}; ///< after all others

SOMNIUM_DEVICE std::uint32_t bitsOfDistance(float squared)
{
    std::uint32_t bits = 0;
    std::memcpy(&bits, &squared, sizeof(bits));
    return bits < kFarBits ? bits : kFarBits; // sums of squares have no sign, unless they are NaN
}
SOMNIUM_DEVICE std::uint64_t keyOf(std::uint32_t bits, std::size_t number)
{
    return (std::uint64_t{bits} << 32U) | number;
}

/// Two neighbouring rows of a block, as they lie in memory: what a thread reads at a time.
using RowPair = Pack<std::uint16_t, 2>;

/// One component of some queries.
template <unsigned Queries> struct alignas(Queries % 4 == 0 ? 16 : 4) QueryValues
{
    float value[Queries];
};

/// Squared distances of two rows to some queries.
template <unsigned Queries> struct PairDistances
{
    float first[Queries];
    float second[Queries];

    SOMNIUM_DEVICE void add(RowPair rows, const QueryValues<Queries> &query)
    {
        const float a = fromHalfBits(rows.value[0]);
        const float b = fromHalfBits(rows.value[1]);
        for (unsigned q = 0; q < Queries; ++q)
        {
            const float toFirst = a - query.value[q];
            const float toSecond = b - query.value[q];
            first[q] = fmaf(toFirst, toFirst, first[q]); // the same bits on every device
            second[q] = fmaf(toSecond, toSecond, second[q]);
        }
    }
    /// `rows` lie kRowBlock / 2 pairs apart. Several are asked for before the first is needed.
    SOMNIUM_DEVICE void addAll(const RowPair *rows, const QueryValues<Queries> *queries, std::size_t count)
    {
        constexpr std::size_t kAhead = 8;
        constexpr std::size_t kStep = kRowBlock / 2;
        std::size_t c = 0;
        for (; c + kAhead <= count; c += kAhead)
        {
            RowPair ahead[kAhead];
            for (std::size_t i = 0; i < kAhead; ++i)
                ahead[i] = rows[(c + i) * kStep];
            for (std::size_t i = 0; i < kAhead; ++i)
                add(ahead[i], queries[c + i]);
        }
        for (; c < count; ++c)
            add(rows[c * kStep], queries[c]);
    }
};

/// How the threads of a block share the rows: each takes two, through all components.
struct RowTile
{
    static constexpr std::size_t kThreadsPerBlock = kRowBlock / 2;
    static constexpr std::size_t kBlocks = kMaxThreads / kThreadsPerBlock;
    static constexpr std::size_t kRows = kBlocks * kRowBlock;
    static constexpr std::size_t kComponents = 512; ///< of the queries that are in shared memory at a time

    /// Sums the distances of this thread block's rows. `blockOf(thread)`: its block of 32 rows, `blocks` if
    /// it has none. `queryOf(c)`: component c of the queries.
    template <unsigned Queries, class Block, class Sums, class BlockOf, class QueryOf>
    // NOLINTNEXTLINE(readability-function-size): seven arguments, of which each caller has other ones
    static SOMNIUM_DEVICE void measure(Block &block, Sums &sums, const std::uint16_t *halves,
                                       std::size_t width, std::size_t blocks, const BlockOf &blockOf,
                                       const QueryOf &queryOf)
    {
        auto *const query = block.template shared<QueryValues<Queries>>();
        for (std::size_t first = 0; first < width; first += kComponents)
        {
            const std::size_t count = width - first < kComponents ? width - first : kComponents;
            block.forThreads([&](unsigned thread) {
                for (std::size_t c = thread; c < count; c += kMaxThreads)
                    query[c] = queryOf(first + c);
            });
            block.forThreads([&](unsigned thread) {
                const std::size_t at = blockOf(thread);
                if (at >= blocks)
                    return;
                const auto *const pairs =
                    reinterpret_cast<const RowPair *>(halves + (at * width + first) * kRowBlock);
                sums[thread].addAll(pairs + thread % kThreadsPerBlock, query, count);
            });
        }
    }
};

/// keys[query][block] = that of the nearest row of the block: its distance and the block's number.
template <unsigned Queries> struct NearestInBlocksKernel
{
    const std::uint16_t *halves = nullptr;         ///< [blocks][width][32]
    const QueryValues<Queries> *queries = nullptr; ///< [width]
    std::uint64_t *keys = nullptr;                 ///< [Queries][keyStride]
    std::size_t keyStride = 0;
    std::size_t width = 0;
    std::size_t rows = 0; ///< those that fill up the last block do not count

    [[nodiscard]] SOMNIUM_SHARED std::size_t blocks() const { return ceilDivide(rows, kRowBlock); }
    [[nodiscard]] Grid grid() const { return {ceilDivide(blocks(), RowTile::kBlocks)}; }
    [[nodiscard]] unsigned threads() const { return kMaxThreads; }
    /// The queries', then the rows' distances.
    [[nodiscard]] std::size_t sharedBytes() const { return RowTile::kRows * Queries * sizeof(float); }

    template <class Block> SOMNIUM_DEVICE void run(Block &block) const
    {
        auto sums = block.template perThread<PairDistances<Queries>>();
        block.forThreads([&](unsigned thread) { sums[thread] = {}; });
        const std::size_t firstBlock = block.x() * RowTile::kBlocks;
        RowTile::measure<Queries>(
            block, sums, halves, width, blocks(),
            [&](unsigned thread) { return firstBlock + thread / RowTile::kThreadsPerBlock; },
            [&](std::size_t c) { return queries[c]; });

        auto *const bits = block.template shared<std::uint32_t>(); // [query][row of the tile]
        block.forThreads([&](unsigned thread) {
            const std::size_t row = std::size_t{2} * thread;
            const std::size_t past = firstBlock * kRowBlock + row; // of the first of both
            for (unsigned q = 0; q < Queries; ++q)
            {
                bits[q * RowTile::kRows + row] =
                    past < rows ? bitsOfDistance(sums[thread].first[q]) : ~std::uint32_t{0};
                bits[q * RowTile::kRows + row + 1] =
                    past + 1 < rows ? bitsOfDistance(sums[thread].second[q]) : ~std::uint32_t{0};
            }
        });
        block.forThreads([&](unsigned thread) {
            const std::size_t at = firstBlock + thread % RowTile::kBlocks;
            for (std::size_t q = thread / RowTile::kBlocks; q < Queries && at < blocks();
                 q += kMaxThreads / RowTile::kBlocks)
                keys[q * keyStride + at] =
                    keyOf(least(bits + q * RowTile::kRows, thread % RowTile::kBlocks), at);
        });
    }

private:
    /// Of a block's rows; each thread begins elsewhere, so that they do not all wait for one bank of the
    /// memory.
    static SOMNIUM_DEVICE std::uint32_t least(const std::uint32_t *bits, std::size_t blockOfTile)
    {
        std::uint32_t result = ~std::uint32_t{0};
        for (std::size_t i = 0; i < kRowBlock; ++i)
        {
            const std::uint32_t one = bits[blockOfTile * kRowBlock + (i + blockOfTile) % kRowBlock];
            result = one < result ? one : result;
        }
        return result;
    }
};

/// keys[query][32 i + r] = distance and number of row r of the i-th of some blocks: each query has its own.
struct RowKeysKernel
{
    const std::uint16_t *halves = nullptr; ///< [blocks][width][32]
    const float *queries = nullptr;        ///< [width][queryCount]
    const std::uint64_t *chosen = nullptr; ///< [queryCount][keyStride], a block's number in its lower half;
                                           ///< null: blocks firstBlock, firstBlock + 1, ...
    std::uint64_t *keys = nullptr;         ///< [queryCount][keyStride]
    std::size_t keyStride = 0;
    std::size_t queryCount = 0; ///< as `queries` has them
    std::size_t asked = 0;      ///< those that keys are for: the first ones
    std::size_t width = 0;
    std::size_t rows = 0;
    std::size_t chosenBlocks = 0;
    std::size_t firstBlock = 0;
    std::size_t firstRow = 0; ///< the number of the first row of `halves`

    [[nodiscard]] Grid grid() const { return {ceilDivide(chosenBlocks, RowTile::kBlocks), asked}; }
    [[nodiscard]] unsigned threads() const { return kMaxThreads; }
    [[nodiscard]] std::size_t sharedBytes() const { return RowTile::kComponents * sizeof(float); }

    template <class Block> SOMNIUM_DEVICE void run(Block &block) const
    {
        const std::size_t query = block.y();
        const std::size_t blocks = ceilDivide(rows, kRowBlock);
        const auto placeOf = [&](unsigned thread) {
            return block.x() * RowTile::kBlocks + thread / RowTile::kThreadsPerBlock;
        };
        const auto blockOf = [&](unsigned thread) -> std::size_t {
            const std::size_t place = placeOf(thread);
            if (place >= chosenBlocks)
                return blocks;
            return chosen == nullptr ? firstBlock + place
                                     : static_cast<std::uint32_t>(chosen[query * keyStride + place]);
        };
        auto sums = block.template perThread<PairDistances<1>>();
        block.forThreads([&](unsigned thread) { sums[thread] = {}; });
        RowTile::measure<1>(block, sums, halves, width, blocks, blockOf,
                            [&](std::size_t c) { return QueryValues<1>{{queries[c * queryCount + query]}}; });
        block.forThreads([&](unsigned thread) {
            if (placeOf(thread) >= chosenBlocks)
                return;
            const std::size_t inBlock = 2 * (thread % RowTile::kThreadsPerBlock);
            const std::size_t row = blockOf(thread) * kRowBlock + inBlock;
            std::uint64_t *const to = keys + query * keyStride + placeOf(thread) * kRowBlock + inBlock;
            to[0] = row < rows ? keyOf(bitsOfDistance(sums[thread].first[0]), firstRow + row) : kNoKey;
            to[1] =
                row + 1 < rows ? keyOf(bitsOfDistance(sums[thread].second[0]), firstRow + row + 1) : kNoKey;
        });
    }
};

/// Sorts pieces of `pieceSize` keys and keeps the `kept` lowest of each, rising: of all keys, the lowest are
/// among these. cite: Batcher 1968 (bitonic sorting network).
struct SortPiecesKernel
{
    const std::uint64_t *keys = nullptr; ///< [queries][keyStride]
    std::uint64_t *lowest = nullptr;     ///< [queries][lowestStride]: piece p's from kept p on
    std::size_t keyStride = 0;
    std::size_t lowestStride = 0;
    std::size_t queries = 0;
    std::size_t count = 0;     ///< keys of a query
    std::size_t pieceSize = 0; ///< a power of two, at least kept
    std::size_t kept = 0;

    [[nodiscard]] Grid grid() const { return {ceilDivide(count, pieceSize), queries}; }
    [[nodiscard]] unsigned threads() const { return kMaxThreads; }
    [[nodiscard]] std::size_t sharedBytes() const { return pieceSize * sizeof(std::uint64_t); }

    template <class Block> SOMNIUM_DEVICE void run(Block &block) const
    {
        auto *const piece = block.template shared<std::uint64_t>();
        const std::size_t first = block.x() * pieceSize;
        const std::size_t size = count - first < pieceSize ? count - first : pieceSize;
        const std::uint64_t *const from = keys + block.y() * keyStride + first;
        block.forThreads([&](unsigned thread) {
            for (std::size_t i = thread; i < pieceSize; i += kMaxThreads)
                piece[i] = i < size ? from[i] : kNoKey;
        });
        for (std::size_t length = 2; length <= pieceSize; length *= 2)
            for (std::size_t step = length / 2; step > 0; step /= 2)
                block.forThreads([&](unsigned thread) {
                    for (std::size_t pair = thread; pair < pieceSize / 2; pair += kMaxThreads)
                        order(piece, pair, step, length);
                });
        std::uint64_t *const to = lowest + block.y() * lowestStride + block.x() * kept;
        const std::size_t left = size < kept ? size : kept;
        block.forThreads([&](unsigned thread) {
            for (std::size_t i = thread; i < left; i += kMaxThreads)
                to[i] = piece[i];
        });
    }

private:
    /// Puts two keys `step` apart in the order of their run of `length`: rising and falling runs take turns.
    static SOMNIUM_DEVICE void order(std::uint64_t *piece, std::size_t pair, std::size_t step,
                                     std::size_t length)
    {
        const std::size_t low = 2 * pair - (pair & (step - 1));
        const std::size_t high = low + step;
        const bool isRising = (low & length) == 0;
        const std::uint64_t a = piece[low];
        const std::uint64_t b = piece[high];
        if ((a > b) == isRising)
        {
            piece[low] = b;
            piece[high] = a;
        }
    }
};

} // namespace somnium::gpu
// NOLINTEND(modernize-avoid-c-arrays)
