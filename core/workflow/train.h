// SPDX-License-Identifier: GPL-3.0-or-later
// Train a map on a collection, map the collection on it, and keep both in the session.
#pragma once

#include <chrono>
#include <string>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/session/session.h"
#include "core/som/trainer.h"

namespace somnium::workflow
{

struct TrainRequest
{
    session::CollectionId collection{};
    std::string name = "map";
    som::TrainingParams params;
    /// With Initialisation::GivenMap: the name of a map in the session, or a file (openMapFile).
    std::string initialMap;
    bool resume =
        false; ///< go on with the incomplete model of that name (its own params; epochs may be raised)
    std::size_t memoryBytes = 0; ///< for the spectra of the sources, see som::SpectraStorage; 0: automatic
    /// The finished epochs are kept as an incomplete model this often, at the end of an epoch: all that a
    /// kill can lose. Beside a complete model of that name they are kept as unfinishedName(name).
    std::chrono::milliseconds keepEvery{2000};
};

struct TrainOutcome
{
    session::ModelId model{};
    som::Som som;
    som::Mapping mapping; ///< of all sources on the final map
    bool isComplete = true;
};

/// What a training is called that is to replace the complete model `name`, until it has: resuming either name
/// goes on with it.
[[nodiscard]] std::string unfinishedName(const std::string &name);

/// Stop-and-keep: when stopped after at least one epoch, the map reached is mapped and saved with isComplete
/// = false. A device that fails does not end it (som::train, compute::runWithStandIn): what the user was told
/// is kept with the map (Som::notices).
[[nodiscard]] Result<TrainOutcome> trainMap(session::Session &session, const TrainRequest &request,
                                            compute::Backend &backend, const JobContext &context,
                                            const som::SnapshotSink &onSnapshot = {});

} // namespace somnium::workflow
