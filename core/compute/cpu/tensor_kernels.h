// SPDX-License-Identifier: GPL-3.0-or-later
// The inner loops of the tensor operations, one set per instruction set, chosen at run time with those of
// kernels.h and under the same rule: only plain structs and function pointers cross this border.
#pragma once

#include <cstddef>
#include <cstdint>

namespace somnium::compute::cpu
{

/// Terms of a product that are summed in registers at a time: a panel of B of so many rows stays in the first
/// cache.
inline constexpr std::size_t kTermBlock = 256;

/// As compute::Activation, whose header kernels must not include.
enum class ActivationCode : std::uint8_t
{
    Linear,
    LeakyRelu,
    Tanh,
    Sigmoid,
};

/// A block of C: panels of A (tileRows rows each) times panels of B (tileColumns columns each). A panel lies
/// as [term][tileRows or tileColumns], padded with zeros; panels follow each other after `terms` of them.
struct BlockArguments
{
    const float *a = nullptr; ///< the block's first panel
    const float *b = nullptr;
    std::size_t terms = 0;
    float *c = nullptr;
    std::size_t stride = 0; ///< floats between rows of C
    std::size_t rows = 0;
    std::size_t columns = 0;
    bool accumulate = false;
    const float *bias = nullptr; ///< [columns], or null
    ActivationCode activation = ActivationCode::Linear;
};

/// One step of Adam, everything that is the same for all parameters worked out.
struct AdamArguments
{
    float beta1 = 0.0F;
    float beta2 = 0.0F;
    float rest1 = 0.0F;   ///< 1 - beta1
    float rest2 = 0.0F;   ///< 1 - beta2
    float rate = 0.0F;    ///< learning rate / (1 - beta1^t)
    float root = 0.0F;    ///< 1 / (1 - beta2^t)
    float epsilon = 0.0F; ///< beside the root of the second moment
};

struct TensorKernels
{
    const char *name = nullptr; ///< "avx512", "avx2", "plain"
    std::size_t tileRows = 0;
    std::size_t tileColumns = 0;
    /// Packs `width` vectors of `terms` numbers into one panel of tileRows (tileColumns) vectors. Number t of
    /// vector i is from[i * stride + t], or, across, from[t * stride + i].
    void (*packRows)(const float *from, std::size_t stride, bool across, std::size_t width, std::size_t terms,
                     float *panel) = nullptr;
    void (*packColumns)(const float *from, std::size_t stride, bool across, std::size_t width,
                        std::size_t terms, float *panel) = nullptr;
    void (*block)(const BlockArguments &) = nullptr;

    /// y = f(x + bias); bias may be null.
    void (*activate)(const float *x, const float *bias, std::size_t count, ActivationCode,
                     float *y) = nullptr;
    void (*activateBackward)(const float *y, std::size_t count, ActivationCode, float *dy) = nullptr;
    /// sums[j] += sum of rows x[.][j].
    void (*addRows)(const float *x, std::size_t rows, std::size_t columns, std::size_t stride,
                    float *sums) = nullptr;
    /// Returns the sum of w (y - x)^2; weights and gradient may be null.
    float (*squaredError)(const float *x, const float *y, const float *weights, std::size_t count,
                          float scale, float *gradient) = nullptr;
    void (*adam)(const AdamArguments &, const float *gradient, std::size_t count, float *parameters,
                 float *first, float *second) = nullptr;
    /// to[i] = deviate 4 firstQuad + i.
    void (*normals)(std::uint64_t seed, std::uint64_t stream, std::uint64_t firstQuad, std::size_t count,
                    float *to) = nullptr;
    /// y = x + amplitude e / sqrt(w); weights may be null.
    void (*addNoise)(const float *x, const float *weights, const float *e, std::size_t count, float amplitude,
                     float *y) = nullptr;
    /// e^x, to[i] from x[i].
    void (*exponentials)(const float *x, std::size_t count, float *to) = nullptr;
};

#if defined(SOMNIUM_X86_KERNELS)
extern const TensorKernels kAvx512TensorKernels;
extern const TensorKernels kAvx2TensorKernels;
#endif
extern const TensorKernels kPlainTensorKernels;

} // namespace somnium::compute::cpu
