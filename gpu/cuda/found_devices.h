// SPDX-License-Identifier: GPL-3.0-or-later
// Which GPUs there are, without taking any of them into use.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/compute/device_plugin.h"

namespace somnium::gpu::cuda
{

struct FoundDevice
{
    int number = 0; ///< CUDA's
    std::string name;
    std::string architecture; ///< "sm_90"
    std::size_t memoryBytes = 0;
};

/// "sm_90".
[[nodiscard]] std::string architectureName(int major, int minor);

/// The GPUs that can be used, in CUDA's order; makes no context. Throws DeviceError (Unsupported) that says
/// why there is none: no driver, an old one, one that does not start, no GPU, one that is too old.
[[nodiscard]] std::vector<FoundDevice> findDevices();

/// With the memory that is free now. Asks the driver's NVML, which needs no context: one takes half a second
/// and some hundred MB on each GPU. Only where NVML does not tell (nvml.h) it is made; and where that fails,
/// nothing of the GPU's memory is free for this program: 0.
[[nodiscard]] std::vector<compute::DeviceDescription> described(const std::vector<FoundDevice> &devices);

} // namespace somnium::gpu::cuda
