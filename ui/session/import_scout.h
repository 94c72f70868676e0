// SPDX-License-Identifier: GPL-3.0-or-later
// Looks at what is to be imported before it is: what files there are, and one source before and after the
// recipe. On the reader pool.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <QObject>
#include <QPointer>

#include "core/data/image.h"
#include "core/io/file_walker.h"
#include "core/prepare/recipe.h"
#include "ui/jobs/job.h"

namespace somnium::ui
{

class JobRunner;

/// What is behind one path that was dropped or chosen.
struct ScoutedPath
{
    std::filesystem::path path;
    std::size_t images = 0; ///< files with the ending of an image format
    std::size_t others = 0; ///< files that will be left alone
};

/// What is behind all of them.
struct ScoutReport
{
    std::vector<ScoutedPath> paths;
    std::vector<io::FoundFile> images;
    std::filesystem::path catalogue; ///< a table among the paths; empty: none
    std::vector<data::ImportProblem> problems;
};
[[nodiscard]] ScoutReport scout(const std::vector<std::filesystem::path> &paths, const JobContext &context);

/// One source before and after a recipe.
struct RecipePreview
{
    std::string name;
    data::Image original;
    data::Image prepared;
    std::size_t filledPixels = 0;
};

class ImportScout : public QObject
{
    Q_OBJECT

public:
    explicit ImportScout(JobRunner &runner, QObject *parent = nullptr);

    /// Answers by `scouted`, then by a preview of the first image.
    void look(std::vector<std::filesystem::path> paths);
    /// Answers by `previewed` or `previewFailed`. An `index` beyond the images wraps around.
    void preview(const prepare::Recipe &recipe, std::size_t index);

Q_SIGNALS:
    void scouted(const std::shared_ptr<const somnium::ui::ScoutReport> &report);
    void previewed(const std::shared_ptr<const somnium::ui::RecipePreview> &preview);
    void previewFailed(const QString &message);

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
    [[nodiscard]] static Result<OriginalPointer> readOriginal(const io::FoundFile &file);
    [[nodiscard]] static Result<PreviewAnswer> prepareOriginal(const prepare::Recipe &recipe,
                                                               OriginalPointer original);

    JobRunner &m_runner;
    std::shared_ptr<const ScoutReport> m_report;
    QPointer<Job> m_lookJob;
    QPointer<Job> m_previewJob;
    OriginalPointer m_original; ///< of m_originalIndex: a change of the recipe reads no file again
    std::size_t m_originalIndex = 0;
};

} // namespace somnium::ui
