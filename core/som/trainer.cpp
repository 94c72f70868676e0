// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>

#include "core/som/initial_prototypes.h"
#include "core/som/mapper.h"
#include "core/som/neighbourhood.h"
#include "core/som/online_rule.h"
#include "core/som/prototypes.h"
#include "core/som/signed_weights.h"

namespace somnium::som
{

namespace
{

constexpr std::size_t kMaxEpochs = 100000;
constexpr std::size_t kMaxRotations = 100000;
constexpr std::size_t kMaxNeurons = 16384; ///< neighbourhood weights are held for every pair of neurons
/// Epochs in a row that must have changed little before a map counts as settled.
constexpr std::size_t kSettledEpochs = 3;

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

Mapping mappingOf(const compute::MatchResult &match)
{
    return {match.best, match.second, match.bestDistance, match.secondDistance, {}};
}

/// One run of train(): what it works on and how far it is.
class TrainingRun
{
public:
    TrainingRun(const data::Samples &samples, const TrainingParams &params, compute::Backend &backend,
                const JobContext &context, const SnapshotSink &onSnapshot)
        : m_samples(samples), m_backend(backend), m_context(context), m_onSnapshot(onSnapshot)
    {
        m_som.layout = params.layout;
        m_som.params = params;
    }

    Result<TrainingResult> run(const Som *resumeFrom, const Som *given);

private:
    Result<void> prepare(const Som *resumeFrom, const Som *given);
    Result<void> runEpoch();
    Result<Mapping> learnBatch(std::size_t epoch);
    Result<Mapping> learnBySource(std::size_t epoch);
    Result<void> finishFigures();
    Result<void> takeOver(const compute::Spectra &prototypes);
    void correctLastReport(const EpochReport &figures);
    void publish() const;
    /// The context for one call of the backend: its progress as a part of the whole run's.
    [[nodiscard]] JobContext stepContext(std::size_t step) const;

