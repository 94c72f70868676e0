// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/pink.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <string_view>

#include "core/io/pink_layout.h"

namespace somnium::io
{

namespace
{

constexpr float kTurn = 2.0F * std::numbers::pi_v<float>;

/// In [0, 2 pi).
float wrapped(float angleRad)
{
    const float angle = std::fmod(angleRad, kTurn);
    const float positive = angle < 0.0F ? angle + kTurn : angle;
    return positive < kTurn ? positive : 0.0F;
}

std::string_view nameOf(PinkKind kind)
{
    switch (kind)
    {
    case PinkKind::Images: return "images";
    case PinkKind::Map: return "a map";
    case PinkKind::Mapping: return "a mapping";
    case PinkKind::Transforms: return "best transforms";
    }
    return "something else";
}

Result<PinkLayout> layoutOf(std::span<const std::byte> bytes, const std::string &name, PinkKind wanted)
{
    auto layout = readPinkLayout(bytes, name);
    if (layout && layout->kind != wanted)
        return failure(ErrorKind::Mismatch, name + ": expected " + std::string(nameOf(wanted)) +
                                                " in a PINK file, found " +
                                                std::string(nameOf(layout->kind)));
    return layout;
}

std::vector<float> floatsOf(std::span<const std::byte> bytes)
{
    std::vector<float> values(bytes.size() / sizeof(float));
    if (!values.empty())
        std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
    return values;
}

/// Values that belong to these sources.
std::span<const std::byte> valuesOf(const PinkLayout &header, const PinkSources &only)
{
    const std::size_t first = std::min(only.first, header.count);
    const std::size_t count = std::min(only.count, header.count - first);
    const std::size_t bytesEach = header.count == 0 ? 0 : header.values.size() / header.count;
    return header.values.subspan(first * bytesEach, count * bytesEach);
}

/// What all kinds of file share, read into a content's common fields; `fill` takes the rest from the values.
template <class Content, class Fill> Result<Content> readAs(PinkKind kind, std::span<const std::byte> bytes,
                                                            const std::string &name, const Fill &fill)
{
    const auto header = layoutOf(bytes, name, kind);
    if (!header)
        return failure(header.error());
    const auto layout = header->mapLayout(name);
    if (!layout)
        return failure(layout.error());
    Content content;
    if constexpr (requires { content.layout; })
        content.layout = *layout;
    if constexpr (requires { content.shape; })
        content.shape = header->shape;
    if constexpr (requires { content.sources; })
        content.sources = header->count;
    if constexpr (requires { content.count; })
        content.count = header->count;
    if (const Result<void> filled = fill(content, *header); !filled)
        return failure(filled.error());
    return content;
}

} // namespace

som::SpatialTransform fromPink(bool flip, float angleRad)
{
    // Flip(Rot(a)) = Rot(-a)(Flip)
    return {.angleRad = wrapped(flip ? -angleRad : angleRad), .isFlipped = flip};
}

std::pair<bool, float> toPink(const som::SpatialTransform &transform)
{
    return {transform.isFlipped, wrapped(transform.isFlipped ? -transform.angleRad : transform.angleRad)};
}

Result<PinkKind> pinkKind(std::span<const std::byte> bytes, const std::string &name)
{
    const auto layout = readPinkLayout(bytes, name);
    if (!layout)
        return failure(layout.error());
    return layout->kind;
}

Result<PinkImages> readPinkImages(std::span<const std::byte> bytes, const std::string &name)
{
    return readAs<PinkImages>(PinkKind::Images, bytes, name,
                              [](PinkImages &images, const PinkLayout &header) -> Result<void> {
                                  images.values = floatsOf(header.values);
                                  return {};
                              });
}

Result<PinkMap> readPinkMap(std::span<const std::byte> bytes, const std::string &name)
{
    return readAs<PinkMap>(PinkKind::Map, bytes, name,
                           [](PinkMap &map, const PinkLayout &header) -> Result<void> {
                               map.prototypes = floatsOf(header.values);
                               return {};
                           });
}

Result<PinkMapping> readPinkMapping(std::span<const std::byte> bytes, const std::string &name,
                                    const PinkSources &only)
{
    const auto fill = [&only](PinkMapping &mapping, const PinkLayout &header) -> Result<void> {
        mapping.distances = floatsOf(valuesOf(header, only));
        if (header.version == 1)
            for (float &distance : mapping.distances)
                distance = std::sqrt(distance);
        return {};
    };
    return readAs<PinkMapping>(PinkKind::Mapping, bytes, name, fill);
}

Result<PinkTransforms> readPinkTransforms(std::span<const std::byte> bytes, const std::string &name,
                                          const PinkSources &only)
{
    const auto fill = [&](PinkTransforms &transforms, const PinkLayout &header) -> Result<void> {
        constexpr std::size_t kBytesEach = 5;
        const std::span<const std::byte> values = valuesOf(header, only);
        const std::size_t count = values.size() / kBytesEach;
        transforms.flip.reserve(count);
        transforms.angleRad.reserve(count);
        for (std::size_t i = 0; i < count; ++i)
        {
            const auto flip = std::to_integer<std::uint8_t>(values[i * kBytesEach]);
            if (flip > 1)
                return failure(ErrorKind::Malformed,
                               name + ": expected a flip of 0 or 1, found " + std::to_string(flip) +
                                   " in transform " +
                                   std::to_string(only.first * header.neuronCount() + i + 1));
            float angleRad = 0.0F;
            std::memcpy(&angleRad, values.data() + i * kBytesEach + 1, sizeof angleRad);
            transforms.flip.push_back(flip);
            transforms.angleRad.push_back(angleRad);
        }
        return {};
    };
    return readAs<PinkTransforms>(PinkKind::Transforms, bytes, name, fill);
}

} // namespace somnium::io
