// SPDX-License-Identifier: GPL-3.0-or-later
// Images of one source in several files -> one original of several channels on one grid.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/collection.h"
#include "core/prepare/recipe.h"
#include "core/workflow/channel_sets.h"
#include "core/workflow/original_reader.h"

namespace somnium::workflow
{

/// An original whose channels were aligned.
struct AlignedOriginal
{
    data::Image image;
    std::string wcsCards; ///< of its grid
    std::vector<data::SourceOrigin> origins;
    std::uint64_t pixelHash = 0; ///< of the pixels in the files
};

/// Reads the images (of an origin whose HDU is 0: the first in the file) and resamples them by their WCS onto
/// the grid of the reference channel, see prepare::Alignment. Malformed, naming the file, where there is no
/// usable WCS.
[[nodiscard]] Result<AlignedOriginal> readAligned(const std::vector<data::SourceOrigin> &origins,
                                                  const prepare::Alignment &alignment);

/// As prepareFiles, for sets of files. One PreparedFile a set, in their order.
[[nodiscard]] Result<void> prepareSets(const std::vector<ChannelSet> &sets, const prepare::Recipe &recipe,
                                       const JobContext &context,
                                       const std::function<Result<void>(PreparedFile)> &take);

} // namespace somnium::workflow
