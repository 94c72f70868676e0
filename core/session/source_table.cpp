// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/source_table.h"

#include <algorithm>
#include <string>

namespace somnium::session
{

namespace
{

/// The names that SQL has for an owner.
struct Tables
{
    std::string blocks;
    std::string problems;
    std::string owner; ///< the column
};

Tables tablesOf(SourceOwner owner)
{
    if (owner == SourceOwner::Collection)
        return {"source_block", "problem", "collection"};
    return {"pending_source_block", "pending_problem", "pending"};
}

} // namespace

void checkFirst(const Statement &rows, int column, std::size_t expected)
{
    if (rows.integer(column) != static_cast<std::int64_t>(expected))
        fail(ErrorKind::Malformed, "damaged: expected a block that begins at row " +
                                       std::to_string(expected) + ", found " +
                                       std::to_string(rows.integer(column)));
}

void writeSources(Database &database, SourceOwner owner, std::int64_t id, std::size_t already,
                  std::span<const data::Source> sources, const OriginalPaths &paths)
{
    const Tables tables = tablesOf(owner);
    Statement insert = database.prepare("INSERT INTO " + tables.blocks + "(" + tables.owner +
                                        ", first, count, data) VALUES (?1, ?2, ?3, ?4)");
    for (std::size_t first = 0; first < sources.size(); first += kSourcesPerBlock)
    {
        const std::size_t count = std::min(kSourcesPerBlock, sources.size() - first);
        const auto blob = encodeSources(sources.subspan(first, count), paths);
        insert.bind(id, already + first, count, std::span<const std::byte>(blob)).run();
    }
}

std::vector<data::Source> readSources(Database &database, SourceOwner owner, std::int64_t id,
                                      std::size_t count, const OriginalPaths &paths)
{
    const Tables tables = tablesOf(owner);
    std::vector<data::Source> sources;
    Statement blocks =
        database.prepare("SELECT count(*) FROM " + tables.blocks + " WHERE " + tables.owner + " = ?1");
    if (blocks.bind(id).step()) // a damaged count must not reserve more than there can be
        sources.reserve(std::min(count, static_cast<std::size_t>(blocks.integer(0)) * kSourcesPerBlock));
    Statement rows = database.prepare("SELECT first, count, data FROM " + tables.blocks + " WHERE " +
                                      tables.owner + " = ?1 ORDER BY first");
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

void writeProblems(Database &database, SourceOwner owner, std::int64_t id,
                   std::span<const data::ImportProblem> problems, const OriginalPaths &paths)
{
    const Tables tables = tablesOf(owner);
    Statement insert = database.prepare(
        "INSERT INTO " + tables.problems + "(" + tables.owner +
        ", file, member, hdu, position, expected, found) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    for (const data::ImportProblem &problem : problems)
    {
        const std::string file = paths.toStored(problem.origin.file);
        insert
            .bind(id, std::string_view(file), std::string_view(problem.origin.member),
                  std::int64_t{problem.origin.hdu}, problem.origin.index, std::string_view(problem.expected),
                  std::string_view(problem.found))
            .run();
    }
}

std::vector<data::ImportProblem> readProblems(Database &database, SourceOwner owner, std::int64_t id,
                                              const OriginalPaths &paths)
{
    const Tables tables = tablesOf(owner);
    std::vector<data::ImportProblem> problems;
    Statement rows = database.prepare("SELECT file, member, hdu, position, expected, found FROM " +
                                      tables.problems + " WHERE " + tables.owner + " = ?1 ORDER BY id");
    rows.bind(id);
    while (rows.step())
        problems.push_back({{paths.fromStored(rows.text(0)), rows.text(1), static_cast<int>(rows.integer(2)),
                             static_cast<std::size_t>(rows.integer(3))},
                            rows.text(4),
                            rows.text(5)});
    return problems;
}

} // namespace somnium::session
