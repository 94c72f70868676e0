// SPDX-License-Identifier: GPL-3.0-or-later
// Matrix products from packed panels: a tile of C stays in registers while the terms run. For
// tensor_kernels_impl.h only, whose rules hold here. cite: Goto & van de Geijn 2008.
#pragma once

#include <cstddef>

#include "core/compute/cpu/element_kernels.h"
#include "core/compute/cpu/lanes.h"
#include "core/compute/cpu/tensor_kernels.h"

// std::array and its like have inline functions, see tensor_kernels_impl.h.
// NOLINTBEGIN(modernize-avoid-c-arrays)
namespace somnium::compute::cpu
{
namespace
{

/// Tiles of `Rows` x `Vectors` vectors: Rows * Vectors sums, Vectors of B and one of A must fit the
/// registers.
template <std::size_t Lanes, std::size_t Rows, std::size_t Vectors> struct GemmKernels : LaneTypes<Lanes>
{
    using Base = LaneTypes<Lanes>;
    using V = typename Base::V;
    static constexpr std::size_t kColumns = Lanes * Vectors;

    /// Numbers side by side become numbers below each other, four vectors and four terms at a time.
    static void transposeFour(const float *from, std::size_t stride, float *to, std::size_t width)
    {
        using F = Simd<4>::Float;
        using L = Simd<4>::Loose;
        const F r0 = *reinterpret_cast<const L *>(from);
        const F r1 = *reinterpret_cast<const L *>(from + stride);
        const F r2 = *reinterpret_cast<const L *>(from + 2 * stride);
        const F r3 = *reinterpret_cast<const L *>(from + 3 * stride);
        const F a = __builtin_shufflevector(r0, r1, 0, 4, 1, 5);
        const F b = __builtin_shufflevector(r0, r1, 2, 6, 3, 7);
        const F c = __builtin_shufflevector(r2, r3, 0, 4, 1, 5);
        const F d = __builtin_shufflevector(r2, r3, 2, 6, 3, 7);
        *reinterpret_cast<L *>(to) = __builtin_shufflevector(a, c, 0, 1, 4, 5);
        *reinterpret_cast<L *>(to + width) = __builtin_shufflevector(a, c, 2, 3, 6, 7);
        *reinterpret_cast<L *>(to + 2 * width) = __builtin_shufflevector(b, d, 0, 1, 4, 5);
        *reinterpret_cast<L *>(to + 3 * width) = __builtin_shufflevector(b, d, 2, 3, 6, 7);
    }

    template <std::size_t Width> static void packAcross(const float *from, std::size_t stride,
                                                        std::size_t width, std::size_t terms, float *panel)
    {
        if (width == Width)
        {
            for (std::size_t t = 0; t < terms; ++t, panel += Width, from += stride)
                for (std::size_t i = 0; i < Width; ++i)
                    panel[i] = from[i];
            return;
        }
        for (std::size_t t = 0; t < terms; ++t, panel += Width, from += stride)
            for (std::size_t i = 0; i < Width; ++i)
                panel[i] = i < width ? from[i] : 0.0F;
    }

    template <std::size_t Width> static void packAlong(const float *from, std::size_t stride,
                                                       std::size_t width, std::size_t terms, float *panel)
    {
        const std::size_t fours = width / 4 * 4;
        const std::size_t wholeTerms = terms / 4 * 4;
        for (std::size_t t = 0; t < wholeTerms; t += 4)
            for (std::size_t i = 0; i < fours; i += 4)
                transposeFour(from + i * stride + t, stride, panel + t * Width + i, Width);
        for (std::size_t i = 0; i < Width; ++i)
            for (std::size_t t = i < fours ? wholeTerms : 0; t < terms; ++t)
                panel[t * Width + i] = i < width ? from[i * stride + t] : 0.0F;
    }

    template <std::size_t Width> static void pack(const float *from, std::size_t stride, bool across,
                                                  std::size_t width, std::size_t terms, float *panel)
    {
        if (across)
            packAcross<Width>(from, stride, width, terms, panel);
        else
            packAlong<Width>(from, stride, width, terms, panel);
    }

    /// One tile over `terms` terms; the sums are added to c, or written.
    static void tile(const float *__restrict a, const float *__restrict b, std::size_t terms, float *c,
                     std::size_t stride, bool accumulate)
    {
        V sums[Rows][Vectors] = {};
        for (std::size_t t = 0; t < terms; ++t, a += Rows, b += kColumns)
        {
            V columns[Vectors];
#pragma GCC unroll 16
            for (std::size_t v = 0; v < Vectors; ++v)
                columns[v] = Base::load(b + v * Lanes);
#pragma GCC unroll 16
            for (std::size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 16
                for (std::size_t v = 0; v < Vectors; ++v)
                    sums[r][v] += a[r] * columns[v];
        }
#pragma GCC unroll 16
        for (std::size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 16
            for (std::size_t v = 0; v < Vectors; ++v)
            {
                float *const to = c + r * stride + v * Lanes;
                Base::store(to, accumulate ? Base::load(to) + sums[r][v] : sums[r][v]);
            }
    }

    /// A tile at the rim of C, by way of a whole one.
    static void rimTile(const float *a, const float *b, std::size_t terms, float *c, std::size_t stride,
                        std::size_t rows, std::size_t columns, bool accumulate)
    {
        alignas(64) float whole[Rows * kColumns];
        tile(a, b, terms, whole, kColumns, false);
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t j = 0; j < columns; ++j)
            {
                float &to = c[r * stride + j];
                to = accumulate ? to + whole[r * kColumns + j] : whole[r * kColumns + j];
            }
    }

    static void block(const BlockArguments &x)
    {
        for (std::size_t first = 0; first < x.terms; first += kTermBlock)
        {
            const std::size_t terms = x.terms - first < kTermBlock ? x.terms - first : kTermBlock;
            const bool adds = x.accumulate || first > 0;
            for (std::size_t j = 0; j < x.columns; j += kColumns)
            {
                const float *const b = x.b + j * x.terms + first * kColumns;
                const std::size_t columns = x.columns - j < kColumns ? x.columns - j : kColumns;
                for (std::size_t i = 0; i < x.rows; i += Rows)
                {
                    const float *const a = x.a + i * x.terms + first * Rows;
                    const std::size_t rows = x.rows - i < Rows ? x.rows - i : Rows;
                    float *const c = x.c + i * x.stride + j;
                    if (rows == Rows && columns == kColumns)
                        tile(a, b, terms, c, x.stride, adds);
                    else
                        rimTile(a, b, terms, c, x.stride, rows, columns, adds);
                }
            }
        }
        if (x.bias == nullptr && x.activation == ActivationCode::Linear)
            return;
        for (std::size_t i = 0; i < x.rows; ++i)
            ElementKernels<Lanes>::activate(x.c + i * x.stride, x.bias, x.columns, x.activation,
                                            x.c + i * x.stride);
    }
};

} // namespace
} // namespace somnium::compute::cpu
// NOLINTEND(modernize-avoid-c-arrays)
