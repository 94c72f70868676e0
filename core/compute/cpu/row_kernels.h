// SPDX-License-Identifier: GPL-3.0-or-later
// Distances of a row of numbers to many others. For kernels_impl.h only, whose rules hold here.
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

template <std::size_t Lanes> struct RowKernels : LaneTypes<Lanes>
{
    using V = typename LaneTypes<Lanes>::V;
    using LaneTypes<Lanes>::load;
    using LaneTypes<Lanes>::store;

    /// Of `Group` rows at once, so that the row is loaded once for them and their sums do not wait for each
    /// other.
    template <std::size_t Group>
    static void distancesOfGroup(const RowDistanceArguments &arguments, std::size_t first)
    {
        const std::size_t width = arguments.width;
        const float *const rows = arguments.rows + first * width;
        V sums[Group] = {};
        std::size_t at = 0;
        for (; at + Lanes <= width; at += Lanes)
        {
            const V own = load(arguments.row + at);
#pragma GCC unroll 4
            for (std::size_t r = 0; r < Group; ++r)
            {
                const V difference = own - load(rows + r * width + at);
                sums[r] += difference * difference;
            }
        }
        for (std::size_t r = 0; r < Group; ++r)
        {
            float sum = 0.0F;
            for (std::size_t lane = 0; lane < Lanes; ++lane)
                sum += sums[r][lane];
            for (std::size_t rest = at; rest < width; ++rest)
            {
                const float difference = arguments.row[rest] - rows[r * width + rest];
                sum += difference * difference;
            }
            arguments.distances[first + r] = sum;
        }
    }

    static void rowDistances(const RowDistanceArguments &arguments)
    {
        constexpr std::size_t kGroup = 4;
        std::size_t row = 0;
        for (; row + kGroup <= arguments.rowCount; row += kGroup)
            distancesOfGroup<kGroup>(arguments, row);
        for (; row < arguments.rowCount; ++row)
            distancesOfGroup<1>(arguments, row);
    }

    /// Sums of one or a vector of pixels; a weight of 0 must not make 0 / 0.
    template <class T> struct DifferenceSums
    {
        T squares;
        T weight;
        T pixels;

        void add(T a, T b, T weightA, T weightB)
        {
            constexpr float kTiny = 1e-30F;
            const T joint = weightA * (weightB / (weightA + weightB + kTiny));
            const T difference = a - b;
            squares += joint * (difference * difference);
            weight += joint;
            pixels += joint > T{} ? T{} + 1.0F : T{};
        }
    };

    /// Without weights both count as 2: their joint weight is 1.
    static void weightedDifference(const WeightedDifferenceArguments &arguments,
                                   WeightedDifferenceSums &result)
    {
        const float *const a = arguments.a;
        const float *const b = arguments.b;
        const float *const weightA = arguments.weightA;
        const float *const weightB = arguments.weightB;
        constexpr float kNoWeight = 2.0F;
        DifferenceSums<V> vectors = {};
        DifferenceSums<float> rest = {};
        std::size_t at = 0;
        for (; at + Lanes <= arguments.width; at += Lanes)
            vectors.add(load(a + at), load(b + at), weightA == nullptr ? V{} + kNoWeight : load(weightA + at),
                        weightB == nullptr ? V{} + kNoWeight : load(weightB + at));
        for (; at < arguments.width; ++at)
            rest.add(a[at], b[at], weightA == nullptr ? kNoWeight : weightA[at],
                     weightB == nullptr ? kNoWeight : weightB[at]);
        for (std::size_t lane = 0; lane < Lanes; ++lane)
        {
            rest.squares += vectors.squares[lane];
            rest.weight += vectors.weight[lane];
            rest.pixels += vectors.pixels[lane];
        }
        result = {rest.squares, rest.weight, rest.pixels};
    }

    static constexpr std::size_t kVectors = kHalfBlockRows / Lanes;

    static inline __attribute__((always_inline)) void addComponent(const std::uint16_t *halves, float own,
                                                                   V (&sums)[kVectors])
    {
#pragma GCC unroll 8
        for (std::size_t v = 0; v < kVectors; ++v)
        {
            const V difference = Halves<Lanes>::read(halves + v * Lanes) - own;
            sums[v] += difference * difference;
        }
    }

    /// Rows lie in the lanes: no sum goes across them. Bound by memory, which is asked for ahead of time: the
    /// processor by itself stops at each page.
    static void halfDistances(const HalfDistanceArguments &arguments)
    {
        constexpr std::size_t kAheadComponents = 32;
        const std::uint16_t *halves = arguments.blocks;
        float *distances = arguments.distances;
        for (std::size_t block = 0; block < arguments.blockCount; ++block, distances += kHalfBlockRows)
        {
            V even[kVectors] = {};
            V odd[kVectors] = {};
            std::size_t at = 0;
            for (; at + 2 <= arguments.width; at += 2, halves += 2 * kHalfBlockRows)
            {
                __builtin_prefetch(halves + kAheadComponents * kHalfBlockRows);
                __builtin_prefetch(halves + (kAheadComponents + 1) * kHalfBlockRows);
                addComponent(halves, arguments.row[at], even);
                addComponent(halves + kHalfBlockRows, arguments.row[at + 1], odd);
            }
            for (; at < arguments.width; ++at, halves += kHalfBlockRows)
                addComponent(halves, arguments.row[at], even);
            for (std::size_t v = 0; v < kVectors; ++v)
                store(distances + v * Lanes, even[v] + odd[v]);
        }
    }
};

} // namespace
} // namespace somnium::compute::cpu
// NOLINTEND(modernize-avoid-c-arrays)
