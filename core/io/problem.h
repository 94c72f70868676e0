// SPDX-License-Identifier: GPL-3.0-or-later
// Readers of one format know no file names: their errors say "expected A, found B". Here such a message
// becomes a problem of a place.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/data/collection.h"

namespace somnium::io
{

/// Malformed: "expected A, found B".
[[nodiscard]] tl::unexpected<Error> expectedButFound(const std::string &expected, const std::string &found);

/// The problem that such a message describes, whatever name stands before "expected".
[[nodiscard]] data::ImportProblem problemAt(const data::SourceOrigin &origin, const std::string &message);

} // namespace somnium::io
