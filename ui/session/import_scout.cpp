// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/import_scout.h"

#include <algorithm>
#include <utility>

#include "core/io/image_reader.h"
#include "core/io/table.h"
#include "ui/jobs/job_runner.h"
#include "ui/session/error_text.h"

namespace somnium::ui
{

namespace
{

namespace fs = std::filesystem;

/// Reading a table to see whether it is one is done for a handful of dropped files, not for a folder of them.
constexpr std::size_t kMostTablesTried = 8;

bool isTableEnding(const fs::path &path)
{
    const std::string ending = path.extension().string();
    return ending == ".csv" || ending == ".vot" || ending == ".xml" || ending == ".votable";
}

bool isFitsEnding(const fs::path &path)
{
    const std::string ending = path.extension().string();
    return ending == ".fits" || ending == ".fit";
}

/// A dropped file that is a catalogue rather than an image.
bool isCatalogue(const fs::path &path)
{
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored))
        return false;
    if (isTableEnding(path))
        return true;
    if (!isFitsEnding(path))
        return false;
    const auto bytes = io::readFile({path.generic_string(), {}, 0, fs::file_size(path, ignored), true});
    return bytes && io::readImages(*bytes, {path.generic_string(), {}, 0, 0}).images.empty() &&
           io::readTable(path).has_value();
}

} // namespace

ScoutReport scout(const std::vector<fs::path> &paths, const JobContext &context)
{
    ScoutReport report;
    std::size_t tablesTried = 0;
    for (const fs::path &path : paths)
    {
        if (context.shouldStop())
            break;
        if (report.catalogue.empty() && tablesTried < kMostTablesTried && isCatalogue(path))
        {
            report.catalogue = path;
            continue;
        }
        ++tablesTried;
        io::FoundFiles found = io::findFiles({path}, context);
        ScoutedPath entry{path, 0, 0};
        for (io::FoundFile &file : found.files)
        {
            if (!io::hasImageEnding(file.member.empty() ? file.file : file.member))
            {
                ++entry.others;
                continue;
            }
            ++entry.images;
            report.images.push_back(std::move(file));
        }
        std::move(found.problems.begin(), found.problems.end(), std::back_inserter(report.problems));
        report.paths.push_back(std::move(entry));
    }
    return report;
}

ImportScout::ImportScout(JobRunner &runner, QObject *parent) : QObject(parent), m_runner(runner) {}

void ImportScout::look(std::vector<fs::path> paths)
{
    if (m_lookJob)
        m_lookJob->abandon();
    using ReportPointer = std::shared_ptr<const ScoutReport>;
    m_lookJob = m_runner.start<ReportPointer>(
        {tr("Looking at the files")}, this,
        [paths = std::move(paths)](const JobContext &context) -> Result<ReportPointer> {
            return std::make_shared<const ScoutReport>(scout(paths, context));
        },
        [this](ReportPointer &&report) {
            m_report = std::move(report);
            m_original.reset();
            Q_EMIT scouted(m_report);
        });
}

void ImportScout::preview(const prepare::Recipe &recipe, std::size_t index)
{
    if (m_previewJob)
        m_previewJob->abandon();
    if (!m_report || m_report->images.empty())
        return;
    index %= m_report->images.size();
    if (index != m_originalIndex)
        m_original.reset();
    m_originalIndex = index;
    m_previewJob = m_runner.start<PreviewAnswer>(
        {tr("Preparing a preview")}, this,
        [recipe, original = m_original,
         file = m_report->images[index]](const JobContext &) -> Result<PreviewAnswer> {
            if (original)
                return prepareOriginal(recipe, original);
            auto read = readOriginal(file);
            if (!read)
                return failure(read.error());
            return prepareOriginal(recipe, std::move(*read));
        },
        [this](PreviewAnswer &&answer) {
            m_original = std::move(answer.original);
            Q_EMIT previewed(answer.preview);
        });
    connect(m_previewJob, &Job::failed, this,
            [this](const Error &error) { Q_EMIT previewFailed(errorText(tr("No preview"), error)); });
}

Result<ImportScout::OriginalPointer> ImportScout::readOriginal(const io::FoundFile &file)
{
    const auto bytes = io::readFile(file);
    if (!bytes)
        return failure(bytes.error());
    io::LoadedFile loaded = io::readImages(*bytes, {file.file, file.member, 0, 0});
    if (loaded.images.empty())
        return failure(ErrorKind::Malformed, loaded.problems.empty()
                                                 ? file.file + ": no image in this file"
                                                 : data::toString(loaded.problems.front()));
    const std::string &path = file.member.empty() ? file.file : file.member;
    return std::make_shared<const Original>(
        Original{fs::path(path).filename().string(), std::move(loaded.images.front().image)});
}

Result<ImportScout::PreviewAnswer> ImportScout::prepareOriginal(const prepare::Recipe &recipe,
                                                                OriginalPointer original)
{
    auto prepared = prepare::apply(recipe, original->image.view());
    if (!prepared)
        return failure(prepared.error().kind, original->name + ": " + prepared.error().message);
    auto preview = std::make_shared<const RecipePreview>(
        RecipePreview{original->name, original->image, std::move(prepared->image), prepared->filledPixels});
    return PreviewAnswer{std::move(original), std::move(preview)};
}

} // namespace somnium::ui
