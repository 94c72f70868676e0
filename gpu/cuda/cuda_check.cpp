// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/cuda/cuda_check.h"

#include <string>

#include "gpu/cuda/cublas.h"
#include "gpu/device/device_error.h"

namespace somnium::gpu::cuda
{

void check(cudaError_t status, const char *call)
{
    if (status == cudaSuccess)
        return;
    static_cast<void>(cudaGetLastError());
    const std::string said =
        std::string(cudaGetErrorString(status)) + " (" + cudaGetErrorName(status) + ") in " + call;
    if (status == cudaErrorMemoryAllocation)
        throw DeviceError(ErrorKind::OutOfMemory, "not enough memory on the GPU: " + said);
    throw DeviceError(ErrorKind::DeviceLost, "the GPU failed: " + said);
}

void check(cublasStatus_t status, const char *call)
{
    if (status == CUBLAS_STATUS_SUCCESS)
        return;
    static_cast<void>(cudaGetLastError());
    const std::string said = std::string(cublas().statusString(status)) + " in " + call;
    if (status == CUBLAS_STATUS_ALLOC_FAILED)
        throw DeviceError(ErrorKind::OutOfMemory, "not enough memory on the GPU: " + said);
    throw DeviceError(ErrorKind::DeviceLost, "the GPU failed: " + said);
}

} // namespace somnium::gpu::cuda
