// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/watched_points.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "core/base/check.h"
#include "core/base/random.h"
#include "core/latent/batch_reader.h"

namespace somnium::latent
{

namespace
{

constexpr std::size_t kMostFloats = std::size_t{1} << 24U;
constexpr std::size_t kLeastRows = 32;
constexpr std::size_t kAligned = 500;
constexpr std::uint64_t kStream = 0x3A7C;

} // namespace

Result<WatchedPoints> WatchedPoints::create(const TrainingData &data, const InputScaling &scaling,
                                            std::size_t wanted, std::uint64_t seed, std::size_t latentSize,
                                            compute::TensorOps &ops)
{
    WatchedPoints watched;
    watched.m_pixels = data.pixels();
    watched.m_latentSize = latentSize;
    watched.m_ops = &ops;
    const std::size_t most = std::min(data.count(), std::max(kLeastRows, kMostFloats / watched.m_pixels));
    watched.m_aligned = std::min(kAligned, most);
    std::vector<std::uint32_t> rows(data.count());
    std::iota(rows.begin(), rows.end(), 0U);
    Random random(seed, kStream);
    random.shuffle(std::span(rows));
    rows.resize(std::clamp(wanted, watched.m_aligned, most));
    watched.m_rows = std::make_shared<const std::vector<std::uint32_t>>(rows);

    auto tensor = ops.allocate(rows.size() * watched.m_pixels);
    if (!tensor)
        return failure(tensor.error());
    watched.m_values = std::move(*tensor);
    std::vector<float> values(watched.m_pixels);
    std::vector<float> weights(data.hasWeights() ? watched.m_pixels : 0);
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        data.read(rows[i], values, weights);
        if (!scaleRow(scaling, values, weights))
            return failure(ErrorKind::Mismatch, "row " + std::to_string(rows[i]) +
                                                    ": expected finite values and weights of at least 0");
        ops.upload(values, {watched.m_values.get(), i * watched.m_pixels, 1, watched.m_pixels});
    }
    return watched;
}

Result<std::vector<float>> WatchedPoints::points(Network &network)
{
    std::vector<float> found(m_rows->size() * m_latentSize);
    for (std::size_t first = 0; first < m_rows->size(); first += network.rowsAtOnce())
    {
        const std::size_t count = std::min(network.rowsAtOnce(), m_rows->size() - first);
        const compute::ConstMatrixView latent =
            network.encode({m_values.get(), first * m_pixels, count, m_pixels});
        if (const auto got =
                m_ops->download(latent, std::span(found).subspan(first * m_latentSize, count * m_latentSize));
            !got)
            return failure(got.error());
    }
    return found;
}

Alignment WatchedPoints::alignmentOf(std::span<const float> points) const
{
    if (m_reference.empty())
        return identityAlignment(m_latentSize);
    return alignmentTo(m_reference, points.first(referenceSize()), m_latentSize);
}

void WatchedPoints::remember(std::span<const float> points, const Alignment &alignment)
{
    const auto first = points.first(referenceSize());
    m_reference.assign(first.begin(), first.end());
    alignment.apply(m_reference);
}

} // namespace somnium::latent
