// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/schema.h"

#include <array>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

namespace somnium::session
{

namespace
{

constexpr std::int64_t kApplicationId = 0x536F6D6E; // "Somn"

// Sources and catalogues are blocks of many rows in one blob (sources_codec.h): a row each would cost a
// million sources ten times the room and time. Labels are rows, since each is written by itself.
constexpr const char *kVersion1 = R"sql(
CREATE TABLE collection(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    source_count INTEGER NOT NULL,
    problem_count INTEGER NOT NULL,
    fingerprint INTEGER NOT NULL,          -- the 64 bits of an unsigned number
    recipe TEXT NOT NULL,                  -- JSON, core/prepare
    prepared_channels INTEGER NOT NULL,
    prepared_rows INTEGER NOT NULL,
    prepared_columns INTEGER NOT NULL,
    catalogue_name TEXT NOT NULL,
    catalogue_description TEXT NOT NULL,
    created_utc TEXT NOT NULL);
CREATE TABLE source_block(
    id INTEGER PRIMARY KEY,
    collection INTEGER NOT NULL REFERENCES collection(id) ON DELETE CASCADE,
    first INTEGER NOT NULL,                -- source in the collection
    count INTEGER NOT NULL,
    data BLOB NOT NULL,
    UNIQUE(collection, first));
CREATE TABLE catalogue_column(
    id INTEGER PRIMARY KEY,
    collection INTEGER NOT NULL REFERENCES collection(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    metadata TEXT NOT NULL,                -- JSON: name, unit, ucd, description, type, width, nulls
    UNIQUE(collection, position));
CREATE TABLE catalogue_part(
    id INTEGER PRIMARY KEY,
    column_id INTEGER NOT NULL REFERENCES catalogue_column(id) ON DELETE CASCADE,
    first INTEGER NOT NULL,                -- row of the catalogue
    count INTEGER NOT NULL,
    data BLOB NOT NULL,
    UNIQUE(column_id, first));
CREATE TABLE problem(
    id INTEGER PRIMARY KEY,
    collection INTEGER NOT NULL REFERENCES collection(id) ON DELETE CASCADE,
    file TEXT NOT NULL,
    member TEXT NOT NULL,
    hdu INTEGER NOT NULL,
    position INTEGER NOT NULL,
    expected TEXT NOT NULL,
    found TEXT NOT NULL);
CREATE INDEX problem_of_collection ON problem(collection);
CREATE TABLE model(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    collection INTEGER NOT NULL REFERENCES collection(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    revision INTEGER NOT NULL,             -- grows with every save: the newest model has the largest
    is_complete INTEGER NOT NULL,
    has_mapping INTEGER NOT NULL,
    created_utc TEXT NOT NULL,
    metadata TEXT NOT NULL,                -- JSON: kind, layout, shape, grid, params, history
    UNIQUE(collection, name));
CREATE TABLE model_part(
    id INTEGER PRIMARY KEY,
    model INTEGER NOT NULL REFERENCES model(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,                    -- prototypes, spectra, mapping
    part INTEGER NOT NULL,
    data BLOB NOT NULL,
    UNIQUE(model, kind, part));
CREATE TABLE label(
    collection INTEGER NOT NULL REFERENCES collection(id) ON DELETE CASCADE,
    source INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY(collection, source, text)) WITHOUT ROWID;
CREATE TABLE selection(
    id INTEGER PRIMARY KEY,
    collection INTEGER NOT NULL REFERENCES collection(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    data BLOB NOT NULL,
    UNIQUE(collection, name));
CREATE TABLE view(
    key TEXT PRIMARY KEY,
    json TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE journal_entry(
    collection INTEGER NOT NULL REFERENCES collection(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY(collection, position)) WITHOUT ROWID;
CREATE TABLE journal(
    collection INTEGER PRIMARY KEY REFERENCES collection(id) ON DELETE CASCADE,
    position INTEGER NOT NULL);
)sql";

// The names of the label keys were a view of the window ("label names", a JSON list for the keys 1 to 9).
constexpr const char *kVersion2 = R"sql(
CREATE TABLE label_class(
    name TEXT PRIMARY KEY,                 -- the text of the labels
    position INTEGER NOT NULL,
    colour TEXT NOT NULL,                  -- #RRGGBB
    key TEXT NOT NULL) WITHOUT ROWID;      -- 1 to 9, a to z, or nothing
INSERT OR IGNORE INTO label_class(name, position, colour, key)
    SELECT names.value, names.key,
           '#' || substr('56B4E9E69F00009E73CC79A70072B2D55E00F0E442999999DDDDDD', 1 + 6 * names.key, 6),
           CAST(names.key + 1 AS TEXT)
    FROM view, json_each(CASE WHEN json_valid(view.json) THEN view.json ELSE '[]' END) AS names
    WHERE view.key = 'label names' AND names.type = 'text' AND names.value <> '' AND names.key BETWEEN 0 AND 8;
DELETE FROM view WHERE key = 'label names';
CREATE TABLE prototype_label(
    model INTEGER NOT NULL REFERENCES model(id) ON DELETE CASCADE,
    neuron INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY(model, neuron, text)) WITHOUT ROWID;
CREATE TABLE mark(
    collection INTEGER NOT NULL REFERENCES collection(id) ON DELETE CASCADE,
    source INTEGER NOT NULL,
    verdict TEXT NOT NULL,                 -- interesting, boring, artefact, or nothing
    score INTEGER NOT NULL,                -- 0 to 5; -1: none
    PRIMARY KEY(collection, source)) WITHOUT ROWID;
CREATE TABLE note(
    collection INTEGER NOT NULL REFERENCES collection(id) ON DELETE CASCADE,
    source INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY(collection, source)) WITHOUT ROWID;
CREATE TABLE recipe(
    name TEXT PRIMARY KEY,
    json TEXT NOT NULL) WITHOUT ROWID;     -- core/prepare
CREATE TABLE bookmark(
    name TEXT PRIMARY KEY,
    json TEXT NOT NULL) WITHOUT ROWID;     -- a view of the window
)sql";

// An import under way: what it has read so far, so that it can be gone on with. The samples lie in the cache.
constexpr const char *kVersion3 = R"sql(
CREATE TABLE pending_import(
    id INTEGER PRIMARY KEY,
    key INTEGER NOT NULL UNIQUE,           -- the 64 bits of an unsigned number: hash of what was asked for
    request TEXT NOT NULL,                 -- JSON, core/workflow
    files_done INTEGER NOT NULL,
    files_total INTEGER NOT NULL,
    files_hash INTEGER NOT NULL,           -- identity of the files done
    content_hash INTEGER NOT NULL,         -- fingerprint of the sources so far
    source_count INTEGER NOT NULL,
    channels INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    columns INTEGER NOT NULL,
    sample_checksum INTEGER NOT NULL,
    updated_utc TEXT NOT NULL);
CREATE TABLE pending_source_block(
    id INTEGER PRIMARY KEY,
    pending INTEGER NOT NULL REFERENCES pending_import(id) ON DELETE CASCADE,
    first INTEGER NOT NULL,
    count INTEGER NOT NULL,
    data BLOB NOT NULL,
    UNIQUE(pending, first));
CREATE TABLE pending_problem(
    id INTEGER PRIMARY KEY,
    pending INTEGER NOT NULL REFERENCES pending_import(id) ON DELETE CASCADE,
    file TEXT NOT NULL,
    member TEXT NOT NULL,
    hdu INTEGER NOT NULL,
    position INTEGER NOT NULL,
    expected TEXT NOT NULL,
    found TEXT NOT NULL);
CREATE INDEX problem_of_pending_import ON pending_problem(pending);
)sql";

// Who put a label on: hand, prototype, column, or nothing where it is from before this was kept.
constexpr const char *kVersion4 = R"sql(
ALTER TABLE label ADD COLUMN origin TEXT NOT NULL DEFAULT '';
)sql";

// Collections of spectra: kind 'spectra', their recipe is a spectral one, `spectral` is JSON of their grid
// and of how they were read. Models of a latent space: kind 'latent'.
constexpr const char *kVersion5 = R"sql(
ALTER TABLE collection ADD COLUMN kind TEXT NOT NULL DEFAULT 'images';
ALTER TABLE collection ADD COLUMN spectral TEXT NOT NULL DEFAULT '';
ALTER TABLE model ADD COLUMN kind TEXT NOT NULL DEFAULT 'map';
)sql";

// Imports of spectra that are under way: `source_count` spectra are prepared, and the parts hold what the
// first pass over the files has found. Recipes of spectra have names of their own.
constexpr const char *kVersion6 = R"sql(
ALTER TABLE pending_import ADD COLUMN kind TEXT NOT NULL DEFAULT 'images';
CREATE TABLE pending_part(
    id INTEGER PRIMARY KEY,
    pending INTEGER NOT NULL REFERENCES pending_import(id) ON DELETE CASCADE,
    data BLOB NOT NULL);                   -- bytes of core/workflow
CREATE INDEX part_of_pending_import ON pending_part(pending);
CREATE TABLE spectral_recipe(
    name TEXT PRIMARY KEY,
    json TEXT NOT NULL) WITHOUT ROWID;     -- core/prepare
)sql";

/// migrations[v] leads from version v to v + 1. Never changed once released, only appended to.
constexpr std::array<const char *, 6> kMigrations = {kVersion1, kVersion2, kVersion3,
                                                     kVersion4, kVersion5, kVersion6};

std::string newerVersion(std::int64_t version)
{
    return "a session of version " + std::to_string(version) +
           ", written by a newer Somnium; this one reads up to version " + std::to_string(kMigrations.size());
}

std::uint32_t bigEndian(const std::string &bytes, std::size_t offset)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value = (value << 8U) | static_cast<unsigned char>(bytes[offset + i]);
    return value;
}

} // namespace

