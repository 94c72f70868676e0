// SPDX-License-Identifier: GPL-3.0-or-later
// What is done to each element of a matrix: plain loops that the compiler turns into vectors, and sums in
// lanes. For tensor_kernels_impl.h only, whose rules hold here.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/compute/cpu/lanes.h"
#include "core/compute/cpu/tensor_kernels.h"

// std::array and its like have inline functions, see tensor_kernels_impl.h.
// NOLINTBEGIN(modernize-avoid-c-arrays)
namespace somnium::compute::cpu
{
namespace
{

template <std::size_t Lanes> struct ElementKernels : LaneTypes<Lanes>
{
    using Base = LaneTypes<Lanes>;
    using V = typename Base::V;
    static constexpr float kLeakyFactor = 0.01F;

    /// e^x to 2e-7 of itself; below -87.3 as there, above 88.3 likewise.
    static float exponential(float x)
    {
        constexpr float kLog2E = 1.44269504F;
        constexpr float kLn2High = 0.693359375F;
        constexpr float kLn2Low = -2.12194440e-4F;
        constexpr float kRounder = 12582912.0F; // 1.5 2^23: adding it leaves an integer in the last bits
        x = x < -87.3F ? -87.3F : x;
        x = x > 88.3F ? 88.3F : x;
        const float shifted = x * kLog2E + kRounder;
        const float n = shifted - kRounder;
        const float r = x - n * kLn2High - n * kLn2Low;
        float p = 1.0F / 5040.0F;
        p = p * r + 1.0F / 720.0F;
        p = p * r + 1.0F / 120.0F;
        p = p * r + 1.0F / 24.0F;
        p = p * r + 1.0F / 6.0F;
        p = p * r + 0.5F;
        p = p * r + 1.0F;
        p = p * r + 1.0F;
        const auto power =
            (static_cast<std::uint32_t>(__builtin_bit_cast(std::int32_t, shifted)) << 23U) + 0x3F800000U;
        return p * __builtin_bit_cast(float, power);
    }

    /// ln x for a normal x > 0, to 1e-7 of 1 or of itself.
    static float logarithm(float x)
    {
        const auto bits = __builtin_bit_cast(std::int32_t, x);
        // The fraction in [sqrt(1/2), sqrt(2)).
        const std::int32_t shifted = bits - 0x3F3504F3;
        const std::int32_t exponent = shifted >> 23;
        const auto m = __builtin_bit_cast(float, bits - exponent * (1 << 23));
        const float s = (m - 1.0F) / (m + 1.0F);
        const float s2 = s * s;
        const float series =
            2.0F * s * (1.0F + s2 * (1.0F / 3.0F + s2 * (1.0F / 5.0F + s2 * (1.0F / 7.0F + s2 / 9.0F))));
        return static_cast<float>(exponent) * 0.693147181F + series;
    }

    static float leaky(float x) { return x > 0.0F ? x : kLeakyFactor * x; }
    static float tangent(float x) { return 1.0F - 2.0F / (exponential(2.0F * x) + 1.0F); }
    static float sigmoid(float x) { return 1.0F / (1.0F + exponential(-x)); }

    template <float (*Function)(float)>
    static void apply(const float *x, const float *bias, std::size_t count, float *y)
    {
        if (bias == nullptr)
            for (std::size_t i = 0; i < count; ++i)
                y[i] = Function(x[i]);
        else
            for (std::size_t i = 0; i < count; ++i)
                y[i] = Function(x[i] + bias[i]);
    }
    static float same(float x) { return x; }

    static void activate(const float *x, const float *bias, std::size_t count, ActivationCode activation,
                         float *y)
    {
        switch (activation)
        {
        case ActivationCode::Linear: return apply<same>(x, bias, count, y);
        case ActivationCode::LeakyRelu: return apply<leaky>(x, bias, count, y);
        case ActivationCode::Tanh: return apply<tangent>(x, bias, count, y);
        case ActivationCode::Sigmoid: return apply<sigmoid>(x, bias, count, y);
        }
    }

    static void activateBackward(const float *y, std::size_t count, ActivationCode activation, float *dy)
    {
        switch (activation)
        {
        case ActivationCode::Linear: return;
        case ActivationCode::LeakyRelu:
            for (std::size_t i = 0; i < count; ++i)
                dy[i] *= y[i] > 0.0F ? 1.0F : kLeakyFactor;
            return;
        case ActivationCode::Tanh:
            for (std::size_t i = 0; i < count; ++i)
                dy[i] *= 1.0F - y[i] * y[i];
            return;
        case ActivationCode::Sigmoid:
            for (std::size_t i = 0; i < count; ++i)
                dy[i] *= y[i] * (1.0F - y[i]);
            return;
        }
    }

    static void addRows(const float *x, std::size_t rows, std::size_t columns, std::size_t stride,
                        float *sums)
    {
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t j = 0; j < columns; ++j)
                sums[j] += x[i * stride + j];
    }

    /// One element's term, and its gradient.
    static float errorTerm(float x, float y, float w, float scale, float &gradient)
    {
        const float d = w == 0.0F ? 0.0F : y - x; // hides what is not there, be it NaN
        gradient = scale * w * d;
        return w * d * d;
    }

