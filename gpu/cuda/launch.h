// SPDX-License-Identifier: GPL-3.0-or-later
// What is done with a kernel. Made for each in one of the sources map_kernels.cu, tensor_kernels.cu,
// row_kernels.cu.
#pragma once

#include <cuda_runtime_api.h>

namespace somnium::gpu::cuda
{

/// All grids have blocks.
template <class Kernel> struct Launcher
{
    /// Throws DeviceError if the launch is refused; what fails later shows in the next call that waits.
    static void launch(cudaStream_t stream, const Kernel &kernel);
    /// As a node of a graph that runs after `after`, if that is one. Throws DeviceError.
    [[nodiscard]] static cudaGraphNode_t add(cudaGraph_t graph, cudaGraphNode_t after, const Kernel &kernel);
    /// Such a node has this kernel when its graph is started next.
    [[nodiscard]] static cudaError_t change(cudaGraphExec_t graph, cudaGraphNode_t node,
                                            const Kernel &kernel);
};

} // namespace somnium::gpu::cuda
