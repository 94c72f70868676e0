// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/cpu/kernels_impl.h"

namespace somnium::compute::cpu
{

const Kernels kPlainKernels = KernelSet<4, 2>::table("plain");

} // namespace somnium::compute::cpu
