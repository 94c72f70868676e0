// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gpu/fake_cuda.h"

#include <cstdlib>
#include <cstring>
#include <functional>
#include <span>
#include <tuple>
#include <variant>
#include <vector>

#include "gpu/cuda/cublas.h"
#include "gpu/cuda/cuda_check.h"
#include "gpu/cuda/launch.h"
#include "gpu/emulated/emulated_block.h"
#include "gpu/kernels/any_kernel.h"

using somnium::test::fakeCuda;

namespace
{

constexpr std::size_t kMemoryBytes = std::size_t{1} << 30U;

using Work = std::vector<std::function<void()>>;

struct Stream
{
    bool isRecording = false;
    bool isInvalid = false; ///< the recording
    Work recorded;
};

cudaError_t answer(cudaError_t status)
{
    if (fakeCuda().lost != cudaSuccess)
        status = fakeCuda().lost;
    if (status != cudaSuccess)
        fakeCuda().left = status;
    return status;
}

template <class T, class Handle> cudaError_t make(Handle *handle, T thing = {})
{
    if (answer(cudaSuccess) != cudaSuccess)
        return fakeCuda().lost;
    *handle = reinterpret_cast<Handle>(new T(std::move(thing)));
    ++fakeCuda().things;
    return cudaSuccess;
}
template <class T, class Handle> cudaError_t destroy(Handle handle)
{
    delete reinterpret_cast<T *>(handle);
    --fakeCuda().things;
    return answer(cudaSuccess);
}

Stream &of(cudaStream_t stream)
{
    return *reinterpret_cast<Stream *>(stream);
}

std::size_t placeOf(cudaGraphNode_t node)
{
    return reinterpret_cast<std::size_t>(node);
}

cudaError_t give(cudaStream_t stream, std::function<void()> work)
{
    const cudaError_t status =
        answer(of(stream).isRecording ? fakeCuda().launchingWhileRecording : cudaSuccess);
    if (status != cudaSuccess)
        of(stream).isInvalid = true;
    else if (of(stream).isRecording)
        of(stream).recorded.push_back(std::move(work));
    else
        work();
    return status;
}

void doAll(const Work &work)
{
    for (const auto &each : work)
        each();
}

/// A node is its place in the graph, from 1, and comes after the one before it.
cudaError_t addNode(cudaGraphNode_t *node, cudaGraph_t graph, std::span<const cudaGraphNode_t> after,
                    std::function<void()> work)
{
    Work &all = *reinterpret_cast<Work *>(graph);
    const bool isNext = after.empty() ? all.empty() : placeOf(after.back()) == all.size();
    const cudaError_t status = answer(isNext ? fakeCuda().adding : cudaErrorInvalidValue);
    if (status != cudaSuccess)
        return status;
    all.push_back(std::move(work));
    *node = reinterpret_cast<cudaGraphNode_t>(all.size());
    return cudaSuccess;
}

std::vector<Stream *> recording; ///< in this thread: it may not allocate then

cudaError_t allocate(void **memory, std::size_t bytes, cudaError_t status)
{
    if (bytes > kMemoryBytes)
        status = cudaErrorMemoryAllocation;
    for (Stream *const stream : recording)
    {
        stream->isInvalid = true;
        status = cudaErrorStreamCaptureUnsupported;
    }
    if (answer(status) != cudaSuccess)
        return fakeCuda().left;
    *memory = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
    std::memset(*memory, 0xFF, bytes);
    ++fakeCuda().allocations;
    ++fakeCuda().things;
    return cudaSuccess;
}
cudaError_t giveBack(void *memory)
{
    std::free(memory); // NOLINT: as it was allocated
    fakeCuda().things -= memory != nullptr ? 1 : 0;
    return answer(cudaSuccess);
}

struct Blas
{
    cudaStream_t stream = nullptr;
    void *workspace = nullptr;
};

} // namespace

somnium::test::FakeCuda &somnium::test::fakeCuda()
{
    static FakeCuda fake;
    return fake;
}

