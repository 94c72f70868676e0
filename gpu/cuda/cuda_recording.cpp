// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/cuda/cuda_recording.h"

#include <type_traits>
#include <utility>
#include <variant>

#include "gpu/cuda/launch.h"

namespace somnium::gpu::cuda
{

namespace
{

/// What `work` gives to a stream, which does not do it.
Graph captured(cudaStream_t stream, const std::function<void()> &work)
{
    // Others of this program may go on to use CUDA in their threads.
    SOMNIUM_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
    cudaGraph_t graph = nullptr;
    try
    {
        work();
    }
    catch (...)
    {
        mayFail(cudaStreamEndCapture(stream, &graph));
        Graph(graph).reset();
        throw;
    }
    SOMNIUM_CUDA(cudaStreamEndCapture(stream, &graph));
    return Graph(graph);
}

template <class Kernel> using LauncherOf = Launcher<std::remove_cvref_t<Kernel>>;

} // namespace

CudaRecording::CudaRecording(RecordedOn on, const std::vector<Call> &calls) : m_on(std::move(on))
{
    cudaGraph_t graph = nullptr;
    SOMNIUM_CUDA(cudaGraphCreate(&graph, 0));
    m_graph.reset(graph);
    for (const Call &call : calls)
        std::visit([this](const auto &one) { add(one); }, call);
    cudaGraphExec_t ready = nullptr;
    SOMNIUM_CUDA(cudaGraphInstantiate(&ready, graph, 0));
    m_ready.reset(ready);
}

void CudaRecording::add(const AnyKernel &kernel)
{
    cudaGraphNode_t after = m_nodes.empty() ? nullptr : m_nodes.back();
    m_nodes.push_back(std::visit(
        [&](const auto &one) { return LauncherOf<decltype(one)>::add(m_graph.get(), after, one); }, kernel));
}

void CudaRecording::add(const ProductCall &product)
{
    // cuBLAS does not say which kernels it takes: it gives them to the stream.
    const Graph graph = captured(m_on.stream, [&] { m_on.multiply(product); });
    cudaGraphNode_t node = nullptr;
    SOMNIUM_CUDA(cudaGraphAddChildGraphNode(&node, m_graph.get(), last(), before(), graph.get()));
    m_nodes.push_back(node);
}

void CudaRecording::add(const CopyCall &copy)
{
    cudaGraphNode_t node = nullptr;
    SOMNIUM_CUDA(cudaGraphAddMemcpyNode1D(&node, m_graph.get(), last(), before(), copy.to, copy.from,
                                          copy.bytes, cudaMemcpyDeviceToDevice));
    m_nodes.push_back(node);
}

void CudaRecording::add(const ClearCall &clear)
{
    cudaMemsetParams params{};
    params.dst = clear.memory;
    params.elementSize = 1;
    params.width = clear.bytes;
    params.height = 1;
    cudaGraphNode_t node = nullptr;
    SOMNIUM_CUDA(cudaGraphAddMemsetNode(&node, m_graph.get(), last(), before(), &params));
    m_nodes.push_back(node);
}

bool CudaRecording::change(std::size_t call, const AnyKernel &kernel)
{
    SOMNIUM_CUDA(cudaSetDevice(m_on.device));
    const cudaError_t status = std::visit(
        [&](const auto &one) {
            return LauncherOf<decltype(one)>::change(m_ready.get(), m_nodes.at(call), one);
        },
        kernel);
    mayFail(status);
    return status == cudaSuccess;
}

void CudaRecording::start()
{
    SOMNIUM_CUDA(cudaSetDevice(m_on.device));
    SOMNIUM_CUDA(cudaGraphLaunch(m_ready.get(), m_on.stream));
}

} // namespace somnium::gpu::cuda
