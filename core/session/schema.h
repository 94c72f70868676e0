// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of the session file, version by version, and the checks that a file is one.
#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "core/session/database.h"

namespace somnium::session
{

/// Version of the tables that this program writes; the file's `user_version`.
[[nodiscard]] int schemaVersion();

/// Looks at the file's header only, without letting SQLite touch it. Malformed: not a session of ours;
/// Unsupported: of a newer program; both name what was found.
[[nodiscard]] Result<void> checkHeader(const std::filesystem::path &path);

/// Marks the file as ours and makes the tables of the newest version, from whichever it has (0: none).
void migrate(Database &database);

} // namespace somnium::session
