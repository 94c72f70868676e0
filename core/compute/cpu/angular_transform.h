// SPDX-License-Identifier: GPL-3.0-or-later
// The inverse transform over the angles: Stockham's autosorting one, radix 4 and 8, one transform in each
// lane. For kernels_impl.h only, whose rules hold here.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/compute/cpu/kernels.h"
#include "core/compute/cpu/lanes.h"

// std::array and its like have inline functions, see kernels_impl.h.
// NOLINTBEGIN(modernize-avoid-c-arrays)
namespace somnium::compute::cpu
{
namespace
{

template <std::size_t Lanes> struct AngularTransform : LaneTypes<Lanes>
{
    using Complex = typename LaneTypes<Lanes>::Complex;

    static Complex add(const Complex &a, const Complex &b) { return {a.re + b.re, a.im + b.im}; }
    static Complex subtract(const Complex &a, const Complex &b) { return {a.re - b.re, a.im - b.im}; }
    static Complex timesI(const Complex &a) { return {-a.im, a.re}; }
    static Complex times(const Complex &a, const float *w)
    {
        return {a.re * w[0] - a.im * w[1], a.re * w[1] + a.im * w[0]};
    }

    static inline __attribute__((always_inline)) void
    butterfly4(const Complex &a, const Complex &b, const Complex &c, const Complex &d, Complex (&out)[4])
    {
        const Complex evenSum = add(a, c);
        const Complex evenDifference = subtract(a, c);
        const Complex oddSum = add(b, d);
        const Complex oddDifference = timesI(subtract(b, d));
        out[0] = add(evenSum, oddSum);
        out[1] = add(evenDifference, oddDifference);
        out[2] = subtract(evenSum, oddSum);
        out[3] = subtract(evenDifference, oddDifference);
    }

    static inline __attribute__((always_inline)) void butterfly8(const Complex *x, std::size_t step,
                                                                 Complex (&out)[8])
    {
        constexpr float kHalfRoot = 0.70710678118654752F;
        Complex even[4];
        Complex odd[4];
        butterfly4(x[0], x[2 * step], x[4 * step], x[6 * step], even);
        butterfly4(x[step], x[3 * step], x[5 * step], x[7 * step], odd);
        const Complex turned[4] = {
            odd[0],
            {kHalfRoot * (odd[1].re - odd[1].im), kHalfRoot * (odd[1].re + odd[1].im)},
            timesI(odd[2]),
            {-kHalfRoot * (odd[3].re + odd[3].im), kHalfRoot * (odd[3].re - odd[3].im)}};
#pragma GCC unroll 4
        for (std::size_t k = 0; k < 4; ++k)
        {
            out[k] = add(even[k], turned[k]);
            out[k + 4] = subtract(even[k], turned[k]);
        }
    }

    /// One pass of radix 4 on `stride` interleaved transforms of length n.
    static void pass4(const SpectrumPlan &plan, std::size_t n, std::size_t stride, const Complex *x,
                      Complex *y)
    {
        for (std::size_t p = 0; p < n / 4; ++p)
        {
            const float *const w1 = plan.twiddles + 2 * p * stride;
            const float *const w2 = plan.twiddles + 4 * p * stride;
            const float *const w3 = plan.twiddles + 6 * p * stride;
            for (std::size_t q = 0; q < stride; ++q)
            {
                const Complex *const from = x + q + stride * p;
                Complex *const to = y + q + stride * 4 * p;
                const std::size_t step = stride * (n / 4);
                Complex out[4];
                butterfly4(from[0], from[step], from[2 * step], from[3 * step], out);
                to[0] = out[0];
                to[stride] = times(out[1], w1);
                to[2 * stride] = times(out[2], w2);
                to[3 * stride] = times(out[3], w3);
            }
        }
    }

    static void pass8(const SpectrumPlan &plan, std::size_t n, std::size_t stride, const Complex *x,
                      Complex *y)
    {
        for (std::size_t p = 0; p < n / 8; ++p)
            for (std::size_t q = 0; q < stride; ++q)
            {
                Complex *const to = y + q + stride * 8 * p;
                Complex out[8];
                butterfly8(x + q + stride * p, stride * (n / 8), out);
                to[0] = out[0];
#pragma GCC unroll 8
                for (std::size_t k = 1; k < 8; ++k)
                    to[k * stride] = p == 0 ? out[k] : times(out[k], plan.twiddles + 2 * k * p * stride);
            }
    }

    /// The inverse transform of z, made in `a` and `b` by turns: the one that holds it.
    static const Complex *inverseTransform(const SpectrumPlan &plan, const Complex *z, Complex *a, Complex *b)
    {
        std::size_t bits = 0;
        while ((std::size_t{1} << bits) < plan.angles)
            ++bits;
        const std::size_t passes = (bits + 2) / 3;
        const std::size_t radix4Passes = 3 * passes - bits;
        const Complex *from = z;
        Complex *to = a;
        std::size_t n = plan.angles;
        std::size_t stride = 1;
        for (std::size_t pass = 0; pass < passes; ++pass)
        {
            const std::size_t radix = pass < radix4Passes ? 4 : 8;
            if (radix == 4)
                pass4(plan, n, stride, from, to);
            else
                pass8(plan, n, stride, from, to);
            n /= radix;
            stride *= radix;
            from = to;
            to = to == a ? b : a;
        }
        return from;
    }
};

} // namespace
} // namespace somnium::compute::cpu
// NOLINTEND(modernize-avoid-c-arrays)
