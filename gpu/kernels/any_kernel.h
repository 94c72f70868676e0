// SPDX-License-Identifier: GPL-3.0-or-later
// All kernels that a device must be able to launch. To add one: its header here, and one line in the source
// of its kind under cuda/.
#pragma once

#include <variant>

#include "gpu/kernels/fill_kernel.h"

namespace somnium::gpu
{

using AnyKernel = std::variant<FillKernel>;

} // namespace somnium::gpu
