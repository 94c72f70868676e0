// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include <QString>

namespace somnium::ui
{

/// "1 source" or "1,900 sources": `one` and `many` are translated and hold %1 where the number goes.
[[nodiscard]] QString counted(std::size_t number, const QString &one, const QString &many);

} // namespace somnium::ui
