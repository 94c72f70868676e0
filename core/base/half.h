// SPDX-License-Identifier: GPL-3.0-or-later
// Half-precision numbers (IEEE 754-2019 binary16) as 16 bits, for data that are too many to keep in full: 11
// significant bits, from 6e-8 to 65504. Processors that have instructions for them give the same bits.
#pragma once

#include <bit>
#include <cstdint>

namespace somnium
{

/// The largest finite half.
inline constexpr float kMaxHalf = 65504.0F;

/// The nearest half, ties to the even one. Beyond kMaxHalf: infinity; NaN stays one.
[[nodiscard]] constexpr std::uint16_t toHalf(float value)
{
    constexpr std::uint32_t kInfinity = 0x7F800000U;
    constexpr std::uint32_t kTooLarge = 0x477FF000U;       // 65520, the first that rounds to infinity
    constexpr std::uint32_t kLeastNormal = 0x38800000U;    // 2^-14
    constexpr std::uint32_t kSubnormalMagic = 0x3F000000U; // 0.5: its last bit is the least half, 2^-24
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t sign = (bits >> 16U) & 0x8000U;
    const std::uint32_t size = bits & 0x7FFFFFFFU;
    if (size > kInfinity)
        return static_cast<std::uint16_t>(sign | 0x7E00U);
    if (size >= kTooLarge)
        return static_cast<std::uint16_t>(sign | 0x7C00U);
    if (size < kLeastNormal)
    {
        // The sum rounds where the half ends.
        const float rounded = std::bit_cast<float>(size) + std::bit_cast<float>(kSubnormalMagic);
        return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(rounded) - kSubnormalMagic));
    }
    const std::uint32_t isOdd = (size >> 13U) & 1U;
    constexpr std::uint32_t kRebias = (127U - 15U) << 23U;
    return static_cast<std::uint16_t>(sign | ((size - kRebias + 0xFFFU + isOdd) >> 13U));
}

/// The same number; exact.
[[nodiscard]] constexpr float fromHalf(std::uint16_t half)
{
    constexpr float kRebias = 0x1p112F;
    const std::uint32_t sign = (half & 0x8000U) << 16U;
    const std::uint32_t size = (half & 0x7FFFU) << 13U;
    if (size >= (0x7C00U << 13U)) // infinity and NaN
        return std::bit_cast<float>(sign | 0x7F800000U | (size & 0x7FFFFFU));
    return std::bit_cast<float>(sign | size) * kRebias; // a subnormal one becomes normal here
}

} // namespace somnium
