// SPDX-License-Identifier: GPL-3.0-or-later
// What the kernels of matrices share: four floats at once, division by a number that stays the same,
// activations and their slopes, normal deviates.
#pragma once

#include "gpu/kernels/kernel.h"

namespace somnium::gpu
{

/// Floats that a thread takes at once, by one load where they lie well.
inline constexpr unsigned kQuad = 4;
using Quad = Pack<float, kQuad>;

/// Whether all of them (null too) can be read and written by whole quads.
template <class... T> [[nodiscard]] bool liesWell(const T *...pointers)
{
    return ((reinterpret_cast<std::uintptr_t>(pointers) % sizeof(Quad) == 0) && ...);
}

/// The first of `count` floats, 0 beyond them.
SOMNIUM_DEVICE Quad loadQuad(const float *from, std::size_t count, bool isWell)
{
    if (isWell && count >= kQuad)
        return packAt<kQuad>(from);
    Quad quad = {};
    for (unsigned l = 0; l < kQuad; ++l)
        if (l < count)
            quad.value[l] = from[l];
    return quad;
}

SOMNIUM_DEVICE void storeQuad(const Quad &quad, std::size_t count, bool isWell, float *to)
{
    if (isWell && count >= kQuad)
    {
        *reinterpret_cast<Quad *>(to) = quad;
        return;
    }
    for (unsigned l = 0; l < kQuad; ++l)
        if (l < count)
            to[l] = quad.value[l];
}

SOMNIUM_DEVICE float added(float a, float b)
{
    return a + b;
}
SOMNIUM_DEVICE Quad added(const Quad &a, const Quad &b)
{
    return {
        {a.value[0] + b.value[0], a.value[1] + b.value[1], a.value[2] + b.value[2], a.value[3] + b.value[3]}};
}

/// i mod n, in 32 bits where they do: a device has no division.
SOMNIUM_DEVICE std::size_t remainderOf(std::size_t i, std::size_t n)
{
    if (((i | n) >> 32U) == 0)
        return static_cast<std::uint32_t>(i) % static_cast<std::uint32_t>(n);
    return i % n;
}

/// floor(i / n), likewise.
SOMNIUM_DEVICE std::size_t quotientOf(std::size_t i, std::size_t n)
{
    if (((i | n) >> 32U) == 0)
        return static_cast<std::uint32_t>(i) / static_cast<std::uint32_t>(n);
    return i / n;
}

/// Divides any 32-bit number by one that is known beforehand, with a product and a shift. cite: Granlund &
/// Montgomery 1994, figure 4.1.
struct Divisor
{
    std::uint32_t by = 1;
    std::uint32_t factor = 1;
    std::uint32_t shift = 0;

    [[nodiscard]] static Divisor of(std::uint32_t by)
    {
        if (by < 2)
            return {};
        std::uint32_t shift = 0;
        while ((std::uint64_t{1} << shift) < by)
            ++shift;
        const std::uint64_t above = (std::uint64_t{1} << shift) - by;
        return {by, static_cast<std::uint32_t>((above << 32U) / by + 1), shift};
    }
    [[nodiscard]] SOMNIUM_DEVICE std::uint32_t quotient(std::uint32_t n) const
    {
        return static_cast<std::uint32_t>((((std::uint64_t{n} * factor) >> 32U) + n) >> shift);
    }
};

/// As compute::Activation, which no device code sees.
enum class ElementFunction : std::uint8_t
{
    Linear,
    LeakyRelu,
    Tanh,
    Sigmoid,
};
inline constexpr float kLeakOnDevice = 0.01F;

SOMNIUM_DEVICE float valueOf(ElementFunction function, float x)
{
    switch (function)
    {
    case ElementFunction::Linear: return x;
    case ElementFunction::LeakyRelu: return x > 0.0F ? x : kLeakOnDevice * x;
    case ElementFunction::Tanh: return std::tanh(x);
    case ElementFunction::Sigmoid: return 1.0F / (1.0F + std::exp(-x));
    }
    return x;
}

/// f'(x) from y = f(x).
SOMNIUM_DEVICE float slopeOf(ElementFunction function, float y)
{
    switch (function)
    {
    case ElementFunction::Linear: return 1.0F;
    case ElementFunction::LeakyRelu: return y > 0.0F ? 1.0F : kLeakOnDevice;
    case ElementFunction::Tanh: return 1.0F - y * y;
    case ElementFunction::Sigmoid: return y * (1.0F - y);
    }
    return 1.0F;
}

/// As compute::NoiseKey.
struct NoiseSource
{
    std::uint64_t seed = 0;
    std::uint64_t stream = 0;
};

/// Box-Muller of two words: see compute::NoiseKey.
SOMNIUM_DEVICE Complex normalPair(std::uint32_t a, std::uint32_t b)
{
    const float radius = std::sqrt(-2.0F * std::log(static_cast<float>(a >> 9U) * 0x1p-23F + 0x1p-24F));
    const Complex to = direction(static_cast<float>(static_cast<std::int32_t>(b)) * 0x1p-32F);
    return {radius * to.re, radius * to.im};
}

/// Deviates 4 `index` to 4 `index` + 3. Philox 4x32-10. cite: Salmon et al. 2011.
SOMNIUM_DEVICE Quad normalQuad(const NoiseSource &source, std::uint64_t index)
{
    auto c0 = static_cast<std::uint32_t>(index);
    auto c1 = static_cast<std::uint32_t>(index >> 32U);
    auto c2 = static_cast<std::uint32_t>(source.stream);
    auto c3 = static_cast<std::uint32_t>(source.stream >> 32U);
    auto k0 = static_cast<std::uint32_t>(source.seed);
    auto k1 = static_cast<std::uint32_t>(source.seed >> 32U);
    for (int round = 0; round < 10; ++round)
    {
        const std::uint64_t a = std::uint64_t{0xD2511F53U} * c0;
        const std::uint64_t b = std::uint64_t{0xCD9E8D57U} * c2;
        c0 = static_cast<std::uint32_t>(b >> 32U) ^ c1 ^ k0;
        c1 = static_cast<std::uint32_t>(b);
        c2 = static_cast<std::uint32_t>(a >> 32U) ^ c3 ^ k1;
        c3 = static_cast<std::uint32_t>(a);
        k0 += 0x9E3779B9U;
        k1 += 0xBB67AE85U;
    }
    const Complex first = normalPair(c0, c1);
    const Complex second = normalPair(c2, c3);
    return {{first.re, first.im, second.re, second.im}};
}

} // namespace somnium::gpu
