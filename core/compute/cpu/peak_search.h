// SPDX-License-Identifier: GPL-3.0-or-later
// The rotation and flip at which a correlation is largest. For kernels_impl.h only, whose rules hold here.
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

template <std::size_t Lanes> struct PeakSearch : LaneTypes<Lanes>
{
    using V = typename LaneTypes<Lanes>::V;
    using I = typename LaneTypes<Lanes>::I;
    using Complex = typename LaneTypes<Lanes>::Complex;
    using LaneTypes<Lanes>::load;

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
};

} // namespace
} // namespace somnium::compute::cpu
// NOLINTEND(modernize-avoid-c-arrays)
