// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/cpu/kernels_impl.h"

namespace somnium::compute::cpu
{

const Kernels kAvx2Kernels = kernelTable<8, 2>("avx2");

} // namespace somnium::compute::cpu
