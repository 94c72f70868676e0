// SPDX-License-Identifier: GPL-3.0-or-later
// What PINK's binary files hold, and their readers (core/io/pink_writer.h writes them): versions 1 and 2
// (SOM.md section 8). Little-endian, packed. Errors name the file, what was expected and what was found.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/data/image.h"
#include "core/som/layout.h"
#include "core/som/som.h"

namespace somnium::io
{

struct PinkImages
{
    std::size_t count = 0;
    data::ImageShape shape;
    std::vector<float> values; ///< [count][channels][rows][columns]
    friend bool operator==(const PinkImages &, const PinkImages &) = default;
};
struct PinkMap
{
    som::MapLayout layout; ///< with open edges: the files do not say which are periodic
    data::ImageShape shape;
    std::vector<float> prototypes; ///< [neuron][channel][row][column]
    friend bool operator==(const PinkMap &, const PinkMap &) = default;
};
struct PinkMapping
{
    som::MapLayout layout;
    std::size_t sources = 0;
    std::vector<float> distances; ///< [sources][neurons]
    friend bool operator==(const PinkMapping &, const PinkMapping &) = default;
};
/// PINK's transforms: rotation first, then flip (ours are flip first: see toPink / fromPink).
struct PinkTransforms
{
    som::MapLayout layout;
    std::size_t sources = 0;
    std::vector<std::uint8_t> flip;
    std::vector<float> angleRad;
    friend bool operator==(const PinkTransforms &, const PinkTransforms &) = default;
};

[[nodiscard]] som::SpatialTransform fromPink(bool flip, float angleRad);
/// {flip, angle in radians in [0, 2 pi)} in PINK's convention.
[[nodiscard]] std::pair<bool, float> toPink(const som::SpatialTransform &transform);

enum class PinkKind
{
    Images,
    Map,
    Mapping,
    Transforms,
};
/// What a file says it is, checked against its length. Version 1 files carry no type: they are told apart by
/// size, and a mapping on a 3-D map from images of many channels by its small sides. Distances of version 1
/// are squared sums; they are read as their roots, as version 2 has them. Its headers always name a width,
/// height and depth: those of 1 at the end are left out. Hexagonal maps are known by their size.
[[nodiscard]] Result<PinkKind> pinkKind(std::span<const std::byte> bytes, const std::string &name);
[[nodiscard]] Result<PinkImages> readPinkImages(std::span<const std::byte> bytes, const std::string &name);
[[nodiscard]] Result<PinkMap> readPinkMap(std::span<const std::byte> bytes, const std::string &name);

/// Sources [first, first + count), as far as the file has them: for files larger than memory.
struct PinkSources
{
    std::size_t first = 0;
    std::size_t count = std::numeric_limits<std::size_t>::max();
};
/// Values of `only` these; `sources` says how many the file has.
[[nodiscard]] Result<PinkMapping> readPinkMapping(std::span<const std::byte> bytes, const std::string &name,
                                                  const PinkSources &only = {});
[[nodiscard]] Result<PinkTransforms>
readPinkTransforms(std::span<const std::byte> bytes, const std::string &name, const PinkSources &only = {});

} // namespace somnium::io
