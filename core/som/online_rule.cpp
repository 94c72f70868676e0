// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/online_rule.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "core/base/random.h"
#include "core/som/neighbourhood.h"
#include "core/som/picked_samples.h"
#include "core/som/prototypes.h"
#include "core/som/signed_weights.h"

namespace somnium::som
{

namespace
{

/// Epoch e shuffles with stream kFirstOrderStream + e of the seed.
constexpr std::uint64_t kFirstOrderStream = 1000;
constexpr std::size_t kBlockSamples = 2048;

std::vector<std::size_t> orderOf(const TrainingParams &params, std::size_t samples, std::size_t epoch)
{
    std::vector<std::size_t> order(samples);
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (params.shuffles)
    {
        Random random(params.seed, kFirstOrderStream + epoch);
        random.shuffle(std::span(order));
    }
    return order;
}

void append(const compute::MatchResult &match, Mapping &mapping)
{
    mapping.best.insert(mapping.best.end(), match.best.begin(), match.best.end());
    mapping.second.insert(mapping.second.end(), match.second.begin(), match.second.end());
    mapping.distance.insert(mapping.distance.end(), match.bestDistance.begin(), match.bestDistance.end());
    mapping.secondDistance.insert(mapping.secondDistance.end(), match.secondDistance.begin(),
                                  match.secondDistance.end());
}

/// The steps of one epoch.
class OnlineSteps
{
public:
    OnlineSteps(const Som &som, std::size_t epoch, compute::Backend &backend, const JobContext &context)
        : m_grid(som.grid), m_backend(backend), m_context(context), m_neurons(som.layout.neuronCount()),
          m_alpha(learningRateOf(som.params, epoch)), m_spectra(som.spectra)
    {
        const double sigma = sigmaOf(som.params, epoch);
        const Neighbourhood neighbourhood = som.params.neighbourhood;
        m_weights =
            splitBySign(neighbourhoodWeights(som.layout, neighbourhood, sigma, som.params.maxUpdateDistance));
        m_options.useFlips = som.params.useFlips;
        m_options.rotations = som.params.rotations;
        m_options.minimumWeight = som.params.minimumWeight * neighbourhoodPeak(neighbourhood, sigma);
        m_context.onProgress = {};
    }

    /// Learns from a few samples and returns how they matched before.
    Result<compute::MatchResult> learn(const data::Samples &samples);
    std::vector<float> takeSpectra() { return std::move(m_spectra); }

private:
    /// W' - W for every neuron: the mean of what pulls (or pushes) it, see learnOnline.
    struct Pull
    {
        std::vector<float> mean; ///< [neuron][coefficient]
        std::vector<float> rate; ///< [neuron] a_k
        compute::MatchResult match;
    };
    Result<Pull> pullOf(const compute::Spectra &images, const compute::Spectra &prototypes,
                        const std::vector<float> &weights);
    void move(std::size_t neuron, const Pull &towards, const Pull &away);

