// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/training_run.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <string>
#include <utility>

#include "core/base/random.h"
#include "core/compute/stand_in.h"
#include "core/latent/layers.h"
#include "core/latent/pca_baseline.h"
#include "core/latent/principal_start.h"

namespace somnium::latent
{

namespace
{

/// Streams of the seed: the order of rows is kOrderStream + epoch.
constexpr std::uint64_t kOrderStream = std::uint64_t{1} << 32U;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
/// Share of the time that may be spent on showing the subset.
constexpr double kShownShare = 0.05;
/// Share of a batch's loss in the smoothed one.
constexpr double kLossShare = 0.1;
/// Share of all steps in which the rate rises: Adam's first steps, taken at the full rate, leave the plane
/// that the network begins on. cite: Goyal et al. 2017, arXiv:1706.02677.
constexpr double kWarmShare = 0.1;

std::size_t ceilDivide(std::size_t a, std::size_t b)
{
    return (a + b - 1) / b;
}

/// Shared out evenly: 540 rows in batches of at most 512 are two of 270.
std::size_t evenBatch(std::size_t rows, std::size_t most)
{
    return ceilDivide(rows, ceilDivide(rows, most));
}

tl::unexpected<Error> diverged(std::size_t epoch)
{
    return failure(ErrorKind::InvalidArgument, "the loss is no longer finite in epoch " +
                                                   std::to_string(epoch) +
                                                   ": a lower learning rate may help");
}

} // namespace

Result<void> TrainingRun::prepare(const TrainingCheckpoint *from)
{
    m_split = splitData(m_data.count(), m_params.validationFraction, m_params.seed);
    if (m_split.training.empty())
        return failure(ErrorKind::InvalidArgument, "there are no samples to learn from");
    m_batchSize = evenBatch(m_split.training.size(), batchSizeFor(m_params, m_split.training.size()));
    m_stepsPerEpoch = ceilDivide(m_split.training.size(), m_batchSize);
    if (from != nullptr)
        m_scaling = from->scaling;
    else
    {
        auto scaling = measureScaling(m_data, m_split.training, m_params.seed, m_context, &m_unseen);
        if (!scaling)
            return failure(scaling.error());
        m_scaling = std::move(*scaling);
    }
    const double errorUnit =
        m_data.hasErrors() ? std::sqrt(double{m_scaling.weightScale}) / double{m_scaling.scale} : 1.0;
    m_terms = {m_params.isVariational, m_params.beta, m_params.noise * errorUnit, m_params.sparsity};
    auto ops = m_backend.makeTensorOps({.threads = m_context.threads, .precision = m_params.precision});
    if (!ops)
        return failure(ops.error());
    m_ops = std::move(*ops);
    return start(from);
}

Result<NetworkLayers> TrainingRun::firstLayers() const
{
    NetworkLayers layers = makeLayers(m_params, m_data.shape());
    if (canBeginOnPlane(m_params))
    {
        const auto axes =
            principalAxes(m_data, m_split.training, {.axes = m_params.latentSize, .seed = m_params.seed},
                          m_backend, m_context);
        if (!axes)
            return failure(axes.error());
        layers = beginOnPlane(std::move(layers), m_params, *axes, m_scaling);
    }
    // Nothing is ever learned of pixels without a value: they are to show the mean, not random weights.
    Layer &last = layers.decoder.back();
    if (last.kind != LayerKind::Dense)
        return layers;
    const std::size_t outputs = last.output.size();
    for (const std::uint32_t pixel : m_unseen)
        for (std::size_t input = 0; input < last.input.size(); ++input)
            last.weights[input * outputs + pixel] = 0.0F;
    return layers;
}

Result<void> TrainingRun::start(const TrainingCheckpoint *from)
{
    const auto layers = from == nullptr ? firstLayers() : from->layers;
    if (!layers)
        return failure(layers.error());
    auto network = Network::create(*layers, m_data.shape(), m_params.latentSize, {m_batchSize, m_rowsAtOnce},
                                   Network::Purpose::Training, *m_ops);
    if (!network)
        return failure(network.error());
    m_network = std::move(*network);
    // Where memory was short, what there is serves the network.
    const std::size_t freeBytes = m_rowsAtOnce == 0 ? m_backend.freeDeviceBytes() : 0;
    auto reader = BatchReader::create(
        m_data, m_scaling, {.batch = m_batchSize, .freeDeviceBytes = freeBytes, .threads = m_context.threads},
        *m_ops);
    if (!reader)
        return failure(reader.error());
    m_reader = std::move(*reader);
    auto losses = StepLosses::create(*m_network, m_terms, *m_ops);
    if (!losses)
        return failure(losses.error());
    m_losses = std::move(*losses);
    auto watched = WatchedPoints::create(m_data, m_scaling, m_observer.onSnapshot ? m_observer.subsetSize : 0,
                                         m_params.seed, m_params.latentSize, *m_ops);
    if (!watched)
        return failure(watched.error());
    m_watched.emplace(std::move(*watched));
    if (from == nullptr)
    {
        const auto points = m_watched->points(*m_network);
        if (!points)
            return failure(points.error());
        m_watched->remember(*points, identityAlignment(m_params.latentSize));
        return m_network->keep(Network::Copy::Border);
    }
    if (from->lastLatent.size() != m_watched->referenceSize() ||
        from->firstMoments.size() != m_network->parameterCount() ||
        from->secondMoments.size() != m_network->parameterCount())
        return failure(ErrorKind::Mismatch, "the checkpoint's parts do not have the sizes of its network's");
    m_watched->setReference(from->lastLatent);
    m_network->setMoments({from->firstMoments, from->secondMoments});
    m_history = from->history;
    m_step = from->step;
    m_borderStep = m_step;
    m_bestEpoch = from->bestEpoch;
    m_bestLayers = from->best;
    m_firstStep = m_step;
    return m_network->keep(Network::Copy::Border);
}

bool TrainingRun::shouldStop()
{
    constexpr double kShort = 0.02;
    const Clock::time_point before = Clock::now();
    const bool stops = m_context.shouldStop();
    const double seconds = std::chrono::duration<double>(Clock::now() - before).count();
    if (seconds > kShort)
        m_pausedSeconds += seconds;
    return stops;
}

double TrainingRun::workedSeconds() const
{
    return std::chrono::duration<double>(Clock::now() - m_began).count() - m_pausedSeconds;
}

double TrainingRun::learningRate() const
{
    const auto steps = static_cast<double>(m_stepsPerEpoch * m_params.epochs);
    const double share = std::min(1.0, static_cast<double>(m_step) / steps);
    const double warmth = std::min(1.0, static_cast<double>(m_step + 1) / (kWarmShare * steps));
    return 0.5 * m_params.learningRate * warmth * (1.0 + std::cos(std::numbers::pi * share));
}

bool TrainingRun::isPatienceAtEnd() const
{
    return m_params.patience > 0 && !m_split.validation.empty() &&
           m_history.size() >= m_bestEpoch + m_params.patience;
}

Result<void> TrainingRun::learn()
{
    m_began = Clock::now();
    m_pausedSeconds = 0.0;
    while (m_history.size() < m_params.epochs && !isPatienceAtEnd() && !m_isStopped)
        if (const auto done = learnEpoch(m_history.size() + 1); !done)
            return done;
    return {};
}

Result<void> TrainingRun::learnEpoch(std::size_t epoch)
{
    m_epochBegan = workedSeconds();
    m_epochLearned = 0;
    const auto loss = learnBatches(epoch);
    m_learnSeconds += workedSeconds() - m_epochBegan;
    if (m_firstLearned == 0)
    {
        m_firstSeconds = m_learnSeconds;
        m_firstLearned = m_learned;
    }
    if (!loss)
        return failure(loss.error());
    if (m_isStopped)
    {
        // What was learned since the end of the last epoch is dropped, so that the run can go on from there.
        m_losses->forget();
        m_network->recall(Network::Copy::Border);
        m_step = m_borderStep;
        return {};
    }
    return endEpoch(epoch, *loss);
}

Result<double> TrainingRun::learnBatches(std::size_t epoch)
{
    std::vector<std::uint32_t> order = m_split.training;
    Random random(m_params.seed, kOrderStream + epoch);
    random.shuffle(std::span(order));
    m_reader->start(std::move(order));
    double sum = 0.0;
    for (std::size_t i = 0; i < m_stepsPerEpoch; ++i)
    {
        if (shouldStop())
        {
            m_isStopped = true;
            return kNan;
        }
        const auto batch = m_reader->next();
        if (!batch)
            return failure(batch.error());
        learnBatch(**batch);
        // A batch that was brought lies in memory that is filled anew when its work is done.
        const bool isLast = i + 1 == m_stepsPerEpoch;
        if (isLast || !m_reader->givesKept() || m_losses->pending() >= m_losses->stepsAtOnce())
            if (const auto taken = takeLosses(epoch, sum); !taken)
                return failure(taken.error());
        m_context.report({m_step, m_stepsPerEpoch * m_params.epochs, "training"});
        if (const auto shown = showSubset(epoch); !shown)
            return failure(shown.error());
    }
    return sum / static_cast<double>(m_split.training.size());
}

void TrainingRun::learnBatch(const BatchReader::Batch &batch)
{
    const compute::AdamStep adam = {.learningRate = learningRate(), .step = m_step + 1};
    m_ops->step([&] {
        m_network->differentiate(batch.view, m_terms, {m_params.seed, m_step});
        m_network->step(adam);
    });
    m_losses->add(batch.view);
    m_reader->bringNext();
    ++m_step;
}

Result<void> TrainingRun::takeLosses(std::size_t epoch, double &sum)
{
    const auto losses = m_losses->take();
    if (!losses)
        return failure(losses.error());
    for (const auto &[loss, rows] : *losses)
    {
        if (!std::isfinite(loss))
            return diverged(epoch);
        sum += loss * static_cast<double>(rows);
        m_epochLearned += rows;
        m_learned += rows;
        m_batchLoss = m_learned == rows ? loss : (1.0 - kLossShare) * m_batchLoss + kLossShare * loss;
    }
    return {};
}

Result<double> TrainingRun::validationLoss()
{
    if (m_split.validation.empty())
        return kNan;
    const auto rows = mapRows(*m_network, *m_reader, m_split.validation, true, m_context);
    if (!rows)
        return failure(rows.error());
    return rows->loss();
}

Result<void> TrainingRun::endEpoch(std::size_t epoch, double trainingLoss)
{
    const auto validation = validationLoss();
    const auto points = m_watched->points(*m_network);
    if (!validation && validation.error().kind == ErrorKind::Cancelled)
    {
        m_isStopped = true;
        m_network->recall(Network::Copy::Border);
        m_step = m_borderStep;
        return {};
    }
    if (!validation || !points)
        return failure(validation ? points.error() : validation.error());
    const double lowest = m_bestEpoch == 0 ? kNan : m_history[m_bestEpoch - 1].validationLoss;
    m_history.push_back({epoch, trainingLoss, *validation, learningRate(), workedSeconds() - m_epochBegan});
    const Alignment alignment = m_watched->alignmentOf(*points);
    m_watched->remember(*points, alignment);
    if (!(*validation >= lowest)) // lower, or there is none
    {
        m_bestEpoch = epoch;
        m_epochOfBest = epoch;
        m_bestAlignment = alignment;
        if (const auto kept = m_network->keep(Network::Copy::Best); !kept)
            return kept;
    }
    m_borderStep = m_step;
    if (const auto kept = m_network->keep(Network::Copy::Border); !kept)
        return kept;
    if (const auto kept = keepCheckpoint(epoch); !kept)
        return kept;
    return showEpoch(epoch, alignment);
}

Result<void> TrainingRun::keepCheckpoint(std::size_t epoch)
{
    const std::size_t every = std::max<std::size_t>(1, m_observer.checkpointEpochs);
    const bool isAsked = m_observer.onCheckpoint && (epoch % every == 0 || epoch == m_params.epochs);
    const bool mayFail = !compute::isProcessor(m_backend);
    if (!isAsked && !mayFail)
        return {};
    auto made = checkpoint();
    if (!made)
        return failure(made.error());
    const auto kept = std::make_shared<const TrainingCheckpoint>(std::move(*made));
    if (mayFail)
        m_reached = kept;
    if (isAsked)
        m_observer.onCheckpoint(*kept);
    return {};
}

double TrainingRun::secondsLeft() const
{
    const auto done = static_cast<double>(m_step - m_firstStep);
    const auto left = static_cast<double>(m_params.epochs * m_stepsPerEpoch) - static_cast<double>(m_step);
    return done > 0.0 ? std::max(0.0, workedSeconds() / done * left) : 0.0;
}

AutoencoderSnapshot TrainingRun::snapshot(std::size_t epoch) const
{
    AutoencoderSnapshot shown;
    shown.history = std::make_shared<const std::vector<EpochRecord>>(m_history);
    shown.epoch = epoch;
    shown.epochs = m_params.epochs;
    shown.batchLoss = m_batchLoss;
    const double seconds =
        m_learnSeconds +
        (m_epochLearned > 0 && m_history.size() + 1 == epoch ? workedSeconds() - m_epochBegan : 0.0);
    shown.samplesPerSecond = seconds > 0.0 ? static_cast<double>(m_learned) / seconds : 0.0;
    shown.secondsLeft = secondsLeft();
    return shown;
}

Result<void> TrainingRun::showSubset(std::size_t epoch)
{
    if (!m_observer.onSnapshot || workedSeconds() < m_nextSnapshot)
        return {};
    const double before = workedSeconds();
    auto points = m_watched->points(*m_network);
    if (!points)
        return failure(points.error());
    m_watched->alignmentOf(*points).apply(*points);
    AutoencoderSnapshot shown = snapshot(epoch);
    shown.subset = m_watched->rows();
    shown.subsetLatent = std::move(*points);
    m_observer.onSnapshot(shown);
    const double after = workedSeconds();
    m_nextSnapshot = after + std::max(m_observer.secondsBetweenSnapshots, (after - before) / kShownShare);
    return {};
}

Result<void> TrainingRun::showEpoch(std::size_t epoch, const Alignment &alignment)
{
    if (!m_observer.onSnapshot)
        return {};
    const auto layers = m_network->layers();
    if (!layers)
        return failure(layers.error());
    const auto model = Autoencoder::create(m_params, m_data.shape(), m_scaling, turned(*layers, alignment));
    if (!model)
        return failure(model.error());
    std::vector<std::uint32_t> all(m_data.count());
    std::iota(all.begin(), all.end(), 0U);
    auto rows = mapRows(*m_network, *m_reader, all, false, m_context);
    if (!rows && rows.error().kind == ErrorKind::Cancelled)
        return {}; // the loop ends; this epoch counts
    if (!rows)
        return failure(rows.error());
    alignment.apply(rows->mapped.latent);
    AutoencoderSnapshot shown = snapshot(epoch);
    shown.isEpochEnd = true;
    shown.latent = std::make_shared<const std::vector<float>>(std::move(rows->mapped.latent));
    shown.model = *model;
    m_observer.onSnapshot(shown);
    return {};
}

Result<TrainingCheckpoint> TrainingRun::checkpoint()
{
    auto layers = m_network->layers();
    auto moments = m_network->moments();
    if (!layers || !moments)
        return failure(layers ? moments.error() : layers.error());
    TrainingCheckpoint made;
    made.params = m_params;
    made.shape = m_data.shape();
    made.rows = m_data.count();
    made.scaling = m_scaling;
    made.layers = std::move(*layers);
    made.firstMoments = std::move(moments->first);
    made.secondMoments = std::move(moments->second);
    made.step = m_borderStep;
    made.bestEpoch = m_bestEpoch;
    made.history = m_history;
    made.lastLatent = m_watched->reference();
    if (m_epochOfBest == m_bestEpoch && m_epochOfBest > 0)
    {
        m_network->recall(Network::Copy::Best);
        auto best = m_network->layers();
        m_network->recall(Network::Copy::Border);
        if (!best)
            return failure(best.error());
        m_bestLayers = turned(std::move(*best), m_bestAlignment);
        m_epochOfBest = 0; // fetched
    }
    made.best = m_bestLayers;
    return made;
}

double TrainingRun::samplesPerSecond() const
{
    const bool isLonger = m_learned > m_firstLearned;
    const std::size_t learned = isLonger ? m_learned - m_firstLearned : m_learned;
    const double seconds = isLonger ? m_learnSeconds - m_firstSeconds : m_learnSeconds;
    return seconds > 0.0 ? static_cast<double>(learned) / seconds : 0.0;
}

Result<TrainedAutoencoder> TrainingRun::finish()
{
    if (m_history.empty())
        return failure(ErrorKind::Cancelled, "stopped before the first epoch was done");
    auto last = checkpoint();
    if (!last)
        return failure(last.error());
    auto model = Autoencoder::create(m_params, m_data.shape(), m_scaling, last->best);
    if (!model)
        return failure(model.error());
    JobContext placing = m_context;
    placing.stop = {}; // stop and keep: what was learned is placed all the same
    const auto exact = m_backend.tensorOps(m_context.threads); // however the training rounded
    if (!exact)
        return failure(exact.error());
    auto rows = mapRows(last->best, m_scaling, m_data, true, **exact, placing,
                        m_rowsAtOnce > 0 ? m_rowsAtOnce : kMappedAtOnce);
    if (!rows)
        return failure(rows.error());
    TrainedAutoencoder trained{.model = std::move(*model)};
    trained.history = m_history;
    trained.bestEpoch = m_bestEpoch;
    trained.isComplete = !m_isStopped;
    trained.stoppedEarly = !m_isStopped && m_history.size() < m_params.epochs;
    trained.batchSize = m_batchSize;
    trained.split = m_split;
    trained.latent = std::move(rows->mapped.latent);
    trained.reconstructionError = std::move(rows->mapped.reconstructionError);
    trained.samplesPerSecond = samplesPerSecond();
    trained.areRowsOnDevice = m_reader->keepsRows();
    trained.checkpoint = std::make_shared<const TrainingCheckpoint>(std::move(*last));
    return trained;
}

} // namespace somnium::latent
