// SPDX-License-Identifier: GPL-3.0-or-later
// Chooses the backend: the only place that asks "CPU or GPU".
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/compute/backend.h"
#include "core/compute/device_loader.h"

namespace somnium::compute
{

/// A backend and why it is this one, e.g. "CPU, since no NVIDIA driver is installed": short, for the status
/// bar.
struct ChosenBackend
{
    std::unique_ptr<Backend> backend;
    std::string reason;
};

/// `device`: "auto" (the usable GPU with the most free memory, else the CPU), "cpu", "cuda" (that GPU, or an
/// error that says why there is none) or "cuda:1" (the second one of listDevices). The environment variable
/// SOMNIUM_BACKEND, of the same values, overrides "auto". InvalidArgument: none of these; NotFound: a GPU of
/// that number; else why the device cannot be used.
[[nodiscard]] Result<ChosenBackend> chooseBackend(std::string_view device = "auto",
                                                  DeviceLoader &loader = deviceLoader());

/// What a person may choose.
struct DeviceChoice
{
    std::string id;     ///< for chooseBackend: "cpu", "cuda:0"
    std::string name;   ///< "NVIDIA H200"
    std::string detail; ///< "sm_90, 139.8 GiB, 138.2 GiB free"; of the CPU "AVX2, 8 threads"
    bool isUsable = true;
    std::string reason; ///< why it is not: the whole story
};
/// The CPU, then each GPU; without any, one entry "cuda" that is not usable and says why.
[[nodiscard]] std::vector<DeviceChoice> listDevices(DeviceLoader &loader = deviceLoader());

/// Names of the backends that can run here: "cpu", "cuda".
[[nodiscard]] std::vector<std::string> availableBackends(DeviceLoader &loader = deviceLoader());

} // namespace somnium::compute
