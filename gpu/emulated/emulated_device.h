// SPDX-License-Identifier: GPL-3.0-or-later
// A device that is the processor: every kernel runs, one thread after the other. For the tests, where there
// is no other device; a thousand times too slow for anything else.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "gpu/device/recording_device.h"
#include "gpu/emulated/emulated_block.h"

namespace somnium::gpu::emulated
{

struct EmulatedOptions
{
    ThreadOrder order = ThreadOrder::Rising;
    std::size_t memoryBytes = std::size_t{1} << 30U;  ///< allocations beyond it fail
    std::size_t sharedBytes = std::size_t{64} << 10U; ///< as on the oldest device
    bool canLockHost = true;
    bool canRecord = true;
    double operationsPerLaunch = DeviceInfo{}.operationsPerLaunch;
};

/// As lazy as a device may be: nothing is done before somebody waits for it, so that what is read too early,
/// or given away too early, shows. Memory is full of NaN when it is allocated, and each allocation is one of
/// its own, so that the address sanitizer sees what reads or writes beyond it.
class EmulatedDevice final : public RecordingDevice
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

    void setMark(Lane lane, unsigned mark) override;
    void waitForMark(Lane lane, unsigned mark) override;
    void awaitMark(unsigned mark) override;
    void wait(Lane lane) override;

    /// Forgets what the lanes have not done yet: a device that is lost does nothing more.
    void dropWork();
    /// What has become of recordings.
    struct Recordings
    {
        std::size_t made = 0;
        std::size_t changes = 0; ///< of a call
        std::size_t starts = 0;
    };
    [[nodiscard]] const Recordings &recordings() const { return m_recordings; }

protected:
    void give(Lane lane, const Call &call) override;
    [[nodiscard]] std::unique_ptr<Recording> makeRecording(const std::vector<Call> &calls) override;

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
    class CallsRecording;
    void push(Lane lane, std::function<void()> work);
    void check(const AnyKernel &kernel) const;
    void runUntil(Lane lane, std::size_t place);

    EmulatedOptions m_options;
    DeviceInfo m_info;
    std::vector<Queue> m_queues{2};
    std::vector<Mark> m_marks{kMarks};
    std::map<void *, std::size_t> m_sizes;
    std::map<const void *, std::size_t> m_locked;
    std::size_t m_usedBytes = 0;
    Recordings m_recordings;
};

} // namespace somnium::gpu::emulated
