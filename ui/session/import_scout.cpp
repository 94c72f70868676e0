// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/import_scout.h"

#include <algorithm>
#include <utility>

#include "core/io/image_reader.h"
#include "core/io/table.h"
#include "core/workflow/originals.h"
#include "ui/jobs/job_runner.h"
#include "ui/session/error_text.h"
#include "ui/session/recipe_jobs.h"

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

/// Larger files are not read to see what they are.
constexpr std::uint64_t kMostBytesTried = std::uint64_t{64} << 20U;

const std::string &nameOf(const io::FoundFile &file)
{
    return file.member.empty() ? file.file : file.member;
}

bool readsAsSpectrum(const std::vector<std::byte> &bytes, const io::FoundFile &file)
{
    bool isSpectrum = false;
    io::SpectrumReceiver receiver;
    receiver.onSpectrum = [&isSpectrum](io::LoadedSpectrum &&) {
        isSpectrum = true;
        return false;
    };
    receiver.onProblem = [](data::ImportProblem &&) {};
    io::visitSpectra(bytes, {file.file, file.member, 0, 0}, {}, receiver);
    return isSpectrum;
}

/// A picture. An array of a few long rows is one spectrum: wavelength, flux, error, ...
bool readsAsImage(const std::vector<std::byte> &bytes, const io::FoundFile &file)
{
    constexpr std::size_t kMostBands = 8;
    constexpr std::size_t kLeastElongation = 16;
    const auto images = io::readImages(bytes, {file.file, file.member, 0, 0}).images;
    if (images.empty())
        return false;
    const data::ImageShape shape = images.front().image.shape();
    const std::size_t shorter = std::min(shape.rows, shape.columns);
    const std::size_t longer = std::max(shape.rows, shape.columns);
    return shorter > kMostBands || (shorter > 1 && longer < kLeastElongation * shorter);
}

/// Of a file that may be either.
ImportKind kindOf(const io::FoundFile &file)
{
    const fs::path path(file.file);
    if (file.member.empty() && path.extension() == ".npy" && io::neighbouringWavelengths(path))
        return ImportKind::Spectra;
    if (file.sizeBytes > kMostBytesTried)
        return ImportKind::Images;
    const auto bytes = io::readFile(file);
    return bytes && !readsAsImage(*bytes, file) && readsAsSpectrum(*bytes, file) ? ImportKind::Spectra
                                                                                 : ImportKind::Images;
}

/// What most files are: those whose ending both have are taken to be what the first of them is.
ImportKind kindOf(const ScoutReport &report)
{
    std::size_t both = 0;
    const io::FoundFile *firstOfBoth = nullptr;
    const io::FoundFile *firstOfSpectra = nullptr;
    for (const io::FoundFile &file : report.spectra)
    {
        const bool isBoth = io::hasImageEnding(nameOf(file));
        both += isBoth ? 1U : 0U;
        const io::FoundFile *&first = isBoth ? firstOfBoth : firstOfSpectra;
        first = first != nullptr ? first : &file;
    }
    std::size_t images = report.images.size() - both;
    std::size_t spectra = 0;
    if (firstOfBoth != nullptr)
        (kindOf(*firstOfBoth) == ImportKind::Spectra ? spectra : images) += both;
    if (firstOfSpectra != nullptr && kindOf(*firstOfSpectra) == ImportKind::Spectra)
        spectra += report.spectra.size() - both;
    return spectra > images ? ImportKind::Spectra : ImportKind::Images;
}

/// A dropped file that is a catalogue rather than an image or spectra.
bool isCatalogue(const fs::path &path)
{
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored) || !(isTableEnding(path) || isFitsEnding(path)))
        return false;
    const io::FoundFile file{path.generic_string(), {}, 0, fs::file_size(path, ignored), true};
    const auto bytes = io::readFile(file);
    if (!bytes || readsAsSpectrum(*bytes, file))
        return false;
    return isTableEnding(path) ||
           (io::readImages(*bytes, {file.file, {}, 0, 0}).images.empty() && io::readTable(path).has_value());
}

io::WantedFiles imagesAndSpectra()
{
    return {[](std::string_view name) { return io::hasImageEnding(name) || io::hasSpectrumEnding(name); },
            "image or file of spectra"};
}

ScoutedPath take(const fs::path &path, std::vector<io::FoundFile> found, ScoutReport &report)
{
    ScoutedPath entry{path, 0, 0, found.size()};
    for (io::FoundFile &file : found)
    {
        const bool isImage = io::hasImageEnding(nameOf(file));
        const bool isSpectrum = io::hasSpectrumEnding(nameOf(file));
        entry.images += isImage ? 1U : 0U;
        entry.spectra += isSpectrum ? 1U : 0U;
        if (isSpectrum)
            report.spectra.push_back(file);
        if (isImage)
            report.images.push_back(std::move(file));
    }
    return entry;
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
        io::FoundFiles found = io::findFiles({path}, context, imagesAndSpectra());
        std::move(found.problems.begin(), found.problems.end(), std::back_inserter(report.problems));
        report.paths.push_back(take(path, std::move(found.files), report));
    }
    if (!context.shouldStop())
        report.kind = kindOf(report);
    return report;
}

