// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/batch_reader.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "core/base/parallel.h"

namespace somnium::latent
{

namespace
{

/// Of the processors, one in so many reads, so that the others can compute, if it is they who do.
constexpr unsigned kThreadsOfReader = 4;
/// Rows that one thread reads at a time.
constexpr std::size_t kRowsAtOnce = 16;
constexpr float kLargest = std::numeric_limits<float>::max();

} // namespace

std::optional<std::size_t> scaleRow(const InputScaling &scaling, std::span<float> values,
                                    std::span<float> weights)
{
    // Without branches, so that the compiler can make vectors of it: every value of a survey passes here each
    // epoch.
    const auto isFinite = [](float x) { return static_cast<std::uint32_t>(std::abs(x) <= kLargest); };
    const std::size_t count = values.size();
    const float *const mean = scaling.mean.data();
    float *const to = values.data();
    const float factor = 1.0F / scaling.scale;
    std::uint32_t good = 1;
    if (weights.empty())
    {
        for (std::size_t j = 0; j < count; ++j)
        {
            to[j] = (to[j] - mean[j]) * factor;
            good &= isFinite(to[j]);
        }
        return good != 0 ? std::optional(count) : std::nullopt;
    }
    float *const weight = weights.data();
    const float weightFactor = scaling.weightScale;
    std::uint32_t there = 0;
    for (std::size_t j = 0; j < count; ++j)
    {
        const float w = weight[j] * weightFactor;
        const float value = (to[j] - mean[j]) * factor;
        const auto isThere = static_cast<std::uint32_t>(w > 0.0F);
        good &= static_cast<std::uint32_t>(w >= 0.0F) & isFinite(w) & (isFinite(value) | (isThere ^ 1U));
        there += isThere;
        to[j] = isThere != 0 ? value : 0.0F;
        weight[j] = w;
    }
    return good != 0 ? std::optional<std::size_t>(there) : std::nullopt;
}

Result<std::unique_ptr<BatchReader>> BatchReader::create(const TrainingData &data,
                                                         const InputScaling &scaling, const Options &options,
                                                         compute::TensorOps &ops)
{
    std::unique_ptr<BatchReader> reader(new BatchReader(data, scaling, options, ops));
    if (const auto made = reader->allocate(options); !made)
        return failure(made.error());
    reader->m_thread = std::jthread([self = reader.get()](const std::stop_token &stop) { self->work(stop); });
    return reader;
}

BatchReader::BatchReader(const TrainingData &data, const InputScaling &scaling, const Options &options,
                         compute::TensorOps &ops)
    : m_data(data), m_scaling(scaling), m_batch(options.batch), m_ops(ops)
{
    JobContext all;
    all.threads = options.threads;
    m_readContext.threads = std::max(1U, all.threadCount() / (ops.areOnProcessor() ? kThreadsOfReader : 1));
}

Result<void> BatchReader::allocate(const Options &options)
{
    for (Slot &slot : m_slots)
    {
        auto values = m_ops.allocateStaged(m_batch * m_data.pixels());
        if (!values)
            return failure(values.error());
        slot.values = std::move(*values);
        slot.validCounts.resize(m_batch);
        if (!m_data.hasWeights())
            continue;
        auto weights = m_ops.allocateStaged(m_batch * m_data.pixels());
        if (!weights)
            return failure(weights.error());
        slot.weights = std::move(*weights);
    }
    if (options.freeDeviceBytes == 0)
        return {};
    auto kept = KeptRows::createIfTheyFit(m_data, options.freeDeviceBytes, m_ops);
    if (!kept)
        return failure(kept.error());
    m_kept = std::move(*kept);
    return {};
}

BatchReader::~BatchReader()
{
    if (!m_thread.joinable())
        return;
    m_thread.request_stop();
    m_changed.notify_all();
}

void BatchReader::start(std::vector<std::uint32_t> rows)
{
    std::unique_lock lock(m_mutex);
    m_rows.clear(); // the reader begins no further batch
    m_changed.wait(lock, [this] { return !m_isReading; });
    m_areKept = m_kept != nullptr && m_kept->hold(rows);
    if (m_areKept)
        m_kept->setOrder(rows);
    m_rows = std::move(rows);
    m_begun = m_areKept ? m_rows.size() : 0; // nothing is left to read
    m_read = 0;
    m_fetched = 0;
    m_brought = 0;
    m_changed.notify_all();
}

void BatchReader::bring(Slot &slot)
{
    m_ops.bring(*slot.values, slot.count * m_data.pixels());
    if (slot.weights != nullptr)
        m_ops.bring(*slot.weights, slot.count * m_data.pixels());
    ++m_brought;
}

void BatchReader::bringNext()
{
    std::unique_lock lock(m_mutex);
    if (m_areKept || m_brought > m_fetched || m_fetched * m_batch >= m_rows.size())
        return;
    m_changed.wait(lock, [this] { return m_read > m_fetched; });
    Slot &slot = m_slots[m_fetched % kSlots];
    lock.unlock();
    if (slot.badRow == SIZE_MAX)
        bring(slot);
}

compute::MatrixView BatchReader::valuesOf(const Slot &slot) const
{
    return {&slot.values->device(), 0, slot.count, m_data.pixels()};
}

compute::MatrixView BatchReader::weightsOf(const Slot &slot) const
{
    return slot.weights == nullptr
               ? compute::MatrixView()
               : compute::MatrixView{&slot.weights->device(), 0, slot.count, m_data.pixels()};
}

BatchReader::Batch BatchReader::batchOf(const Slot &slot) const
{
    Batch batch;
    batch.rows = std::span(m_rows).subspan(slot.first, slot.count);
    batch.validCounts = std::span(slot.validCounts).first(slot.count);
    batch.view = {valuesOf(slot), weightsOf(slot),
                  std::accumulate(batch.validCounts.begin(), batch.validCounts.end(), 0.0)};
    return batch;
}

Result<std::optional<BatchReader::Batch>> BatchReader::next()
{
    std::unique_lock lock(m_mutex);
    if (m_fetched * m_batch >= m_rows.size())
        return std::optional<Batch>();
    if (m_areKept)
        return std::optional(nextKept());
    m_changed.wait(lock, [this] { return m_read > m_fetched; });
    Slot &slot = m_slots[m_fetched % kSlots];
    ++m_fetched;
    m_changed.notify_all();
    lock.unlock();
    if (slot.badRow != SIZE_MAX)
        return failure(ErrorKind::Mismatch, "row " + std::to_string(slot.badRow) +
                                                ": expected finite values and weights of at least 0");
    if (m_brought < m_fetched)
        bring(slot);
    const Batch batch = batchOf(slot);
    if (m_kept != nullptr)
        m_kept->keep(batch.rows, batch.view, batch.validCounts);
    return std::optional(batch);
}

BatchReader::Batch BatchReader::nextKept()
{
    Slot &slot = m_slots[0];
    slot.first = m_fetched * m_batch;
    slot.count = std::min(m_batch, m_rows.size() - slot.first);
    ++m_fetched;
    m_kept->gather(slot.first, valuesOf(slot), weightsOf(slot), slot.validCounts);
    return batchOf(slot);
}

void BatchReader::work(const std::stop_token &stop)
{
    for (;;)
    {
        std::unique_lock lock(m_mutex);
        // The batch that is computed with, m_fetched - 1, keeps its slot.
        const bool isWanted = m_changed.wait(lock, stop, [this] {
            return m_begun * m_batch < m_rows.size() &&
                   m_begun < m_fetched + kSlots - (m_fetched > 0 ? 1 : 0);
        });
        if (!isWanted || stop.stop_requested())
            return;
        Slot &slot = m_slots[m_begun % kSlots];
        slot.first = m_begun * m_batch;
        slot.count = std::min(m_batch, m_rows.size() - slot.first);
        const std::vector<std::uint32_t> rows(m_rows.begin() + static_cast<std::ptrdiff_t>(slot.first),
                                              m_rows.begin() +
                                                  static_cast<std::ptrdiff_t>(slot.first + slot.count));
        ++m_begun;
        m_isReading = true;
        lock.unlock();
        fill(slot, rows);
        lock.lock();
        m_isReading = false;
        m_read = m_begun;
        m_changed.notify_all();
    }
}

void BatchReader::fill(Slot &slot, std::span<const std::uint32_t> rows)
{
    slot.badRow = SIZE_MAX;
    const std::size_t blocks = (rows.size() + kRowsAtOnce - 1) / kRowsAtOnce;
    std::mutex mutex;
    parallelFor(blocks, m_readContext, [&](std::size_t block) {
        for (std::size_t i = block * kRowsAtOnce; i < std::min(rows.size(), (block + 1) * kRowsAtOnce); ++i)
        {
            const std::size_t pixels = m_data.pixels();
            const std::span<float> values = slot.values->host().subspan(i * pixels, pixels);
            const std::span<float> weights = slot.weights == nullptr
                                                 ? std::span<float>()
                                                 : slot.weights->host().subspan(i * pixels, pixels);
            m_data.read(rows[i], values, weights);
            const auto there = scaleRow(m_scaling, values, weights);
            slot.validCounts[i] = static_cast<std::uint32_t>(there.value_or(0));
            if (there)
                continue;
            const std::lock_guard lock(mutex);
            slot.badRow = std::min<std::size_t>(slot.badRow, rows[i]);
        }
    });
}

} // namespace somnium::latent
