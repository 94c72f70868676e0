// SPDX-License-Identifier: GPL-3.0-or-later
// Kernels of the nearest rows.
#include "gpu/cuda/launch.cuh"
#include "gpu/kernels/nearest_kernels.h"

namespace somnium::gpu::cuda
{

template void launchKernel(cudaStream_t, const NearestInBlocksKernel<1> &);
template void launchKernel(cudaStream_t, const NearestInBlocksKernel<8> &);
template void launchKernel(cudaStream_t, const RowKeysKernel &);
template void launchKernel(cudaStream_t, const SortPiecesKernel &);

} // namespace somnium::gpu::cuda
