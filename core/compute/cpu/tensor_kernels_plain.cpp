// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/cpu/tensor_kernels_impl.h"

namespace somnium::compute::cpu
{

const TensorKernels kPlainTensorKernels = tensorKernelTable<4, 4, 2>("plain");

} // namespace somnium::compute::cpu
