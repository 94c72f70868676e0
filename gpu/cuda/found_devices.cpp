// SPDX-License-Identifier: GPL-3.0-or-later
#include "gpu/cuda/found_devices.h"

#include <array>

#include "gpu/cuda/cuda_check.h"
#include "gpu/device/device_error.h"
#include "gpu/device/nvml.h"

namespace somnium::gpu::cuda
{

namespace
{

/// The oldest architecture that the library holds code for, sm_75.
constexpr int kOldestMajor = 7;
constexpr int kOldestMinor = 5;
/// A library runs with any driver of its major version. cite: CUDA Compatibility, "minor version".
constexpr int kOldestDriver = CUDART_VERSION / 1000 * 1000;

std::string versionName(int version)
{
    return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

int countDevices()
{
    int driver = 0;
    mayFail(cudaDriverGetVersion(&driver));
    int count = 0;
    const cudaError_t status = cudaGetDeviceCount(&count);
    mayFail(status);
    if (driver == 0)
        throw DeviceError(ErrorKind::Unsupported, "no NVIDIA driver is installed");
    if (status == cudaErrorInsufficientDriver)
        throw DeviceError(ErrorKind::Unsupported, "the NVIDIA driver is too old: it offers CUDA " +
                                                      versionName(driver) + ", expected " +
                                                      versionName(kOldestDriver) + " or newer");
    if (status == cudaErrorNoDevice || (status == cudaSuccess && count == 0))
        throw DeviceError(ErrorKind::Unsupported, "no NVIDIA GPU was found");
    if (status != cudaSuccess) // parts of two drivers, one that was updated while it ran, a long sleep, ...
        throw DeviceError(ErrorKind::Unsupported, std::string("the NVIDIA driver does not start: ") +
                                                      cudaGetErrorString(status) + " (" +
                                                      cudaGetErrorName(status) + ")");
    return count;
}

/// "0000:65:00.0"; empty where CUDA does not tell.
std::string pciAddress(int number)
{
    std::array<char, 32> address{};
    const cudaError_t status =
        cudaDeviceGetPCIBusId(address.data(), static_cast<int>(address.size()), number);
    mayFail(status);
    return status == cudaSuccess ? address.data() : "";
}

/// Makes a context.
std::size_t freeBytesInContext(int number)
{
    std::size_t freeBytes = 0;
    std::size_t memoryBytes = 0;
    cudaError_t status = cudaSetDevice(number);
    if (status == cudaSuccess)
        status = cudaMemGetInfo(&freeBytes, &memoryBytes);
    mayFail(status);
    return status == cudaSuccess ? freeBytes : 0;
}

} // namespace

std::string architectureName(int major, int minor)
{
    return "sm_" + std::to_string(major) + std::to_string(minor);
}

std::vector<FoundDevice> findDevices()
{
    const int count = countDevices();
    std::vector<FoundDevice> found;
    std::string tooOld;
    for (int number = 0; number < count; ++number)
    {
        cudaDeviceProp properties{};
        SOMNIUM_CUDA(cudaGetDeviceProperties(&properties, number));
        const std::string architecture = architectureName(properties.major, properties.minor);
        if (properties.major < kOldestMajor ||
            (properties.major == kOldestMajor && properties.minor < kOldestMinor))
            tooOld = std::string(properties.name) + " is too old: " + architecture + ", expected " +
                     architectureName(kOldestMajor, kOldestMinor) + " or newer";
        else
            found.push_back({number, properties.name, architecture, properties.totalGlobalMem});
    }
    if (found.empty())
        throw DeviceError(ErrorKind::Unsupported, tooOld);
    return found;
}

std::vector<compute::DeviceDescription> described(const std::vector<FoundDevice> &devices)
{
    const Nvml nvml;
    std::vector<compute::DeviceDescription> descriptions;
    for (const FoundDevice &device : devices)
    {
        const auto told = nvml.freeBytes(pciAddress(device.number), device.memoryBytes);
        descriptions.push_back({device.name, device.architecture, device.memoryBytes,
                                told ? *told : freeBytesInContext(device.number)});
    }
    return descriptions;
}

} // namespace somnium::gpu::cuda
