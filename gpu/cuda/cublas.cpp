// SPDX-License-Identifier: GPL-3.0-or-later
// Apart from load_cublas.cpp: the tests have a cuBLAS of their own here.
#include "gpu/cuda/cublas.h"

#include <string>

namespace somnium::gpu::cuda
{

const CublasFunctions &cublas()
{
    static const CublasFunctions functions = loadCublas("libcublas.so." + std::to_string(CUBLAS_VER_MAJOR));
    return functions;
}

} // namespace somnium::gpu::cuda
