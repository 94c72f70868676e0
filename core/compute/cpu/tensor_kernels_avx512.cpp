// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/cpu/tensor_kernels_impl.h"

namespace somnium::compute::cpu
{

const TensorKernels kAvx512TensorKernels = tensorKernelTable<16, 12, 2>("avx512");

} // namespace somnium::compute::cpu
