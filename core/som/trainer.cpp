// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <string>

#include "core/som/initial_prototypes.h"
#include "core/som/mapper.h"
#include "core/som/neighbourhood.h"
#include "core/som/online_rule.h"
#include "core/som/picked_samples.h"
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

constexpr std::uint64_t kCoarseStream = 2;
/// Sources that a neuron's neighbourhood must hold in a coarse epoch: their mean is then known to 3 % of
/// their spread.
constexpr double kHeardSources = 1000.0;

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Of the best and second best matches, what an epoch's figures need.
void append(const compute::MatchResult &match, Mapping &mapping)
{
    mapping.best.insert(mapping.best.end(), match.best.begin(), match.best.end());
    mapping.second.insert(mapping.second.end(), match.second.begin(), match.second.end());
    mapping.distance.insert(mapping.distance.end(), match.bestDistance.begin(), match.bestDistance.end());
}

/// One run of train(): what it works on and how far it is.
class TrainingRun
{
public:
    TrainingRun(const data::Samples &samples, const TrainingParams &params, compute::Backend &backend,
                const JobContext &context, const SnapshotSink &onSnapshot, const SpectraStorage &storage)
        : m_samples(samples), m_backend(backend), m_context(context), m_onSnapshot(onSnapshot),
          m_storage(storage)
    {
        m_som.layout = params.layout;
        m_som.params = params;
    }

    Result<TrainingResult> run(const Som *resumeFrom, const Som *given);

private:
    Result<void> prepare(const Som *resumeFrom, const Som *given);
    Result<void> prepareCoarse();
    /// Spectra that an epoch of the batch rule learns from.
    [[nodiscard]] const SpectraBlocks &imagesOf(std::size_t epoch) const;
    Result<void> runEpoch();
    Result<Mapping> learnBatch(std::size_t epoch);
    Result<std::unique_ptr<compute::Spectra>> joined(const compute::Spectra &attracted,
                                                     const compute::Spectra &repelled,
                                                     const SignedWeights &weights, const Mapping &mapping,
                                                     double minimumWeight);
    Result<Mapping> learnBySource(std::size_t epoch);
    Result<void> finishFigures();
    Result<void> takeOver(const compute::Spectra &prototypes);
    void correctLastReport(const EpochReport &figures);
    void publish() const;
    /// The context for one call of the backend: its progress as a part of the whole run's.
    [[nodiscard]] JobContext stepContext(std::size_t step, std::size_t first = 0) const;

    const data::Samples &m_samples;
    compute::Backend &m_backend;
    const JobContext &m_context;
    const SnapshotSink &m_onSnapshot;
    Som m_som;
    const SpectraStorage &m_storage;
    std::unique_ptr<SpectraBlocks> m_images; ///< null: the online rule transforms what it needs
    std::unique_ptr<PickedSamples> m_picked;
    std::unique_ptr<SpectraBlocks> m_coarse; ///< null: no epoch is coarse
    std::unique_ptr<compute::Spectra> m_prototypes;
    double m_secondsPerEpoch = 0.0;
};

