// SPDX-License-Identifier: GPL-3.0-or-later
// Fourier transforms over the angles in the memory that a block shares, in place: decimation in frequency,
// radix 8 and 4. The outcome lies in digit-reversed order (MapPlan::position); nobody needs it sorted.
// cite: Gentleman & Sande 1966.
#pragma once

#include "gpu/kernels/map_plan.h"

// Arrays as in nearest_kernels.h; products of 32 bits, which are faster there, since no block's memory needs
// more. NOLINTBEGIN(modernize-avoid-c-arrays,bugprone-implicit-widening-of-multiplication-result)
namespace somnium::gpu
{

/// One number of every nine is left out, so that neighbouring threads do not fight for the same banks.
SOMNIUM_SHARED constexpr unsigned paddedIndex(unsigned at)
{
    return at + at / 8;
}
/// Numbers from one transform to the next; odd, for the same reason.
SOMNIUM_SHARED constexpr unsigned transformStride(unsigned angles)
{
    return (angles + angles / 8) | 1U;
}

/// `n` is a power of two: 2^bitsOf(n).
SOMNIUM_SHARED constexpr unsigned bitsOf(unsigned n)
{
    unsigned bits = 0;
    while ((1U << bits) < n)
        ++bits;
    return bits;
}

/// Passes of `angles` = 4^fours 8^(passes - fours), the fours first.
struct TransformPasses
{
    unsigned passes;
    unsigned fours;
};
SOMNIUM_SHARED constexpr TransformPasses transformPasses(unsigned angles)
{
    const unsigned bits = bitsOf(angles);
    const unsigned passes = (bits + 2) / 3;
    return {passes, 3 * passes - bits};
}

/// Where (before padding) the transform leaves output `s`.
SOMNIUM_SHARED constexpr unsigned transformPosition(unsigned angles, unsigned s)
{
    const TransformPasses plan = transformPasses(angles);
    unsigned length = angles;
    unsigned position = 0;
    for (unsigned pass = 0; pass < plan.passes; ++pass)
    {
        const unsigned radix = pass < plan.fours ? 4 : 8;
        length /= radix;
        position += s % radix * length;
        s /= radix;
    }
    return position;
}

SOMNIUM_DEVICE Complex plus(const Complex &a, const Complex &b)
{
    return {a.re + b.re, a.im + b.im};
}
SOMNIUM_DEVICE Complex minus(const Complex &a, const Complex &b)
{
    return {a.re - b.re, a.im - b.im};
}
SOMNIUM_DEVICE Complex timesI(const Complex &a)
{
    return {-a.im, a.re};
}
SOMNIUM_DEVICE Complex times(const Complex &a, const Complex &b)
{
    return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

/// (x0, x1, x2, x3) becomes sum over q of x_q exp(2 pi i q u / 4).
SOMNIUM_DEVICE void transform4(Complex &x0, Complex &x1, Complex &x2, Complex &x3)
{
    const Complex evenSum = plus(x0, x2);
    const Complex evenDifference = minus(x0, x2);
    const Complex oddSum = plus(x1, x3);
    const Complex oddDifference = timesI(minus(x1, x3));
    x0 = plus(evenSum, oddSum);
    x1 = plus(evenDifference, oddDifference);
    x2 = minus(evenSum, oddSum);
    x3 = minus(evenDifference, oddDifference);
}

/// A pass of radix 2^radixBits on parts of 2^lengthBits numbers.
struct TransformPass
{
    unsigned lengthBits;
    unsigned radixBits;
};

/// Where one butterfly of a pass takes its numbers from, and puts them back. All by shifts: a device has no
/// division.
struct ButterflyPlace
{
    unsigned first = 0; ///< within a transform, padded
    unsigned step = 0;  ///< to the next
    unsigned turn = 0;  ///< outcome u is turned by u of them, of `angles` to a full turn

    /// Number `item` of a pass.
    [[nodiscard]] SOMNIUM_DEVICE static ButterflyPlace of(const MapPlan &plan, const TransformPass &pass,
                                                          unsigned item)
    {
        const unsigned stepBits = pass.lengthBits - pass.radixBits;
        const unsigned within = item & ((1U << stepBits) - 1);
        // Numbers are a multiple of 8 apart before padding, or are eight side by side: the radices are such.
        return {paddedIndex((item >> stepBits << pass.lengthBits) + within),
                stepBits == 0 ? 1 : paddedIndex(1U << stepBits), within * (plan.angles >> pass.lengthBits)};
    }
};

/// Radix 4, on one transform after another.
class Butterfly4
{
public:
    SOMNIUM_DEVICE Butterfly4(const MapPlan &plan, const ButterflyPlace &place)
        : m_step(place.step), m_turns{plan.twiddles[place.turn], plan.twiddles[2 * place.turn],
                                      plan.twiddles[3 * place.turn]}
    {}

    SOMNIUM_DEVICE void run(Complex *z) const
    {
        Complex x[4];
        for (unsigned q = 0; q < 4; ++q)
            x[q] = z[q * m_step];
        transform4(x[0], x[1], x[2], x[3]);
        z[0] = x[0];
        for (unsigned u = 1; u < 4; ++u)
            z[u * m_step] = times(x[u], m_turns[u - 1]);
    }

private:
    unsigned m_step;
    Complex m_turns[3];
};

/// Radix 8; in the last pass nothing is turned, and no turns are there.
template <bool IsLast> class Butterfly8
{
public:
    SOMNIUM_DEVICE Butterfly8(const MapPlan &plan, const ButterflyPlace &place) : m_step(place.step)
    {
        for (unsigned u = 1; !IsLast && u < 8; ++u)
            m_turns[u - 1] = plan.twiddles[u * place.turn];
    }

    SOMNIUM_DEVICE void run(Complex *z) const
    {
        constexpr float kHalfRoot = 0.70710678118654752F;
        Complex x[8];
        for (unsigned q = 0; q < 8; ++q)
            x[q] = z[q * m_step];
        transform4(x[0], x[2], x[4], x[6]);
        transform4(x[1], x[3], x[5], x[7]);
        x[3] = {kHalfRoot * (x[3].re - x[3].im), kHalfRoot * (x[3].re + x[3].im)};
        x[5] = timesI(x[5]);
        x[7] = {-kHalfRoot * (x[7].re + x[7].im), kHalfRoot * (x[7].re - x[7].im)};
        for (unsigned u = 0; u < 4; ++u)
        {
            store(z, u, plus(x[2 * u], x[2 * u + 1]));
            store(z, u + 4, minus(x[2 * u], x[2 * u + 1]));
        }
    }

private:
    SOMNIUM_DEVICE void store(Complex *z, unsigned u, const Complex &value) const
    {
        z[u * m_step] = IsLast || u == 0 ? value : times(value, m_turns[u - 1]);
    }

    unsigned m_step;
    Complex m_turns[7];
};

/// `count` transforms side by side.
struct Transforms
{
    Complex *z;
    unsigned count;
};

/// What a thread of `threads` does of a pass: the same butterflies of each transform, so that places and
/// turns are found once.
template <class Butterfly> SOMNIUM_DEVICE void runPass(const MapPlan &plan, const TransformPass &pass,
                                                       unsigned thread, unsigned threads,
                                                       const Transforms &transforms)
{
    const unsigned itemBits = bitsOf(plan.angles) - pass.radixBits;
    const unsigned items = 1U << itemBits; // of a transform
    const unsigned abreast = threads < items ? 1 : threads >> itemBits;
    const unsigned stride = transformStride(plan.angles);
    if (thread >> itemBits >= abreast)
        return;
    for (unsigned item = thread & (items - 1); item < items; item += threads)
    {
        const ButterflyPlace place = ButterflyPlace::of(plan, pass, item);
        const Butterfly butterfly(plan, place);
        for (unsigned t = thread >> itemBits; t < transforms.count; t += abreast)
            butterfly.run(transforms.z + t * stride + place.first);
    }
}

/// z[s] = sum over m of z[m] exp(2 pi i m s / angles), for `count` transforms side by side.
template <class Block>
SOMNIUM_DEVICE void inverseTransforms(Block &block, const MapPlan &plan, Complex *z, unsigned count)
{
    const TransformPasses passes = transformPasses(plan.angles);
    const Transforms transforms = {z, count};
    unsigned lengthBits = bitsOf(plan.angles);
    for (unsigned number = 0; number < passes.passes; ++number)
    {
        const TransformPass pass = {lengthBits, number < passes.fours ? 2U : 3U};
        block.forThreads([&](unsigned thread) {
            if (pass.radixBits == 2)
                runPass<Butterfly4>(plan, pass, thread, block.threads(), transforms);
            else if (pass.lengthBits > pass.radixBits)
                runPass<Butterfly8<false>>(plan, pass, thread, block.threads(), transforms);
            else
                runPass<Butterfly8<true>>(plan, pass, thread, block.threads(), transforms);
        });
        lengthBits -= pass.radixBits;
    }
}

} // namespace somnium::gpu
// NOLINTEND(modernize-avoid-c-arrays,bugprone-implicit-widening-of-multiplication-result)
