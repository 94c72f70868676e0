// SPDX-License-Identifier: GPL-3.0-or-later
// How kernels are written here, so that the same lines run on a device and, in the tests, on the processor.
//
// A kernel is a plain struct: its arguments, grid(), threads(), sharedBytes(), and
//
//     template <class Block> SOMNIUM_DEVICE void run(Block &block) const;
//
// which is what one block of threads does, as a sequence of phases. In a phase every thread of the block does
// its part, and the phase ends when all have:
//
//     block.forThreads([&](unsigned thread) { ... });
//
// Between phases the code is the same for all threads: loops and conditions may depend on what is the same
// for the whole block only. What a thread remembers from one phase to the next is in
// `block.template perThread<T>()`; what threads share, in block.template shared<T>(byte offset). Within a
// phase no thread may read what another one writes.
//
//     block.anyThread(f)   a phase; whether f(thread) was true for one of them
//     block.sum(values)    of a PerThread<float>, the same bits on every device; block.largest(values)
//     likewise,
//                          NaN if one is
//     block.x(), y(), z()  the place of the block in the grid; block.threads() how many threads it has
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

#if defined(__CUDACC__)
#include <cuda_fp16.h>
/// Of a kernel: runs on the device.
#define SOMNIUM_DEVICE __device__ __forceinline__
/// Runs on both sides.
#define SOMNIUM_SHARED __host__ __device__ __forceinline__
/// Before a loop: so many turns as one.
#define SOMNIUM_UNROLL_BY(text) _Pragma(#text)
#define SOMNIUM_UNROLL(turns) SOMNIUM_UNROLL_BY(unroll turns)
#else
#include "core/base/half.h"
#define SOMNIUM_DEVICE inline
#define SOMNIUM_SHARED inline
#define SOMNIUM_UNROLL(turns)
#endif

namespace somnium::gpu
{

#if !defined(__CUDACC__)
using std::isfinite;
using std::isnan;
#endif

/// Blocks of a launch. Devices allow 2^31 - 1 in x, 65,535 in y and z.
struct Grid
{
    std::size_t x = 1;
    std::size_t y = 1;
    std::size_t z = 1;
    friend constexpr bool operator==(const Grid &, const Grid &) = default;
};

/// Most threads of a block, and those of kernels that have no reason for another number.
inline constexpr unsigned kMaxThreads = 256;

/// What registers are shared out for: a kernel that has reasons says kMostThreads, and kBlocksAtOnce, how
/// many blocks should run on a processor at the same time (0: nothing is said of it).
template <class Kernel> constexpr unsigned mostThreadsOf()
{
    if constexpr (requires { Kernel::kMostThreads; })
        return Kernel::kMostThreads;
    return kMaxThreads;
}
template <class Kernel> constexpr unsigned blocksAtOnceOf()
{
    if constexpr (requires { Kernel::kBlocksAtOnce; })
        return Kernel::kBlocksAtOnce;
    return 0;
}

SOMNIUM_SHARED constexpr std::size_t ceilDivide(std::size_t a, std::size_t b)
{
    return (a + b - 1) / b;
}

/// (real, imaginary), as it lies in memory.
struct alignas(8) Complex
{
    float re;
    float im;
};
/// The same in half precision, as 16 bits each.
struct alignas(4) HalfComplex
{
    std::uint16_t re;
    std::uint16_t im;
};

/// `Count` neighbours that are loaded at once; they must begin at a multiple of `Count`.
template <class T, unsigned Count> struct alignas(Count * sizeof(T)) Pack
{
    T value[Count]; // NOLINT(modernize-avoid-c-arrays)
};
template <unsigned Count, class T> SOMNIUM_DEVICE const Pack<T, Count> &packAt(const T *from)
{
    return *reinterpret_cast<const Pack<T, Count> *>(from);
}

SOMNIUM_DEVICE float fromHalfBits(std::uint16_t half)
{
#if defined(__CUDACC__)
    return __half2float(__ushort_as_half(half));
#else
    return fromHalf(half);
#endif
}

/// The nearest half, ties to the even one.
SOMNIUM_DEVICE std::uint16_t toHalfBits(float value)
{
#if defined(__CUDACC__)
    return __half_as_ushort(__float2half_rn(value));
#else
    return toHalf(value);
#endif
}

SOMNIUM_DEVICE Complex widened(Complex value)
{
    return value;
}
SOMNIUM_DEVICE Complex widened(HalfComplex value)
{
    return {fromHalfBits(value.re), fromHalfBits(value.im)};
}

/// (cos, sin) of 2 pi turns.
SOMNIUM_DEVICE Complex direction(float turns)
{
    Complex result;
#if defined(__CUDACC__)
    sincospif(2.0F * turns, &result.im, &result.re);
#else
    constexpr double kTurn = 6.28318530717958647692;
    result = {static_cast<float>(std::cos(kTurn * static_cast<double>(turns))),
              static_cast<float>(std::sin(kTurn * static_cast<double>(turns)))};
#endif
    return result;
}

} // namespace somnium::gpu
