// SPDX-License-Identifier: GPL-3.0-or-later
// The session file `name.somnium`: an SQLite database that holds everything but the pixels (ARCHITECTURE.md,
// Session file). Every call that changes something has reached the disk when it returns. Thread-safe: calls
// are serialised inside.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/data/collection.h"
#include "core/data/sample_store.h"
#include "core/data/spectrum_store.h"
#include "core/prepare/recipe.h"
#include "core/prepare/spectral_recipe.h"
#include "core/session/annotations.h"
#include "core/session/ids.h"
#include "core/session/latent_models.h"
#include "core/session/pending_imports.h"
#include "core/som/som.h"

namespace somnium::session
{

enum class CollectionKind
{
    Images,
    Spectra,
};

/// How the spectra of a collection were read and prepared.
struct SpectralPreparation
{
    prepare::SpectralRecipe recipe;
    data::SpectralGrid grid;
    bool hasWeights = true; ///< false: all weights are 1, none are kept
    std::string
        reading; ///< JSON of what the readers were told, for reading the originals again; may be empty
};

struct CollectionSummary
{
    CollectionId id{};
    std::string name;
    std::size_t sourceCount = 0;
    std::size_t problemCount = 0;
    data::ImageShape preparedShape;
    prepare::Recipe recipe; ///< of images
    std::uint64_t fingerprint = 0;
    CollectionKind kind = CollectionKind::Images;
    SpectralPreparation spectral; ///< of spectra, whose preparedShape is {1, 1, pixels}
};

struct ModelSummary
{
    ModelId id{};
    CollectionId collection{};
    std::string name;
    som::TrainingParams params;
    std::vector<som::EpochReport> history;
    bool isComplete = true; ///< false: can be resumed
    bool hasMapping = false;
    std::string createdUtc; ///< ISO 8601
};

/// Who put a label on a source.
enum class LabelOrigin
{
    Unknown,   ///< it is from before sessions kept this
    Hand,      ///< a person, this source
    Prototype, ///< propagated from the prototype that the source lies in
    Column,    ///< a catalogue
};
/// "hand", "prototype", "column"; "" for Unknown.
[[nodiscard]] std::string_view toString(LabelOrigin origin);

/// One label put on, or taken off, one source. A source carries a text once, whatever its origin.
struct Label
{
    std::size_t source = 0;
    std::string text;
    LabelOrigin origin = LabelOrigin::Hand; ///< does not matter where labels are taken off
    friend bool operator==(const Label &, const Label &) = default;
    friend auto operator<=>(const Label &, const Label &) = default;
};

struct Selection
{
    std::string name;
    std::vector<std::size_t> sources; ///< ascending
    friend bool operator==(const Selection &, const Selection &) = default;
};

class Session
{
public:
    /// Creates a new file (fails if it exists), or opens one: checks that it is ours, migrates old schema
    /// versions forward, refuses newer ones by name and number.
    [[nodiscard]] static Result<std::shared_ptr<Session>> create(const std::filesystem::path &path);
    [[nodiscard]] static Result<std::shared_ptr<Session>> open(const std::filesystem::path &path);
    [[nodiscard]] static Result<std::shared_ptr<Session>> openOrCreate(const std::filesystem::path &path);

    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;
    ~Session();

    [[nodiscard]] const std::filesystem::path &path() const;
    /// `name.somnium.cache/`, created when first asked for.
    [[nodiscard]] Result<std::filesystem::path> cacheFolder() const;

    // Collections. Paths of originals inside or beside the session's folder are stored relative to it.
    /// The prepared samples must lie in `samplesPath(fingerprint)` already. `finishedImport`: the key of a
    /// pending import that this is the end of, forgotten in the same step.
    [[nodiscard]] Result<CollectionId> addCollection(const data::Collection &collection,
                                                     const prepare::Recipe &recipe,
                                                     const data::ImageShape &preparedShape,
                                                     std::optional<std::uint64_t> finishedImport = {});
    /// The same for spectra, whose store must lie in `spectraStorePath` already.
    [[nodiscard]] Result<CollectionId> addSpectra(const data::Collection &collection,
                                                  const SpectralPreparation &preparation,
                                                  std::optional<std::uint64_t> finishedImport = {});
    [[nodiscard]] Result<std::vector<CollectionSummary>> collections() const;
    [[nodiscard]] Result<data::Collection> collection(CollectionId id) const;
    [[nodiscard]] Result<CollectionSummary> collectionSummary(CollectionId id) const;
    [[nodiscard]] Result<void> removeCollection(CollectionId id);
    /// Where the prepared samples of a recipe and a set of originals lie.
    [[nodiscard]] Result<std::filesystem::path> samplesPath(std::uint64_t fingerprint,
                                                            const prepare::Recipe &recipe) const;
    /// Where a training may keep the spectra of the samples that lie in this file; may be removed any time.
    [[nodiscard]] static std::filesystem::path spectraPath(const std::filesystem::path &samples);
    /// NotFound, naming the file, if the cache was removed: workflow::rebuildSamples makes it again.
    [[nodiscard]] Result<std::shared_ptr<const data::SampleStore>> samples(CollectionId id) const;

