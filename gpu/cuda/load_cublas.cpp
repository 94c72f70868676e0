// SPDX-License-Identifier: GPL-3.0-or-later
#include <string>

#include "core/base/platform.h"
#include "gpu/cuda/cublas.h"
#include "gpu/device/device_error.h"

// The header gives some functions another name, that of the version of their interface.
#define SOMNIUM_NAME_OF(function) SOMNIUM_TEXT_OF(function)
#define SOMNIUM_TEXT_OF(function) #function

namespace somnium::gpu::cuda
{

namespace
{

template <class Function> void find(const SharedLibrary &library, const char *name, Function &function)
{
    const auto symbol = library.symbol(name);
    if (!symbol)
        throw DeviceError(ErrorKind::Unsupported, "cuBLAS lacks a function: " + symbol.error().message);
    function = reinterpret_cast<Function>(*symbol); // NOLINT: dlsym's way
}

} // namespace

CublasFunctions loadCublas(const std::filesystem::path &library)
{
    const auto opened = SharedLibrary::open(library);
    if (!opened)
        throw DeviceError(ErrorKind::Unsupported, "cuBLAS cannot be loaded: " + opened.error().message);
    CublasFunctions functions{};
    find(*opened, SOMNIUM_NAME_OF(cublasCreate), functions.create);
    find(*opened, SOMNIUM_NAME_OF(cublasDestroy), functions.destroy);
    find(*opened, SOMNIUM_NAME_OF(cublasSetStream), functions.setStream);
    find(*opened, SOMNIUM_NAME_OF(cublasSetWorkspace), functions.setWorkspace);
    find(*opened, SOMNIUM_NAME_OF(cublasGemmEx), functions.gemmEx);
    find(*opened, SOMNIUM_NAME_OF(cublasGetStatusString), functions.statusString);
    return functions;
}

} // namespace somnium::gpu::cuda
