// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/cuda/cuda_device.h"

#include <algorithm>
#include <limits>
#include <string>
#include <variant>

#include "core/base/check.h"
#include "gpu/cuda/found_devices.h"
#include "gpu/cuda/launch.h"
#include "gpu/device/device_error.h"

namespace somnium::gpu::cuda
{

namespace
{

/// What NVIDIA recommends for Hopper, the largest of all.
constexpr std::size_t kWorkspaceBytes = std::size_t{32} << 20U;

int attribute(cudaDeviceAttr which, int number)
{
    int value = 0;
    SOMNIUM_CUDA(cudaDeviceGetAttribute(&value, which, number));
    return value;
}

cudaDataType_t constexpr kFloats = CUDA_R_32F;

/// cuBLAS counts in these.
int narrow(std::size_t size)
{
    CHECK(size <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
    return static_cast<int>(size);
}

cublasComputeType_t computeTypeOf(Rounding rounding)
{
    switch (rounding)
    {
    case Rounding::Float32: return CUBLAS_COMPUTE_32F;
    case Rounding::Tf32: return CUBLAS_COMPUTE_32F_FAST_TF32;
    case Rounding::Bfloat16: return CUBLAS_COMPUTE_32F_FAST_16BF;
    }
    return CUBLAS_COMPUTE_32F;
}

} // namespace

CudaDevice::CudaDevice(int number) : m_number(number)
{
    use();
    cudaDeviceProp properties{};
    SOMNIUM_CUDA(cudaGetDeviceProperties(&properties, number));
    m_info.name = properties.name;
    m_info.architecture = architectureName(properties.major, properties.minor);
    m_info.memoryBytes = properties.totalGlobalMem;
    m_info.sharedBytes = static_cast<std::size_t>(attribute(cudaDevAttrMaxSharedMemoryPerBlockOptin, number));
    m_info.processors = static_cast<unsigned>(attribute(cudaDevAttrMultiProcessorCount, number));
    m_compute = makeStream();
    m_copy = makeStream();
    m_marks.resize(kMarks);
    std::generate(m_marks.begin(), m_marks.end(), makeEvent);
    m_workspace = makeMemory(kWorkspaceBytes);
    m_cublas = makeCublas(m_compute.get(), m_workspace.get(), kWorkspaceBytes);
    // A GPU that has no code here, or one that another program holds, shows now, not in a training.
    launchKernel(m_compute.get(), FillKernel{static_cast<float *>(m_workspace.get()), 1, 0.0F});
    SOMNIUM_CUDA(cudaStreamSynchronize(m_compute.get()));
}

CudaDevice::~CudaDevice()
{
    mayFail(cudaSetDevice(m_number));
    mayFail(cudaDeviceSynchronize());
}

void CudaDevice::use() const
{
    SOMNIUM_CUDA(cudaSetDevice(m_number));
}

cudaStream_t CudaDevice::stream(Lane lane) const
{
    return lane == Lane::Compute ? m_compute.get() : m_copy.get();
}

std::size_t CudaDevice::freeBytes()
{
    use();
    std::size_t freeBytes = 0;
    std::size_t memoryBytes = 0;
    SOMNIUM_CUDA(cudaMemGetInfo(&freeBytes, &memoryBytes));
    return freeBytes;
}

void *CudaDevice::allocate(std::size_t bytes)
{
    use();
    void *memory = nullptr;
    SOMNIUM_CUDA(cudaMalloc(&memory, std::max<std::size_t>(bytes, 1)));
    return memory;
}

void CudaDevice::release(void *memory) noexcept
{
    mayFail(cudaSetDevice(m_number));
    mayFail(cudaDeviceSynchronize()); // cudaFree "may" wait, it says
    mayFail(cudaFree(memory));
}

void *CudaDevice::allocateHost(std::size_t bytes)
{
    use();
    void *memory = nullptr;
    const cudaError_t status = cudaMallocHost(&memory, std::max<std::size_t>(bytes, 1));
    if (status == cudaErrorMemoryAllocation)
    {
        mayFail(status);
        throw DeviceError(ErrorKind::OutOfMemory, "not enough main memory that may be page-locked: " +
                                                      std::to_string(bytes) + " bytes asked for");
    }
    SOMNIUM_CUDA(status);
    return memory;
}

void CudaDevice::releaseHost(void *memory) noexcept
{
    mayFail(cudaSetDevice(m_number));
    mayFail(cudaDeviceSynchronize());
    mayFail(cudaFreeHost(memory));
}

bool CudaDevice::lockHost(const void *memory, std::size_t bytes)
{
    use();
    // Memory that may not be written, as that of a mapped file, is refused: it would take another flag.
    const cudaError_t status = cudaHostRegister(const_cast<void *>(memory), bytes, cudaHostRegisterDefault);
    mayFail(status);
    return status == cudaSuccess;
}

void CudaDevice::unlockHost(const void *memory) noexcept
{
    mayFail(cudaSetDevice(m_number));
    mayFail(cudaDeviceSynchronize());
    mayFail(cudaHostUnregister(const_cast<void *>(memory)));
}

void CudaDevice::copy(Lane lane, void *to, const void *from, std::size_t bytes, cudaMemcpyKind kind)
{
    use();
    if (bytes > 0)
        SOMNIUM_CUDA(cudaMemcpyAsync(to, from, bytes, kind, stream(lane)));
}

void CudaDevice::copyIn(Lane lane, void *to, const void *from, std::size_t bytes)
{
    copy(lane, to, from, bytes, cudaMemcpyHostToDevice);
}

void CudaDevice::copyOut(Lane lane, void *to, const void *from, std::size_t bytes)
{
    copy(lane, to, from, bytes, cudaMemcpyDeviceToHost);
}

void CudaDevice::copyWithin(Lane lane, void *to, const void *from, std::size_t bytes)
{
    copy(lane, to, from, bytes, cudaMemcpyDeviceToDevice);
}

void CudaDevice::clear(Lane lane, void *memory, std::size_t bytes)
{
    use();
    if (bytes > 0)
        SOMNIUM_CUDA(cudaMemsetAsync(memory, 0, bytes, stream(lane)));
}

void CudaDevice::launch(Lane lane, const AnyKernel &kernel)
{
    use();
    std::visit([this, lane](const auto &one) { launchKernel(stream(lane), one); }, kernel);
}

void CudaDevice::multiply(Lane lane, const MatrixProduct &product, Rounding rounding)
{
    use();
    if (product.m == 0 || product.n == 0)
        return;
    // cuBLAS counts down the columns: it is asked for C^T = op(B)^T op(A)^T.
    const auto operation = [](bool isTransposed) { return isTransposed ? CUBLAS_OP_T : CUBLAS_OP_N; };
    CHECK(lane == Lane::Compute); // that is the stream, and there is one workspace
    SOMNIUM_CUDA(cublasGemmEx(m_cublas.get(), operation(product.transposeB), operation(product.transposeA),
                              narrow(product.n), narrow(product.m), narrow(product.k), &product.alpha,
                              product.b, kFloats, narrow(product.bStride), product.a, kFloats,
                              narrow(product.aStride), &product.beta, product.c, kFloats,
                              narrow(product.cStride), computeTypeOf(rounding), CUBLAS_GEMM_DEFAULT));
}

void CudaDevice::setMark(Lane lane, unsigned mark)
{
    use();
    SOMNIUM_CUDA(cudaEventRecord(m_marks.at(mark).get(), stream(lane)));
}

void CudaDevice::waitForMark(Lane lane, unsigned mark)
{
    use();
    SOMNIUM_CUDA(cudaStreamWaitEvent(stream(lane), m_marks.at(mark).get(), 0));
}

void CudaDevice::awaitMark(unsigned mark)
{
    use();
    SOMNIUM_CUDA(cudaEventSynchronize(m_marks.at(mark).get()));
}

void CudaDevice::wait(Lane lane)
{
    use();
    SOMNIUM_CUDA(cudaStreamSynchronize(stream(lane)));
}

Graph CudaDevice::recorded(const std::function<void()> &work)
{
    SOMNIUM_CUDA(cudaStreamBeginCapture(m_compute.get(), cudaStreamCaptureModeThreadLocal));
    cudaGraph_t graph = nullptr;
    try
    {
        work();
    }
    catch (...)
    {
        mayFail(cudaStreamEndCapture(m_compute.get(), &graph));
        Graph(graph).reset();
        throw;
    }
    SOMNIUM_CUDA(cudaStreamEndCapture(m_compute.get(), &graph));
    return Graph(graph);
}

cudaGraphExec_t CudaDevice::readyToStart(std::uint64_t name, const std::function<void()> &work)
{
    try
    {
        const Graph graph = recorded(work);
        GraphExec &ready = m_recordings[name];
        cudaGraphExecUpdateResultInfo outcome{};
        const cudaError_t status =
            ready ? cudaGraphExecUpdate(ready.get(), graph.get(), &outcome) : cudaErrorGraphExecUpdateFailure;
        if (status != cudaSuccess)
        {
            mayFail(status); // it changed more than an update may
            cudaGraphExec_t made = nullptr;
            SOMNIUM_CUDA(cudaGraphInstantiate(&made, graph.get(), 0));
            ready.reset(made); // the old one goes when it has run, if it still does
        }
        return ready.get();
    }
    catch (const DeviceError &)
    {
        // A device that is lost says so at every call; else it is the recording that was refused.
        const cudaError_t status = cudaStreamQuery(m_compute.get());
        mayFail(status);
        if (status != cudaSuccess && status != cudaErrorNotReady)
            throw;
        return nullptr;
    }
}

void CudaDevice::record(std::uint64_t name, const std::function<void()> &work)
{
    use();
    if (m_canRecord)
    {
        if (auto *const ready = readyToStart(name, work))
            return SOMNIUM_CUDA(cudaGraphLaunch(ready, m_compute.get()));
        m_canRecord = false;
        m_recordings.clear();
    }
    work();
}

} // namespace somnium::gpu::cuda
