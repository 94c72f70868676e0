// SPDX-License-Identifier: GPL-3.0-or-later
// Distances of images to prototypes over all rotations and flips (SOM.md section 3): products over the rings,
// `Tile` images whose sums stay in registers at once, the transform, the peak. For kernels_impl.h only, whose
// rules hold here.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/compute/cpu/angular_transform.h"
#include "core/compute/cpu/kernels.h"
#include "core/compute/cpu/peak_search.h"

// std::array and its like have inline functions, see kernels_impl.h.
// NOLINTBEGIN(modernize-avoid-c-arrays)
namespace somnium::compute::cpu
{
namespace
{

template <std::size_t Lanes, std::size_t Tile> struct MatchKernels : LaneTypes<Lanes>
{
    using Transform = AngularTransform<Lanes>;
    using Search = PeakSearch<Lanes>;
    using Complex = typename LaneTypes<Lanes>::Complex;
    using LaneTypes<Lanes>::complexes;
    using V = typename LaneTypes<Lanes>::V;
    using LaneTypes<Lanes>::load;
    using LaneTypes<Lanes>::store;

    /// Sums over the rings of ArBr, AiBi, ArBi, AiBr for `Count` images and one block of prototypes.
    template <std::size_t Count> static inline __attribute__((always_inline)) void
    ringProducts(const float *const *image, const float *prototype, std::size_t rings, V (&sum)[Count][4])
    {
#pragma GCC unroll 8
        for (std::size_t t = 0; t < Count; ++t)
            sum[t][0] = sum[t][1] = sum[t][2] = sum[t][3] = V{};
        for (std::size_t q = 0; q < rings; ++q)
        {
            const V prototypeRe = load(prototype + 2 * q * Lanes);
            const V prototypeIm = load(prototype + (2 * q + 1) * Lanes);
#pragma GCC unroll 8
            for (std::size_t t = 0; t < Count; ++t)
            {
                const float re = image[t][2 * q];
                const float im = image[t][2 * q + 1];
                sum[t][0] += re * prototypeRe;
                sum[t][1] += im * prototypeIm;
                sum[t][2] += re * prototypeIm;
                sum[t][3] += im * prototypeRe;
            }
        }
    }

    /// Spectra of Z = 2 (C + i C') of `Count` images into [Count][angles] complex vectors: C the correlation
    /// with the image, C' with the flipped one (SOM.md section 3).
    template <std::size_t Count> static void correlationSpectra(const SpectrumPlan &plan, const float *images,
                                                                std::size_t stride, const float *block,
                                                                Complex *z)
    {
        for (std::size_t m = 0; m < plan.harmonics; ++m)
        {
            const std::size_t firstRing = plan.firstRing[m];
            const float *image[Count];
            for (std::size_t t = 0; t < Count; ++t)
                image[t] = images + t * stride + m * plan.harmonicStride + 2 * firstRing;
            V sum[Count][4];
            ringProducts<Count>(image, block + plan.laneOffset[m] * Lanes, plan.rings - firstRing, sum);
#pragma GCC unroll 8
            for (std::size_t t = 0; t < Count; ++t)
            {
                const V sumRe = sum[t][0] + sum[t][1];
                const V differenceRe = sum[t][0] - sum[t][1];
                const V sumIm = sum[t][2] + sum[t][3];
                const V differenceIm = sum[t][2] - sum[t][3];
                Complex *const row = z + t * plan.angles;
                if (m == 0)
                {
                    row[0] = {2.0F * sum[t][0], 2.0F * sum[t][0]};
                    continue;
                }
                row[m] = {sumRe - sumIm, differenceRe + differenceIm};
                row[plan.angles - m] = {sumRe + sumIm, differenceRe - differenceIm};
            }
        }
        for (std::size_t t = 0; t < Count; ++t)
            for (std::size_t m = plan.harmonics; m + plan.harmonics <= plan.angles; ++m)
                z[t * plan.angles + m] = {V{}, V{}};
    }

    static std::size_t matchScratchSize(const SpectrumPlan &plan)
    {
        return (Tile + 2) * plan.angles * 2 * Lanes;
    }

    /// From the spectra of the correlations to distances, for `count` images of one block.
    static void finishTile(const SpectrumPlan &plan, const MatchArguments &arguments, std::size_t firstImage,
                           std::size_t count, std::size_t block)
    {
        Complex *const z = complexes(arguments.scratch);
        Complex *const a = z + Tile * plan.angles;
        Complex *const b = a + plan.angles;
        const V prototypeEnergy = load(arguments.prototypeEnergy + block * Lanes);
        for (std::size_t t = 0; t < count; ++t)
        {
            const Complex *const correlation = Transform::inverseTransform(plan, z + t * plan.angles, a, b);
            const auto found =
                arguments.rotations == 0
                    ? Search::findPeaks(plan, correlation, arguments.useFlips)
                    : Search::findAllowed(plan, correlation, arguments.useFlips, arguments.rotations);
            const std::size_t image = firstImage + t;
            const std::size_t at = (image * arguments.blocks + block) * Lanes;
            V squared = prototypeEnergy + arguments.imageEnergy[image] - found.correlation;
            squared = squared < V{} ? V{} : squared; // NaN stays NaN
            for (std::size_t lane = 0; lane < Lanes; ++lane)
                arguments.distance[at + lane] = __builtin_sqrtf(squared[lane]);
            store(arguments.angle + at, found.step);
            for (std::size_t lane = 0; lane < Lanes; ++lane)
                arguments.flip[at + lane] = found.isFlipped[lane] != 0 ? 1 : 0;
        }
    }

    static void match(const SpectrumPlan &plan, const MatchArguments &arguments)
    {
        Complex *const z = complexes(arguments.scratch);
        for (std::size_t block = 0; block < arguments.blocks; ++block)
        {
            const float *const prototypes = arguments.prototypes + block * plan.laneBlockSize * Lanes;
            std::size_t image = 0;
            for (; image + Tile <= arguments.imageCount; image += Tile)
            {
                correlationSpectra<Tile>(plan, arguments.images + image * arguments.imageStride,
                                         arguments.imageStride, prototypes, z);
                finishTile(plan, arguments, image, Tile, block);
            }
            for (; image < arguments.imageCount; ++image)
            {
                correlationSpectra<1>(plan, arguments.images + image * arguments.imageStride,
                                      arguments.imageStride, prototypes, z);
                finishTile(plan, arguments, image, 1, block);
            }
        }
    }
};

} // namespace
} // namespace somnium::compute::cpu
// NOLINTEND(modernize-avoid-c-arrays)
