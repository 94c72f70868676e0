// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/search/gpu_nearest_rows.h"

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "gpu/device/at_border.h"
#include "gpu/device/device_buffer.h"

namespace somnium::gpu
{

namespace
{

using Keys = std::vector<std::uint64_t>;
using compute::NearRow;

static_assert(kRowBlock == compute::HalfRows::kBlockRows);

/// Queries that are asked at once: each half is then read once for eight.
constexpr std::size_t kBatch = 8;
/// Keys that one thread block sorts: at least as many, so that few launches do, and at most, so that several
/// run on a processor at the same time unless more must be kept.
constexpr std::size_t kLeastPiece = 2048;
constexpr std::size_t kMostPiece = 16384;
/// Of rows that are streamed: long enough for a copy to run at full speed.
constexpr std::size_t kStreamedBytes = std::size_t{256} << 20U;
/// Blocks of rows whose keys come back at a time where more is asked for than the device sorts.
constexpr std::size_t kReturnedBlocks = std::size_t{1} << 15U;

constexpr std::array<unsigned, 2> kMarks = {2, 3}; ///< one of each buffer of streamed rows

/// Memory of a search; grows when needed.
struct Scratch
{
    HostBuffer<float> queriesHere;                   ///< [width][queries]
    DeviceBuffer<float> queries;                     ///< the same
    std::array<DeviceBuffer<std::uint64_t>, 2> keys; ///< [queries][stride], used in turns
    HostBuffer<std::uint64_t> result;                ///< what comes back
};

/// A part of the rows that lies on the device.
struct Part
{
    const std::uint16_t *halves = nullptr;
    std::size_t firstBlock = 0;
    std::size_t rows = 0;
    [[nodiscard]] std::size_t firstRow() const { return firstBlock * kRowBlock; }
    [[nodiscard]] std::size_t blocks() const { return ceilDivide(rows, kRowBlock); }
};

NearRow rowOf(std::uint64_t key)
{
    return {static_cast<std::uint32_t>(key), std::bit_cast<float>(static_cast<std::uint32_t>(key >> 32U))};
}

class GpuNearestRows final : public compute::NearestRows
{
public:
    /// Throws DeviceError.
    GpuNearestRows(Device &device, std::shared_ptr<const compute::HalfRows> rows);

    [[nodiscard]] const compute::HalfRows &rows() const override { return *m_rows; }
    [[nodiscard]] Result<std::vector<NearRow>> nearest(std::span<const float> queries, std::size_t count,
                                                       const JobContext &context) override;

private:
    [[nodiscard]] std::size_t width() const { return m_rows->width(); }
    [[nodiscard]] std::size_t halvesPerBlock() const { return width() * kRowBlock; }
    [[nodiscard]] bool isStreamed() const { return m_partBlocks < m_rows->blockCount(); }
    /// Most that are kept of a piece which one thread block sorts.
    [[nodiscard]] std::size_t mostKept() const;

    [[nodiscard]] bool keepAll();
    void makeStream();

    [[nodiscard]] std::size_t parts() const { return ceilDivide(m_rows->blockCount(), m_partBlocks); }
    /// Orders the copy of a streamed part.
    void bring(std::size_t part) const;
    [[nodiscard]] Part partAt(std::size_t part) const;

    /// The lowest keys of all rows for each query; false: stopped.
    [[nodiscard]] bool search(std::span<const float> queries, std::size_t kept, std::size_t batch,
                              const JobContext &context, std::vector<Keys> &found);
    void makeScratch(std::size_t queries, std::size_t kept);
    void bringQueries(std::span<const float> queries, std::size_t batch);
    /// The lowest of a part for the queries that were brought, merged into `found`.
    void searchPart(const Part &part, std::size_t kept, std::size_t batch, std::span<Keys> found);
    void collectPart(const Part &part, std::size_t kept, std::size_t batch, std::span<Keys> found);
    /// Of `count` keys of each query in one buffer, the `kept` lowest; returns the buffer where they are,
    /// rising.
    [[nodiscard]] std::size_t selectLowest(std::size_t buffer, std::size_t count, std::size_t kept,
                                           std::size_t queries);
    [[nodiscard]] RowKeysKernel rowKeys(const Part &part, std::size_t batch, std::size_t asked) const;

