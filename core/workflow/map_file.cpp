// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/map_file.h"

#include <algorithm>
#include <span>
#include <utility>

#include "core/base/platform.h"
#include "core/io/archive.h"
#include "core/io/fits_header.h"

namespace somnium::workflow
{

namespace
{

Result<MapFile> readBytes(std::span<const std::byte> bytes, const std::string &name)
{
    MapFile file;
    file.name = name;
    if (!io::isFits(bytes))
    {
        auto map = io::readPinkMap(bytes, name);
        if (!map)
            return failure(map.error());
        file.content = std::move(*map);
        return file;
    }
    auto map = io::readFitsMap(bytes, name);
    if (!map)
        return failure(map.error());
    if (!map->recipe.empty())
    {
        auto recipe = prepare::recipeFromJson(map->recipe);
        if (!recipe)
            return failure(recipe.error().kind, name + ": SOMRECIP: " + recipe.error().message);
        file.recipe = std::move(*recipe);
    }
    file.content = std::move(*map);
    return file;
}

/// What a file says of its map, or else what was asked for. Both must not differ: a map is compared with
/// images as it was trained.
template <class T> Result<T> agreed(const char *what, const std::optional<T> &said,
                                    const std::optional<T> &asked, const T &otherwise)
{
    if (said && asked && *said != *asked)
        return failure(ErrorKind::Mismatch,
                       std::string("the file says itself how its map compares images: expected the same ") +
                           what + " or none to be asked for, found others");
    return said ? *said : asked.value_or(otherwise);
}

Result<som::TrainingParams> paramsOf(const io::FitsMap &map, const MapFileOptions &options)
{
    const auto askedWeights =
        options.channelWeights.empty() ? std::nullopt : std::optional(options.channelWeights);
    const auto isPeriodic = agreed<bool>("edges", map.layout.isPeriodic(), options.isPeriodic, false);
    const auto useFlips = agreed("flips", map.useFlips, options.useFlips, true);
    const auto rotations = agreed("rotations", map.rotations, options.rotations, std::size_t{0});
    const auto precision =
        agreed("precision", map.precision, options.precision, compute::MatchPrecision::Standard);
    const auto weights = agreed("channel weights", map.channelWeights, askedWeights, {});
    const auto faultOf = [](const auto &...results) {
        std::optional<Error> fault;
        ((fault = fault || results ? fault : std::optional(results.error())), ...);
        return fault;
    };
    if (const auto fault = faultOf(isPeriodic, useFlips, rotations, precision, weights))
        return failure(*fault);
    som::TrainingParams params;
    params.layout = map.layout;
    params.metric = map.metric;
    params.useFlips = *useFlips;
    params.rotations = *rotations;
    params.precision = *precision;
    params.channelWeights = *weights;
    params.neuronSide = map.neuronSide;
    params.seed = map.seed;
    params.sigmaEnd = map.sigmaEnd;
    return params;
}

Result<som::Som> somOf(io::FitsMap map, const MapFileOptions &options)
{
    const auto params = paramsOf(map, options);
    if (!params)
        return failure(params.error());
    som::Som som;
    som.params = *params;
    som.layout = map.layout;
    som.shape = map.shape;
    if (map.grid)
        som.grid = *map.grid;
    else if (map.metric == som::Metric::Invariant)
    {
        const auto grid = compute::polarGridFor(map.shape, params->precision, params->channelWeights);
        if (!grid)
            return failure(grid.error());
        som.grid = *grid;
    }
    som.prototypes = std::move(map.prototypes);
    som.spectra = std::move(map.spectra);
    return som;
}

Result<som::Som> somOf(io::PinkMap map, const data::ImageShape &samples, const MapFileOptions &options)
{
    som::Som som;
    const auto layout = som::MapLayout::fromSides(
        map.layout.kind(), map.layout.sides(),
        options.isPeriodic.value_or(false) ? som::LayoutEdges::Periodic : som::LayoutEdges::Open);
    if (!layout)
        return failure(layout.error());
    som.layout = *layout;
    som.shape = map.shape;
    som.prototypes = std::move(map.prototypes);
    som.params.layout = som.layout;
    som.params.useFlips = options.useFlips.value_or(true);
    som.params.rotations = options.rotations.value_or(0);
    som.params.precision = options.precision.value_or(compute::MatchPrecision::Standard);
    som.params.channelWeights = options.channelWeights;
    som.params.neuronSide = std::min(som.shape.rows, som.shape.columns);
    const std::size_t side = std::min({som.shape.rows, som.shape.columns, samples.rows, samples.columns});
    const auto grid = compute::polarGridFor({som.shape.channels, side, side}, som.params.precision,
                                            som.params.channelWeights);
    if (!grid)
        return failure(grid.error());
    som.grid = *grid;
    return som;
}

} // namespace

Result<MapFile> openMapFile(const std::filesystem::path &path)
{
    const auto file = MappedFile::open(path);
    if (!file)
        return failure(file.error());
    if (!io::isCompressed(file->bytes()))
        return readBytes(file->bytes(), path.string());
    const auto plain = io::decompress(file->bytes());
    if (!plain)
        return failure(plain.error().kind, path.string() + ": " + plain.error().message);
    return readBytes(*plain, path.string());
}

Result<som::Som> mapOf(MapFile file, const data::ImageShape &samples, const MapFileOptions &options)
{
    auto *const ours = std::get_if<io::FitsMap>(&file.content);
    auto som = ours != nullptr ? somOf(std::move(*ours), options)
                               : somOf(std::move(std::get<io::PinkMap>(file.content)), samples, options);
    if (!som)
        return failure(som.error().kind, file.name + ": " + som.error().message);
    if (som->shape.channels != samples.channels)
        return failure(ErrorKind::Mismatch, file.name + ": expected neurons of " +
                                                std::to_string(samples.channels) + " channels, found " +
                                                std::to_string(som->shape.channels));
    som->params.initialisation = som::Initialisation::GivenMap;
    if (const auto valid = som::validate(som->params); !valid)
        return failure(valid.error().kind, file.name + ": " + valid.error().message);
    return som;
}

Result<som::Som> readMapFile(const std::filesystem::path &path, const data::ImageShape &samples,
                             const MapFileOptions &options)
{
    auto file = openMapFile(path);
    if (!file)
        return failure(file.error());
    return mapOf(std::move(*file), samples, options);
}

} // namespace somnium::workflow
