// SPDX-License-Identifier: GPL-3.0-or-later
// A device that is the processor: every kernel runs, one thread after the other. For the tests, where there
// is no other device; a thousand times too slow for anything else.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "gpu/device/device.h"
#include "gpu/emulated/emulated_block.h"

namespace somnium::gpu::emulated
{

struct EmulatedOptions
{
    ThreadOrder order = ThreadOrder::Rising;
    std::size_t memoryBytes = std::size_t{1} << 30U;  ///< allocations beyond it fail
    std::size_t sharedBytes = std::size_t{64} << 10U; ///< as on the oldest device
    bool canLockHost = true;
    bool canRecord = true; ///< else refuses when all calls of a recording have been made
    double operationsPerLaunch = DeviceInfo{}.operationsPerLaunch;
};

/// As lazy as a device may be: nothing is done before somebody waits for it, so that what is read too early,
/// or given away too early, shows. Memory is full of NaN when it is allocated, and each allocation is one of
/// its own, so that the address sanitizer sees what reads or writes beyond it.
class EmulatedDevice final : public Device
{
public:
    explicit EmulatedDevice(const EmulatedOptions &options = {});
    ~EmulatedDevice() override;

    [[nodiscard]] const DeviceInfo &info() const override { return m_info; }
    [[nodiscard]] std::size_t freeBytes() override { return m_options.memoryBytes - m_usedBytes; }
    [[nodiscard]] void *allocate(std::size_t bytes) override;
    void release(void *memory) noexcept override;
    [[nodiscard]] void *allocateHost(std::size_t bytes) override;
    void releaseHost(void *memory) noexcept override;
    [[nodiscard]] bool lockHost(const void *memory, std::size_t bytes) override;
    void unlockHost(const void *memory) noexcept override;

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
    void record(std::uint64_t name, const std::function<void()> &work) override;

    /// Forgets what the lanes have not done yet: a device that is lost does nothing more.
    void dropWork();
    /// Recordings that were started.
    [[nodiscard]] std::size_t recordings() const { return m_recordings; }

private:
    struct Queue
    {
        std::deque<std::function<void()>> work;
        std::size_t done = 0;
        [[nodiscard]] std::size_t given() const { return done + work.size(); }
    };
    struct Mark
    {
        Lane lane = Lane::Compute;
        std::size_t place = 0;
    };
    [[nodiscard]] Queue &queue(Lane lane) { return m_queues.at(static_cast<std::size_t>(lane)); }
    void give(Lane lane, std::function<void()> work);
    void runUntil(Lane lane, std::size_t place);

    EmulatedOptions m_options;
    DeviceInfo m_info;
    std::vector<Queue> m_queues{2};
    std::vector<Mark> m_marks{kMarks};
    std::map<void *, std::size_t> m_sizes;
    std::map<const void *, std::size_t> m_locked;
    std::size_t m_usedBytes = 0;
    std::size_t m_recordings = 0;
    bool m_isRecording = false;
};

} // namespace somnium::gpu::emulated