    const data::Samples &m_samples;
    compute::Backend &m_backend;
    const JobContext &m_context;
    const SnapshotSink &m_onSnapshot;
    Som m_som;
    std::unique_ptr<compute::Spectra> m_images;
    std::unique_ptr<compute::Spectra> m_prototypes;
    double m_secondsPerEpoch = 0.0;
};

JobContext TrainingRun::stepContext(std::size_t step) const
{
    JobContext inner = m_context;
    // The transform, every epoch and the last look count as one step each.
    const std::size_t perStep = m_samples.count();
    const std::size_t total = (m_som.params.epochs + 2) * perStep;
    if (m_context.onProgress)
        inner.onProgress = [this, step, perStep, total](const Progress &progress) {
            m_context.report({step * perStep + std::min(progress.done, perStep), total, "training the map"});
        };
    return inner;
}

Result<void> TrainingRun::takeOver(const compute::Spectra &prototypes)
{
    auto spectra = m_backend.download(prototypes);
    if (!spectra)
        return failure(spectra.error());
    m_som.spectra = std::move(*spectra);
    auto images = imagesFromSpectra(m_som.spectra, m_som.grid, m_som.shape, m_context.threads);
    if (!images)
        return failure(images.error());
    m_som.prototypes = std::move(*images);
    return {};
}

Result<void> TrainingRun::prepare(const Som *resumeFrom, const Som *given)
{
    const auto shape = prototypeShape(m_som.params, m_samples.shape());
    if (!shape)
        return failure(shape.error());
    m_som.shape = *shape;
    const auto grid = compute::polarGridFor(m_som.shape, m_som.params.precision, m_som.params.channelWeights);
    if (!grid)
        return failure(grid.error());
    m_som.grid = *grid;
    if (m_som.params.rule == LearningRule::Batch)
    {
        auto images = m_backend.transform(m_samples, 0, m_samples.count(), *grid, stepContext(0));
        if (!images)
            return failure(images.error());
        m_images = std::move(*images);
    }
    auto prototypes = resumeFrom != nullptr
                          ? m_backend.upload(resumeFrom->spectra, m_som.layout.neuronCount(), *grid)
                          : initialPrototypes(m_som, m_samples, given, m_backend, stepContext(0));
    if (!prototypes)
        return failure(prototypes.error());
    m_prototypes = std::move(*prototypes);
    if (resumeFrom != nullptr)
        m_som.history = resumeFrom->history;
    return takeOver(*m_prototypes);
}

void TrainingRun::correctLastReport(const EpochReport &figures)
{
    if (m_som.history.empty())
        return;
    EpochReport &last = m_som.history.back();
    last.meanDistance = figures.meanDistance;
    last.topographicError = figures.topographicError;
    last.emptyNeurons = figures.emptyNeurons;
}

Result<Mapping> TrainingRun::learnBatch(std::size_t epoch)
{
    const TrainingParams &params = m_som.params;
    const double sigma = sigmaOf(params, epoch);
    const SignedWeights weights = splitBySign(
        neighbourhoodWeights(m_som.layout, params.neighbourhood, sigma, params.maxUpdateDistance));
    compute::UpdateOptions options;
    options.useFlips = params.useFlips;
    options.rotations = params.rotations;
    options.minimumWeight = params.minimumWeight * neighbourhoodPeak(params.neighbourhood, sigma);
    options.neighbourhood = weights.attracting;
    auto update = m_backend.update(*m_images, *m_prototypes, options, stepContext(epoch + 1));
    if (!update)
        return failure(update.error());
    if (!weights.repelling.empty())
    {
        options.neighbourhood = weights.repelling;
        const auto away = m_backend.update(*m_images, *m_prototypes, options, stepContext(epoch + 1));
        if (!away)
            return failure(away.error());
        auto attracted = m_backend.download(*update->prototypes);
        const auto repelled = m_backend.download(*away->prototypes);
        if (!attracted || !repelled)
            return failure(attracted ? repelled.error() : attracted.error());
        const std::size_t neurons = m_som.layout.neuronCount();
        auto both = m_backend.upload(withRepulsion(std::move(*attracted), *repelled, weights,
                                                   update->match.best, options.minimumWeight, neurons),
                                     neurons, m_som.grid);
        if (!both)
            return failure(both.error());
        update->prototypes = std::move(*both);
    }
    m_prototypes = std::move(update->prototypes);
    return mappingOf(update->match);
}

Result<Mapping> TrainingRun::learnBySource(std::size_t epoch)
{
    auto learned = learnOnline(m_som, m_samples, epoch, m_backend, stepContext(epoch + 1));
    if (!learned)
        return failure(learned.error());
    auto prototypes = m_backend.upload(learned->spectra, m_som.layout.neuronCount(), m_som.grid);
    if (!prototypes)
        return failure(prototypes.error());
    m_prototypes = std::move(*prototypes);
    return std::move(learned->match);
}

Result<void> TrainingRun::runEpoch()
{
    const Clock::time_point start = Clock::now();
    const std::size_t epoch = m_som.history.size();
    const bool isBatch = m_som.params.rule == LearningRule::Batch;
    const auto match = isBatch ? learnBatch(epoch) : learnBySource(epoch);
    if (!match)
        return failure(match.error());
    m_secondsPerEpoch = secondsSince(start);

    EpochReport report = qualityOf(*match, m_som.layout);
    if (isBatch) // it has seen the map that the last epoch left
        correctLastReport(report);
    report.epoch = epoch + 1;
    report.sigma = sigmaOf(m_som.params, epoch);
    report.imagesPerSecond = static_cast<double>(m_samples.count()) / std::max(m_secondsPerEpoch, 1e-9);
    m_som.history.push_back(report);
    return takeOver(*m_prototypes);
}

Result<void> TrainingRun::finishFigures()
{
    const JobContext context = stepContext(m_som.params.epochs + 1);
    if (m_som.params.rule == LearningRule::Online)
    {
        const auto match = matchInTurn(m_som, m_samples, m_backend, context);
        if (!match)
            return failure(match.error());
        correctLastReport(qualityOf(*match, m_som.layout));
        return {};
    }
    const auto match = m_backend.match(*m_images, *m_prototypes, matchOptionsOf(m_som.params), context);
    if (!match)
        return failure(match.error());
    correctLastReport(qualityOf(mappingOf(*match), m_som.layout));
    return {};
}

void TrainingRun::publish() const
{
    if (!m_onSnapshot)
        return;
    const std::size_t left = m_som.params.epochs - m_som.history.size();
    m_onSnapshot({std::make_shared<const Som>(m_som), m_som.params.epochs,
                  m_secondsPerEpoch * static_cast<double>(left)});
}

Result<TrainingResult> TrainingRun::run(const Som *resumeFrom, const Som *given)
{
    if (const auto ready = prepare(resumeFrom, given); !ready)
        return failure(ready.error());
    publish();
    while (m_som.history.size() < m_som.params.epochs &&
           !hasSettled(m_som.history, m_som.params.settledTolerance))
    {
        const auto done = runEpoch();
        if (!done && done.error().kind == ErrorKind::Cancelled && !m_som.history.empty())
            return TrainingResult{std::move(m_som), false};
        if (!done)
            return failure(done.error());
        publish();
    }
    const auto figures = finishFigures();
    if (!figures && figures.error().kind != ErrorKind::Cancelled)
        return failure(figures.error());
    publish();
    return TrainingResult{std::move(m_som), true};
}

Result<void> checkResume(const Som &from, const data::Samples &samples, const TrainingParams &params)
{
    TrainingParams same = params;
    same.epochs = from.params.epochs;
    if (!(same == from.params))
        return failure(ErrorKind::Mismatch, "this map was trained with other parameters");
    const auto shape = prototypeShape(params, samples.shape());
    if (!shape || from.shape != *shape)
        return failure(ErrorKind::Mismatch, "this map was trained on images of another shape");
    const std::size_t expected = params.layout.neuronCount() * from.grid.coefficientCount();
    if (from.spectra.empty() || from.spectra.size() != expected)
        return failure(ErrorKind::Mismatch, "this map holds " + std::to_string(from.spectra.size()) +
                                                " spectral values, " + std::to_string(expected) +
                                                " are needed to go on with its training");
    if (from.history.size() > params.epochs)
        return failure(ErrorKind::InvalidArgument, "this map has had " + std::to_string(from.history.size()) +
                                                       " epochs already, " + std::to_string(params.epochs) +
                                                       " were asked for");
    return {};
}

} // namespace

Result<void> validate(const TrainingParams &params)
{
    const auto wrong = [](const std::string &what) { return failure(ErrorKind::InvalidArgument, what); };
    for (const double rate : {params.learningRateStart, params.learningRateEnd})
        if (!(rate > 0.0 && rate <= 1.0))
            return wrong("learning rate = " + std::to_string(rate) + ": expected more than 0 and at most 1");
    if (params.sourcesPerStep < 1)
        return wrong("sources per step = 0: expected at least 1");
    if (!(params.maxUpdateDistance >= 0.0) || !std::isfinite(params.maxUpdateDistance))
        return wrong("greatest distance of an update = " + std::to_string(params.maxUpdateDistance) +
                     ": expected 0 (no limit) or more");
    if (params.rotations > kMaxRotations)
        return wrong("rotations = " + std::to_string(params.rotations) + ": expected 0 (all) to " +
                     std::to_string(kMaxRotations));
    if (!(params.settledTolerance >= 0.0 && params.settledTolerance < 1.0))
        return wrong("tolerance of a settled map = " + std::to_string(params.settledTolerance) +
                     ": expected 0 (off) to below 1");
    if (params.epochs < 1 || params.epochs > kMaxEpochs)
        return wrong("epochs = " + std::to_string(params.epochs) + ": expected 1 to " +
                     std::to_string(kMaxEpochs));
    if (!(params.sigmaEnd > 0.0) || !std::isfinite(params.sigmaEnd))
        return wrong("last sigma = " + std::to_string(params.sigmaEnd) + ": expected more than 0");
    if (!(params.sigmaStart >= 0.0) || !std::isfinite(params.sigmaStart))
        return wrong("first sigma = " + std::to_string(params.sigmaStart) +
                     ": expected more than 0, or 0 for half the map's longer side");
    if (!(params.minimumWeight >= 0.0 && params.minimumWeight < 1.0))
        return wrong("least neighbourhood weight = " + std::to_string(params.minimumWeight) +
                     ": expected 0 to below 1");
    if (params.layout.neuronCount() > kMaxNeurons)
        return wrong("map of " + std::to_string(params.layout.neuronCount()) + " neurons: expected at most " +
                     std::to_string(kMaxNeurons));
    return {};
}

bool hasSettled(const std::vector<EpochReport> &history, double tolerance)
{
    // The last report's figures are those of the map before it until the next epoch has seen the one after.
    if (!(tolerance > 0.0) || history.size() < kSettledEpochs + 2)
        return false;
    for (std::size_t i = history.size() - 1 - kSettledEpochs; i + 1 < history.size(); ++i)
    {
        const EpochReport &before = history[i - 1];
        const EpochReport &after = history[i];
        if (!(std::abs(after.meanDistance - before.meanDistance) <= tolerance * before.meanDistance &&
              std::abs(after.topographicError - before.topographicError) <= tolerance))
            return false;
    }
    return true;
}

Result<TrainingResult> train(const data::Samples &samples, const TrainingParams &params,
                             compute::Backend &backend, const JobContext &context,
                             const SnapshotSink &onSnapshot, const Som *resumeFrom, const Som *given)
{
    if (const auto valid = validate(params); !valid)
        return failure(valid.error());
    if (samples.count() == 0)
        return failure(ErrorKind::InvalidArgument, "no samples to train a map on");
    if (resumeFrom != nullptr)
        if (const auto fits = checkResume(*resumeFrom, samples, params); !fits)
            return failure(fits.error());
    return TrainingRun(samples, params, backend, context, onSnapshot).run(resumeFrom, given);
}

} // namespace somnium::som
