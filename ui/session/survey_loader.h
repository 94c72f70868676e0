// SPDX-License-Identifier: GPL-3.0-or-later
// From a session to what the views look at. Plain functions that jobs run; nothing here knows of a window.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <QString>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/session/session.h"
#include "core/simulate/radio.h"
#include "core/workflow/import.h"
#include "core/workflow/import_spectra.h"
#include "core/workflow/train.h"
#include "ui/models/survey_data.h"
#include "ui/session/scratch_folder.h"

namespace somnium::ui
{

/// One collection with what hangs on it, for the project tree.
struct CollectionOverview
{
    session::CollectionSummary collection;
    std::vector<session::ModelSummary> models;           ///< maps
    std::vector<session::LatentSummary> latents;         ///< latent spaces
    std::vector<std::pair<QString, std::size_t>> labels; ///< text, sources
    std::vector<session::Selection> selections;
};

/// A collection as it was left: everything but its map, which needs the compute thread.
struct LoadedSurvey
{
    std::shared_ptr<session::Session> session;
    SurveyPointer survey; ///< null: the session holds no collection yet
    std::vector<session::Label> labels;
    std::vector<session::Mark> marks;
    session::Session::Journal journal;
    std::vector<CollectionOverview> project;
    std::optional<session::ModelId> model; ///< map to be loaded next
    std::vector<std::string> warnings;     ///< what is missing, e.g. originals that moved
    std::string lookState;                 ///< JSON of what was selected and looked at; may be empty
    std::string windowState;               ///< JSON of tabs, threshold and the like; may be empty
    std::vector<session::PendingImport> pendingImports; ///< interrupted, can be gone on with
    std::vector<session::LabelClass> labelClasses;      ///< empty: none kept yet
};

/// Key of Session::view under which a collection's selection and current source are kept.
[[nodiscard]] std::string lookKey(session::CollectionId collection);
inline constexpr std::string_view kWindowKey = "window";
/// Name of the collection and map that were last looked at.
inline constexpr std::string_view kActiveKey = "active";

/// `wanted`: the collection to show; none: the one looked at last, else the newest. Prepared samples that are
/// gone are made again from the originals.
[[nodiscard]] Result<LoadedSurvey> loadSurvey(std::shared_ptr<session::Session> session,
                                              std::optional<session::CollectionId> wanted,
                                              const JobContext &context);
/// A collection that was just imported.
struct ImportedSurvey
{
    LoadedSurvey loaded;
    workflow::ImportOutcome outcome;
    std::shared_ptr<const ScratchFolder> scratch; ///< where its session is, if that is temporary
};
/// Into the session at `sessionPath`, made if it does not exist.
[[nodiscard]] Result<ImportedSurvey> importSurvey(const workflow::ImportRequest &request,
                                                  const std::filesystem::path &sessionPath,
                                                  std::shared_ptr<const ScratchFolder> scratch,
                                                  const JobContext &context);
/// Simulated radio galaxies (made once, then found in the user's cache), imported into a scratch folder.
[[nodiscard]] Result<ImportedSurvey> makeSampleSurvey(const std::string &name, const JobContext &context);

[[nodiscard]] Result<std::vector<CollectionOverview>> loadProject(const session::Session &session);

/// Spectra, likewise.
[[nodiscard]] Result<ImportedSurvey> importSpectraSurvey(const workflow::SpectraImportRequest &request,
                                                         const std::filesystem::path &sessionPath,
                                                         std::shared_ptr<const ScratchFolder> scratch,
                                                         const JobContext &context);

/// A latent space with the places of the sources. Mismatch if they are not placed.
[[nodiscard]] Result<LatentSpacePointer> loadLatent(const session::Session &session, session::ModelId model);

/// A map with figures and U-matrix.
[[nodiscard]] Result<std::shared_ptr<const MapData>> loadMap(const session::Session &session,
                                                             session::ModelId model,
                                                             compute::Backend &backend,
                                                             const JobContext &context);
[[nodiscard]] Result<std::shared_ptr<const MapData>> mapData(session::ModelSummary summary, som::Som som,
                                                             som::Mapping mapping, compute::Backend &backend,
                                                             const JobContext &context);

} // namespace somnium::ui
