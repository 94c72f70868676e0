// SPDX-License-Identifier: GPL-3.0-or-later
// Kernels of the invariant map.
#include "gpu/cuda/launch.cuh"
#include "gpu/kernels/map_kernels.h"

namespace somnium::gpu::cuda
{

template void launchKernel(cudaStream_t, const TransformKernel &);
template void launchKernel(cudaStream_t, const TileKernel<Complex> &);
template void launchKernel(cudaStream_t, const TileKernel<HalfComplex> &);
template void launchKernel(cudaStream_t, const UntileKernel<Complex> &);
template void launchKernel(cudaStream_t, const UntileKernel<HalfComplex> &);
template void launchKernel(cudaStream_t, const EnergyKernel &);
template void launchKernel(cudaStream_t, const NarrowKernel &);
template void launchKernel(cudaStream_t, const MatchKernel<Complex> &);
template void launchKernel(cudaStream_t, const MatchKernel<HalfComplex> &);
template void launchKernel(cudaStream_t, const BestKernel &);
template void launchKernel(cudaStream_t, const UpdateKernel<Complex> &);
template void launchKernel(cudaStream_t, const UpdateKernel<HalfComplex> &);
template void launchKernel(cudaStream_t, const FinishUpdateKernel &);

} // namespace somnium::gpu::cuda
