// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/import_progress.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace somnium::workflow
{

namespace
{

namespace fs = std::filesystem;

std::uint64_t hashOf(const std::string &text, std::uint64_t seed)
{
    // With its end, so that "ab" and "c" are not "a" and "bc".
    return fnv1a(std::as_bytes(std::span(text.c_str(), text.size() + 1)), seed);
}

/// Of what decides the samples: where they come from and how they are prepared. Name and catalogue do not.
std::uint64_t keyOf(const ImportRequest &request)
{
    prepare::Recipe recipe = request.recipe;
    recipe.name.clear();
    std::uint64_t key = hashOf(prepare::toJson(recipe), fnv1a({}));
    for (const fs::path &path : request.paths)
        key = hashOf(fs::absolute(path).lexically_normal().generic_string(), key);
    return key;
}

/// Size and time of change; zeros for a file that is not there.
std::uint64_t stateOf(const std::string &file)
{
    std::error_code error;
    std::array<std::int64_t, 2> state = {};
    const auto size = fs::file_size(file, error);
    if (!error)
        state[0] = static_cast<std::int64_t>(size);
    const auto time = fs::last_write_time(file, error);
    if (!error)
        state[1] = static_cast<std::int64_t>(time.time_since_epoch().count());
    return fnv1a(std::as_bytes(std::span(state)));
}

} // namespace

void FilesHash::add(const io::FoundFile &file)
{
    if (file.file != m_lastFile || m_lastState == 0)
    {
        m_lastFile = file.file;
        m_lastState = stateOf(file.file);
    }
    const std::array<std::uint64_t, 4> numbers = {file.offset, file.sizeBytes, file.isStoredPlain ? 1U : 0U,
                                                  m_lastState};
    m_hash = hashOf(file.member, hashOf(file.file, m_hash));
    m_hash = fnv1a(std::as_bytes(std::span(numbers)), m_hash);
}

Result<ImportProgress> ImportProgress::begin(session::Session &session, const ImportRequest &request)
{
    const std::uint64_t key = keyOf(request);
    const auto samples = session.pendingImports().samplesPath(key);
    if (!samples)
        return failure(samples.error());
    auto lock = FileLock::take(fs::path(samples->string() + ".lock"));
    if (!lock)
        return failure(lock.error().kind,
                       session.path().string() +
                           ": another program is importing the same files into this session (" +
                           lock.error().message + ")");
    ImportProgress progress(session, std::move(*lock));
    progress.m_samplesPath = *samples;
    progress.m_import.key = key;
    progress.m_import.request = toJson(request);
    progress.m_recipe = request.recipe;
    progress.m_keepEvery = request.keepEvery;
    progress.m_startsAnew = request.startsAnew;
    return progress;
}

bool ImportProgress::isOfThese(const session::PendingImport &kept, const std::vector<io::FoundFile> &files)
{
    if (kept.filesDone > files.size())
        return false;
    for (std::size_t i = 0; i < kept.filesDone; ++i)
        m_files.add(files[i]);
    return m_files.value() == kept.filesHash;
}

void ImportProgress::recoverSamples(const session::PendingImport &kept) const
{
    std::error_code error;
    const fs::path part = data::SampleStoreWriter::partOf(m_samplesPath);
    if (fs::exists(part, error))
        return;
    fs::path finished = m_samplesPath;
    const auto published = m_session->samplesPath(kept.contentHash, m_recipe);
    const auto collections = m_session->collections();
    if (!fs::exists(finished, error) && published && collections)
    {
        const bool isUsed =
            std::any_of(collections->begin(), collections->end(), [&](const session::CollectionSummary &one) {
                const auto samples = m_session->samplesPath(one.fingerprint, one.recipe);
                return !samples || *samples == *published;
            });
        if (!isUsed)
            finished = *published;
    }
    fs::rename(finished, part, error); // where that fails, the import starts anew
}

Result<std::size_t> ImportProgress::resume(const std::vector<io::FoundFile> &files,
                                           data::Collection &collection, CollectionBuilder &builder,
                                           const JobContext &context)
{
    m_import.filesTotal = files.size();
    m_keptAt = Clock::time_point(); // the first file is kept at once, so that nothing lies about unknown
    const auto kept = m_session->pendingImports().find(m_import.key);
    if (!kept)
        return failure(kept.error());
    if (*kept && !m_startsAnew && isOfThese(**kept, files))
    {
        auto content = m_session->pendingImports().content(m_import.key);
        if (content)
        {
            std::swap(collection.sources, content->sources);
            std::swap(collection.problems, content->problems);
            recoverSamples(**kept);
            const auto resumed = builder.resume((*kept)->samples, (*kept)->contentHash, context);
            if (!resumed && resumed.error().kind == ErrorKind::Cancelled)
                return failure(resumed.error());
            if (resumed)
            {
                m_import.filesDone = (*kept)->filesDone;
                m_keptSources = collection.sources.size();
                m_keptProblems = collection.problems.size();
                return m_import.filesDone;
            }
            std::swap(collection.sources, content->sources);
            std::swap(collection.problems, content->problems);
        }
    }
    m_files = {};
    if (auto forgotten = forget(); !forgotten)
        return failure(forgotten.error());
    return std::size_t{0};
}

Result<void> ImportProgress::fileDone(const io::FoundFile &file, const data::Collection &collection,
                                      CollectionBuilder &builder)
{
    m_files.add(file);
    ++m_import.filesDone;
    return Clock::now() - m_keptAt < m_keepEvery ? Result<void>() : keep(collection, builder);
}

Result<void> ImportProgress::forget()
{
    return m_session->pendingImports().remove(m_import.key);
}

Result<void> ImportProgress::keep(const data::Collection &collection, CollectionBuilder &builder)
{
    const auto samples = builder.keep();
    if (!samples)
        return failure(samples.error());
    m_import.samples = *samples;
    m_import.filesHash = m_files.value();
    m_import.contentHash = builder.contentHash();
    const auto kept =
        m_session->pendingImports().keep(m_import, std::span(collection.sources).subspan(m_keptSources),
                                         std::span(collection.problems).subspan(m_keptProblems));
    if (!kept)
        return kept;
    m_keptSources = collection.sources.size();
    m_keptProblems = collection.problems.size();
    m_keptAt = Clock::now();
    return {};
}

} // namespace somnium::workflow
