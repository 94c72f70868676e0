// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of sources, in blocks, and of problems: of collections, and of imports under way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/session/database.h"
#include "core/session/sources_codec.h"

namespace somnium::session
{

/// Whose sources they are: which tables they are in.
enum class SourceOwner
{
    Collection,
    PendingImport,
};

/// Appends to the `first` sources that are there.
void writeSources(Database &database, SourceOwner owner, std::int64_t id, std::size_t first,
                  std::span<const data::Source> sources, const OriginalPaths &paths);
/// Throws Failed unless there are `count`.
[[nodiscard]] std::vector<data::Source> readSources(Database &database, SourceOwner owner, std::int64_t id,
                                                    std::size_t count, const OriginalPaths &paths);
void writeProblems(Database &database, SourceOwner owner, std::int64_t id,
                   std::span<const data::ImportProblem> problems, const OriginalPaths &paths);
[[nodiscard]] std::vector<data::ImportProblem> readProblems(Database &database, SourceOwner owner,
                                                            std::int64_t id, const OriginalPaths &paths);
/// Fails unless the next block of a table begins where the one before ended: at `expected`.
void checkFirst(const Statement &rows, int column, std::size_t expected);

} // namespace somnium::session
