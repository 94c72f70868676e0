// SPDX-License-Identifier: GPL-3.0-or-later
// What the parts of Session (session*.cpp) share: the open database, the lock, and the border at which
// exceptions become Results.
#pragma once

#include <mutex>
#include <new>
#include <stdexcept>
#include <type_traits>

#include <nlohmann/json.hpp>

#include "core/session/database.h"
#include "core/session/session.h"
#include "core/session/sources_codec.h"

namespace somnium::session
{

struct SessionState
{
    SessionState(std::filesystem::path file, Database opened)
        : path(std::move(file)), paths(path.parent_path()), database(std::move(opened))
    {}

    std::filesystem::path path; ///< absolute
    OriginalPaths paths;
    Database database;
    std::mutex mutex;

    /// Runs `work(database)` alone, in one transaction, committed if nothing flies out.
    template <class Work> auto read(const Work &work) { return run(Transaction::Kind::Read, work); }
    template <class Work> auto write(const Work &work) { return run(Transaction::Kind::Write, work); }

private:
    template <class Work> auto run(Transaction::Kind kind, const Work &work)
        -> Result<std::invoke_result_t<Work, Database &>>
    {
        const std::lock_guard lock(mutex);
        try
        {
            Transaction transaction(database, kind);
            if constexpr (std::is_void_v<std::invoke_result_t<Work, Database &>>)
            {
                work(database);
                transaction.commit();
                return {};
            }
            else
            {
                auto value = work(database);
                transaction.commit();
                return value;
            }
        }
        catch (const Failed &failed)
        {
            return failure(failed.error.kind, path.string() + ": " + failed.error.message);
        }
        catch (const nlohmann::json::exception &error)
        {
            return failure(ErrorKind::Malformed, path.string() + ": damaged: " + error.what());
        }
        catch (const std::bad_alloc &)
        {
            return failure(ErrorKind::OutOfMemory, path.string() + ": not enough memory");
        }
        catch (const std::length_error &)
        {
            return failure(ErrorKind::Malformed, path.string() + ": damaged: a size that cannot be");
        }
    }
};

/// Number of sources of a collection. Throws Failed (NotFound).
[[nodiscard]] std::size_t sourceCountOf(Database &database, CollectionId id);
/// Fails unless `source` is one of the `count` of a collection.
void checkSource(std::size_t source, std::size_t count);
/// Fails unless every source is one of the collection.
void checkSources(Database &database, CollectionId id, const std::vector<std::size_t> &sources);

/// Forgets an import under way, if there is one of that key.
void removePendingImport(Database &database, std::uint64_t key);

/// `session`.cache, made if missing.
[[nodiscard]] Result<std::filesystem::path> makeCacheFolder(const std::filesystem::path &session);
/// 16 digits.
[[nodiscard]] std::string hexadecimal(std::uint64_t value);
/// Where the samples of these originals, prepared by this recipe, lie.
[[nodiscard]] std::filesystem::path samplesFile(const std::filesystem::path &session,
                                                std::uint64_t fingerprint, prepare::Recipe recipe);

[[nodiscard]] std::filesystem::path spectraStoreFile(const std::filesystem::path &session,
                                                     std::uint64_t fingerprint,
                                                     SpectralPreparation preparation);
/// Grid and reading; the recipe is kept beside them. Reading throws Failed.
[[nodiscard]] std::string spectralToJson(const SpectralPreparation &preparation);
[[nodiscard]] SpectralPreparation spectralFromJson(const std::string &recipe, const std::string &spectral);

/// The moment as SQL: ISO 8601, UTC.
inline constexpr const char *kNowSql = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')";

} // namespace somnium::session
