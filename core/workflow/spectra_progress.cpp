// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/spectra_progress.h"

#include <iterator>
#include <span>
#include <utility>

namespace somnium::workflow
{

namespace
{

constexpr std::size_t kCountBytes = sizeof(std::uint64_t);

/// A part that the session keeps: how many problems belong to it, then what was found.
std::vector<std::byte> partOf(std::span<const ScannedSpectrum> spectra, std::uint64_t problems)
{
    const auto count = std::as_bytes(std::span(&problems, 1));
    std::vector<std::byte> part(count.begin(), count.end());
    const std::vector<std::byte> found = toBytes(spectra);
    part.insert(part.end(), found.begin(), found.end());
    return part;
}

/// Puts all parts together. What is left of the problems came later.
Result<void> readParts(session::PendingContent &content, ScannedSpectra &scan)
{
    std::size_t problems = 0;
    for (const std::vector<std::byte> &part : content.parts)
    {
        const auto count = readAt<std::uint64_t>(part, 0);
        if (!count || *count > content.problems.size() - problems)
            return failure(ErrorKind::Malformed, "damaged: what an import of spectra had found");
        problems += static_cast<std::size_t>(*count);
        auto found = scannedFromBytes(std::span(part).subspan(kCountBytes));
        if (!found)
            return failure(found.error());
        std::move(found->begin(), found->end(), std::back_inserter(scan.spectra));
    }
    const auto middle = content.problems.begin() + static_cast<std::ptrdiff_t>(problems);
    scan.problems.assign(content.problems.begin(), middle);
    content.problems.erase(content.problems.begin(), middle);
    return {};
}

} // namespace

Result<SpectraProgress> SpectraProgress::begin(session::Session &session, const SpectraImportRequest &request)
{
    prepare::SpectralRecipe recipe = request.recipe;
    recipe.name.clear();
    const std::uint64_t key = importKey(prepare::toJson(recipe) + toJson(request.reading), request.paths);
    auto hold =
        ImportHold::take(session, {key, toJson(request), true, request.startsAnew, request.keepEvery});
    if (!hold)
        return failure(hold.error());
    return SpectraProgress(std::move(*hold));
}

Result<std::size_t> SpectraProgress::resumeScan(const std::vector<io::FoundFile> &files, ScannedSpectra &scan)
{
    const auto kept = m_hold.find(files);
    if (!kept)
        return failure(kept.error());
    if (*kept)
    {
        auto content = m_hold.session().pendingImports().content(key());
        ScannedSpectra found;
        if (content && readParts(*content, found))
        {
            scan = std::move(found);
            m_rejected = std::move(content->problems);
            m_keptSpectra = scan.spectra.size();
            m_keptProblems = scan.problems.size() + m_rejected.size();
            m_hold.import().samples = (*kept)->samples;
            m_hold.import().contentHash = (*kept)->contentHash;
            // Files have come since: whatever was prepared is of another collection.
            const bool areAll = filesDone() == files.size() || m_hold.import().contentHash == 0;
            if (auto dropped = areAll ? Result<void>() : dropPrepared(); !dropped)
                return failure(dropped.error());
            return filesDone();
        }
    }
    if (auto forgotten = forget(); !forgotten)
        return failure(forgotten.error());
    return std::size_t{0};
}

Result<void> SpectraProgress::fileDone(const io::FoundFile &file, const ScannedSpectra &scan)
{
    m_hold.fileDone(file);
    return isTimeToKeep() ? keepScan(scan) : Result<void>();
}

Result<void> SpectraProgress::keepScan(const ScannedSpectra &scan)
{
    const auto spectra = std::span(scan.spectra).subspan(m_keptSpectra);
    if (auto kept = keep(partOf(spectra, scan.problems.size() - m_keptProblems), scan.problems); !kept)
        return kept;
    m_keptSpectra = scan.spectra.size();
    return {};
}

Result<void> SpectraProgress::keep(std::span<const std::byte> part,
                                   const std::vector<data::ImportProblem> &problems)
{
    auto kept = m_hold.session().pendingImports().keepSpectra(m_hold.import(), part,
                                                              std::span(problems).subspan(m_keptProblems));
    if (!kept)
        return kept;
    m_keptProblems = problems.size();
    m_hold.justKept();
    return {};
}

Result<void> SpectraProgress::dropPrepared()
{
    m_keptSpectra = 0;
    m_keptProblems = 0;
    m_rejected.clear();
    m_hold.import().samples = {};
    m_hold.import().contentHash = 0;
    return m_hold.forgetKept();
}

Result<void> SpectraProgress::forget()
{
    auto dropped = dropPrepared();
    return dropped ? m_hold.forget() : dropped;
}

Result<std::unique_ptr<data::SpectrumStoreWriter>>
SpectraProgress::resumeStore(const SpectraPlan &plan, const ScannedSpectra &scan,
                             const data::Collection &collection, std::vector<bool> &isGood,
                             const JobContext &context) const
{
    const session::PendingImport &import = m_hold.import();
    const std::size_t prepared = import.samples.count + m_rejected.size();
    if (import.contentHash != hashOf(plan, scan.spectra) || prepared > collection.sources.size())
        return failure(ErrorKind::NotFound, "nothing is prepared by this plan");
    auto rejected = m_rejected.begin();
    for (std::size_t i = 0; i < prepared; ++i)
    {
        isGood.push_back(rejected == m_rejected.end() || rejected->origin != collection.sources[i].origin);
        if (!isGood.back())
            ++rejected;
    }
    if (rejected != m_rejected.end())
        return failure(ErrorKind::Malformed, "damaged: problems of spectra that are not there");
    if (prepared == collection.sources.size())
        m_hold.recoverSamples(m_hold.session().spectraStorePath(
            fingerprintOf(collection, scan.spectra, isGood), plan.preparation));
    return data::SpectrumStoreWriter::resume(storePath(), plan.preparation.grid, plan.preparation.hasWeights,
                                             import.samples, context);
}

Result<std::unique_ptr<data::SpectrumStoreWriter>>
SpectraProgress::openStore(const SpectraPlan &plan, const ScannedSpectra &scan, data::Collection &collection,
                           std::vector<bool> &isGood, const JobContext &context)
{
    auto resumed = resumeStore(plan, scan, collection, isGood, context);
    if (resumed)
    {
        collection.problems.insert(collection.problems.end(), m_rejected.begin(), m_rejected.end());
        return resumed;
    }
    if (resumed.error().kind == ErrorKind::Cancelled)
        return resumed;
    isGood.clear();
    if (auto dropped = m_hold.import().contentHash != 0 ? dropPrepared() : Result<void>(); !dropped)
        return failure(dropped.error());
    auto writer = data::SpectrumStoreWriter::createKept(storePath(), plan.preparation.grid,
                                                        plan.preparation.hasWeights);
    if (!writer)
        return writer;
    const auto samples = (*writer)->keep();
    if (!samples)
        return failure(samples.error());
    m_hold.import().samples = *samples;
    m_hold.import().contentHash = hashOf(plan, scan.spectra);
    if (auto kept = keepScan(scan); !kept)
        return failure(kept.error());
    return writer;
}

Result<void> SpectraProgress::keepStore(data::SpectrumStoreWriter &writer, const data::Collection &collection)
{
    const auto samples = writer.keep();
    if (!samples)
        return failure(samples.error());
    m_hold.import().samples = *samples;
    return keep({}, collection.problems);
}

} // namespace somnium::workflow
