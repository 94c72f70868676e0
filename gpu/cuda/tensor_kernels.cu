// SPDX-License-Identifier: GPL-3.0-or-later
// Kernels of autoencoders.
#include "gpu/cuda/launch.cuh"
#include "gpu/kernels/fill_kernel.h"

namespace somnium::gpu::cuda
{

template void launchKernel(cudaStream_t, const FillKernel &);

} // namespace somnium::gpu::cuda
