// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/import_spectra.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "core/base/bytes.h"
#include "core/io/file_walker.h"
#include "core/sky/join.h"
#include "core/workflow/collection_builder.h"
#include "core/workflow/import_files.h"
#include "core/workflow/spectra_scan.h"

namespace somnium::workflow
{

namespace
{

namespace fs = std::filesystem;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

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
    std::uint64_t hash = fnv1a({});
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
        hash = fnv1a(std::as_bytes(std::span(source.id)), hash);
        hash = fnv1a(std::as_bytes(std::span(&one.hash, 1)), hash);
        collection.sources.push_back(std::move(source));
    }
    collection.fingerprint = hash;
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

/// The first column, by these names, that has numbers.
const data::Column *findColumn(const data::Catalogue &catalogue, const std::vector<std::string> &names)
{
    for (const std::string &name : names)
        if (const auto found = catalogue.find(name))
            return &catalogue.columns()[*found];
    return nullptr;
}

std::string namesOf(const data::Catalogue &catalogue)
{
    std::string names;
    for (const data::Column &column : catalogue.columns())
        names += (names.empty() ? "" : ", ") + column.name;
    return names.empty() ? "no catalogue" : names;
}

/// The ranges where the recipe puts the spectra: at rest, if it asks for that.
std::vector<prepare::SpectralRange> restRanges(const std::vector<ScannedSpectrum> &scanned,
                                               const prepare::SpectralRecipe &recipe,
                                               const std::vector<prepare::SpectrumFacts> &facts)
{
    constexpr double kLightKms = 299792.458;
    std::vector<prepare::SpectralRange> ranges;
    for (std::size_t i = 0; i < scanned.size(); ++i)
    {
        prepare::SpectralRange range = scanned[i].range;
        double shift = 0.0;
        if (recipe.restFrame.isEnabled)
            switch (recipe.restFrame.from)
            {
            case prepare::RestFrame::From::File: shift = scanned[i].redshift; break;
            case prepare::RestFrame::From::Redshift: shift = facts[i].redshift; break;
            case prepare::RestFrame::From::Velocity: shift = facts[i].velocityKms / kLightKms; break;
            }
        if (!std::isfinite(shift)) // `apply` says so
            continue;
        range.firstAngstrom /= 1.0 + shift;
        range.lastAngstrom /= 1.0 + shift;
        ranges.push_back(range);
    }
    return ranges;
}

/// False: every pixel of every spectrum will have the weight 1.
bool needsWeights(const std::vector<ScannedSpectrum> &scanned, const prepare::SpectralRecipe &recipe,
                  const data::SpectralGrid &grid)
{
    if (grid.hasWavelengths() || recipe.mask.grow > 0 || !recipe.mask.own.empty())
        return true;
    return std::any_of(scanned.begin(), scanned.end(), [](const auto &one) { return !one.isWhole; });
}

/// Keeps the sources (and their rows) of which `isGood`.
void keepOnly(data::Collection &collection, const std::vector<bool> &isGood)
{
    std::vector<data::Source> sources;
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < isGood.size(); ++i)
        if (isGood[i])
        {
            sources.push_back(std::move(collection.sources[i]));
            rows.push_back(i);
        }
    collection.sources = std::move(sources);
    if (!collection.catalogue.columns().empty())
        collection.catalogue = collection.catalogue.takeRows(rows);
}

std::vector<data::SourceOrigin> originsOf(const data::Collection &collection)
{
    std::vector<data::SourceOrigin> origins;
    for (const data::Source &source : collection.sources)
        origins.push_back(source.origin);
    return origins;
}

/// "um guessed (985 spectra)": each note once.
std::vector<std::string> countedNotes(const std::vector<ScannedSpectrum> &scanned)
{
    std::map<std::string, std::size_t> counts;
    for (const ScannedSpectrum &one : scanned)
        if (!one.note.empty())
            ++counts[one.note];
    std::vector<std::string> notes;
    for (const auto &[note, count] : counts)
        notes.push_back(note + " (" + std::to_string(count) + (count == 1 ? " spectrum)" : " spectra)"));
    return notes;
}

