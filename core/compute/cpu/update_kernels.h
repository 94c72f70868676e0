// SPDX-License-Identifier: GPL-3.0-or-later
// Sums of turned images for the batch update of prototypes (SOM.md section 4). For kernels_impl.h only, whose
// rules hold here.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/compute/cpu/half_kernels.h"
#include "core/compute/cpu/kernels.h"

// std::array and its like have inline functions, see kernels_impl.h.
// NOLINTBEGIN(modernize-avoid-c-arrays)
namespace somnium::compute::cpu
{
namespace
{

template <std::size_t Lanes> struct UpdateKernels : LaneTypes<Lanes>
{
    using V = typename LaneTypes<Lanes>::V;
    using LaneTypes<Lanes>::load;
    using LaneTypes<Lanes>::store;

    static std::size_t accumulateScratchSize(const SpectrumPlan &plan, const AccumulateArguments &arguments)
    {
        return arguments.imageCount * plan.harmonicStride + kRowPadding + 4 * arguments.entries;
    }

    /// (re, im) *= (wRe, wIm), element by element.
    static void multiply(float *re, float *im, const float *wRe, const float *wIm, std::size_t count)
    {
        for (std::size_t e = 0; e < count; e += Lanes)
        {
            const V a = load(re + e);
            const V b = load(im + e);
            const V c = load(wRe + e);
            const V d = load(wIm + e);
            store(re + e, a * c - b * d);
            store(im + e, a * d + b * c);
        }
    }

    /// weight * exp(i harmonic turn) of every entry into (re, im), by squaring; `powerRe`, `powerIm` are
    /// scratch.
    static void startTurns(const AccumulateArguments &arguments, float *re, float *im, float *powerRe,
                           float *powerIm)
    {
        for (std::size_t e = 0; e < arguments.entries; ++e)
        {
            re[e] = arguments.weight[e];
            im[e] = 0.0F;
            powerRe[e] = arguments.cosine[e];
            powerIm[e] = arguments.sine[e];
        }
        for (std::size_t rest = arguments.firstHarmonic; rest != 0; rest /= 2)
        {
            if (rest % 2 != 0)
                multiply(re, im, powerRe, powerIm, arguments.entries);
            multiply(powerRe, powerIm, powerRe, powerIm, arguments.entries);
        }
    }

    template <std::size_t Group> struct Sums
    {
        V cosine[Group];
        V sine[Group];
    };

    /// One harmonic of a chunk: the images' coefficients, and every entry's weight and turn.
    struct Harmonic
    {
        const float *images = nullptr;
        std::size_t stride = 0;
        const std::uint16_t *image = nullptr; ///< [entries]
        const float *re = nullptr;            ///< [entries] weight * cos(m phi)
        const float *im = nullptr;            ///< [entries] weight * sin(m phi)
    };

    /// Sums of re * A and im * A over entries [from, to) for `Group` vectors of coefficients from `at` on.
    template <std::size_t Group> static inline __attribute__((always_inline)) Sums<Group>
    sumEntries(const Harmonic &harmonic, std::size_t at, std::size_t from, std::size_t to)
    {
        Sums<Group> sums = {};
        for (std::size_t e = from; e < to; ++e)
        {
            const float *const image = harmonic.images + harmonic.image[e] * harmonic.stride + at;
            const float c = harmonic.re[e];
            const float s = harmonic.im[e];
#pragma GCC unroll 8
            for (std::size_t v = 0; v < Group; ++v)
            {
                const V value = load(image + v * Lanes);
                sums.cosine[v] += c * value;
                sums.sine[v] += s * value;
            }
        }
        return sums;
    }

    /// Adds exp(-i m phi) A of a neuron's plain entries and exp(-i m phi) conj(A) of its flipped ones to
    /// `Group` vectors of sums.
    template <std::size_t Group>
    static void addNeuron(const Harmonic &harmonic, const std::uint32_t *begin, std::size_t at, float *out)
    {
        using S = Simd<Lanes>;
        const auto plain = sumEntries<Group>(harmonic, at, begin[0], begin[1]);
        const auto flipped = sumEntries<Group>(harmonic, at, begin[1], begin[2]);
        for (std::size_t v = 0; v < Group; ++v)
        {
            const V sum = plain.cosine[v] - S::swapPairs(flipped.sine[v]) +
                          S::conjugate(S::swapPairs(plain.sine[v]) + flipped.cosine[v]);
            float *const to = out + at + v * Lanes;
            store(to, load(to) + sum);
        }
    }

    static void accumulateHarmonic(const SpectrumPlan &plan, const AccumulateArguments &arguments,
                                   std::size_t m, const Harmonic &harmonic)
    {
        // The row is a whole number of small groups; large ones do better where they fit.
        constexpr std::size_t kSmall = 2;
        constexpr std::size_t kLarge = 4;
        const std::size_t stride = plan.harmonicStride;
        const std::size_t coefficients = 2 * static_cast<std::size_t>(plan.firstRing[m]);
        const std::size_t first = coefficients / (kSmall * Lanes) * (kSmall * Lanes);
        for (std::size_t neuron = 0; neuron < arguments.neurons; ++neuron)
        {
            const std::uint32_t *const begin = arguments.begin + 2 * neuron;
            if (begin[0] == begin[2])
                continue;
            float *const out = arguments.sums + neuron * arguments.sumStride + m * stride;
            std::size_t at = first;
            for (; at + kLarge * Lanes <= stride; at += kLarge * Lanes)
                addNeuron<kLarge>(harmonic, begin, at, out);
            for (; at < stride; at += kSmall * Lanes)
                addNeuron<kSmall>(harmonic, begin, at, out);
        }
    }

    /// The images' coefficients of one harmonic side by side. Rows are a power of two apart: gathered, they
    /// do not fight for the same cache lines.
    static void gatherHarmonic(const SpectrumPlan &plan, const AccumulateArguments &arguments, std::size_t m,
                               float *to)
    {
        for (std::size_t i = 0; i < arguments.imageCount; ++i, to += plan.harmonicStride)
        {
            if (arguments.images == nullptr)
            {
                HalfKernels<Lanes>::widenHarmonic(plan, m, arguments.halves + i * arguments.halfStride,
                                                  arguments.scales[i], to);
                continue;
            }
            const float *const from = arguments.images + i * arguments.imageStride + m * plan.harmonicStride;
            for (std::size_t at = 0; at < plan.harmonicStride; at += Lanes)
                store(to + at, load(from + at));
        }
    }

    static void accumulate(const SpectrumPlan &plan, const AccumulateArguments &arguments)
    {
        float *const images = arguments.scratch;
        float *const re = images + arguments.imageCount * plan.harmonicStride + kRowPadding;
        float *const im = re + arguments.entries;
        startTurns(arguments, re, im, im + arguments.entries, im + 2 * arguments.entries);
        for (std::size_t m = arguments.firstHarmonic; m < arguments.lastHarmonic; ++m)
        {
            gatherHarmonic(plan, arguments, m, images);
            accumulateHarmonic(plan, arguments, m, {images, plan.harmonicStride, arguments.image, re, im});
            multiply(re, im, arguments.cosine, arguments.sine, arguments.entries);
        }
    }
};

} // namespace
} // namespace somnium::compute::cpu
// NOLINTEND(modernize-avoid-c-arrays)
