// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels of the tensor operations, written once over a vector type. Included by
// tensor_kernels_avx512.cpp, _avx2.cpp and _plain.cpp only; the rules of kernels_impl.h hold: internal
// linkage, no header with inline functions.
#pragma once

#include <cstddef>

#include "core/compute/cpu/element_kernels.h"
#include "core/compute/cpu/gemm_kernels.h"
#include "core/compute/cpu/tensor_kernels.h"

namespace somnium::compute::cpu
{
namespace
{

/// For vectors of `Lanes` floats and tiles of `Rows` x `Vectors` of them.
template <std::size_t Lanes, std::size_t Rows, std::size_t Vectors>
constexpr TensorKernels tensorKernelTable(const char *name)
{
    using Gemm = GemmKernels<Lanes, Rows, Vectors>;
    using Element = ElementKernels<Lanes>;
    return {name,
            Rows,
            Gemm::kColumns,
            &Gemm::template pack<Rows>,
            &Gemm::template pack<Gemm::kColumns>,
            &Gemm::block,
            &Element::activate,
            &Element::activateBackward,
            &Element::addRows,
            &Element::squaredError,
            &Element::adam,
            &Element::normals,
            &Element::addNoise,
            &Element::exponentials};
}

} // namespace
} // namespace somnium::compute::cpu
