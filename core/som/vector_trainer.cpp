// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/vector_trainer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "core/base/random.h"
#include "core/som/neighbourhood.h"
#include "core/som/picked_samples.h"
#include "core/som/signed_weights.h"
#include "core/som/training_loop.h"
#include "core/som/vector_matcher.h"
#include "core/som/vector_start.h"

namespace somnium::som
{

namespace
{

constexpr std::uint64_t kCoarseStream = 2;

std::vector<std::size_t> allOf(std::size_t count)
{
    std::vector<std::size_t> indices(count);
    std::iota(indices.begin(), indices.end(), std::size_t{0});
    return indices;
}

/// Calls `take`(indices) after the matcher has compared one block of them after another.
template <class Take>
Result<void> matchInBlocks(VectorMatcher &matcher, const data::Spectra &vectors,
                           const std::vector<std::size_t> &indices, const JobContext &context,
                           const std::function<void(std::size_t done)> &report, const Take &take)
{
    for (std::size_t first = 0; first < indices.size(); first += VectorMatcher::kBlockVectors)
    {
        const auto block =
            std::span(indices).subspan(first, std::min(VectorMatcher::kBlockVectors, indices.size() - first));
        if (context.shouldStop())
            return failure(ErrorKind::Cancelled, "stopped");
        if (auto done = matcher.match(block, context); !done)
            return done;
        if (auto taken = take(block.size()); !taken)
            return taken;
        vectors.letGo(block.front(), block.back() + 1 - block.front());
        report(first + block.size());
    }
    return {};
}

class VectorTraining final : public TrainingLoop
{
public:
    VectorTraining(const data::Spectra &vectors, const TrainingParams &params, compute::Backend &backend,
                   const JobContext &context, const SnapshotSink &onSnapshot, const Som *given)
        : TrainingLoop(params, backend, context, onSnapshot), m_vectors(vectors), m_given(given)
    {
        som().shape = {1, 1, vectors.pixels()};
    }

private:
    Result<void> prepare() override;
    void letGo() override { m_matcher.reset(); }
    Result<Learned> learn(std::size_t epoch) override;
    Result<Mapping> matchAll() override { return matchThese(m_all, som().params.epochs, false); }
    [[nodiscard]] std::size_t sourcesIn(std::size_t epoch) const override { return indicesOf(epoch).size(); }

    /// Best and second best of all `indices`; their sums too if `adds`.
    Result<Mapping> matchThese(const std::vector<std::size_t> &indices, std::size_t step, bool adds);
    Result<std::vector<float>> learnedFrom(std::size_t epoch);
    [[nodiscard]] const std::vector<std::size_t> &indicesOf(std::size_t epoch) const;

