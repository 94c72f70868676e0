// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/npy.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/bytes.h"
#include "core/io/image_reader.h"
#include "core/io/problem.h"

namespace somnium::io
{

namespace
{

constexpr std::string_view kMagic = "\x93NUMPY";

/// The text after `'key':` in the header, which is a Python dict of three entries.
std::optional<std::string_view> entry(std::string_view header, std::string_view key)
{
    for (const char quote : {'\'', '"'})
    {
        const std::size_t place = header.find(quote + std::string(key) + quote);
        if (place == std::string_view::npos)
            continue;
        const std::string_view rest = header.substr(place + key.size() + 2);
        const std::size_t colon = rest.find_first_not_of(" \t");
        if (colon == std::string_view::npos || rest[colon] != ':')
            continue;
        const std::size_t value = rest.find_first_not_of(" \t", colon + 1);
        if (value != std::string_view::npos)
            return rest.substr(value);
    }
    return std::nullopt;
}

/// "(100, 3, 64, 64), ..." -> its numbers.
std::optional<std::vector<std::size_t>> readTuple(std::string_view text)
{
    const std::size_t end = text.find(')');
    if (!text.starts_with('(') || end == std::string_view::npos)
        return std::nullopt;
    std::vector<std::size_t> numbers;
    std::string_view rest = text.substr(1, end - 1);
    while (!rest.empty())
    {
        const std::size_t first = rest.find_first_not_of(" ,");
        if (first == std::string_view::npos)
            break;
        rest.remove_prefix(first);
        std::size_t number = 0;
        const auto [stop, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
        if (error != std::errc())
            return std::nullopt;
        numbers.push_back(number);
        rest.remove_prefix(static_cast<std::size_t>(stop - rest.data()));
        if (rest.starts_with('L')) // Python 2 wrote long integers so
            rest.remove_prefix(1);
    }
    return numbers;
}

template <class T, bool kIsBig> double decodeAs(const std::byte *place)
{
    std::array<std::byte, sizeof(T)> bytes;
    std::memcpy(bytes.data(), place, sizeof(T));
    if constexpr (kIsBig)
        std::reverse(bytes.begin(), bytes.end());
    return static_cast<double>(std::bit_cast<T>(bytes));
}

/// IEEE 754 binary16.
template <bool kIsBig> double decodeHalf(const std::byte *place)
{
    const auto low = std::to_integer<std::uint32_t>(place[kIsBig ? 1 : 0]);
    const auto high = std::to_integer<std::uint32_t>(place[kIsBig ? 0 : 1]);
    const std::uint32_t bits = (high << 8U) | low;
    const std::uint32_t exponent = (bits >> 10U) & 31U;
    const auto mantissa = static_cast<double>(bits & 1023U);
    if (exponent == 31)
        return std::numeric_limits<double>::quiet_NaN(); // infinities too
    const double size = exponent == 0 ? std::ldexp(mantissa, -24)
                                      : std::ldexp(mantissa + 1024.0, static_cast<int>(exponent) - 25);
    return (bits & 0x8000U) != 0 ? -size : size;
}

double decodeBool(const std::byte *place)
{
    return *place != std::byte{0} ? 1.0 : 0.0;
}

struct ValueType
{
    double (*decode)(const std::byte *) = nullptr;
    std::size_t bytes = 0;
};

template <bool kIsBig> ValueType typeOf(std::string_view code)
{
    if (code == "b1")
        return {&decodeBool, 1};
    if (code == "i1")
        return {&decodeAs<std::int8_t, kIsBig>, 1};
    if (code == "u1")
        return {&decodeAs<std::uint8_t, kIsBig>, 1};
    if (code == "i2")
        return {&decodeAs<std::int16_t, kIsBig>, 2};
    if (code == "u2")
        return {&decodeAs<std::uint16_t, kIsBig>, 2};
    if (code == "i4")
        return {&decodeAs<std::int32_t, kIsBig>, 4};
    if (code == "u4")
        return {&decodeAs<std::uint32_t, kIsBig>, 4};
    if (code == "i8")
        return {&decodeAs<std::int64_t, kIsBig>, 8};
    if (code == "u8")
        return {&decodeAs<std::uint64_t, kIsBig>, 8};
    if (code == "f2")
        return {&decodeHalf<kIsBig>, 2};
    if (code == "f4")
        return {&decodeAs<float, kIsBig>, 4};
    if (code == "f8")
        return {&decodeAs<double, kIsBig>, 8};
    return {};
}

/// "'<f4', ..." -> how to read a value.
Result<ValueType> readType(std::string_view text)
{
    ValueType type;
    if (text.size() >= 5 && (text[0] == '\'' || text[0] == '"') && text[4] == text[0])
        type = text[1] == '>' ? typeOf<true>(text.substr(2, 2)) : typeOf<false>(text.substr(2, 2));
    if (type.decode == nullptr)
        return failure(ErrorKind::Unsupported,
                       "expected values of type b1, i1 to i8, u1 to u8 or f2 to f8, found " +
                           std::string(text.substr(0, text.find(','))));
    return type;
}

/// The dict at the beginning, and where the values begin.
Result<std::pair<std::string_view, std::size_t>> readHeaderText(std::span<const std::byte> bytes)
{
    constexpr std::size_t kVersionAt = 6;
    constexpr std::size_t kLengthAt = 8;
    if (!isNpy(bytes) || bytes.size() < kLengthAt + 2)
        return expectedButFound("a .npy array", std::to_string(bytes.size()) + " other bytes");
    const bool isVersion1 = bytes[kVersionAt] == std::byte{1};
    const std::size_t length = isVersion1 ? readAt<std::uint16_t>(bytes, kLengthAt).value_or(0)
                                          : readAt<std::uint32_t>(bytes, kLengthAt).value_or(0);
    const std::size_t start = kLengthAt + (isVersion1 ? 2 : 4);
    if (start > bytes.size() || length > bytes.size() - start)
        return expectedButFound("a header of " + std::to_string(length) + " bytes",
                                "a file of " + std::to_string(bytes.size()));
    const auto header = bytes.subspan(start, length);
    return std::pair(std::string_view(reinterpret_cast<const char *>(header.data()), length), // NOLINT
                     start + length);
}

std::string describe(const std::vector<std::size_t> &dimensions)
{
    std::string text;
    for (const std::size_t length : dimensions)
        text += (text.empty() ? "" : ", ") + std::to_string(length);
    return "[" + text + "]";
}

} // namespace

bool isNpy(std::span<const std::byte> bytes)
{
    return bytes.size() >= kMagic.size() && std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) == 0;
}

Result<NpyArray> NpyArray::open(std::span<const std::byte> bytes)
{
    const auto found = readHeaderText(bytes);
    if (!found)
        return failure(found.error());
    const auto [header, start] = *found;
    const auto type = readType(entry(header, "descr").value_or(""));
    if (!type)
        return failure(type.error());
    const auto dimensions = readTuple(entry(header, "shape").value_or(""));
    if (!dimensions)
        return failure(ErrorKind::Malformed, "expected the shape of an array, found no shape");

    NpyArray array;
    array.m_shape = *dimensions;
    array.m_valueBytes = type->bytes;
    array.m_decode = type->decode;
    array.m_isFortranOrder = entry(header, "fortran_order").value_or("").starts_with("True");
    std::optional<std::size_t> size = type->bytes;
    for (const std::size_t length : *dimensions)
        size = size && length > 0 ? checkedProduct(*size, length) : std::nullopt;
    array.m_values = bytes.subspan(start);
    if (!size || *size != array.m_values.size())
        return expectedButFound((size ? std::to_string(*size) : "a possible number of") +
                                    " bytes of values for " + describe(*dimensions),
                                std::to_string(array.m_values.size()));
    array.m_size = *size / type->bytes;
    return array;
}

double NpyArray::at(std::size_t index) const
{
    CHECK(index < m_size);
    std::size_t place = index;
    if (m_isFortranOrder)
    {
        // The place along each axis, the last first; its step there is the product of the axes before it.
        std::size_t step = m_size;
        place = 0;
        for (std::size_t axis = m_shape.size(); axis-- > 0; index /= m_shape[axis])
        {
            step /= m_shape[axis];
            place += index % m_shape[axis] * step;
        }
    }
    return m_decode(m_values.data() + place * m_valueBytes);
}

Result<NpyImages> NpyImages::open(std::span<const std::byte> bytes)
{
    auto array = NpyArray::open(bytes);
    if (!array)
        return failure(array.error());
    const std::vector<std::size_t> &dimensions = array->shape();
    const std::size_t rank = dimensions.size();
    if (rank < 2 || rank > 4)
        return failure(ErrorKind::Unsupported,
                       "expected a shape [h, w], [n, h, w] or [n, c, h, w], found " + describe(dimensions));
    NpyImages images;
    images.m_count = rank == 2 ? 1 : dimensions.front();
    images.m_shape = {rank == 4 ? dimensions[1] : 1, dimensions[rank - 2], dimensions[rank - 1]};
    if (images.m_shape.channels > kMaxChannels)
        return failure(ErrorKind::Unsupported, "expected [n, c, h, w] with at most " +
                                                   std::to_string(kMaxChannels) + " channels, found " +
                                                   describe(dimensions));
    images.m_array = std::move(*array);
    return images;
}

data::Image NpyImages::image(std::size_t index) const
{
    CHECK(index < m_count);
    data::Image image(m_shape);
    const auto [channels, rows, columns] = m_shape;
    // Steps between neighbours along image, channel, row and column, in values.
    std::array<std::size_t, 4> step = {m_shape.size(), rows * columns, columns, 1};
    if (m_array.m_isFortranOrder)
        step = {1, m_count, m_count * channels, m_count * channels * rows};
    std::size_t pixel = 0;
    for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t x = 0; x < columns; ++x)
            {
                const std::size_t place = index * step[0] + c * step[1] + r * step[2] + x * step[3];
                const auto value = static_cast<float>(
                    m_array.m_decode(m_array.m_values.data() + place * m_array.m_valueBytes));
                image.pixels()[pixel++] =
                    std::isfinite(value) ? value : std::numeric_limits<float>::quiet_NaN();
            }
    return image;
}

} // namespace somnium::io
