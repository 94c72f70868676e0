// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/import_progress.h"

#include <span>
#include <utility>

namespace somnium::workflow
{

Result<ImportProgress> ImportProgress::begin(session::Session &session, const ImportRequest &request)
{
    prepare::Recipe recipe = request.recipe;
    recipe.name.clear();
    auto hold = ImportHold::take(session, {importKey(prepare::toJson(recipe), request.paths), toJson(request),
                                           false, request.startsAnew, request.keepEvery});
    if (!hold)
        return failure(hold.error());
    return ImportProgress(std::move(*hold), request.recipe);
}

Result<std::size_t> ImportProgress::resume(const std::vector<io::FoundFile> &files,
                                           data::Collection &collection, CollectionBuilder &builder,
                                           const JobContext &context)
{
    const auto kept = m_hold.find(files);
    if (!kept)
        return failure(kept.error());
    auto content = *kept ? m_hold.session().pendingImports().content((*kept)->key)
                         : Result<session::PendingContent>(failure(ErrorKind::NotFound, "nothing is kept"));
    if (content)
    {
        std::swap(collection.sources, content->sources);
        std::swap(collection.problems, content->problems);
        m_hold.recoverSamples(m_hold.session().samplesPath((*kept)->contentHash, m_recipe));
        const auto resumed = builder.resume((*kept)->samples, (*kept)->contentHash, context);
        if (!resumed && resumed.error().kind == ErrorKind::Cancelled)
            return failure(resumed.error());
        if (resumed)
        {
            m_keptSources = collection.sources.size();
            m_keptProblems = collection.problems.size();
            return filesDone();
        }
        std::swap(collection.sources, content->sources);
        std::swap(collection.problems, content->problems);
    }
    if (auto forgotten = forget(); !forgotten)
        return failure(forgotten.error());
    return std::size_t{0};
}

Result<void> ImportProgress::fileDone(const io::FoundFile &file, const data::Collection &collection,
                                      CollectionBuilder &builder)
{
    m_hold.fileDone(file);
    return m_hold.isTimeToKeep() ? keep(collection, builder) : Result<void>();
}

Result<void> ImportProgress::keep(const data::Collection &collection, CollectionBuilder &builder)
{
    const auto samples = builder.keep();
    if (!samples)
        return failure(samples.error());
    session::PendingImport &import = m_hold.import();
    import.samples = *samples;
    import.contentHash = builder.contentHash();
    const auto kept =
        m_hold.session().pendingImports().keep(import, std::span(collection.sources).subspan(m_keptSources),
                                               std::span(collection.problems).subspan(m_keptProblems));
    if (!kept)
        return kept;
    m_keptSources = collection.sources.size();
    m_keptProblems = collection.problems.size();
    m_hold.justKept();
    return {};
}

} // namespace somnium::workflow
