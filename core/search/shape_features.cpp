// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/shape_features.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>

#include "core/base/parallel.h"
#include "core/search/principal_components.h"
#include "core/som/prototypes.h"

namespace somnium::search
{

namespace
{

constexpr std::size_t kBlockSamples = 1024;
constexpr std::size_t kMostFitted = 8192;
constexpr std::size_t kMostPrototypes = 128;
constexpr std::size_t kMostNeighbours = 4096;
constexpr std::size_t kRingBands = 8;
/// Harmonics [edge, next edge) make a band: fine where shapes differ, coarse where noise is.
constexpr std::array<std::size_t, 12> kHarmonicEdges = {0, 1, 2, 3, 4, 5, 6, 8, 11, 16, 24, 4096};
constexpr std::size_t kHarmonicBands = kHarmonicEdges.size() - 1;
constexpr std::size_t kPowerWidth = kRingBands * kHarmonicBands;

/// Some of the samples, evenly spread.
class SpreadSamples final : public data::Samples
{
public:
    SpreadSamples(const data::Samples &samples, std::size_t most)
        : m_samples(samples), m_count(std::min(samples.count(), most))
    {}
    [[nodiscard]] std::size_t count() const override { return m_count; }
    [[nodiscard]] data::ImageShape shape() const override { return m_samples.shape(); }
    [[nodiscard]] data::ImageView sample(std::size_t index) const override
    {
        return m_samples.sample(placeOf(index));
    }
    /// With all between them, which the system may have read ahead.
    void letGo(std::size_t first, std::size_t count) const override
    {
        m_samples.letGo(placeOf(first), placeOf(first + count) - placeOf(first));
    }

private:
    [[nodiscard]] std::size_t placeOf(std::size_t index) const { return index * m_samples.count() / m_count; }

