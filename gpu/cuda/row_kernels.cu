// SPDX-License-Identifier: GPL-3.0-or-later
// Kernels of the nearest rows.
#include "gpu/cuda/launch.cuh"
#include "gpu/kernels/nearest_kernels.h"

namespace somnium::gpu::cuda
{

template struct Launcher<NearestInBlocksKernel<1>>;
template struct Launcher<NearestInBlocksKernel<8>>;
template struct Launcher<RowKeysKernel>;
template struct Launcher<SortPiecesKernel>;

} // namespace somnium::gpu::cuda
