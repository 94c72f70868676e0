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

/// How many rows of a batch to compute at once after so many were too many for a device; 0: fewer would not
/// help.
std::size_t fewerRows(std::size_t rows)
{
    constexpr std::size_t kLeast = 16;
    constexpr std::size_t kPart = 4;
    constexpr std::size_t kStep = 4; // see BatchRows
    return rows <= kLeast ? 0 : std::max(kLeast, rows / kPart / kStep * kStep);
}

/// What can be done about a failure of the device: fewer rows at once, or the processor.
bool findsRemedy(const Error &error, compute::DeviceOfJob &device, std::size_t rows, std::size_t &rowsAtOnce)
{
    if (!device.isFailure(error))
        return false;
    rowsAtOnce = error.kind == ErrorKind::OutOfMemory ? fewerRows(rows) : 0;
    if (rowsAtOnce == 0)
        return device.giveUp(error);
    device.tell(error, "batches are computed " + std::to_string(rowsAtOnce) +
                           " samples at a time, which changes nothing but the speed");
    return true;
}

Result<TrainedAutoencoder> train(const TrainingData &data, const AutoencoderParams &params,
                                 compute::Backend &backend, const TrainingObserver &observer,
                                 const JobContext &context, const TrainingCheckpoint *resumeFrom)
{
    compute::DeviceOfJob device(backend, context);
    std::shared_ptr<const TrainingCheckpoint> reached;
    std::size_t rowsAtOnce = 0; // whole batches
    for (;;)
    {
        auto run =
            std::make_unique<TrainingRun>(data, params, device.backend(), rowsAtOnce, observer, context);
        auto trained = trainOn(device.backend(), *run, reached ? reached.get() : resumeFrom);
        if (trained)
        {
            trained->notices = device.notices();
            trained->standIn = device.standIn();
            return trained;
        }
        if (const auto last = run->lastCheckpoint())
            reached = last;
        const std::size_t rows = run->rowsAtOnce();
        run.reset(); // what lies on the device is let go
        if (!findsRemedy(trained.error(), device, rows, rowsAtOnce))
            return trained;
    }
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
