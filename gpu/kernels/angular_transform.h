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

/// Passes of `angles` = 4^fours 8^(passes - fours), the fours first.
struct TransformPasses
{
    unsigned passes;
    unsigned fours;
};
SOMNIUM_SHARED constexpr TransformPasses transformPasses(unsigned angles)
{
    unsigned bits = 0;
    while ((1U << bits) < angles)
        ++bits;
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

/// One butterfly of a pass on transforms of `length` numbers within `z`: number `item` of angles / 4.
SOMNIUM_DEVICE void pass4(const MapPlan &plan, unsigned length, unsigned item, Complex *z)
{
    const unsigned quarter = length / 4;
    const unsigned j = item & (quarter - 1);
    const unsigned base = item / quarter * length + j;
    Complex x[4];
    for (unsigned q = 0; q < 4; ++q)
        x[q] = z[paddedIndex(base + q * quarter)];
    transform4(x[0], x[1], x[2], x[3]);
    const unsigned step = j * (plan.angles / length);
    z[paddedIndex(base)] = x[0];
    for (unsigned u = 1; u < 4; ++u)
        z[paddedIndex(base + u * quarter)] = times(x[u], plan.twiddles[u * step]);
}

/// The same of radix 8: number `item` of angles / 8.
SOMNIUM_DEVICE void pass8(const MapPlan &plan, unsigned length, unsigned item, Complex *z)
{
    constexpr float kHalfRoot = 0.70710678118654752F;
    const unsigned eighth = length / 8;
    const unsigned j = item & (eighth - 1);
    const unsigned base = item / eighth * length + j;
    Complex x[8];
    for (unsigned q = 0; q < 8; ++q)
        x[q] = z[paddedIndex(base + q * eighth)];
    transform4(x[0], x[2], x[4], x[6]);
    transform4(x[1], x[3], x[5], x[7]);
    x[3] = {kHalfRoot * (x[3].re - x[3].im), kHalfRoot * (x[3].re + x[3].im)};
    x[5] = timesI(x[5]);
    x[7] = {-kHalfRoot * (x[7].re + x[7].im), kHalfRoot * (x[7].re - x[7].im)};
    const unsigned step = j * (plan.angles / length);
    for (unsigned u = 0; u < 4; ++u)
    {
        const Complex low = plus(x[2 * u], x[2 * u + 1]);
        const Complex high = minus(x[2 * u], x[2 * u + 1]);
        z[paddedIndex(base + u * eighth)] = times(low, plan.twiddles[u * step]);
        z[paddedIndex(base + (u + 4) * eighth)] = times(high, plan.twiddles[(u + 4) * step]);
    }
}

/// z[s] = sum over m of z[m] exp(2 pi i m s / angles), for `count` transforms side by side.
template <class Block>
SOMNIUM_DEVICE void inverseTransforms(Block &block, const MapPlan &plan, Complex *z, unsigned count)
{
    const unsigned stride = transformStride(plan.angles);
    const TransformPasses passes = transformPasses(plan.angles);
    unsigned length = plan.angles;
    for (unsigned pass = 0; pass < passes.passes; ++pass)
    {
        const bool isFour = pass < passes.fours;
        const unsigned items = plan.angles / (isFour ? 4 : 8);
        block.forThreads([&](unsigned thread) {
            for (unsigned item = thread; item < count * items; item += block.threads())
            {
                Complex *const one = z + item / items * stride;
                if (isFour)
                    pass4(plan, length, item & (items - 1), one);
                else
                    pass8(plan, length, item & (items - 1), one);
            }
        });
        length /= isFour ? 4 : 8;
    }
}

} // namespace somnium::gpu
// NOLINTEND(modernize-avoid-c-arrays,bugprone-implicit-widening-of-multiplication-result)
