// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "core/base/platform.h"
#include "core/workflow/carry_over.h"
#include "core/workflow/import_files.h"
#include "core/workflow/import_spectra.h"
#include "core/workflow/prepared_spectra.h"
#include "core/workflow/reprepare.h"

namespace somnium::workflow
{

namespace
{

namespace fs = std::filesystem;

/// The sources of a collection that a recipe does not reject at first sight, and what was found of each.
struct Sighted
{
    data::Collection collection;
    std::vector<std::size_t> kept; ///< of the old collection
    std::vector<ScannedSpectrum> scanned;
};

/// What was found at an origin: a spectrum, or why the recipe rejects it.
using Findings = std::map<std::tuple<std::string, std::string, int, std::size_t>,
                          std::pair<std::optional<ScannedSpectrum>, data::ImportProblem>>;

auto keyOf(const data::SourceOrigin &origin)
{
    return std::tuple(origin.file, origin.member, origin.hdu, origin.index);
}

Result<Findings> findingsIn(const std::vector<io::FoundFile> &files, const io::SpectrumReadOptions &reading,
                            const prepare::SpectralRecipe &recipe, const JobContext &context)
{
    Findings findings;
    const auto take = [&](ScannedSpectra file) -> Result<void> {
        for (data::ImportProblem &problem : file.problems)
            findings[keyOf(problem.origin)] = {std::nullopt, problem};
        for (ScannedSpectrum &one : file.spectra)
        {
            auto &[scanned, problem] = findings[keyOf(one.origin)];
            scanned = std::move(one);
        }
        return {};
    };
    if (auto scanned = scanSpectra(files, reading, recipe, context, take); !scanned)
        return failure(scanned.error());
    return findings;
}

/// Fails naming the first source whose original is not there any more.
Result<Sighted> sight(data::Collection old, Findings findings)
{
    Sighted sighted;
    for (std::size_t i = 0; i < old.sources.size(); ++i)
    {
        const auto found = findings.find(keyOf(old.sources[i].origin));
        if (found == findings.end())
            return failure(ErrorKind::NotFound, toString(old.sources[i].origin) +
                                                    ": expected the spectrum of source '" +
                                                    old.sources[i].id + "', found none");
        auto &[scanned, problem] = found->second;
        if (scanned)
        {
            sighted.kept.push_back(i);
            sighted.collection.sources.push_back(std::move(old.sources[i]));
            sighted.scanned.push_back(std::move(*scanned));
        }
        else if (problem.expected == kPreparable)
            sighted.collection.problems.push_back(std::move(problem));
        else
            return failure(ErrorKind::NotFound, toString(problem));
    }
    if (!old.catalogue.columns().empty())
        sighted.collection.catalogue = old.catalogue.takeRows(sighted.kept);
    return sighted;
}

/// Of all sources, whatever the recipe makes of them; Mismatch if they are not what was imported.
Result<void> checkUnchanged(const data::Collection &old, const Sighted &sighted)
{
    const std::vector<bool> all(sighted.scanned.size(), true);
    if (sighted.kept.size() == old.sources.size() &&
        fingerprintOf(sighted.collection, sighted.scanned, all) != old.fingerprint)
        return failure(ErrorKind::Mismatch,
                       old.name + ": the originals have changed since the import; import them again");
    return {};
}

Result<Sighted> sightAll(const data::Collection &old, const io::SpectrumReadOptions &reading,
                         const prepare::SpectralRecipe &recipe, const JobContext &context)
{
    const auto files = filesOf(originsOf(old), context);
    if (!files)
        return failure(files.error());
    auto findings = findingsIn(*files, reading, recipe, context);
    if (!findings)
        return failure(findings.error());
    auto sighted = sight(old, std::move(*findings));
    if (!sighted)
        return sighted;
    if (sighted->scanned.empty())
        return failure(ErrorKind::Mismatch, old.name + ": the recipe prepares none of its sources" +
                                                firstProblems(sighted->collection.problems));
    if (auto unchanged = checkUnchanged(old, *sighted); !unchanged)
        return failure(unchanged.error());
    return sighted;
}

/// Into the session's cache, under the name that its content gives it.
Result<SpectraPlan> prepareSighted(const session::Session &session, const prepare::SpectralRecipe &recipe,
                                   const io::SpectrumReadOptions &reading, Sighted &sighted,
                                   const JobContext &context)
{
    auto plan = planSpectra(recipe, reading, sighted.collection, sighted.scanned);
    if (!plan)
        return plan;
    const auto folder = session.cacheFolder();
    if (!folder)
        return failure(folder.error());
    const auto files = filesOf(originsOf(sighted.collection), context);
    if (!files)
        return failure(files.error());
    const fs::path unpublished = *folder / ("preparing-" + std::to_string(processId()) + ".spectrum-store");
    auto writer =
        data::SpectrumStoreWriter::create(unpublished, plan->preparation.grid, plan->preparation.hasWeights);
    if (!writer)
        return failure(writer.error());
    std::vector<bool> isGood;
    if (auto done = prepareInto({**writer, sighted.collection, isGood, {}}, *files, *plan, context); !done)
        return failure(done.error());
    sighted.collection.fingerprint = fingerprintOf(sighted.collection, sighted.scanned, isGood);
    if (auto kept = keepGood(sighted.collection, isGood); !kept)
        return failure(kept.error());
    std::size_t next = 0; // the rejected ones go
    std::erase_if(sighted.kept, [&](std::size_t) { return !isGood[next++]; });
    if (auto finished = (*writer)->finish(sighted.collection.fingerprint); !finished)
        return failure(finished.error());
    if (auto named = giveName(unpublished,
                              session.spectraStorePath(sighted.collection.fingerprint, plan->preparation));
        !named)
        return failure(named.error());
    return plan;
}

} // namespace

Result<ReprepareOutcome> prepareAgain(session::Session &session, const SpectraReprepareRequest &request,
                                      const JobContext &context)
{
    if (auto valid = prepare::validate(request.recipe); !valid)
        return failure(valid.error());
    const auto summary = session.collectionSummary(request.collection);
    if (!summary)
        return failure(summary.error());
    if (summary->kind != session::CollectionKind::Spectra)
        return failure(ErrorKind::Mismatch, "collection '" + summary->name +
                                                "' holds images: expected a recipe for images, found '" +
                                                request.recipe.name + "', for spectra");
    const auto old = session.collection(request.collection);
    if (!old)
        return failure(old.error());
    const auto reading = readOptionsFromJson(summary->spectral.reading);
    if (!reading)
        return failure(reading.error());
    auto sighted = sightAll(*old, *reading, request.recipe, context);
    if (!sighted)
        return failure(sighted.error());
    const auto plan = prepareSighted(session, request.recipe, *reading, *sighted, context);
    if (!plan)
        return failure(plan.error());
    ReprepareOutcome outcome;
    outcome.name = request.name.empty() ? old->name + " (" + request.recipe.name + ")" : request.name;
    sighted->collection.name = outcome.name;
    const auto id = session.addSpectra(sighted->collection, plan->preparation);
    if (!id)
        return failure(id.error());
    const auto labels = carryOver(session, request.collection, *id, sighted->kept);
    if (!labels)
        return failure(labels.error());
    outcome.collection = *id;
    outcome.prepared = sighted->collection.sources.size();
    outcome.labels = *labels;
    outcome.problems = std::move(sighted->collection.problems);
    return outcome;
}

} // namespace somnium::workflow
