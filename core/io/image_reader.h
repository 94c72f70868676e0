// SPDX-License-Identifier: GPL-3.0-or-later
// One file's bytes -> the images in it, whatever the format (FITS, PNG, JPEG, .npy, PINK; any of them also
// inside gzip, bzip2, xz or compress). The format is told by the bytes first, by the name's ending second.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/collection.h"
#include "core/data/image.h"

namespace somnium::io
{

/// An image as it was read, with its place and its WCS cards (80 characters each, empty if none).
struct LoadedImage
{
    data::SourceOrigin origin;
    data::Image image;
    std::string wcsCards;
    std::string objectName; ///< FITS OBJECT, or empty
};

/// What one file gave: images, and problems with those HDUs that could not be read. A file without any image
/// is one problem.
struct LoadedFile
{
    std::vector<LoadedImage> images;
    std::vector<data::ImportProblem> problems;
};

/// Takes the images of one file in their order, one at a time, on the thread that reads.
struct ImageReceiver
{
    std::function<bool(LoadedImage &&)> onImage; ///< false: enough, end the reading
    std::function<void(data::ImportProblem &&)> onProblem;
};

/// Images of more channels than this are cubes, which this reader does not take apart.
constexpr std::size_t kMaxChannels = 16;

/// True if the name's ending is one of an image format (.fits, .fit, .fts, .fz, .gz of those, .png, .jpg,
/// .jpeg, .npy, .bin ...).
[[nodiscard]] bool hasImageEnding(std::string_view name);

/// Hands every image in `bytes` to the receiver; `origin` names file and member. Holds one image at a time,
/// so that an array of a million images costs no memory. Never throws, unless the receiver does.
void visitImages(std::span<const std::byte> bytes, const data::SourceOrigin &origin,
                 const ImageReceiver &receiver);

/// Reads every image in `bytes`. Never throws.
[[nodiscard]] LoadedFile readImages(std::span<const std::byte> bytes, const data::SourceOrigin &origin);

/// Reads one image again: the one whose HDU and index are `origin`'s.
[[nodiscard]] Result<LoadedImage> readImage(std::span<const std::byte> bytes,
                                            const data::SourceOrigin &origin);

} // namespace somnium::io
