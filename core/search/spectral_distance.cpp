// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/spectral_distance.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <mutex>
#include <string>

#include "core/base/parallel.h"
#include "core/compute/row_distances.h"

namespace somnium::search
{

namespace
{

constexpr float kInfinity = std::numeric_limits<float>::infinity();
/// Spectra that a thread compares in one go; of those that it keeps, the nearest are joined at the end.
constexpr std::size_t kScanBlock = 512;
constexpr std::size_t kAmongBlock = 16;

Result<void> checkPixels(const SpectrumView &asked, const data::Spectra &spectra)
{
    const bool fits = asked.flux.size() == spectra.pixels() &&
                      (asked.weight.empty() || asked.weight.size() == asked.flux.size());
    if (fits)
        return {};
    return failure(ErrorKind::Mismatch, "expected a spectrum of " + std::to_string(spectra.pixels()) +
                                            " pixels, found " + std::to_string(asked.flux.size()) + " and " +
                                            std::to_string(asked.weight.size()) + " weights");
}

bool isNearer(const SpectralNeighbour &a, const SpectralNeighbour &b)
{
    return a.distance != b.distance ? a.distance < b.distance : a.source < b.source;
}

void keepNearest(std::vector<SpectralNeighbour> &neighbours, std::size_t count)
{
    std::erase_if(neighbours, [](const SpectralNeighbour &one) { return !(one.distance < kInfinity); });
    const auto end = neighbours.begin() + static_cast<std::ptrdiff_t>(std::min(count, neighbours.size()));
    std::partial_sort(neighbours.begin(), end, neighbours.end(), isNearer);
    neighbours.erase(end, neighbours.end());
}

/// The nearest of sourceOf(0) ... sourceOf(total - 1).
Result<std::vector<SpectralNeighbour>> scan(const SpectrumView &asked, const data::Spectra &spectra,
                                            std::size_t total, std::size_t block, std::size_t count,
                                            const std::function<std::size_t(std::size_t)> &sourceOf,
                                            const std::function<void(std::size_t, std::size_t)> &afterwards,
                                            const JobContext &context)
{
    if (const auto fits = checkPixels(asked, spectra); !fits)
        return failure(fits.error());
    const std::size_t blocks = (total + block - 1) / block;
    std::vector<std::vector<SpectralNeighbour>> kept(blocks);
    const bool isWhole = parallelFor(blocks, context, [&](std::size_t b) {
        SpectralComparison comparison(asked, spectra);
        const std::size_t first = b * block;
        const std::size_t size = std::min(block, total - first);
        for (std::size_t i = first; i < first + size; ++i)
            kept[b].push_back(comparison.with(sourceOf(i)));
        keepNearest(kept[b], count);
        afterwards(first, size);
    });
    if (!isWhole)
        return failure(ErrorKind::Cancelled, "stopped");
    std::vector<SpectralNeighbour> nearest;
    for (const auto &part : kept)
        nearest.insert(nearest.end(), part.begin(), part.end());
    keepNearest(nearest, count);
    return nearest;
}

} // namespace

SpectralComparison::SpectralComparison(const SpectrumView &asked, const data::Spectra &spectra)
    : m_spectra(spectra), m_asked(asked), m_validPixels(asked.flux.size()), m_flux(spectra.pixels()),
      m_weight(spectra.hasWeights() ? spectra.pixels() : 0)
{
    if (!asked.weight.empty())
        m_validPixels = static_cast<std::size_t>(std::count_if(asked.weight.begin(), asked.weight.end(),
                                                               [](float weight) { return weight > 0.0F; }));
}

SpectralNeighbour SpectralComparison::with(std::size_t source)
{
    m_spectra.read(source, m_flux, m_weight);
    // One of them without noise: the other's weights for both are half of what they should be.
    const std::span<const float> own =
        m_asked.weight.empty() ? std::span<const float>(m_weight) : m_asked.weight;
    const std::span<const float> other = m_weight.empty() ? m_asked.weight : std::span<const float>(m_weight);
    const double share = m_asked.weight.empty() != m_weight.empty() ? 2.0 : 1.0;
    const compute::WeightedDifference sums = compute::weightedDifference(m_asked.flux, own, m_flux, other);
    SpectralNeighbour neighbour{source, kInfinity, std::numeric_limits<float>::quiet_NaN(), sums.pixels};
    if (2 * sums.pixels < m_validPixels || sums.pixels == 0)
        return neighbour;
    neighbour.distance = static_cast<float>(std::sqrt(sums.squares / sums.weight));
    if (!own.empty())
        neighbour.chiSquared = static_cast<float>(share * sums.squares / static_cast<double>(sums.pixels));
    return neighbour;
}

Result<ExactNeighbours> nearestExact(const SpectrumView &asked, const data::Spectra &spectra,
                                     std::size_t count, const JobContext &context)
{
    const auto start = std::chrono::steady_clock::now();
    std::atomic<std::size_t> done = 0;
    std::mutex reporting;
    auto nearest = scan(
        asked, spectra, spectra.count(), kScanBlock, count, [](std::size_t i) { return i; },
        [&](std::size_t first, std::size_t size) {
            spectra.letGo(first, size);
            done += size;
            const std::lock_guard lock(reporting);
            context.report({done, spectra.count(), "comparing spectra"});
        },
        context);
    if (!nearest)
        return failure(nearest.error());
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    return ExactNeighbours{std::move(*nearest), seconds.count()};
}

Result<std::vector<SpectralNeighbour>> nearestAmong(const SpectrumView &asked, const data::Spectra &spectra,
                                                    std::span<const std::size_t> sources, std::size_t count,
                                                    const JobContext &context)
{
    auto nearest = scan(
        asked, spectra, sources.size(), kAmongBlock, count, [sources](std::size_t i) { return sources[i]; },
        [](std::size_t, std::size_t) {}, context);
    // All, since the system brings in what lies around the pages that are read: many times as much.
    spectra.letGo(0, spectra.count());
    return nearest;
}

} // namespace somnium::search
