// SPDX-License-Identifier: GPL-3.0-or-later
// Trains an autoencoder, and shows it while it learns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/latent/autoencoder.h"
#include "core/latent/training_data.h"

namespace somnium::latent
{

/// Losses are means over all pixels that are there of weight (x - x^)^2, in scaled values and weights: 1 is
/// what the mean of the data would reach if all weights were alike. The validation loss has no other term;
/// the training loss is that of the batches as they were learned from, with all terms.
struct EpochRecord
{
    std::size_t epoch = 0; ///< from 1
    double trainingLoss = 0.0;
    double validationLoss = 0.0; ///< NaN without validation rows
    double learningRate = 0.0;   ///< at its end
    double seconds = 0.0;
    friend bool operator==(const EpochRecord &, const EpochRecord &) = default;
};

/// Everything that a training needs to go on with the same bits: taken after an epoch.
struct TrainingCheckpoint
{
    AutoencoderParams params;
    data::ImageShape shape;
    std::uint64_t rows = 0; ///< of the data
    InputScaling scaling;
    NetworkLayers layers; ///< as they are now
    NetworkLayers best;   ///< of the lowest validation loss so far, its plane turned as it was shown
    std::vector<float> firstMoments; ///< of Adam, all layers in order: weights, biases
    std::vector<float> secondMoments;
    std::uint64_t step = 0; ///< Adam's, of batches
    std::uint64_t bestEpoch = 0;
    std::vector<EpochRecord> history; ///< its size is the number of epochs done
    std::vector<float>
        lastLatent; ///< [row][z] of some rows, chosen by the seed: what the next are aligned to
    friend bool operator==(const TrainingCheckpoint &, const TrainingCheckpoint &) = default;
};
[[nodiscard]] std::vector<std::byte> serialise(const TrainingCheckpoint &checkpoint);
[[nodiscard]] Result<TrainingCheckpoint> deserialiseCheckpoint(std::span<const std::byte> bytes);

/// What is seen of a training while it runs. Latent points are turned and reflected about their mean so that
/// they lie as near as they can to those shown before (Procrustes).
struct AutoencoderSnapshot
{
    std::shared_ptr<const std::vector<EpochRecord>> history; ///< of the finished epochs
    std::size_t epoch = 0;                                   ///< that runs, or has just ended, from 1
    std::size_t epochs = 0;                                  ///< at most
    bool isEpochEnd = false;
    double batchLoss = 0.0;        ///< training loss of the last batches
    double samplesPerSecond = 0.0; ///< learned from, in this epoch
    double secondsLeft = 0.0;      ///< estimate, if all epochs are needed
    /// Rows of the fixed subset, and its points [subset][z] as they are now. Both empty at the end of an
    /// epoch, which has all points.
    std::shared_ptr<const std::vector<std::uint32_t>> subset;
    std::vector<float> subsetLatent;
    /// At the end of an epoch: points of all rows [n][z]; the model as it is now, whose plane is turned
    /// alike, so that encode() gives these points and decode() reads them.
    std::shared_ptr<const std::vector<float>> latent;
    std::optional<Autoencoder> model;
};

/// Who watches. Both are called on the thread that trains and should return soon.
struct TrainingObserver
{
    std::function<void(const AutoencoderSnapshot &)>
        onSnapshot; ///< a few times a second, and after every epoch
    std::function<void(const TrainingCheckpoint &)> onCheckpoint; ///< after every `checkpointEpochs`
    std::size_t checkpointEpochs = 5;
    std::size_t subsetSize = 1000; ///< of the rows shown between the ends of epochs; fewer of large samples
    double secondsBetweenSnapshots =
        0.3; ///< at least; more if they would take more than a twentieth of the time
};

struct TrainedAutoencoder
{
    Autoencoder model; ///< of the epoch with the lowest validation loss, or the last one without validation
    std::vector<EpochRecord> history = {};
    std::size_t bestEpoch = 0; ///< whose model it is, from 1
    bool isComplete = true;    ///< false: stopped by the user
    bool stoppedEarly = false; ///< patience was at an end
    std::size_t batchSize = 0; ///< that was used
    DataSplit split = {};
    std::vector<float> latent = {};              ///< [n][z] of all rows, by `model`
    std::vector<float> reconstructionError = {}; ///< [n], as Autoencoder::Mapped
    /// Learned from, over all epochs of this run but the first, in which a device loads what it needs, if
    /// there are others.
    double samplesPerSecond = 0.0;
    bool areRowsOnDevice = false; ///< after the first epoch they were learned from there
    std::shared_ptr<const TrainingCheckpoint> checkpoint = {}; ///< to go on from
    std::string device = {}; ///< that the last epochs were learned on (Backend::device())
    /// What the user was told of devices that failed (JobContext::onNotice).
    std::vector<std::string> notices = {};
    /// The processor, if the device failed and is not to be asked again; else null.
    std::shared_ptr<compute::Backend> standIn = {};
};

/// The loss of a batch is
///     sum w (x - x^)^2 / pixels that are there            (scaled values and weights)
///     + beta sum divergence / (rows * pixels of a sample)  (if variational)
///     + sparsity sum |z| / (rows * z).
/// Of a variational one, beta = 1 is the evidence bound for unit errors.
/// Stopping is no error: the result holds the best epoch so far (Cancelled only if none was finished).
/// `resumeFrom`: a checkpoint of the same params (epochs and patience may differ) and data; the remaining
/// epochs give the same bits as an uninterrupted run.
///
/// A device that is lost, or whose memory is full, does not end a training, and the user is told. Where
/// memory is full, batches are computed in pieces, down to 16 rows (not made smaller: their size is part of
/// what is learned); else, and where the device is lost, the processor goes on. Both begin after the last
/// finished epoch.
[[nodiscard]] Result<TrainedAutoencoder>
trainAutoencoder(const TrainingData &data, const AutoencoderParams &params, compute::Backend &backend,
                 const TrainingObserver &observer, const JobContext &context,
                 const TrainingCheckpoint *resumeFrom = nullptr);

/// AutoencoderParams::batchSize, or what 0 stands for.
[[nodiscard]] std::size_t batchSizeFor(const AutoencoderParams &params, std::size_t trainingRows);

} // namespace somnium::latent
