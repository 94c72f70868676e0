// SPDX-License-Identifier: GPL-3.0-or-later
// A device that fails when it is told to: what the tests lose devices by.
#pragma once

#include <limits>
#include <memory>

#include "core/base/result.h"
#include "gpu/emulated/emulated_device.h"

namespace somnium::gpu::emulated
{

/// When to fail: at a call, counted from 1; never, if it is not reached.
struct Fault
{
    /// DeviceLost: at any call, and at all after it. OutOfMemory: at a call of allocate, and at all after it
    /// that ask for more than `leastBytes`, until it was so `refusals` times.
    ErrorKind kind = ErrorKind::DeviceLost;
    std::size_t call = std::numeric_limits<std::size_t>::max();
    std::size_t leastBytes = 0;
    std::size_t refusals = std::numeric_limits<std::size_t>::max();
};

class FaultyDevice final : public Device
{
public:
    FaultyDevice(std::unique_ptr<EmulatedDevice> device, const Fault &fault);

    [[nodiscard]] const DeviceInfo &info() const override { return m_device->info(); }
    [[nodiscard]] std::size_t freeBytes() override;
    [[nodiscard]] void *allocate(std::size_t bytes) override;
    void release(void *memory) noexcept override { m_device->release(memory); }
    [[nodiscard]] void *allocateHost(std::size_t bytes) override;
    void releaseHost(void *memory) noexcept override { m_device->releaseHost(memory); }
    [[nodiscard]] bool lockHost(const void *memory, std::size_t bytes) override;
    void unlockHost(const void *memory) noexcept override { m_device->unlockHost(memory); }
    void copyIn(Lane lane, void *to, const void *from, std::size_t bytes) override;
    void copyOut(Lane lane, void *to, const void *from, std::size_t bytes) override;
    void copyWithin(Lane lane, void *to, const void *from, std::size_t bytes) override;
    void clear(Lane lane, void *memory, std::size_t bytes) override;
    void launch(Lane lane, const AnyKernel &kernel) override;
    void multiply(Lane lane, const MatrixProduct &product, Rounding rounding) override;
    void setMark(Lane lane, unsigned mark) override;
    void waitForMark(Lane lane, unsigned mark) override;
    void awaitMark(unsigned mark) override;
    void wait(Lane lane) override;
    void record(const std::function<void()> &work) override;

    /// From now on, this is when it fails.
    void setFault(const Fault &fault) { m_fault = fault; }
    /// Calls that count so far.
    [[nodiscard]] std::size_t calls() const { return m_calls; }
    [[nodiscard]] bool hasFailed() const { return m_hasFailed; }

private:
    void count();

    std::unique_ptr<EmulatedDevice> m_device;
    Fault m_fault;
    std::size_t m_calls = 0;
    bool m_hasFailed = false;
};

} // namespace somnium::gpu::emulated
