// SPDX-License-Identifier: GPL-3.0-or-later
// cuBLAS, loaded when the first device is made: it takes some 140 MB and a tenth of a second, which a machine
// without a GPU, and a look at which GPUs there are, need not pay.
#pragma once

#include <filesystem>

#include <cublas_v2.h>

namespace somnium::gpu::cuda
{

/// What is called of it, with the types of its header; none is null.
struct CublasFunctions
{
    decltype(&::cublasCreate) create;
    decltype(&::cublasDestroy) destroy;
    decltype(&::cublasSetStream) setStream;
    decltype(&::cublasSetWorkspace) setWorkspace;
    /// Spelt out: the header has two of this name.
    cublasStatus_t (*gemmEx)(cublasHandle_t, cublasOperation_t, cublasOperation_t, int m, int n, int k,
                             const void *alpha, const void *a, cudaDataType, int lda, const void *b,
                             cudaDataType, int ldb, const void *beta, void *c, cudaDataType, int ldc,
                             cublasComputeType_t, cublasGemmAlgo_t);
    decltype(&::cublasGetStatusString) statusString;
};

/// From a library that SharedLibrary::open finds. Throws DeviceError (Unsupported) that names the library, if
/// it cannot be loaded, or the function that it lacks.
[[nodiscard]] CublasFunctions loadCublas(const std::filesystem::path &library);

/// Of the version that the program was built with, loaded on the first call. Throws as loadCublas.
[[nodiscard]] const CublasFunctions &cublas();

} // namespace somnium::gpu::cuda