extern "C" {
cudaError_t cudaGetLastError()
{
    const cudaError_t left = fakeCuda().left;
    fakeCuda().left = fakeCuda().lost;
    return left;
}
const char *cudaGetErrorString(cudaError_t /*status*/)
{
    return "as the test has it";
}
const char *cudaGetErrorName(cudaError_t /*status*/)
{
    return "cudaErrorFake";
}
cudaError_t cudaDriverGetVersion(int *version)
{
    *version = fakeCuda().driver;
    return cudaSuccess;
}
cudaError_t cudaGetDeviceCount(int *count)
{
    *count = 1;
    return answer(fakeCuda().counting);
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp *properties, int /*device*/)
{
    std::strcpy(properties->name, "fake GPU");
    properties->major = 9;
    properties->totalGlobalMem = kMemoryBytes;
    return answer(cudaSuccess);
}
cudaError_t cudaDeviceGetPCIBusId(char *address, int /*size*/, int /*device*/)
{
    std::strcpy(address, "FFFF:FF:00.0"); // that no driver knows
    return answer(cudaSuccess);
}
cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr which, int /*device*/)
{
    *value = which == cudaDevAttrMaxSharedMemoryPerBlockOptin ? 227 << 10 : 1;
    return answer(cudaSuccess);
}
cudaError_t cudaSetDevice(int /*device*/)
{
    ++fakeCuda().contexts;
    return answer(cudaSuccess);
}
cudaError_t cudaMemGetInfo(std::size_t *free, std::size_t *total)
{
    *free = kMemoryBytes / 2;
    *total = kMemoryBytes;
    return answer(cudaSuccess);
}
cudaError_t cudaDeviceSynchronize()
{
    return answer(cudaSuccess);
}

