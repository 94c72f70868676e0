// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/pink_layout.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/bytes.h"

namespace somnium::io
{

namespace
{

constexpr std::size_t kTransformBytes = 5; // int8 flip, float32 angle, packed

std::string listed(const std::vector<std::size_t> &numbers)
{
    std::string text;
    for (const std::size_t number : numbers)
        text += (text.empty() ? "" : " x ") + std::to_string(number);
    return text;
}

tl::unexpected<Error> malformed(const std::string &name, const std::string &expected,
                                const std::string &found)
{
    return failure(ErrorKind::Malformed, name + ": expected " + expected + ", found " + found);
}

/// The bytes after the lines of text that begin with '#'. "# END OF HEADER" ends them, but PINK's own reader
/// asks for no such line. A version 1 file of 35 images begins with '#', too: numbers hold a NUL, text does
/// not.
std::span<const std::byte> skipText(std::span<const std::byte> bytes)
{
    const std::string_view text(reinterpret_cast<const char *>(bytes.data()), bytes.size()); // NOLINT
    std::size_t place = 0;
    while (place < text.size() && text[place] == '#')
    {
        const std::size_t end = text.find('\n', place);
        const std::string_view line = text.substr(place, end - place);
        if (end == std::string_view::npos || line.find('\0') != std::string_view::npos)
            break;
        place = end + 1;
        if (line == "# END OF HEADER")
            break;
    }
    return bytes.subspan(place);
}

/// Reads int32 after int32.
class Numbers
{
public:
    explicit Numbers(std::span<const std::byte> bytes) : m_bytes(bytes) {}

