// SPDX-License-Identifier: GPL-3.0-or-later
// Losses of training steps that a device was given and has not told yet: read some steps at a time, so that
// it does not wait for the processor after each.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/compute/tensor_ops.h"
#include "core/latent/network.h"

namespace somnium::latent
{

class StepLosses
{
public:
    struct StepLoss
    {
        double loss = 0.0; ///< BatchLoss::total
        std::size_t rows = 0;
    };

    /// All are borrowed. OutOfMemory.
    [[nodiscard]] static Result<std::unique_ptr<StepLosses>>
    create(const Network &network, const LossTerms &terms, compute::TensorOps &ops);

    /// Notes the loss of the batch that the network has differentiated last. At most stepsAtOnce() between
    /// two calls of `take`.
    void add(const BatchView &batch);
    [[nodiscard]] std::size_t pending() const { return m_pending.size(); }
    /// So many steps take about as long as a person notices nothing of; found out as the steps go by.
    [[nodiscard]] std::size_t stepsAtOnce() const { return m_stepsAtOnce; }
    /// Of all that are pending, in their order. Waits for the device.
    [[nodiscard]] Result<std::vector<StepLoss>> take();
    void forget() { m_pending.clear(); }

private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::size_t kMost = 32;

    StepLosses(const Network &network, const LossTerms &terms, compute::TensorOps &ops)
        : m_network(network), m_terms(terms), m_ops(ops)
    {}

    const Network &m_network;
    const LossTerms &m_terms;
    compute::TensorOps &m_ops;
    std::unique_ptr<compute::Tensor> m_sums; ///< [kMost][Network::lossSums]
    std::vector<BatchView> m_pending;
    std::vector<float> m_taken;
    std::size_t m_stepsAtOnce = 1;
    Clock::time_point m_began; ///< the first pending step was noted
};

} // namespace somnium::latent
