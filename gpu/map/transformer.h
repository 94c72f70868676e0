// SPDX-License-Identifier: GPL-3.0-or-later
// From samples to spectra on a device: pixels come in by two buffers, polar samples and transforms are made
// there.
#pragma once

#include "core/base/job.h"
#include "core/data/sample_store.h"
#include "gpu/map/gpu_spectra.h"

namespace somnium::gpu
{

/// Fails (Mismatch) unless the grid fits the samples, (InvalidArgument) unless there are so many, (Cancelled)
/// when stopped. Throws DeviceError.
[[nodiscard]] Result<std::unique_ptr<compute::Spectra>>
transformOn(Device &device, const data::Samples &samples, std::size_t first, std::size_t count,
            const std::shared_ptr<const PlanTables> &tables, const JobContext &context);
/// The same in half precision in main memory.
[[nodiscard]] Result<compute::HalfSpectra> transformToHalfOn(Device &device, const data::Samples &samples,
                                                             std::size_t first, std::size_t count,
                                                             const std::shared_ptr<const PlanTables> &tables,
                                                             const JobContext &context);
/// The same in half precision on the device. Throws DeviceError, OutOfMemory where there is no room for them.
[[nodiscard]] Result<std::unique_ptr<compute::Spectra>>
transformAndKeepOn(Device &device, const data::Samples &samples, std::size_t first, std::size_t count,
                   const std::shared_ptr<const PlanTables> &tables, const JobContext &context);

} // namespace somnium::gpu
