// SPDX-License-Identifier: GPL-3.0-or-later
// What the astronomer leaves in a session: labels, selections, where the window was, what can be undone.
#include <algorithm>
#include <array>

#include "core/session/blob.h"
#include "core/session/session.h"
#include "core/session/session_state.h"

namespace somnium::session
{

namespace
{

std::int64_t number(CollectionId id)
{
    return static_cast<std::int64_t>(id);
}

constexpr std::array<std::string_view, 4> kOrigins = {"", "hand", "prototype", "column"}; // by LabelOrigin

LabelOrigin originOf(const std::string &word)
{
    const auto *const found = std::find(kOrigins.begin(), kOrigins.end(), word);
    if (found == kOrigins.end())
        fail(ErrorKind::Unsupported, "a label came from '" + word + "', which this program does not know");
    return static_cast<LabelOrigin>(found - kOrigins.begin());
}

std::vector<std::byte> encodeSelection(const std::vector<std::size_t> &sources)
{
    BlobWriter writer(BlobKind::Selection);
    writer.put(static_cast<std::uint64_t>(sources.size()));
    for (const std::size_t source : sources)
        writer.put(static_cast<std::uint64_t>(source));
    return writer.finish();
}

std::vector<std::size_t> decodeSelection(std::span<const std::byte> blob)
{
    BlobReader reader(blob, BlobKind::Selection);
    const auto values = reader.getAll<std::uint64_t>(reader.get<std::uint64_t>());
    reader.finish();
    return {values.begin(), values.end()};
}

std::vector<std::string> journalEntries(Database &database, CollectionId id)
{
    std::vector<std::string> entries;
    Statement rows =
        database.prepare("SELECT json FROM journal_entry WHERE collection = ?1 ORDER BY position");
    rows.bind(number(id));
    while (rows.step())
        entries.push_back(rows.text(0));
    return entries;
}

/// Writes only what differs: a journal grows at its end.
void writeJournalEntries(Database &database, CollectionId id, const std::vector<std::string> &entries)
{
    const std::vector<std::string> stored = journalEntries(database, id);
    const auto difference = std::mismatch(stored.begin(), stored.end(), entries.begin(), entries.end());
    const auto common = static_cast<std::size_t>(difference.first - stored.begin());
    Statement cut = database.prepare("DELETE FROM journal_entry WHERE collection = ?1 AND position >= ?2");
    cut.bind(number(id), common).run();
    Statement insert =
        database.prepare("INSERT INTO journal_entry(collection, position, json) VALUES (?1, ?2, ?3)");
    for (std::size_t position = common; position < entries.size(); ++position)
        insert.bind(number(id), position, std::string_view(entries[position])).run();
}

} // namespace

std::string_view toString(LabelOrigin origin)
{
    return kOrigins.at(static_cast<std::size_t>(origin));
}

Result<void> Session::setLabel(CollectionId collection, const std::vector<std::size_t> &sources,
                               std::string_view text, bool isOn, LabelOrigin origin)
{
    std::vector<Label> labels;
    labels.reserve(sources.size());
    for (const std::size_t source : sources)
        labels.push_back({source, std::string(text), origin});
    if (text.empty())
        return failure(ErrorKind::InvalidArgument, m_state->path.string() + ": a label needs a text");
    return setLabels(collection, labels, isOn);
}

Result<void> Session::setLabels(CollectionId collection, const std::vector<Label> &labels, bool isOn)
{
    return m_state->write([&](Database &database) {
        const std::size_t sources = sourceCountOf(database, collection);
        Statement put = database.prepare("INSERT INTO label(collection, source, text, origin) VALUES (?1, "
                                         "?2, ?3, ?4) ON CONFLICT DO UPDATE "
                                         "SET origin = excluded.origin WHERE excluded.origin = 'hand' OR "
                                         "(excluded.origin = 'column' AND label.origin = 'prototype')");
        Statement remove =
            database.prepare("DELETE FROM label WHERE collection = ?1 AND source = ?2 AND text = ?3");
        for (const Label &label : labels)
        {
            if (label.text.empty())
                fail(ErrorKind::InvalidArgument, "a label needs a text");
            checkSource(label.source, sources);
            if (isOn)
                put.bind(number(collection), label.source, std::string_view(label.text),
                         toString(label.origin))
                    .run();
            else
                remove.bind(number(collection), label.source, std::string_view(label.text)).run();
        }
    });
}

Result<std::vector<Label>> Session::labels(CollectionId collection) const
{
    return m_state->read([&](Database &database) {
        static_cast<void>(sourceCountOf(database, collection));
        std::vector<Label> labels;
        Statement rows = database.prepare("SELECT source, text, origin FROM label WHERE collection = ?1 "
                                          "ORDER BY source, text");
        rows.bind(number(collection));
        while (rows.step())
            labels.push_back(
                {static_cast<std::size_t>(rows.integer(0)), rows.text(1), originOf(rows.text(2))});
        return labels;
    });
}

Result<void> Session::saveSelection(CollectionId collection, const Selection &selection)
{
    return m_state->write([&](Database &database) {
        checkSources(database, collection, selection.sources);
        std::vector<std::size_t> sources = selection.sources;
        std::sort(sources.begin(), sources.end());
        sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
        const auto blob = encodeSelection(sources);
        Statement save = database.prepare("INSERT INTO selection(collection, name, data) VALUES (?1, ?2, ?3) "
                                          "ON CONFLICT(collection, name) DO UPDATE SET data = excluded.data");
        save.bind(number(collection), std::string_view(selection.name), std::span<const std::byte>(blob))
            .run();
    });
}

Result<std::vector<Selection>> Session::selections(CollectionId collection) const
{
    return m_state->read([&](Database &database) {
        static_cast<void>(sourceCountOf(database, collection));
        std::vector<Selection> selections;
        Statement rows =
            database.prepare("SELECT name, data FROM selection WHERE collection = ?1 ORDER BY name");
        rows.bind(number(collection));
        while (rows.step())
            selections.push_back({rows.text(0), decodeSelection(rows.blob(1))});
        return selections;
    });
}

Result<void> Session::setView(std::string_view key, std::string_view json)
{
    return m_state->write([&](Database &database) {
        Statement save = database.prepare("INSERT INTO view(key, json) VALUES (?1, ?2) ON CONFLICT(key) DO "
                                          "UPDATE SET json = excluded.json");
        save.bind(key, json).run();
    });
}

Result<std::optional<std::string>> Session::view(std::string_view key) const
{
    return m_state->read([&](Database &database) {
        Statement row = database.prepare("SELECT json FROM view WHERE key = ?1");
        return row.bind(key).step() ? std::optional(row.text(0)) : std::nullopt;
    });
}

Result<void> Session::saveJournal(CollectionId collection, const Journal &journal)
{
    return m_state->write([&](Database &database) {
        static_cast<void>(sourceCountOf(database, collection));
        if (journal.position > journal.entries.size())
            fail(ErrorKind::InvalidArgument, "a journal of " + std::to_string(journal.entries.size()) +
                                                 " entries cannot stand at " +
                                                 std::to_string(journal.position));
        writeJournalEntries(database, collection, journal.entries);
        Statement save =
            database.prepare("INSERT INTO journal(collection, position) VALUES (?1, ?2) "
                             "ON CONFLICT(collection) DO UPDATE SET position = excluded.position");
        save.bind(number(collection), journal.position).run();
    });
}

Result<Session::Journal> Session::journal(CollectionId collection) const
{
    return m_state->read([&](Database &database) {
        static_cast<void>(sourceCountOf(database, collection));
        Journal journal;
        journal.entries = journalEntries(database, collection);
        Statement row = database.prepare("SELECT position FROM journal WHERE collection = ?1");
        if (row.bind(number(collection)).step())
            journal.position = std::min(static_cast<std::size_t>(row.integer(0)), journal.entries.size());
        return journal;
    });
}

} // namespace somnium::session
