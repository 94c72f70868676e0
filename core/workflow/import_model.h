// SPDX-License-Identifier: GPL-3.0-or-later
// Maps that another program trained: from a PINK file into a session, or to map images on.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/session/session.h"
#include "core/som/som.h"

namespace somnium::workflow
{

/// What a PINK file does not say about its map.
struct MapFileOptions
{
    bool isPeriodic = false;
    bool useFlips = true;
    std::size_t rotations = 0; ///< as in som::TrainingParams
    std::vector<float> channelWeights;
    compute::MatchPrecision precision = compute::MatchPrecision::Standard;
};

/// The map in a PINK file, version 1 or 2, of any layout, to be compared with images of `samples`' shape:
/// over the disc that both of them show, whichever is larger. Fails (Mismatch) if the channels differ.
[[nodiscard]] Result<som::Som> readMapFile(const std::filesystem::path &path, const data::ImageShape &samples,
                                           const MapFileOptions &options = {});

struct ModelImport
{
    std::filesystem::path file;
    session::CollectionId collection{}; ///< whose sources are mapped on it
    std::string name;                   ///< of the map in the session; empty: the file's
    MapFileOptions options;
    /// PINK's own mapping of this collection's sources and its rotations and flips, to be taken instead of
    /// ours; both or none. Distances are then PINK's.
    std::filesystem::path mapping;
    std::filesystem::path transforms;
};

struct ModelImportOutcome
{
    session::ModelId model{};
    std::string name;
    som::Som som;
    som::Mapping mapping;
};

/// Reads a map, lays the collection on it and keeps both in the session; a model of that name is replaced.
[[nodiscard]] Result<ModelImportOutcome> importModel(session::Session &session, const ModelImport &request,
                                                     compute::Backend &backend, const JobContext &context);

} // namespace somnium::workflow
