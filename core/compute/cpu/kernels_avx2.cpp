// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/cpu/kernels_impl.h"

namespace somnium::compute::cpu
{

const Kernels kAvx2Kernels = KernelSet<8, 2>::table("avx2");

} // namespace somnium::compute::cpu
