// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/cuda/cuda_device.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "gpu/cuda/launch.h"
#include "gpu/device/device_error.h"

namespace somnium::gpu::cuda
{

namespace
{

/// The oldest architecture that the library holds code for, sm_75.
constexpr int kOldestMajor = 7;
constexpr int kOldestMinor = 5;
/// What NVIDIA recommends for Hopper, the largest of all.
constexpr std::size_t kWorkspaceBytes = std::size_t{32} << 20U;

std::string architectureName(int major, int minor)
{
    return "sm_" + std::to_string(major) + std::to_string(minor);
}

std::string versionName(int version)
{
    return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

int attribute(cudaDeviceAttr which, int number)
{
    int value = 0;
    SOMNIUM_CUDA(cudaDeviceGetAttribute(&value, which, number));
    return value;
}

int countDevices()
{
    int driver = 0;
    static_cast<void>(cudaDriverGetVersion(&driver));
    int count = 0;
    const cudaError_t status = cudaGetDeviceCount(&count);
    static_cast<void>(cudaGetLastError());
    if (driver == 0)
        throw DeviceError(ErrorKind::Unsupported, "no NVIDIA driver is installed");
    if (status == cudaErrorInsufficientDriver)
        throw DeviceError(ErrorKind::Unsupported, "the NVIDIA driver is too old: it offers CUDA " +
                                                      versionName(driver) + ", expected " +
                                                      versionName(CUDART_VERSION) + " or newer");
    if (status == cudaErrorNoDevice || (status == cudaSuccess && count == 0))
        throw DeviceError(ErrorKind::Unsupported, "no NVIDIA GPU was found");
    SOMNIUM_CUDA(status);
    return count;
}

cudaDataType_t constexpr kFloats = CUDA_R_32F;

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

std::vector<FoundDevice> findDevices()
{
    const int count = countDevices();
    std::vector<FoundDevice> found;
    std::string tooOld;
    for (int number = 0; number < count; ++number)
    {
        cudaDeviceProp properties{};
        SOMNIUM_CUDA(cudaGetDeviceProperties(&properties, number));
        const std::string architecture = architectureName(properties.major, properties.minor);
        if (properties.major < kOldestMajor ||
            (properties.major == kOldestMajor && properties.minor < kOldestMinor))
        {
            tooOld = std::string(properties.name) + " is too old: " + architecture + ", expected " +
                     architectureName(kOldestMajor, kOldestMinor) + " or newer";
            continue;
        }
        SOMNIUM_CUDA(cudaSetDevice(number));
        std::size_t freeBytes = 0;
        std::size_t memoryBytes = 0;
        SOMNIUM_CUDA(cudaMemGetInfo(&freeBytes, &memoryBytes));
        found.push_back({number, {properties.name, architecture, memoryBytes, freeBytes}});
    }
    if (found.empty())
        throw DeviceError(ErrorKind::Unsupported, tooOld);
    return found;
}

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
    m_cublas = makeCublas(m_compute.get());
    SOMNIUM_CUDA(cudaMalloc(&m_workspace, kWorkspaceBytes));
    try
    {
        SOMNIUM_CUDA(cublasSetWorkspace(m_cublas.get(), m_workspace, kWorkspaceBytes));
    }
    catch (...)
    {
        static_cast<void>(cudaFree(m_workspace));
        throw;
    }
}

CudaDevice::~CudaDevice()
{
    static_cast<void>(cudaSetDevice(m_number));
    static_cast<void>(cudaDeviceSynchronize());
    m_recordings.clear();
    m_cublas.reset();
    static_cast<void>(cudaFree(m_workspace));
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
    static_cast<void>(cudaSetDevice(m_number));
    static_cast<void>(cudaFree(memory)); // waits for the device
}

void *CudaDevice::allocateHost(std::size_t bytes)
{
    use();
    void *memory = nullptr;
    SOMNIUM_CUDA(cudaMallocHost(&memory, std::max<std::size_t>(bytes, 1)));
    return memory;
}

void CudaDevice::releaseHost(void *memory) noexcept
{
    static_cast<void>(cudaSetDevice(m_number));
    static_cast<void>(cudaDeviceSynchronize());
    static_cast<void>(cudaFreeHost(memory));
}

bool CudaDevice::lockHost(const void *memory, std::size_t bytes)
{
    use();
    const bool isLocked =
        cudaHostRegister(const_cast<void *>(memory), bytes, cudaHostRegisterDefault) == cudaSuccess;
    static_cast<void>(cudaGetLastError());
    return isLocked;
}

void CudaDevice::unlockHost(const void *memory) noexcept
{
    static_cast<void>(cudaSetDevice(m_number));
    static_cast<void>(cudaDeviceSynchronize());
    static_cast<void>(cudaHostUnregister(const_cast<void *>(memory)));
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
    SOMNIUM_CUDA(cublasSetStream(m_cublas.get(), stream(lane)));
    SOMNIUM_CUDA(
        cublasSetWorkspace(m_cublas.get(), m_workspace, kWorkspaceBytes)); // setting a stream resets it
    SOMNIUM_CUDA(
        cublasGemmEx(m_cublas.get(), operation(product.transposeB), operation(product.transposeA),
                     static_cast<int>(product.n), static_cast<int>(product.m), static_cast<int>(product.k),
                     &product.alpha, product.b, kFloats, static_cast<int>(product.bStride), product.a,
                     kFloats, static_cast<int>(product.aStride), &product.beta, product.c, kFloats,
                     static_cast<int>(product.cStride), computeTypeOf(rounding), CUBLAS_GEMM_DEFAULT));
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
        static_cast<void>(cudaStreamEndCapture(m_compute.get(), &graph));
        static_cast<void>(cudaGetLastError());
        Graph(graph).reset();
        throw;
    }
    SOMNIUM_CUDA(cudaStreamEndCapture(m_compute.get(), &graph));
    return Graph(graph);
}

void CudaDevice::record(std::uint64_t name, const std::function<void()> &work)
{
    use();
    const Graph graph = recorded(work);
    GraphExec &ready = m_recordings[name];
    cudaGraphExecUpdateResultInfo outcome{};
    if (!ready || cudaGraphExecUpdate(ready.get(), graph.get(), &outcome) != cudaSuccess)
    {
        static_cast<void>(cudaGetLastError());
        cudaGraphExec_t made = nullptr;
        SOMNIUM_CUDA(cudaGraphInstantiate(&made, graph.get(), 0));
        ready.reset(made);
    }
    SOMNIUM_CUDA(cudaGraphLaunch(ready.get(), m_compute.get()));
}

} // namespace somnium::gpu::cuda
