// SPDX-License-Identifier: GPL-3.0-or-later
// Memory that goes with the object that owns it: on a device, or in main memory where copies are fastest.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

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

/// `size()` uninitialised Ts on the device. The device must outlive it.
template <class T> class DeviceBuffer
{
    static_assert(std::is_trivially_copyable_v<T>);

public:
    DeviceBuffer() = default;
    DeviceBuffer(Device &device, std::size_t size)
        : m_device(&device), m_data(static_cast<T *>(device.allocate(bytesOf(size, sizeof(T))))), m_size(size)
    {}
    DeviceBuffer(DeviceBuffer &&other) noexcept { swap(other); }
    DeviceBuffer &operator=(DeviceBuffer &&other) noexcept
    {
        DeviceBuffer(std::move(other)).swap(*this);
        return *this;
    }
    DeviceBuffer(const DeviceBuffer &) = delete;
    DeviceBuffer &operator=(const DeviceBuffer &) = delete;
    ~DeviceBuffer()
    {
        if (m_data != nullptr)
            m_device->release(m_data);
    }

    [[nodiscard]] T *data() const { return m_data; }
    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] std::size_t sizeBytes() const { return m_size * sizeof(T); }

    void upload(Lane lane, std::span<const T> values) const
    {
        m_device->copyIn(lane, m_data, values.data(), values.size_bytes());
    }
    void download(Lane lane, std::span<T> values) const
    {
        m_device->copyOut(lane, values.data(), m_data, values.size_bytes());
    }
    void clear(Lane lane) const { m_device->clear(lane, m_data, sizeBytes()); }

    void swap(DeviceBuffer &other) noexcept
    {
        std::swap(m_device, other.m_device);
        std::swap(m_data, other.m_data);
        std::swap(m_size, other.m_size);
    }

private:
    Device *m_device = nullptr;
    T *m_data = nullptr;
    std::size_t m_size = 0;
};

/// The same in main memory, page-locked.
template <class T> class HostBuffer
{
    static_assert(std::is_trivially_copyable_v<T>);

public:
    HostBuffer() = default;
    HostBuffer(Device &device, std::size_t size)
        : m_device(&device), m_data(static_cast<T *>(device.allocateHost(bytesOf(size, sizeof(T))))),
          m_size(size)
    {}
    HostBuffer(HostBuffer &&other) noexcept { swap(other); }
    HostBuffer &operator=(HostBuffer &&other) noexcept
    {
        HostBuffer(std::move(other)).swap(*this);
        return *this;
    }
    HostBuffer(const HostBuffer &) = delete;
    HostBuffer &operator=(const HostBuffer &) = delete;
    ~HostBuffer()
    {
        if (m_data != nullptr)
            m_device->releaseHost(m_data);
    }

    [[nodiscard]] std::span<T> values() const { return {m_data, m_size}; }

    void swap(HostBuffer &other) noexcept
    {
        std::swap(m_device, other.m_device);
        std::swap(m_data, other.m_data);
        std::swap(m_size, other.m_size);
    }

private:
    Device *m_device = nullptr;
    T *m_data = nullptr;
    std::size_t m_size = 0;
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
