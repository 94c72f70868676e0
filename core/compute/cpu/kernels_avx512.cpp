// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/cpu/kernels_impl.h"

namespace somnium::compute::cpu
{

const Kernels kAvx512Kernels = KernelSet<16, 6>::table("avx512");

} // namespace somnium::compute::cpu
