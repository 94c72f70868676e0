// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels, written once over a vector type. Included by kernels_avx512.cpp, kernels_avx2.cpp and
// kernels_plain.cpp only, each of which is compiled for its instruction set: everything here has internal
// linkage, and no header with inline functions may be included, or the linker could hand an AVX-512 copy of
// one to the whole program.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/compute/cpu/kernels.h"
#include "core/compute/cpu/simd.h"

// std::array and its like have inline functions, see above.
// NOLINTBEGIN(modernize-avoid-c-arrays)
namespace somnium::compute::cpu
{
namespace
{

/// `Lanes` floats in a vector, `Tile` images whose products stay in registers at once.
template <std::size_t Lanes, std::size_t Tile> struct KernelSet
{
    using V = typename Simd<Lanes>::Float;
    using Loose = typename Simd<Lanes>::Loose;
    using I = typename Simd<Lanes>::Int;

    struct Complex
    {
        V re;
        V im;
    };

    static V load(const float *from) { return *reinterpret_cast<const Loose *>(from); }
    static void store(float *to, V value) { *reinterpret_cast<Loose *>(to) = value; }
    static Complex *complexes(float *from) { return reinterpret_cast<Complex *>(from); }

    // ---- half precision ---------------------------------------------------------------------------------

    static void narrow(const float *values, std::size_t count, float factor, std::uint16_t *halves)
    {
        for (std::size_t i = 0; i < count; i += Lanes)
            Halves<Lanes>::write(halves + i, load(values + i) * factor);
    }

    /// The coefficients of one harmonic into its place in a row, padding and all; writes a vector too far.
    static void widenHarmonic(const SpectrumPlan &plan, std::size_t m, const std::uint16_t *halves,
                              float scale, float *to)
    {
        const std::size_t first = 2 * static_cast<std::size_t>(plan.firstRing[m]);
        const std::uint16_t *const from = halves + plan.laneOffset[m];
        for (std::size_t at = 0; at < first; ++at)
            to[at] = 0.0F;
        for (std::size_t at = first; at < 2 * plan.rings; at += Lanes)
            store(to + at, Halves<Lanes>::read(from + at - first) * scale);
        for (std::size_t at = 2 * plan.rings; at < plan.harmonicStride; ++at)
            to[at] = 0.0F;
    }

    static void widenRow(const SpectrumPlan &plan, const std::uint16_t *halves, float scale, float *row)
    {
        // Upwards: what a harmonic writes too far is written over by the next one.
        for (std::size_t m = 0; m < plan.harmonics; ++m)
            widenHarmonic(plan, m, halves, scale, row + m * plan.harmonicStride);
    }

    // ---- products over the rings -----------------------------------------------------------------------

    /// Sums over the rings of ArBr, AiBi, ArBi, AiBr for `Count` images and one block of prototypes.
    template <std::size_t Count> static inline __attribute__((always_inline)) void
    ringProducts(const float *const *image, const float *prototype, std::size_t rings, V (&sum)[Count][4])
    {
#pragma GCC unroll 8
        for (std::size_t t = 0; t < Count; ++t)
            sum[t][0] = sum[t][1] = sum[t][2] = sum[t][3] = V{};
        for (std::size_t q = 0; q < rings; ++q)
        {
            const V prototypeRe = load(prototype + 2 * q * Lanes);
            const V prototypeIm = load(prototype + (2 * q + 1) * Lanes);
#pragma GCC unroll 8
            for (std::size_t t = 0; t < Count; ++t)
            {
                const float re = image[t][2 * q];
                const float im = image[t][2 * q + 1];
                sum[t][0] += re * prototypeRe;
                sum[t][1] += im * prototypeIm;
                sum[t][2] += re * prototypeIm;
                sum[t][3] += im * prototypeRe;
            }
        }
    }

    /// Spectra of Z = 2 (C + i C') of `Count` images into [Count][angles] complex vectors: C the correlation
    /// with the image, C' with the flipped one (SOM.md section 3).
    template <std::size_t Count> static void correlationSpectra(const SpectrumPlan &plan, const float *images,
                                                                std::size_t stride, const float *block,
                                                                Complex *z)
    {
        for (std::size_t m = 0; m < plan.harmonics; ++m)
        {
            const std::size_t firstRing = plan.firstRing[m];
            const float *image[Count];
            for (std::size_t t = 0; t < Count; ++t)
                image[t] = images + t * stride + m * plan.harmonicStride + 2 * firstRing;
            V sum[Count][4];
            ringProducts<Count>(image, block + plan.laneOffset[m] * Lanes, plan.rings - firstRing, sum);
#pragma GCC unroll 8
            for (std::size_t t = 0; t < Count; ++t)
            {
                const V sumRe = sum[t][0] + sum[t][1];
                const V differenceRe = sum[t][0] - sum[t][1];
                const V sumIm = sum[t][2] + sum[t][3];
                const V differenceIm = sum[t][2] - sum[t][3];
                Complex *const row = z + t * plan.angles;
                if (m == 0)
                {
                    row[0] = {2.0F * sum[t][0], 2.0F * sum[t][0]};
                    continue;
                }
                row[m] = {sumRe - sumIm, differenceRe + differenceIm};
                row[plan.angles - m] = {sumRe + sumIm, differenceRe - differenceIm};
            }
        }
        for (std::size_t t = 0; t < Count; ++t)
            for (std::size_t m = plan.harmonics; m + plan.harmonics <= plan.angles; ++m)
                z[t * plan.angles + m] = {V{}, V{}};
    }

    // ---- inverse transform: Stockham's autosorting one, radix 4 and 8, one transform in each lane
    // ------------

    static Complex add(const Complex &a, const Complex &b)
    {
        return {a.re + b.re, a.im + b.im};
    }
    static Complex subtract(const Complex &a, const Complex &b)
    {
        return {a.re - b.re, a.im - b.im};
    }
    static Complex timesI(const Complex &a)
    {
        return {-a.im, a.re};
    }
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

    // ---- maximum --------------------------------------------------------------------------------------

    struct Peak
    {
        V value;
        V step; ///< refined
    };

    /// Refines the maximum at `index` by the parabola through its neighbours (periodic).
    static Peak refined(const SpectrumPlan &plan, const float *values, V best, I index)
    {
        V before;
        V after;
        V step;
        const std::size_t mask = plan.angles - 1;
        for (std::size_t lane = 0; lane < Lanes; ++lane)
        {
            const auto at = static_cast<std::size_t>(index[lane]);
            before[lane] = values[((at - 1) & mask) * 2 * Lanes + lane];
            after[lane] = values[((at + 1) & mask) * 2 * Lanes + lane];
            step[lane] = static_cast<float>(at);
        }
        const V slope = before - after;
        const V curvature = before - 2.0F * best + after;
        const V isPeak = curvature < V{} ? V{} + 1.0F : V{};
        const V safe = curvature < V{} ? curvature : V{} + 1.0F;
        const V shift = isPeak * (0.5F * slope / safe);
        Peak peak;
        peak.value = best - 0.25F * slope * shift;
        peak.step = step + shift;
        const auto angles = static_cast<float>(plan.angles);
        peak.step = peak.step < V{} ? peak.step + angles : peak.step;
        peak.step = peak.step >= V{} + angles ? V{} : peak.step;
        return peak;
    }

    struct Found
    {
        V correlation; ///< twice C
        V step;
        I isFlipped; ///< -1 or 0
    };

    static Found findPeaks(const SpectrumPlan &plan, const Complex *z, bool useFlips)
    {
        V best = z[0].re;
        V bestFlipped = z[0].im;
        I index = {};
        I indexFlipped = {};
        for (std::size_t s = 1; s < plan.angles; ++s)
        {
            const I here = I{} + static_cast<std::int32_t>(s);
            const V plain = z[s].re;
            const V flipped = z[s].im;
            index = plain > best ? here : index;
            best = plain > best ? plain : best;
            indexFlipped = flipped > bestFlipped ? here : indexFlipped;
            bestFlipped = flipped > bestFlipped ? flipped : bestFlipped;
        }
        const auto *const values = reinterpret_cast<const float *>(z);
        const Peak peak = refined(plan, values, best, index);
        if (!useFlips)
            return {peak.value, peak.step, I{}};
        const Peak flippedPeak = refined(plan, values + Lanes, bestFlipped, indexFlipped);
        const I isFlipped = flippedPeak.value > peak.value;
        return {isFlipped ? flippedPeak.value : peak.value, isFlipped ? flippedPeak.step : peak.step,
                isFlipped};
    }

    /// The best of so many evenly spaced rotations: between steps on the parabola that `refined` has, too.
    static Peak bestAllowed(const SpectrumPlan &plan, const float *values, std::size_t rotations)
    {
        Peak best = {load(values), V{}};
        const std::size_t mask = plan.angles - 1;
        for (std::size_t rotation = 1; rotation < rotations; ++rotation)
        {
            const std::size_t nearest = (2 * rotation * plan.angles + rotations) / (2 * rotations);
            const float step = static_cast<float>(rotation * plan.angles) / static_cast<float>(rotations);
            const float shift = step - static_cast<float>(nearest);
            const V before = load(values + ((nearest - 1) & mask) * 2 * Lanes);
            const V here = load(values + (nearest & mask) * 2 * Lanes);
            const V after = load(values + ((nearest + 1) & mask) * 2 * Lanes);
            const V value =
                here + (0.5F * shift) * ((after - before) + shift * (before - 2.0F * here + after));
            best.step = value > best.value ? V{} + step : best.step;
            best.value = value > best.value ? value : best.value;
        }
        return best;
    }

    static Found findAllowed(const SpectrumPlan &plan, const Complex *z, bool useFlips, std::size_t rotations)
    {
        const auto *const values = reinterpret_cast<const float *>(z);
        const Peak plain = bestAllowed(plan, values, rotations);
        if (!useFlips)
            return {plain.value, plain.step, I{}};
        const Peak flipped = bestAllowed(plan, values + Lanes, rotations);
        const I isFlipped = flipped.value > plain.value;
        return {isFlipped ? flipped.value : plain.value, isFlipped ? flipped.step : plain.step, isFlipped};
    }

    // ---- match ----------------------------------------------------------------------------------------

    static std::size_t matchScratchSize(const SpectrumPlan &plan)
    {
        return (Tile + 2) * plan.angles * 2 * Lanes;
    }

    /// From the spectra of the correlations to distances, for `count` images of one block.
    static void finishTile(const SpectrumPlan &plan, const MatchArguments &arguments, std::size_t firstImage,
                           std::size_t count, std::size_t block)
    {
        Complex *const z = complexes(arguments.scratch);
        Complex *const a = z + Tile * plan.angles;
        Complex *const b = a + plan.angles;
        const V prototypeEnergy = load(arguments.prototypeEnergy + block * Lanes);
        for (std::size_t t = 0; t < count; ++t)
        {
            const Complex *const correlation = inverseTransform(plan, z + t * plan.angles, a, b);
            const Found found = arguments.rotations == 0
                                    ? findPeaks(plan, correlation, arguments.useFlips)
                                    : findAllowed(plan, correlation, arguments.useFlips, arguments.rotations);
            const std::size_t image = firstImage + t;
            const std::size_t at = (image * arguments.blocks + block) * Lanes;
            V squared = prototypeEnergy + arguments.imageEnergy[image] - found.correlation;
            squared = squared < V{} ? V{} : squared; // NaN stays NaN
            for (std::size_t lane = 0; lane < Lanes; ++lane)
                arguments.distance[at + lane] = __builtin_sqrtf(squared[lane]);
            store(arguments.angle + at, found.step);
            for (std::size_t lane = 0; lane < Lanes; ++lane)
                arguments.flip[at + lane] = found.isFlipped[lane] != 0 ? 1 : 0;
        }
    }

    static void match(const SpectrumPlan &plan, const MatchArguments &arguments)
    {
        Complex *const z = complexes(arguments.scratch);
        for (std::size_t block = 0; block < arguments.blocks; ++block)
        {
            const float *const prototypes = arguments.prototypes + block * plan.laneBlockSize * Lanes;
            std::size_t image = 0;
            for (; image + Tile <= arguments.imageCount; image += Tile)
            {
                correlationSpectra<Tile>(plan, arguments.images + image * arguments.imageStride,
                                         arguments.imageStride, prototypes, z);
                finishTile(plan, arguments, image, Tile, block);
            }
            for (; image < arguments.imageCount; ++image)
            {
                correlationSpectra<1>(plan, arguments.images + image * arguments.imageStride,
                                      arguments.imageStride, prototypes, z);
                finishTile(plan, arguments, image, 1, block);
            }
        }
    }

    // ---- update ---------------------------------------------------------------------------------------

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
                widenHarmonic(plan, m, arguments.halves + i * arguments.halfStride, arguments.scales[i], to);
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

    static constexpr Kernels table(const char *name)
    {
        return {name,       Lanes, &narrow, &widenRow, &matchScratchSize, &match, &accumulateScratchSize,
                &accumulate};
    }
};

} // namespace
} // namespace somnium::compute::cpu
// NOLINTEND(modernize-avoid-c-arrays)
