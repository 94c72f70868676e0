// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/training_data.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <string>
#include <utility>

#include "core/base/check.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/data/gaps.h"

namespace somnium::latent
{

namespace
{

/// Rows that the scaling is measured on, and those of a block, whose sums are taken together.
constexpr std::size_t kScalingRows = 65536;
constexpr std::size_t kBlockRows = 512;
/// Streams of the seed of a training.
constexpr std::uint64_t kSplitStream = 0x5911;
constexpr std::uint64_t kScalingStream = 0x5CA1;

/// Sums over some rows.
struct ScalingSums
{
    std::vector<double> values;  ///< [pixel] sums of the values that are there
    std::vector<double> squares; ///< [pixel]
    std::vector<double> counts;  ///< [pixel]
    double weights = 0.0;
    std::size_t badRow = SIZE_MAX; ///< the first that holds what it must not
};

void addRow(std::span<const float> values, std::span<const float> weights, std::size_t row, ScalingSums &sums)
{
    bool isGood = true;
    for (std::size_t j = 0; j < values.size(); ++j)
    {
        const float weight = weights.empty() ? 1.0F : weights[j];
        isGood = isGood && std::isfinite(values[j]) && std::isfinite(weight) && weight >= 0.0F;
        if (!(weight > 0.0F))
            continue;
        const double value = values[j];
        sums.values[j] += value;
        sums.squares[j] += value * value;
        sums.counts[j] += 1.0;
        sums.weights += weight;
    }
    if (!isGood)
        sums.badRow = std::min(sums.badRow, row);
}

void addSums(const ScalingSums &part, ScalingSums &sums)
{
    const auto add = [](const std::vector<double> &from, std::vector<double> &to) {
        std::transform(from.begin(), from.end(), to.begin(), to.begin(), std::plus<>());
    };
    add(part.values, sums.values);
    add(part.squares, sums.squares);
    add(part.counts, sums.counts);
    sums.weights += part.weights;
    sums.badRow = std::min(sums.badRow, part.badRow);
}

ScalingSums noSums(std::size_t pixels)
{
    return {std::vector<double>(pixels), std::vector<double>(pixels), std::vector<double>(pixels), 0.0,
            SIZE_MAX};
}

Result<ScalingSums> sumRows(const TrainingData &data, std::span<const std::uint32_t> rows,
                            const JobContext &context)
{
    const std::size_t pixels = data.pixels();
    const std::size_t blocks = (rows.size() + kBlockRows - 1) / kBlockRows;
    ScalingSums sums = noSums(pixels);
    // A few blocks at a time: their sums are added in their order.
    const std::size_t atOnce = std::max<std::size_t>(8, context.threadCount());
    std::vector<ScalingSums> parts(std::min(atOnce, blocks));
    for (std::size_t first = 0; first < blocks; first += atOnce)
    {
        const std::size_t count = std::min(atOnce, blocks - first);
        const bool isDone = parallelFor(count, context, [&](std::size_t block) {
            ScalingSums &part = parts[block];
            part = noSums(pixels);
            std::vector<float> values(pixels);
            std::vector<float> weights(data.hasWeights() ? pixels : 0);
            const std::size_t begin = (first + block) * kBlockRows;
            for (std::size_t i = begin; i < std::min(rows.size(), begin + kBlockRows); ++i)
            {
                data.read(rows[i], values, weights);
                addRow(values, weights, rows[i], part);
            }
        });
        if (!isDone)
            return failure(ErrorKind::Cancelled, "stopped");
        for (std::size_t block = 0; block < count; ++block)
            addSums(parts[block], sums);
        context.report(
            {std::min(rows.size(), (first + count) * kBlockRows), rows.size(), "measuring values"});
    }
    return sums;
}

/// The upper one of two.
float middleOf(std::vector<float> &values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

void copyOrFill(std::span<const float> from, std::span<float> to)
{
    if (from.empty())
        std::fill(to.begin(), to.end(), 1.0F);
    else
        std::copy(from.begin(), from.end(), to.begin());
}

} // namespace

WeightUse weightUseOf(const data::Spectra &spectra)
{
    constexpr std::size_t kMost = 1024;
    const std::size_t count = std::min(kMost, spectra.hasWeights() ? spectra.count() : 0);
    std::vector<float> values(spectra.pixels());
    std::vector<float> weights(spectra.pixels());
    std::vector<float> typical;
    float least = std::numeric_limits<float>::infinity();
    float most = 0.0F;
    for (std::size_t i = 0; i < count; ++i)
    {
        spectra.read(i * spectra.count() / count, values, weights);
        std::vector<float> there;
        std::copy_if(weights.begin(), weights.end(), std::back_inserter(there),
                     [](float weight) { return weight > 0.0F && std::isfinite(weight); });
        if (there.empty())
            continue;
        const auto [low, high] = std::minmax_element(there.begin(), there.end());
        least = std::min(least, *low);
        most = std::max(most, *high);
        typical.push_back(middleOf(there));
    }
    if (!(most > least))
        return {.areErrors = false};
    return {.areErrors = true, .ceiling = middleOf(typical)};
}

SpectraTrainingData::SpectraTrainingData(std::shared_ptr<const data::Spectra> spectra, WeightUse use)
    : m_spectra(std::move(spectra)), m_use(use)
{
    CHECK(m_spectra != nullptr && m_use.ceiling > 0.0F);
}

void SpectraTrainingData::read(std::size_t index, std::span<float> values, std::span<float> weights) const
{
    m_spectra->read(index, values, weights);
    if (std::isfinite(m_use.ceiling))
        for (float &weight : weights)
            weight /= 1.0F + weight / m_use.ceiling;
}

SamplesTrainingData::SamplesTrainingData(std::shared_ptr<const data::Samples> samples)
    : m_samples(std::move(samples))
{
    CHECK(m_samples != nullptr);
}

void SamplesTrainingData::read(std::size_t index, std::span<float> values, std::span<float> weights) const
{
    const std::span<const float> pixels = m_samples->sample(index).pixels();
    for (std::size_t j = 0; j < values.size(); ++j)
    {
        const bool isThere = std::isfinite(pixels[j]);
        values[j] = isThere ? pixels[j] : 0.0F;
        if (!weights.empty())
            weights[j] = isThere ? 1.0F : 0.0F;
    }
}

MemoryTrainingData::MemoryTrainingData(data::ImageShape shape, std::vector<float> values,
                                       std::vector<float> weights)
    : m_shape(shape), m_values(std::move(values)), m_weights(std::move(weights))
{
    CHECK(m_shape.size() > 0 && m_values.size() % m_shape.size() == 0 &&
          (m_weights.empty() || m_weights.size() == m_values.size()));
}

void MemoryTrainingData::read(std::size_t index, std::span<float> values, std::span<float> weights) const
{
    const std::size_t size = m_shape.size();
    copyOrFill(std::span(m_values).subspan(index * size, size), values);
    if (!weights.empty())
        copyOrFill(m_weights.empty() ? std::span<const float>()
                                     : std::span(m_weights).subspan(index * size, size),
                   weights);
}

DataSplit splitData(std::size_t count, double validationFraction, std::uint64_t seed)
{
    CHECK(count <= UINT32_MAX);
    std::vector<std::uint32_t> rows(count);
    std::iota(rows.begin(), rows.end(), 0U);
    std::size_t held = 0;
    if (validationFraction > 0.0 && count >= 2)
        held = std::clamp<std::size_t>(
            static_cast<std::size_t>(std::llround(validationFraction * static_cast<double>(count))), 1,
            count - 1);
    Random random(seed, kSplitStream);
    random.shuffle(std::span(rows));
    const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(held);
    DataSplit split;
    split.validation.assign(rows.begin(), middle);
    split.training.assign(middle, rows.end());
    std::sort(split.training.begin(), split.training.end());
    std::sort(split.validation.begin(), split.validation.end());
    return split;
}

std::vector<std::uint32_t> chooseRows(std::span<const std::uint32_t> rows, std::size_t most,
                                      std::uint64_t seed, std::uint64_t stream)
{
    std::vector<std::uint32_t> chosen(rows.begin(), rows.end());
    if (chosen.size() <= most)
        return chosen;
    Random random(seed, stream);
    random.shuffle(std::span(chosen));
    chosen.resize(most);
    std::sort(chosen.begin(), chosen.end());
    return chosen;
}

Result<InputScaling> measureScaling(const TrainingData &data, std::span<const std::uint32_t> rows,
                                    std::uint64_t seed, const JobContext &context,
                                    std::vector<std::uint32_t> *unseen)
{
    const auto sums = sumRows(data, chooseRows(rows, kScalingRows, seed, kScalingStream), context);
    if (!sums)
        return failure(sums.error());
    if (sums->badRow != SIZE_MAX)
        return failure(ErrorKind::Mismatch, "row " + std::to_string(sums->badRow) +
                                                ": expected finite values and weights of at least 0");
    InputScaling scaling;
    scaling.mean.resize(data.pixels());
    double squares = 0.0;
    double counts = 0.0;
    for (std::size_t j = 0; j < scaling.mean.size(); ++j)
    {
        if (sums->counts[j] == 0.0)
            continue;
        const double mean = sums->values[j] / sums->counts[j];
        scaling.mean[j] = static_cast<float>(mean);
        squares += std::max(0.0, sums->squares[j] - sums->counts[j] * mean * mean);
        counts += sums->counts[j];
    }
    const double scale = counts > 0.0 ? std::sqrt(squares / counts) : 0.0;
    if (!(scale > 0.0) || !std::isfinite(scale) || !(static_cast<float>(scale) > 0.0F))
        return failure(ErrorKind::InvalidArgument, counts > 0.0
                                                       ? "all rows are alike: there is nothing to learn"
                                                       : "no row holds a value");
    const std::vector<std::uint32_t> without = data::bridgeGaps<float>(scaling.mean, sums->counts);
    if (unseen != nullptr)
        *unseen = without;
    scaling.scale = static_cast<float>(scale);
    scaling.weightScale = data.hasWeights() ? static_cast<float>(counts / sums->weights) : 1.0F;
    return scaling;
}

} // namespace somnium::latent
