// SPDX-License-Identifier: GPL-3.0-or-later
// The import of images of the same sources in several channels: what importImages does if the request has
// channels. It is not gone on with after a stop: it begins anew.
#pragma once

#include "core/workflow/import.h"

namespace somnium::workflow
{

/// Fails if nothing at all could be aligned, or on Cancelled: then the session is as it was before.
[[nodiscard]] Result<ImportOutcome> importChannels(session::Session &session, const ImportRequest &request,
                                                   const JobContext &context);

} // namespace somnium::workflow
