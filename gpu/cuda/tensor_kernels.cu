// SPDX-License-Identifier: GPL-3.0-or-later
// Kernels of autoencoders.
#include "gpu/cuda/launch.cuh"
#include "gpu/kernels/tensor_kernels.h"

namespace somnium::gpu::cuda
{

template void launchKernel(cudaStream_t, const FillKernel &);
template void launchKernel(cudaStream_t, const ActivateKernel &);
template void launchKernel(cudaStream_t, const ActivateBackwardKernel &);
template void launchKernel(cudaStream_t, const NormalsKernel &);
template void launchKernel(cudaStream_t, const AddNoiseKernel &);
template void launchKernel(cudaStream_t, const AdamKernel &);
template void launchKernel(cudaStream_t, const AbsolutePenaltyKernel &);
template void launchKernel(cudaStream_t, const SampleLatentKernel &);
template void launchKernel(cudaStream_t, const SampleLatentBackwardKernel &);
template void launchKernel(cudaStream_t, const ColumnSumsKernel &);
template void launchKernel(cudaStream_t, const SquaredErrorKernel &);
template void launchKernel(cudaStream_t, const UnfoldFloatsKernel &);
template void launchKernel(cudaStream_t, const UnfoldQuadsKernel &);
template void launchKernel(cudaStream_t, const FoldFloatsKernel &);
template void launchKernel(cudaStream_t, const FoldQuadsKernel &);
template void launchKernel(cudaStream_t, const TransposeRowsKernel &);

} // namespace somnium::gpu::cuda
