// SPDX-License-Identifier: GPL-3.0-or-later
// What is done to each element of a matrix, four of them in a thread; and to each row of a narrow one.
#pragma once

#include <limits>

#include "gpu/kernels/tensor_parts.h"

namespace somnium::gpu
{

/// operation(first, left) for each quad of `count` elements: it is for min(4, left) of them, from `first`.
template <class Operation> struct ElementKernel
{
    Operation operation;
    std::size_t count = 0;

    [[nodiscard]] Grid grid() const { return {ceilDivide(count, std::size_t{kQuad} * kMaxThreads)}; }
    [[nodiscard]] unsigned threads() const { return kMaxThreads; }
    [[nodiscard]] std::size_t sharedBytes() const { return 0; }

    template <class Block> SOMNIUM_DEVICE void run(Block &block) const
    {
        block.forThreads([&](unsigned thread) {
            const std::size_t first = (block.x() * kMaxThreads + thread) * kQuad;
            if (first < count)
                operation(first, count - first);
        });
    }
};

/// operation(row), one thread for each of `rows`: for rows of a few elements, such as latent points.
template <class Operation> struct RowKernel
{
    Operation operation;
    std::size_t rows = 0;

    /// A batch has some hundred rows: few threads in a block keep many processors busy.
    static constexpr unsigned kThreads = 32;
    [[nodiscard]] Grid grid() const { return {ceilDivide(rows, kThreads)}; }
    [[nodiscard]] unsigned threads() const { return kThreads; }
    [[nodiscard]] std::size_t sharedBytes() const { return 0; }

    template <class Block> SOMNIUM_DEVICE void run(Block &block) const
    {
        block.forThreads([&](unsigned thread) {
            const std::size_t row = block.x() * kThreads + thread;
            if (row < rows)
                operation(row);
        });
    }
};

/// to = the rows of `from` that are asked for by number, NaN where there is none.
struct GatherRows
{
    const float *from = nullptr;
    std::size_t rows = 0; ///< of `from`
    std::size_t columns = 0;
    const float *numbers = nullptr; ///< [rows of `to`]
    float *to = nullptr;
    bool isWell = false; ///< no quad lies in two rows

    SOMNIUM_DEVICE void operator()(std::size_t first, std::size_t left) const
    {
        if (isWell)
        {
            Quad quad = {{kNone, kNone, kNone, kNone}};
            if (const float *const source = placeOf(first))
                quad = packAt<kQuad>(source);
            return storeQuad(quad, left, true, to + first);
        }
        for (std::size_t at = first; at < first + (left < kQuad ? left : kQuad); ++at)
        {
            const float *const source = placeOf(at);
            to[at] = source != nullptr ? *source : kNone;
        }
    }

private:
    static constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

    /// Where element `at` of `to` comes from; null where it comes from nowhere.
    [[nodiscard]] SOMNIUM_DEVICE const float *placeOf(std::size_t at) const
    {
        const std::size_t row = quotientOf(at, columns);
        const float number = numbers[row];
        const bool isThere = number >= 0.0F && number < static_cast<float>(rows);
        return isThere ? from + static_cast<std::size_t>(number) * columns + (at - row * columns) : nullptr;
    }
};

/// y = f(x + bias); in place allowed.
struct Activate
{
    const float *x = nullptr;
    const float *bias = nullptr; ///< [columns], or none
    std::size_t columns = 0;
    float *y = nullptr;
    ElementFunction function = ElementFunction::Linear;
    bool isWell = false;

    SOMNIUM_DEVICE void operator()(std::size_t first, std::size_t left) const
    {
        Quad values = loadQuad(x + first, left, isWell);
        if (bias != nullptr)
        {
            std::size_t column = remainderOf(first, columns);
            for (float &value : values.value)
            {
                value += bias[column];
                column = column + 1 == columns ? 0 : column + 1;
            }
        }
        for (float &value : values.value)
            value = valueOf(function, value);
        storeQuad(values, left, isWell, y + first);
    }
};

/// dy *= f'.
struct ActivateBackward
{
    const float *y = nullptr;
    float *dy = nullptr;
    ElementFunction function = ElementFunction::Linear;
    bool isWell = false;

    SOMNIUM_DEVICE void operator()(std::size_t first, std::size_t left) const
    {
        const Quad values = loadQuad(y + first, left, isWell);
        Quad slopes = loadQuad(dy + first, left, isWell);
        for (unsigned l = 0; l < kQuad; ++l)
            slopes.value[l] *= slopeOf(function, values.value[l]);
        storeQuad(slopes, left, isWell, dy + first);
    }
};

struct Normals
{
    NoiseSource source;
    float *to = nullptr;
    bool isWell = false;

