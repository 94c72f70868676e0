// SPDX-License-Identifier: GPL-3.0-or-later
// Reads and scales batches of training data on a thread of its own, while the one before is brought to the
// device and the one before that is computed with. Where they are kept on the device, they come from there.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/tensor_ops.h"
#include "core/latent/kept_rows.h"
#include "core/latent/network.h"
#include "core/latent/training_data.h"

namespace somnium::latent
{

/// Scales one row in place; returns how many values are there (weight above 0), or nothing if a value or
/// weight is not finite.
[[nodiscard]] std::optional<std::size_t> scaleRow(const InputScaling &scaling, std::span<float> values,
                                                  std::span<float> weights);

class BatchReader
{
public:
    struct Batch
    {
        BatchView view;                             ///< on the device
        std::span<const std::uint32_t> rows;        ///< of the data
        std::span<const std::uint32_t> validCounts; ///< [row] values that are there
    };

    struct Options
    {
        std::size_t batch = 0; ///< rows, at most
        /// Of the device: where they suffice for all rows, these stay there (kept_rows.h). 0: none does.
        std::size_t freeDeviceBytes = 0;
        unsigned threads = 0; ///< that may read; 0: all
    };
    /// Data, scaling and ops must outlive it.
    [[nodiscard]] static Result<std::unique_ptr<BatchReader>> create(const TrainingData &data,
                                                                     const InputScaling &scaling,
                                                                     const Options &options,
                                                                     compute::TensorOps &ops);
    BatchReader(const BatchReader &) = delete;
    BatchReader &operator=(const BatchReader &) = delete;
    ~BatchReader();

    [[nodiscard]] const InputScaling &scaling() const { return m_scaling; }
    [[nodiscard]] compute::TensorOps &ops() const { return m_ops; }
    [[nodiscard]] bool keepsRows() const { return m_kept != nullptr; } ///< asked for, and there is room

    /// Begins to read these rows in this order; what was not fetched of those before is dropped. The work on
    /// the device with batches that were fetched must be done.
    void start(std::vector<std::uint32_t> rows);
    /// The next batch, or nothing after the last. The one before is gone: its work on the device must be done
    /// (TensorOps::download). Mismatch, naming the row, if the data hold what they must not.
    [[nodiscard]] Result<std::optional<Batch>> next();
    /// Whether the rows that are asked for lie on the device: then `next` may be called before the work with
    /// the batch before is done.
    [[nodiscard]] bool givesKept() const { return m_areKept; }
    /// Brings the batch that `next` will give, so that it comes in while the device computes with the one
    /// before: to be called when that work is given to the device, and before it is waited for.
    void bringNext();

private:
    struct Slot
    {
        std::unique_ptr<compute::StagedTensor> values;
        std::unique_ptr<compute::StagedTensor> weights; ///< null if the data have none
        std::vector<std::uint32_t> validCounts;
        std::size_t first = 0;
        std::size_t count = 0;
        std::size_t badRow = SIZE_MAX;
    };
    static constexpr std::size_t kSlots = 3;

    BatchReader(const TrainingData &data, const InputScaling &scaling, const Options &options,
                compute::TensorOps &ops);
    [[nodiscard]] Result<void> allocate(const Options &options);
    void bring(Slot &slot);
    [[nodiscard]] compute::MatrixView valuesOf(const Slot &slot) const;
    [[nodiscard]] compute::MatrixView weightsOf(const Slot &slot) const; ///< or none
    [[nodiscard]] Batch batchOf(const Slot &slot) const;
    [[nodiscard]] Batch nextKept();
    void work(const std::stop_token &stop);
    void fill(Slot &slot, std::span<const std::uint32_t> rows);

    const TrainingData &m_data;
    const InputScaling &m_scaling;
    const std::size_t m_batch;
    compute::TensorOps &m_ops;
    JobContext m_readContext;         ///< threads that read
    Slot m_slots[kSlots];             // NOLINT(modernize-avoid-c-arrays)
    std::unique_ptr<KeptRows> m_kept; ///< or none

    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::vector<std::uint32_t> m_rows;
    std::size_t m_begun = 0;   ///< batches that are read or being read
    std::size_t m_read = 0;    ///< batches that are read
    std::size_t m_fetched = 0; ///< batches handed out
    std::size_t m_brought = 0; ///< batches on the device; not for the reader
    bool m_isReading = false;
    bool m_areKept = false; ///< the rows that are asked for; not for the reader
    std::jthread m_thread;  ///< last: joined before the rest goes
};

} // namespace somnium::latent
