// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels of autoencoders, all of them: what any_kernel.h lists and cuda/tensor_kernels.cu makes.
#pragma once

#include "gpu/kernels/fill_kernel.h"
#include "gpu/kernels/tensor_elements.h"
#include "gpu/kernels/tensor_sums.h"
#include "gpu/kernels/tensor_windows.h"

namespace somnium::gpu
{

using GatherRowsKernel = ElementKernel<GatherRows>;
using ActivateKernel = ElementKernel<Activate>;
using ActivateBackwardKernel = ElementKernel<ActivateBackward>;
using NormalsKernel = ElementKernel<Normals>;
using AddNoiseKernel = ElementKernel<AddNoise>;
using AdamKernel = ElementKernel<Adam>;
using AbsolutePenaltyKernel = RowKernel<AbsolutePenalty>;
using SampleLatentKernel = RowKernel<SampleLatent>;
using SampleLatentBackwardKernel = RowKernel<SampleLatentBackward>;
using UnfoldFloatsKernel = UnfoldKernel<float>;
using UnfoldQuadsKernel = UnfoldKernel<Quad>;
using FoldFloatsKernel = FoldKernel<float>;
using FoldQuadsKernel = FoldKernel<Quad>;

} // namespace somnium::gpu
