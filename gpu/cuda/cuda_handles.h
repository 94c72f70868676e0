// SPDX-License-Identifier: GPL-3.0-or-later
// Things of CUDA that must be given back, each with the one that owns it. Giving back never fails: on a lost
// device there is nothing to be given back to.
#pragma once

#include <memory>
#include <type_traits>

#include <cublas_v2.h>
#include <cuda_runtime_api.h>

#include "gpu/cuda/cuda_check.h"

namespace somnium::gpu::cuda
{

template <auto Destroy> struct Destroyer
{
    template <class T> void operator()(T *thing) const noexcept { static_cast<void>(Destroy(thing)); }
};

/// Kinds of handles; `.get()` is what CUDA's functions take.
using Stream = std::unique_ptr<std::remove_pointer_t<cudaStream_t>, Destroyer<cudaStreamDestroy>>;
using Event = std::unique_ptr<std::remove_pointer_t<cudaEvent_t>, Destroyer<cudaEventDestroy>>;
using Graph = std::unique_ptr<std::remove_pointer_t<cudaGraph_t>, Destroyer<cudaGraphDestroy>>;
using GraphExec = std::unique_ptr<std::remove_pointer_t<cudaGraphExec_t>, Destroyer<cudaGraphExecDestroy>>;
using Cublas = std::unique_ptr<std::remove_pointer_t<cublasHandle_t>, Destroyer<cublasDestroy>>;

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

[[nodiscard]] inline Cublas makeCublas(cudaStream_t stream)
{
    cublasHandle_t handle = nullptr;
    SOMNIUM_CUDA(cublasCreate(&handle));
    Cublas cublas(handle);
    SOMNIUM_CUDA(cublasSetStream(handle, stream));
    return cublas;
}

} // namespace somnium::gpu::cuda
