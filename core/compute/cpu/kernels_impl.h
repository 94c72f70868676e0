// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels, written once over a vector type. Included by kernels_avx512.cpp, kernels_avx2.cpp and
// kernels_plain.cpp only, each of which is compiled for its instruction set: everything here has internal
// linkage, and no header with inline functions may be included, or the linker could hand an AVX-512 copy of
// one to the whole program.
#pragma once

#include <cstddef>

#include "core/compute/cpu/half_kernels.h"
#include "core/compute/cpu/kernels.h"
#include "core/compute/cpu/match_kernels.h"
#include "core/compute/cpu/row_kernels.h"
#include "core/compute/cpu/update_kernels.h"

namespace somnium::compute::cpu
{
namespace
{

/// The kernels for vectors of `Lanes` floats; `Tile` images are matched at once.
template <std::size_t Lanes, std::size_t Tile> constexpr Kernels kernelTable(const char *name)
{
    using Half = HalfKernels<Lanes>;
    using Match = MatchKernels<Lanes, Tile>;
    using Update = UpdateKernels<Lanes>;
    using Rows = RowKernels<Lanes>;
    return {name,
            Lanes,
            &Half::narrow,
            &Half::widenRow,
            &Match::matchScratchSize,
            &Match::match,
            &Update::accumulateScratchSize,
            &Update::accumulate,
            &Rows::rowDistances,
            &Rows::halfDistances,
            &Rows::weightedDifference};
}

} // namespace
} // namespace somnium::compute::cpu