cudaError_t cudaMalloc(void **memory, std::size_t bytes)
{
    return allocate(memory, bytes, cudaSuccess);
}
cudaError_t cudaFree(void *memory)
{
    return giveBack(memory);
}
cudaError_t cudaMallocHost(void **memory, std::size_t bytes)
{
    return allocate(memory, bytes, fakeCuda().pageLocking);
}
cudaError_t cudaFreeHost(void *memory)
{
    return giveBack(memory);
}
cudaError_t cudaHostRegister(void * /*memory*/, std::size_t /*bytes*/, unsigned /*flags*/)
{
    return answer(fakeCuda().pageLocking);
}
cudaError_t cudaHostUnregister(void * /*memory*/)
{
    return answer(cudaSuccess);
}
cudaError_t cudaMemcpyAsync(void *to, const void *from, std::size_t bytes, cudaMemcpyKind /*kind*/,
                            cudaStream_t stream)
{
    return give(stream, [=] { std::memmove(to, from, bytes); });
}
cudaError_t cudaMemsetAsync(void *memory, int value, std::size_t bytes, cudaStream_t stream)
{
    return give(stream, [=] { std::memset(memory, value, bytes); });
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned /*flags*/)
{
    return make<Stream>(stream);
}
cudaError_t cudaStreamDestroy(cudaStream_t stream)
{
    return destroy<Stream>(stream);
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream)
{
    return answer(of(stream).isRecording ? cudaErrorStreamCaptureUnsupported : cudaSuccess);
}
cudaError_t cudaStreamQuery(cudaStream_t stream)
{
    return answer(of(stream).isRecording ? cudaErrorStreamCaptureUnsupported : cudaErrorNotReady);
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned /*flags*/)
{
    return make<int>(event);
}
cudaError_t cudaEventDestroy(cudaEvent_t event)
{
    return destroy<int>(event);
}
cudaError_t cudaEventRecord(cudaEvent_t /*event*/, cudaStream_t /*stream*/)
{
    return answer(cudaSuccess);
}
cudaError_t cudaStreamWaitEvent(cudaStream_t /*stream*/, cudaEvent_t /*event*/, unsigned /*flags*/)
{
    return answer(cudaSuccess);
}
cudaError_t cudaEventSynchronize(cudaEvent_t /*event*/)
{
    return answer(cudaSuccess);
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode /*mode*/)
{
    const cudaError_t status = answer(fakeCuda().beginning);
    if (status != cudaSuccess)
        return status;
    of(stream) = {.isRecording = true, .isInvalid = false, .recorded = {}};
    recording.push_back(&of(stream));
    return cudaSuccess;
}
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t *graph)
{
    *graph = nullptr;
    if (!of(stream).isRecording)
        return answer(cudaErrorIllegalState);
    of(stream).isRecording = false;
    recording.clear();
    const cudaError_t status =
        answer(of(stream).isInvalid ? cudaErrorStreamCaptureInvalidated : fakeCuda().ending);
    return status == cudaSuccess ? make(graph, of(stream).recorded) : status;
}
cudaError_t cudaGraphCreate(cudaGraph_t *graph, unsigned /*flags*/)
{
    return make<Work>(graph);
}
cudaError_t cudaGraphAddMemcpyNode1D(cudaGraphNode_t *node, cudaGraph_t graph, const cudaGraphNode_t *after,
                                     std::size_t afterCount, void *to, const void *from, std::size_t bytes,
                                     cudaMemcpyKind /*kind*/)
{
    return addNode(node, graph, {after, afterCount}, [=] { std::memmove(to, from, bytes); });
}
cudaError_t cudaGraphAddMemsetNode(cudaGraphNode_t *node, cudaGraph_t graph, const cudaGraphNode_t *after,
                                   std::size_t afterCount, const cudaMemsetParams *params)
{
    const bool isGood = params->elementSize == 1 && params->height == 1 && params->width > 0;
    if (!isGood)
        return answer(cudaErrorInvalidValue);
    return addNode(node, graph, {after, afterCount},
                   [to = params->dst, bytes = params->width] { std::memset(to, 0, bytes); });
}
cudaError_t cudaGraphAddChildGraphNode(cudaGraphNode_t *node, cudaGraph_t graph, const cudaGraphNode_t *after,
                                       std::size_t afterCount, cudaGraph_t child)
{
    return addNode(node, graph, {after, afterCount},
                   [work = *reinterpret_cast<Work *>(child)] { doAll(work); });
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph)
{
    return destroy<Work>(graph);
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t *made, cudaGraph_t graph, unsigned long long /*flags*/)
{
    const cudaError_t status = answer(fakeCuda().instantiating);
    if (status != cudaSuccess)
        return status;
    ++fakeCuda().graphsMade;
    return make(made, *reinterpret_cast<Work *>(graph));
}
cudaError_t cudaGraphLaunch(cudaGraphExec_t made, cudaStream_t /*stream*/)
{
    const cudaError_t status = answer(cudaSuccess);
    if (status != cudaSuccess)
        return status;
    ++fakeCuda().graphsStarted;
    doAll(*reinterpret_cast<Work *>(made));
    return cudaSuccess;
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t made)
{
    return destroy<Work>(made);
}
}

