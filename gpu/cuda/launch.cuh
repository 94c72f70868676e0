// SPDX-License-Identifier: GPL-3.0-or-later
// A block of threads on a GPU (kernels/kernel.h), and how kernels are started on it.
#pragma once

#include <cuda_runtime.h>

#include "gpu/cuda/cuda_check.h"
#include "gpu/cuda/launch.h"
#include "gpu/kernels/kernel.h"

namespace somnium::gpu::cuda
{

extern __shared__ __align__(16) unsigned char sharedMemory[];

/// What a thread keeps in its registers between phases.
template <class T> struct PerThread
{
    T value;
    __device__ __forceinline__ T &operator[](unsigned) { return value; }
};

struct CudaBlock
{
    __device__ __forceinline__ std::size_t x() const { return blockIdx.x; }
    __device__ __forceinline__ std::size_t y() const { return blockIdx.y; }
    __device__ __forceinline__ std::size_t z() const { return blockIdx.z; }
    __device__ __forceinline__ unsigned threads() const { return blockDim.x; }

    template <class T> __device__ __forceinline__ T *shared(std::size_t byteOffset = 0)
    {
        return reinterpret_cast<T *>(sharedMemory + byteOffset);
    }
    template <class T> __device__ __forceinline__ PerThread<T> perThread() const { return {}; }

    template <class F> __device__ __forceinline__ void forThreads(const F &f) const
    {
        f(threadIdx.x);
        __syncthreads();
    }
    template <class F> __device__ __forceinline__ bool anyThread(const F &f) const
    {
        return __syncthreads_or(f(threadIdx.x) ? 1 : 0) != 0;
    }
    __device__ __forceinline__ float sum(PerThread<float> &values) const
    {
        return combined(values.value, [](float a, float b) { return a + b; });
    }
    __device__ __forceinline__ float largest(PerThread<float> &values) const
    {
        return combined(values.value, [](float a, float b) { return a >= b || isnan(a) ? a : b; });
    }

private:
    /// Halves of each warp, then the warps in their order: the same bits in every thread.
    template <class F> __device__ __forceinline__ float combined(float value, const F &f) const
    {
        constexpr unsigned kWarp = 32;
        __shared__ float warps[kMaxThreads / kWarp];
        for (unsigned step = kWarp / 2; step > 0; step /= 2)
            value = f(value, __shfl_down_sync(0xFFFFFFFFU, value, step));
        if (threadIdx.x % kWarp == 0)
            warps[threadIdx.x / kWarp] = value;
        __syncthreads();
        float all = warps[0];
        for (unsigned warp = 1; warp < blockDim.x / kWarp; ++warp)
            all = f(all, warps[warp]);
        __syncthreads(); // before the next one writes there
        return all;
    }
};

template <class Kernel> __global__ void __launch_bounds__(kMaxThreads) runOnDevice(const Kernel kernel)
{
    CudaBlock block;
    kernel.run(block);
}

template <class Kernel> void launchKernel(cudaStream_t stream, const Kernel &kernel)
{
    const Grid grid = kernel.grid();
    if (grid.x * grid.y * grid.z == 0)
        return;
    constexpr std::size_t kAlwaysAllowed = std::size_t{48} << 10U;
    const std::size_t shared = kernel.sharedBytes();
    if (shared > kAlwaysAllowed)
        SOMNIUM_CUDA(cudaFuncSetAttribute(runOnDevice<Kernel>, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                          static_cast<int>(shared)));
    const dim3 blocks(static_cast<unsigned>(grid.x), static_cast<unsigned>(grid.y),
                      static_cast<unsigned>(grid.z));
    runOnDevice<Kernel><<<blocks, kernel.threads(), shared, stream>>>(kernel);
    SOMNIUM_CUDA(cudaGetLastError());
}

} // namespace somnium::gpu::cuda
