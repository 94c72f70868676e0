// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/kept_rows.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/compute/device_share.h"

namespace somnium::latent
{

KeptRows::KeptRows(const TrainingData &data, compute::TensorOps &ops)
    : m_ops(ops), m_pixels(data.pixels()), m_places(data.count(), kNowhere), m_validCounts(data.count())
{}

Result<std::unique_ptr<KeptRows>> KeptRows::createIfTheyFit(const TrainingData &data, std::size_t freeBytes,
                                                            compute::TensorOps &ops)
{
    const std::size_t ofARow = sizeof(float) * (data.pixels() * (data.hasWeights() ? 2 : 1) + 1);
    if (data.count() >
        std::min<std::size_t>(compute::kMostGatherable, compute::keepableBytes(freeBytes) / ofARow))
        return std::unique_ptr<KeptRows>();
    std::unique_ptr<KeptRows> kept(new KeptRows(data, ops));
    if (const auto made = kept->allocate(data.hasWeights()); !made)
        return failure(made.error());
    return kept;
}

Result<void> KeptRows::allocate(bool hasWeights)
{
    auto values = m_ops.allocate(m_places.size() * m_pixels);
    if (!values)
        return failure(values.error());
    m_values = std::move(*values);
    if (hasWeights)
    {
        auto weights = m_ops.allocate(m_places.size() * m_pixels);
        if (!weights)
            return failure(weights.error());
        m_weights = std::move(*weights);
    }
    auto numbers = m_ops.allocateStaged(m_places.size());
    if (!numbers)
        return failure(numbers.error());
    m_numbers = std::move(*numbers);
    return {};
}

void KeptRows::keep(std::span<const std::uint32_t> rows, const BatchView &batch,
                    std::span<const std::uint32_t> validCounts)
{
    const auto isNew = [&](std::uint32_t row) { return m_places[row] == kNowhere; };
    for (std::size_t first = 0; first < rows.size();)
    {
        const auto from = rows.begin() + static_cast<std::ptrdiff_t>(first);
        const auto end = std::find_if_not(from, rows.end(), isNew);
        const auto count = static_cast<std::size_t>(end - from);
        if (count > 0)
        {
            m_ops.copy(batch.values.rowRange(first, count),
                       {m_values.get(), m_kept * m_pixels, count, m_pixels});
            if (m_weights != nullptr)
                m_ops.copy(batch.weights.rowRange(first, count),
                           {m_weights.get(), m_kept * m_pixels, count, m_pixels});
        }
        for (std::size_t i = first; i < first + count; ++i, ++m_kept)
        {
            m_validCounts[m_kept] = validCounts[i];
            m_places[rows[i]] = static_cast<std::uint32_t>(m_kept);
        }
        first += std::max<std::size_t>(1, count);
    }
}

bool KeptRows::hold(std::span<const std::uint32_t> rows) const
{
    return std::all_of(rows.begin(), rows.end(),
                       [&](std::uint32_t row) { return m_places[row] != kNowhere; });
}

void KeptRows::setOrder(std::span<const std::uint32_t> rows)
{
    CHECK(hold(rows) && rows.size() <= m_places.size());
    std::transform(rows.begin(), rows.end(), m_numbers->host().begin(),
                   [&](std::uint32_t row) { return static_cast<float>(m_places[row]); });
    m_ops.bring(*m_numbers, rows.size());
}

void KeptRows::gather(std::size_t first, const compute::MatrixView &values,
                      const compute::MatrixView &weights, std::span<std::uint32_t> validCounts)
{
    const std::size_t count = values.rows;
    const compute::ConstMatrixView numbers(&m_numbers->device(), first, count, 1);
    m_ops.gatherRows({m_values.get(), 0, m_kept, m_pixels}, numbers, values);
    if (m_weights != nullptr)
        m_ops.gatherRows({m_weights.get(), 0, m_kept, m_pixels}, numbers, weights);
    const std::span<const float> places = m_numbers->host().subspan(first, count);
    std::transform(places.begin(), places.end(), validCounts.begin(),
                   [&](float place) { return m_validCounts[static_cast<std::size_t>(place)]; });
}

} // namespace somnium::latent
