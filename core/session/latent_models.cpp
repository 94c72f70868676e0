// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/latent_models.h"

#include <algorithm>

#include "core/base/bytes.h"
#include "core/session/model_parts.h"
#include "core/session/session_state.h"

namespace somnium::session
{

namespace
{

constexpr const char *kSummarySql =
    "SELECT id, collection, name, is_complete, has_mapping, created_utc, metadata "
    "FROM model WHERE kind = 'latent' ";

/// The column holds the number of dimensions beside what the caller keeps.
std::string toMetadata(const LatentRecord &record)
{
    const nlohmann::json json = {{"dimensions", record.dimensions}, {"about", record.metadata}};
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

LatentSummary summaryOf(const Statement &row)
{
    const auto json = nlohmann::json::parse(row.text(6));
    LatentSummary summary;
    summary.id = ModelId{row.integer(0)};
    summary.collection = CollectionId{row.integer(1)};
    summary.name = row.text(2);
    summary.metadata = json.at("about").get<std::string>();
    summary.dimensions = json.at("dimensions").get<std::size_t>();
    summary.isComplete = row.integer(3) != 0;
    summary.isPlaced = row.integer(4) != 0;
    summary.createdUtc = row.text(5);
    return summary;
}

std::vector<LatentSummary> summariesIn(Database &database)
{
    std::vector<LatentSummary> summaries;
    Statement rows = database.prepare(std::string(kSummarySql) + "ORDER BY revision");
    while (rows.step())
        summaries.push_back(summaryOf(rows));
    return summaries;
}

LatentSummary summaryIn(Database &database, ModelId id)
{
    Statement row = database.prepare(std::string(kSummarySql) + "AND id = ?1");
    if (!row.bind(static_cast<std::int64_t>(id)).step())
        fail(ErrorKind::NotFound,
             "there is no latent space " + std::to_string(static_cast<std::int64_t>(id)));
    return summaryOf(row);
}

void check(const LatentRecord &record, std::size_t sources)
{
    if (record.dimensions == 0)
        fail(ErrorKind::InvalidArgument, "a latent space of no dimensions");
    const auto expected = checkedProduct(sources, record.dimensions);
    const bool isPlaced = !record.places.empty() || !record.errors.empty();
    if (isPlaced && (record.places.size() != expected || record.errors.size() != sources))
        fail(ErrorKind::Mismatch, "expected places and errors of " + std::to_string(sources) +
                                      " sources, found " + std::to_string(record.places.size()) + " and " +
                                      std::to_string(record.errors.size()) + " numbers in " +
                                      std::to_string(record.dimensions) + " dimensions");
}

std::int64_t writeRow(Database &database, CollectionId collection, std::string_view name,
                      const LatentRecord &record)
{
    Statement upsert = database.prepare(
        std::string(
            "INSERT INTO model(collection, name, kind, revision, is_complete, has_mapping, created_utc, "
            "metadata) VALUES (?1, ?2, 'latent', (SELECT coalesce(max(revision), 0) + 1 FROM model), "
            "?3, ?4, ") +
        kNowSql +
        ", ?5) ON CONFLICT(collection, name) DO UPDATE SET revision = excluded.revision, "
        "is_complete = excluded.is_complete, has_mapping = excluded.has_mapping, "
        "created_utc = excluded.created_utc, metadata = excluded.metadata RETURNING id");
    const std::string metadata = toMetadata(record);
    upsert.bind(static_cast<std::int64_t>(collection), name, record.isComplete, !record.places.empty(),
                std::string_view(metadata));
    std::int64_t id = 0;
    while (upsert.step())
        id = upsert.integer(0);
    Statement clear = database.prepare("DELETE FROM model_part WHERE model = ?1");
    clear.bind(id).run();
    return id;
}

LatentRecord placesIn(Database &database, ModelId id)
{
    const LatentSummary summary = summaryIn(database, id);
    LatentRecord record;
    record.metadata = summary.metadata;
    record.dimensions = summary.dimensions;
    record.isComplete = summary.isComplete;
    if (!summary.isPlaced)
        return record;
    const std::size_t sources = sourceCountOf(database, summary.collection);
    const auto numbers = checkedProduct(sources, summary.dimensions);
    if (!numbers)
        fail(ErrorKind::Malformed, "damaged: a latent space of impossible size");
    record.places = readFloats(database, static_cast<std::int64_t>(id), "places", *numbers);
    record.errors = readFloats(database, static_cast<std::int64_t>(id), "errors", sources);
    return record;
}

} // namespace

Result<ModelId> LatentModels::save(CollectionId collection, std::string_view name, const LatentRecord &record)
{
    return m_state->write([&](Database &database) {
        if (name.empty())
            fail(ErrorKind::InvalidArgument, "a latent space needs a name");
        check(record, sourceCountOf(database, collection));
        checkKind(database, collection, name, "latent");
        const std::int64_t id = writeRow(database, collection, name, record);
        writeBytes(database, id, "autoencoder", record.model);
        writeBytes(database, id, "checkpoint", record.checkpoint);
        writeFloats(database, id, "places", record.places);
        writeFloats(database, id, "errors", record.errors);
        return ModelId{id};
    });
}

Result<std::vector<LatentSummary>> LatentModels::summaries() const
{
    return m_state->read([](Database &database) { return summariesIn(database); });
}

Result<LatentSummary> LatentModels::summary(ModelId id) const
{
    return m_state->read([&](Database &database) { return summaryIn(database, id); });
}

Result<LatentSummary> LatentModels::find(std::string_view name) const
{
    return m_state->read([&](Database &database) {
        const std::vector<LatentSummary> known = summariesIn(database);
        const auto found = std::find_if(known.rbegin(), known.rend(), [&](const LatentSummary &summary) {
            return name.empty() || summary.name == name;
        });
        if (found != known.rend())
            return *found;
        std::string names;
        for (const LatentSummary &summary : known)
            names += (names.empty() ? "'" : ", '") + summary.name + "'";
        fail(ErrorKind::NotFound,
             names.empty() ? "the session has no latent spaces yet"
                           : "there is no latent space '" + std::string(name) + "'; there are " + names);
    });
}

Result<std::vector<std::byte>> LatentModels::model(ModelId id) const
{
    return m_state->read([&](Database &database) {
        static_cast<void>(summaryIn(database, id));
        return readBytes(database, static_cast<std::int64_t>(id), "autoencoder");
    });
}

Result<std::vector<std::byte>> LatentModels::checkpoint(ModelId id) const
{
    return m_state->read([&](Database &database) {
        static_cast<void>(summaryIn(database, id));
        return readBytes(database, static_cast<std::int64_t>(id), "checkpoint");
    });
}

Result<LatentRecord> LatentModels::places(ModelId id) const
{
    return m_state->read([&](Database &database) { return placesIn(database, id); });
}

Result<LatentRecord> LatentModels::load(ModelId id) const
{
    return m_state->read([&](Database &database) {
        LatentRecord record = placesIn(database, id);
        record.model = readBytes(database, static_cast<std::int64_t>(id), "autoencoder");
        record.checkpoint = readBytes(database, static_cast<std::int64_t>(id), "checkpoint");
        return record;
    });
}

} // namespace somnium::session