    Device &m_device;
    std::shared_ptr<const compute::HalfRows> m_rows;
    std::size_t m_partBlocks = 0;
    std::vector<DeviceBuffer<std::uint16_t>> m_parts; ///< one, or two in turns
    Scratch m_scratch;
    std::size_t m_keyStride = 0; ///< of the scratch
    LockedHost m_locked;         ///< the rows, where they are streamed
};

GpuNearestRows::GpuNearestRows(Device &device, std::shared_ptr<const compute::HalfRows> rows)
    : m_device(device), m_rows(std::move(rows))
{
    if (!keepAll())
        makeStream();
}

bool GpuNearestRows::keepAll()
{
    const std::span<const std::uint16_t> halves = m_rows->halves();
    const std::size_t free = m_device.freeBytes();
    if (halves.size_bytes() > free - free / 8)
        return false;
    try
    {
        m_parts.emplace_back(m_device, halves.size());
    }
    catch (const DeviceError &problem)
    {
        if (problem.error().kind != ErrorKind::OutOfMemory)
            throw;
        return false;
    }
    m_parts.front().upload(Lane::Compute, halves);
    m_device.wait(Lane::Compute);
    m_partBlocks = std::max<std::size_t>(1, m_rows->blockCount());
    return true;
}

void GpuNearestRows::makeStream()
{
    const std::size_t blockBytes = halvesPerBlock() * sizeof(std::uint16_t);
    const std::size_t bytes = std::min(kStreamedBytes, m_device.freeBytes() / 4);
    m_partBlocks = std::clamp<std::size_t>(bytes / blockBytes, 1, m_rows->blockCount());
    while (m_parts.size() < 2)
    {
        try
        {
            m_parts.emplace_back(m_device, m_partBlocks * halvesPerBlock());
        }
        catch (const DeviceError &problem)
        {
            if (problem.error().kind != ErrorKind::OutOfMemory || m_partBlocks == 1)
                throw;
            m_parts.clear();
            m_partBlocks /= 2;
        }
    }
    m_locked = LockedHost(m_device, m_rows->halves());
}

std::size_t GpuNearestRows::mostKept() const
{
    const std::size_t fits = std::bit_floor(m_device.info().sharedBytes / sizeof(std::uint64_t));
    return std::min(fits, kMostPiece) / 2;
}

void GpuNearestRows::bring(std::size_t part) const
{
    const std::size_t first = part * m_partBlocks;
    const std::size_t blocks = std::min(m_partBlocks, m_rows->blockCount() - first);
    m_parts[part % 2].upload(Lane::Copy,
                             m_rows->halves().subspan(first * halvesPerBlock(), blocks * halvesPerBlock()));
    m_device.setMark(Lane::Copy, kMarks.at(part % 2));
}

Part GpuNearestRows::partAt(std::size_t part) const
{
    const std::size_t first = part * m_partBlocks;
    return {m_parts[isStreamed() ? part % 2 : 0].data(), first,
            std::min(m_partBlocks * kRowBlock, m_rows->count() - first * kRowBlock)};
}

Result<std::vector<NearRow>> GpuNearestRows::nearest(std::span<const float> queries, std::size_t count,
                                                     const JobContext &context)
{
    if (width() == 0 || queries.size() % width() != 0)
        return failure(ErrorKind::Mismatch, "queries hold " + std::to_string(queries.size()) +
                                                " numbers: expected rows of " + std::to_string(width()));
    const std::size_t kept = std::min(count, m_rows->count());
    if (kept == 0 || queries.empty())
        return std::vector<NearRow>();
    return atBorder([&]() -> Result<std::vector<NearRow>> {
        std::vector<Keys> found(queries.size() / width());
        std::size_t batch = found.size() > 1 ? kBatch : 1;
        for (bool isDone = false; !isDone;)
        {
            try
            {
                if (!search(queries, kept, batch, context, found))
                    return failure(ErrorKind::Cancelled, "stopped");
                isDone = true;
            }
            catch (const DeviceError &problem)
            {
                if (problem.error().kind != ErrorKind::OutOfMemory || batch == 1)
                    throw;
                batch = 1; // a smaller one needs less
                m_scratch = {};
            }
        }
        std::vector<NearRow> rows;
        rows.reserve(found.size() * kept);
        for (const Keys &keys : found)
            std::transform(keys.begin(), keys.end(), std::back_inserter(rows), rowOf);
        return rows;
    });
}

bool GpuNearestRows::search(std::span<const float> queries, std::size_t kept, std::size_t batch,
                            const JobContext &context, std::vector<Keys> &found)
{
    makeScratch(batch, kept);
    for (Keys &keys : found)
        keys.clear();
    if (isStreamed())
        bring(0);
    for (std::size_t part = 0; part < parts(); ++part)
    {
        if (isStreamed() && part + 1 < parts())
            bring(part + 1); // where the part before this one lay: nothing reads it any more
        if (isStreamed())
            m_device.waitForMark(Lane::Compute, kMarks.at(part % 2));
        for (std::size_t first = 0; first < found.size(); first += batch)
        {
            if (context.shouldStop())
                return false;
            const std::size_t asked = std::min(batch, found.size() - first);
            bringQueries(queries.subspan(first * width(), asked * width()), batch);
            const std::span<Keys> into = std::span(found).subspan(first, asked);
            if (kept > mostKept())
                collectPart(partAt(part), kept, batch, into);
            else
                searchPart(partAt(part), kept, batch, into);
        }
    }
    return true;
}

void GpuNearestRows::makeScratch(std::size_t queries, std::size_t kept)
{
    const std::size_t blocks = std::min(m_partBlocks, m_rows->blockCount());
    const bool isSorted = kept <= mostKept();
    const std::size_t chosen = isSorted ? std::min(kept, blocks) : std::min(kReturnedBlocks, blocks);
    const std::size_t stride = std::max(isSorted ? blocks : 0, chosen * kRowBlock);
    const std::size_t results = isSorted ? queries * kept : stride;
    const std::size_t keyCount = (isSorted ? queries : 1) * stride;
    if (m_scratch.queries.size() < queries * width())
    {
        m_scratch.queriesHere = HostBuffer<float>(m_device, queries * width());
        m_scratch.queries = DeviceBuffer<float>(m_device, queries * width());
    }
    for (auto &keys : m_scratch.keys)
        if (keys.size() < keyCount)
        {
            keys = {};
            keys = DeviceBuffer<std::uint64_t>(m_device, keyCount);
        }
    if (m_scratch.result.values().size() < results)
        m_scratch.result = HostBuffer<std::uint64_t>(m_device, results);
    m_keyStride = stride;
}

void GpuNearestRows::bringQueries(std::span<const float> queries, std::size_t batch)
{
    const std::span<float> to = m_scratch.queriesHere.values().first(batch * width());
    const std::size_t asked = queries.size() / width();
    for (std::size_t c = 0; c < width(); ++c)
        for (std::size_t q = 0; q < batch; ++q) // a batch that is not full is filled up with its first
            to[c * batch + q] = queries[(q < asked ? q : 0) * width() + c];
    m_scratch.queries.upload(Lane::Compute, to);
}

RowKeysKernel GpuNearestRows::rowKeys(const Part &part, std::size_t batch, std::size_t asked) const
{
    RowKeysKernel kernel;
    kernel.halves = part.halves;
    kernel.queries = m_scratch.queries.data();
    kernel.keyStride = m_keyStride;
    kernel.queryCount = batch;
    kernel.asked = asked;
    kernel.width = width();
    kernel.rows = part.rows;
    kernel.chosenBlocks = part.blocks();
    kernel.firstRow = part.firstRow();
    return kernel;
}

std::size_t GpuNearestRows::selectLowest(std::size_t buffer, std::size_t count, std::size_t kept,
                                         std::size_t queries)
{
    const std::size_t most =
        std::clamp(std::bit_ceil(2 * kept), std::min(kLeastPiece, 2 * mostKept()), 2 * mostKept());
    for (bool isWhole = false; !isWhole;)
    {
        SortPiecesKernel kernel;
        kernel.keys = m_scratch.keys.at(buffer).data();
        kernel.lowest = m_scratch.keys.at(1 - buffer).data();
        kernel.keyStride = m_keyStride;
        kernel.lowestStride = m_keyStride;
        kernel.queries = queries;
        kernel.count = count;
        kernel.pieceSize = std::min(most, std::bit_ceil(count));
        kernel.kept = kept;
        m_device.launch(Lane::Compute, kernel);
        const std::size_t last = (count - 1) / kernel.pieceSize; // pieces before the last one are full
        count = last * kept + std::min(kept, count - last * kernel.pieceSize);
        isWhole = last == 0;
        buffer = 1 - buffer;
    }
    return buffer;
}

template <unsigned Queries> NearestInBlocksKernel<Queries>
nearestInBlocks(const Part &part, const Scratch &scratch, std::size_t width, std::size_t keyStride)
{
    NearestInBlocksKernel<Queries> kernel;
    kernel.halves = part.halves;
    kernel.queries = reinterpret_cast<const QueryValues<Queries> *>(scratch.queries.data());
    kernel.keys = scratch.keys[0].data();
    kernel.keyStride = keyStride;
    kernel.width = width;
    kernel.rows = part.rows;
    return kernel;
}

void GpuNearestRows::searchPart(const Part &part, std::size_t kept, std::size_t batch, std::span<Keys> found)
{
    const std::size_t blocks = part.blocks();
    const std::size_t asked = found.size();
    RowKeysKernel rows = rowKeys(part, batch, asked);
    std::size_t chosen = 1; // the buffer
    if (kept < blocks)
    {
        if (batch == 1)
            m_device.launch(Lane::Compute, nearestInBlocks<1>(part, m_scratch, width(), m_keyStride));
        else
            m_device.launch(Lane::Compute, nearestInBlocks<kBatch>(part, m_scratch, width(), m_keyStride));
        chosen = selectLowest(0, blocks, kept, asked);
        rows.chosen = m_scratch.keys.at(chosen).data();
        rows.chosenBlocks = kept;
    }
    rows.keys = m_scratch.keys.at(1 - chosen).data();
    m_device.launch(Lane::Compute, rows);
    const std::size_t here = std::min(kept, part.rows);
    const std::size_t sorted = selectLowest(1 - chosen, rows.chosenBlocks * kRowBlock, here, asked);

    const std::span<std::uint64_t> result = m_scratch.result.values();
    for (std::size_t q = 0; q < asked; ++q)
        m_device.copyOut(Lane::Compute, result.data() + q * here,
                         m_scratch.keys.at(sorted).data() + q * m_keyStride, here * sizeof(std::uint64_t));
    m_device.wait(Lane::Compute);
    for (std::size_t q = 0; q < asked; ++q)
    {
        const auto lowest = result.subspan(q * here, here);
        Keys merged;
        merged.reserve(found[q].size() + here);
        std::merge(found[q].begin(), found[q].end(), lowest.begin(), lowest.end(),
                   std::back_inserter(merged));
        merged.resize(std::min(kept, merged.size()));
        found[q] = std::move(merged);
    }
}

void GpuNearestRows::collectPart(const Part &part, std::size_t kept, std::size_t batch, std::span<Keys> found)
{
    RowKeysKernel kernel = rowKeys(part, batch, 1);
    kernel.keys = m_scratch.keys[0].data();
    for (std::size_t q = 0; q < found.size(); ++q)
    {
        kernel.queries = m_scratch.queries.data() + q;
        for (std::size_t first = 0; first < part.blocks(); first += kReturnedBlocks)
        {
            kernel.firstBlock = first;
            kernel.chosenBlocks = std::min(kReturnedBlocks, part.blocks() - first);
            m_device.launch(Lane::Compute, kernel);
            const std::size_t count =
                std::min(kernel.chosenBlocks * kRowBlock, part.rows - first * kRowBlock);
            const std::span<std::uint64_t> result = m_scratch.result.values().first(count);
            m_device.copyOut(Lane::Compute, result.data(), kernel.keys, result.size_bytes());
            m_device.wait(Lane::Compute);
            found[q].insert(found[q].end(), result.begin(), result.end());
        }
        const bool isLast = part.firstRow() + part.rows == m_rows->count();
        const auto end = found[q].begin() + static_cast<std::ptrdiff_t>(std::min(kept, found[q].size()));
        if (isLast)
            std::partial_sort(found[q].begin(), end, found[q].end());
        else if (end != found[q].end())
            std::nth_element(found[q].begin(), end, found[q].end());
        found[q].erase(end, found[q].end());
    }
}

} // namespace

Result<std::unique_ptr<compute::NearestRows>> keepRows(Device &device,
                                                       std::shared_ptr<const compute::HalfRows> rows)
{
    return atBorder([&]() -> Result<std::unique_ptr<compute::NearestRows>> {
        return std::make_unique<GpuNearestRows>(device, std::move(rows));
    });
}

} // namespace somnium::gpu
