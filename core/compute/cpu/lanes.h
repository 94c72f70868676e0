// SPDX-License-Identifier: GPL-3.0-or-later
// What every kernel says of `Lanes` floats in a vector. For kernels_impl.h only, whose rules hold here.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/compute/cpu/simd.h"

// std::array and its like have inline functions, see kernels_impl.h.
// NOLINTBEGIN(modernize-avoid-c-arrays)
namespace somnium::compute::cpu
{
namespace
{

template <std::size_t Lanes> struct LaneTypes
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
};

} // namespace
} // namespace somnium::compute::cpu
// NOLINTEND(modernize-avoid-c-arrays)
