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

/// Gathers a file's bytes.
class PinkBytes
{
public:
    PinkBytes(PinkKind kind, PinkVersion version) : m_version(version)
    {
        if (version == PinkVersion::One)
            return;
        const std::string text =
            "# written by Somnium " + std::string(somnium::version()) + "\n# END OF HEADER\n";
        append(std::as_bytes(std::span(text)));
        integer(2);
        integer(static_cast<std::size_t>(kind));
        if (kind != PinkKind::Transforms)
            integer(0); // float32
    }
    void append(std::span<const std::byte> bytes)
    {
        m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
    }
    template <class T> void value(T value) { append(std::as_bytes(std::span(&value, 1))); }
    void integer(std::size_t number) { value(static_cast<std::int32_t>(number)); }
    /// The map's; PINK marks hexagonal maps as 0, too.
    void layout(const som::MapLayout &layout)
    {
        if (m_version == PinkVersion::Two)
            return dimensions(layout.sides());
        for (const std::size_t side : {layout.width(), layout.height(), layout.depth()})
            integer(side);
    }
    /// Version 1 has the channels elsewhere.
    void shape(const data::ImageShape &shape)
    {
        if (m_version == PinkVersion::One)
        {
            integer(shape.rows);
            integer(shape.columns);
        }
        else if (shape.channels == 1)
            dimensions({shape.rows, shape.columns});
        else
            dimensions({shape.channels, shape.rows, shape.columns});
    }
    [[nodiscard]] Result<void> write(const std::filesystem::path &path) const
    {
        return replaceFile(path, m_bytes);
    }

private:
    /// "<layout> <ndim> <dims...>"
    void dimensions(const std::vector<std::size_t> &lengths)
    {
        integer(0);
        integer(lengths.size());
        for (const std::size_t length : lengths)
            integer(length);
    }

    PinkVersion m_version;
    std::vector<std::byte> m_bytes;
};

/// Numbers of images and pixels are int32 in the file.
Result<void> checkWritable(const std::filesystem::path &path, std::size_t expected, std::size_t found,
                           std::size_t count, PinkVersion version)
{
    if (count == 0 && version == PinkVersion::One)
        return failure(ErrorKind::InvalidArgument,
                       path.string() + ": expected at least one image in a PINK file of version 1");
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

Result<PinkMapping> readPinkMapping(std::span<const std::byte> bytes, const std::string &name)
{
    return readAs<PinkMapping>(PinkKind::Mapping, bytes, name,
                               [](PinkMapping &mapping, const PinkLayout &header) -> Result<void> {
                                   mapping.distances = floatsOf(header.values);
                                   if (header.version == 1)
                                       for (float &distance : mapping.distances)
                                           distance = std::sqrt(distance);
                                   return {};
                               });
}

Result<PinkTransforms> readPinkTransforms(std::span<const std::byte> bytes, const std::string &name)
{
    const auto fill = [&](PinkTransforms &transforms, const PinkLayout &header) -> Result<void> {
        constexpr std::size_t kBytesEach = 5;
        const std::size_t count = header.values.size() / kBytesEach;
        transforms.flip.reserve(count);
        transforms.angleRad.reserve(count);
        for (std::size_t i = 0; i < count; ++i)
        {
            const auto flip = std::to_integer<std::uint8_t>(header.values[i * kBytesEach]);
            if (flip > 1)
                return failure(ErrorKind::Malformed, name + ": expected a flip of 0 or 1, found " +
                                                         std::to_string(flip) + " in transform " +
                                                         std::to_string(i + 1));
            float angleRad = 0.0F;
            std::memcpy(&angleRad, header.values.data() + i * kBytesEach + 1, sizeof angleRad);
            transforms.flip.push_back(flip);
            transforms.angleRad.push_back(angleRad);
        }
        return {};
    };
    return readAs<PinkTransforms>(PinkKind::Transforms, bytes, name, fill);
}

Result<void> writePink(const std::filesystem::path &path, const PinkImages &images, PinkVersion version)
{
    const std::size_t expected = images.count * images.shape.size();
    if (auto checked = checkWritable(path, expected, images.values.size(), images.count, version); !checked)
        return checked;
    PinkBytes bytes(PinkKind::Images, version);
    bytes.integer(images.count);
    if (version == PinkVersion::One)
        bytes.integer(images.shape.channels);
    bytes.shape(images.shape);
    bytes.append(std::as_bytes(std::span(images.values)));
    return bytes.write(path);
}

Result<void> writePink(const std::filesystem::path &path, const PinkMap &map, PinkVersion version)
{
    const std::size_t neurons = map.layout.neuronCount();
    if (auto checked =
            checkWritable(path, neurons * map.shape.size(), map.prototypes.size(), neurons, version);
        !checked)
        return checked;
    PinkBytes bytes(PinkKind::Map, version);
    if (version == PinkVersion::One)
        bytes.integer(map.shape.channels);
    bytes.layout(map.layout);
    bytes.shape(map.shape);
    bytes.append(std::as_bytes(std::span(map.prototypes)));
    return bytes.write(path);
}

Result<void> writePink(const std::filesystem::path &path, const PinkMapping &mapping, PinkVersion version)
{
    const std::size_t expected = mapping.sources * mapping.layout.neuronCount();
    if (auto checked = checkWritable(path, expected, mapping.distances.size(), mapping.sources, version);
        !checked)
        return checked;
    PinkBytes bytes(PinkKind::Mapping, version);
    bytes.integer(mapping.sources);
    bytes.layout(mapping.layout);
    if (version == PinkVersion::Two)
        bytes.append(std::as_bytes(std::span(mapping.distances)));
    else
        for (const float distance : mapping.distances)
            bytes.value(distance * distance);
    return bytes.write(path);
}

Result<void> writePink(const std::filesystem::path &path, const PinkTransforms &transforms,
                       PinkVersion version)
{
    const std::size_t count = transforms.sources * transforms.layout.neuronCount();
    for (const std::size_t found : {transforms.flip.size(), transforms.angleRad.size()})
        if (auto checked = checkWritable(path, count, found, transforms.sources, version); !checked)
            return checked;
    PinkBytes bytes(PinkKind::Transforms, version);
    bytes.integer(transforms.sources);
    bytes.layout(transforms.layout);
    for (std::size_t i = 0; i < count; ++i)
    {
        bytes.value(transforms.flip[i]);
        bytes.value(transforms.angleRad[i]);
    }
    return bytes.write(path);
}

} // namespace somnium::io
