// SPDX-License-Identifier: GPL-3.0-or-later
// Collections in the session file.
#include <algorithm>
#include <bit>

#include "core/session/session.h"
#include "core/session/session_state.h"
#include "core/session/source_table.h"

namespace somnium::session
{

namespace
{

std::int64_t number(CollectionId id)
{
    return static_cast<std::int64_t>(id);
}

void writeCatalogue(Database &database, std::int64_t id, const data::Catalogue &catalogue)
{
    Statement insertColumn =
        database.prepare("INSERT INTO catalogue_column(collection, position, metadata) VALUES (?1, ?2, ?3)");
    Statement insertPart =
        database.prepare("INSERT INTO catalogue_part(column_id, first, count, data) VALUES (?1, ?2, ?3, ?4)");
    for (std::size_t position = 0; position < catalogue.columns().size(); ++position)
    {
        const data::Column &column = catalogue.columns()[position];
        const std::string metadata = columnToJson(column);
        insertColumn.bind(id, position, std::string_view(metadata)).run();
        const std::int64_t columnId = database.lastInsertId();
        for (std::size_t first = 0; first < catalogue.rowCount(); first += rowsPerPart(column))
        {
            const std::size_t count = std::min(rowsPerPart(column), catalogue.rowCount() - first);
            const auto blob = encodeRows(column, first, count);
            insertPart.bind(columnId, first, count, std::span<const std::byte>(blob)).run();
        }
    }
}

data::Column readColumn(Database &database, std::int64_t columnId, const std::string &metadata)
{
    ColumnHead head = columnFromJson(metadata);
    Statement rows =
        database.prepare("SELECT first, count, data FROM catalogue_part WHERE column_id = ?1 ORDER BY first");
    rows.bind(columnId);
    std::size_t rowCount = 0;
    while (rows.step())
    {
        checkFirst(rows, 0, rowCount);
        const auto count = static_cast<std::size_t>(rows.integer(1));
        decodeRows(rows.blob(2), count, head.hasNulls, head.column);
        rowCount += count;
    }
    return std::move(head.column);
}

void readCatalogue(Database &database, std::int64_t id, data::Catalogue &catalogue)
{
    Statement columns =
        database.prepare("SELECT id, metadata FROM catalogue_column WHERE collection = ?1 ORDER BY position");
    columns.bind(id);
    while (columns.step())
        if (auto added = catalogue.addColumn(readColumn(database, columns.integer(0), columns.text(1)));
            !added)
            fail(ErrorKind::Malformed, "damaged: " + added.error().message);
}

constexpr const char *kSummarySql =
    "SELECT id, name, source_count, problem_count, prepared_channels, prepared_rows, "
    "prepared_columns, recipe, fingerprint, kind, spectral FROM collection ";

CollectionSummary summaryOf(const Statement &row)
{
    const auto size = [&](int column) { return static_cast<std::size_t>(row.integer(column)); };
    CollectionSummary summary;
    summary.id = CollectionId{row.integer(0)};
    summary.name = row.text(1);
    summary.sourceCount = size(2);
    summary.problemCount = size(3);
    summary.preparedShape = {size(4), size(5), size(6)};
    summary.fingerprint = std::bit_cast<std::uint64_t>(row.integer(8));
    if (row.text(9) == "spectra")
    {
        summary.kind = CollectionKind::Spectra;
        summary.spectral = spectralFromJson(row.text(7), row.text(10));
        return summary;
    }
    auto recipe = prepare::recipeFromJson(row.text(7));
    if (!recipe)
        fail(recipe.error().kind, "collection '" + row.text(1) + "': " + recipe.error().message);
    summary.recipe = std::move(*recipe);
    return summary;
}

CollectionSummary summaryIn(Database &database, CollectionId id)
{
    Statement row = database.prepare(std::string(kSummarySql) + "WHERE id = ?1");
    if (!row.bind(number(id)).step())
        fail(ErrorKind::NotFound, "there is no collection " + std::to_string(number(id)));
    return summaryOf(row);
}

std::vector<CollectionSummary> summariesIn(Database &database)
{
    std::vector<CollectionSummary> summaries;
    Statement rows = database.prepare(std::string(kSummarySql) + "ORDER BY id");
    while (rows.step())
        summaries.push_back(summaryOf(rows));
    return summaries;
}

Result<void> checkCatalogue(const data::Collection &collection)
{
    const data::Catalogue &catalogue = collection.catalogue;
    if (!catalogue.columns().empty() && catalogue.rowCount() != collection.sources.size())
        return failure(ErrorKind::Mismatch,
                       "collection '" + collection.name + "': expected one catalogue row for each of " +
                           std::to_string(collection.sources.size()) + " sources, found " +
                           std::to_string(catalogue.rowCount()) + " rows");
    return {};
}

/// How the samples of a new collection were made.
struct Preparation
{
    std::string_view kind;
    std::string recipe;   ///< JSON
    std::string spectral; ///< JSON; of spectra only
    data::ImageShape shape;
};

CollectionId insertCollection(Database &database, const data::Collection &collection,
                              const Preparation &preparation, const OriginalPaths &paths)
{
    Statement insert = database.prepare(
        std::string("INSERT INTO collection(name, source_count, problem_count, fingerprint, recipe, "
                    "prepared_channels, prepared_rows, prepared_columns, catalogue_name, "
                    "catalogue_description, kind, spectral, created_utc) "
                    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ") +
        kNowSql + ")");
    insert
        .bind(std::string_view(collection.name), collection.sources.size(), collection.problems.size(),
              std::bit_cast<std::int64_t>(collection.fingerprint), std::string_view(preparation.recipe),
              preparation.shape.channels, preparation.shape.rows, preparation.shape.columns,
              std::string_view(collection.catalogue.name), std::string_view(collection.catalogue.description),
              preparation.kind, std::string_view(preparation.spectral))
        .run();
    const std::int64_t id = database.lastInsertId();
    writeSources(database, SourceOwner::Collection, id, 0, collection.sources, paths);
    writeCatalogue(database, id, collection.catalogue);
    writeProblems(database, SourceOwner::Collection, id, collection.problems, paths);
    return CollectionId{id};
}

/// Where the prepared samples lie, of images or of spectra.
std::filesystem::path preparedFile(const std::filesystem::path &session, const CollectionSummary &summary)
{
    return summary.kind == CollectionKind::Spectra
               ? spectraStoreFile(session, summary.fingerprint, summary.spectral)
               : samplesFile(session, summary.fingerprint, summary.recipe);
}

} // namespace

std::size_t sourceCountOf(Database &database, CollectionId id)
{
    Statement row = database.prepare("SELECT source_count FROM collection WHERE id = ?1");
    if (!row.bind(number(id)).step())
        fail(ErrorKind::NotFound, "there is no collection " + std::to_string(number(id)));
    return static_cast<std::size_t>(row.integer(0));
}

void checkSource(std::size_t source, std::size_t count)
{
    if (source >= count)
        fail(ErrorKind::InvalidArgument, "there is no source " + std::to_string(source) + " among the " +
                                             std::to_string(count) + " of the collection");
}

void checkSources(Database &database, CollectionId id, const std::vector<std::size_t> &sources)
{
    const std::size_t count = sourceCountOf(database, id);
    for (const std::size_t source : sources)
        checkSource(source, count);
}

Result<CollectionId> Session::addCollection(const data::Collection &collection, const prepare::Recipe &recipe,
                                            const data::ImageShape &preparedShape,
                                            std::optional<std::uint64_t> finishedImport)
{
    if (const auto valid = prepare::validate(recipe); !valid)
        return failure(valid.error());
    if (const auto fits = checkCatalogue(collection); !fits)
        return failure(fits.error());
    return m_state->write([&](Database &database) {
        const CollectionId id = insertCollection(
            database, collection, {"images", prepare::toJson(recipe), {}, preparedShape}, m_state->paths);
        if (finishedImport)
            removePendingImport(database, *finishedImport);
        return id;
    });
}

Result<CollectionId> Session::addSpectra(const data::Collection &collection,
                                         const SpectralPreparation &preparation,
                                         std::optional<std::uint64_t> finishedImport)
{
    if (const auto valid = prepare::validate(preparation.recipe); !valid)
        return failure(valid.error());
    if (const auto fits = checkCatalogue(collection); !fits)
        return failure(fits.error());
    return m_state->write([&](Database &database) {
        const CollectionId id = insertCollection(database, collection,
                                                 {"spectra",
                                                  prepare::toJson(preparation.recipe),
                                                  spectralToJson(preparation),
                                                  {1, 1, preparation.grid.pixels}},
                                                 m_state->paths);
        if (finishedImport)
            removePendingImport(database, *finishedImport);
        return id;
    });
}

Result<std::vector<CollectionSummary>> Session::collections() const
{
    return m_state->read([](Database &database) { return summariesIn(database); });
}

Result<CollectionSummary> Session::collectionSummary(CollectionId id) const
{
    return m_state->read([&](Database &database) { return summaryIn(database, id); });
}

Result<data::Collection> Session::collection(CollectionId id) const
{
    return m_state->read([&](Database &database) {
        const CollectionSummary summary = summaryIn(database, id);
        data::Collection collection;
        collection.name = summary.name;
        collection.fingerprint = summary.fingerprint;
        collection.sources =
            readSources(database, SourceOwner::Collection, number(id), summary.sourceCount, m_state->paths);
        readCatalogue(database, number(id), collection.catalogue);
        collection.problems = readProblems(database, SourceOwner::Collection, number(id), m_state->paths);
        Statement names =
            database.prepare("SELECT catalogue_name, catalogue_description FROM collection WHERE id = ?1");
        if (names.bind(number(id)).step())
        {
            collection.catalogue.name = names.text(0);
            collection.catalogue.description = names.text(1);
        }
        return collection;
    });
}

Result<void> Session::removeCollection(CollectionId id)
{
    std::filesystem::path orphan;
    auto removed = m_state->write([&](Database &database) {
        const CollectionSummary summary = summaryIn(database, id);
        Statement remove = database.prepare("DELETE FROM collection WHERE id = ?1");
        remove.bind(number(id)).run();
        orphan = preparedFile(m_state->path, summary);
        for (const CollectionSummary &other : summariesIn(database))
            if (preparedFile(m_state->path, other) == orphan)
                orphan.clear();
    });
    std::error_code ignored; // can be made again, so it may also be left behind
    if (removed && !orphan.empty())
    {
        std::filesystem::remove(orphan, ignored);
        std::filesystem::remove(spectraPath(orphan), ignored);
    }
    return removed;
}

} // namespace somnium::session
