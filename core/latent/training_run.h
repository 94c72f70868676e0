// SPDX-License-Identifier: GPL-3.0-or-later
// One training of an autoencoder, from its first epoch or a checkpoint to its end: what trainAutoencoder
// runs.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "core/latent/autoencoder_trainer.h"
#include "core/latent/batch_reader.h"
#include "core/latent/network.h"
#include "core/latent/step_losses.h"
#include "core/latent/watched_points.h"

namespace somnium::latent
{

class TrainingRun
{
public:
    /// `rowsAtOnce`: see BatchRows; 0: whole batches.
    TrainingRun(const TrainingData &data, const AutoencoderParams &params, compute::Backend &backend,
                std::size_t rowsAtOnce, const TrainingObserver &observer, const JobContext &context)
        : m_data(data), m_params(params), m_backend(backend), m_rowsAtOnce(rowsAtOnce), m_observer(observer),
          m_context(context)
    {}

    /// Everything before the first epoch.
    [[nodiscard]] Result<void> prepare(const TrainingCheckpoint *from);
    /// Epochs until the last, patience is at an end, or the user stops.
    [[nodiscard]] Result<void> learn();
    [[nodiscard]] Result<TrainedAutoencoder> finish();

    /// That were asked for, or those of a batch; 0: none was prepared.
    [[nodiscard]] std::size_t rowsAtOnce() const { return m_rowsAtOnce > 0 ? m_rowsAtOnce : m_batchSize; }

    /// After the last epoch that was done in this run, or null. Kept in main memory only on a backend that
    /// may fail.
    [[nodiscard]] std::shared_ptr<const TrainingCheckpoint> lastCheckpoint() const { return m_reached; }

private:
    using Clock = std::chrono::steady_clock;

    [[nodiscard]] Result<NetworkLayers> firstLayers() const;
    [[nodiscard]] Result<void> start(const TrainingCheckpoint *from);
    [[nodiscard]] Result<void> learnEpoch(std::size_t epoch);
    [[nodiscard]] Result<double> learnBatches(std::size_t epoch); ///< mean loss; NaN: stopped
    void learnBatch(const BatchReader::Batch &batch);
    /// Of the steps since it was called last: adds their losses, each as often as its batch has rows, to
    /// `sum`.
    [[nodiscard]] Result<void> takeLosses(std::size_t epoch, double &sum);
    [[nodiscard]] Result<void> endEpoch(std::size_t epoch, double trainingLoss);
    [[nodiscard]] Result<double> validationLoss();
    [[nodiscard]] Result<void> showSubset(std::size_t epoch);
    [[nodiscard]] Result<void> showEpoch(std::size_t epoch, const Alignment &alignment);
    [[nodiscard]] AutoencoderSnapshot snapshot(std::size_t epoch) const;
    [[nodiscard]] Result<void> keepCheckpoint(std::size_t epoch);
    [[nodiscard]] Result<TrainingCheckpoint> checkpoint();
    [[nodiscard]] double learningRate() const;
    [[nodiscard]] bool isPatienceAtEnd() const;
    [[nodiscard]] double secondsLeft() const;
    [[nodiscard]] double samplesPerSecond() const; ///< of the whole run, as TrainedAutoencoder has it
    /// Whether to stop; time spent paused does not count as work.
    [[nodiscard]] bool shouldStop();
    [[nodiscard]] double workedSeconds() const; ///< since the run began

    const TrainingData &m_data;
    const AutoencoderParams &m_params;
    compute::Backend &m_backend;
    const std::size_t m_rowsAtOnce; ///< 0: whole batches
    const TrainingObserver &m_observer;
    const JobContext &m_context;

    DataSplit m_split;
    InputScaling m_scaling;
    std::vector<std::uint32_t> m_unseen; ///< pixels without a value in any row
    LossTerms m_terms;
    std::size_t m_batchSize = 0; ///< at most
    std::size_t m_stepsPerEpoch = 0;
    std::unique_ptr<compute::TensorOps> m_ops; ///< before all that lies in it
    std::unique_ptr<Network> m_network;
    std::unique_ptr<BatchReader> m_reader;
    std::unique_ptr<StepLosses> m_losses;
    std::optional<WatchedPoints> m_watched;

    std::vector<EpochRecord> m_history;
    std::uint64_t m_step = 0;       ///< of batches
    std::uint64_t m_borderStep = 0; ///< at the end of the last epoch
    std::size_t m_bestEpoch = 0;
    std::size_t m_epochOfBest = 0; ///< whose layers m_network has kept as the best
    NetworkLayers m_bestLayers;    ///< turned, of a checkpoint that the run began with
    Alignment m_bestAlignment;
    bool m_isStopped = false;
    std::shared_ptr<const TrainingCheckpoint> m_reached;

    Clock::time_point m_began = Clock::now();
    double m_pausedSeconds = 0.0;
    double m_learnSeconds = 0.0; ///< of batches
    std::size_t m_learned = 0;   ///< rows
    double m_firstSeconds = 0.0; ///< of the first epoch's batches
    std::size_t m_firstLearned = 0;
    std::size_t m_epochLearned = 0;
    double m_epochBegan = 0.0; ///< in worked seconds
    double m_batchLoss = 0.0;  ///< of the last batches, smoothed
    double m_nextSnapshot = 0.0;
    std::uint64_t m_firstStep = 0; ///< steps that were done before this run
};

} // namespace somnium::latent
