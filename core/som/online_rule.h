// SPDX-License-Identifier: GPL-3.0-or-later
// Learning source by source, as PINK does (SOM.md section 4).
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/data/sample_store.h"
#include "core/som/som.h"

namespace somnium::som
{

struct OnlineEpoch
{
    std::vector<float> spectra; ///< of the prototypes after the epoch
    Mapping match; ///< of each source, when its turn came; in the order of the turns, without transforms
};

/// One epoch (0 = first) from som.spectra on. The sources come in an order that seed and epoch decide (or in
/// their own without params.shuffles), params.sourcesPerStep at a time. A step is
///
///     W_k <- W_k + a_k (M_k - W_k),    a_k = 1 - prod_i (1 - alpha h_ik),
///
/// M_k the mean of the step's sources, each laid on neuron k by its best transform and weighted by h_ik. With
/// one source per step this is PINK's rule W_k <- W_k + alpha h (phi_k(A) - W_k); with more, the same pull
/// without an order within the step. Negative weights push, W_k <- W_k - a_k (M_k - W_k), but never make a
/// prototype brighter (it is scaled back to its norm): pushed on and on, as PINK does, it would grow without
/// end. alpha |h| counts as 1 at most. Deterministic: the same bits for any number of threads. Holds the
/// spectra of one step only.
[[nodiscard]] Result<OnlineEpoch> learnOnline(const Som &som, const data::Samples &samples, std::size_t epoch,
                                              compute::Backend &backend, const JobContext &context);

/// Best and second best neurons of all samples and their distances, without transforms: the figures of a map
/// whose sources' spectra are not kept.
[[nodiscard]] Result<Mapping> matchInTurn(const Som &som, const data::Samples &samples,
                                          compute::Backend &backend, const JobContext &context);

} // namespace somnium::som
