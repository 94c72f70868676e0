// SPDX-License-Identifier: GPL-3.0-or-later
// Going back from a session to the originals it was made from.
#pragma once

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/collection.h"
#include "core/data/image.h"
#include "core/session/session.h"

namespace somnium::workflow
{

/// The original image of a source, unprepared, read from its file: for "show the raw data" and for a recipe's
/// preview.
[[nodiscard]] Result<data::Image> readOriginal(const data::SourceOrigin &origin);

/// Makes the prepared samples of a collection again from its originals (a removed cache). Fails naming the
/// first original that is missing or has changed; the session stays as it is.
[[nodiscard]] Result<void> rebuildSamples(const session::Session &session, session::CollectionId collection,
                                          const JobContext &context);

/// The samples of a collection, rebuilt first if their cache was removed.
[[nodiscard]] Result<std::shared_ptr<const data::SampleStore>>
samplesOf(const session::Session &session, session::CollectionId collection, const JobContext &context);

} // namespace somnium::workflow
