// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/cpu/kernels_impl.h"

namespace somnium::compute::cpu
{

const Kernels kAvx512Kernels = kernelTable<16, 6>("avx512");

} // namespace somnium::compute::cpu
