// SPDX-License-Identifier: GPL-3.0-or-later
// PINK's way of training, plain: the yardstick for our maps (SOM.md section 5).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/sample_store.h"
#include "core/som/layout.h"
#include "core/som/reference_matcher.h"

namespace somnium::test
{

struct ReferenceTraining
{
    som::MapLayout layout = som::MapLayout::rectangular(10, 10).value();
    som::ReferenceOptions metric;
    /// One entry per epoch: f(d) = damping exp(-d^2 / 2 sigma^2), fixed within the epoch as within a run of
    /// PINK.
    struct Epoch
    {
        double sigma = 1.0;
        double damping = 0.2;
    };
    std::vector<Epoch> epochs;
    std::uint64_t seed = 1;
};

/// Sigma and damping falling exponentially from (sigmaStart, dampingStart) to (sigmaEnd, dampingEnd).
[[nodiscard]] std::vector<ReferenceTraining::Epoch>
fallingEpochs(std::size_t count, ReferenceTraining::Epoch first, ReferenceTraining::Epoch last);

/// Prototypes [neuron][row][column] started from random sources: one image at a time, in an order shuffled in
/// each epoch, w_k += f(dist(b, k)) (phi_k(A) - w_k) with each neuron's own best transform.
[[nodiscard]] Result<std::vector<float>>
trainByReference(const data::Samples &samples, const ReferenceTraining &training, const JobContext &context);

} // namespace somnium::test