    static float squaredError(const float *x, const float *y, const float *weights, std::size_t count,
                              float scale, float *gradient)
    {
        constexpr std::size_t kSums = 2 * Lanes;
        float sums[kSums] = {};
        float spare[kSums];
        const float twice = 2.0F * scale;
        const std::size_t whole = count / kSums * kSums;
        for (std::size_t i = 0; i < count; i += kSums)
        {
            const std::size_t n = i < whole ? kSums : count - i;
            float *const to = gradient == nullptr ? spare : gradient + i;
            if (weights == nullptr)
                for (std::size_t l = 0; l < n; ++l)
                    sums[l] += errorTerm(x[i + l], y[i + l], 1.0F, twice, to[l]);
            else
                for (std::size_t l = 0; l < n; ++l)
                    sums[l] += errorTerm(x[i + l], y[i + l], weights[i + l], twice, to[l]);
        }
        for (std::size_t half = kSums / 2; half > 0; half /= 2)
            for (std::size_t l = 0; l < half; ++l)
                sums[l] += sums[l + half];
        return sums[0];
    }

    static void adam(const AdamArguments &x, const float *gradient, std::size_t count, float *parameters,
                     float *first, float *second)
    {
        const AdamArguments a = x; // a copy: the compiler then knows that no store below changes it
        for (std::size_t i = 0; i < count; ++i)
        {
            const float g = gradient[i];
            const float m = a.beta1 * first[i] + a.rest1 * g;
            const float v = a.beta2 * second[i] + a.rest2 * g * g;
            first[i] = m;
            second[i] = v;
            parameters[i] -= a.rate * m / (__builtin_sqrtf(v * a.root) + a.epsilon);
        }
    }

    /// Philox 4x32-10.
    static void philox(std::uint64_t seed, std::uint64_t stream, std::uint64_t quad, std::uint32_t *words)
    {
        std::uint32_t c0 = static_cast<std::uint32_t>(quad);
        std::uint32_t c1 = static_cast<std::uint32_t>(quad >> 32U);
        std::uint32_t c2 = static_cast<std::uint32_t>(stream);
        std::uint32_t c3 = static_cast<std::uint32_t>(stream >> 32U);
        std::uint32_t k0 = static_cast<std::uint32_t>(seed);
        std::uint32_t k1 = static_cast<std::uint32_t>(seed >> 32U);
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
        words[0] = c0;
        words[1] = c1;
        words[2] = c2;
        words[3] = c3;
    }

    /// sin and cos of an angle of `turn` 2^-32 turns, to 3e-7.
    static void sineCosine(std::int32_t turn, float &sine, float &cosine)
    {
        // Nearest quarter, and what is left of it, in [-pi/4, pi/4].
        const auto quarter =
            static_cast<std::int32_t>((static_cast<std::uint32_t>(turn) + 0x20000000U) >> 30U);
        const auto rest = static_cast<std::int32_t>(static_cast<std::uint32_t>(turn) -
                                                    (static_cast<std::uint32_t>(quarter) << 30U));
        const float r = static_cast<float>(rest) * 1.46291808e-9F; // 2 pi / 2^32
        const float r2 = r * r;
        const float s =
            r * (1.0F + r2 * (-1.0F / 6.0F + r2 * (1.0F / 120.0F + r2 * (-1.0F / 5040.0F + r2 / 362880.0F))));
        const float c = 1.0F + r2 * (-0.5F + r2 * (1.0F / 24.0F + r2 * (-1.0F / 720.0F + r2 / 40320.0F)));
        const bool swaps = (quarter & 1) != 0;
        const float sineSize = swaps ? c : s;
        const float cosineSize = swaps ? s : c;
        sine = (quarter & 2) != 0 ? -sineSize : sineSize;
        cosine = ((quarter + 1) & 2) != 0 ? -cosineSize : cosineSize;
    }

    static void normals(std::uint64_t seed, std::uint64_t stream, std::uint64_t firstQuad, std::size_t count,
                        float *to)
    {
        constexpr std::size_t kQuads = 64;
        std::uint32_t words[4 * kQuads];
        float values[4 * kQuads];
        const std::size_t quads = (count + 3) / 4;
        for (std::size_t q = 0; q < quads; q += kQuads)
        {
            const std::size_t n = quads - q < kQuads ? quads - q : kQuads;
            for (std::size_t i = 0; i < n; ++i)
                philox(seed, stream, firstQuad + q + i, words + 4 * i);
            for (std::size_t pair = 0; pair < 2 * n; ++pair)
            {
                const float u = static_cast<float>(words[2 * pair] >> 9U) * 0x1p-23F + 0x1p-24F;
                const float radius = __builtin_sqrtf(-2.0F * logarithm(u));
                float sine = 0.0F;
                float cosine = 0.0F;
                sineCosine(static_cast<std::int32_t>(words[2 * pair + 1]), sine, cosine);
                values[2 * pair] = radius * cosine;
                values[2 * pair + 1] = radius * sine;
            }
            const std::size_t left = count - 4 * q;
            for (std::size_t i = 0; i < (left < 4 * n ? left : 4 * n); ++i)
                to[4 * q + i] = values[i];
        }
    }

    static void addNoise(const float *x, const float *weights, const float *e, std::size_t count,
                         float amplitude, float *y)
    {
        if (weights == nullptr)
            for (std::size_t i = 0; i < count; ++i)
                y[i] = x[i] + amplitude * e[i];
        else
            for (std::size_t i = 0; i < count; ++i)
                y[i] = x[i] + (weights[i] > 0.0F ? amplitude * e[i] / __builtin_sqrtf(weights[i]) : 0.0F);
    }

    static void exponentials(const float *x, std::size_t count, float *to)
    {
        for (std::size_t i = 0; i < count; ++i)
            to[i] = exponential(x[i]);
    }
};

} // namespace
} // namespace somnium::compute::cpu
// NOLINTEND(modernize-avoid-c-arrays)