    const compute::PolarGrid &m_grid;
    compute::Backend &m_backend;
    JobContext m_context;
    std::size_t m_neurons = 0;
    double m_alpha = 0.0;
    SignedWeights m_weights;
    compute::UpdateOptions m_options;
    std::vector<float> m_spectra;
};

Result<OnlineSteps::Pull> OnlineSteps::pullOf(const compute::Spectra &images,
                                              const compute::Spectra &prototypes,
                                              const std::vector<float> &weights)
{
    m_options.neighbourhood = weights;
    auto update = m_backend.update(images, prototypes, m_options, m_context);
    if (!update)
        return failure(update.error());
    auto mean = m_backend.download(*update->prototypes);
    if (!mean)
        return failure(mean.error());
    Pull pull = {std::move(*mean), std::vector<float>(m_neurons), std::move(update->match)};
    for (std::size_t k = 0; k < m_neurons; ++k)
    {
        double kept = 1.0;
        for (const std::uint32_t best : pull.match.best)
        {
            const float weight = weights[best * m_neurons + k];
            if (weight >= static_cast<float>(m_options.minimumWeight))
                kept *= 1.0 - std::min(1.0, m_alpha * static_cast<double>(weight));
        }
        pull.rate[k] = static_cast<float>(1.0 - kept);
    }
    return pull;
}

void OnlineSteps::move(std::size_t neuron, const Pull &towards, const Pull &away)
{
    const std::size_t size = m_grid.coefficientCount();
    const std::span<float> own = std::span(m_spectra).subspan(neuron * size, size);
    const float pull = towards.rate[neuron];
    const float push = away.rate.empty() ? 0.0F : away.rate[neuron];
    if (pull == 0.0F && push == 0.0F)
        return;
    double pulledEnergy = 0.0;
    double energy = 0.0;
    for (std::size_t c = 0; c < size; ++c)
    {
        const float old = own[c];
        const float pulled = old + pull * (towards.mean[neuron * size + c] - old);
        own[c] = push == 0.0F ? pulled : pulled - push * (away.mean[neuron * size + c] - old);
        pulledEnergy += static_cast<double>(pulled) * static_cast<double>(pulled);
        energy += static_cast<double>(own[c]) * static_cast<double>(own[c]);
    }
    if (push == 0.0F || energy <= pulledEnergy)
        return;
    const auto scale = static_cast<float>(std::sqrt(pulledEnergy / energy));
    for (float &value : own)
        value *= scale;
}

Result<compute::MatchResult> OnlineSteps::learn(const data::Samples &samples)
{
    const auto images = m_backend.transform(samples, 0, samples.count(), m_grid, m_context);
    if (!images)
        return failure(images.error());
    const auto prototypes = m_backend.upload(m_spectra, m_neurons, m_grid);
    if (!prototypes)
        return failure(prototypes.error());
    auto towards = pullOf(**images, **prototypes, m_weights.attracting);
    if (!towards)
        return failure(towards.error());
    auto away = m_weights.repelling.empty() ? Result<Pull>(Pull())
                                            : pullOf(**images, **prototypes, m_weights.repelling);
    if (!away)
        return failure(away.error());
    for (std::size_t k = 0; k < m_neurons; ++k)
        move(k, *towards, *away);
    return std::move(towards->match);
}

} // namespace

Result<OnlineEpoch> learnOnline(const Som &som, const data::Samples &samples, std::size_t epoch,
                                compute::Backend &backend, const JobContext &context)
{
    OnlineSteps steps(som, epoch, backend, context);
    const std::vector<std::size_t> order = orderOf(som.params, samples.count(), epoch);
    OnlineEpoch result;
    for (std::size_t first = 0; first < order.size(); first += som.params.sourcesPerStep)
    {
        const std::size_t end = first + std::min(som.params.sourcesPerStep, order.size() - first);
        const PickedSamples step(samples, {order.begin() + static_cast<std::ptrdiff_t>(first),
                                           order.begin() + static_cast<std::ptrdiff_t>(end)});
        const auto match = steps.learn(step);
        if (!match)
            return failure(match.error());
        append(*match, result.match);
        context.report({end, order.size(), "training the map"});
    }
    result.spectra = steps.takeSpectra();
    return result;
}

Result<Mapping> matchInTurn(const Som &som, const data::Samples &samples, compute::Backend &backend,
                            const JobContext &context)
{
    const auto prototypes = prototypeSpectra(som, backend, context);
    if (!prototypes)
        return failure(prototypes.error());
    JobContext inner = context;
    inner.onProgress = {};
    Mapping mapping;
    for (std::size_t first = 0; first < samples.count(); first += kBlockSamples)
    {
        const std::size_t count = std::min(kBlockSamples, samples.count() - first);
        const auto images = backend.transform(samples, first, count, som.grid, inner);
        if (!images)
            return failure(images.error());
        const auto match = backend.match(**images, **prototypes, matchOptionsOf(som.params), inner);
        if (!match)
            return failure(match.error());
        append(*match, mapping);
        context.report({first + count, samples.count(), "training the map"});
    }
    return mapping;
}

} // namespace somnium::som
