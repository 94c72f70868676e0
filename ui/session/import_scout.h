// SPDX-License-Identifier: GPL-3.0-or-later
// Looks at what is to be imported before it is: what files there are, and one source before and after the
// recipe. On the reader pool.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <QObject>
#include <QPointer>

#include "core/data/image.h"
#include "core/io/file_walker.h"
#include "core/prepare/recipe.h"
#include "core/session/session.h"
#include "core/workflow/import_files.h"
#include "core/workflow/recipe_library.h"
#include "ui/jobs/job.h"
#include "ui/session/spectra_scout.h"
#include "ui/session/spectral_recipe_shelf.h"

namespace somnium::ui
{

class JobRunner;

enum class ImportKind
{
    Images,
    Spectra,
};

/// What is behind one path that was dropped or chosen. Some endings are those of both.
struct ScoutedPath
{
    std::filesystem::path path;
    std::size_t images = 0;  ///< files with the ending of an image format
    std::size_t spectra = 0; ///< files with the ending of a format of spectra
    std::size_t files = 0;
    [[nodiscard]] std::size_t wanted(ImportKind kind) const
    {
        return kind == ImportKind::Images ? images : spectra;
    }
    /// Files that will be left alone.
    [[nodiscard]] std::size_t others(ImportKind kind) const { return files - wanted(kind); }
};

/// What is behind all of them.
struct ScoutReport
{
    std::vector<ScoutedPath> paths;
    std::vector<io::FoundFile> images;
    std::vector<io::FoundFile> spectra;   ///< those of `images` that may hold spectra as well are here too
    ImportKind kind = ImportKind::Images; ///< what most files are, by what is in the first
    std::filesystem::path catalogue;      ///< a table among the paths; empty: none
    std::vector<data::ImportProblem> problems;
};
[[nodiscard]] ScoutReport scout(const std::vector<std::filesystem::path> &paths, const JobContext &context);

/// One source before and after a recipe, and after each of its steps.
struct RecipePreview
{
    std::string name;
    data::Image original;
    data::Image prepared; ///< no pixels if the recipe fails on this source
    std::size_t filledPixels = 0;
    prepare::Recipe recipe;
    std::vector<prepare::StepEffect> effects;
    std::string fault; ///< why the recipe fails; empty: it does not
};

/// What a catalogue holds that is to be joined.
struct CatalogueReport
{
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<workflow::StandIn> standIns; ///< taken for "not known" by themselves
    QString fault;                           ///< why it cannot be read; empty: it can
};

class ImportScout : public QObject
{
    Q_OBJECT

public:
    explicit ImportScout(JobRunner &runner, QObject *parent = nullptr);

    /// Answers by `scouted`, then by a preview of the first image.
    void look(std::vector<std::filesystem::path> paths);
    /// Previews are of the sources of a collection from now on, until `look`.
    void browse(std::vector<data::Source> sources, const prepare::Alignment &alignment);
    /// Answers by `previewed`, and by `previewFailed` if the image cannot be read or the recipe fails on it.
    /// An `index` beyond the images wraps around.
    void preview(const prepare::Recipe &recipe, std::size_t index);
    [[nodiscard]] std::size_t previewCount() const;
    /// For what `scouted` found of spectra.
    [[nodiscard]] SpectraScout &spectra() { return m_spectra; }

    [[nodiscard]] SpectralRecipeShelf &spectralRecipes() { return m_spectralRecipes; }
    /// Answers by `catalogueLooked`; the newest question wins.
    void lookAtCatalogue(const std::filesystem::path &path);

    /// Recipes by name: the answer is `recipesListed`. The session may be null.
    void listRecipes(std::shared_ptr<const session::Session> session);
    /// Answers by `recipeLoaded` or `recipeTroubled`.
    void loadRecipe(const std::filesystem::path &file);
    /// Into a file; an empty one: among the user's own. Answers by `recipeSaved` or `recipeTroubled`.
    void saveRecipe(const prepare::Recipe &recipe, const std::filesystem::path &file);

Q_SIGNALS:
    void scouted(const std::shared_ptr<const somnium::ui::ScoutReport> &report);
    void previewed(const std::shared_ptr<const somnium::ui::RecipePreview> &preview);
    void previewFailed(const QString &message);
    void catalogueLooked(const somnium::ui::CatalogueReport &report);
    void recipesListed(const std::shared_ptr<const somnium::workflow::RecipeList> &recipes);
    void recipeLoaded(const somnium::prepare::Recipe &recipe);
    void recipeSaved(const QString &file);
    void recipeTroubled(const QString &message);

private:
    struct Original
    {
        std::string name;
        data::Image image;
    };
    using OriginalPointer = std::shared_ptr<const Original>;
    struct PreviewAnswer
    {
        OriginalPointer original;
        std::shared_ptr<const RecipePreview> preview;
    };
    [[nodiscard]] std::function<Result<OriginalPointer>()> reader(std::size_t index) const;
    [[nodiscard]] static Result<OriginalPointer> readOriginal(const io::FoundFile &file);
    [[nodiscard]] static Result<OriginalPointer> readOriginal(const data::Source &source,
                                                              const prepare::Alignment &alignment);
    [[nodiscard]] static Result<PreviewAnswer> prepareOriginal(const prepare::Recipe &recipe,
                                                               OriginalPointer original);

    JobRunner &m_runner;
    SpectraScout m_spectra;
    SpectralRecipeShelf m_spectralRecipes;
    std::shared_ptr<const ScoutReport> m_report;
    std::vector<data::Source> m_sources; ///< those that are browsed; empty: the report's images are
    prepare::Alignment m_alignment;
    QPointer<Job> m_lookJob;
    QPointer<Job> m_previewJob;
    QPointer<Job> m_catalogueJob;
    OriginalPointer m_original; ///< of m_originalIndex: a change of the recipe reads no file again
    std::size_t m_originalIndex = 0;
};

} // namespace somnium::ui
