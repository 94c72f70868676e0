// SPDX-License-Identifier: GPL-3.0-or-later
// The twin on devices that tests are made with.
#pragma once

#include <memory>

#include "gpu/emulated/emulated_device.h"
#include "gpu/emulated/faulty_device.h"
#include "gpu/gpu_backend.h"

namespace somnium::test
{

inline std::unique_ptr<compute::Backend> emulatedBackend(const gpu::emulated::EmulatedOptions &options = {})
{
    return gpu::makeBackend(std::make_unique<gpu::emulated::EmulatedDevice>(options), "emulated");
}

/// A backend on a device with faults, and that device, which lives as long as the backend.
struct FaultyTwin
{
    std::unique_ptr<compute::Backend> backend;
    gpu::emulated::FaultyDevice *device = nullptr;
};

inline FaultyTwin faultyTwin(const gpu::emulated::Fault &fault,
                             const gpu::emulated::EmulatedOptions &options = {})
{
    auto device = std::make_unique<gpu::emulated::FaultyDevice>(
        std::make_unique<gpu::emulated::EmulatedDevice>(options), fault);
    gpu::emulated::FaultyDevice *const kept = device.get();
    return {gpu::makeBackend(std::move(device), "emulated"), kept};
}

} // namespace somnium::test
