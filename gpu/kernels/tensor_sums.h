// SPDX-License-Identifier: GPL-3.0-or-later
// Sums over rows and columns of a matrix: always in the same order, so never by atomic additions.
#pragma once

#include "gpu/kernels/tensor_parts.h"

namespace somnium::gpu
{

/// to[chunk][column] = sums over chunks of rows; another run adds those up. A block has `width` columns and
/// as many lanes of rows as threads are left.
struct ColumnSumsKernel
{
    const float *x = nullptr;
    std::size_t rows = 0;
    std::size_t columns = 0;
    float *to = nullptr;

    static constexpr unsigned kWidest = 32;
    /// Few, so that small matrices are shared out too.
    static constexpr unsigned kRowsOfThread = 16;

    /// A power of two: what is left of narrow matrices makes lanes.
    [[nodiscard]] SOMNIUM_SHARED unsigned width() const
    {
        unsigned width = 1;
        while (width < kWidest && width < columns)
            width *= 2;
        return width;
    }
    [[nodiscard]] SOMNIUM_SHARED std::size_t rowsOfBlock() const
    {
        return std::size_t{kRowsOfThread} * (kMaxThreads / width());
    }
    [[nodiscard]] std::size_t chunks() const { return ceilDivide(rows, rowsOfBlock()); }
    [[nodiscard]] Grid grid() const { return {ceilDivide(columns, width()) * chunks()}; }
    [[nodiscard]] unsigned threads() const { return kMaxThreads; }
    [[nodiscard]] std::size_t sharedBytes() const { return kMaxThreads * sizeof(float); }

    template <class Block> SOMNIUM_DEVICE void run(Block &block) const
    {
        const unsigned wide = width();
        const unsigned lanes = kMaxThreads / wide;
        const std::size_t across = (columns + wide - 1) / wide;
        const std::size_t chunk = block.x() / across;
        const std::size_t firstColumn = block.x() % across * wide;
        const std::size_t firstRow = chunk * rowsOfBlock();
        const std::size_t end = firstRow + rowsOfBlock() < rows ? firstRow + rowsOfBlock() : rows;
        auto *const sums = block.template shared<float>();
        block.forThreads([&](unsigned thread) {
            const std::size_t column = firstColumn + thread % wide;
            float sum = 0.0F;
            if (column < columns)
                for (std::size_t row = firstRow + thread / wide; row < end; row += lanes)
                    sum += x[row * columns + column];
            sums[thread] = sum;
        });
        for (unsigned half = lanes / 2; half > 0; half /= 2)
            block.forThreads([&](unsigned thread) {
                if (thread / wide < half)
                    sums[thread] += sums[thread + half * wide];
            });
        block.forThreads([&](unsigned thread) {
            if (thread < wide && firstColumn + thread < columns)
                to[chunk * columns + firstColumn + thread] = sums[thread];
        });
    }
};

/// See TensorOps::squaredError: error, its gradient and its sums in one pass, a block for each row.
struct SquaredErrorKernel
{
    const float *x = nullptr;
    const float *y = nullptr;
    const float *weights = nullptr; ///< or none: all 1
    float *gradient = nullptr;      ///< or none
    float *rowSums = nullptr;
    std::size_t rows = 0;
    std::size_t columns = 0;
    float twiceScale = 0.0F;
    bool isWell = false; ///< all pointers, and columns are a multiple of 4

    [[nodiscard]] Grid grid() const { return {rows}; }
    [[nodiscard]] unsigned threads() const
    {
        constexpr std::size_t kWarp = 32;
        const std::size_t wanted = ceilDivide(ceilDivide(columns, kQuad), kWarp) * kWarp;
        return wanted < kMaxThreads ? static_cast<unsigned>(wanted) : kMaxThreads;
    }
    [[nodiscard]] std::size_t sharedBytes() const { return 0; }

    template <class Block> SOMNIUM_DEVICE void run(Block &block) const
    {
        const std::size_t row = block.x() * columns;
        auto sums = block.template perThread<float>();
        block.forThreads([&](unsigned thread) {
            float sum = 0.0F;
            for (std::size_t j = std::size_t{kQuad} * thread; j < columns;
                 j += std::size_t{kQuad} * block.threads())
                sum = added(sum, quadError(row + j, columns - j));
            sums[thread] = sum;
        });
        const float all = block.sum(sums);
        block.forThreads([&](unsigned thread) {
            if (thread == 0)
                rowSums[block.x()] = all;
        });
    }

private:
    [[nodiscard]] SOMNIUM_DEVICE float quadError(std::size_t at, std::size_t left) const
    {
        const Quad values = loadQuad(x + at, left, isWell);
        const Quad rebuilt = loadQuad(y + at, left, isWell);
        Quad weight = {{1.0F, 1.0F, 1.0F, 1.0F}};
        if (weights != nullptr)
            weight = loadQuad(weights + at, left, isWell);
        Quad slope = {};
        float sum = 0.0F;
        for (unsigned l = 0; l < kQuad; ++l)
        {
            const float w = weight.value[l];
            const float d = w == 0.0F ? 0.0F : rebuilt.value[l] - values.value[l]; // hides what is not there
            slope.value[l] = twiceScale * w * d;
            sum += w * d * d;
        }
        if (gradient != nullptr)
            storeQuad(slope, left, isWell, gradient + at);
        return sum;
    }
};

} // namespace somnium::gpu
