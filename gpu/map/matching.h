// SPDX-License-Identifier: GPL-3.0-or-later
// compute::Backend::match and beginUpdate on a device. Throw DeviceError; the backend catches it.
#pragma once

#include <memory>

#include "core/base/job.h"
#include "core/compute/backend.h"
#include "gpu/map/gpu_spectra.h"

namespace somnium::gpu
{

[[nodiscard]] Result<compute::MatchResult> matchOn(Device &device, const GpuSpectra &images,
                                                   const GpuSpectra &prototypes,
                                                   const compute::MatchOptions &options,
                                                   const JobContext &context);

[[nodiscard]] std::unique_ptr<compute::BatchUpdate>
beginUpdateOn(Device &device, const GpuSpectra &prototypes, const compute::UpdateOptions &options);

/// Of this twin: an error of the program if it is another's.
[[nodiscard]] const GpuSpectra &own(const compute::Spectra &spectra);

} // namespace somnium::gpu
