// SPDX-License-Identifier: GPL-3.0-or-later
// "Go to": a source by what a person types.
#pragma once

#include <cstddef>
#include <optional>

#include <QString>

#include "core/data/collection.h"

namespace somnium::ui
{

/// The source whose id is `text`, or begins with it, or contains it (the first of them, whatever the case);
/// else, if `text` is a position, the source nearest to it on the sky.
[[nodiscard]] std::optional<std::size_t> findSource(const data::Collection &collection, const QString &text);

} // namespace somnium::ui
