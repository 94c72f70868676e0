// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/source_table.h"

#include <algorithm>
#include <string>

namespace somnium::session
{

void checkFirst(const Statement &rows, int column, std::size_t expected)
{
    if (rows.integer(column) != static_cast<std::int64_t>(expected))
        fail(ErrorKind::Malformed, "damaged: expected a block that begins at row " +
                                       std::to_string(expected) + ", found " +
                                       std::to_string(rows.integer(column)));
}

void writeSources(Database &database, std::int64_t id, std::span<const data::Source> sources,
                  const OriginalPaths &paths)
{
    Statement insert =
        database.prepare("INSERT INTO source_block(collection, first, count, data) VALUES (?1, ?2, ?3, ?4)");
    for (std::size_t first = 0; first < sources.size(); first += kSourcesPerBlock)
    {
        const std::size_t count = std::min(kSourcesPerBlock, sources.size() - first);
        const auto blob = encodeSources(sources.subspan(first, count), paths);
        insert.bind(id, first, count, std::span<const std::byte>(blob)).run();
    }
}

std::vector<data::Source> readSources(Database &database, std::int64_t id, std::size_t count,
                                      const OriginalPaths &paths)
{
    std::vector<data::Source> sources;
    Statement rows =
        database.prepare("SELECT first, count, data FROM source_block WHERE collection = ?1 ORDER BY first");
    rows.bind(id);
    while (rows.step())
    {
        checkFirst(rows, 0, sources.size());
        decodeSources(rows.blob(2), static_cast<std::size_t>(rows.integer(1)), paths, sources);
    }
    if (sources.size() != count)
        fail(ErrorKind::Malformed, "damaged: expected " + std::to_string(count) + " sources, found " +
                                       std::to_string(sources.size()));
    return sources;
}

} // namespace somnium::session
