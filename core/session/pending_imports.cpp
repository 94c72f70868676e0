// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/pending_imports.h"

#include <bit>

#include "core/session/blob.h"
#include "core/session/session_state.h"
#include "core/session/source_table.h"

namespace somnium::session
{

namespace
{

std::int64_t bitsOf(std::uint64_t value)
{
    return std::bit_cast<std::int64_t>(value);
}

std::uint64_t hashIn(const Statement &row, int column)
{
    return std::bit_cast<std::uint64_t>(row.integer(column));
}

constexpr std::string_view kImages = "images";
constexpr std::string_view kSpectra = "spectra";

constexpr const char *kSelectSql =
    "SELECT key, request, files_done, files_total, files_hash, content_hash, source_count, channels, rows, "
    "columns, sample_checksum, updated_utc, id, kind FROM pending_import ";

PendingImport importOf(const Statement &row)
{
    const auto size = [&](int column) { return static_cast<std::size_t>(row.integer(column)); };
    PendingImport import;
    import.key = hashIn(row, 0);
    import.request = row.text(1);
    import.filesDone = size(2);
    import.filesTotal = size(3);
    import.filesHash = hashIn(row, 4);
    import.contentHash = hashIn(row, 5);
    import.samples = {{size(7), size(8), size(9)}, size(6), hashIn(row, 10)};
    import.updatedUtc = row.text(11);
    import.areSpectra = row.text(13) == kSpectra;
    return import;
}

/// Inserts or updates the row; its id, and the number of sources it had.
std::pair<std::int64_t, std::size_t> writeRow(Database &database, const PendingImport &import)
{
    Statement known = database.prepare("SELECT source_count FROM pending_import WHERE key = ?1");
    const std::size_t sources =
        known.bind(bitsOf(import.key)).step() ? static_cast<std::size_t>(known.integer(0)) : 0;
    Statement upsert = database.prepare(
        std::string("INSERT INTO pending_import(key, request, files_done, files_total, files_hash, "
                    "content_hash, source_count, channels, rows, columns, sample_checksum, kind, "
                    "updated_utc) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ") +
        kNowSql +
        ") ON CONFLICT(key) DO UPDATE SET request = excluded.request, files_done = excluded.files_done, "
        "files_total = excluded.files_total, files_hash = excluded.files_hash, "
        "content_hash = excluded.content_hash, source_count = excluded.source_count, "
        "channels = excluded.channels, rows = excluded.rows, columns = excluded.columns, "
        "sample_checksum = excluded.sample_checksum, updated_utc = excluded.updated_utc RETURNING id");
    upsert.bind(bitsOf(import.key), std::string_view(import.request), import.filesDone, import.filesTotal,
                bitsOf(import.filesHash), bitsOf(import.contentHash),
                static_cast<std::size_t>(import.samples.count), import.samples.shape.channels,
                import.samples.shape.rows, import.samples.shape.columns, bitsOf(import.samples.checksum),
                import.areSpectra ? kSpectra : kImages);
    std::int64_t id = 0;
    while (upsert.step())
        id = upsert.integer(0);
    return {id, sources};
}

void writePart(Database &database, std::int64_t id, std::span<const std::byte> bytes)
{
    BlobWriter writer(BlobKind::Bytes);
    writer.put(std::uint64_t{bytes.size()});
    writer.putAll(bytes);
    const std::vector<std::byte> blob = writer.finish();
    Statement insert = database.prepare("INSERT INTO pending_part(pending, data) VALUES (?1, ?2)");
    insert.bind(id, std::span<const std::byte>(blob)).run();
}

std::vector<std::vector<std::byte>> readParts(Database &database, std::int64_t id)
{
    std::vector<std::vector<std::byte>> parts;
    Statement rows = database.prepare("SELECT data FROM pending_part WHERE pending = ?1 ORDER BY id");
    rows.bind(id);
    while (rows.step())
    {
        BlobReader reader(rows.blob(0), BlobKind::Bytes);
        const auto count = static_cast<std::size_t>(reader.get<std::uint64_t>());
        parts.push_back(reader.getAll<std::byte>(count));
        reader.finish();
    }
    return parts;
}

} // namespace

Result<void> PendingImports::keep(const PendingImport &import, std::span<const data::Source> sources,
                                  std::span<const data::ImportProblem> problems)
{
    return m_state->write([&](Database &database) {
        const auto [id, known] = writeRow(database, import);
        if (known + sources.size() != import.samples.count)
            fail(ErrorKind::InvalidArgument, "expected the sources that follow the " + std::to_string(known) +
                                                 " kept, found " + std::to_string(sources.size()) + " of " +
                                                 std::to_string(import.samples.count));
        writeSources(database, SourceOwner::PendingImport, id, known, sources, m_state->paths);
        writeProblems(database, SourceOwner::PendingImport, id, problems, m_state->paths);
    });
}

Result<void> PendingImports::keepSpectra(const PendingImport &import, std::span<const std::byte> part,
                                         std::span<const data::ImportProblem> problems)
{
    return m_state->write([&](Database &database) {
        const std::int64_t id = writeRow(database, import).first;
        if (!part.empty())
            writePart(database, id, part);
        writeProblems(database, SourceOwner::PendingImport, id, problems, m_state->paths);
    });
}

Result<std::vector<PendingImport>> PendingImports::all() const
{
    return m_state->read([](Database &database) {
        std::vector<PendingImport> imports;
        Statement rows = database.prepare(std::string(kSelectSql) + "ORDER BY updated_utc, id");
        while (rows.step())
            imports.push_back(importOf(rows));
        return imports;
    });
}

Result<std::optional<PendingImport>> PendingImports::find(std::uint64_t key) const
{
    return m_state->read([&](Database &database) {
        Statement row = database.prepare(std::string(kSelectSql) + "WHERE key = ?1");
        return row.bind(bitsOf(key)).step() ? std::optional(importOf(row)) : std::nullopt;
    });
}

Result<PendingContent> PendingImports::content(std::uint64_t key) const
{
    return m_state->read([&](Database &database) {
        Statement row = database.prepare(std::string(kSelectSql) + "WHERE key = ?1");
        if (!row.bind(bitsOf(key)).step())
            fail(ErrorKind::NotFound, "there is no such import under way");
        const PendingImport import = importOf(row);
        const std::int64_t id = row.integer(12);
        const std::size_t sources = import.areSpectra ? 0 : import.samples.count;
        return PendingContent{readSources(database, SourceOwner::PendingImport, id, sources, m_state->paths),
                              readProblems(database, SourceOwner::PendingImport, id, m_state->paths),
                              readParts(database, id)};
    });
}

Result<void> PendingImports::remove(std::uint64_t key)
{
    const auto samples = samplesPath(key);
    auto removed = m_state->write([&](Database &database) { removePendingImport(database, key); });
    std::error_code ignored; // without its row it is only room on the disk
    if (removed && samples)
    {
        std::filesystem::remove(*samples, ignored);
        std::filesystem::remove(data::SampleStoreWriter::partOf(*samples), ignored);
    }
    return removed;
}

Result<std::filesystem::path> PendingImports::samplesPath(std::uint64_t key) const
{
    auto folder = makeCacheFolder(m_state->path);
    if (!folder)
        return folder;
    return *folder / ("importing-" + hexadecimal(key) + ".samples");
}

void removePendingImport(Database &database, std::uint64_t key)
{
    Statement remove = database.prepare("DELETE FROM pending_import WHERE key = ?1");
    remove.bind(bitsOf(key)).run();
}

} // namespace somnium::session
