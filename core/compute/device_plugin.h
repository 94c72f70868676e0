// SPDX-License-Identifier: GPL-3.0-or-later
// What a library of a device twin (gpu/) shows to the program that loads it at run time: one C function. C++
// types cross this border, so both sides must be of one build: `interfaceVersion`, `build` and
// `programVersion` say so, and are looked at before anything else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/compute/backend.h"

namespace somnium::compute
{

/// To be raised with every change of this file, backend.h, tensor_ops.h or what they include.
inline constexpr std::uint32_t kDeviceInterfaceVersion = 1;
/// Compiler and library whose types cross the border.
inline constexpr const char *kDeviceInterfaceBuild =
#if defined(__clang__)
    "clang " __clang_version__
#else
    "g++ " __VERSION__
#endif
    ;

struct DeviceDescription
{
    std::string name;         ///< "NVIDIA H200"
    std::string architecture; ///< "sm_90"
    std::size_t memoryBytes = 0;
    std::size_t freeBytes = 0;
};

struct DevicePlugin
{
    std::uint32_t interfaceVersion = kDeviceInterfaceVersion;
    const char *build = kDeviceInterfaceBuild;
    const char *programVersion = ""; ///< somnium::version()
    const char *backendName = "";    ///< "cuda"
    /// Those that can be used, in the driver's order. Unsupported, with the reason: no driver, no device, one
    /// that is too old.
    Result<std::vector<DeviceDescription>> (*devices)() = nullptr;
    /// A backend on one of devices(). OutOfMemory, DeviceLost, Unsupported.
    Result<std::unique_ptr<Backend>> (*create)(std::size_t device) = nullptr;
};

/// The name of the one symbol: extern "C" const somnium::compute::DevicePlugin *somniumDevicePlugin();
inline constexpr const char *kDevicePluginSymbol = "somniumDevicePlugin";
using DevicePluginFunction = const DevicePlugin *(*)();

} // namespace somnium::compute
