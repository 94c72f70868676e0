// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/import_spectra.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <utility>

#include "core/io/file_walker.h"
#include "core/sky/join.h"
#include "core/workflow/collection_builder.h"
#include "core/workflow/import_files.h"
#include "core/workflow/prepared_spectra.h"
#include "core/workflow/spectra_progress.h"
#include "core/workflow/spectra_scan.h"

namespace somnium::workflow
{

namespace
{

namespace fs = std::filesystem;

io::WantedFiles spectrumFiles()
{
    return {io::hasSpectrumEnding, "file of spectra (.fits, .txt, .csv, .vot, .npy, ...)"};
}

/// "a/b/star.m0002.fits.gz" -> "star.m0002".
std::string stemOfSpectra(const data::SourceOrigin &origin)
{
    fs::path name = fs::path(origin.member.empty() ? origin.file : origin.member).filename();
    while (name.has_extension() && io::hasSpectrumEnding(name.string()))
        name = name.stem();
    return name.string();
}

/// The sources of the collection, in the order of `scanned`.
void addSources(data::Collection &collection, const std::vector<ScannedSpectrum> &scanned)
{
    IdMaker ids;
    for (const ScannedSpectrum &one : scanned)
    {
        data::Source source;
        // A row of a table has a name of its own; a file is known by its name.
        std::string id = one.isOneOfMany && !one.name.empty() ? one.name : stemOfSpectra(one.origin);
        if (one.isOneOfMany && one.name.empty())
            id += "#" + std::to_string(one.origin.index + 1);
        source.id = ids.unique(std::move(id));
        source.origin = one.origin;
        source.originalShape = {1, 1, one.pixels};
        source.raDeg = one.raDeg;
        source.decDeg = one.decDeg;
        collection.sources.push_back(std::move(source));
    }
}

template <class Value>
std::vector<Value> gather(const std::vector<ScannedSpectrum> &scanned, Value ScannedSpectrum::*member)
{
    std::vector<Value> values;
    values.reserve(scanned.size());
    for (const ScannedSpectrum &one : scanned)
        values.push_back(one.*member);
    return values;
}

bool hasAny(const std::vector<double> &values)
{
    return std::any_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

/// What the files say of their spectra, then the columns of the catalogue that was joined.
Result<data::Catalogue> withFileColumns(const std::vector<ScannedSpectrum> &scanned, data::Catalogue joined)
{
    data::Catalogue catalogue;
    catalogue.name = joined.name;
    catalogue.description = joined.description;
    std::vector<data::Column> columns;
    if (auto redshift = gather(scanned, &ScannedSpectrum::redshift); hasAny(redshift))
        columns.push_back(data::makeColumn("file_redshift", std::move(redshift), "", "src.redshift",
                                           "Redshift in the file"));
    if (auto snr = gather(scanned, &ScannedSpectrum::snr); hasAny(snr))
        columns.push_back(data::makeColumn("spectrum_snr", std::move(snr), "", "stat.snr;em",
                                           "Median signal-to-noise per pixel of the original"));
    if (auto classes = gather(scanned, &ScannedSpectrum::objectClass);
        std::any_of(classes.begin(), classes.end(), [](const std::string &one) { return !one.empty(); }))
        columns.push_back(
            data::makeColumn("file_class", std::move(classes), "", "src.class", "Class in the file"));
    for (data::Column &column : std::move(joined).takeColumns())
        columns.push_back(std::move(column));
    for (data::Column &column : columns)
        if (auto added = catalogue.addColumn(std::move(column)); !added)
            return failure(added.error());
    return catalogue;
}

/// "um guessed (985 spectra)": each note once.
std::vector<std::string> countedNotes(const std::vector<ScannedSpectrum> &scanned)
{
    std::map<std::string, std::size_t> counts;
    for (const ScannedSpectrum &one : scanned)
        if (!one.note.empty())
            ++counts[one.note];
    std::vector<std::string> notes;
    notes.reserve(counts.size());
    for (const auto &[note, count] : counts)
        notes.push_back(note + " (" + std::to_string(count) + (count == 1 ? " spectrum)" : " spectra)"));
    return notes;
}

/// Lays the catalogue beside the sources and adds what the files say.
Result<void> join(data::Collection &collection, const data::Catalogue &catalogue,
                  const std::vector<ScannedSpectrum> &scanned, SpectraImportOutcome &outcome)
{
    if (catalogue.rowCount() > 0)
    {
        const auto joined = sky::joinCatalogue(collection, catalogue);
        outcome.joinedRows = joined ? joined->found : 0;
        outcome.joinMessage = joined ? joined->message : joined.error().message;
    }
    auto columns = withFileColumns(scanned, std::move(collection.catalogue));
    if (!columns)
        return failure(columns.error());
    collection.catalogue = std::move(*columns);
    return {};
}

/// One import, from beginning to end.
class SpectraImport
{
public:
    SpectraImport(session::Session &session, const SpectraImportRequest &request, SpectraProgress &progress,
                  const JobContext &context)
        : m_session(session), m_request(request), m_progress(progress), m_context(context)
    {
        m_collection.name = collectionName(request.name, request.paths);
    }

    Result<SpectraImportOutcome> run(data::Catalogue catalogue)
    {
        const std::vector<StandIn> standIns = markObviouslyMissing(catalogue);
        if (auto scanned = scan(); !scanned)
            return failure(scanned.error());
        m_outcome.notes = countedNotes(m_scan.spectra);
        for (const StandIn &one : standIns)
            m_outcome.notes.push_back(toString(one));
        const auto plan = planFor(catalogue);
        if (!plan)
            return hopeless(plan.error());
        std::vector<bool> isGood;
        if (auto prepared = prepareStore(*plan, isGood); !prepared)
            return failure(prepared.error());
        m_collection.fingerprint = fingerprintOf(m_collection, m_scan.spectra, isGood);
        if (auto kept = keepGood(m_collection, isGood); !kept)
            return hopeless(kept.error());
        return publish(*plan);
    }

private:
    /// The first pass: what an earlier run has not looked at.
    Result<void> scan()
    {
        io::FoundFiles found = io::findFiles(m_request.paths, m_context, spectrumFiles());
        if (m_context.shouldStop())
            return failure(ErrorKind::Cancelled, "stopped while looking for files");
        leaveOutCatalogue(found.files, m_request.catalogue);
        m_files = std::move(found.files);
        m_scan.problems = std::move(found.problems);
        const auto already = m_progress.resumeScan(m_files, m_scan);
        if (!already)
            return failure(already.error());
        m_outcome.resumedFiles = *already;
        auto next = m_files.begin() + static_cast<std::ptrdiff_t>(*already);
        const auto scanned = scanSpectra(
            {next, m_files.end()}, m_request.reading, m_request.recipe, fromFile(*already),
            [&](ScannedSpectra file) {
                std::move(file.spectra.begin(), file.spectra.end(), std::back_inserter(m_scan.spectra));
                std::move(file.problems.begin(), file.problems.end(), std::back_inserter(m_scan.problems));
                return m_progress.fileDone(*next++, m_scan);
            });
        return scanned || m_progress.filesDone() == 0
                   ? scanned
                   : stopped(scanned.error(), m_progress.keepScan(m_scan),
                             std::to_string(m_progress.filesDone()) + " of " +
                                 std::to_string(m_files.size()) + " files are looked at");
    }

    /// Reports of files beyond those that an earlier run has looked at.
    [[nodiscard]] JobContext fromFile(std::size_t already) const
    {
        JobContext context = m_context;
        if (m_context.onProgress)
            context.onProgress = [this, already](const Progress &report) {
                m_context.report({already + report.done, m_files.size(), report.stage});
            };
        return context;
    }

    Result<SpectraPlan> planFor(const data::Catalogue &catalogue)
    {
        m_collection.problems = m_scan.problems;
        if (m_scan.spectra.empty())
            return failure(ErrorKind::Malformed,
                           "no spectrum could be read" + firstProblems(m_collection.problems));
        addSources(m_collection, m_scan.spectra);
        if (auto joined = join(m_collection, catalogue, m_scan.spectra, m_outcome); !joined)
            return failure(joined.error());
        return planSpectra(m_request.recipe, m_request.reading, m_collection, m_scan.spectra);
    }

    /// The second pass, into a store under its first name.
    Result<void> prepareStore(const SpectraPlan &plan, std::vector<bool> &isGood)
    {
        auto writer = m_progress.openStore(plan, m_scan, m_collection, isGood, m_context);
        if (!writer)
            return failure(writer.error());
        m_outcome.resumedSpectra = isGood.size();
        const auto keep = [&] { return m_progress.keepStore(**writer, m_collection); };
        const PreparedTarget target = {**writer, m_collection, isGood,
                                       [&] { return m_progress.isTimeToKeep() ? keep() : Result<void>(); }};
        if (auto prepared = prepareInto(target, m_files, plan, m_context); !prepared)
            return stopped(prepared.error(), keep(),
                           std::to_string(isGood.size()) + " of " +
                               std::to_string(m_collection.sources.size()) + " spectra are prepared");
        if (auto kept = keep(); !kept)
            return kept;
        return (*writer)->finish(fingerprintOf(m_collection, m_scan.spectra, isGood));
    }

    /// Gives the store the name that its content asks for, and tells the session.
    Result<SpectraImportOutcome> publish(const SpectraPlan &plan)
    {
        if (auto published = giveName(m_progress.storePath(),
                                      m_session.spectraStorePath(m_collection.fingerprint, plan.preparation));
            !published)
            return failure(published.error());
        const auto id = m_session.addSpectra(m_collection, plan.preparation, m_progress.key());
        if (!id)
            return failure(id.error());
        m_outcome.collection = *id;
        m_outcome.imported = m_collection.sources.size();
        m_outcome.grid = plan.preparation.grid;
        m_outcome.problems = std::move(m_collection.problems);
        return std::move(m_outcome);
    }

    /// The same request would fail again: nothing is left to go on with.
    Result<SpectraImportOutcome> hopeless(const Error &error)
    {
        if (auto forgotten = m_progress.forget(); !forgotten)
            return failure(forgotten.error());
        return failure(error);
    }

    /// Why a pass ended, once what it had done is kept.
    static Result<void> stopped(const Error &error, const Result<void> &kept, const std::string &howFar)
    {
        if (error.kind != ErrorKind::Cancelled)
            return failure(error);
        if (!kept)
            return kept;
        return failure(ErrorKind::Cancelled,
                       "stopped; " + howFar + " and kept, the same import goes on from there");
    }

    session::Session &m_session;
    const SpectraImportRequest &m_request;
    SpectraProgress &m_progress;
    const JobContext &m_context;
    std::vector<io::FoundFile> m_files;
    ScannedSpectra m_scan;
    data::Collection m_collection;
    SpectraImportOutcome m_outcome;
};

} // namespace

Result<SpectraImportOutcome> importSpectra(session::Session &session, const SpectraImportRequest &request,
                                           const JobContext &context)
{
    if (request.paths.empty())
        return failure(ErrorKind::InvalidArgument, "nothing to import: expected files, folders or archives");
    if (auto valid = prepare::validate(request.recipe); !valid)
        return failure(valid.error());
    auto catalogue = readCatalogue(request.catalogue);
    if (!catalogue)
        return failure(catalogue.error());
    markMissing(*catalogue, request.missingValues);
    auto progress = SpectraProgress::begin(session, request);
    if (!progress)
        return failure(progress.error());
    return SpectraImport(session, request, *progress, context).run(std::move(*catalogue));
}

} // namespace somnium::workflow