    SOMNIUM_DEVICE void operator()(std::size_t first, std::size_t left) const
    {
        storeQuad(normalQuad(source, first / kQuad), left, isWell, to + first);
    }
};

/// y = x + amplitude e / sqrt(w); y = x where w is not above 0.
struct AddNoise
{
    NoiseSource source;
    const float *x = nullptr;
    const float *weights = nullptr; ///< or none: all 1
    float amplitude = 0.0F;
    float *y = nullptr;
    bool isWell = false;

    SOMNIUM_DEVICE void operator()(std::size_t first, std::size_t left) const
    {
        const Quad deviates = normalQuad(source, first / kQuad);
        Quad values = loadQuad(x + first, left, isWell);
        if (weights == nullptr)
            for (unsigned l = 0; l < kQuad; ++l)
                values.value[l] += amplitude * deviates.value[l];
        else
        {
            const Quad w = loadQuad(weights + first, left, isWell);
            for (unsigned l = 0; l < kQuad; ++l)
                values.value[l] +=
                    w.value[l] > 0.0F ? amplitude * deviates.value[l] / std::sqrt(w.value[l]) : 0.0F;
        }
        storeQuad(values, left, isWell, y + first);
    }
};

/// One step of Adam on all parameters. cite: Kingma & Ba 2015, algorithm 1.
struct Adam
{
    const float *gradient = nullptr;
    float *parameters = nullptr;
    float *first = nullptr;
    float *second = nullptr;
    float beta1 = 0.0F;
    float beta2 = 0.0F;
    float rest1 = 0.0F; ///< 1 - beta1
    float rest2 = 0.0F;
    float rate = 0.0F; ///< learning rate / (1 - beta1^t)
    float root = 0.0F; ///< 1 / (1 - beta2^t)
    float epsilon = 0.0F;
    bool isWell = false;

    SOMNIUM_DEVICE void operator()(std::size_t at, std::size_t left) const
    {
        const Quad g = loadQuad(gradient + at, left, isWell);
        Quad m = loadQuad(first + at, left, isWell);
        Quad v = loadQuad(second + at, left, isWell);
        Quad p = loadQuad(parameters + at, left, isWell);
        for (unsigned l = 0; l < kQuad; ++l)
        {
            m.value[l] = beta1 * m.value[l] + rest1 * g.value[l];
            v.value[l] = beta2 * v.value[l] + rest2 * g.value[l] * g.value[l];
            p.value[l] -= rate * m.value[l] / (std::sqrt(v.value[l] * root) + epsilon);
        }
        storeQuad(m, left, isWell, first + at);
        storeQuad(v, left, isWell, second + at);
        storeQuad(p, left, isWell, parameters + at);
    }
};

/// rowSums = sum_j |z|; dz += scale sign(z).
struct AbsolutePenalty
{
    const float *z = nullptr;
    std::size_t columns = 0;
    float scale = 0.0F;
    float *dz = nullptr;
    float *rowSums = nullptr;

    SOMNIUM_DEVICE void operator()(std::size_t row) const
    {
        float sum = 0.0F;
        for (std::size_t i = row * columns; i < (row + 1) * columns; ++i)
        {
            const float value = z[i];
            sum += std::abs(value);
            dz[i] += value > 0.0F ? scale : value < 0.0F ? -scale : 0.0F * value; // NaN stays
        }
        rowSums[row] = sum;
    }
};

/// z = mean + exp(logvar / 2) e.
struct SampleLatent
{
    const float *moments = nullptr; ///< [rows][mean | log variance]
    const float *e = nullptr;
    std::size_t size = 0; ///< of z
    float *z = nullptr;

    SOMNIUM_DEVICE void operator()(std::size_t row) const
    {
        const float *const of = moments + row * 2 * size;
        for (std::size_t j = 0; j < size; ++j)
            z[row * size + j] = of[j] + std::exp(0.5F * of[size + j]) * e[row * size + j];
    }
};

/// See TensorOps::sampleLatentBackward.
struct SampleLatentBackward
{
    const float *moments = nullptr;
    const float *e = nullptr;
    const float *dz = nullptr;
    std::size_t size = 0;
    float scale = 0.0F;
    float *dMoments = nullptr;
    float *rowSums = nullptr;

    SOMNIUM_DEVICE void operator()(std::size_t row) const
    {
        const float *const of = moments + row * 2 * size;
        float *const to = dMoments + row * 2 * size;
        float sum = 0.0F;
        for (std::size_t j = 0; j < size; ++j)
        {
            const float mean = of[j];
            const float logVariance = of[size + j];
            const float deviation = std::exp(0.5F * logVariance);
            const float variance = deviation * deviation;
            const float d = dz[row * size + j];
            sum += -0.5F * (1.0F + logVariance - mean * mean - variance);
            to[j] = d + scale * mean;
            to[size + j] = 0.5F * (d * e[row * size + j] * deviation + scale * (variance - 1.0F));
        }
        rowSums[row] = sum;
    }
};

} // namespace somnium::gpu
