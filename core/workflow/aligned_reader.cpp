// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/aligned_reader.h"

#include <algorithm>
#include <span>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/parallel.h"
#include "core/io/file_walker.h"
#include "core/io/image_reader.h"
#include "core/sky/reproject.h"

namespace somnium::workflow
{

namespace
{

/// One image and where it is on the sky.
struct Placed
{
    io::LoadedImage loaded;
    sky::Wcs wcs;
};

Result<io::LoadedImage> readOne(const data::SourceOrigin &origin)
{
    const auto bytes = io::readFile(origin);
    if (!bytes)
        return failure(bytes.error());
    if (origin.hdu != 0)
        return io::readImage(*bytes, origin);
    io::LoadedFile file = io::readImages(*bytes, {origin.file, origin.member, 0, 0});
    if (file.images.size() > origin.index)
        return std::move(file.images[origin.index]);
    return failure(ErrorKind::Malformed, file.problems.empty()
                                             ? data::toString(origin) + ": expected an image, found none"
                                             : data::toString(file.problems.front()));
}

Result<Placed> place(const data::SourceOrigin &origin)
{
    auto loaded = readOne(origin);
    if (!loaded)
        return failure(loaded.error());
    auto wcs = sky::Wcs::fromCards(loaded->wcsCards);
    if (!wcs)
        return failure(ErrorKind::Malformed,
                       data::toString(origin) + ": cannot be aligned: " + wcs.error().message);
    return Placed{std::move(*loaded), std::move(*wcs)};
}

PreparedFile prepareSet(const ChannelSet &set, const prepare::Recipe &recipe)
{
    PreparedFile prepared;
    const data::SourceOrigin &place = set.origins[recipe.alignment.reference];
    auto aligned = readAligned(set.origins, recipe.alignment);
    if (!aligned)
    {
        prepared.problems.push_back(
            {place, "images of source " + set.id + " that can be aligned", aligned.error().message});
        return prepared;
    }
    auto sample = prepare::apply(recipe, aligned->image.view());
    if (!sample)
    {
        prepared.problems.push_back(
            {place, "an image that allows \"" + prepare::describe(recipe) + "\"", sample.error().message});
        return prepared;
    }
    PreparedOriginal original;
    original.id = set.id;
    original.origin = aligned->origins[recipe.alignment.reference];
    original.channelOrigins = std::move(aligned->origins);
    original.originalShape = aligned->image.shape();
    original.wcsCards = std::move(aligned->wcsCards);
    original.pixelHash = aligned->pixelHash;
    original.image = std::move(sample->image);
    prepared.images.push_back(std::move(original));
    return prepared;
}

} // namespace

Result<AlignedOriginal> readAligned(const std::vector<data::SourceOrigin> &origins,
                                    const prepare::Alignment &alignment)
{
    if (origins.size() != alignment.channels.size() || alignment.reference >= origins.size())
        return failure(ErrorKind::Mismatch, "expected one image for each of " +
                                                std::to_string(alignment.channels.size()) +
                                                " channels, found " + std::to_string(origins.size()));
    std::vector<Placed> placed;
    AlignedOriginal aligned;
    aligned.pixelHash = fnv1a({});
    for (const data::SourceOrigin &origin : origins)
    {
        auto one = place(origin);
        if (!one)
            return failure(one.error());
        aligned.pixelHash = fnv1a(std::as_bytes(one->loaded.image.pixels()), aligned.pixelHash);
        aligned.origins.push_back(one->loaded.origin);
        placed.push_back(std::move(*one));
    }
    const Placed &reference = placed[alignment.reference];
    sky::PixelGrid grid = {reference.wcs, reference.loaded.image.rows(), reference.loaded.image.columns()};
    if (alignment.pixelScaleArcsec > 0.0)
        grid = sky::rescaled(grid, alignment.pixelScaleArcsec);
    aligned.image = data::Image({placed.size(), grid.rows, grid.columns});
    for (std::size_t channel = 0; channel < placed.size(); ++channel)
    {
        const Placed &one = placed[channel];
        const bool isOnGrid = channel == alignment.reference && alignment.pixelScaleArcsec == 0.0;
        const auto values = alignment.values == prepare::Alignment::Values::Flux
                                ? sky::PixelValues::Flux
                                : sky::PixelValues::Brightness;
        const data::ImageView first(one.loaded.image.channel(0),
                                    {1, one.loaded.image.rows(), one.loaded.image.columns()});
        const data::Image image =
            isOnGrid ? data::Image(first) : sky::reprojected(first, one.wcs, grid, values);
        std::copy(image.pixels().begin(), image.pixels().end(), aligned.image.channel(channel).begin());
    }
    aligned.wcsCards = grid.wcs.toCards();
    return aligned;
}

Result<void> prepareSets(const std::vector<ChannelSet> &sets, const prepare::Recipe &recipe,
                         const JobContext &context, const std::function<Result<void>(PreparedFile)> &take)
{
    // In batches, so that results are handed on in order without waiting in memory for a slow one.
    constexpr std::size_t kBatch = 64;
    for (std::size_t first = 0; first < sets.size(); first += kBatch)
    {
        const std::size_t count = std::min(kBatch, sets.size() - first);
        std::vector<PreparedFile> batch(count);
        const bool isDone = parallelFor(
            count, context, [&](std::size_t i) { batch[i] = prepareSet(sets[first + i], recipe); });
        if (!isDone)
            return failure(ErrorKind::Cancelled, "stopped while aligning channels");
        for (PreparedFile &one : batch)
            if (auto taken = take(std::move(one)); !taken)
                return taken;
        context.report({first + count, sets.size(), "aligning channels"});
    }
    return {};
}

} // namespace somnium::workflow
