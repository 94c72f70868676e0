// SPDX-License-Identifier: GPL-3.0-or-later
// An import under way: held against other programs, found again when the same is asked for once more. What it
// has read is kept by ImportProgress (images) and SpectraProgress.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/platform.h"
#include "core/base/result.h"
#include "core/io/file_walker.h"
#include "core/session/session.h"

namespace somnium::workflow
{

/// Running hash over files: name, place, size and time of change. Asks the file system once for each file.
class FilesHash
{
public:
    void add(const io::FoundFile &file);
    [[nodiscard]] std::uint64_t value() const { return m_hash; }

private:
    std::uint64_t m_hash = fnv1a({});
    std::string m_lastFile;
    std::uint64_t m_lastState = 0; ///< of the file, or of the archive
};

/// Of what decides what is prepared: where it comes from and how (`recipe`, a text). Name and catalogue do
/// not.
[[nodiscard]] std::uint64_t importKey(const std::string &recipe,
                                      const std::vector<std::filesystem::path> &paths);

class ImportHold
{
public:
    struct Asked
    {
        std::uint64_t key = 0;
        std::string request; ///< JSON
        bool areSpectra = false;
        bool startsAnew = false;
        std::chrono::milliseconds keepEvery{0};
    };
    /// Unreadable if another program is at the same import.
    [[nodiscard]] static Result<ImportHold> take(session::Session &session, Asked asked);

    [[nodiscard]] session::Session &session() const { return *m_session; }
    /// Where what is prepared is written until it is finished.
    [[nodiscard]] const std::filesystem::path &samplesPath() const { return m_samplesPath; }
    /// How far it has come: what will be kept.
    [[nodiscard]] session::PendingImport &import() { return m_import; }
    [[nodiscard]] const session::PendingImport &import() const { return m_import; }

    /// What an earlier run kept, if it was of these files and none has changed since, unless it is not
    /// wanted.
    [[nodiscard]] Result<std::optional<session::PendingImport>> find(const std::vector<io::FoundFile> &files);
    /// A file has been read.
    void fileDone(const io::FoundFile &file);
    /// Whether so much time has passed that it should be kept.
    [[nodiscard]] bool isTimeToKeep() const { return Clock::now() - m_keptAt >= m_asked.keepEvery; }
    void justKept() { m_keptAt = Clock::now(); }
    /// Nothing of it is kept any more ...
    [[nodiscard]] Result<void> forgetKept() { return m_session->pendingImports().remove(m_asked.key); }
    /// ... and no file is done.
    [[nodiscard]] Result<void> forget();
    /// A run that was killed near its end has given its samples another name already, maybe `published`:
    /// gives them back their first one, unless a collection has them.
    void recoverSamples(const Result<std::filesystem::path> &published) const;

private:
    using Clock = std::chrono::steady_clock;
    ImportHold(session::Session &session, FileLock lock) : m_session(&session), m_lock(std::move(lock)) {}
    [[nodiscard]] bool isUsed(const std::filesystem::path &prepared) const;

    session::Session *m_session;
    FileLock m_lock;
    Asked m_asked;
    std::filesystem::path m_samplesPath;
    session::PendingImport m_import;
    FilesHash m_files;
    Clock::time_point m_keptAt; ///< never: the first file is kept at once, so that nothing lies about unknown
};

} // namespace somnium::workflow
