// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps how far an import has come, in the session and beside its samples, and finds it again when the same
// is asked for once more. Used by importImages.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/job.h"
#include "core/base/platform.h"
#include "core/base/result.h"
#include "core/io/file_walker.h"
#include "core/session/session.h"
#include "core/workflow/collection_builder.h"
#include "core/workflow/import.h"

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

class ImportProgress
{
public:
    /// Holds the import of these paths by this recipe against other programs: Unreadable if one is at it.
    [[nodiscard]] static Result<ImportProgress> begin(session::Session &session,
                                                      const ImportRequest &request);

    /// Where the samples are written.
    [[nodiscard]] const std::filesystem::path &samplesPath() const { return m_samplesPath; }
    [[nodiscard]] std::uint64_t key() const { return m_import.key; }

    /// Brings collection and builder to where an earlier run was kept, and returns the number of files that
    /// it had done: 0, and nothing left of it, if there is none, if a file has changed since, if what was
    /// kept is damaged, or if the request says so.
    [[nodiscard]] Result<std::size_t> resume(const std::vector<io::FoundFile> &files,
                                             data::Collection &collection, CollectionBuilder &builder,
                                             const JobContext &context);
    /// Notes that a file has been taken, and keeps if it is time to.
    [[nodiscard]] Result<void> fileDone(const io::FoundFile &file, const data::Collection &collection,
                                        CollectionBuilder &builder);
    [[nodiscard]] Result<void> keep(const data::Collection &collection, CollectionBuilder &builder);
    /// Nothing of it is kept any more.
    [[nodiscard]] Result<void> forget();
    [[nodiscard]] std::size_t filesDone() const { return m_import.filesDone; }

private:
    using Clock = std::chrono::steady_clock;
    ImportProgress(session::Session &session, FileLock lock) : m_session(&session), m_lock(std::move(lock)) {}
    [[nodiscard]] bool isOfThese(const session::PendingImport &kept, const std::vector<io::FoundFile> &files);

    /// A run that was killed near its end has given its samples another name already: gives them back their
    /// first one.
    void recoverSamples(const session::PendingImport &kept) const;

    session::Session *m_session;
    FileLock m_lock;
    std::filesystem::path m_samplesPath;
    session::PendingImport m_import;
    prepare::Recipe m_recipe;
    FilesHash m_files;
    std::size_t m_keptSources = 0;
    std::size_t m_keptProblems = 0;
    std::chrono::milliseconds m_keepEvery{0};
    Clock::time_point m_keptAt = Clock::now();
    bool m_startsAnew = false;
};

} // namespace somnium::workflow
