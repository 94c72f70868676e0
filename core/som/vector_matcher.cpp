// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/vector_matcher.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/base/check.h"
#include "core/base/parallel.h"

namespace somnium::som
{

namespace
{

using compute::ConstMatrixView;
using compute::MatrixView;

constexpr std::size_t kThreadVectors = 16;

std::size_t blocksOf(std::size_t count, std::size_t size)
{
    return (count + size - 1) / size;
}

/// The first of the least values.
std::size_t firstLeast(std::span<const float> values)
{
    // The least first, in lanes, then who has it: several times as fast as both at once.
    constexpr std::size_t kLanes = 16;
    std::array<float, kLanes> lanes{};
    lanes.fill(std::numeric_limits<float>::infinity());
    std::size_t i = 0;
    for (; i + kLanes <= values.size(); i += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            lanes[lane] = values[i + lane] < lanes[lane] ? values[i + lane] : lanes[lane];
    float least = *std::min_element(lanes.begin(), lanes.end());
    for (; i < values.size(); ++i)
        least = values[i] < least ? values[i] : least;
    const auto found = std::find(values.begin(), values.end(), least);
    return found == values.end() ? 0 : static_cast<std::size_t>(found - values.begin()); // all are NaN
}

double sumOfProducts(std::span<const float> a, std::span<const float> b)
{
    constexpr std::size_t kLanes = 8;
    std::array<float, kLanes> lanes{};
    std::size_t i = 0;
    for (; i + kLanes <= a.size(); i += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            lanes[lane] += a[i + lane] * b[i + lane];
    double sum = 0.0;
    for (; i < a.size(); ++i)
        sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    for (const float lane : lanes)
        sum += static_cast<double>(lane);
    return sum;
}

double sumOf(std::span<const float> values)
{
    constexpr std::size_t kLanes = 8;
    std::array<double, kLanes> lanes{};
    std::size_t i = 0;
    for (; i + kLanes <= values.size(); i += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            lanes[lane] += static_cast<double>(values[i + lane]);
    double sum = 0.0;
    for (; i < values.size(); ++i)
        sum += static_cast<double>(values[i]);
    for (const double lane : lanes)
        sum += lane;
    return sum;
}

} // namespace

VectorMatcher::VectorMatcher(const data::Spectra &vectors, std::size_t neurons, const JobContext &context)
    : m_vectors(vectors), m_pixels(vectors.pixels()), m_neurons(neurons), m_hasWeights(vectors.hasWeights()),
      m_centre(m_pixels), m_centred(neurons * m_pixels), m_energy(neurons), m_vectorEnergy(kBlockVectors),
      m_squares(kBlockVectors * neurons), m_weightedEnergy(m_hasWeights ? kBlockVectors * neurons : 0)
{
    m_threads.threads = context.threads;
    clearSums();
}

Result<std::unique_ptr<VectorMatcher>> VectorMatcher::create(const data::Spectra &vectors,
                                                             std::size_t neurons, compute::Backend &backend,
                                                             const JobContext &context)
{
    std::unique_ptr<VectorMatcher> matcher(new VectorMatcher(vectors, neurons, context));
    if (auto ready = matcher->allocate(backend); !ready)
        return failure(ready.error());
    return matcher;
}

Result<void> VectorMatcher::allocate(compute::Backend &backend)
{
    auto ops = backend.tensorOps(m_threads.threads);
    if (!ops)
        return failure(ops.error());
    m_ops = std::move(*ops);
    auto values = m_ops->allocateStaged(kBlockVectors * m_pixels);
    auto weights = m_ops->allocateStaged(m_hasWeights ? kBlockVectors * m_pixels : 1);
    auto centred = m_ops->allocate(m_neurons * m_pixels);
    auto squares = m_ops->allocate(m_hasWeights ? m_neurons * m_pixels : 1);
    auto products = m_ops->allocate(kBlockVectors * m_neurons);
    if (!values || !weights)
        return failure(values ? weights.error() : values.error());
    for (const auto *tensor : {&centred, &squares, &products})
        if (!*tensor)
            return failure(tensor->error());
    m_values = std::move(*values);
    m_weights = std::move(*weights);
    m_deviceCentred = std::move(*centred);
    m_deviceSquares = std::move(*squares);
    m_products = std::move(*products);
    return {};
}

void VectorMatcher::setPrototypes(std::span<const float> prototypes)
{
    CHECK(prototypes.size() == m_neurons * m_pixels);
    m_prototypes.assign(prototypes.begin(), prototypes.end());
    std::vector<double> mean(m_pixels);
    for (std::size_t k = 0; k < m_neurons; ++k)
        for (std::size_t p = 0; p < m_pixels; ++p)
            mean[p] += static_cast<double>(prototypes[k * m_pixels + p]);
    for (std::size_t p = 0; p < m_pixels; ++p)
        m_centre[p] = static_cast<float>(mean[p] / static_cast<double>(m_neurons));
    std::vector<float> squares(m_hasWeights ? m_centred.size() : 0);
    for (std::size_t k = 0; k < m_neurons; ++k)
    {
        const auto row = std::span(m_centred).subspan(k * m_pixels, m_pixels);
        for (std::size_t p = 0; p < m_pixels; ++p)
            row[p] = prototypes[k * m_pixels + p] - m_centre[p];
        m_energy[k] = static_cast<float>(sumOfProducts(row, row));
    }
    m_ops->upload(m_centred, {m_deviceCentred.get(), 0, m_neurons, m_pixels});
    if (!m_hasWeights)
        return;
    std::transform(m_centred.begin(), m_centred.end(), squares.begin(),
                   [](float value) { return value * value; });
    m_ops->upload(squares, {m_deviceSquares.get(), 0, m_neurons, m_pixels});
}

void VectorMatcher::readVector(std::size_t row, std::size_t index)
{
    const auto values = m_values->host().subspan(row * m_pixels, m_pixels);
    if (!m_hasWeights)
    {
        m_vectors.read(index, values, {});
        for (std::size_t p = 0; p < m_pixels; ++p)
            values[p] -= m_centre[p];
        m_vectorEnergy[row] = sumOfProducts(values, values);
        return;
    }
    const auto weights = m_weights->host().subspan(row * m_pixels, m_pixels);
    m_vectors.read(index, values, weights);
    const double sum = sumOf(weights);
    const auto factor = static_cast<float>(sum > 0.0 ? static_cast<double>(m_pixels) / sum : 0.0);
    // What lies under a weight of 0 is finite: no branch is needed.
    constexpr std::size_t kPart = 64;
    double energy = 0.0;
    std::array<float, kPart> part{};
    for (std::size_t first = 0; first < m_pixels; first += kPart)
    {
        const std::size_t size = std::min(kPart, m_pixels - first);
        float *const value = values.data() + first;
        float *const weight = weights.data() + first;
        const float *const centre = m_centre.data() + first;
        for (std::size_t p = 0; p < size; ++p)
        {
            const float difference = value[p] - centre[p];
            weight[p] *= factor;
            value[p] = weight[p] * difference;
            part[p] = difference;
        }
        energy += sumOfProducts(std::span(part).first(size), values.subspan(first, size));
    }
    m_vectorEnergy[row] = energy;
}

Result<void> VectorMatcher::match(std::span<const std::size_t> indices, const JobContext &context)
{
    CHECK(indices.size() <= kBlockVectors);
    m_count = indices.size();
    JobContext inner = context;
    inner.onProgress = {};
    const bool isWhole = parallelFor(blocksOf(m_count, kThreadVectors), inner, [&](std::size_t block) {
        for (std::size_t i = block * kThreadVectors; i < std::min(m_count, (block + 1) * kThreadVectors); ++i)
            readVector(i, indices[i]);
    });
    if (!isWhole)
        return failure(ErrorKind::Cancelled, "stopped");
    const MatrixView products{m_products.get(), 0, m_count, m_neurons};
    m_ops->bring(*m_values, m_count * m_pixels);
    m_ops->multiply({.a = ConstMatrixView(&m_values->device(), 0, m_count, m_pixels),
                     .b = ConstMatrixView(m_deviceCentred.get(), 0, m_neurons, m_pixels),
                     .c = products,
                     .transposeB = true,
                     .bias = {}});
    const auto squares = std::span(m_squares).first(m_count * m_neurons);
    if (auto done = m_ops->download(products, squares); !done)
        return done;
    const auto weighted = std::span(m_weightedEnergy).first(m_hasWeights ? squares.size() : 0);
    if (m_hasWeights)
    {
        m_ops->bring(*m_weights, m_count * m_pixels);
        m_ops->multiply({.a = ConstMatrixView(&m_weights->device(), 0, m_count, m_pixels),
                         .b = ConstMatrixView(m_deviceSquares.get(), 0, m_neurons, m_pixels),
                         .c = products,
                         .transposeB = true,
                         .bias = {}});
        if (auto done = m_ops->download(products, weighted); !done)
            return done;
    }
    m_best.resize(m_count);
    parallelFor(blocksOf(m_count, kThreadVectors), m_threads, [&](std::size_t block) {
        for (std::size_t i = block * kThreadVectors; i < std::min(m_count, (block + 1) * kThreadVectors); ++i)
        {
            const float *const energy = m_hasWeights ? weighted.data() + i * m_neurons : m_energy.data();
            const auto own = static_cast<float>(m_vectorEnergy[i]);
            float *const row = squares.data() + i * m_neurons;
            for (std::size_t k = 0; k < m_neurons; ++k)
                row[k] = std::max(own - 2.0F * row[k] + energy[k], 0.0F);
            finishRow(i);
        }
    });
    return {};
}

void VectorMatcher::finishRow(std::size_t row)
{
    const auto squares = std::span(m_squares).subspan(row * m_neurons, m_neurons);
    const std::size_t best = firstLeast(squares);
    std::size_t second = best;
    if (m_neurons > 1)
    {
        const float least = squares[best];
        squares[best] = std::numeric_limits<float>::infinity();
        second = firstLeast(squares);
        squares[best] = least;
    }
    m_best[row] = {static_cast<std::uint32_t>(best), static_cast<std::uint32_t>(second)};
}

float VectorMatcher::distance(std::size_t vector, std::size_t neuron) const
{
    const auto values = m_values->host().subspan(vector * m_pixels, m_pixels);
    const auto prototype = std::span(m_centred).subspan(neuron * m_pixels, m_pixels);
    double sum = 0.0;
    for (std::size_t p = 0; p < m_pixels; ++p)
    {
        const float weight = m_hasWeights ? m_weights->host()[vector * m_pixels + p] : 1.0F;
        const float difference = weight > 0.0F ? values[p] / weight - prototype[p] : 0.0F;
        sum += static_cast<double>(weight * difference * difference);
    }
    return static_cast<float>(std::sqrt(sum));
}

std::vector<VectorMatcher::Distances> VectorMatcher::distances() const
{
    std::vector<Distances> result(m_count);
    parallelFor(blocksOf(m_count, kThreadVectors), m_threads, [&](std::size_t block) {
        for (std::size_t i = block * kThreadVectors; i < std::min(m_count, (block + 1) * kThreadVectors); ++i)
            result[i] = {distance(i, m_best[i].best), distance(i, m_best[i].second)};
    });
    return result;
}

void VectorMatcher::clearSums()
{
    m_sums.assign(m_neurons * m_pixels, 0.0);
    m_weightSums.assign(m_hasWeights ? m_neurons * m_pixels : m_neurons, 0.0);
}

void VectorMatcher::addToSums()
{
    std::vector<std::vector<std::size_t>> members(m_neurons);
    for (std::size_t i = 0; i < m_count; ++i)
        members[m_best[i].best].push_back(i);
    // The order of a sum does not depend on threads: each neuron is one thread's.
    parallelFor(m_neurons, m_threads, [&](std::size_t k) {
        const auto sums = std::span(m_sums).subspan(k * m_pixels, m_pixels);
        for (const std::size_t i : members[k])
        {
            const auto values = m_values->host().subspan(i * m_pixels, m_pixels);
            for (std::size_t p = 0; p < m_pixels; ++p)
                sums[p] += static_cast<double>(values[p]);
            if (!m_hasWeights)
            {
                m_weightSums[k] += 1.0;
                continue;
            }
            const auto weights = m_weights->host().subspan(i * m_pixels, m_pixels);
            for (std::size_t p = 0; p < m_pixels; ++p)
                m_weightSums[k * m_pixels + p] += static_cast<double>(weights[p]);
        }
    });
}

Result<std::vector<float>> VectorMatcher::spread(std::span<const float> weights, std::span<const float> from,
                                                 std::size_t columns)
{
    auto h = m_ops->allocate(m_neurons * m_neurons);
    auto sums = m_ops->allocate(m_neurons * columns);
    auto result = m_ops->allocate(m_neurons * columns);
    for (const auto *tensor : {&h, &sums, &result})
        if (!*tensor)
            return failure(tensor->error());
    const MatrixView hView{h->get(), 0, m_neurons, m_neurons};
    const MatrixView sumsView{sums->get(), 0, m_neurons, columns};
    const MatrixView resultView{result->get(), 0, m_neurons, columns};
    m_ops->upload(weights, hView);
    m_ops->upload(from, sumsView);
    m_ops->multiply({.a = hView, .b = sumsView, .c = resultView, .transposeA = true, .bias = {}});
    std::vector<float> values(m_neurons * columns);
    if (auto done = m_ops->download(resultView, values); !done)
        return failure(done.error());
    return values;
}

Result<std::vector<float>> VectorMatcher::learned(std::span<const float> attracting,
                                                  std::span<const float> repelling)
{
    const std::size_t columns = m_hasWeights ? m_pixels : 1;
    const std::vector<float> sums(m_sums.begin(), m_sums.end());
    const std::vector<float> weightSums(m_weightSums.begin(), m_weightSums.end());
    const auto towards = spread(attracting, sums, m_pixels);
    const auto towardsWeight = spread(attracting, weightSums, columns);
    if (!towards || !towardsWeight)
        return failure(towards ? towardsWeight.error() : towards.error());
    Result<std::vector<float>> away;
    Result<std::vector<float>> awayWeight;
    if (!repelling.empty())
    {
        away = spread(repelling, sums, m_pixels);
        awayWeight = spread(repelling, weightSums, columns);
        if (!away || !awayWeight)
            return failure(away ? awayWeight.error() : away.error());
    }
    std::vector<float> prototypes = m_prototypes;
    parallelFor(m_neurons, m_threads, [&](std::size_t k) {
        for (std::size_t p = 0; p < m_pixels; ++p)
        {
            const std::size_t at = k * m_pixels + p;
            const std::size_t atWeight = m_hasWeights ? at : k;
            float sum = (*towards)[at];
            float weight = (*towardsWeight)[atWeight];
            if (!(weight > 0.0F))
                continue;
            if (!repelling.empty() && (*awayWeight)[atWeight] > 0.0F)
            {
                const float share = std::min(1.0F, weight / (4.0F * (*awayWeight)[atWeight]));
                sum -= share * (*away)[at];
                weight -= share * (*awayWeight)[atWeight];
            }
            prototypes[at] = m_centre[p] + sum / weight;
        }
    });
    return prototypes;
}

} // namespace somnium::som
