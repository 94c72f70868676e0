// SPDX-License-Identifier: GPL-3.0-or-later
// Files, folders and archives -> a collection with prepared samples in a session. One of the verbs that
// window and command line share.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/collection.h"
#include "core/prepare/recipe.h"
#include "core/session/session.h"
#include "core/workflow/channel_sets.h"

namespace somnium::workflow
{

struct ImportRequest
{
    std::vector<std::filesystem::path> paths; ///< files, folders (recursive), tar archives
    /// Instead of `paths`: images of the same sources in several channels, aligned by their WCS as
    /// `recipe.alignment` says (which takes its channels' names from here).
    std::vector<ChannelInput> channels;
    PairOptions pairing;
    std::filesystem::path catalogue; ///< FITS table, VOTable, CSV; empty: none
    std::string name;                ///< of the collection; empty: from the first path
    prepare::Recipe recipe = prepare::radioRecipe();
    /// False: an import of the same paths by the same recipe that was interrupted is gone on with.
    bool startsAnew = false;
    /// How often what was read is brought onto the disk, at the end of a file: all that a kill can lose.
    std::chrono::milliseconds keepEvery{2000};
};

/// Paths, catalogue, name and recipe: what a pending import of the session remembers
/// (PendingImport::request).
[[nodiscard]] std::string toJson(const ImportRequest &request);
[[nodiscard]] Result<ImportRequest> importRequestFromJson(std::string_view json);

struct ImportOutcome
{
    session::CollectionId collection{};
    std::size_t imported = 0;
    std::size_t resumedFiles = 0; ///< files that an interrupted import had done already
    std::size_t joinedRows = 0;   ///< sources that found a catalogue row
    std::string joinMessage;      ///< how, or why not, in one sentence; empty: no catalogue
    std::vector<data::ImportProblem> problems;
};

/// Reads in parallel; a broken file becomes a problem, never the end. Same files, same order of sources,
/// whatever the number of threads, and however often it was interrupted. Fails if nothing at all could be
/// read (the message holds the first problems), or on Cancelled: then the session holds a pending import,
/// with which the same request goes on.
[[nodiscard]] Result<ImportOutcome> importImages(session::Session &session, const ImportRequest &request,
                                                 const JobContext &context);

} // namespace somnium::workflow
