// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of 4, 8 or 16 floats by the vector extension that gcc and clang share. For kernels_impl.h only,
// whose rules hold here: internal linkage, no header with inline functions.
#pragma once

#include <cstddef>
#include <cstdint>

namespace somnium::compute::cpu
{
namespace
{

template <std::size_t LaneCount> struct Simd;
// SWAPPED: lane order with the members of each (real, imaginary) pair exchanged; SIGNS: + for real, - for
// imaginary.
#define SOMNIUM_SIMD(COUNT, BYTES, SWAPPED, SIGNS)                                                           \
    template <> struct Simd<COUNT>                                                                           \
    {                                                                                                        \
        using Float = float __attribute__((vector_size(BYTES)));                                             \
        using Loose = float __attribute__((vector_size(BYTES), aligned(4)));                                 \
        using Int = std::int32_t __attribute__((vector_size(BYTES)));                                        \
        static Float swapPairs(Float v) { return __builtin_shufflevector(v, v, SWAPPED); }                   \
        static Float conjugate(Float v) { return v * Float{SIGNS}; }                                         \
    }
#define SOMNIUM_LIST(...) __VA_ARGS__
SOMNIUM_SIMD(4, 16, SOMNIUM_LIST(1, 0, 3, 2), SOMNIUM_LIST(1, -1, 1, -1));
SOMNIUM_SIMD(8, 32, SOMNIUM_LIST(1, 0, 3, 2, 5, 4, 7, 6), SOMNIUM_LIST(1, -1, 1, -1, 1, -1, 1, -1));
SOMNIUM_SIMD(16, 64, SOMNIUM_LIST(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14),
             SOMNIUM_LIST(1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1));
#undef SOMNIUM_LIST
#undef SOMNIUM_SIMD

} // namespace
} // namespace somnium::compute::cpu