JobContext TrainingRun::stepContext(std::size_t step, std::size_t first) const
{
    JobContext inner = m_context;
    // The transform, every epoch and the last look count as one step each.
    const std::size_t perStep = m_samples.count();
    const std::size_t total = (m_som.params.epochs + 2) * perStep;
    if (m_context.onProgress)
        inner.onProgress = [this, step, first, perStep, total](const Progress &progress) {
            const std::size_t done = std::min(first + progress.done, perStep);
            m_context.report({step * perStep + done, total, "training the map"});
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
        if (auto coarse = prepareCoarse(); !coarse)
            return coarse;
        auto images = SpectraBlocks::create(m_samples, *grid, m_backend, m_som.params.coefficients, m_storage,
                                            stepContext(0));
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

Result<void> TrainingRun::prepareCoarse()
{
    const std::size_t sources = sourcesOfEpoch(m_som.params, m_samples.count(), 0);
    if (sources == m_samples.count())
        return {};
    Random random(m_som.params.seed, kCoarseStream);
    std::vector<std::size_t> picks = randomPicks(m_samples.count(), sources, random);
    std::sort(picks.begin(), picks.end()); // as they lie on the disk
    m_picked = std::make_unique<PickedSamples>(m_samples, std::move(picks));
    SpectraStorage storage;
    storage.memoryBytes = m_storage.memoryBytes;
    auto coarse = SpectraBlocks::create(*m_picked, m_som.grid, m_backend, m_som.params.coefficients, storage,
                                        stepContext(0));
    if (!coarse)
        return failure(coarse.error());
    m_coarse = std::move(*coarse);
    return {};
}

const SpectraBlocks &TrainingRun::imagesOf(std::size_t epoch) const
{
    const bool isCoarse =
        m_coarse && sourcesOfEpoch(m_som.params, m_samples.count(), epoch) < m_samples.count();
    return isCoarse ? *m_coarse : *m_images;
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
    const auto attracting = m_backend.beginUpdate(*m_prototypes, options);
    if (!attracting)
        return failure(attracting.error());
    Result<std::unique_ptr<compute::BatchUpdate>> repelling;
    if (!weights.repelling.empty())
    {
        options.neighbourhood = weights.repelling;
        repelling = m_backend.beginUpdate(*m_prototypes, options);
        if (!repelling)
            return failure(repelling.error());
    }
    Mapping mapping;
    const auto done = imagesOf(epoch).forEach(
        m_context, [&](std::size_t first, const compute::Spectra &block) -> Result<void> {
            const auto match = (*attracting)->add(block, stepContext(epoch + 1, first));
            if (!match)
                return failure(match.error());
            append(*match, mapping);
            if (*repelling)
                if (const auto away = (*repelling)->add(block, stepContext(epoch + 1, first)); !away)
                    return failure(away.error());
            return {};
        });
    if (!done)
        return failure(done.error());
    auto prototypes = (*attracting)->finish();
    if (prototypes && *repelling)
    {
        const auto repelled = (*repelling)->finish();
        if (!repelled)
            return failure(repelled.error());
        prototypes = joined(**prototypes, **repelled, weights, mapping, options.minimumWeight);
    }
    if (!prototypes)
        return failure(prototypes.error());
    m_prototypes = std::move(*prototypes);
    return mapping;
}

Result<std::unique_ptr<compute::Spectra>> TrainingRun::joined(const compute::Spectra &attracted,
                                                              const compute::Spectra &repelled,
                                                              const SignedWeights &weights,
                                                              const Mapping &mapping, double minimumWeight)
{
    auto towards = m_backend.download(attracted);
    const auto away = m_backend.download(repelled);
    if (!towards || !away)
        return failure(towards ? away.error() : towards.error());
    const std::size_t neurons = m_som.layout.neuronCount();
    return m_backend.upload(
        withRepulsion(std::move(*towards), *away, weights, mapping.best, minimumWeight, neurons), neurons,
        m_som.grid);
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
    report.images = isBatch ? imagesOf(epoch).count() : m_samples.count();
    report.imagesPerSecond = static_cast<double>(report.images) / std::max(m_secondsPerEpoch, 1e-9);
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
    Mapping mapping;
    const auto done =
        m_images->forEach(m_context, [&](std::size_t first, const compute::Spectra &block) -> Result<void> {
            const auto match = m_backend.match(block, *m_prototypes, matchOptionsOf(m_som.params),
                                               stepContext(m_som.params.epochs + 1, first));
            if (!match)
                return failure(match.error());
            append(*match, mapping);
            return {};
        });
    if (!done)
        return done;
    correctLastReport(qualityOf(mapping, m_som.layout));
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
    if (params.metric == Metric::Vector && params.rule == LearningRule::Online)
        return wrong("vectors are learned by the batch rule only");
    if (params.metric == Metric::Invariant && params.initialisation == Initialisation::PrincipalAxes)
        return wrong("only maps of vectors start from principal axes");
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

std::size_t sourcesOfEpoch(const TrainingParams &params, std::size_t sources, std::size_t epoch)
{
    const std::size_t picked = params.coarseSources;
    if (params.rule != LearningRule::Batch || picked == 0 || sources / 2 < picked ||
        epoch >= params.epochs / 2)
        return sources;
    // A Gaussian neighbourhood holds as many neurons as a plateau of area 2 pi sigma^2 does.
    const double sigma = sigmaOf(params, epoch);
    const auto neurons = static_cast<double>(params.layout.neuronCount());
    const double share = std::min(1.0, 2.0 * std::numbers::pi * sigma * sigma / neurons);
    return static_cast<double>(picked) * share >= kHeardSources ? picked : sources;
}

Result<TrainingResult> train(const data::Samples &samples, const TrainingParams &params,
                             compute::Backend &backend, const JobContext &context,
                             const SnapshotSink &onSnapshot, const Som *resumeFrom, const Som *given,
                             const SpectraStorage &storage)
{
    if (const auto valid = validate(params); !valid)
        return failure(valid.error());
    if (params.metric != Metric::Invariant)
        return failure(ErrorKind::InvalidArgument, "images are trained by the invariant metric");
    if (samples.count() == 0)
        return failure(ErrorKind::InvalidArgument, "no samples to train a map on");
    if (resumeFrom != nullptr)
        if (const auto fits = checkResume(*resumeFrom, samples, params); !fits)
            return failure(fits.error());
    return TrainingRun(samples, params, backend, context, onSnapshot, storage).run(resumeFrom, given);
}

} // namespace somnium::som
