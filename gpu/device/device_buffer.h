// SPDX-License-Identifier: GPL-3.0-or-later
// Memory that goes with the object that owns it: on a device, or in main memory where copies are fastest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <type_traits>

#include "gpu/device/device.h"
#include "gpu/device/device_error.h"

namespace somnium::gpu
{

/// Bytes of `count` things; OutOfMemory where they are more than can be counted.
[[nodiscard]] inline std::size_t bytesOf(std::size_t count, std::size_t size)
{
    if (count > std::numeric_limits<std::size_t>::max() / size)
        throw DeviceError(ErrorKind::OutOfMemory,
                          std::to_string(count) + " numbers do not fit into any memory");
    return count * size;
}

/// Gives memory back to the device that it is of.
template <auto GiveBack> struct ReturnTo
{
    Device *device = nullptr;
    template <class T> void operator()(T *memory) const noexcept { (device->*GiveBack)(memory); }
};

/// `size()` uninitialised Ts on the device. The device must outlive it. Move-only.
template <class T> class DeviceBuffer
{
    static_assert(std::is_trivially_copyable_v<T>);

public:
    DeviceBuffer() = default;
    DeviceBuffer(Device &device, std::size_t size)
        : m_data(static_cast<T *>(device.allocate(bytesOf(size, sizeof(T)))), {&device}), m_size(size)
    {}

    [[nodiscard]] T *data() const { return m_data.get(); }
    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] std::size_t sizeBytes() const { return m_size * sizeof(T); }

    void upload(Lane lane, std::span<const T> values) const
    {
        device().copyIn(lane, data(), values.data(), values.size_bytes());
    }
    void download(Lane lane, std::span<T> values) const
    {
        device().copyOut(lane, values.data(), data(), values.size_bytes());
    }
    void clear(Lane lane) const { device().clear(lane, data(), sizeBytes()); }

private:
    [[nodiscard]] Device &device() const { return *m_data.get_deleter().device; }

    std::unique_ptr<T, ReturnTo<&Device::release>> m_data;
    std::size_t m_size = 0;
};

/// The same in main memory, page-locked.
template <class T> class HostBuffer
{
    static_assert(std::is_trivially_copyable_v<T>);

public:
    HostBuffer() = default;
    HostBuffer(Device &device, std::size_t size)
        : m_data(static_cast<T *>(device.allocateHost(bytesOf(size, sizeof(T)))), {&device}), m_size(size)
    {}

    [[nodiscard]] std::span<T> values() const { return {m_data.get(), m_size}; }

private:
    std::unique_ptr<T, ReturnTo<&Device::releaseHost>> m_data;
    std::size_t m_size = 0;
};

/// Main memory of others, page-locked as long as this lives, if the system allows it. Move-only.
class LockedHost
{
public:
    LockedHost() = default;
    LockedHost(Device &device, std::span<const std::uint16_t> memory)
        : m_memory(!memory.empty() && device.lockHost(memory.data(), memory.size_bytes()) ? memory.data()
                                                                                          : nullptr,
                   {&device})
    {}

private:
    std::unique_ptr<const std::uint16_t, ReturnTo<&Device::unlockHost>> m_memory;
};

/// A buffer with these values; they are copied when it returns.
template <class T>
[[nodiscard]] DeviceBuffer<std::remove_const_t<T>> uploaded(Device &device, std::span<T> values)
{
    DeviceBuffer<std::remove_const_t<T>> buffer(device, values.size());
    buffer.upload(Lane::Compute, values);
    device.wait(Lane::Compute);
    return buffer;
}

} // namespace somnium::gpu
