// SPDX-License-Identifier: GPL-3.0-or-later
// What the trainings of maps of images (trainer.cpp) and of vectors (vector_trainer.cpp) have in common:
// epochs one after the other, their figures, stop-and-keep, snapshots, and what happens when a device fails.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/stand_in.h"
#include "core/som/som.h"
#include "core/som/trainer.h"

namespace somnium::som
{

/// One training. The map changes only when an epoch is done, so that any call of the backend may fail and
/// the epoch be learned again on another one.
class TrainingLoop
{
public:
    TrainingLoop(const TrainingParams &params, compute::Backend &backend, const JobContext &context,
                 const SnapshotSink &onSnapshot);
    TrainingLoop(const TrainingLoop &) = delete;
    TrainingLoop &operator=(const TrainingLoop &) = delete;
    virtual ~TrainingLoop() = default;

    [[nodiscard]] Result<TrainingResult> run(const Som *resumeFrom);

protected:
    /// What an epoch has made.
    struct Learned
    {
        Mapping mapping;               ///< best, second and distance of all that it learned from
        std::vector<float> spectra;    ///< of the new map
        std::vector<float> prototypes; ///< of the new map
    };

    /// Brings to backend() what is learned from, and the map: som(), or, if that has no prototypes yet, the
    /// first ones, which som() gets. Called again after a failure of a device.
    [[nodiscard]] virtual Result<void> prepare() = 0;
    /// Lets go of all that lies in backend().
    virtual void letGo() = 0;
    /// Makes the next prepare() need less memory of the device than the last. Returns how, for the user, or
    /// nothing if it cannot.
    [[nodiscard]] virtual std::optional<std::string> saveMemory() { return std::nullopt; }
    [[nodiscard]] virtual Result<Learned> learn(std::size_t epoch) = 0;
    /// Called when som() has become what `learn` returned.
    virtual void takeUp() {}
    /// Best, second and distance of all sources on the map as it is.
    [[nodiscard]] virtual Result<Mapping> matchAll() = 0;
    [[nodiscard]] virtual std::size_t sourcesIn(std::size_t epoch) const = 0;

    [[nodiscard]] Som &som() { return m_som; }
    [[nodiscard]] const Som &som() const { return m_som; }
    [[nodiscard]] compute::Backend &backend() const { return m_device.backend(); }
    [[nodiscard]] const JobContext &context() const { return m_context; }

private:
    /// `work` on what is prepared, again and again while there is something to be done about its failure.
    Result<void> persist(const std::function<Result<void>()> &work);
    bool findsRemedy(const Error &error);
    /// In the map, after those of what it goes on from.
    void keepNotices();
    Result<void> runEpoch();
    Result<void> finishFigures();
    void correctLastReport(const EpochReport &figures);
    void publish() const;
    TrainingResult result(bool isComplete);

    Som m_som;
    compute::DeviceOfJob m_device;
    const JobContext &m_context;
    const SnapshotSink &m_onSnapshot;
    std::vector<std::string> m_formerNotices; ///< of what it goes on from
    bool m_isPrepared = false;
    double m_secondsPerEpoch = 0.0;
};

/// Fails unless a training with these params can go on from the map: the same params but for the epochs, of
/// which it has had no more than are asked for.
[[nodiscard]] Result<void> checkSameTraining(const Som &from, const TrainingParams &params);

} // namespace somnium::som
