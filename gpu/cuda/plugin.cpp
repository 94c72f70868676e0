// SPDX-License-Identifier: GPL-3.0-or-later
// The border of the CUDA twin: what the program finds in the library.
#include <string>
#include <utility>

#include "core/base/version.h"
#include "core/compute/device_plugin.h"
#include "gpu/cuda/cuda_device.h"
#include "gpu/cuda/found_devices.h"
#include "gpu/device/at_border.h"
#include "gpu/gpu_backend.h"

namespace somnium::gpu::cuda
{

namespace
{

constexpr const char *kName = "cuda";

using Devices = Result<std::vector<compute::DeviceDescription>>;
using MadeBackend = Result<std::unique_ptr<compute::Backend>>;

Devices devices()
{
    return atBorder([]() -> Devices { return described(findDevices()); });
}

MadeBackend create(std::size_t device)
{
    return atBorder([&]() -> MadeBackend {
        const std::vector<FoundDevice> found = findDevices();
        if (device >= found.size())
            return failure(ErrorKind::NotFound, "GPU " + std::to_string(device) +
                                                    " was asked for: there are " +
                                                    std::to_string(found.size()));
        return makeBackend(std::make_unique<CudaDevice>(found[device].number), kName);
    });
}

} // namespace

} // namespace somnium::gpu::cuda

extern "C" __attribute__((visibility("default"))) const somnium::compute::DevicePlugin *somniumDevicePlugin()
{
    static const std::string version(somnium::version());
    static const somnium::compute::DevicePlugin plugin = {.programVersion = version.c_str(),
                                                          .backendName = somnium::gpu::cuda::kName,
                                                          .devices = somnium::gpu::cuda::devices,
                                                          .create = somnium::gpu::cuda::create};
    return &plugin;
}
