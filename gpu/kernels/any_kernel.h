// SPDX-License-Identifier: GPL-3.0-or-later
// All kernels that a device must be able to launch. To add one: its header here, and one line in the source
// of its kind under cuda/.
#pragma once

#include <variant>

#include "gpu/kernels/map_kernels.h"
#include "gpu/kernels/nearest_kernels.h"
#include "gpu/kernels/tensor_kernels.h"

namespace somnium::gpu
{

using AnyKernel = std::variant<
    FillKernel, GatherRowsKernel, ActivateKernel, ActivateBackwardKernel, NormalsKernel, AddNoiseKernel,
    AdamKernel, AbsolutePenaltyKernel, SampleLatentKernel, SampleLatentBackwardKernel, ColumnSumsKernel,
    SquaredErrorKernel, UnfoldFloatsKernel, UnfoldQuadsKernel, FoldFloatsKernel, FoldQuadsKernel,
    TransposeRowsKernel, NearestInBlocksKernel<1>, NearestInBlocksKernel<8>, RowKeysKernel, SortPiecesKernel,
    TransformKernel, TileKernel<Complex>, TileKernel<HalfComplex>, UntileKernel<Complex>,
    UntileKernel<HalfComplex>, EnergyKernel, NarrowKernel, MatchKernel<Complex>, MatchKernel<HalfComplex>,
    BestKernel, UpdateKernel<Complex>, UpdateKernel<HalfComplex>, FinishUpdateKernel>;

} // namespace somnium::gpu
