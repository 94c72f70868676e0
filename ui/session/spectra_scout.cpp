// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/spectra_scout.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>
#include <span>
#include <utility>

#include "ui/jobs/job_runner.h"
#include "ui/models/source_spectrum.h"
#include "ui/session/error_text.h"

namespace somnium::ui
{

namespace
{

namespace fs = std::filesystem;

// A second or two of work.
constexpr std::size_t kMostFiles = 256;
constexpr std::uint64_t kMostBytes = std::uint64_t{128} << 20U;
constexpr std::size_t kMostPerFile = 4096;
/// Kept loaded, so that the first previews need no file.
constexpr std::size_t kMostSamples = 8;

data::SourceOrigin originOf(const io::FoundFile &file)
{
    return {file.file, file.member, 0, 0};
}

/// What one file gave.
struct FileLook
{
    std::vector<io::LoadedSpectrum> samples;
    std::vector<SpectraReport::Place> places;
    std::map<std::string, std::size_t> notes;
    std::vector<data::ImportProblem> problems;
    bool isWhole = true;
};

FileLook lookAtFile(std::size_t number, const io::FoundFile &file,
                    const Result<std::span<const std::byte>> &bytes, const io::SpectrumReadOptions &reading,
                    const JobContext &context)
{
    FileLook look;
    if (!bytes)
    {
        look.problems.push_back({originOf(file), "a file that can be read", bytes.error().message});
        return look;
    }
    io::SpectrumReceiver receiver;
    receiver.onSpectrum = [&](io::LoadedSpectrum &&loaded) {
        if (look.places.size() == kMostPerFile || context.shouldStop())
        {
            look.isWhole = false;
            return false;
        }
        look.places.push_back({number, loaded.origin.hdu, loaded.origin.index});
        if (!loaded.note.empty())
            ++look.notes[loaded.note];
        if (number < kMostSamples && look.samples.size() < kMostSamples)
            look.samples.push_back(std::move(loaded));
        return true;
    };
    receiver.onProblem = [&](data::ImportProblem &&problem) { look.problems.push_back(std::move(problem)); };
    io::visitSpectra(*bytes, originOf(file), reading, receiver);
    return look;
}

/// The first file, and those after it while they are few and small.
std::vector<io::FoundFile> firstOf(const std::vector<io::FoundFile> &files)
{
    std::uint64_t bytes = 0;
    std::size_t count = 0;
    while (count < std::min(files.size(), kMostFiles) &&
           (count == 0 || bytes + files[count].sizeBytes <= kMostBytes))
        bytes += files[count++].sizeBytes;
    return {files.begin(), files.begin() + static_cast<std::ptrdiff_t>(count)};
}

/// Of vectors in one array, whose wavelengths are in a file beside it; as the command line does.
void findWavelengths(SpectraReport &report)
{
    if (report.files.size() != 1 || !report.files.front().member.empty() || report.reading.rule ||
        !report.reading.wavelengths.empty())
        return;
    const fs::path file = report.files.front().file;
    const auto beside = file.extension() == ".npy" ? io::neighbouringWavelengths(file) : std::nullopt;
    if (!beside)
        return;
    if (auto wavelengths = io::readWavelengths(*beside))
    {
        report.reading.wavelengths = std::move(*wavelengths);
        report.wavelengthFile = *beside;
    }
    else
        report.problems.push_back(
            {{beside->generic_string(), {}, 0, 0}, "wavelengths", wavelengths.error().message});
}

/// As it is after a step. Without a grid there are places only.
data::Spectrum spectrumOf(const prepare::SpectralEffect &effect, bool hasWavelengths)
{
    data::Spectrum spectrum;
    if (hasWavelengths)
        spectrum.wavelengthAngstrom = effect.wavelengthAngstrom;
    spectrum.flux = effect.flux;
    spectrum.error = effect.error;
    return spectrum;
}

/// The pixels without a value, with the neighbours that the line to them comes from.
SpectrumCurve filledCurve(const prepare::SpectralEffect &before, const prepare::SpectralEffect &filled,
                          std::size_t &count)
{
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    SpectrumCurve curve{
        SpectraScout::tr("filled"), CurveRole::Prototype, std::vector<float>(filled.flux.size(), kNan), {}};
    count = 0;
    for (std::size_t i = 0; i < filled.flux.size() && before.flux.size() == filled.flux.size(); ++i)
    {
        if (std::isfinite(before.flux[i]))
            continue;
        ++count;
        for (std::size_t j = i > 0 ? i - 1 : 0; j < std::min(i + 2, filled.flux.size()); ++j)
            curve.flux[j] = filled.flux[j];
    }
    return curve;
}

/// The steps change the medium and the level, and so what the axes say.
SpectraPointer pictureAfter(const SpectralPreview &preview, std::size_t step, const data::Spectrum &original,
                            std::size_t &filled)
{
    const std::vector<prepare::SpectralEffect> &effects = preview.effects;
    if (effects[step].flux.empty())
        return nullptr;
    constexpr std::size_t kVacuum = 2;
    constexpr std::size_t kContinuum = 4;
    constexpr std::size_t kNormalise = 6;
    // The last but one shows which pixels have no value, the last what they are filled with.
    const std::size_t shown = step + 1 == effects.size() ? step - 1 : step;
    data::Spectrum spectrum = spectrumOf(effects[shown], preview.recipe.grid.isEnabled);
    spectrum.medium =
        step >= kVacuum && effects[kVacuum].isApplied ? data::WavelengthMedium::Vacuum : original.medium;
    const auto isScaled = [&](std::size_t by) { return step >= by && effects[by].isApplied; };
    if (!isScaled(kContinuum) && !isScaled(kNormalise))
        spectrum.fluxUnit = original.fluxUnit;
    SpectrumSet set = rawSpectrumSet(spectrum, SpectraScout::tr("prepared"));
    if (shown != step)
    {
        SpectrumCurve curve = filledCurve(effects[shown], effects[step], filled);
        if (filled > 0)
            set.curves.push_back(std::move(curve));
    }
    return prepareSpectra(std::move(set));
}

std::string nameOf(const io::LoadedSpectrum &original)
{
    const data::SourceOrigin &origin = original.origin;
    const fs::path file = origin.member.empty() ? origin.file : origin.member;
    const std::string &object = original.spectrum.name;
    return object.empty() ? file.filename().string() : object + " (" + file.filename().string() + ")";
}

/// The grid that a collection of this spectrum alone would have.
Result<data::SpectralGrid> gridOf(const prepare::SpectralRecipe &recipe, const data::Spectrum &spectrum)
{
    const auto range = prepare::rangeOf(recipe, spectrum, {});
    if (!range)
        return failure(range.error());
    return prepare::chooseGrid(recipe.grid, {&*range, 1});
}

} // namespace

SpectraReport lookAtSpectra(std::vector<io::FoundFile> files, const io::SpectrumReadOptions &reading,
                            const JobContext &context)
{
    SpectraReport report;
    report.files = std::move(files);
    report.reading = reading;
    findWavelengths(report);
    const std::vector<io::FoundFile> first = firstOf(report.files);
    report.filesRead = first.size();
    std::vector<FileLook> looks(first.size());
    io::visitFiles(first, context, [&](std::size_t i, const Result<std::span<const std::byte>> &bytes) {
        looks[i] = lookAtFile(i, first[i], bytes, report.reading, context);
    });
    std::map<std::string, std::size_t> notes;
    for (FileLook &look : looks)
    {
        report.filesWhole += look.isWhole ? 1U : 0U;
        const bool isNext = report.samples.size() == report.places.size();
        for (std::size_t i = 0; isNext && i < look.samples.size() && report.samples.size() < kMostSamples;
             ++i)
            report.samples.push_back(std::make_shared<const io::LoadedSpectrum>(std::move(look.samples[i])));
        report.places.insert(report.places.end(), look.places.begin(), look.places.end());
        for (const auto &[note, count] : look.notes)
            notes[note] += count;
        std::move(look.problems.begin(), look.problems.end(), std::back_inserter(report.problems));
    }
    for (const auto &[note, count] : notes)
        report.notes.push_back(note + " (" + std::to_string(count) +
                               (count == 1 ? " spectrum)" : " spectra)"));
    return report;
}

SpectralPreview previewOf(const prepare::SpectralRecipe &recipe, const io::LoadedSpectrum &original)
{
    SpectralPreview preview;
    preview.name = nameOf(original);
    preview.note = original.note;
    preview.recipe = recipe;
    preview.before = prepareSpectra(rawSpectrumSet(original.spectrum, SpectraScout::tr("as read")));
    if (const auto valid = prepare::validate(recipe); !valid)
    {
        preview.fault = valid.error().message;
        return preview;
    }
    prepare::SpectralRecipe played = recipe;
    preview.isAsObserved = recipe.restFrame.isEnabled && recipe.grid.isEnabled &&
                           recipe.restFrame.from != prepare::RestFrame::From::File;
    if (preview.isAsObserved)
        played.restFrame.isEnabled = false;
    const auto grid = gridOf(played, original.spectrum);
    if (grid)
        preview.grid = *grid;
    preview.effects = prepare::trace(played, preview.grid, original.spectrum, {});
    const auto failed = std::find_if(preview.effects.begin(), preview.effects.end(),
                                     [](const auto &effect) { return !effect.fault.empty(); });
    if (failed != preview.effects.end())
    {
        if (!grid && failed->word == "grid") // says more than that there is no grid
            failed->fault = grid.error().message;
        preview.fault = failed->fault;
    }
    for (std::size_t step = 0; step < preview.effects.size(); ++step)
        preview.after.push_back(pictureAfter(preview, step, original.spectrum, preview.filledPixels));
    return preview;
}

SpectraScout::SpectraScout(JobRunner &runner, QObject *parent) : QObject(parent), m_runner(runner) {}

void SpectraScout::look(std::vector<io::FoundFile> files, const io::SpectrumReadOptions &reading)
{
    forget();
    using ReportPointer = std::shared_ptr<const SpectraReport>;
    m_lookJob = m_runner.start<ReportPointer>(
        {tr("Looking at spectra")}, this,
        [files = std::move(files), reading](const JobContext &context) -> Result<ReportPointer> {
            return std::make_shared<const SpectraReport>(lookAtSpectra(files, reading, context));
        },
        [this](ReportPointer &&report) {
            m_report = std::move(report);
            Q_EMIT looked(m_report);
        });
    connect(m_lookJob, &Job::failed, this, [this](const Error &error) {
        Q_EMIT previewFailed(errorText(tr("Could not look at the spectra"), error));
    });
}

void SpectraScout::browse(const std::vector<data::Source> &sources, const io::SpectrumReadOptions &reading)
{
    forget();
    auto report = std::make_shared<SpectraReport>();
    report->reading = reading;
    for (const data::Source &source : sources)
    {
        const data::SourceOrigin &origin = source.origin;
        if (report->files.empty() || report->files.back().file != origin.file ||
            report->files.back().member != origin.member)
            report->files.push_back({origin.file, origin.member, 0, 0, true});
        report->places.push_back({report->files.size() - 1, origin.hdu, origin.index});
    }
    report->filesRead = report->filesWhole = report->files.size();
    m_report = std::move(report);
}

void SpectraScout::forget()
{
    for (const QPointer<Job> &job : {m_lookJob, m_previewJob})
        if (job)
            job->abandon();
    m_report.reset();
    m_original.reset();
}

void SpectraScout::preview(const prepare::SpectralRecipe &recipe, std::size_t index)
{
    if (m_previewJob)
        m_previewJob->abandon();
    if (!m_report || m_report->places.empty())
        return;
    index %= m_report->places.size();
    if (index != m_originalIndex)
        m_original.reset();
    if (index < m_report->samples.size())
        m_original = m_report->samples[index];
    m_originalIndex = index;
    m_previewJob = m_runner.start<Answer>(
        {tr("Preparing a preview")}, this,
        [recipe, index, original = m_original, report = m_report](const JobContext &) -> Result<Answer> {
            OriginalPointer shown = original;
            if (!shown)
            {
                const SpectraReport::Place &place = report->places[index];
                const io::FoundFile &file = report->files[place.file];
                const data::SourceOrigin origin{file.file, file.member, place.hdu, place.index};
                // Of a source that is browsed the place in an archive is not known.
                const auto bytes = file.sizeBytes > 0 ? io::readFile(file) : io::readFile(origin);
                if (!bytes)
                    return failure(bytes.error());
                auto read = io::readSpectrum(*bytes, origin, report->reading);
                if (!read)
                    return failure(read.error());
                shown = std::make_shared<const io::LoadedSpectrum>(std::move(*read));
            }
            SpectralPreview preview = previewOf(recipe, *shown);
            preview.index = index;
            return Answer{std::move(shown), std::make_shared<const SpectralPreview>(std::move(preview))};
        },
        [this](Answer &&answer) {
            m_original = std::move(answer.original);
            Q_EMIT previewed(answer.preview);
        });
    connect(m_previewJob, &Job::failed, this,
            [this](const Error &error) { Q_EMIT previewFailed(errorText(tr("No preview"), error)); });
}

} // namespace somnium::ui
