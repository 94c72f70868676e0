// SPDX-License-Identifier: GPL-3.0-or-later
// The two ways to call CUDA: what fails becomes a DeviceError that names the call, or does not matter.
#pragma once

#include <cublas_v2.h>
#include <cuda_runtime_api.h>

namespace somnium::gpu::cuda
{

/// OutOfMemory is kept apart from all other failures, after which nothing on the device can be relied on:
/// DeviceLost. Those are errors of the device (a launch that failed or took longer than a screen may wait,
/// memory with an uncorrectable error, a GPU that is gone), all of which come back from every later call, as
/// well as calls that are refused: either way the processor can go on. Takes the error away from where the
/// next call would find it.
void check(cudaError_t status, const char *call);
void check(cublasStatus_t status, const char *call);

/// After calls that may fail, those that give something back above all: takes away what they left where the
/// next launch would find it and be blamed for it.
template <class Status> void mayFail(Status /*of the call*/) noexcept
{
    static_cast<void>(cudaGetLastError());
}

} // namespace somnium::gpu::cuda

#define SOMNIUM_CUDA(call) ::somnium::gpu::cuda::check((call), #call)
