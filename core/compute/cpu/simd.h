// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of 4, 8 or 16 floats by the vector extension that gcc and clang share. For kernels_impl.h only,
// whose rules hold here: internal linkage, no header with inline functions.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__AVX512F__) || defined(__F16C__)
#include <immintrin.h> // its functions are always inlined: none of them reaches the linker
#endif

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

/// Between half-precision numbers and vectors of floats: `read` a vector (exact), `write` the nearest ones.
template <std::size_t LaneCount> struct Halves;
#if defined(__AVX512F__)
template <> struct Halves<16>
{
    // The masked forms: gcc 12 thinks that the others read an uninitialised vector.
    static constexpr __mmask16 kAll = 0xFFFF;
    static Simd<16>::Float read(const std::uint16_t *from)
    {
        return _mm512_maskz_cvtph_ps(kAll, _mm256_loadu_si256(reinterpret_cast<const __m256i *>(from)));
    }
    static void write(std::uint16_t *to, Simd<16>::Float values)
    {
        _mm256_storeu_si256(
            reinterpret_cast<__m256i *>(to),
            _mm512_maskz_cvtps_ph(kAll, values, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
    }
};
#endif
#if defined(__F16C__)
template <> struct Halves<8>
{
    static Simd<8>::Float read(const std::uint16_t *from)
    {
        return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i *>(from)));
    }
    static void write(std::uint16_t *to, Simd<8>::Float values)
    {
        _mm_storeu_si128(reinterpret_cast<__m128i *>(to),
                         _mm256_cvtps_ph(values, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
    }
};
#endif

} // namespace
} // namespace somnium::compute::cpu
