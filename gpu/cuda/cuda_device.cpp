// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/cuda/cuda_device.h"

#include <algorithm>
#include <limits>
#include <string>
#include <type_traits>
#include <variant>

#include "core/base/check.h"
#include "gpu/cuda/cublas.h"
#include "gpu/cuda/cuda_recording.h"
#include "gpu/cuda/found_devices.h"
#include "gpu/cuda/launch.h"
#include "gpu/device/device_error.h"

namespace somnium::gpu::cuda
{

namespace
{

/// Most of what was given back that is kept, enough for the buffers of a block: on the device, and not more
/// than a thirty-second of it, since other programs may want it; and of page-locked memory.
constexpr std::size_t kMostKept = std::size_t{1} << 30U;
constexpr std::size_t kPartKept = 32;
constexpr std::size_t kMostKeptLocked = std::size_t{128} << 20U;
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

void *getLockedMemory(std::size_t bytes)
{
    void *memory = nullptr;
    const cudaError_t status = cudaMallocHost(&memory, bytes);
    if (status == cudaErrorMemoryAllocation)
    {
        mayFail(status);
        throw DeviceError(ErrorKind::OutOfMemory, "not enough main memory that may be page-locked: " +
                                                      std::to_string(bytes) + " bytes asked for");
    }
    SOMNIUM_CUDA(status);
    return memory;
}

} // namespace

CudaDevice::CudaDevice(int number)
    : m_number(number),
      m_lockedMemory(kMostKeptLocked, getLockedMemory, [](void *memory) { mayFail(cudaFreeHost(memory)); })
{
    use();
    cudaDeviceProp properties{};
    SOMNIUM_CUDA(cudaGetDeviceProperties(&properties, number));
    m_info.name = properties.name;
    m_info.architecture = architectureName(properties.major, properties.minor);
    m_info.memoryBytes = properties.totalGlobalMem;
    m_info.sharedBytes = static_cast<std::size_t>(attribute(cudaDevAttrMaxSharedMemoryPerBlockOptin, number));
    m_info.processors = static_cast<unsigned>(attribute(cudaDevAttrMultiProcessorCount, number));
    m_memory.emplace(
        std::min(kMostKept, m_info.memoryBytes / kPartKept),
        [](std::size_t bytes) { return makeMemory(bytes).release(); },
        [](void *memory) { mayFail(cudaFree(memory)); });
    m_compute = makeStream();
    m_copy = makeStream();
    m_marks.resize(kMarks);
    std::generate(m_marks.begin(), m_marks.end(), makeEvent);
    m_workspace = makeMemory(kWorkspaceBytes);
    m_cublas = makeCublas(m_compute.get(), m_workspace.get(), kWorkspaceBytes);
    // A GPU that has no code here, or one that another program holds, shows now, not in a training.
    Launcher<FillKernel>::launch(m_compute.get(), {static_cast<float *>(m_workspace.get()), 1, 0.0F});
    SOMNIUM_CUDA(cudaStreamSynchronize(m_compute.get()));
}

CudaDevice::~CudaDevice()
{
    mayFail(cudaSetDevice(m_number));
    mayFail(cudaDeviceSynchronize());
    forgetRecordings();
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
    return freeBytes + m_memory->keptBytes();
}

void *CudaDevice::allocate(std::size_t bytes)
{
    use();
    return m_memory->allocate(std::max<std::size_t>(bytes, 1));
}

void CudaDevice::release(void *memory) noexcept
{
    mayFail(cudaSetDevice(m_number));
    mayFail(cudaDeviceSynchronize());
    m_memory->release(memory);
}

void *CudaDevice::allocateHost(std::size_t bytes)
{
    use();
    return m_lockedMemory.allocate(std::max<std::size_t>(bytes, 1));
}

void CudaDevice::releaseHost(void *memory) noexcept
{
    mayFail(cudaSetDevice(m_number));
    mayFail(cudaDeviceSynchronize());
    m_lockedMemory.release(memory);
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

void CudaDevice::give(Lane lane, const Call &call)
{
    use();
    if (const auto *const kernel = std::get_if<AnyKernel>(&call))
        std::visit(
            [this, lane](const auto &one) {
                Launcher<std::remove_cvref_t<decltype(one)>>::launch(stream(lane), one);
            },
            *kernel);
    else if (const auto *const product = std::get_if<ProductCall>(&call))
    {
        CHECK(lane == Lane::Compute); // that is the stream, and there is one workspace
        multiplyNow(*product);
    }
    else if (const auto *const within = std::get_if<CopyCall>(&call))
        copy(lane, within->to, within->from, within->bytes, cudaMemcpyDeviceToDevice);
    else
    {
        const auto &cleared = std::get<ClearCall>(call);
        SOMNIUM_CUDA(cudaMemsetAsync(cleared.memory, 0, cleared.bytes, stream(lane)));
    }
}

void CudaDevice::multiplyNow(const ProductCall &call)
{
    const MatrixProduct &product = call.product;
    // cuBLAS counts down the columns: it is asked for C^T = op(B)^T op(A)^T.
    const auto operation = [](bool isTransposed) { return isTransposed ? CUBLAS_OP_T : CUBLAS_OP_N; };
    SOMNIUM_CUDA(cublas().gemmEx(m_cublas.get(), operation(product.transposeB), operation(product.transposeA),
                                 narrow(product.n), narrow(product.m), narrow(product.k), &product.alpha,
                                 product.b, kFloats, narrow(product.bStride), product.a, kFloats,
                                 narrow(product.aStride), &product.beta, product.c, kFloats,
                                 narrow(product.cStride), computeTypeOf(call.rounding), CUBLAS_GEMM_DEFAULT));
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

std::unique_ptr<Recording> CudaDevice::makeRecording(const std::vector<Call> &calls)
{
    use();
    try
    {
        return std::make_unique<CudaRecording>(
            RecordedOn{m_number, m_compute.get(), [this](const ProductCall &call) { multiplyNow(call); }},
            calls);
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

} // namespace somnium::gpu::cuda
