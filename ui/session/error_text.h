// SPDX-License-Identifier: GPL-3.0-or-later
// A core error as the window says it: what happened, where, and what to do.
#pragma once

#include <QString>

#include "core/base/result.h"

namespace somnium::ui
{

/// "Could not open the survey: <message>. <remedy>"; `what` is translated, e.g. tr("Could not open the
/// survey").
[[nodiscard]] QString errorText(const QString &what, const Error &error);
/// What the user can do about an error of this kind; may be empty.
[[nodiscard]] QString remedyFor(ErrorKind kind);

} // namespace somnium::ui
