// SPDX-License-Identifier: GPL-3.0-or-later
// Floats on a device, and the views of TensorOps as pointers to them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "core/base/check.h"
#include "core/compute/tensor_ops.h"
#include "gpu/device/device_buffer.h"

namespace somnium::gpu
{

/// Zero once the compute lane has come so far.
class GpuTensor final : public compute::Tensor
{
public:
    GpuTensor(Device &device, std::size_t size) : m_floats(device, size) { m_floats.clear(Lane::Compute); }

    [[nodiscard]] std::size_t size() const override { return m_floats.size(); }
    [[nodiscard]] float *data() const { return m_floats.data(); }

    /// The number of the last operation that reads or writes it.
    [[nodiscard]] std::uint64_t lastUse() const { return m_lastUse; }
    void noteUse(std::uint64_t operation) const { m_lastUse = operation; }

private:
    DeviceBuffer<float> m_floats;
    mutable std::uint64_t m_lastUse = 0;
};

class GpuStaged final : public compute::StagedTensor
{
public:
    GpuStaged(Device &device, std::size_t size) : m_host(device, size), m_tensor(device, size)
    {
        std::ranges::fill(m_host.values(), 0.0F);
    }

    [[nodiscard]] std::span<float> host() override { return m_host.values(); }
    [[nodiscard]] compute::Tensor &device() override { return m_tensor; }
    [[nodiscard]] GpuTensor &tensor() { return m_tensor; }

private:
    HostBuffer<float> m_host;
    GpuTensor m_tensor;
};

} // namespace somnium::gpu
