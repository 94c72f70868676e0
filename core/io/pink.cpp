// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/pink.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <string_view>

#include "core/base/atomic_file.h"
#include "core/base/version.h"
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

/// Gathers a file's bytes.
class PinkBytes
{
public:
    explicit PinkBytes(PinkKind kind)
    {
        const std::string text = "# written by Somnium " + std::string(version()) + "\n# END OF HEADER\n";
        append(std::as_bytes(std::span(text)));
        integer(2);
        integer(static_cast<std::size_t>(kind));
    }
    void append(std::span<const std::byte> bytes)
    {
        m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
    }
    template <class T> void value(T value) { append(std::as_bytes(std::span(&value, 1))); }
    void integer(std::size_t number) { value(static_cast<std::int32_t>(number)); }
    /// "<layout> <ndim> <dims...>". PINK marks hexagonal maps as 0, too.
    void dimensions(const std::vector<std::size_t> &lengths)
    {
        integer(0);
        integer(lengths.size());
        for (const std::size_t length : lengths)
            integer(length);
    }
    void shape(const data::ImageShape &shape)
    {
        if (shape.channels == 1)
            dimensions({shape.rows, shape.columns});
        else
            dimensions({shape.channels, shape.rows, shape.columns});
    }
    [[nodiscard]] Result<void> write(const std::filesystem::path &path) const
    {
        return replaceFile(path, m_bytes);
    }

private:
    std::vector<std::byte> m_bytes;
};

std::size_t neuronsOf(const std::vector<std::size_t> &dimensions, bool isHexagonal)
{
    PinkLayout layout;
    layout.dimensions = dimensions;
    layout.isHexagonal = isHexagonal && !dimensions.empty();
    return layout.neuronCount();
}

/// Numbers of images and pixels are int32 in the file.
Result<void> checkWritable(const std::filesystem::path &path, std::size_t expected, std::size_t found,
                           std::size_t count)
{
    if (expected != found)
        return failure(ErrorKind::InvalidArgument, path.string() + ": expected " + std::to_string(expected) +
                                                       " values for the shape, found " +
                                                       std::to_string(found));
    if (count > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
        return failure(ErrorKind::InvalidArgument,
                       path.string() + ": expected at most 2^31 - 1 images in a PINK file, found " +
                           std::to_string(count));
    return {};
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
    const auto layout = layoutOf(bytes, name, PinkKind::Images);
    if (!layout)
        return failure(layout.error());
    return PinkImages{.count = layout->count, .shape = layout->shape, .values = floatsOf(layout->values)};
}

Result<PinkMap> readPinkMap(std::span<const std::byte> bytes, const std::string &name)
{
    const auto layout = layoutOf(bytes, name, PinkKind::Map);
    if (!layout)
        return failure(layout.error());
    return PinkMap{.dimensions = layout->dimensions,
                   .isHexagonal = layout->isHexagonal,
                   .shape = layout->shape,
                   .prototypes = floatsOf(layout->values)};
}

Result<PinkMapping> readPinkMapping(std::span<const std::byte> bytes, const std::string &name)
{
    const auto layout = layoutOf(bytes, name, PinkKind::Mapping);
    if (!layout)
        return failure(layout.error());
    PinkMapping mapping = {.dimensions = layout->dimensions,
                           .isHexagonal = layout->isHexagonal,
                           .sources = layout->count,
                           .distances = floatsOf(layout->values)};
    if (layout->version == 1)
        for (float &distance : mapping.distances)
            distance = std::sqrt(distance);
    return mapping;
}

Result<PinkTransforms> readPinkTransforms(std::span<const std::byte> bytes, const std::string &name)
{
    const auto layout = layoutOf(bytes, name, PinkKind::Transforms);
    if (!layout)
        return failure(layout.error());
    PinkTransforms transforms = {.dimensions = layout->dimensions,
                                 .isHexagonal = layout->isHexagonal,
                                 .sources = layout->count,
                                 .flip = {},
                                 .angleRad = {}};
    constexpr std::size_t kBytesEach = 5;
    const std::size_t count = layout->values.size() / kBytesEach;
    transforms.flip.reserve(count);
    transforms.angleRad.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
    {
        const auto flip = std::to_integer<std::uint8_t>(layout->values[i * kBytesEach]);
        if (flip > 1)
            return failure(ErrorKind::Malformed, name + ": expected a flip of 0 or 1, found " +
                                                     std::to_string(flip) + " in transform " +
                                                     std::to_string(i + 1));
        float angleRad = 0.0F;
        std::memcpy(&angleRad, layout->values.data() + i * kBytesEach + 1, sizeof angleRad);
        transforms.flip.push_back(flip);
        transforms.angleRad.push_back(angleRad);
    }
    return transforms;
}

Result<void> writePink(const std::filesystem::path &path, const PinkImages &images)
{
    if (auto checked =
            checkWritable(path, images.count * images.shape.size(), images.values.size(), images.count);
        !checked)
        return checked;
    PinkBytes bytes(PinkKind::Images);
    bytes.integer(0); // float32
    bytes.integer(images.count);
    bytes.shape(images.shape);
    bytes.append(std::as_bytes(std::span(images.values)));
    return bytes.write(path);
}

Result<void> writePink(const std::filesystem::path &path, const PinkMap &map)
{
    const std::size_t neurons = neuronsOf(map.dimensions, map.isHexagonal);
    if (auto checked = checkWritable(path, neurons * map.shape.size(), map.prototypes.size(), neurons);
        !checked)
        return checked;
    PinkBytes bytes(PinkKind::Map);
    bytes.integer(0);
    bytes.dimensions(map.dimensions);
    bytes.shape(map.shape);
    bytes.append(std::as_bytes(std::span(map.prototypes)));
    return bytes.write(path);
}

Result<void> writePink(const std::filesystem::path &path, const PinkMapping &mapping)
{
    const std::size_t neurons = neuronsOf(mapping.dimensions, mapping.isHexagonal);
    if (auto checked =
            checkWritable(path, mapping.sources * neurons, mapping.distances.size(), mapping.sources);
        !checked)
        return checked;
    PinkBytes bytes(PinkKind::Mapping);
    bytes.integer(0);
    bytes.integer(mapping.sources);
    bytes.dimensions(mapping.dimensions);
    bytes.append(std::as_bytes(std::span(mapping.distances)));
    return bytes.write(path);
}

Result<void> writePink(const std::filesystem::path &path, const PinkTransforms &transforms)
{
    const std::size_t count = transforms.sources * neuronsOf(transforms.dimensions, transforms.isHexagonal);
    for (const std::size_t found : {transforms.flip.size(), transforms.angleRad.size()})
        if (auto checked = checkWritable(path, count, found, transforms.sources); !checked)
            return checked;
    PinkBytes bytes(PinkKind::Transforms);
    bytes.integer(transforms.sources);
    bytes.dimensions(transforms.dimensions);
    for (std::size_t i = 0; i < count; ++i)
    {
        bytes.value(transforms.flip[i]);
        bytes.value(transforms.angleRad[i]);
    }
    return bytes.write(path);
}

} // namespace somnium::io
