// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <string>

#include "core/base/random.h"
#include "core/som/mapper.h"
#include "core/som/neighbourhood.h"
#include "core/som/prototypes.h"

namespace somnium::som
{

namespace
{

constexpr std::size_t kMaxEpochs = 100000;
constexpr std::size_t kMaxNeurons = 16384; ///< neighbourhood weights are held for every pair of neurons
constexpr std::uint64_t kInitialisationStream = 1;
/// Of the zero start: neurons that are equal to the bit would never part in a batch.
constexpr double kRipple = 1e-4;

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Samples picked out of others, in the order of the picks.
class PickedSamples final : public data::Samples
{
public:
    PickedSamples(const data::Samples &all, std::vector<std::size_t> picks)
        : m_all(all), m_picks(std::move(picks))
    {}
    [[nodiscard]] std::size_t count() const override { return m_picks.size(); }
    [[nodiscard]] data::ImageShape shape() const override { return m_all.shape(); }
    [[nodiscard]] data::ImageView sample(std::size_t index) const override
    {
        return m_all.sample(m_picks[index]);
    }

private:
    const data::Samples &m_all;
    std::vector<std::size_t> m_picks;
};

/// Distinct samples as long as there are any, then again from the first.
std::vector<std::size_t> randomPicks(std::size_t samples, std::size_t count, Random &random)
{
    std::vector<std::size_t> order(samples);
    std::iota(order.begin(), order.end(), std::size_t{0});
    random.shuffle(std::span(order));
    std::vector<std::size_t> picks(count);
    for (std::size_t i = 0; i < count; ++i)
        picks[i] = order[i % samples];
    return picks;
}

std::vector<float> randomImages(std::size_t values, double amplitude, Random &random)
{
    std::vector<float> images(values);
    std::generate(images.begin(), images.end(),
                  [&] { return static_cast<float>(amplitude * random.uniform()); });
    return images;
}

Result<std::unique_ptr<compute::Spectra>>
initialPrototypes(const data::Samples &samples, const TrainingParams &params, const compute::PolarGrid &grid,
                  compute::Backend &backend, const JobContext &context)
{
    Random random(params.seed, kInitialisationStream);
    const std::size_t neurons = params.layout.neuronCount();
    if (params.initialisation == Initialisation::RandomSources)
    {
        const PickedSamples picked(samples, randomPicks(samples.count(), neurons, random));
        return backend.transform(picked, 0, neurons, grid, context);
    }
    const double amplitude = params.initialisation == Initialisation::Noise ? 1.0 : kRipple;
    const std::vector<float> images = randomImages(neurons * samples.shape().size(), amplitude, random);
    const ImagesAsSamples noise(images, samples.shape());
    return backend.transform(noise, 0, neurons, grid, context);
}

EpochReport reportOf(const compute::MatchResult &match, const MapLayout &layout)
{
    return qualityOf({match.best, match.second, match.bestDistance, match.secondDistance, {}}, layout);
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
        m_som.shape = samples.shape();
        m_som.params = params;
    }

