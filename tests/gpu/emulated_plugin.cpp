// SPDX-License-Identifier: GPL-3.0-or-later
// A device library whose devices are emulated ones, as libsomnium_cuda.so shows its own: for running the
// whole program on the twin where there is no GPU. The environment variable SOMNIUM_EMULATED_LOST_AT=n loses
// the device at its n-th call.
#include <cstdlib>
#include <string>

#include "core/base/version.h"
#include "core/compute/device_plugin.h"
#include "tests/gpu/emulated_backend.h"

namespace
{

using namespace somnium;

constexpr std::size_t kDevices = 2;

Result<std::vector<compute::DeviceDescription>> devices()
{
    constexpr std::size_t kGibibyte = std::size_t{1} << 30U;
    return std::vector<compute::DeviceDescription>(kDevices,
                                                   {"emulated device", "emulated", kGibibyte, kGibibyte});
}

Result<std::unique_ptr<compute::Backend>> create(std::size_t /*device*/)
{
    gpu::emulated::Fault fault;
    if (const char *const call = std::getenv("SOMNIUM_EMULATED_LOST_AT"))
        fault.call = std::stoul(call);
    return test::faultyTwin(fault).backend;
}

} // namespace

extern "C" const somnium::compute::DevicePlugin *somniumDevicePlugin();

extern "C" const somnium::compute::DevicePlugin *somniumDevicePlugin()
{
    static const somnium::compute::DevicePlugin shown = {
        .programVersion = version().data(), .backendName = "cuda", .devices = devices, .create = create};
    return &shown;
}
