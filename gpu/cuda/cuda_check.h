// SPDX-License-Identifier: GPL-3.0-or-later
// The one way to call CUDA: what fails becomes a DeviceError that names the call.
#pragma once

#include <cublas_v2.h>
#include <cuda_runtime_api.h>

namespace somnium::gpu::cuda
{

/// OutOfMemory is kept apart from all other failures, after which nothing on the device can be relied on:
/// DeviceLost. Takes the error away from where the next call would find it.
void check(cudaError_t status, const char *call);
void check(cublasStatus_t status, const char *call);

} // namespace somnium::gpu::cuda

#define SOMNIUM_CUDA(call) ::somnium::gpu::cuda::check((call), #call)
