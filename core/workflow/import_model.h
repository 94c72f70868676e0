// SPDX-License-Identifier: GPL-3.0-or-later
// Maps in files of their own, from another session or another program, into a session.
#pragma once

#include <filesystem>
#include <string>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/session/session.h"
#include "core/som/som.h"
#include "core/workflow/map_file.h"

namespace somnium::workflow
{

struct ModelImport
{
    std::filesystem::path file;         ///< see openMapFile
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
