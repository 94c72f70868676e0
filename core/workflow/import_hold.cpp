// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/import_hold.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "core/workflow/import_files.h"

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

std::uint64_t importKey(const std::string &recipe, const std::vector<fs::path> &paths)
{
    std::uint64_t key = hashOf(recipe, fnv1a({}));
    for (const fs::path &path : paths)
        key = hashOf(absoluteText(path), key);
    return key;
}

Result<ImportHold> ImportHold::take(session::Session &session, Asked asked)
{
    const auto samples = session.pendingImports().samplesPath(asked.key);
    if (!samples)
        return failure(samples.error());
    auto lock = FileLock::take(fs::path(samples->string() + ".lock"));
    if (!lock)
        return failure(lock.error().kind,
                       session.path().string() +
                           ": another program is importing the same files into this session (" +
                           lock.error().message + ")");
    ImportHold hold(session, std::move(*lock));
    hold.m_samplesPath = *samples;
    hold.m_import.key = asked.key;
    hold.m_import.request = asked.request;
    hold.m_import.areSpectra = asked.areSpectra;
    hold.m_asked = std::move(asked);
    return hold;
}

Result<std::optional<session::PendingImport>> ImportHold::find(const std::vector<io::FoundFile> &files)
{
    m_import.filesTotal = files.size();
    auto kept = m_session->pendingImports().find(m_asked.key);
    if (!kept || !*kept)
        return kept;
    if (m_asked.startsAnew || (*kept)->areSpectra != m_asked.areSpectra || (*kept)->filesDone > files.size())
        return std::optional<session::PendingImport>();
    m_files = {};
    for (std::size_t i = 0; i < (*kept)->filesDone; ++i)
        m_files.add(files[i]);
    if (m_files.value() != (*kept)->filesHash)
        return std::optional<session::PendingImport>();
    m_import.filesDone = (*kept)->filesDone;
    m_import.filesHash = (*kept)->filesHash;
    return kept;
}

void ImportHold::fileDone(const io::FoundFile &file)
{
    m_files.add(file);
    ++m_import.filesDone;
    m_import.filesHash = m_files.value();
}

Result<void> ImportHold::forget()
{
    m_files = {};
    m_import.filesDone = 0;
    return forgetKept();
}

bool ImportHold::isUsed(const fs::path &prepared) const
{
    const auto collections = m_session->collections();
    return !collections || std::any_of(collections->begin(), collections->end(), [&](const auto &one) {
        const auto path = one.kind == session::CollectionKind::Spectra
                              ? m_session->spectraStorePath(one.fingerprint, one.spectral)
                              : m_session->samplesPath(one.fingerprint, one.recipe);
        return !path || *path == prepared;
    });
}

void ImportHold::recoverSamples(const Result<fs::path> &published) const
{
    std::error_code error;
    const fs::path part = data::SampleStoreWriter::partOf(m_samplesPath);
    if (fs::exists(part, error))
        return;
    const bool isUnpublished = fs::exists(m_samplesPath, error) || !published || isUsed(*published);
    fs::rename(isUnpublished ? m_samplesPath : *published, part,
               error); // where that fails, the import starts anew
}

} // namespace somnium::workflow
