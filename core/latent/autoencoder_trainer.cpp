// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/autoencoder_trainer.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "core/compute/stand_in.h"
#include "core/latent/training_run.h"

namespace somnium::latent
{

namespace
{

Result<void> checkResume(const TrainingCheckpoint &from, const AutoencoderParams &params,
                         const TrainingData &data)
{
    AutoencoderParams same = from.params;
    same.epochs = params.epochs;
    same.patience = params.patience;
    if (!(same == params))
        return failure(ErrorKind::Mismatch, "the checkpoint is of a training with other parameters");
    if (!(from.shape == data.shape()) || from.rows != data.count())
        return failure(ErrorKind::Mismatch, "the checkpoint is of " + std::to_string(from.rows) +
                                                " samples of " + std::to_string(from.shape.size()) +
                                                " values: found " + std::to_string(data.count()) + " of " +
                                                std::to_string(data.pixels()));
    return {};
}

Result<TrainedAutoencoder> trainOn(compute::Backend &backend, TrainingRun &run,
                                   const TrainingCheckpoint *resumeFrom)
{
    if (const auto done = run.prepare(resumeFrom); !done)
        return failure(done.error());
    if (const auto done = run.learn(); !done)
        return failure(done.error());
    auto trained = run.finish();
    if (trained)
        trained->device = backend.device();
    return trained;
}

Result<TrainedAutoencoder> train(const TrainingData &data, const AutoencoderParams &params,
                                 compute::Backend &backend, const TrainingObserver &observer,
                                 const JobContext &context, const TrainingCheckpoint *resumeFrom)
{
    auto run = std::make_unique<TrainingRun>(data, params, backend, observer, context);
    auto trained = trainOn(backend, *run, resumeFrom);
    if (trained || !compute::isDeviceFailure(trained.error(), backend))
        return trained;
    const auto reached = run->lastCheckpoint();
    run.reset(); // what lies on the device is let go first
    std::vector<std::string> notices;
    const auto tell = [&](const std::string &notice) {
        notices.push_back(notice);
        context.notice(notice);
    };
    const auto standIn = compute::standInFor(backend, trained.error(), tell);
    if (!standIn)
        return trained;
    TrainingRun rest(data, params, **standIn, observer, context);
    trained = trainOn(**standIn, rest, reached ? reached.get() : resumeFrom);
    if (trained)
        trained->notices = std::move(notices);
    return trained;
}

} // namespace

std::size_t batchSizeFor(const AutoencoderParams &params, std::size_t trainingRows)
{
    constexpr std::size_t kMost = 512;
    constexpr std::size_t kLeast = 16;
    constexpr std::size_t kLeastSteps = 32; // of an epoch
    const std::size_t wanted =
        params.batchSize > 0 ? params.batchSize : std::clamp(trainingRows / kLeastSteps, kLeast, kMost);
    return std::clamp<std::size_t>(wanted, 1, std::max<std::size_t>(1, trainingRows));
}

Result<TrainedAutoencoder> trainAutoencoder(const TrainingData &data, const AutoencoderParams &params,
                                            compute::Backend &backend, const TrainingObserver &observer,
                                            const JobContext &context, const TrainingCheckpoint *resumeFrom)
{
    if (const auto good = validate(params, data.shape()); !good)
        return failure(good.error());
    if (resumeFrom != nullptr)
        if (const auto good = checkResume(*resumeFrom, params, data); !good)
            return failure(good.error());
    try
    {
        return train(data, params, backend, observer, context, resumeFrom);
    }
    catch (const std::bad_alloc &)
    {
        return failure(ErrorKind::OutOfMemory, "not enough memory to train this autoencoder");
    }
    catch (const std::exception &problem)
    {
        return failure(ErrorKind::Internal, problem.what());
    }
}

} // namespace somnium::latent
