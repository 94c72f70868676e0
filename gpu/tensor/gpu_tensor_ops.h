// SPDX-License-Identifier: GPL-3.0-or-later
// compute::TensorOps on a device.
#pragma once

#include <memory>

#include "core/base/result.h"
#include "core/compute/tensor_ops.h"
#include "gpu/device/device.h"

namespace somnium::gpu
{

/// Marks of the device that they use; others leave them alone while these operations are there.
inline constexpr unsigned kUsedMark = 4;    ///< Compute has done with what Copy will overwrite
inline constexpr unsigned kArrivedMark = 5; ///< Copy has brought what Compute will read

/// `device` must outlive them; `options.threads` means nothing to it. Several may exist, but one thread calls
/// them all. The same bits on each run.
[[nodiscard]] Result<std::unique_ptr<compute::TensorOps>>
makeTensorOps(Device &device, const compute::TensorOptions &options);

} // namespace somnium::gpu