    /// Where the prepared spectra of a recipe, a grid and a set of originals lie.
    [[nodiscard]] Result<std::filesystem::path>
    spectraStorePath(std::uint64_t fingerprint, const SpectralPreparation &preparation) const;
    /// NotFound, naming the file, if the cache was removed: workflow::rebuildSpectra makes it again. Mismatch
    /// if the collection is one of images.
    [[nodiscard]] Result<std::shared_ptr<const data::SpectrumStore>> spectra(CollectionId id) const;

    /// Imports that can be gone on with; lives as long as the session.
    [[nodiscard]] PendingImports &pendingImports();
    [[nodiscard]] const PendingImports &pendingImports() const;

    // Originals that moved.
    /// Files (or archives) of originals that are not where they were, ascending, each once. Asks the file
    /// system for every file.
    [[nodiscard]] Result<std::vector<std::string>> missingOriginals(CollectionId id) const;
    /// Says that what was below `from` (a folder, or a file itself) is now below `to`, both absolute; returns
    /// how many sources that concerns. Their number, order, ids and labels stay.
    [[nodiscard]] Result<std::size_t> moveOriginals(CollectionId id, const std::filesystem::path &from,
                                                    const std::filesystem::path &to);

    // Maps and mappings.
    /// Writes the model, and its mapping (of all sources) if given; a model of that name in that collection
    /// is replaced and keeps its id. Its prototypes keep their labels only if the new model goes on from it.
    [[nodiscard]] Result<ModelId> saveModel(CollectionId collection, std::string_view name,
                                            const som::Som &som, bool isComplete,
                                            const som::Mapping *mapping);
    [[nodiscard]] Result<std::vector<ModelSummary>>
    models() const; ///< the maps; the one saved last comes last
    [[nodiscard]] Result<ModelSummary> modelSummary(ModelId id) const;
    /// By name; NotFound lists the names there are. An empty name means the newest.
    [[nodiscard]] Result<ModelSummary> findModel(std::string_view name) const;
    [[nodiscard]] Result<som::Som> model(ModelId id) const;
    [[nodiscard]] Result<som::Mapping> mapping(ModelId id) const;
    /// A map or a latent space.
    [[nodiscard]] Result<void> removeModel(ModelId id);
    /// Latent spaces; lives as long as the session.
    [[nodiscard]] LatentModels &latentModels();
    [[nodiscard]] const LatentModels &latentModels() const;

    // Labels of sources, selections, and where the window was.
    /// A source that carries the text keeps its origin, but what a person or a catalogue says replaces what a
    /// prototype did, and a person all others.
    [[nodiscard]] Result<void> setLabel(CollectionId collection, const std::vector<std::size_t> &sources,
                                        std::string_view text, bool isOn,
                                        LabelOrigin origin = LabelOrigin::Hand);
    /// Many labels of different texts at once: a column of classes, or an undo.
    [[nodiscard]] Result<void> setLabels(CollectionId collection, const std::vector<Label> &labels,
                                         bool isOn);
    [[nodiscard]] Result<std::vector<Label>>
    labels(CollectionId collection) const; ///< ascending by source, text
    [[nodiscard]] Result<void> saveSelection(CollectionId collection, const Selection &selection);
    [[nodiscard]] Result<std::vector<Selection>> selections(CollectionId collection) const;
    [[nodiscard]] Result<void> setView(std::string_view key, std::string_view json);
    [[nodiscard]] Result<std::optional<std::string>> view(std::string_view key) const;

    /// Classes, labels of prototypes, marks, notes, recipes, bookmarks; lives as long as the session.
    [[nodiscard]] Annotations &annotations();
    [[nodiscard]] const Annotations &annotations() const;

    // The undo journal: JSON entries the window understands; `position` = how many of them are applied.
    struct Journal
    {
        std::vector<std::string> entries;
        std::size_t position = 0;
    };
    [[nodiscard]] Result<void> saveJournal(CollectionId collection, const Journal &journal);
    [[nodiscard]] Result<Journal> journal(CollectionId collection) const;

private:
    explicit Session(std::unique_ptr<SessionState> state);
    std::unique_ptr<SessionState> m_state;
    Annotations m_annotations;
    LatentModels m_latentModels;
    PendingImports m_pendingImports;
};

} // namespace somnium::session
