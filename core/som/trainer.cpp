// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/trainer.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <string>
#include <utility>

#include "core/som/initial_prototypes.h"
#include "core/som/mapper.h"
#include "core/som/neighbourhood.h"
#include "core/som/online_rule.h"
#include "core/som/picked_samples.h"
#include "core/som/prototypes.h"
#include "core/som/signed_weights.h"
#include "core/som/training_loop.h"

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

/// Of the best and second best matches, what an epoch's figures need.
void append(const compute::MatchResult &match, Mapping &mapping)
{
    mapping.best.insert(mapping.best.end(), match.best.begin(), match.best.end());
    mapping.second.insert(mapping.second.end(), match.second.begin(), match.second.end());
    mapping.distance.insert(mapping.distance.end(), match.bestDistance.begin(), match.bestDistance.end());
}

/// One run of train().
class ImageTraining final : public TrainingLoop
{
public:
    ImageTraining(const data::Samples &samples, const TrainingParams &params, compute::Backend &backend,
                  const JobContext &context, const SnapshotSink &onSnapshot, const Som *given,
                  SpectraStorage storage)
        : TrainingLoop(params, backend, context, onSnapshot), m_samples(samples), m_given(given),
          m_storage(std::move(storage))
    {}

private:
    Result<void> prepare() override;
    void letGo() override;
    std::optional<std::string> saveMemory() override;
    Result<Learned> learn(std::size_t epoch) override;
    void takeUp() override;
    Result<Mapping> matchAll() override;
    [[nodiscard]] std::size_t sourcesIn(std::size_t epoch) const override;

    [[nodiscard]] bool isBatch() const { return som().params.rule == LearningRule::Batch; }
    Result<void> prepareCoarse();
    Result<std::unique_ptr<compute::Spectra>> firstPrototypes();
    /// Spectra that an epoch of the batch rule learns from.
    [[nodiscard]] const SpectraBlocks &imagesOf(std::size_t epoch) const;
    Result<Mapping> learnBatch(std::size_t epoch);
    Result<std::unique_ptr<compute::Spectra>> joined(const compute::Spectra &attracted,
                                                     const compute::Spectra &repelled,
                                                     const SignedWeights &weights, const Mapping &mapping,
                                                     double minimumWeight);
    Result<Learned> learnBySource(std::size_t epoch);
    /// The map that has these prototypes.
    Result<Learned> mapOf(std::vector<float> spectra, Mapping mapping) const;
    /// The context for one call of the backend: its progress as a part of the whole run's.
    [[nodiscard]] JobContext stepContext(std::size_t step, std::size_t first = 0) const;

    const data::Samples &m_samples;
    const Som *m_given;
    SpectraStorage m_storage;
    std::unique_ptr<SpectraBlocks> m_images; ///< null: the online rule transforms what it needs
    std::unique_ptr<PickedSamples> m_picked;
    std::unique_ptr<SpectraBlocks> m_coarse;        ///< null: no epoch is coarse
    std::unique_ptr<compute::Spectra> m_prototypes; ///< of the batch rule
    std::unique_ptr<compute::Spectra> m_learned;    ///< those of the epoch that is not yet done
};

JobContext ImageTraining::stepContext(std::size_t step, std::size_t first) const
{
    JobContext inner = context();
    // The transform, every epoch and the last look count as one step each.
    const std::size_t perStep = m_samples.count();
    const std::size_t total = (som().params.epochs + 2) * perStep;
    if (context().onProgress)
        inner.onProgress = [this, step, first, perStep, total](const Progress &progress) {
            const std::size_t done = std::min(first + progress.done, perStep);
            context().report({step * perStep + done, total, "training the map"});
        };
    return inner;
}

Result<TrainingLoop::Learned> ImageTraining::mapOf(std::vector<float> spectra, Mapping mapping) const
{
    auto images = imagesFromSpectra(spectra, som().grid, som().shape, context().threads);
    if (!images)
        return failure(images.error());
    return Learned{std::move(mapping), std::move(spectra), std::move(*images)};
}

Result<void> ImageTraining::prepare()
{
    const auto shape = prototypeShape(som().params, m_samples.shape());
    if (!shape)
        return failure(shape.error());
    som().shape = *shape;
    const auto grid = compute::polarGridFor(*shape, som().params.precision, som().params.channelWeights);
    if (!grid)
        return failure(grid.error());
    som().grid = *grid;
    if (isBatch())
    {
        if (auto coarse = prepareCoarse(); !coarse)
            return coarse;
        auto images = SpectraBlocks::create(m_samples, *grid, backend(), som().params.coefficients, m_storage,
                                            stepContext(0));
        if (!images)
            return failure(images.error());
        m_images = std::move(*images);
    }
    auto prototypes = firstPrototypes();
    if (!prototypes)
        return failure(prototypes.error());
    m_prototypes = std::move(*prototypes);
    return {};
}

Result<std::unique_ptr<compute::Spectra>> ImageTraining::firstPrototypes()
{
    if (!som().spectra.empty())
        return backend().upload(som().spectra, som().layout.neuronCount(), som().grid);
    auto prototypes = initialPrototypes(som(), m_samples, m_given, backend(), stepContext(0));
    if (!prototypes)
        return prototypes;
    auto spectra = backend().download(**prototypes);
    if (!spectra)
        return failure(spectra.error());
    auto first = mapOf(std::move(*spectra), {});
    if (!first)
        return failure(first.error());
    som().spectra = std::move(first->spectra);
    som().prototypes = std::move(first->prototypes);
    return prototypes;
}

void ImageTraining::letGo()
{
    m_learned.reset();
    m_prototypes.reset();
    m_images.reset();
    m_coarse.reset();
}

