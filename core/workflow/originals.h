// SPDX-License-Identifier: GPL-3.0-or-later
// Going back from a session to the originals it was made from.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/collection.h"
#include "core/data/image.h"
#include "core/session/session.h"
#include "core/workflow/original_reader.h"

namespace somnium::workflow
{

/// The original image of a source, unprepared, read from its file: for "show the raw data" and for a recipe's
/// preview.
[[nodiscard]] Result<data::Image> readOriginal(const data::SourceOrigin &origin);

/// The folder that all these files lie in or below; of one file its folder; empty without any.
[[nodiscard]] std::filesystem::path commonFolder(const std::vector<std::string> &files);

/// What pointing to moved originals has done.
struct Relocation
{
    std::size_t sources = 0;          ///< whose originals were looked for in the new place
    std::vector<std::string> missing; ///< still not there, ascending
};
/// Says that what was below `from` (a folder, or a file) is now below `to`. NotFound, and nothing is changed,
/// if `to` does not exist or nothing of the collection was below `from`. An empty `from` is the folder that
/// all missing files were in.
[[nodiscard]] Result<Relocation> relocateOriginals(session::Session &session,
                                                   session::CollectionId collection,
                                                   std::filesystem::path from,
                                                   const std::filesystem::path &to);
/// The same for a source whose channels may come out of several files: aligned as its recipe says.
[[nodiscard]] Result<data::Image> readOriginal(const data::Source &source,
                                               const prepare::Alignment &alignment);

/// Originals of a collection once more, prepared by `recipe`, in the order of its sources.
[[nodiscard]] Result<void> prepareOriginals(const data::Collection &collection, const prepare::Recipe &recipe,
                                            const JobContext &context,
                                            const std::function<Result<void>(PreparedFile)> &take);

/// Makes the prepared samples of a collection again from its originals (a removed cache). Fails naming the
/// first original that is missing or has changed; the session stays as it is.
[[nodiscard]] Result<void> rebuildSamples(const session::Session &session, session::CollectionId collection,
                                          const JobContext &context);

/// The samples of a collection, rebuilt first if their cache was removed.
[[nodiscard]] Result<std::shared_ptr<const data::SampleStore>>
samplesOf(const session::Session &session, session::CollectionId collection, const JobContext &context);

} // namespace somnium::workflow
