// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/training_loop.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/compute/stand_in.h"
#include "core/som/mapper.h"
#include "core/som/neighbourhood.h"

namespace somnium::som
{

namespace
{

using Clock = std::chrono::steady_clock;

} // namespace

TrainingLoop::TrainingLoop(const TrainingParams &params, compute::Backend &backend, const JobContext &context,
                           const SnapshotSink &onSnapshot)
    : m_device(backend, context), m_context(context), m_onSnapshot(onSnapshot)
{
    m_som.layout = params.layout;
    m_som.params = params;
}

void TrainingLoop::keepNotices()
{
    m_som.notices = m_formerNotices;
    m_som.notices.insert(m_som.notices.end(), m_device.notices().begin(), m_device.notices().end());
}

bool TrainingLoop::findsRemedy(const Error &error)
{
    if (!m_device.isFailure(error))
        return false;
    letGo();
    m_isPrepared = false;
    const auto how = error.kind == ErrorKind::OutOfMemory ? saveMemory() : std::nullopt;
    if (how)
        m_device.tell(error, *how);
    else if (!m_device.giveUp(error))
        return false;
    keepNotices();
    return true;
}

Result<void> TrainingLoop::persist(const std::function<Result<void>()> &work)
{
    for (;;)
    {
        Result<void> done = m_isPrepared ? Result<void>() : prepare();
        m_isPrepared = done.has_value();
        if (done)
            done = work();
        if (done || !findsRemedy(done.error()))
            return done;
    }
}

void TrainingLoop::correctLastReport(const EpochReport &figures)
{
    if (m_som.history.empty())
        return;
    EpochReport &last = m_som.history.back();
    last.meanDistance = figures.meanDistance;
    last.topographicError = figures.topographicError;
    last.emptyNeurons = figures.emptyNeurons;
}

Result<void> TrainingLoop::runEpoch()
{
    const Clock::time_point start = Clock::now();
    const std::size_t epoch = m_som.history.size();
    auto learned = learn(epoch);
    if (!learned)
        return failure(learned.error());
    m_secondsPerEpoch = std::chrono::duration<double>(Clock::now() - start).count();

    EpochReport report = qualityOf(learned->mapping, m_som.layout);
    if (m_som.params.rule == LearningRule::Batch) // it has seen the map that the last epoch left
        correctLastReport(report);
    report.epoch = epoch + 1;
    report.sigma = sigmaOf(m_som.params, epoch);
    report.images = sourcesIn(epoch);
    report.imagesPerSecond = static_cast<double>(report.images) / std::max(m_secondsPerEpoch, 1e-9);
    m_som.history.push_back(report);
    m_som.spectra = std::move(learned->spectra);
    m_som.prototypes = std::move(learned->prototypes);
    m_som.device = backend().device();
    takeUp();
    return {};
}

Result<void> TrainingLoop::finishFigures()
{
    const auto mapping = matchAll();
    if (!mapping)
        return failure(mapping.error());
    correctLastReport(qualityOf(*mapping, m_som.layout));
    return {};
}

void TrainingLoop::publish() const
{
    if (!m_onSnapshot)
        return;
    const std::size_t left = m_som.params.epochs - m_som.history.size();
    m_onSnapshot({std::make_shared<const Som>(m_som), m_som.params.epochs,
                  m_secondsPerEpoch * static_cast<double>(left)});
}

TrainingResult TrainingLoop::result(bool isComplete)
{
    return {std::move(m_som), isComplete, m_device.notices(), m_device.standIn()};
}

Result<TrainingResult> TrainingLoop::run(const Som *resumeFrom)
{
    if (resumeFrom != nullptr)
    {
        m_som.prototypes = resumeFrom->prototypes;
        m_som.spectra = resumeFrom->spectra;
        m_som.history = resumeFrom->history;
        m_som.device = resumeFrom->device;
        m_formerNotices = resumeFrom->notices;
        keepNotices();
    }
    if (const auto ready = persist([] { return Result<void>(); }); !ready)
        return failure(ready.error());
    publish();
    while (m_som.history.size() < m_som.params.epochs &&
           !hasSettled(m_som.history, m_som.params.settledTolerance))
    {
        const auto done = persist([this] { return runEpoch(); });
        if (!done && done.error().kind == ErrorKind::Cancelled && !m_som.history.empty())
            return result(false);
        if (!done)
            return failure(done.error());
        publish();
    }
    const auto figures = persist([this] { return finishFigures(); });
    if (!figures && figures.error().kind != ErrorKind::Cancelled)
        return failure(figures.error());
    publish();
    return result(true);
}

Result<void> checkSameTraining(const Som &from, const TrainingParams &params)
{
    TrainingParams same = params;
    same.epochs = from.params.epochs;
    if (!(same == from.params))
        return failure(ErrorKind::Mismatch, "this map was trained with other parameters");
    if (from.history.size() > params.epochs)
        return failure(ErrorKind::InvalidArgument, "this map has had " + std::to_string(from.history.size()) +
                                                       " epochs already, " + std::to_string(params.epochs) +
                                                       " were asked for");
    return {};
}

} // namespace somnium::som