int schemaVersion()
{
    return static_cast<int>(kMigrations.size());
}

Result<void> checkHeader(const std::filesystem::path &path)
{
    // https://www.sqlite.org/fileformat2.html section 1.3: user_version at 60, application_id at 68.
    constexpr std::size_t kHeaderBytes = 100;
    constexpr std::string_view kMagic("SQLite format 3\0", 16);
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        return failure(ErrorKind::NotFound, path.string() + ": no such session file");
    if (!std::filesystem::is_regular_file(path, error))
        return failure(ErrorKind::Unreadable, path.string() + ": not a file");
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return failure(ErrorKind::Unreadable, path.string() + ": cannot be opened");
    std::string header(kHeaderBytes, '\0');
    file.read(header.data(), static_cast<std::streamsize>(header.size()));
    header.resize(static_cast<std::size_t>(file.gcount()));
    if (header.size() < kHeaderBytes || !header.starts_with(kMagic))
        return failure(ErrorKind::Malformed,
                       path.string() + ": not a Somnium session (expected an SQLite database)");
    if (const std::uint32_t id = bigEndian(header, 68); id != kApplicationId)
        return failure(ErrorKind::Malformed,
                       path.string() + ": a database of another program (application id " +
                           std::to_string(id) + ", expected " + std::to_string(kApplicationId) + ")");
    if (const std::uint32_t version = bigEndian(header, 60); version > kMigrations.size())
        return failure(ErrorKind::Unsupported, path.string() + ": " + newerVersion(version));
    return {};
}

void migrate(Database &database)
{
    if (database.number("PRAGMA user_version") == schemaVersion())
        return;
    Transaction transaction(database);
    const std::int64_t version = database.number("PRAGMA user_version"); // now that no other program migrates
    if (version < 0 || version > schemaVersion())
        fail(ErrorKind::Unsupported, newerVersion(version));
    database.execute("PRAGMA application_id = " + std::to_string(kApplicationId));
    for (auto next = static_cast<std::size_t>(version); next < kMigrations.size(); ++next)
        database.execute(kMigrations.at(next));
    database.execute("PRAGMA user_version = " + std::to_string(schemaVersion()));
    transaction.commit();
}

} // namespace somnium::session
