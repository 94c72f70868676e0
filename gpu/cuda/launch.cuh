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

template <class Kernel> __global__ void __launch_bounds__(mostThreadsOf<Kernel>(), blocksAtOnceOf<Kernel>())
    runOnDevice(const Kernel kernel)
{
    CudaBlock block;
    kernel.run(block);
}

inline dim3 blocksOf(const Grid &grid)
{
    return {static_cast<unsigned>(grid.x), static_cast<unsigned>(grid.y), static_cast<unsigned>(grid.z)};
}

/// Allows the kernel the memory that its blocks share.
template <class Kernel> void allowShared(const Kernel &kernel)
{
    constexpr std::size_t kAlwaysAllowed = std::size_t{48} << 10U;
    if (kernel.sharedBytes() > kAlwaysAllowed)
        SOMNIUM_CUDA(cudaFuncSetAttribute(runOnDevice<Kernel>, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                          static_cast<int>(kernel.sharedBytes())));
}

/// `arguments`: a place for the kernel's only one, which CUDA copies.
template <class Kernel> cudaKernelNodeParams paramsOf(const Kernel &kernel, void *(&arguments)[1])
{
    arguments[0] = const_cast<Kernel *>(&kernel);
    cudaKernelNodeParams params{};
    params.func = reinterpret_cast<void *>(runOnDevice<Kernel>);
    params.gridDim = blocksOf(kernel.grid());
    params.blockDim = dim3(kernel.threads());
    params.sharedMemBytes = static_cast<unsigned>(kernel.sharedBytes());
    params.kernelParams = arguments;
    return params;
}

template <class Kernel> void Launcher<Kernel>::launch(cudaStream_t stream, const Kernel &kernel)
{
    allowShared(kernel);
    runOnDevice<Kernel><<<blocksOf(kernel.grid()), kernel.threads(), kernel.sharedBytes(), stream>>>(kernel);
    SOMNIUM_CUDA(cudaGetLastError());
}

template <class Kernel>
cudaGraphNode_t Launcher<Kernel>::add(cudaGraph_t graph, cudaGraphNode_t after, const Kernel &kernel)
{
    allowShared(kernel);
    void *arguments[1];
    const cudaKernelNodeParams params = paramsOf(kernel, arguments);
    cudaGraphNode_t node = nullptr;
    SOMNIUM_CUDA(cudaGraphAddKernelNode(&node, graph, &after, after == nullptr ? 0 : 1, &params));
    return node;
}

template <class Kernel>
cudaError_t Launcher<Kernel>::change(cudaGraphExec_t graph, cudaGraphNode_t node, const Kernel &kernel)
{
    void *arguments[1];
    const cudaKernelNodeParams params = paramsOf(kernel, arguments);
    return cudaGraphExecKernelNodeSetParams(graph, node, &params);
}

} // namespace somnium::gpu::cuda
