// SPDX-License-Identifier: GPL-3.0-or-later
// Originals, one after the other, prepared by a recipe: the inner loop that importing and rebuilding share.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/job.h"
#include "core/base/result.h"
#include "core/data/collection.h"
#include "core/io/file_walker.h"
#include "core/io/image_reader.h"
#include "core/prepare/recipe.h"
#include "core/sky/wcs.h"

namespace somnium::workflow
{

/// One original image and what the recipe made of it.
struct PreparedOriginal
{
    std::string id; ///< of the source, where pairing channels gave one; else empty
    data::SourceOrigin origin;
    std::vector<data::SourceOrigin> channelOrigins; ///< as data::Source::channelOrigins
    data::ImageShape originalShape;
    std::string objectName;
    std::string wcsCards;
    std::uint64_t pixelHash = 0; ///< of the original's pixels
    data::Image image;           ///< prepared
};

/// What one file gave, in the order of its images.
struct PreparedFile
{
    std::vector<PreparedOriginal> images;
    std::vector<data::ImportProblem> problems;
};

/// "a/b/100_010.451.fits.fz" -> "100_010.451": the name without folders and the endings of image formats.
[[nodiscard]] std::string stemOf(const data::SourceOrigin &origin);

/// The position of an image's centre; nothing without a usable WCS.
[[nodiscard]] std::optional<sky::SkyPosition> centreOf(const std::string &wcsCards,
                                                       const data::ImageShape &shape);

/// Reads and prepares `files` on all threads and hands the results to `take` one at a time, in the order of
/// `files`, from any thread. `take` returning an error ends it. Cancelled when `context` asks to stop.
[[nodiscard]] Result<void> prepareFiles(const std::vector<io::FoundFile> &files,
                                        const prepare::Recipe &recipe, const JobContext &context,
                                        const std::function<Result<void>(PreparedFile)> &take);

} // namespace somnium::workflow
