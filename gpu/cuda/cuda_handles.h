// SPDX-License-Identifier: GPL-3.0-or-later
// Things of CUDA that must be given back, each with the one that owns it. Giving back never fails: on a lost
// device there is nothing to be given back to.
#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>

#include <cublas_v2.h>
#include <cuda_runtime_api.h>

#include "gpu/cuda/cublas.h"
#include "gpu/cuda/cuda_check.h"

namespace somnium::gpu::cuda
{

template <auto Destroy> struct Destroyer
{
    template <class T> void operator()(T *thing) const noexcept { mayFail(Destroy(thing)); }
};

/// Kinds of handles; `.get()` is what CUDA's functions take.
using Stream = std::unique_ptr<std::remove_pointer_t<cudaStream_t>, Destroyer<cudaStreamDestroy>>;
using Event = std::unique_ptr<std::remove_pointer_t<cudaEvent_t>, Destroyer<cudaEventDestroy>>;
using Graph = std::unique_ptr<std::remove_pointer_t<cudaGraph_t>, Destroyer<cudaGraphDestroy>>;
using GraphExec = std::unique_ptr<std::remove_pointer_t<cudaGraphExec_t>, Destroyer<cudaGraphExecDestroy>>;
using Memory = std::unique_ptr<void, Destroyer<cudaFree>>; ///< on the device

struct CublasDestroyer
{
    decltype(&::cublasDestroy) destroy = nullptr;
    void operator()(cublasHandle_t handle) const noexcept { mayFail(destroy(handle)); }
};
using Cublas = std::unique_ptr<std::remove_pointer_t<cublasHandle_t>, CublasDestroyer>;

[[nodiscard]] inline Stream makeStream()
{
    cudaStream_t stream = nullptr;
    SOMNIUM_CUDA(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
    return Stream(stream);
}

[[nodiscard]] inline Event makeEvent()
{
    cudaEvent_t event = nullptr;
    SOMNIUM_CUDA(cudaEventCreateWithFlags(&event, cudaEventDisableTiming));
    return Event(event);
}

[[nodiscard]] inline Memory makeMemory(std::size_t bytes)
{
    void *memory = nullptr;
    SOMNIUM_CUDA(cudaMalloc(&memory, bytes));
    return Memory(memory);
}

/// For products on one stream, with memory that outlives it: what cuBLAS allocates of its own may not be
/// allocated while a recording is made.
[[nodiscard]] inline Cublas makeCublas(cudaStream_t stream, void *workspace, std::size_t bytes)
{
    cublasHandle_t handle = nullptr;
    SOMNIUM_CUDA(cublas().create(&handle));
    Cublas made(handle, {cublas().destroy});
    SOMNIUM_CUDA(cublas().setStream(handle, stream)); // which forgets a workspace
    SOMNIUM_CUDA(cublas().setWorkspace(handle, workspace, bytes));
    return made;
}

} // namespace somnium::gpu::cuda