namespace
{

const char *statusString(cublasStatus_t /*status*/)
{
    return "as the test has it";
}
cublasStatus_t createBlas(cublasHandle_t *handle)
{
    return make<Blas>(handle) == cudaSuccess ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_NOT_INITIALIZED;
}
cublasStatus_t destroyBlas(cublasHandle_t handle)
{
    static_cast<void>(destroy<Blas>(handle));
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t setStream(cublasHandle_t handle, cudaStream_t stream)
{
    *reinterpret_cast<Blas *>(handle) = {stream, nullptr};
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t setWorkspace(cublasHandle_t handle, void *workspace, std::size_t /*bytes*/)
{
    reinterpret_cast<Blas *>(handle)->workspace = workspace;
    return CUBLAS_STATUS_SUCCESS;
}
/// C [m x n] = alpha op(A) [m x k] op(B) [k x n] + beta C, all stored column after column.
cublasStatus_t gemmEx(cublasHandle_t handle, cublasOperation_t opA, cublasOperation_t opB, int m, int n,
                      int k, const void *alpha, const void *a, cudaDataType typeA, int lda, const void *b,
                      cudaDataType typeB, int ldb, const void *beta, void *c, cudaDataType typeC, int ldc,
                      cublasComputeType_t /*precision*/, cublasGemmAlgo_t /*algorithm*/)
{
    const Blas &blas = *reinterpret_cast<Blas *>(handle);
    const bool isGood = m > 0 && n > 0 && k > 0 && lda >= (opA == CUBLAS_OP_N ? m : k) &&
                        ldb >= (opB == CUBLAS_OP_N ? k : n) && ldc >= m && typeA == CUDA_R_32F &&
                        typeB == CUDA_R_32F && typeC == CUDA_R_32F;
    if (!isGood)
        return CUBLAS_STATUS_INVALID_VALUE;
    if (blas.workspace == nullptr && of(blas.stream).isRecording) // it would allocate
        return CUBLAS_STATUS_ALLOC_FAILED;
    const float alphaNow = *static_cast<const float *>(alpha);
    const float betaNow = *static_cast<const float *>(beta);
    const auto *const floatsA = static_cast<const float *>(a);
    const auto *const floatsB = static_cast<const float *>(b);
    auto *const floatsC = static_cast<float *>(c);
    const cudaError_t given = give(blas.stream, [=] {
        for (std::ptrdiff_t row = 0; row < m; ++row)
            for (std::ptrdiff_t column = 0; column < n; ++column)
            {
                float sum = 0.0F;
                for (std::ptrdiff_t q = 0; q < k; ++q)
                    sum += floatsA[opA == CUBLAS_OP_N ? row + q * lda : q + row * lda] *
                           floatsB[opB == CUBLAS_OP_N ? q + column * ldb : column + q * ldb];
                float &to = floatsC[row + column * ldc];
                to = alphaNow * sum + (betaNow == 0.0F ? 0.0F : betaNow * to);
            }
    });
    return given == cudaSuccess ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_EXECUTION_FAILED;
}

} // namespace

namespace somnium::gpu::cuda
{

const CublasFunctions &cublas()
{
    static constexpr CublasFunctions kFake{createBlas,   destroyBlas, setStream,
                                           setWorkspace, gemmEx,      statusString};
    return kFake;
}

template <class Kernel> auto runs(const Kernel &kernel)
{
    return [kernel] { emulated::runKernel(kernel, emulated::ThreadOrder::Rising); };
}

template <class Kernel> void Launcher<Kernel>::launch(cudaStream_t stream, const Kernel &kernel)
{
    SOMNIUM_CUDA(::give(stream, runs(kernel)));
}

template <class Kernel>
cudaGraphNode_t Launcher<Kernel>::add(cudaGraph_t graph, cudaGraphNode_t after, const Kernel &kernel)
{
    cudaGraphNode_t node = nullptr;
    SOMNIUM_CUDA(addNode(&node, graph, {&after, after == nullptr ? 0U : 1U}, runs(kernel)));
    return node;
}

template <class Kernel>
cudaError_t Launcher<Kernel>::change(cudaGraphExec_t graph, cudaGraphNode_t node, const Kernel &kernel)
{
    const cudaError_t status = answer(fakeCuda().changing);
    if (status != cudaSuccess)
        return status;
    ++fakeCuda().nodesChanged;
    reinterpret_cast<Work *>(graph)->at(placeOf(node) - 1) = runs(kernel);
    return cudaSuccess;
}

template <class Kernels> struct Launchers;
template <class... Kernels> struct Launchers<std::variant<Kernels...>>
{
    std::tuple<decltype(&Launcher<Kernels>::launch)...> launch = {&Launcher<Kernels>::launch...};
    std::tuple<decltype(&Launcher<Kernels>::add)...> add = {&Launcher<Kernels>::add...};
    std::tuple<decltype(&Launcher<Kernels>::change)...> change = {&Launcher<Kernels>::change...};
};
extern const Launchers<AnyKernel> kLaunchers; ///< makes each of them
const Launchers<AnyKernel> kLaunchers;

} // namespace somnium::gpu::cuda
