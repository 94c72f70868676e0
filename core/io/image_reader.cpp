// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/image_reader.h"

#include <algorithm>
#include <array>
#include <exception>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

#include "core/io/archive.h"
#include "core/io/file_ending.h"
#include "core/io/fits_header.h"
#include "core/io/fits_image.h"
#include "core/io/npy.h"
#include "core/io/pink.h"
#include "core/io/problem.h"
#include "core/io/raster.h"

namespace somnium::io
{

namespace
{

constexpr std::array<std::string_view, 11> kImageEndings = {".fits", ".fit",  ".fts", ".fz",  ".ftz", ".png",
                                                            ".jpg",  ".jpeg", ".npy", ".bin", ".pink"};
/// PINK files have no magic number: version 1 is known by its length alone.
bool hasPinkEnding(const data::SourceOrigin &origin)
{
    constexpr std::array<std::string_view, 2> kPinkEndings = {".bin", ".pink"};
    return hasEnding(origin.member.empty() ? origin.file : origin.member, kPinkEndings);
}

void visitPinkImages(std::span<const std::byte> bytes, const data::SourceOrigin &origin,
                     const ImageReceiver &receiver, const data::SourceOrigin *only)
{
    const auto images = readPinkImages(bytes, {});
    if (!images)
        return receiver.onProblem(problemAt(origin, images.error().message));
    if (images->count == 0)
        return receiver.onProblem({origin, "at least one image", "a PINK file of none"});
    const std::size_t first = only != nullptr ? only->index : 0;
    const std::size_t last = only != nullptr ? std::min(first + 1, images->count) : images->count;
    for (std::size_t i = first; i < last; ++i)
    {
        data::SourceOrigin place = origin;
        place.index = i;
        const auto pixels = std::span(images->values).subspan(i * images->shape.size(), images->shape.size());
        if (!receiver.onImage({place, data::Image(data::ImageView(pixels, images->shape)), {}, {}}))
            return;
    }
}

/// Visits all images, or only that of `only`'s HDU and index.
void visitDecoded(std::span<const std::byte> bytes, const data::SourceOrigin &origin,
                  const ImageReceiver &receiver, const data::SourceOrigin *only)
{
    const auto giveUp = [&](const Error &error) { receiver.onProblem(problemAt(origin, error.message)); };
    if (isFits(bytes))
        return visitFitsImages(bytes, origin, receiver, only != nullptr ? only->hdu : 0);
    if (isRaster(bytes))
    {
        auto image = readRaster(bytes);
        if (!image)
            return giveUp(image.error());
        receiver.onImage({origin, std::move(*image), {}, {}});
        return;
    }
    if (isNpy(bytes))
    {
        const auto images = NpyImages::open(bytes);
        if (!images)
            return giveUp(images.error());
        const std::size_t first = only != nullptr ? only->index : 0;
        const std::size_t last = only != nullptr ? std::min(first + 1, images->count()) : images->count();
        for (std::size_t i = first; i < last; ++i)
        {
            data::SourceOrigin place = origin;
            place.index = i;
            if (!receiver.onImage({place, images->image(i), {}, {}}))
                return;
        }
        return;
    }
    if (hasPinkEnding(origin))
        return visitPinkImages(bytes, origin, receiver, only);
    giveUp({ErrorKind::Unsupported,
            "expected FITS, PNG, JPEG, .npy or PINK images, found " +
                (bytes.empty() ? std::string("an empty file")
                               : std::to_string(bytes.size()) + " bytes of another kind")});
}

void visitGuarded(std::span<const std::byte> bytes, const data::SourceOrigin &origin,
                  const ImageReceiver &receiver, const data::SourceOrigin *only)
{
    try
    {
        if (!isCompressed(bytes))
            return visitDecoded(bytes, origin, receiver, only);
        const auto unpacked = decompress(bytes);
        if (!unpacked)
            return receiver.onProblem(problemAt(origin, unpacked.error().message));
        visitDecoded(*unpacked, origin, receiver, only);
    }
    catch (const std::bad_alloc &)
    {
        receiver.onProblem({origin, "an image that fits into memory", "not enough memory"});
    }
}

} // namespace

bool hasImageEnding(std::string_view name)
{
    return hasEnding(name, kImageEndings);
}

void visitImages(std::span<const std::byte> bytes, const data::SourceOrigin &origin,
                 const ImageReceiver &receiver)
{
    visitGuarded(bytes, origin, receiver, nullptr);
}

LoadedFile readImages(std::span<const std::byte> bytes, const data::SourceOrigin &origin)
{
    LoadedFile file;
    visitImages(
        bytes, origin,
        {.onImage =
             [&file](LoadedImage &&image) {
                 file.images.push_back(std::move(image));
                 return true;
             },
         .onProblem =
             [&file](data::ImportProblem &&problem) { file.problems.push_back(std::move(problem)); }});
    return file;
}

Result<LoadedImage> readImage(std::span<const std::byte> bytes, const data::SourceOrigin &origin)
{
    std::optional<LoadedImage> found;
    std::string reason;
    data::SourceOrigin file = origin;
    file.hdu = 0;
    file.index = 0;
    visitGuarded(bytes, file,
                 {.onImage =
                      [&](LoadedImage &&image) {
                          if (image.origin == origin)
                              found = std::move(image);
                          return !found;
                      },
                  .onProblem = [&](data::ImportProblem &&problem) { reason = toString(problem); }},
                 &origin);
    if (found)
        return std::move(*found);
    return failure(ErrorKind::NotFound,
                   reason.empty() ? toString(origin) + ": expected an image, found none there any more"
                                  : reason);
}

} // namespace somnium::io
