// SPDX-License-Identifier: GPL-3.0-or-later
// Starts a kernel. Made for each in one of the sources map_kernels.cu, tensor_kernels.cu, row_kernels.cu.
#pragma once

#include <cuda_runtime_api.h>

namespace somnium::gpu::cuda
{

/// Throws DeviceError if the launch is refused; what fails later shows in the next call that waits.
template <class Kernel> void launchKernel(cudaStream_t stream, const Kernel &kernel);

} // namespace somnium::gpu::cuda
