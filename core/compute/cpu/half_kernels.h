// SPDX-License-Identifier: GPL-3.0-or-later
// Spectra to half precision and back. For kernels_impl.h only, whose rules hold here.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/compute/cpu/kernels.h"
#include "core/compute/cpu/lanes.h"

// std::array and its like have inline functions, see kernels_impl.h.
// NOLINTBEGIN(modernize-avoid-c-arrays)
namespace somnium::compute::cpu
{
namespace
{

template <std::size_t Lanes> struct HalfKernels : LaneTypes<Lanes>
{
    using V = typename LaneTypes<Lanes>::V;
    using LaneTypes<Lanes>::load;
    using LaneTypes<Lanes>::store;

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
};

} // namespace
} // namespace somnium::compute::cpu
// NOLINTEND(modernize-avoid-c-arrays)
