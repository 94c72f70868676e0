// SPDX-License-Identifier: GPL-3.0-or-later
// Kernels of the invariant map.
#include "gpu/cuda/launch.cuh"
#include "gpu/kernels/map_kernels.h"

namespace somnium::gpu::cuda
{

template struct Launcher<TransformKernel>;
template struct Launcher<TileKernel<Complex>>;
template struct Launcher<TileKernel<HalfComplex>>;
template struct Launcher<UntileKernel<Complex>>;
template struct Launcher<UntileKernel<HalfComplex>>;
template struct Launcher<EnergyKernel>;
template struct Launcher<NarrowKernel>;
template struct Launcher<MatchKernel<Complex>>;
template struct Launcher<MatchKernel<HalfComplex>>;
template struct Launcher<BestKernel>;
template struct Launcher<UpdateKernel<Complex>>;
template struct Launcher<UpdateKernel<HalfComplex>>;
template struct Launcher<FinishUpdateKernel>;

} // namespace somnium::gpu::cuda
