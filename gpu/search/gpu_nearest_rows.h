// SPDX-License-Identifier: GPL-3.0-or-later
// compute::NearestRows on a device.
#pragma once

#include <memory>

#include "core/base/result.h"
#include "core/compute/nearest_rows.h"
#include "gpu/device/device.h"

namespace somnium::gpu
{

/// Keeps the rows on `device`, which must outlive them, where they fit into seven eighths of what is free;
/// else every call of nearest() streams them there, once for all of its queries. The same bits either way,
/// and however many queries are asked at once. OutOfMemory, DeviceLost. Uses marks 2 and 3.
[[nodiscard]] Result<std::unique_ptr<compute::NearestRows>>
keepRows(Device &device, std::shared_ptr<const compute::HalfRows> rows);

} // namespace somnium::gpu
