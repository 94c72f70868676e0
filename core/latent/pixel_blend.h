// SPDX-License-Identifier: GPL-3.0-or-later
// Arithmetic of 8-bit colours in one word, 0xAARRGGBB, two channels at a time.
#pragma once

#include <cstdint>

namespace somnium::latent
{

/// All four channels times `share` / 255, rounded to nearest.
[[nodiscard]] constexpr std::uint32_t scaled(std::uint32_t colour, std::uint32_t share)
{
    constexpr std::uint32_t kPair = 0x00ff00ffU;
    constexpr std::uint32_t kHalf = 0x00800080U;
    std::uint32_t redBlue = (colour & kPair) * share + kHalf;
    redBlue = ((redBlue + ((redBlue >> 8) & kPair)) >> 8) & kPair;
    std::uint32_t alphaGreen = ((colour >> 8) & kPair) * share + kHalf;
    alphaGreen = (alphaGreen + ((alphaGreen >> 8) & kPair)) & ~kPair;
    return redBlue | alphaGreen;
}

[[nodiscard]] constexpr std::uint32_t premultiplied(std::uint32_t colour)
{
    return scaled(colour | 0xff000000U, colour >> 24);
}

/// cite: Porter & Duff 1984, SIGGRAPH 18, 253: "over". Both are premultiplied.
[[nodiscard]] constexpr std::uint32_t over(std::uint32_t above, std::uint32_t below)
{
    return above + scaled(below, 255U - (above >> 24));
}

/// `above`, which is opaque, covering `share` / 255 of `below`: one rounding instead of two.
[[nodiscard]] constexpr std::uint32_t mixed(std::uint32_t above, std::uint32_t below, std::uint32_t share)
{
    constexpr std::uint32_t kPair = 0x00ff00ffU;
    constexpr std::uint32_t kHalf = 0x00800080U;
    const std::uint32_t rest = 255U - share;
    std::uint32_t redBlue = (above & kPair) * share + (below & kPair) * rest + kHalf;
    redBlue = ((redBlue + ((redBlue >> 8) & kPair)) >> 8) & kPair;
    std::uint32_t alphaGreen = ((above >> 8) & kPair) * share + ((below >> 8) & kPair) * rest + kHalf;
    alphaGreen = (alphaGreen + ((alphaGreen >> 8) & kPair)) & ~kPair;
    return redBlue | alphaGreen;
}

} // namespace somnium::latent
