// SPDX-License-Identifier: GPL-3.0-or-later
// What gpu/cuda calls of CUDA and cuBLAS, as their documentation has it, on the processor: so that the device
// that is a GPU is tested where there is none. All is done at once; kernels run as on the emulated device.
#pragma once

#include <cstddef>

#include <cuda_runtime_api.h>

namespace somnium::test
{

struct FakeCuda
{
    /// What these answer; `lost`: all.
    cudaError_t beginning = cudaSuccess;
    cudaError_t ending = cudaSuccess;
    cudaError_t instantiating = cudaSuccess;
    cudaError_t adding = cudaSuccess; ///< a node to a graph
    cudaError_t changing = cudaSuccess;
    cudaError_t launchingWhileRecording = cudaSuccess;
    cudaError_t pageLocking = cudaSuccess;
    cudaError_t counting = cudaSuccess;
    cudaError_t lost = cudaSuccess;
    int driver = CUDART_VERSION;

    std::size_t allocations = 0; ///< of memory, ever
    std::size_t graphsMade = 0;
    std::size_t graphsStarted = 0;
    std::size_t nodesChanged = 0;
    std::size_t contexts = 0;       ///< calls that make one, or find it made
    std::size_t things = 0;         ///< made and not given back
    cudaError_t left = cudaSuccess; ///< what cudaGetLastError would say
};

/// The one that there is.
[[nodiscard]] FakeCuda &fakeCuda();

} // namespace somnium::test