    Result<TrainingResult> run(const Som *resumeFrom);

private:
    Result<void> prepare(const Som *resumeFrom);
    Result<void> runEpoch();
    Result<void> finishFigures();
    Result<void> takeOver(const compute::Spectra &prototypes);
    void correctLastReport(const compute::MatchResult &match);
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

Result<void> TrainingRun::prepare(const Som *resumeFrom)
{
    const auto grid = compute::polarGridFor(m_som.shape, m_som.params.precision, m_som.params.channelWeights);
    if (!grid)
        return failure(grid.error());
    m_som.grid = *grid;
    auto images = m_backend.transform(m_samples, 0, m_samples.count(), *grid, stepContext(0));
    if (!images)
        return failure(images.error());
    m_images = std::move(*images);

    auto prototypes = resumeFrom != nullptr
                          ? m_backend.upload(resumeFrom->spectra, m_som.layout.neuronCount(), *grid)
                          : initialPrototypes(m_samples, m_som.params, *grid, m_backend, stepContext(0));
    if (!prototypes)
        return failure(prototypes.error());
    m_prototypes = std::move(*prototypes);
    if (resumeFrom != nullptr)
        m_som.history = resumeFrom->history;
    return takeOver(*m_prototypes);
}

void TrainingRun::correctLastReport(const compute::MatchResult &match)
{
    if (m_som.history.empty())
        return;
    EpochReport &last = m_som.history.back();
    const EpochReport figures = reportOf(match, m_som.layout);
    last.meanDistance = figures.meanDistance;
    last.topographicError = figures.topographicError;
    last.emptyNeurons = figures.emptyNeurons;
}

Result<void> TrainingRun::runEpoch()
{
    const Clock::time_point start = Clock::now();
    const std::size_t epoch = m_som.history.size();
    const double sigma = sigmaOf(m_som.params, epoch);
    const std::vector<float> weights =
        neighbourhoodWeights(m_som.layout, m_som.params.neighbourhood, sigma, m_som.params.maxUpdateDistance);
    compute::UpdateOptions options;
    options.useFlips = m_som.params.useFlips;
    options.rotations = m_som.params.rotations;
    options.minimumWeight = m_som.params.minimumWeight * neighbourhoodPeak(m_som.params.neighbourhood, sigma);
    options.neighbourhood = weights;
    auto update = m_backend.update(*m_images, *m_prototypes, options, stepContext(epoch + 1));
    if (!update)
        return failure(update.error());
    m_secondsPerEpoch = secondsSince(start);

    correctLastReport(update->match);
    EpochReport report = reportOf(update->match, m_som.layout);
    report.epoch = epoch + 1;
    report.sigma = sigma;
    report.imagesPerSecond = static_cast<double>(m_samples.count()) / std::max(m_secondsPerEpoch, 1e-9);
    m_som.history.push_back(report);
    m_prototypes = std::move(update->prototypes);
    return takeOver(*m_prototypes);
}

Result<void> TrainingRun::finishFigures()
{
    const auto match = m_backend.match(*m_images, *m_prototypes, matchOptionsOf(m_som.params),
                                       stepContext(m_som.params.epochs + 1));
    if (!match)
        return failure(match.error());
    correctLastReport(*match);
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

Result<TrainingResult> TrainingRun::run(const Som *resumeFrom)
{
    if (const auto ready = prepare(resumeFrom); !ready)
        return failure(ready.error());
    publish();
    while (m_som.history.size() < m_som.params.epochs)
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
    if (!(same == from.params) || from.shape != samples.shape())
        return failure(ErrorKind::Mismatch, "this map was trained with other parameters or image shapes");
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
    if (params.rule != LearningRule::Batch || params.neighbourhood == Neighbourhood::MexicanHat ||
        params.initialisation == Initialisation::GivenMap || params.neuronSide != 0 ||
        params.settledTolerance != 0.0)
        return failure(ErrorKind::Unsupported, "this way of training is not there yet");
    if (params.layout.neuronCount() > kMaxNeurons)
        return wrong("map of " + std::to_string(params.layout.neuronCount()) + " neurons: expected at most " +
                     std::to_string(kMaxNeurons));
    return {};
}

Result<TrainingResult> train(const data::Samples &samples, const TrainingParams &params,
                             compute::Backend &backend, const JobContext &context,
                             const SnapshotSink &onSnapshot, const Som *resumeFrom)
{
    if (const auto valid = validate(params); !valid)
        return failure(valid.error());
    if (samples.count() == 0)
        return failure(ErrorKind::InvalidArgument, "no samples to train a map on");
    if (resumeFrom != nullptr)
        if (const auto fits = checkResume(*resumeFrom, samples, params); !fits)
            return failure(fits.error());
    return TrainingRun(samples, params, backend, context, onSnapshot).run(resumeFrom);
}

} // namespace somnium::som
