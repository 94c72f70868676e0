// SPDX-License-Identifier: GPL-3.0-or-later
// Reading numbers from bytes of known order, and products of sizes that came from a file.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>

namespace somnium
{

static_assert(std::endian::native == std::endian::little,
              "the binary formats are written for little-endian machines");

/// a * b, or nothing if it does not fit.
[[nodiscard]] constexpr std::optional<std::size_t> checkedProduct(std::size_t a, std::size_t b)
{
    if (b != 0 && a > std::numeric_limits<std::size_t>::max() / b)
        return std::nullopt;
    return a * b;
}

/// The little-endian value at `offset`, or nothing if the bytes end before it does.
template <class T> [[nodiscard]] std::optional<T> readAt(std::span<const std::byte> bytes, std::size_t offset)
{
    if (offset > bytes.size() || bytes.size() - offset < sizeof(T))
        return std::nullopt;
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof(T));
    return value;
}

/// 64-bit FNV-1a of bytes, continued from `seed`: fingerprints of inputs, checksums of our own cache files.
[[nodiscard]] constexpr std::uint64_t fnv1a(std::span<const std::byte> bytes,
                                            std::uint64_t seed = 14695981039346656037ULL)
{
    std::uint64_t hash = seed;
    for (const std::byte value : bytes)
        hash = (hash ^ static_cast<std::uint64_t>(value)) * 1099511628211ULL;
    return hash;
}

} // namespace somnium
