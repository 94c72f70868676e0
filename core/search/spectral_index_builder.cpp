// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/spectral_index_builder.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/search/gap_filler.h"

namespace somnium::search
{

namespace
{

using compute::ConstMatrixView;
using compute::MatrixView;

constexpr std::size_t kBlockRows = 1024;
constexpr std::size_t kThreadRows = 16;
/// A component is never taken to be without noise at all: floats are not.
constexpr double kLeastNoiseShare = 1e-6;
/// The spread along the first component in units of the halves: a spectrum a thousand times as far out still
/// fits.
constexpr double kFirstSpread = 64.0;

/// Sums over spectra of what each pixel has.
struct PixelSums
{
    std::vector<double> flux;
    std::vector<double> weight; ///< over the spectrum's mean weight
    std::vector<double> count;

    explicit PixelSums(std::size_t pixels) : flux(pixels), weight(pixels), count(pixels) {}
    void add(std::span<const float> oneFlux, std::span<const float> oneWeight);
    void add(const PixelSums &other);
};

void PixelSums::add(std::span<const float> oneFlux, std::span<const float> oneWeight)
{
    double sum = 0.0;
    double valid = 0.0;
    for (const float value : oneWeight)
    {
        sum += static_cast<double>(value);
        valid += value > 0.0F ? 1.0 : 0.0;
    }
    if (!(sum > 0.0))
        return;
    const double perMean = valid / sum;
    for (std::size_t p = 0; p < oneFlux.size(); ++p)
    {
        if (!(oneWeight[p] > 0.0F))
            continue;
        flux[p] += static_cast<double>(oneFlux[p]);
        weight[p] += static_cast<double>(oneWeight[p]) * perMean;
        count[p] += 1.0;
    }
}

void PixelSums::add(const PixelSums &other)
{
    for (std::size_t p = 0; p < flux.size(); ++p)
    {
        flux[p] += other.flux[p];
        weight[p] += other.weight[p];
        count[p] += other.count[p];
    }
}

/// Variance of a pixel that no component tells of.
double noiseOf(const compute::PrincipalSubspace &subspace)
{
    const double kept = std::accumulate(subspace.variance.begin(), subspace.variance.end(), 0.0);
    const double others = std::max(static_cast<double>(subspace.width - subspace.count()), 1.0);
    return std::max(subspace.totalVariance - kept, 0.0) / others;
}

/// How many components are above the noise: see SpectralIndex.
std::size_t signalComponents(const compute::PrincipalSubspace &subspace, std::size_t rows)
{
    const auto pixels = static_cast<double>(subspace.width);
    const double noise = noiseOf(subspace);
    const double ratio = 1.0 + std::sqrt(pixels / static_cast<double>(rows));
    const double largest = noise * ratio * ratio;
    return static_cast<std::size_t>(std::count_if(subspace.variance.begin(), subspace.variance.end(),
                                                  [largest](double value) { return value > largest; }));
}

} // namespace

double SpectralIndexBuilder::prepare(std::span<const float> mean, std::span<const float> scale,
                                     std::span<float> flux, std::span<const float> weight,
                                     std::span<std::uint8_t> masked)
{
    double validShare = 0.0;
    for (std::size_t p = 0; p < flux.size(); ++p)
    {
        const bool isValid = weight.empty() || weight[p] > 0.0F;
        flux[p] = isValid ? (flux[p] - mean[p]) * scale[p] : 0.0F;
        validShare += isValid ? static_cast<double>(scale[p]) * static_cast<double>(scale[p]) : 0.0;
        if (!masked.empty())
            masked[p] = isValid ? 0 : 1;
    }
    return validShare;
}

Result<SpectralIndex> SpectralIndexBuilder::build()
{
    if (m_spectra.count() < 2)
        return failure(ErrorKind::InvalidArgument,
                       "expected at least two spectra to find neighbours among, found " +
                           std::to_string(m_spectra.count()));
    pickRows();
    if (auto done = weighPixels(); !done)
        return failure(done.error());
    if (auto done = findComponents(); !done)
        return failure(done.error());
    if (auto done = projectAll(); !done)
        return failure(done.error());
    return std::move(m_index);
}

void SpectralIndexBuilder::pickRows()
{
    m_picks.resize(m_spectra.count());
    std::iota(m_picks.begin(), m_picks.end(), std::size_t{0});
    Random random(m_params.seed);
    random.shuffle(std::span(m_picks));
    m_picks.resize(std::min(m_picks.size(), std::max<std::size_t>(m_params.trainingRows, 2)));
    std::sort(m_picks.begin(), m_picks.end()); // as they lie on the disk
}

Result<void> SpectralIndexBuilder::weighPixels()
{
    const std::size_t pixels = m_spectra.pixels();
    constexpr std::size_t kParts = 16;
    std::vector<PixelSums> parts(kParts, PixelSums(pixels));
    JobContext inner = m_context;
    inner.onProgress = {};
    const bool isWhole = parallelFor(kParts, inner, [&](std::size_t part) {
        std::vector<float> flux(pixels);
        std::vector<float> weight(pixels);
        for (std::size_t i = part * m_picks.size() / kParts; i < (part + 1) * m_picks.size() / kParts; ++i)
        {
            m_spectra.read(m_picks[i], flux, weight);
            parts[part].add(flux, weight);
        }
    });
    if (!isWhole)
        return failure(ErrorKind::Cancelled, "stopped");
    PixelSums sums(pixels);
    for (const PixelSums &part : parts)
        sums.add(part);
    double whole = 0.0;
    for (std::size_t p = 0; p < pixels; ++p)
    {
        sums.weight[p] /= std::max(sums.count[p], 1.0);
        whole += sums.weight[p];
    }
    for (std::size_t p = 0; p < pixels; ++p)
    {
        m_index.m_mean.push_back(static_cast<float>(sums.flux[p] / std::max(sums.count[p], 1.0)));
        m_index.m_pixelScale.push_back(
            static_cast<float>(std::sqrt(sums.weight[p] / std::max(whole, 1e-300))));
    }
    return {};
}

Result<void> SpectralIndexBuilder::findComponents()
{
    const compute::RowSource rows{
        m_picks.size(), m_spectra.pixels(), [this](std::size_t row, std::span<float> values) {
            std::vector<float> weight(m_spectra.hasWeights() ? m_spectra.pixels() : 0);
            m_spectra.read(m_picks[row], values, weight);
            prepare(m_index.m_mean, m_index.m_pixelScale, values, weight, {});
        }};
    const compute::PrincipalSubspaceParams params{.axes = m_params.mostComponents, .seed = m_params.seed};
    auto subspace = compute::principalSubspace(rows, params, m_ops, m_context);
    if (!subspace)
        return failure(subspace.error());
    m_components =
        std::clamp(signalComponents(*subspace, m_picks.size()),
                   std::min(m_params.leastComponents, m_params.mostComponents), m_params.mostComponents);
    m_components = std::min(m_components, subspace->count());
    if (m_components == 0)
        return failure(ErrorKind::InvalidArgument, "the spectra do not differ: no neighbours can be found");
    keepAxes(*subspace);
    const double kept =
        std::accumulate(subspace->variance.begin(),
                        subspace->variance.begin() + static_cast<std::ptrdiff_t>(m_components), 0.0);
    m_index.m_explainedShare = kept / subspace->totalVariance;
    m_index.m_scale = kFirstSpread / std::sqrt(subspace->variance.front());
    return {};
}

void SpectralIndexBuilder::keepAxes(const compute::PrincipalSubspace &subspace)
{
    const std::size_t pixels = subspace.width;
    m_index.m_axes.resize(pixels * m_components);
    for (std::size_t k = 0; k < m_components; ++k)
        for (std::size_t p = 0; p < pixels; ++p)
            m_index.m_axes[p * m_components + k] = subspace.axes[k * pixels + p];
    const double noise = noiseOf(subspace);
    for (std::size_t k = 0; k < m_components; ++k)
        m_index.m_noiseShare.push_back(static_cast<float>(
            std::clamp(noise / std::max(subspace.variance[k], 1e-300), kLeastNoiseShare, 1e6)));
}

Result<void> SpectralIndexBuilder::allocate()
{
    const std::size_t pixels = m_spectra.pixels();
    auto block = m_ops.allocateStaged(kBlockRows * pixels);
    auto axes = m_ops.allocate(m_components * pixels);
    auto projections = m_ops.allocate(kBlockRows * m_components);
    if (!block)
        return failure(block.error());
    for (const auto *tensor : {&axes, &projections})
        if (!*tensor)
            return failure(tensor->error());
    m_block = std::move(*block);
    m_axes = std::move(*axes);
    m_projections = std::move(*projections);
    m_ops.upload(m_index.m_axes, {m_axes.get(), 0, pixels, m_components});
    m_masked.resize(m_spectra.hasWeights() ? kBlockRows * pixels : 0);
    m_validShare.resize(kBlockRows);
    return {};
}

Result<void> SpectralIndexBuilder::projectAll()
{
    if (auto ready = allocate(); !ready)
        return ready;
    m_index.m_rows = compute::HalfRows(m_spectra.count(), m_components + 1);
    for (std::size_t first = 0; first < m_spectra.count(); first += kBlockRows)
    {
        const std::size_t count = std::min(kBlockRows, m_spectra.count() - first);
        if (auto done = projectBlock(first, count); !done)
            return done;
        m_spectra.letGo(first, count);
        m_context.report({first + count, m_spectra.count(), "indexing spectra"});
    }
    return {};
}

Result<void> SpectralIndexBuilder::readBlock(std::size_t first, std::size_t count)
{
    const std::size_t pixels = m_spectra.pixels();
    const std::span<float> host = m_block->host();
    JobContext inner = m_context;
    inner.onProgress = {};
    const bool isWhole = parallelFor((count + kThreadRows - 1) / kThreadRows, inner, [&](std::size_t b) {
        std::vector<float> weight(m_spectra.hasWeights() ? pixels : 0);
        for (std::size_t i = b * kThreadRows; i < std::min(count, (b + 1) * kThreadRows); ++i)
        {
            const auto row = host.subspan(i * pixels, pixels);
            m_spectra.read(first + i, row, weight);
            m_validShare[i] = prepare(m_index.m_mean, m_index.m_pixelScale, row, weight, maskOf(i));
        }
    });
    if (!isWhole)
        return failure(ErrorKind::Cancelled, "stopped");
    for (std::size_t i = 0; i < count; ++i)
        m_index.m_maskedShare +=
            std::max(1.0 - m_validShare[i], 0.0) / static_cast<double>(m_spectra.count());
    return {};
}

Result<void> SpectralIndexBuilder::projectBlock(std::size_t first, std::size_t count)
{
    const std::size_t pixels = m_spectra.pixels();
    if (auto done = readBlock(first, count); !done)
        return done;
    const MatrixView projected{m_projections.get(), 0, count, m_components};
    m_ops.bring(*m_block, count * pixels);
    m_ops.multiply({.a = ConstMatrixView(&m_block->device(), 0, count, pixels),
                    .b = ConstMatrixView(m_axes.get(), 0, pixels, m_components),
                    .c = projected,
                    .bias = {}});
    std::vector<float> projections(count * m_components);
    if (auto done = m_ops.download(projected, projections); !done)
        return done;
    return storeBlock(first, count, projections);
}

Result<void> SpectralIndexBuilder::storeBlock(std::size_t first, std::size_t count,
                                              std::span<float> projections)
{
    const std::size_t pixels = m_spectra.pixels();
    const std::span<float> host = m_block->host();
    const GapFiller filler(m_index.m_axes, m_index.m_noiseShare);
    JobContext inner = m_context;
    inner.onProgress = {};
    constexpr std::size_t kRows = compute::HalfRows::kBlockRows; // neighbours share a cache line
    const bool isWhole = parallelFor((count + kRows - 1) / kRows, inner, [&](std::size_t b) {
        std::vector<float> row(m_components + 1);
        for (std::size_t i = b * kRows; i < std::min(count, (b + 1) * kRows); ++i)
        {
            const std::span<float> flux = host.subspan(i * pixels, pixels);
            const std::span<float> components = projections.subspan(i * m_components, m_components);
            if (const auto masked = maskOf(i); !masked.empty())
                filler.fill(masked, flux, components);
            double energy = 0.0;
            for (const float value : flux)
                energy += static_cast<double>(value) * static_cast<double>(value);
            for (std::size_t k = 0; k < m_components; ++k)
            {
                const auto value = static_cast<double>(components[k]);
                energy -= value * value;
                row[k] = static_cast<float>(value * m_index.m_scale);
            }
            const double left = std::max(energy, 0.0) / std::max(m_validShare[i], 1e-6);
            row.back() = static_cast<float>(std::sqrt(left) * m_index.m_scale);
            m_index.m_rows.set(first + i, row);
        }
    });
    return isWhole ? Result<void>() : failure(ErrorKind::Cancelled, "stopped");
}

std::span<std::uint8_t> SpectralIndexBuilder::maskOf(std::size_t row)
{
    return m_masked.empty() ? std::span<std::uint8_t>()
                            : std::span(m_masked).subspan(row * m_spectra.pixels(), m_spectra.pixels());
}

} // namespace somnium::search
