// SPDX-License-Identifier: GPL-3.0-or-later
// Calls that a GPU starts as one: a CUDA graph, one node after the other.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "gpu/cuda/cuda_handles.h"
#include "gpu/device/recording_device.h"

namespace somnium::gpu::cuda
{

struct RecordedOn
{
    int device = 0; ///< CUDA's number
    cudaStream_t stream = nullptr;
    /// Gives a product to that stream, which may be recording it.
    std::function<void(const ProductCall &)> multiply;
};

class CudaRecording final : public Recording
{
public:
    /// Throws DeviceError: CUDA refuses, or the device is lost.
    CudaRecording(RecordedOn on, const std::vector<Call> &calls);

    [[nodiscard]] bool change(std::size_t call, const AnyKernel &kernel) override;
    void start() override;

private:
    /// The last node so far, as CUDA takes it.
    [[nodiscard]] std::size_t before() const { return m_nodes.empty() ? 0 : 1; }
    [[nodiscard]] const cudaGraphNode_t *last() const { return m_nodes.empty() ? nullptr : &m_nodes.back(); }
    void add(const AnyKernel &kernel);
    void add(const ProductCall &product);
    void add(const CopyCall &copy);
    void add(const ClearCall &clear);

    RecordedOn m_on;
    Graph m_graph;
    std::vector<cudaGraphNode_t> m_nodes; ///< of each call
    GraphExec m_ready;
};

} // namespace somnium::gpu::cuda
