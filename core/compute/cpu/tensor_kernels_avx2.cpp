// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/cpu/tensor_kernels_impl.h"

namespace somnium::compute::cpu
{

const TensorKernels kAvx2TensorKernels = tensorKernelTable<8, 6, 2>("avx2");

} // namespace somnium::compute::cpu