std::string firstProblems(const std::vector<data::ImportProblem> &problems)
{
    constexpr std::size_t kShown = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(kShown, problems.size()); ++i)
        text += "\n" + toString(problems[i]);
    return text;
}

Result<void> writeStore(const fs::path &path, const std::vector<io::FoundFile> &files,
                        const io::SpectrumReadOptions &reading,
                        const session::SpectralPreparation &preparation,
                        const std::vector<prepare::SpectrumFacts> &facts, data::Collection &collection,
                        const JobContext &context)
{
    auto writer = data::SpectrumStoreWriter::create(path, preparation.grid, preparation.hasWeights);
    if (!writer)
        return failure(writer.error());
    const std::vector<data::SourceOrigin> origins = originsOf(collection);
    std::vector<bool> isGood(origins.size(), false);
    const auto take = [&](std::size_t index, Result<data::PreparedSpectrum> prepared) -> Result<void> {
        if (!prepared)
        {
            collection.problems.push_back(
                {origins[index], "a spectrum that the recipe can prepare", prepared.error().message});
            return {};
        }
        isGood[index] = true;
        return (*writer)->append(prepared->flux, prepared->weight);
    };
    if (auto done = prepareSpectra(files, origins, reading, preparation.recipe, preparation.grid, facts,
                                   context, take);
        !done)
        return done;
    keepOnly(collection, isGood);
    if (collection.sources.empty())
        return failure(ErrorKind::Malformed, "expected at least one spectrum that the recipe can prepare, "
                                             "found none" +
                                                 firstProblems(collection.problems));
    return (*writer)->finish(collection.fingerprint);
}

/// What the first pass and the catalogue gave.
struct Scan
{
    std::vector<io::FoundFile> files;
    std::vector<ScannedSpectrum> spectra;
};

Result<Scan> scan(const SpectraImportRequest &request, data::Collection &collection,
                  const JobContext &context)
{
    io::FoundFiles found = io::findFiles(request.paths, context, spectrumFiles());
    if (context.shouldStop())
        return failure(ErrorKind::Cancelled, "stopped while looking for files");
    collection.problems = std::move(found.problems);
    leaveOutCatalogue(found.files, request.catalogue);
    auto scanned = scanSpectra(found.files, request.reading, request.recipe, context);
    if (!scanned)
        return failure(scanned.error());
    std::move(scanned->problems.begin(), scanned->problems.end(), std::back_inserter(collection.problems));
    if (scanned->spectra.empty())
        return failure(ErrorKind::Malformed,
                       "no spectrum could be read" + firstProblems(collection.problems));
    addSources(collection, scanned->spectra);
    return Scan{std::move(found.files), std::move(scanned->spectra)};
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

} // namespace

