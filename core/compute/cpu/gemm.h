// SPDX-License-Identifier: GPL-3.0-or-later
// Products of matrices in main memory on several threads: operands are packed into panels, blocks of C are
// shared out. Which sums are taken in which order depends on the shape alone.
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/job.h"
#include "core/compute/cpu/cpu_spectra.h"
#include "core/compute/cpu/tensor_kernels.h"

namespace somnium::compute::cpu
{

/// C [rows x columns] = op(A) op(B), see compute::Product. Row-major, without gaps.
struct GemmCall
{
    const float *a = nullptr; ///< [rows x terms], or [terms x rows] if transposed
    const float *b = nullptr; ///< [terms x columns], or [columns x terms] if transposed
    float *c = nullptr;
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::size_t terms = 0; ///< at least 1
    bool transposeA = false;
    bool transposeB = false;
    bool accumulate = false;
    const float *bias = nullptr;
    ActivationCode activation = ActivationCode::Linear;
};

/// Keeps the memory that it packs into from call to call. Not to be used by two threads at once.
class Gemm
{
public:
    Gemm(const TensorKernels &kernels, unsigned threads);
    void multiply(const GemmCall &call);

private:
    void multiplyBlocks(const GemmCall &call);
    void multiplyRows(const GemmCall &call);
    void multiplyTerms(const GemmCall &call);
    void packBoth(const GemmCall &call, std::size_t firstColumn, std::size_t columns, std::size_t firstTerm,
                  std::size_t terms);
    void blocksOf(const GemmCall &call, std::size_t firstColumn, std::size_t columns, std::size_t firstTerm,
                  std::size_t terms);

    const TensorKernels &m_kernels;
    JobContext m_all;     ///< all threads
    JobContext m_alone;   ///< the caller's only
    JobContext m_context; ///< of the call under way
    AlignedFloats m_a;    ///< packed
    AlignedFloats m_b;
    std::vector<float> m_parts; ///< sums over parts of the terms
};

} // namespace somnium::compute::cpu
