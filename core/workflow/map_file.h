// SPDX-License-Identifier: GPL-3.0-or-later
// Maps in files of their own: PINK's, and the FITS files that exportModel writes.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/io/fits_map.h"
#include "core/io/pink.h"
#include "core/prepare/recipe.h"
#include "core/som/som.h"

namespace somnium::workflow
{

/// A file that was read, whole: told apart by its bytes, which may be compressed.
struct MapFile
{
    std::string name; ///< for messages
    std::variant<io::PinkMap, io::FitsMap> content;
    /// Of the images that the map was trained on; PINK's files do not say.
    std::optional<prepare::Recipe> recipe;
};
[[nodiscard]] Result<MapFile> openMapFile(const std::filesystem::path &path);

/// What a PINK file does not say about its map: what has no value is as in brackets. A FITS file says all of
/// it, unless it is older than its keywords.
struct MapFileOptions
{
    std::optional<bool> isPeriodic = {};                   ///< [open edges]
    std::optional<bool> useFlips = {};                     ///< [true]
    std::optional<std::size_t> rotations = {};             ///< as in som::TrainingParams [0]
    std::vector<float> channelWeights = {};                ///< [1 each]
    std::optional<compute::MatchPrecision> precision = {}; ///< [Standard]
};

/// The map, to be compared with images of `samples`' shape. PINK's: over the disc that images and neurons
/// both show, whichever is larger. Ours: as it was when it was exported, to the bit. Fails (Mismatch) if the
/// channels differ, or if an option is not what the file says itself.
[[nodiscard]] Result<som::Som> mapOf(MapFile file, const data::ImageShape &samples,
                                     const MapFileOptions &options = {});

/// Both steps.
[[nodiscard]] Result<som::Som> readMapFile(const std::filesystem::path &path, const data::ImageShape &samples,
                                           const MapFileOptions &options = {});

} // namespace somnium::workflow
