// SPDX-License-Identifier: GPL-3.0-or-later
// The table of sources, in blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/session/database.h"
#include "core/session/sources_codec.h"

namespace somnium::session
{

void writeSources(Database &database, std::int64_t collection, std::span<const data::Source> sources,
                  const OriginalPaths &paths);
/// Throws Failed unless there are `count`.
[[nodiscard]] std::vector<data::Source> readSources(Database &database, std::int64_t collection,
                                                    std::size_t count, const OriginalPaths &paths);
/// Fails unless the next block of a table begins where the one before ended: at `expected`.
void checkFirst(const Statement &rows, int column, std::size_t expected);

} // namespace somnium::session
