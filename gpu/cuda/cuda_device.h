// SPDX-License-Identifier: GPL-3.0-or-later
// An NVIDIA GPU.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "gpu/cuda/cuda_handles.h"
#include "gpu/device/recording_device.h"
#include "gpu/device/reused_memory.h"

namespace somnium::gpu::cuda
{

class CudaDevice final : public RecordingDevice
{
public:
    /// `number`: CUDA's. Throws DeviceError.
    explicit CudaDevice(int number);
    ~CudaDevice() override;

    [[nodiscard]] const DeviceInfo &info() const override { return m_info; }
    [[nodiscard]] std::size_t freeBytes() override;
    [[nodiscard]] void *allocate(std::size_t bytes) override;
    void release(void *memory) noexcept override;
    [[nodiscard]] void *allocateHost(std::size_t bytes) override;
    void releaseHost(void *memory) noexcept override;
    [[nodiscard]] bool lockHost(const void *memory, std::size_t bytes) override;
    void unlockHost(const void *memory) noexcept override;
    void copyIn(Lane lane, void *to, const void *from, std::size_t bytes) override;
    void copyOut(Lane lane, void *to, const void *from, std::size_t bytes) override;
    void setMark(Lane lane, unsigned mark) override;
    void waitForMark(Lane lane, unsigned mark) override;
    void awaitMark(unsigned mark) override;
    void wait(Lane lane) override;

protected:
    void give(Lane lane, const Call &call) override;
    [[nodiscard]] std::unique_ptr<Recording> makeRecording(const std::vector<Call> &calls) override;

private:
    /// Calls may come from any thread; CUDA asks each of them which device it means.
    void use() const;
    [[nodiscard]] cudaStream_t stream(Lane lane) const;
    void copy(Lane lane, void *to, const void *from, std::size_t bytes, cudaMemcpyKind kind);
    /// On the compute lane's stream, as cuBLAS has it.
    void multiplyNow(const ProductCall &call);

    int m_number = 0;
    DeviceInfo m_info;
    std::optional<ReusedMemory> m_memory; ///< on the device
    ReusedMemory m_lockedMemory;          ///< page-locked, in main memory
    Stream m_compute;
    Stream m_copy;
    std::vector<Event> m_marks;
    Memory m_workspace; ///< of cuBLAS
    Cublas m_cublas;
};

} // namespace somnium::gpu::cuda
