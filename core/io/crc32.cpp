// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/crc32.h"

#include <array>

namespace somnium::io
{

std::uint32_t crc32(std::span<const std::byte> bytes)
{
    constexpr std::uint32_t kPolynomial = 0xEDB88320U;
    static const auto kTable = [] {
        std::array<std::uint32_t, 256> table = {};
        for (std::uint32_t i = 0; i < table.size(); ++i)
        {
            table[i] = i;
            for (int bit = 0; bit < 8; ++bit)
                table[i] = (table[i] >> 1U) ^ ((table[i] & 1U) != 0 ? kPolynomial : 0U);
        }
        return table;
    }();
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const std::byte value : bytes)
        crc = (crc >> 8U) ^ kTable[(crc ^ std::to_integer<std::uint32_t>(value)) & 0xFFU];
    return ~crc;
}

} // namespace somnium::io