Result<std::vector<prepare::SpectrumFacts>> factsOf(const prepare::SpectralRecipe &recipe,
                                                    const data::Collection &collection)
{
    std::vector<prepare::SpectrumFacts> facts(collection.sources.size());
    const prepare::RestFrame &step = recipe.restFrame;
    if (!step.isEnabled || step.from == prepare::RestFrame::From::File)
        return facts;
    const bool isVelocity = step.from == prepare::RestFrame::From::Velocity;
    const std::vector<std::string> names =
        !step.column.empty() ? std::vector{step.column}
        : isVelocity ? std::vector<std::string>{"velocity", "rv", "radial_velocity", "vhelio", "v_kms"}
                     : std::vector<std::string>{"z", "redshift", "zspec", "z_spec", "file_redshift"};
    const data::Column *column = findColumn(collection.catalogue, names);
    if (column == nullptr)
        return failure(ErrorKind::NotFound, std::string("rest frame: expected a column of ") +
                                                (isVelocity ? "velocities" : "redshifts") + " named " +
                                                names.front() + ", found " + namesOf(collection.catalogue));
    for (std::size_t i = 0; i < facts.size(); ++i)
        (isVelocity ? facts[i].velocityKms : facts[i].redshift) = column->number(i);
    return facts;
}

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
    std::vector<std::string> notes = markObviouslyMissing(*catalogue);

    data::Collection collection;
    collection.name = collectionName(request.name, request.paths);
    const auto scanned = scan(request, collection, context);
    if (!scanned)
        return failure(scanned.error());
    SpectraImportOutcome outcome;
    outcome.notes = countedNotes(scanned->spectra);
    std::move(notes.begin(), notes.end(), std::back_inserter(outcome.notes));
    if (auto joined = join(collection, *catalogue, scanned->spectra, outcome); !joined)
        return failure(joined.error());
    const auto facts = factsOf(request.recipe, collection);
    if (!facts)
        return failure(facts.error());
    const auto grid =
        prepare::chooseGrid(request.recipe.grid, restRanges(scanned->spectra, request.recipe, *facts));
    if (!grid)
        return failure(grid.error());

    const session::SpectralPreparation preparation = {request.recipe, *grid,
                                                      needsWeights(scanned->spectra, request.recipe, *grid),
                                                      toJson(request.reading)};
    const auto path = session.spectraStorePath(collection.fingerprint, preparation);
    if (!path)
        return failure(path.error());
    if (auto written =
            writeStore(*path, scanned->files, request.reading, preparation, *facts, collection, context);
        !written)
        return failure(written.error());
    const auto id = session.addSpectra(collection, preparation);
    if (!id)
        return failure(id.error());
    outcome.collection = *id;
    outcome.imported = collection.sources.size();
    outcome.grid = *grid;
    outcome.problems = std::move(collection.problems);
    return outcome;
}

Result<void> rebuildSpectra(const session::Session &session, session::CollectionId id,
                            const JobContext &context)
{
    const auto summary = session.collectionSummary(id);
    if (!summary)
        return failure(summary.error());
    const auto collection = session.collection(id);
    if (!collection)
        return failure(collection.error());
    const auto reading = readOptionsFromJson(summary->spectral.reading);
    if (!reading)
        return failure(reading.error());
    const auto facts = factsOf(summary->spectral.recipe, *collection);
    if (!facts)
        return failure(facts.error());
    const std::vector<data::SourceOrigin> origins = originsOf(*collection);
    const auto files = filesOf(origins, context);
    if (!files)
        return failure(files.error());
    const auto path = session.spectraStorePath(summary->fingerprint, summary->spectral);
    if (!path)
        return failure(path.error());
    auto writer =
        data::SpectrumStoreWriter::create(*path, summary->spectral.grid, summary->spectral.hasWeights);
    if (!writer)
        return failure(writer.error());
    const auto take = [&](std::size_t index, Result<data::PreparedSpectrum> prepared) -> Result<void> {
        if (!prepared)
            return failure(prepared.error().kind, toString(origins[index]) + ": " + prepared.error().message);
        return (*writer)->append(prepared->flux, prepared->weight);
    };
    if (auto done = prepareSpectra(*files, origins, *reading, summary->spectral.recipe,
                                   summary->spectral.grid, *facts, context, take);
        !done)
        return done;
    return (*writer)->finish(summary->fingerprint);
}

Result<std::shared_ptr<const data::SpectrumStore>>
spectraOf(const session::Session &session, session::CollectionId collection, const JobContext &context)
{
    auto store = session.spectra(collection);
    if (store || store.error().kind != ErrorKind::NotFound)
        return store;
    if (auto rebuilt = rebuildSpectra(session, collection, context); !rebuilt)
        return failure(rebuilt.error().kind, store.error().message + "; " + rebuilt.error().message);
    return session.spectra(collection);
}

Result<data::Spectrum> readOriginalSpectrum(const data::SourceOrigin &origin,
                                            const io::SpectrumReadOptions &reading)
{
    const auto bytes = io::readFile(origin);
    if (!bytes)
        return failure(bytes.error());
    auto loaded = io::readSpectrum(*bytes, origin, reading);
    if (!loaded)
        return failure(loaded.error());
    return std::move(loaded->spectrum);
}

} // namespace somnium::workflow
