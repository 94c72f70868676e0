// SPDX-License-Identifier: GPL-3.0-or-later
// Train an autoencoder on a collection, place its sources on the latent space, and keep both in the session.
// One of the verbs that window and command line share.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/latent/autoencoder.h"
#include "core/latent/autoencoder_trainer.h"
#include "core/session/session.h"

namespace somnium::workflow
{

enum class LatentMethod
{
    Autoencoder,
    /// Principal components, as an autoencoder of one linear layer: the baseline, and a first look in
    /// seconds.
    PrincipalComponents,
    /// Trained elsewhere, out of ONNX files (latent_onnx.h): nothing to train.
    Imported,
};

struct LatentTrainRequest
{
    session::CollectionId collection{};
    std::string name = "latent";
    LatentMethod method = LatentMethod::Autoencoder;
    latent::AutoencoderParams params;
    /// Images only: a map of the collection, to whose best prototype each image is first turned; empty: as
    /// they are.
    std::string turnToMap;
    bool resume = false; ///< go on with the incomplete one of that name (epochs and patience may differ)
    /// What was reached is kept as incomplete this often, at the end of an epoch: all that a kill can lose.
    std::chrono::milliseconds keepEvery{30'000};
};

/// What is told of a latent space besides the model itself.
struct LatentAbout
{
    static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

    LatentMethod method = LatentMethod::Autoencoder;
    latent::AutoencoderParams params;
    std::string turnToMap;
    std::vector<latent::EpochRecord> history;
    std::size_t bestEpoch = 0; ///< whose model it is
    bool stoppedEarly = false;
    std::size_t batchSize = 0;
    double validationLoss = kNone;  ///< as EpochRecord's, of the model
    double pcaTrainingLoss = kNone; ///< of as many principal components, on the same rows
    double pcaValidationLoss = kNone;
    double samplesPerSecond = kNone;
    std::string encoderFile; ///< of an imported one, without folder
    std::string decoderFile; ///< empty: there is none
    std::string device;      ///< that it was made on (Backend::device()); empty: not known
    /// What the user was told while it was made, e.g. that the processor took over from a graphics card.
    std::vector<std::string> notices;

    /// An autoencoder that its baseline beats is told to be one.
    [[nodiscard]] bool losesToPca() const { return validationLoss > pcaValidationLoss; }
};
[[nodiscard]] std::string toJson(const LatentAbout &about);
[[nodiscard]] Result<LatentAbout> latentAboutFromJson(std::string_view json);

struct LatentOutcome
{
    session::ModelId model{};
    latent::Autoencoder autoencoder;
    LatentAbout about;
    std::vector<float> places; ///< [source][z]
    std::vector<float> errors; ///< [source] chi^2 per pixel
    bool isComplete = true;
};

using LatentSnapshotSink = std::function<void(const latent::AutoencoderSnapshot &)>;

/// Stop-and-keep: when stopped after at least one epoch, the best model so far is kept with isComplete =
/// false and can be resumed. A device that fails does not end it (latent::trainAutoencoder,
/// compute::runWithStandIn): what the user was told is kept in LatentAbout::notices.
[[nodiscard]] Result<LatentOutcome> trainLatent(session::Session &session, const LatentTrainRequest &request,
                                                compute::Backend &backend, const JobContext &context,
                                                const LatentSnapshotSink &onSnapshot = {});

/// The prepared samples of a collection as a model reads them: spectra, or images turned to `turnToMap`.
[[nodiscard]] Result<std::shared_ptr<const latent::TrainingData>>
trainingDataOf(const session::Session &session, session::CollectionId collection,
               const std::string &turnToMap, const JobContext &context);

} // namespace somnium::workflow
