// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/annotations.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/session/model_codec.h"
#include "core/session/session_state.h"

namespace somnium::session
{

namespace
{

constexpr std::array kVerdicts = {"", "interesting", "boring", "artefact"};
constexpr int kLargestScore = 5;

template <class Id> std::int64_t number(Id id)
{
    return static_cast<std::int64_t>(id);
}

bool isColour(const std::string &text)
{
    return text.size() == 7 && text[0] == '#' &&
           text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos;
}

bool isKey(const std::string &text)
{
    return text.empty() ||
           (text.size() == 1 && ((text[0] >= '1' && text[0] <= '9') || (text[0] >= 'a' && text[0] <= 'z')));
}

void checkClasses(const std::vector<LabelClass> &classes)
{
    std::set<std::string> names;
    std::set<std::string> keys;
    for (const LabelClass &one : classes)
    {
        if (one.name.empty() || !names.insert(one.name).second)
            fail(ErrorKind::InvalidArgument,
                 "expected label classes with different names, found '" + one.name + "'");
        if (!isColour(one.colour))
            fail(ErrorKind::InvalidArgument,
                 "label class '" + one.name + "': expected a colour as #RRGGBB, found '" + one.colour + "'");
        if (!isKey(one.key) || (!one.key.empty() && !keys.insert(one.key).second))
            fail(ErrorKind::InvalidArgument, "label class '" + one.name +
                                                 "': expected a key of its own, 1 to 9 or a to z, found '" +
                                                 one.key + "'");
    }
}

/// Neurons of a model. Throws Failed (NotFound).
std::size_t neuronCountOf(Database &database, ModelId id)
{
    Statement row = database.prepare("SELECT metadata FROM model WHERE id = ?1");
    if (!row.bind(number(id)).step())
        fail(ErrorKind::NotFound, "there is no model " + std::to_string(number(id)));
    return somFromJson(row.text(0)).layout.neuronCount();
}

void checkNeurons(Database &database, ModelId id, const std::vector<std::size_t> &neurons)
{
    const std::size_t count = neuronCountOf(database, id);
    const auto outside =
        std::find_if(neurons.begin(), neurons.end(), [&](std::size_t one) { return one >= count; });
    if (outside != neurons.end())
        fail(ErrorKind::InvalidArgument, "there is no neuron " + std::to_string(*outside) + " among the " +
                                             std::to_string(count) + " of the model");
}

template <class Row> void checkRows(Database &database, CollectionId id, const std::vector<Row> &rows)
{
    const std::size_t count = sourceCountOf(database, id);
    for (const Row &row : rows)
        checkSource(row.source, count);
}

Verdict verdictOf(const std::string &word)
{
    const auto found = std::find(kVerdicts.begin(), kVerdicts.end(), word);
    if (found == kVerdicts.end())
        fail(ErrorKind::Unsupported, "a source is marked '" + word + "', which this program does not know");
    return static_cast<Verdict>(found - kVerdicts.begin());
}

std::int64_t renameIn(Database &database, const std::string &table, std::string_view from,
                      std::string_view to)
{
    Statement rename = database.prepare("UPDATE OR REPLACE " + table + " SET text = ?2 WHERE text = ?1");
    rename.bind(from, to).run();
    return database.changes();
}

/// "spectral_recipe" -> "spectral recipe".
std::string inWords(std::string table)
{
    std::replace(table.begin(), table.end(), '_', ' ');
    return table;
}

void saveNamed(Database &database, const std::string &table, const NamedJson &entry)
{
    if (entry.name.empty())
        fail(ErrorKind::InvalidArgument, "a " + inWords(table) + " needs a name");
    Statement save = database.prepare("INSERT INTO " + table +
                                      "(name, json) VALUES (?1, ?2) "
                                      "ON CONFLICT(name) DO UPDATE SET json = excluded.json");
    save.bind(std::string_view(entry.name), std::string_view(entry.json)).run();
}

void removeNamed(Database &database, const std::string &table, std::string_view name)
{
    Statement remove = database.prepare("DELETE FROM " + table + " WHERE name = ?1");
    remove.bind(name).run();
    if (database.changes() == 0)
        fail(ErrorKind::NotFound, "there is no " + inWords(table) + " '" + std::string(name) + "'");
}

std::vector<NamedJson> readNamed(Database &database, const std::string &table)
{
    std::vector<NamedJson> entries;
    Statement rows = database.prepare("SELECT name, json FROM " + table + " ORDER BY name");
    while (rows.step())
        entries.push_back({rows.text(0), rows.text(1)});
    return entries;
}

} // namespace

const std::vector<LabelClass> &defaultLabelClasses()
{
    // cite: Okabe & Ito 2008, "Color Universal Design", the seven colours that are not black; and two greys.
    static const std::vector<LabelClass> classes = {
        {"FR I", "#56B4E9", "1"},     {"FR II", "#E69F00", "2"},    {"bent", "#009E73", "3"},
        {"X-shaped", "#CC79A7", "4"}, {"compact", "#0072B2", "5"},  {"one-sided", "#D55E00", "6"},
        {"ring", "#F0E442", "7"},     {"artefact", "#999999", "8"}, {"interesting", "#DDDDDD", "9"}};
    return classes;
}

Result<void> Annotations::saveLabelClasses(const std::vector<LabelClass> &classes)
{
    return m_state->write([&](Database &database) {
        checkClasses(classes);
        database.execute("DELETE FROM label_class");
        Statement insert =
            database.prepare("INSERT INTO label_class(position, name, colour, key) VALUES (?1, ?2, ?3, ?4)");
        for (std::size_t position = 0; position < classes.size(); ++position)
            insert
                .bind(position, std::string_view(classes[position].name),
                      std::string_view(classes[position].colour), std::string_view(classes[position].key))
                .run();
    });
}

Result<std::vector<LabelClass>> Annotations::labelClasses() const
{
    return m_state->read([&](Database &database) {
        std::vector<LabelClass> classes;
        Statement rows = database.prepare("SELECT name, colour, key FROM label_class ORDER BY position");
        while (rows.step())
            classes.push_back({rows.text(0), rows.text(1), rows.text(2)});
        return classes;
    });
}

Result<std::size_t> Annotations::renameLabel(std::string_view from, std::string_view to)
{
    return m_state->write([&](Database &database) -> std::size_t {
        if (to.empty())
            fail(ErrorKind::InvalidArgument, "a label needs a text");
        if (from == to)
            return 0;
        const std::int64_t changed =
            renameIn(database, "label", from, to) + renameIn(database, "prototype_label", from, to);
        // Where both are classes, the one of the new name stays as it is.
        Statement merge = database.prepare("UPDATE OR IGNORE label_class SET name = ?2 WHERE name = ?1");
        merge.bind(from, to).run();
        Statement drop = database.prepare("DELETE FROM label_class WHERE name = ?1");
        drop.bind(from).run();
        return static_cast<std::size_t>(changed);
    });
}

Result<void> Annotations::setPrototypeLabel(ModelId model, const std::vector<std::size_t> &neurons,
                                            std::string_view text, bool isOn)
{
    return m_state->write([&](Database &database) {
        if (text.empty())
            fail(ErrorKind::InvalidArgument, "a label needs a text");
        checkNeurons(database, model, neurons);
        Statement change = database.prepare(
            isOn ? "INSERT INTO prototype_label(model, neuron, text) VALUES (?1, ?2, ?3) ON CONFLICT DO "
                   "NOTHING"
                 : "DELETE FROM prototype_label WHERE model = ?1 AND neuron = ?2 AND text = ?3");
        for (const std::size_t neuron : neurons)
            change.bind(number(model), neuron, text).run();
    });
}

Result<std::vector<PrototypeLabel>> Annotations::prototypeLabels(ModelId model) const
{
    return m_state->read([&](Database &database) {
        static_cast<void>(neuronCountOf(database, model));
        std::vector<PrototypeLabel> labels;
        Statement rows = database.prepare(
            "SELECT neuron, text FROM prototype_label WHERE model = ?1 ORDER BY neuron, text");
        rows.bind(number(model));
        while (rows.step())
            labels.push_back({static_cast<std::size_t>(rows.integer(0)), rows.text(1)});
        return labels;
    });
}

Result<void> Annotations::setMarks(CollectionId collection, const std::vector<Mark> &marks)
{
    return m_state->write([&](Database &database) {
        checkRows(database, collection, marks);
        Statement save =
            database.prepare("INSERT INTO mark(collection, source, verdict, score) VALUES (?1, ?2, ?3, ?4) "
                             "ON CONFLICT DO UPDATE SET verdict = excluded.verdict, score = excluded.score");
        Statement remove = database.prepare("DELETE FROM mark WHERE collection = ?1 AND source = ?2");
        for (const Mark &mark : marks)
        {
            const int score = mark.score.value_or(-1);
            if (mark.score && (score < 0 || score > kLargestScore))
                fail(ErrorKind::InvalidArgument,
                     "expected a score of 0 to 5, found " + std::to_string(score));
            if (mark.verdict == Verdict::None && !mark.score)
                remove.bind(number(collection), mark.source).run();
            else
                save.bind(number(collection), mark.source,
                          std::string_view(kVerdicts.at(static_cast<std::size_t>(mark.verdict))),
                          std::int64_t{score})
                    .run();
        }
    });
}

Result<std::vector<Mark>> Annotations::marks(CollectionId collection) const
{
    return m_state->read([&](Database &database) {
        static_cast<void>(sourceCountOf(database, collection));
        std::vector<Mark> marks;
        Statement rows =
            database.prepare("SELECT source, verdict, score FROM mark WHERE collection = ?1 ORDER BY source");
        rows.bind(number(collection));
        while (rows.step())
        {
            Mark mark{static_cast<std::size_t>(rows.integer(0)), verdictOf(rows.text(1)), std::nullopt};
            if (rows.integer(2) >= 0)
                mark.score = static_cast<int>(std::min<std::int64_t>(rows.integer(2), kLargestScore));
            marks.push_back(mark);
        }
        return marks;
    });
}

Result<void> Annotations::setNotes(CollectionId collection, const std::vector<SourceNote> &notes)
{
    return m_state->write([&](Database &database) {
        checkRows(database, collection, notes);
        Statement save = database.prepare("INSERT INTO note(collection, source, text) VALUES (?1, ?2, ?3) "
                                          "ON CONFLICT DO UPDATE SET text = excluded.text");
        Statement remove = database.prepare("DELETE FROM note WHERE collection = ?1 AND source = ?2");
        for (const SourceNote &note : notes)
        {
            if (note.text.empty())
                remove.bind(number(collection), note.source).run();
            else
                save.bind(number(collection), note.source, std::string_view(note.text)).run();
        }
    });
}

Result<std::vector<SourceNote>> Annotations::notes(CollectionId collection) const
{
    return m_state->read([&](Database &database) {
        static_cast<void>(sourceCountOf(database, collection));
        std::vector<SourceNote> notes;
        Statement rows =
            database.prepare("SELECT source, text FROM note WHERE collection = ?1 ORDER BY source");
        rows.bind(number(collection));
        while (rows.step())
            notes.push_back({static_cast<std::size_t>(rows.integer(0)), rows.text(1)});
        return notes;
    });
}

Result<void> Annotations::saveRecipe(const NamedJson &recipe)
{
    return m_state->write([&](Database &database) { saveNamed(database, "recipe", recipe); });
}

Result<void> Annotations::removeRecipe(std::string_view name)
{
    return m_state->write([&](Database &database) { removeNamed(database, "recipe", name); });
}

Result<std::vector<NamedJson>> Annotations::recipes() const
{
    return m_state->read([](Database &database) { return readNamed(database, "recipe"); });
}

Result<void> Annotations::saveSpectralRecipe(const NamedJson &recipe)
{
    return m_state->write([&](Database &database) { saveNamed(database, "spectral_recipe", recipe); });
}

Result<void> Annotations::removeSpectralRecipe(std::string_view name)
{
    return m_state->write([&](Database &database) { removeNamed(database, "spectral_recipe", name); });
}

Result<std::vector<NamedJson>> Annotations::spectralRecipes() const
{
    return m_state->read([](Database &database) { return readNamed(database, "spectral_recipe"); });
}

Result<void> Annotations::saveBookmark(const NamedJson &bookmark)
{
    return m_state->write([&](Database &database) { saveNamed(database, "bookmark", bookmark); });
}

Result<void> Annotations::removeBookmark(std::string_view name)
{
    return m_state->write([&](Database &database) { removeNamed(database, "bookmark", name); });
}

Result<std::vector<NamedJson>> Annotations::bookmarks() const
{
    return m_state->read([](Database &database) { return readNamed(database, "bookmark"); });
}

} // namespace somnium::session