    /// A size: nothing below `least`, or at the end.
    std::optional<std::size_t> next(std::int32_t least = 1)
    {
        const auto number = readAt<std::int32_t>(m_bytes, m_place);
        m_place += sizeof(std::int32_t);
        if (!number || *number < least)
            return std::nullopt;
        return static_cast<std::size_t>(*number);
    }
    [[nodiscard]] std::span<const std::byte> rest() const
    {
        return m_bytes.subspan(std::min(m_place, m_bytes.size()));
    }

private:
    std::span<const std::byte> m_bytes;
    std::size_t m_place = 0;
};

std::optional<std::size_t> productOf(const std::vector<std::size_t> &numbers)
{
    std::optional<std::size_t> product = 1;
    for (const std::size_t number : numbers)
        product = product ? checkedProduct(*product, number) : std::nullopt;
    return product;
}

/// "<layout> <ndim> <dims...>"; nothing unless layout is 0 or 1 and there are 1 to 3 dimensions.
std::optional<std::vector<std::size_t>> readDimensions(Numbers &numbers, bool &isMarkedHexagonal)
{
    const auto layout = numbers.next(0);
    const auto count = numbers.next();
    if (!layout || *layout > 1 || !count || *count > 3)
        return std::nullopt;
    isMarkedHexagonal = *layout == 1;
    std::vector<std::size_t> dimensions;
    for (std::size_t i = 0; i < *count; ++i)
    {
        const auto length = numbers.next();
        if (!length)
            return std::nullopt;
        dimensions.push_back(*length);
    }
    return dimensions;
}

/// [h, w] or [c, h, w].
std::optional<data::ImageShape> shapeOf(const std::vector<std::size_t> &dimensions)
{
    const std::size_t rank = dimensions.size();
    if (rank < 2)
        return std::nullopt;
    return data::ImageShape{rank == 3 ? dimensions[0] : 1, dimensions[rank - 2], dimensions[rank - 1]};
}

/// True if the values are as many as the layout needs; decides between a rectangular and a hexagonal map.
bool fits(PinkLayout &layout, std::size_t valueBytes)
{
    const auto bytesFor = [&](std::size_t neurons) {
        std::vector<std::size_t> factors = {layout.count, neurons, valueBytes};
        if (layout.kind == PinkKind::Images || layout.kind == PinkKind::Map)
            factors.insert(factors.end(), {layout.shape.channels, layout.shape.rows, layout.shape.columns});
        return productOf(factors);
    };
    const auto neurons = productOf(layout.dimensions);
    if (neurons && bytesFor(*neurons) == layout.values.size())
        return true;
    const auto &sides = layout.dimensions;
    const bool mayBeHexagonal =
        sides.size() == 2 && sides[0] == sides[1] && sides[0] % 2 == 1 && sides[0] <= 1'000'000;
    layout.isHexagonal = mayBeHexagonal && bytesFor(hexagonalNeurons(sides[0])) == layout.values.size();
    return layout.isHexagonal;
}

std::string describe(const PinkLayout &layout)
{
    std::string text = std::to_string(layout.count);
    if (!layout.dimensions.empty())
        text += " x " + listed(layout.dimensions) + " neurons";
    if (layout.shape.size() > 0)
        text += " of " + listed({layout.shape.channels, layout.shape.rows, layout.shape.columns});
    return text;
}

Result<PinkLayout> readVersion2(std::span<const std::byte> bytes, const std::string &name)
{
    Numbers numbers(bytes);
    const auto version = numbers.next(0);
    const auto kind = numbers.next(0);
    if (!version || *version != 2 || !kind || *kind > 3)
        return malformed(name, "a PINK file of version 2 (numbers 2 and 0 to 3 first)",
                         std::to_string(bytes.size()) + " other bytes");
    PinkLayout layout;
    layout.kind = static_cast<PinkKind>(*kind);
    if (layout.kind != PinkKind::Transforms)
    {
        const auto type = numbers.next(0);
        if (!type || *type != 0)
            return failure(ErrorKind::Unsupported,
                           name + ": expected PINK values of type 0 (float32), found type " +
                               (type ? std::to_string(*type) : "none"));
    }
    if (layout.kind != PinkKind::Map)
    {
        const auto count = numbers.next(0);
        if (!count)
            return malformed(name, "a number of images of 0 or more", "less, or the end of the file");
        layout.count = *count;
    }
    bool isMarkedHexagonal = false;
    if (layout.kind != PinkKind::Images)
    {
        const auto dimensions = readDimensions(numbers, isMarkedHexagonal);
        if (!dimensions)
            return malformed(name, "a map layout of 1 to 3 dimensions", "another");
        layout.dimensions = *dimensions;
    }
    if (layout.kind == PinkKind::Images || layout.kind == PinkKind::Map)
    {
        bool isHexagonalImage = false;
        const auto dimensions = readDimensions(numbers, isHexagonalImage);
        const auto shape = dimensions ? shapeOf(*dimensions) : std::nullopt;
        if (!shape || isHexagonalImage)
            return failure(ErrorKind::Unsupported,
                           name + ": expected images or neurons of H W or C H W pixels on a "
                                  "rectangular grid, found another layout");
        layout.shape = *shape;
    }
    layout.values = numbers.rest();
    if (!fits(layout, layout.kind == PinkKind::Transforms ? kTransformBytes : sizeof(float)) ||
        (isMarkedHexagonal && !layout.isHexagonal && layout.neuronCount() != 1))
        return malformed(name, "the values of " + describe(layout),
                         std::to_string(layout.values.size()) + " bytes of values");
    return layout;
}

/// One way to read the first numbers of a version 1 file.
struct Version1Form
{
    PinkKind kind = PinkKind::Images;
    const char *numbers = ""; ///< n images, c channels, w h d map, s map side, y x rows and columns, t both
};

std::optional<PinkLayout> tryVersion1(std::span<const std::byte> bytes, const Version1Form &form,
                                      bool isHexagonal)
{
    PinkLayout layout;
    layout.version = 1;
    layout.kind = form.kind;
    if (form.kind == PinkKind::Images || form.kind == PinkKind::Map)
        layout.shape = {1, 1, 1};
    Numbers numbers(bytes);
    for (const char meaning : std::string_view(form.numbers))
    {
        const auto number = numbers.next();
        if (!number)
            return std::nullopt;
        switch (meaning)
        {
        case 'n': layout.count = *number; break;
        case 'c': layout.shape.channels = *number; break;
        case 's': layout.dimensions = {*number, *number}; break;
        case 'y': layout.shape.rows = *number; break;
        case 'x': layout.shape.columns = *number; break;
        case 't': layout.shape.rows = layout.shape.columns = *number; break;
        default: layout.dimensions.push_back(*number); break; // w, h, d
        }
    }
    while (layout.dimensions.size() > 1 && layout.dimensions.back() == 1)
        layout.dimensions.pop_back();
    layout.values = numbers.rest();
    const std::size_t valueBytes = form.kind == PinkKind::Transforms ? kTransformBytes : sizeof(float);
    if (!fits(layout, valueBytes) || layout.isHexagonal != isHexagonal)
        return std::nullopt;
    return layout;
}

/// A mapping (n, w, h, d) and images (n, c, y, x) have the same number of values.
bool isRatherMapping(const data::ImageShape &shape)
{
    constexpr std::size_t kUsualChannels = 4;
    constexpr std::size_t kUsualSide = 16;
    return shape.columns == 1 ||
           (shape.channels > kUsualChannels && std::max(shape.rows, shape.columns) < kUsualSide);
}

Result<PinkLayout> readVersion1(std::span<const std::byte> bytes, const std::string &name)
{
    constexpr std::array kForms = {
        Version1Form{PinkKind::Images, "ncyx"},     Version1Form{PinkKind::Images, "nyx"},
        Version1Form{PinkKind::Map, "cwhdyx"},      Version1Form{PinkKind::Map, "cwhyx"},
        Version1Form{PinkKind::Map, "cst"},         Version1Form{PinkKind::Mapping, "nwhd"},
        Version1Form{PinkKind::Transforms, "nwhd"},
    };
    std::vector<PinkLayout> found;
    const auto tryAll = [&](bool isHexagonal) {
        for (const Version1Form &form : kForms)
            if (auto layout = tryVersion1(bytes, form, isHexagonal))
                found.push_back(std::move(*layout));
    };
    tryAll(false);
    if (found.empty())
        tryAll(true);
    if (found.size() == 2 && found[0].kind == PinkKind::Images && found[1].kind == PinkKind::Mapping)
        found.erase(found.begin() + (isRatherMapping(found[0].shape) ? 0 : 1));
    if (found.size() != 1)
        return malformed(name, "a PINK file of version 1 whose length fits its first numbers",
                         found.empty() ? std::to_string(bytes.size()) + " bytes that fit none of its forms"
                                       : "more than one form that fits");
    return std::move(found.front());
}

} // namespace

std::size_t hexagonalNeurons(std::size_t dimension)
{
    const std::size_t radius = (dimension - 1) / 2;
    return dimension * dimension - radius * (radius + 1);
}

std::size_t PinkLayout::neuronCount() const
{
    return isHexagonal ? hexagonalNeurons(dimensions.front()) : productOf(dimensions).value_or(0);
}

Result<som::MapLayout> PinkLayout::mapLayout(const std::string &name) const
{
    if (dimensions.empty())
        return som::MapLayout();
    auto layout = som::MapLayout::fromSides(
        isHexagonal ? som::LayoutKind::Hexagonal : som::LayoutKind::Rectangular, dimensions);
    if (!layout)
        return failure(ErrorKind::Unsupported, name + ": " + layout.error().message);
    return layout;
}

Result<PinkLayout> readPinkLayout(std::span<const std::byte> bytes, const std::string &name)
{
    const std::span<const std::byte> binary = skipText(bytes);
    auto second = readVersion2(binary, name);
    const bool hasText = binary.size() != bytes.size(); // only version 2 has it
    if (second || hasText)
        return second;
    auto first = readVersion1(binary, name);
    const bool claimsVersion2 = readAt<std::int32_t>(binary, 0) == 2;
    return first || !claimsVersion2 ? std::move(first) : std::move(second);
}

} // namespace somnium::io
