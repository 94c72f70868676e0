// SPDX-License-Identifier: GPL-3.0-or-later
// What the astronomer has said of the sources of a collection, taken over to a new one of the same sources.
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/result.h"
#include "core/session/session.h"

namespace somnium::workflow
{

/// Labels, marks, notes and selections of the sources `kept` of the collection `from` (ascending), which are
/// all sources of `to`, in their order. Returns the number of labels. Where it fails, `to` is removed.
[[nodiscard]] Result<std::size_t> carryOver(session::Session &session, session::CollectionId from,
                                            session::CollectionId to, const std::vector<std::size_t> &kept);

} // namespace somnium::workflow
