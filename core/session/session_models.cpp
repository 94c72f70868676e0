// SPDX-License-Identifier: GPL-3.0-or-later
// Models and mappings in the session file.
#include <algorithm>

#include "core/base/bytes.h"
#include "core/session/model_codec.h"
#include "core/session/model_parts.h"
#include "core/session/session.h"
#include "core/session/session_state.h"

namespace somnium::session
{

namespace
{

std::int64_t number(ModelId id)
{
    return static_cast<std::int64_t>(id);
}

void writeMapping(Database &database, std::int64_t model, const som::Mapping &mapping)
{
    for (std::size_t part = 0; part * kMappedSourcesPerPart < mapping.sourceCount(); ++part)
    {
        const std::size_t first = part * kMappedSourcesPerPart;
        const std::size_t count = std::min(kMappedSourcesPerPart, mapping.sourceCount() - first);
        writePart(database, model, "mapping", part, encodeMapping(mapping, first, count));
    }
}

/// Product of sizes that came from the file.
std::size_t product(std::size_t a, std::size_t b)
{
    const auto result = checkedProduct(a, b);
    if (!result)
        fail(ErrorKind::Malformed, "damaged: a model of impossible size");
    return *result;
}

std::size_t prototypeFloats(const som::Som &som)
{
    return product(product(som.layout.neuronCount(), som.shape.channels),
                   product(som.shape.rows, som.shape.columns));
}

std::size_t spectrumFloats(const som::Som &som)
{
    const std::size_t perRing = product(2, som.grid.harmonics);
    return product(product(som.layout.neuronCount(), som.grid.channels), product(som.grid.rings, perRing));
}

constexpr const char *kSummarySql = "SELECT id, collection, name, is_complete, has_mapping, created_utc, "
                                    "metadata FROM model WHERE kind = 'map' ";

ModelSummary summaryOf(const Statement &row)
{
    som::Som som = somFromJson(row.text(6));
    ModelSummary summary;
    summary.id = ModelId{row.integer(0)};
    summary.collection = CollectionId{row.integer(1)};
    summary.name = row.text(2);
    summary.params = som.params;
    summary.history = std::move(som.history);
    summary.isComplete = row.integer(3) != 0;
    summary.hasMapping = row.integer(4) != 0;
    summary.createdUtc = row.text(5);
    return summary;
}

std::vector<ModelSummary> summariesIn(Database &database)
{
    std::vector<ModelSummary> summaries;
    Statement rows = database.prepare(std::string(kSummarySql) + "ORDER BY revision");
    while (rows.step())
        summaries.push_back(summaryOf(rows));
    return summaries;
}

/// A statement that stands on the row of a model.
Statement rowOf(Database &database, ModelId id)
{
    Statement row = database.prepare(std::string(kSummarySql) + "AND id = ?1");
    if (!row.bind(number(id)).step())
        fail(ErrorKind::NotFound, "there is no map " + std::to_string(number(id)));
    return row;
}

[[noreturn]] void failUnknown(std::string_view name, const std::vector<ModelSummary> &known)
{
    std::string names;
    for (const ModelSummary &summary : known)
        names += (names.empty() ? "'" : ", '") + summary.name + "'";
    if (names.empty())
        fail(ErrorKind::NotFound, "the session has no models yet");
    fail(ErrorKind::NotFound, "there is no model '" + std::string(name) + "'; there are " + names);
}

void checkModel(const som::Som &som)
{
    if (som.prototypes.size() != prototypeFloats(som))
        fail(ErrorKind::InvalidArgument, "expected " + std::to_string(prototypeFloats(som)) +
                                             " pixels of prototypes, found " +
                                             std::to_string(som.prototypes.size()));
    if (!som.spectra.empty() && som.spectra.size() != spectrumFloats(som))
        fail(ErrorKind::InvalidArgument, "expected " + std::to_string(spectrumFloats(som)) +
                                             " coefficients of spectra, found " +
                                             std::to_string(som.spectra.size()));
}

void checkMapping(const som::Mapping &mapping, std::size_t sources, std::size_t neurons)
{
    const std::size_t count = mapping.best.size();
    if (count != sources)
        fail(ErrorKind::Mismatch, "expected a mapping of " + std::to_string(sources) +
                                      " sources, found one of " + std::to_string(count));
    if (mapping.second.size() != count || mapping.distance.size() != count ||
        mapping.secondDistance.size() != count || mapping.transform.size() != count)
        fail(ErrorKind::InvalidArgument, "the columns of a mapping differ in length");
    const auto isOutside = [&](std::uint32_t neuron) { return neuron >= neurons; };
    if (std::any_of(mapping.best.begin(), mapping.best.end(), isOutside) ||
        std::any_of(mapping.second.begin(), mapping.second.end(), isOutside))
        fail(ErrorKind::InvalidArgument, "a mapping names a neuron that the model does not have");
}

/// A model that was trained on keeps the epochs it had, timings included; one trained anew has others. What
/// cannot be read is not gone on from.
bool goesOnFrom(const std::string &storedJson, const som::Som &som)
{
    try
    {
        const som::Som stored = somFromJson(storedJson);
        return stored.layout == som.layout && stored.history.size() <= som.history.size() &&
               std::equal(stored.history.begin(), stored.history.end(), som.history.begin());
    }
    catch (const Failed &)
    {
        return false;
    }
    catch (const nlohmann::json::exception &)
    {
        return false;
    }
}

/// The labels of the prototypes that a save replaces say nothing about those of another training.
void dropStaleLabels(Database &database, const ModelSummary &summary, const som::Som &som)
{
    Statement row =
        database.prepare("SELECT id, metadata FROM model WHERE collection = ?1 AND name = ?2 AND "
                         "EXISTS (SELECT 1 FROM prototype_label WHERE prototype_label.model = model.id)");
    row.bind(static_cast<std::int64_t>(summary.collection), std::string_view(summary.name));
    if (!row.step() || goesOnFrom(row.text(1), som))
        return;
    Statement drop = database.prepare("DELETE FROM prototype_label WHERE model = ?1");
    drop.bind(row.integer(0)).run();
}

/// Inserts the row of a model, or takes the one of that name; its parts are gone then.
std::int64_t writeRow(Database &database, const ModelSummary &summary, const som::Som &som)
{
    Statement upsert = database.prepare(
        std::string(
            "INSERT INTO model(collection, name, revision, is_complete, has_mapping, created_utc, metadata) "
            "VALUES (?1, ?2, (SELECT coalesce(max(revision), 0) + 1 FROM model), ?3, ?4, ") +
        kNowSql +
        ", ?5) ON CONFLICT(collection, name) DO UPDATE SET revision = excluded.revision, "
        "is_complete = excluded.is_complete, has_mapping = excluded.has_mapping, "
        "created_utc = excluded.created_utc, metadata = excluded.metadata RETURNING id");
    const std::string metadata = somToJson(som);
    upsert.bind(static_cast<std::int64_t>(summary.collection), std::string_view(summary.name),
                summary.isComplete, summary.hasMapping, std::string_view(metadata));
    std::int64_t id = 0;
    while (upsert.step())
        id = upsert.integer(0);
    Statement clear = database.prepare("DELETE FROM model_part WHERE model = ?1");
    clear.bind(id).run();
    return id;
}

} // namespace

Result<ModelId> Session::saveModel(CollectionId collection, std::string_view name, const som::Som &som,
                                   bool isComplete, const som::Mapping *mapping)
{
    return m_state->write([&](Database &database) {
        if (name.empty())
            fail(ErrorKind::InvalidArgument, "a model needs a name");
        const std::size_t sources = sourceCountOf(database, collection);
        checkModel(som);
        if (mapping != nullptr)
            checkMapping(*mapping, sources, som.layout.neuronCount());
        ModelSummary summary;
        checkKind(database, collection, name, "map");
        summary.collection = collection;
        summary.name = name;
        summary.isComplete = isComplete;
        summary.hasMapping = mapping != nullptr;
        dropStaleLabels(database, summary, som);
        const std::int64_t id = writeRow(database, summary, som);
        writeFloats(database, id, "prototypes", som.prototypes);
        writeFloats(database, id, "spectra", som.spectra);
        if (mapping != nullptr)
            writeMapping(database, id, *mapping);
        return ModelId{id};
    });
}

Result<std::vector<ModelSummary>> Session::models() const
{
    return m_state->read([](Database &database) { return summariesIn(database); });
}

Result<ModelSummary> Session::modelSummary(ModelId id) const
{
    return m_state->read([&](Database &database) { return summaryOf(rowOf(database, id)); });
}

Result<ModelSummary> Session::findModel(std::string_view name) const
{
    return m_state->read([&](Database &database) {
        const std::vector<ModelSummary> known = summariesIn(database);
        const auto found = std::find_if(known.rbegin(), known.rend(), [&](const ModelSummary &summary) {
            return name.empty() || summary.name == name;
        });
        if (found == known.rend())
            failUnknown(name, known);
        return *found;
    });
}

Result<som::Som> Session::model(ModelId id) const
{
    return m_state->read([&](Database &database) {
        som::Som som = somFromJson(rowOf(database, id).text(6));
        som.prototypes = readFloats(database, number(id), "prototypes", prototypeFloats(som));
        Statement spectra =
            database.prepare("SELECT count(*) FROM model_part WHERE model = ?1 AND kind = 'spectra'");
        if (spectra.bind(number(id)).step() && spectra.integer(0) > 0)
            som.spectra = readFloats(database, number(id), "spectra", spectrumFloats(som));
        return som;
    });
}

Result<som::Mapping> Session::mapping(ModelId id) const
{
    return m_state->read([&](Database &database) {
        const Statement row = rowOf(database, id);
        if (row.integer(4) == 0)
            fail(ErrorKind::NotFound, "model '" + row.text(2) + "' has no mapping yet");
        const std::size_t sources = sourceCountOf(database, CollectionId{row.integer(1)});
        const std::size_t neurons = somFromJson(row.text(6)).layout.neuronCount();
        som::Mapping mapping;
        forParts(database, number(id), "mapping",
                 [&](std::span<const std::byte> blob) { decodeMapping(blob, neurons, mapping); });
        if (mapping.sourceCount() != sources)
            fail(ErrorKind::Malformed, "damaged: expected a mapping of " + std::to_string(sources) +
                                           " sources, found one of " + std::to_string(mapping.sourceCount()));
        return mapping;
    });
}

Result<void> Session::removeModel(ModelId id)
{
    return m_state->write([&](Database &database) {
        Statement remove = database.prepare("DELETE FROM model WHERE id = ?1");
        remove.bind(number(id)).run();
        if (database.changes() == 0)
            fail(ErrorKind::NotFound, "there is no model " + std::to_string(number(id)));
    });
}

} // namespace somnium::session
