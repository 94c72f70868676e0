// SPDX-License-Identifier: GPL-3.0-or-later
// The twin's border to core: a compute::Backend on any device.
#pragma once

#include <memory>
#include <string>

#include "core/compute/backend.h"
#include "gpu/device/device.h"

namespace somnium::gpu
{

/// `name`: Backend::name(), e.g. "cuda". The backend's device() says what `device` is.
[[nodiscard]] std::unique_ptr<compute::Backend> makeBackend(std::unique_ptr<Device> device, std::string name);

} // namespace somnium::gpu