ImportScout::ImportScout(JobRunner &runner, QObject *parent)
    : QObject(parent), m_runner(runner), m_spectra(runner), m_spectralRecipes(runner)
{}

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
            m_sources.clear();
            m_original.reset();
            Q_EMIT scouted(m_report);
        });
}

void ImportScout::browse(std::vector<data::Source> sources, const prepare::Alignment &alignment)
{
    m_sources = std::move(sources);
    m_alignment = alignment;
    m_original.reset();
}

std::size_t ImportScout::previewCount() const
{
    if (!m_sources.empty())
        return m_sources.size();
    return m_report ? m_report->images.size() : 0;
}

std::function<Result<ImportScout::OriginalPointer>()> ImportScout::reader(std::size_t index) const
{
    if (!m_sources.empty())
        return
            [source = m_sources[index], alignment = m_alignment] { return readOriginal(source, alignment); };
    return [file = m_report->images[index]] { return readOriginal(file); };
}

void ImportScout::preview(const prepare::Recipe &recipe, std::size_t index)
{
    if (m_previewJob)
        m_previewJob->abandon();
    if (previewCount() == 0)
        return;
    index %= previewCount();
    if (index != m_originalIndex)
        m_original.reset();
    m_originalIndex = index;
    m_previewJob = m_runner.start<PreviewAnswer>(
        {tr("Preparing a preview")}, this,
        [recipe, original = m_original, read = reader(index)](const JobContext &) -> Result<PreviewAnswer> {
            if (original)
                return prepareOriginal(recipe, original);
            auto found = read();
            if (!found)
                return failure(found.error());
            return prepareOriginal(recipe, std::move(*found));
        },
        [this](PreviewAnswer &&answer) {
            m_original = std::move(answer.original);
            Q_EMIT previewed(answer.preview);
            if (!answer.preview->fault.empty())
                Q_EMIT previewFailed(
                    errorText(tr("No preview"), {ErrorKind::Mismatch, answer.preview->fault}));
        });
    connect(m_previewJob, &Job::failed, this,
            [this](const Error &error) { Q_EMIT previewFailed(errorText(tr("No preview"), error)); });
}

void ImportScout::lookAtCatalogue(const fs::path &path)
{
    if (m_catalogueJob)
        m_catalogueJob->abandon();
    m_catalogueJob = m_runner.start<CatalogueReport>(
        {tr("Looking at the catalogue")}, this,
        [path](const JobContext &) -> Result<CatalogueReport> {
            CatalogueReport report;
            auto catalogue = workflow::readCatalogue(path);
            if (!catalogue)
                return failure(catalogue.error());
            report.rows = catalogue->rowCount();
            report.columns = catalogue->columns().size();
            report.standIns = workflow::markObviouslyMissing(*catalogue);
            return report;
        },
        [this](CatalogueReport &&report) { Q_EMIT catalogueLooked(report); });
    connect(m_catalogueJob, &Job::failed, this, [this](const Error &error) {
        Q_EMIT catalogueLooked({0, 0, {}, errorText(tr("Not a catalogue"), error)});
    });
}

void ImportScout::listRecipes(std::shared_ptr<const session::Session> session)
{
    using ListPointer = std::shared_ptr<const workflow::RecipeList>;
    m_runner.start<ListPointer>(
        {tr("Looking for recipes")}, this,
        [session = std::move(session)](const JobContext &) -> Result<ListPointer> {
            return std::make_shared<const workflow::RecipeList>(workflow::listRecipes(session.get()));
        },
        [this](ListPointer &&list) { Q_EMIT recipesListed(list); });
}

void ImportScout::loadRecipe(const fs::path &file)
{
    Job *job = m_runner.start<prepare::Recipe>(
        {tr("Reading a recipe")}, this, [file](const JobContext &) { return workflow::readRecipe(file); },
        [this](prepare::Recipe &&recipe) { Q_EMIT recipeLoaded(recipe); });
    connect(job, &Job::failed, this, [this](const Error &error) {
        Q_EMIT recipeTroubled(errorText(tr("Could not load the recipe"), error));
    });
}

void ImportScout::saveRecipe(const prepare::Recipe &recipe, const fs::path &file)
{
    Job *job =
        startSaving(m_runner, this, recipe, file, [this](const QString &path) { Q_EMIT recipeSaved(path); });
    connect(job, &Job::failed, this, [this](const Error &error) {
        Q_EMIT recipeTroubled(errorText(tr("Could not save the recipe"), error));
    });
}

Result<ImportScout::OriginalPointer> ImportScout::readOriginal(const data::Source &source,
                                                               const prepare::Alignment &alignment)
{
    auto image = workflow::readOriginal(source, alignment);
    if (!image)
        return failure(image.error());
    return std::make_shared<const Original>(Original{source.id, std::move(*image)});
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
    auto preview = std::make_shared<RecipePreview>();
    preview->name = original->name;
    preview->original = original->image;
    preview->recipe = recipe;
    preview->effects = prepare::trace(recipe, original->image.view());
    auto prepared = prepare::apply(recipe, original->image.view());
    if (prepared)
    {
        preview->prepared = std::move(prepared->image);
        preview->filledPixels = prepared->filledPixels;
    }
    else
        preview->fault = original->name + ": " + prepared.error().message;
    return PreviewAnswer{std::move(original), std::move(preview)};
}

} // namespace somnium::ui
