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

/// A training that goes on when its device fails: with fewer rows at once, or else on the processor.
class PersistentTraining
{
public:
    PersistentTraining(const TrainingData &data, const AutoencoderParams &params, compute::Backend &backend,
                       const TrainingObserver &observer, const JobContext &context)
        : m_data(data), m_params(params), m_backend(&backend), m_observer(observer), m_context(context)
    {}

    [[nodiscard]] Result<TrainedAutoencoder> run(const TrainingCheckpoint *resumeFrom)
    {
        std::shared_ptr<const TrainingCheckpoint> reached;
        for (;;)
        {
            auto attempt = std::make_unique<TrainingRun>(m_data, m_params, *m_backend, m_rowsAtOnce,
                                                         m_observer, m_context);
            auto trained = trainOn(*m_backend, *attempt, reached ? reached.get() : resumeFrom);
            if (const auto last = attempt->lastCheckpoint())
                reached = last;
            const std::size_t rows = attempt->rowsAtOnce();
            attempt.reset(); // what lies on the device is let go
            if (!trained && findsRemedy(trained.error(), rows))
                continue;
            if (trained)
            {
                trained->notices = std::move(m_notices);
                trained->standIn = std::move(m_standIn);
            }
            return trained;
        }
    }

private:
    bool findsRemedy(const Error &error, std::size_t rows)
    {
        if (!compute::isDeviceFailure(error, *m_backend))
            return false;
        const std::size_t fewer = error.kind == ErrorKind::OutOfMemory ? fewerRows(rows) : 0;
        if (fewer > 0)
        {
            m_rowsAtOnce = fewer;
            tell(compute::failureNotice(*m_backend, error,
                                        "batches are computed " + std::to_string(fewer) +
                                            " samples at a time, which changes nothing but the speed"));
            return true;
        }
        auto standIn =
            compute::standInFor(*m_backend, error, [this](const std::string &notice) { tell(notice); });
        if (!standIn)
            return false;
        m_standIn = std::move(*standIn);
        m_backend = m_standIn.get();
        m_rowsAtOnce = 0;
        return true;
    }

    void tell(const std::string &notice)
    {
        m_notices.push_back(notice);
        m_context.notice(notice);
    }

    const TrainingData &m_data;
    const AutoencoderParams &m_params;
    compute::Backend *m_backend;
    const TrainingObserver &m_observer;
    const JobContext &m_context;
    std::shared_ptr<compute::Backend> m_standIn; ///< the processor, once a device has failed
    std::size_t m_rowsAtOnce = 0;                ///< 0: whole batches
    std::vector<std::string> m_notices;
};

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
        return PersistentTraining(data, params, backend, observer, context).run(resumeFrom);
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
