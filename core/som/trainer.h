// SPDX-License-Identifier: GPL-3.0-or-later
// Trains a map, epoch by epoch (SOM.md section 4).
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/data/sample_store.h"
#include "core/som/som.h"
#include "core/som/spectra_blocks.h"

namespace somnium::som
{

/// What is seen of a training while it runs. Immutable; sent at most a few times a second and after every
/// epoch.
struct TrainingSnapshot
{
    std::shared_ptr<const Som> som; ///< prototypes as they are now, history of the finished epochs
    std::size_t epochs = 0;         ///< of the whole run
    double secondsLeft = 0.0;       ///< estimate
};
using SnapshotSink = std::function<void(const TrainingSnapshot &)>;

struct TrainingResult
{
    Som som;
    bool isComplete = true; ///< false: stopped, `som` is what was reached after `som.history.size()` epochs
    /// What the user was told of devices that failed in this run (JobContext::onNotice); also in som.notices.
    std::vector<std::string> notices;
    /// The processor, if the device failed and is not to be asked again; else null.
    std::shared_ptr<compute::Backend> standIn;
};

/// Trains from the start, or goes on from `resumeFrom` (a Som of an incomplete training with the same params
/// and samples; the remaining epochs give the same bits as an uninterrupted run). Stopping is no error: the
/// result says so, and holds the last finished epoch (Cancelled only if no epoch was finished). `given`: the
/// map that Initialisation::GivenMap starts from, not needed to resume.
///
/// A device that fails does not end a training. If its memory is full, the spectra that were to stay on it
/// are streamed to it in blocks instead, with the same bits; blocks themselves are not made smaller, since
/// they are as small as the bits allow (kUpdateBlockImages). If that does not help, or the device is lost,
/// the processor goes on from the last finished epoch. The user is told each time.
[[nodiscard]] Result<TrainingResult> train(const data::Samples &samples, const TrainingParams &params,
                                           compute::Backend &backend, const JobContext &context,
                                           const SnapshotSink &onSnapshot = {},
                                           const Som *resumeFrom = nullptr, const Som *given = nullptr,
                                           const SpectraStorage &storage = {});

/// Whether the figures have changed by less than `tolerance` (TrainingParams::settledTolerance) in each of
/// three epochs; the last one, whose figures are not final before the next, does not count.
[[nodiscard]] bool hasSettled(const std::vector<EpochReport> &history, double tolerance);

/// Sources that an epoch (0 = first) of a training on `sources` learns from, see
/// TrainingParams::coarseSources.
[[nodiscard]] std::size_t sourcesOfEpoch(const TrainingParams &params, std::size_t sources,
                                         std::size_t epoch);

} // namespace somnium::som