    const data::Spectra &m_vectors;
    const Som *m_given;
    std::unique_ptr<VectorMatcher> m_matcher;
    std::vector<std::size_t> m_all;
    std::vector<std::size_t> m_coarse; ///< empty: no epoch is coarse
};

Result<void> VectorTraining::prepare()
{
    auto matcher = VectorMatcher::create(m_vectors, som().layout.neuronCount(), backend(), context());
    if (!matcher)
        return failure(matcher.error());
    m_matcher = std::move(*matcher);
    m_all = allOf(m_vectors.count());
    const std::size_t picked = sourcesOfEpoch(som().params, m_vectors.count(), 0);
    if (picked < m_vectors.count())
    {
        Random random(som().params.seed, kCoarseStream);
        m_coarse = randomPicks(m_vectors.count(), picked, random);
        std::sort(m_coarse.begin(), m_coarse.end()); // as they lie on the disk
    }
    if (!som().prototypes.empty())
        return {};
    auto start = initialVectors(m_vectors, som().params, m_given, backend(), context());
    if (!start)
        return failure(start.error());
    som().prototypes = std::move(*start);
    return {};
}

const std::vector<std::size_t> &VectorTraining::indicesOf(std::size_t epoch) const
{
    return sourcesOfEpoch(som().params, m_vectors.count(), epoch) < m_vectors.count() ? m_coarse : m_all;
}

Result<Mapping> VectorTraining::matchThese(const std::vector<std::size_t> &indices, std::size_t step,
                                           bool adds)
{
    m_matcher->setPrototypes(som().prototypes);
    m_matcher->clearSums();
    const std::size_t total = (som().params.epochs + 1) * m_vectors.count();
    Mapping mapping;
    const auto report = [&](std::size_t done) {
        context().report({step * m_vectors.count() + done, total, "training the map"});
    };
    const auto take = [&](std::size_t count) -> Result<void> {
        for (std::size_t i = 0; i < count; ++i)
        {
            const VectorMatcher::TwoBest best = m_matcher->best()[i];
            mapping.best.push_back(best.best);
            mapping.second.push_back(best.second);
            mapping.distance.push_back(std::sqrt(m_matcher->squaredDistances(i)[best.best]));
        }
        if (adds)
            m_matcher->addToSums();
        return {};
    };
    if (auto done = matchInBlocks(*m_matcher, m_vectors, indices, context(), report, take); !done)
        return failure(done.error());
    return mapping;
}

Result<std::vector<float>> VectorTraining::learnedFrom(std::size_t epoch)
{
    const TrainingParams &params = som().params;
    const double sigma = sigmaOf(params, epoch);
    SignedWeights weights = splitBySign(
        neighbourhoodWeights(som().layout, params.neighbourhood, sigma, params.maxUpdateDistance));
    const auto least =
        static_cast<float>(params.minimumWeight * neighbourhoodPeak(params.neighbourhood, sigma));
    for (std::vector<float> *part : {&weights.attracting, &weights.repelling})
        for (float &weight : *part)
            weight = weight < least ? 0.0F : weight;
    return m_matcher->learned(weights.attracting, weights.repelling);
}

Result<TrainingLoop::Learned> VectorTraining::learn(std::size_t epoch)
{
    auto mapping = matchThese(indicesOf(epoch), epoch, true);
    if (!mapping)
        return failure(mapping.error());
    auto prototypes = learnedFrom(epoch);
    if (!prototypes)
        return failure(prototypes.error());
    return Learned{std::move(*mapping), {}, std::move(*prototypes)};
}

Result<void> checkResume(const Som &from, const data::Spectra &vectors, const TrainingParams &params)
{
    if (const auto same = checkSameTraining(from, params); !same)
        return same;
    if (from.prototypes.size() != params.layout.neuronCount() * vectors.pixels())
        return failure(ErrorKind::Mismatch, "this map was trained on vectors of another length");
    return {};
}

Result<std::unique_ptr<VectorMatcher>> matcherOf(const Som &som, const data::Spectra &vectors,
                                                 compute::Backend &backend, const JobContext &context)
{
    const std::size_t neurons = som.layout.neuronCount();
    if (som.params.metric != Metric::Vector || som.shape.size() != vectors.pixels() ||
        som.prototypes.size() != neurons * vectors.pixels())
        return failure(ErrorKind::Mismatch,
                       "expected a map of vectors of " + std::to_string(vectors.pixels()) +
                           " pixels, found one of " +
                           (som.params.metric == Metric::Vector ? "vectors of " : "images of ") +
                           std::to_string(som.shape.size()));
    auto matcher = VectorMatcher::create(vectors, neurons, backend, context);
    if (matcher)
        (*matcher)->setPrototypes(som.prototypes);
    return matcher;
}

/// Samples whose pixels lie in one row.
class SamplesAsVectors final : public data::Spectra
{
public:
    explicit SamplesAsVectors(const data::Samples &samples)
        : m_samples(samples), m_grid{data::SpectralGrid::Scale::Index, 0.0, 1.0, samples.shape().size()}
    {}
    [[nodiscard]] std::size_t count() const override { return m_samples.count(); }
    [[nodiscard]] const data::SpectralGrid &grid() const override { return m_grid; }
    [[nodiscard]] bool hasWeights() const override { return true; }
    void read(std::size_t index, std::span<float> flux, std::span<float> weight) const override
    {
        const std::span<const float> values = m_samples.sample(index).pixels();
        for (std::size_t p = 0; p < flux.size(); ++p)
        {
            const bool isThere = std::isfinite(values[p]);
            flux[p] = isThere ? values[p] : 0.0F;
            if (!weight.empty())
                weight[p] = isThere ? 1.0F : 0.0F;
        }
    }
    void letGo(std::size_t first, std::size_t count) const override { m_samples.letGo(first, count); }

private:
    const data::Samples &m_samples;
    data::SpectralGrid m_grid;
};

} // namespace

Result<TrainingResult> trainVectors(const data::Spectra &vectors, const TrainingParams &params,
                                    compute::Backend &backend, const JobContext &context,
                                    const SnapshotSink &onSnapshot, const Som *resumeFrom, const Som *given)
{
    if (params.metric != Metric::Vector)
        return failure(ErrorKind::InvalidArgument,
                       "vectors cannot be turned: expected the metric of vectors");
    if (const auto valid = validate(params); !valid)
        return failure(valid.error());
    if (vectors.count() == 0)
        return failure(ErrorKind::InvalidArgument, "no vectors to train a map on");
    if (resumeFrom != nullptr)
        if (const auto fits = checkResume(*resumeFrom, vectors, params); !fits)
            return failure(fits.error());
    return VectorTraining(vectors, params, backend, context, onSnapshot, given).run(resumeFrom);
}

Result<Mapping> mapVectors(const Som &som, const data::Spectra &vectors, compute::Backend &backend,
                           const JobContext &context)
{
    const auto matcher = matcherOf(som, vectors, backend, context);
    if (!matcher)
        return failure(matcher.error());
    Mapping mapping;
    const auto take = [&](std::size_t count) -> Result<void> {
        const auto distances = (*matcher)->distances();
        for (std::size_t i = 0; i < count; ++i)
        {
            const VectorMatcher::TwoBest best = (*matcher)->best()[i];
            mapping.best.push_back(best.best);
            mapping.second.push_back(best.second);
            mapping.distance.push_back(distances[i].best);
            mapping.secondDistance.push_back(distances[i].second);
        }
        return {};
    };
    const auto report = [&](std::size_t done) { context.report({done, vectors.count(), "mapping"}); };
    if (auto done = matchInBlocks(**matcher, vectors, allOf(vectors.count()), context, report, take); !done)
        return failure(done.error());
    mapping.transform.resize(mapping.best.size());
    return mapping;
}

Result<void> mapVectorsFully(const Som &som, const data::Spectra &vectors, compute::Backend &backend,
                             const JobContext &context, const TakePairs &takePairs)
{
    const auto matcher = matcherOf(som, vectors, backend, context);
    if (!matcher)
        return failure(matcher.error());
    const auto take = [&](std::size_t count) -> Result<void> {
        FullMapping block;
        block.sources = count;
        block.neurons = som.layout.neuronCount();
        for (std::size_t i = 0; i < count; ++i)
            for (const float square : (*matcher)->squaredDistances(i))
                block.distance.push_back(std::sqrt(square));
        block.transform.resize(block.distance.size());
        return takePairs(block);
    };
    const auto report = [&](std::size_t done) { context.report({done, vectors.count(), "mapping"}); };
    return matchInBlocks(**matcher, vectors, allOf(vectors.count()), context, report, take);
}

std::vector<double> vectorUMatrix(const Som &som)
{
    const std::size_t size = som.shape.size();
    std::vector<double> heights(som.layout.neuronCount());
    for (std::size_t k = 0; k < heights.size(); ++k)
    {
        const std::vector<std::size_t> near = som.layout.neighbours(k);
        for (const std::size_t neighbour : near)
        {
            double square = 0.0;
            for (std::size_t p = 0; p < size; ++p)
            {
                const double difference = static_cast<double>(som.prototypes[k * size + p]) -
                                          static_cast<double>(som.prototypes[neighbour * size + p]);
                square += difference * difference;
            }
            heights[k] += std::sqrt(square);
        }
        heights[k] /= static_cast<double>(std::max<std::size_t>(near.size(), 1));
    }
    return heights;
}

std::unique_ptr<data::Spectra> vectorsOf(const data::Samples &samples)
{
    return std::make_unique<SamplesAsVectors>(samples);
}

} // namespace somnium::som