std::optional<std::string> ImageTraining::saveMemory()
{
    if (!isBatch() || !SpectraBlocks::canSaveMemory(m_samples.count(), som().grid, som().params.coefficients,
                                                    m_storage, backend()))
        return std::nullopt;
    m_storage.memoryBytes = 1;
    return "the spectra of the images are read from the disk, block by block";
}

Result<void> ImageTraining::prepareCoarse()
{
    const std::size_t sources = sourcesOfEpoch(som().params, m_samples.count(), 0);
    if (sources == m_samples.count())
        return {};
    Random random(som().params.seed, kCoarseStream);
    std::vector<std::size_t> picks = randomPicks(m_samples.count(), sources, random);
    std::sort(picks.begin(), picks.end()); // as they lie on the disk
    m_picked = std::make_unique<PickedSamples>(m_samples, std::move(picks));
    SpectraStorage storage;
    storage.memoryBytes = m_storage.memoryBytes;
    auto coarse = SpectraBlocks::create(*m_picked, som().grid, backend(), som().params.coefficients, storage,
                                        stepContext(0));
    if (!coarse)
        return failure(coarse.error());
    m_coarse = std::move(*coarse);
    return {};
}

const SpectraBlocks &ImageTraining::imagesOf(std::size_t epoch) const
{
    const bool isCoarse =
        m_coarse && sourcesOfEpoch(som().params, m_samples.count(), epoch) < m_samples.count();
    return isCoarse ? *m_coarse : *m_images;
}

std::size_t ImageTraining::sourcesIn(std::size_t epoch) const
{
    return isBatch() ? imagesOf(epoch).count() : m_samples.count();
}

Result<Mapping> ImageTraining::learnBatch(std::size_t epoch)
{
    const TrainingParams &params = som().params;
    const double sigma = sigmaOf(params, epoch);
    const SignedWeights weights = splitBySign(
        neighbourhoodWeights(som().layout, params.neighbourhood, sigma, params.maxUpdateDistance));
    compute::UpdateOptions options;
    options.useFlips = params.useFlips;
    options.rotations = params.rotations;
    options.minimumWeight = params.minimumWeight * neighbourhoodPeak(params.neighbourhood, sigma);
    options.neighbourhood = weights.attracting;
    const auto attracting = backend().beginUpdate(*m_prototypes, options);
    if (!attracting)
        return failure(attracting.error());
    Result<std::unique_ptr<compute::BatchUpdate>> repelling;
    if (!weights.repelling.empty())
    {
        options.neighbourhood = weights.repelling;
        repelling = backend().beginUpdate(*m_prototypes, options);
        if (!repelling)
            return failure(repelling.error());
    }
    Mapping mapping;
    const auto done = imagesOf(epoch).forEach(
        context(), [&](std::size_t first, const compute::Spectra &block) -> Result<void> {
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
    m_learned = std::move(*prototypes);
    return mapping;
}

Result<std::unique_ptr<compute::Spectra>> ImageTraining::joined(const compute::Spectra &attracted,
                                                                const compute::Spectra &repelled,
                                                                const SignedWeights &weights,
                                                                const Mapping &mapping, double minimumWeight)
{
    auto towards = backend().download(attracted);
    const auto away = backend().download(repelled);
    if (!towards || !away)
        return failure(towards ? away.error() : towards.error());
    const std::size_t neurons = som().layout.neuronCount();
    return backend().upload(
        withRepulsion(std::move(*towards), *away, weights, mapping.best, minimumWeight, neurons), neurons,
        som().grid);
}

Result<TrainingLoop::Learned> ImageTraining::learnBySource(std::size_t epoch)
{
    auto learned = learnOnline(som(), m_samples, epoch, backend(), stepContext(epoch + 1));
    if (!learned)
        return failure(learned.error());
    return mapOf(std::move(learned->spectra), std::move(learned->match));
}

Result<TrainingLoop::Learned> ImageTraining::learn(std::size_t epoch)
{
    if (!isBatch())
        return learnBySource(epoch);
    auto mapping = learnBatch(epoch);
    if (!mapping)
        return failure(mapping.error());
    auto spectra = backend().download(*m_learned);
    if (!spectra)
        return failure(spectra.error());
    return mapOf(std::move(*spectra), std::move(*mapping));
}

void ImageTraining::takeUp()
{
    if (isBatch())
        m_prototypes = std::move(m_learned);
}

Result<Mapping> ImageTraining::matchAll()
{
    const std::size_t step = som().params.epochs + 1;
    if (!isBatch())
        return matchInTurn(som(), m_samples, backend(), stepContext(step));
    Mapping mapping;
    const auto done =
        m_images->forEach(context(), [&](std::size_t first, const compute::Spectra &block) -> Result<void> {
            const auto match =
                backend().match(block, *m_prototypes, matchOptionsOf(som().params), stepContext(step, first));
            if (!match)
                return failure(match.error());
            append(*match, mapping);
            return {};
        });
    if (!done)
        return failure(done.error());
    return mapping;
}

Result<void> checkResume(const Som &from, const data::Samples &samples, const TrainingParams &params)
{
    if (const auto same = checkSameTraining(from, params); !same)
        return same;
    const auto shape = prototypeShape(params, samples.shape());
    if (!shape || from.shape != *shape)
        return failure(ErrorKind::Mismatch, "this map was trained on images of another shape");
    const std::size_t expected = params.layout.neuronCount() * from.grid.coefficientCount();
    if (from.spectra.empty() || from.spectra.size() != expected)
        return failure(ErrorKind::Mismatch, "this map holds " + std::to_string(from.spectra.size()) +
                                                " spectral values, " + std::to_string(expected) +
                                                " are needed to go on with its training");
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
    return ImageTraining(samples, params, backend, context, onSnapshot, given, storage).run(resumeFrom);
}

} // namespace somnium::som