    const data::Samples &m_samples;
    std::size_t m_count = 0;
};

float energyOf(std::span<const float> spectrum)
{
    double sum = 0.0;
    for (const float value : spectrum)
        sum += static_cast<double>(value) * static_cast<double>(value);
    return static_cast<float>(sum);
}

/// Root of the share of the energy in every band [ring band][harmonic band].
void powerOf(std::span<const float> spectrum, const compute::PolarGrid &grid, std::span<float> power)
{
    std::array<double, kPowerWidth> sums{};
    double whole = 0.0;
    std::size_t at = 0;
    std::size_t band = 0;
    for (std::size_t harmonic = 0; harmonic < grid.harmonics; ++harmonic)
    {
        while (harmonic >= kHarmonicEdges.at(band + 1))
            ++band;
        for (std::size_t ring = 0; ring < grid.rings; ++ring)
        {
            double &sum = sums.at(ring * kRingBands / grid.rings * kHarmonicBands + band);
            for (std::size_t i = 0; i < 2 * grid.channels; ++i, ++at)
                sum += static_cast<double>(spectrum[at]) * static_cast<double>(spectrum[at]);
        }
    }
    for (const double sum : sums)
        whole += sum;
    for (std::size_t i = 0; i < kPowerWidth; ++i)
        power[i] = whole > 0.0 ? static_cast<float>(std::sqrt(sums.at(i) / whole)) : 0.0F;
}

/// Up to kMostPrototypes of a map's prototypes, in the backend, with their energies.
struct References
{
    std::unique_ptr<compute::Spectra> spectra;
    std::vector<float> energy;
};

Result<References> referencesOf(const som::Som &som, compute::Backend &backend, const JobContext &context)
{
    const auto all = som::prototypeSpectra(som, backend, context);
    if (!all)
        return failure(all.error());
    const auto values = backend.download(**all);
    if (!values)
        return failure(values.error());
    const std::size_t size = som.grid.coefficientCount();
    const std::size_t neurons = som.layout.neuronCount();
    const std::size_t count = std::min(neurons, kMostPrototypes);
    std::vector<float> chosen;
    References references;
    for (std::size_t i = 0; i < count; ++i)
    {
        const auto spectrum = std::span(*values).subspan(i * neurons / count * size, size);
        chosen.insert(chosen.end(), spectrum.begin(), spectrum.end());
        references.energy.push_back(energyOf(spectrum));
    }
    auto uploaded = backend.upload(chosen, count, som.grid);
    if (!uploaded)
        return failure(uploaded.error());
    references.spectra = std::move(*uploaded);
    return references;
}

/// What is known of a block of samples before principal components are taken.
struct RawBlock
{
    std::size_t count = 0;
    std::vector<float> power;       ///< [count][kPowerWidth]
    std::vector<float> fingerprint; ///< [count][references]
    std::vector<float> energy;      ///< [count]
};

Result<RawBlock> rawBlock(const data::Samples &samples, std::size_t first, std::size_t count,
                          const som::Som &som, const References &references, compute::Backend &backend,
                          const JobContext &context)
{
    const auto images = backend.transform(samples, first, count, som.grid, context);
    if (!images)
        return failure(images.error());
    const auto match =
        backend.match(**images, *references.spectra, {.useFlips = som.params.useFlips, .all = true}, context);
    if (!match)
        return failure(match.error());
    const auto values = backend.download(**images);
    if (!values)
        return failure(values.error());
    const std::size_t size = som.grid.coefficientCount();
    const std::size_t width = references.energy.size();
    RawBlock block = {count, std::vector<float>(count * kPowerWidth), std::vector<float>(count * width),
                      std::vector<float>(count)};
    const bool isWhole = parallelFor(count, context, [&](std::size_t i) {
        const auto spectrum = std::span(*values).subspan(i * size, size);
        block.energy[i] = energyOf(spectrum);
        powerOf(spectrum, som.grid, std::span(block.power).subspan(i * kPowerWidth, kPowerWidth));
        for (std::size_t k = 0; k < width; ++k)
        {
            const float distance = match->distance[i * width + k];
            const float norms = 2.0F * std::sqrt(block.energy[i] * references.energy[k]);
            block.fingerprint[i * width + k] =
                norms > 0.0F ? (block.energy[i] + references.energy[k] - distance * distance) / norms : 0.0F;
        }
    });
    if (!isWhole)
        return failure(ErrorKind::Cancelled, "stopped");
    return block;
}

/// Calls `take(first, block)` for one block of samples after another.
template <class Take> Result<void> forBlocks(const data::Samples &samples, const som::Som &som,
                                             const References &references, compute::Backend &backend,
                                             const JobContext &context, const Take &take)
{
    JobContext inner = context;
    inner.onProgress = {};
    for (std::size_t first = 0; first < samples.count(); first += kBlockSamples)
    {
        const std::size_t count = std::min(kBlockSamples, samples.count() - first);
        const auto block = rawBlock(samples, first, count, som, references, backend, inner);
        if (!block)
            return failure(block.error());
        take(first, *block);
        samples.letGo(first, count);
        context.report({first + count, samples.count(), "comparing shapes"});
    }
    return {};
}

/// Some of the sources, evenly spread, their features side by side: a source is compared with kLanes at once.
class ReferenceTiles
{
public:
    ReferenceTiles(const ShapeFeatures &features, std::size_t count)
        : m_dimensions(features.dimensions), m_sources(features.sourceCount()), m_count(count),
          m_values((count + kLanes - 1) / kLanes * kLanes * m_dimensions)
    {
        for (std::size_t k = 0; k < count; ++k)
            for (std::size_t d = 0; d < m_dimensions; ++d)
                m_values[(k / kLanes * m_dimensions + d) * kLanes + k % kLanes] = features.of(sourceOf(k))[d];
    }

    /// Squared distance of the `place`-th nearest, or the furthest of fewer, `self` not counted; 0 without
    /// any.
    [[nodiscard]] float nearest(std::span<const float> row, std::size_t self, std::size_t place) const
    {
        std::vector<float> few; // ascending, `place` at the most
        few.reserve(place + 1);
        std::array<float, kLanes> squared{};
        for (std::size_t first = 0; first < m_count; first += kLanes)
        {
            compare(row, m_values.data() + first * m_dimensions, squared);
            for (std::size_t k = first; k < std::min(m_count, first + kLanes); ++k)
            {
                const float value = squared.at(k - first);
                if ((few.size() == place && !(value < few.back())) || sourceOf(k) == self)
                    continue;
                few.insert(std::upper_bound(few.begin(), few.end(), value), value);
                if (few.size() > place)
                    few.pop_back();
            }
        }
        return few.empty() ? 0.0F : few.back();
    }

private:
    static constexpr std::size_t kLanes = 16;

    [[nodiscard]] std::size_t sourceOf(std::size_t reference) const
    {
        return reference * m_sources / m_count;
    }

