// SPDX-License-Identifier: GPL-3.0-or-later
// Which kernels this processor runs, and which of them are used.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/compute/cpu/kernels.h"
#include "core/compute/cpu/tensor_kernels.h"

namespace somnium::compute::cpu
{

/// The kernels that run on this processor, fastest first. The last, "plain", runs anywhere.
[[nodiscard]] std::vector<const Kernels *> usableKernels();

/// The fastest, or the one that the environment variable SOMNIUM_SIMD (avx512, avx2, plain) names. Fails
/// (Unsupported) if that one does not run here.
[[nodiscard]] Result<const Kernels *> chooseKernels();

/// Those of the tensor operations for the same instruction set.
[[nodiscard]] const TensorKernels &tensorKernelsFor(const Kernels &kernels);

/// "AMD EPYC 9B45", or "processor" where it does not say.
[[nodiscard]] std::string processorName();

} // namespace somnium::compute::cpu
