// SPDX-License-Identifier: GPL-3.0-or-later
// Creating and opening the file, and the cache beside it.
#include "core/session/session.h"

#include <array>
#include <charconv>

#include "core/base/atomic_file.h"
#include "core/base/bytes.h"
#include "core/session/schema.h"
#include "core/session/session_state.h"

namespace somnium::session
{

namespace
{

Result<std::filesystem::path> absolutePath(const std::filesystem::path &path)
{
    std::error_code error;
    const auto absolute = std::filesystem::absolute(path, error);
    if (error || !absolute.has_filename())
        return failure(ErrorKind::InvalidArgument, path.string() + ": not the name of a file");
    return absolute.lexically_normal();
}

Result<void> checkFolder(const std::filesystem::path &path)
{
    std::error_code error;
    if (!std::filesystem::is_directory(path.parent_path(), error))
        return failure(ErrorKind::NotFound,
                       path.string() + ": the folder " + path.parent_path().string() + " does not exist");
    return {};
}

/// Runs `work`, whose failures fly, at the border of the module.
template <class Work> auto atBorder(const std::filesystem::path &path, const Work &work) -> decltype(work())
{
    try
    {
        return work();
    }
    catch (const Failed &failed)
    {
        return failure(failed.error.kind, path.string() + ": " + failed.error.message);
    }
    catch (const std::bad_alloc &)
    {
        return failure(ErrorKind::OutOfMemory, path.string() + ": not enough memory");
    }
}

/// A new file with all tables and nothing in them. The ids are in the file itself, not in a log beside it, so
/// that every program can tell whose it is.
Result<void> writeEmptySession(const std::filesystem::path &path)
{
    return atBorder(path, [&]() -> Result<void> {
        Database database(path, Database::Mode::Create);
        database.execute("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL");
        migrate(database);
        return {};
    });
}

Database openDatabase(const std::filesystem::path &path)
{
    Database database(path, Database::Mode::OpenExisting);
    if (database.isReadOnly())
        fail(ErrorKind::Unreadable, "the file is write-protected: a session is written to while it is open");
    // A file system without shared memory keeps its rollback journal, which is as safe and only slower.
    database.execute("PRAGMA journal_mode = WAL");
    database.execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON");
    migrate(database);
    return database;
}

std::filesystem::path cachePath(const std::filesystem::path &session)
{
    return session.string() + ".cache";
}

} // namespace

std::string hexadecimal(std::uint64_t value)
{
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr;
    const std::string text(digits.data(), end);
    return std::string(digits.size() - text.size(), '0') + text;
}

Result<std::filesystem::path> makeCacheFolder(const std::filesystem::path &session)
{
    const std::filesystem::path folder = cachePath(session);
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return failure(ErrorKind::WriteFailed, folder.string() + ": cannot be created: " + error.message());
    return folder;
}

std::filesystem::path samplesFile(const std::filesystem::path &session, std::uint64_t fingerprint,
                                  prepare::Recipe recipe)
{
    recipe.name.clear(); // does not change a pixel
    const std::string json = prepare::toJson(recipe);
    const std::uint64_t key = fnv1a(std::as_bytes(std::span(json)), fingerprint);
    return cachePath(session) / (hexadecimal(fingerprint) + "-" + hexadecimal(key) + ".samples");
}

Session::Session(std::unique_ptr<SessionState> state)
    : m_state(std::move(state)), m_annotations(*m_state), m_latentModels(*m_state), m_pendingImports(*m_state)
{}
Session::~Session() = default;

Result<std::shared_ptr<Session>> Session::create(const std::filesystem::path &given)
{
    const auto path = absolutePath(given);
    if (!path)
        return failure(path.error());
    if (const auto folder = checkFolder(*path); !folder)
        return failure(folder.error());
    std::error_code error;
    if (std::filesystem::exists(*path, error))
        return failure(ErrorKind::InvalidArgument, path->string() + ": exists already");
    if (const auto written = replaceFile(*path, writeEmptySession); !written)
        return failure(written.error());
    return open(*path);
}

Result<std::shared_ptr<Session>> Session::open(const std::filesystem::path &given)
{
    const auto path = absolutePath(given);
    if (!path)
        return failure(path.error());
    if (const auto folder = checkFolder(*path); !folder)
        return failure(folder.error());
    if (const auto header = checkHeader(*path); !header)
        return failure(header.error());
    return atBorder(*path, [&]() -> Result<std::shared_ptr<Session>> {
        return std::shared_ptr<Session>(new Session(
            std::make_unique<SessionState>(*path, openDatabase(*path)))); // NOLINT: private constructor
    });
}

Result<std::shared_ptr<Session>> Session::openOrCreate(const std::filesystem::path &path)
{
    std::error_code error;
    return std::filesystem::exists(path, error) ? open(path) : create(path);
}

const std::filesystem::path &Session::path() const
{
    return m_state->path;
}

Annotations &Session::annotations()
{
    return m_annotations;
}

const Annotations &Session::annotations() const
{
    return m_annotations;
}

LatentModels &Session::latentModels()
{
    return m_latentModels;
}

const LatentModels &Session::latentModels() const
{
    return m_latentModels;
}

PendingImports &Session::pendingImports()
{
    return m_pendingImports;
}

const PendingImports &Session::pendingImports() const
{
    return m_pendingImports;
}

Result<std::filesystem::path> Session::cacheFolder() const
{
    return makeCacheFolder(m_state->path);
}

Result<std::filesystem::path> Session::samplesPath(std::uint64_t fingerprint,
                                                   const prepare::Recipe &recipe) const
{
    if (const auto folder = cacheFolder(); !folder)
        return failure(folder.error());
    return samplesFile(m_state->path, fingerprint, recipe);
}

std::filesystem::path Session::spectraPath(const std::filesystem::path &samples)
{
    return std::filesystem::path(samples).replace_extension(".spectra");
}

Result<std::shared_ptr<const data::SampleStore>> Session::samples(CollectionId id) const
{
    const auto summary = collectionSummary(id);
    if (!summary)
        return failure(summary.error());
    if (summary->kind != CollectionKind::Images)
        return failure(ErrorKind::Mismatch, m_state->path.string() + ": expected images, found collection '" +
                                                summary->name + "' of spectra");
    const auto path = samplesFile(m_state->path, summary->fingerprint, summary->recipe);
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        return failure(ErrorKind::NotFound, path.string() + ": the prepared samples of collection '" +
                                                summary->name +
                                                "' are not there; they can be made again from the originals");
    auto store = data::SampleStore::open(path);
    if (!store)
        return failure(store.error());
    const data::ImageShape expected = summary->preparedShape;
    const data::ImageShape found = (*store)->shape();
    if ((*store)->count() != summary->sourceCount || found != expected)
        return failure(ErrorKind::Mismatch,
                       path.string() + ": expected " + std::to_string(summary->sourceCount) + " samples of " +
                           std::to_string(expected.rows) + " x " + std::to_string(expected.columns) +
                           ", found " + std::to_string((*store)->count()) + " of " +
                           std::to_string(found.rows) + " x " + std::to_string(found.columns));
    return store;
}

} // namespace somnium::session
