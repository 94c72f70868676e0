// SPDX-License-Identifier: GPL-3.0-or-later
// Kernels of autoencoders.
#include "gpu/cuda/launch.cuh"
#include "gpu/kernels/tensor_kernels.h"

namespace somnium::gpu::cuda
{

template struct Launcher<FillKernel>;
template struct Launcher<GatherRowsKernel>;
template struct Launcher<ActivateKernel>;
template struct Launcher<ActivateBackwardKernel>;
template struct Launcher<NormalsKernel>;
template struct Launcher<AddNoiseKernel>;
template struct Launcher<AdamKernel>;
template struct Launcher<AbsolutePenaltyKernel>;
template struct Launcher<SampleLatentKernel>;
template struct Launcher<SampleLatentBackwardKernel>;
template struct Launcher<ColumnSumsKernel>;
template struct Launcher<SquaredErrorKernel>;
template struct Launcher<UnfoldFloatsKernel>;
template struct Launcher<UnfoldQuadsKernel>;
template struct Launcher<FoldFloatsKernel>;
template struct Launcher<FoldQuadsKernel>;
template struct Launcher<TransposeRowsKernel>;

} // namespace somnium::gpu::cuda
