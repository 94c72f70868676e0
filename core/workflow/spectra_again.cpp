// SPDX-License-Identifier: GPL-3.0-or-later
// The prepared spectra of a collection, made again where they are gone; single originals.
#include <utility>

#include "core/io/file_walker.h"
#include "core/workflow/import_spectra.h"
#include "core/workflow/prepared_spectra.h"

namespace somnium::workflow
{

Result<void> rebuildSpectra(const session::Session &session, session::CollectionId id,
                            const JobContext &context)
{
    const auto summary = session.collectionSummary(id);
    if (!summary)
        return failure(summary.error());
    auto collection = session.collection(id);
    if (!collection)
        return failure(collection.error());
    auto facts = factsOf(summary->spectral.recipe, *collection);
    if (!facts)
        return failure(facts.error());
    const auto files = filesOf(originsOf(*collection), context);
    if (!files)
        return failure(files.error());
    const auto path = session.spectraStorePath(summary->fingerprint, summary->spectral);
    if (!path)
        return failure(path.error());
    auto writer =
        data::SpectrumStoreWriter::create(*path, summary->spectral.grid, summary->spectral.hasWeights);
    if (!writer)
        return failure(writer.error());
    std::vector<bool> isGood;
    const auto expectGood = [&]() -> Result<void> {
        if (isGood.back())
            return {};
        const data::ImportProblem &problem = collection->problems.back();
        return failure(ErrorKind::Mismatch, toString(problem.origin) + ": " + problem.found);
    };
    if (auto done = prepareInto({**writer, *collection, isGood, expectGood}, *files,
                                {summary->spectral, std::move(*facts)}, context);
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