    void compare(std::span<const float> row, const float *tile, std::array<float, kLanes> &squared) const
    {
        squared.fill(0.0F);
        for (const float value : row)
        {
            for (std::size_t lane = 0; lane < kLanes; ++lane)
                squared[lane] += (value - tile[lane]) * (value - tile[lane]);
            tile += kLanes;
        }
    }

    std::size_t m_dimensions = 0;
    std::size_t m_sources = 0;
    std::size_t m_count = 0;
    std::vector<float> m_values; ///< [tile][dimension][lane]
};

float medianOf(std::vector<float> &values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

} // namespace

float squaredDistance(std::span<const float> a, std::span<const float> b)
{
    float sum = 0.0F;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

float signalToNoiseOf(const data::ImageView &image)
{
    std::vector<float> values;
    for (const float value : image.pixels())
        if (std::isfinite(value))
            values.push_back(value);
    if (values.empty())
        return 0.0F;
    const float median = medianOf(values);
    float peak = 0.0F;
    float faintest = std::numeric_limits<float>::max();
    for (float &value : values)
    {
        value -= median;
        peak = std::max(peak, value);
        if (value > 0.0F)
            faintest = std::min(faintest, value);
        value = std::abs(value);
    }
    if (!(peak > 0.0F))
        return 0.0F;
    const float noise = 1.4826F * medianOf(values);
    return peak / (noise > 0.0F ? noise : faintest);
}

Result<ShapeFeatures> shapeFeatures(const som::Som &som, const data::Samples &samples,
                                    compute::Backend &backend, const JobContext &context)
{
    if (samples.count() > 0 && samples.shape() != som.shape)
        return failure(ErrorKind::Mismatch, "the samples have another shape than the map's prototypes");
    const auto references = referencesOf(som, backend, context);
    if (!references)
        return failure(references.error());
    JobContext silent = context;
    silent.onProgress = {};
    RawBlock fitted;
    const auto append = [](std::vector<float> &to, const std::vector<float> &from) {
        to.insert(to.end(), from.begin(), from.end());
    };
    const SpreadSamples some(samples, kMostFitted);
    if (auto done = forBlocks(some, som, *references, backend, silent,
                              [&](std::size_t, const RawBlock &block) {
                                  append(fitted.power, block.power);
                                  append(fitted.fingerprint, block.fingerprint);
                              });
        !done)
        return failure(done.error());
    const std::size_t width = references->energy.size();
    const PrincipalComponents power(fitted.power, kPowerWidth, kComponentsOfAKind);
    const PrincipalComponents fingerprint(fitted.fingerprint, width, kComponentsOfAKind);

    ShapeFeatures features;
    features.dimensions = power.count() + fingerprint.count();
    features.values.resize(samples.count() * features.dimensions);
    features.energy.resize(samples.count());
    features.signalToNoise.resize(samples.count());
    const float scale = std::sqrt(0.5F);
    const auto done =
        forBlocks(samples, som, *references, backend, context, [&](std::size_t first, const RawBlock &block) {
            parallelFor(block.count, silent, [&](std::size_t i) {
                const std::size_t source = first + i;
                const auto row =
                    std::span(features.values).subspan(source * features.dimensions, features.dimensions);
                power.project(std::span(block.power).subspan(i * kPowerWidth, kPowerWidth), row);
                fingerprint.project(std::span(block.fingerprint).subspan(i * width, width),
                                    row.subspan(power.count()));
                for (float &value : row)
                    value *= scale;
                features.energy[source] = block.energy[i];
                features.signalToNoise[source] = signalToNoiseOf(samples.sample(source));
            });
        });
    if (!done)
        return failure(done.error());
    if (context.shouldStop())
        return failure(ErrorKind::Cancelled, "stopped");
    return features;
}

Result<std::vector<float>> neighbourDistances(const ShapeFeatures &features, std::size_t neighbour,
                                              const JobContext &context)
{
    const std::size_t sources = features.sourceCount();
    const ReferenceTiles references(features, std::min(sources, kMostNeighbours));
    std::vector<float> result(sources);
    constexpr std::size_t kBlock = 64;
    const bool isWhole = parallelFor((sources + kBlock - 1) / kBlock, context, [&](std::size_t block) {
        for (std::size_t i = block * kBlock; i < std::min(sources, (block + 1) * kBlock); ++i)
            result[i] = std::sqrt(references.nearest(features.of(i), i, neighbour));
    });
    if (!isWhole)
        return failure(ErrorKind::Cancelled, "stopped");
    return result;
}

} // namespace somnium::search
