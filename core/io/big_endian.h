// SPDX-License-Identifier: GPL-3.0-or-later
// Big-endian numbers, as FITS and PNG have them.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <span>

namespace somnium::io
{

/// The number at `offset`, which must lie in `bytes`.
template <class T> [[nodiscard]] T bigEndianAt(std::span<const std::byte> bytes, std::size_t offset)
{
    const auto place = bytes.subspan(offset, sizeof(T));
    std::array<std::byte, sizeof(T)> reversed;
    std::reverse_copy(place.begin(), place.end(), reversed.begin());
    return std::bit_cast<T>(reversed);
}

} // namespace somnium::io
