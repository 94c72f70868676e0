// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/step_losses.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"

namespace somnium::latent
{

namespace
{

/// Steps that are read together take between these, all of them: short for who waits for a stop, long beside
/// the time in which a device and the processor hand over.
constexpr double kShortSeconds = 0.005;
constexpr double kLongSeconds = 0.02;

} // namespace

Result<std::unique_ptr<StepLosses>> StepLosses::create(const Network &network, const LossTerms &terms,
                                                       compute::TensorOps &ops)
{
    std::unique_ptr<StepLosses> losses(new StepLosses(network, terms, ops));
    auto sums = ops.allocate(kMost * network.lossSums().size());
    if (!sums)
        return failure(sums.error());
    losses->m_sums = std::move(*sums);
    return losses;
}

void StepLosses::add(const BatchView &batch)
{
    CHECK(m_pending.size() < kMost);
    if (m_pending.empty())
        m_began = Clock::now();
    const compute::ConstMatrixView sums = m_network.lossSums();
    m_ops.copy(sums, {m_sums.get(), m_pending.size() * sums.size(), sums.rows, sums.columns});
    m_pending.push_back(batch);
}

Result<std::vector<StepLosses::StepLoss>> StepLosses::take()
{
    const std::size_t size = m_network.lossSums().size();
    m_taken.resize(m_pending.size() * size);
    if (const auto got = m_ops.download({m_sums.get(), 0, m_pending.size(), size}, m_taken); !got)
        return failure(got.error());
    std::vector<StepLoss> losses;
    for (std::size_t i = 0; i < m_pending.size(); ++i)
    {
        const BatchView &batch = m_pending[i];
        const std::size_t rows = batch.values.rows;
        const BatchLoss loss = m_network.lossFrom(std::span(m_taken).subspan(i * size, size), m_terms, rows);
        losses.push_back({loss.total(m_terms, batch, m_network.latentSize()), rows});
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - m_began).count();
    if (m_pending.size() == m_stepsAtOnce && seconds < kShortSeconds)
        m_stepsAtOnce = std::min(kMost, 2 * m_stepsAtOnce);
    else if (seconds > kLongSeconds)
        m_stepsAtOnce = std::max<std::size_t>(1, m_stepsAtOnce / 2);
    m_pending.clear();
    return losses;
}

} // namespace somnium::latent
