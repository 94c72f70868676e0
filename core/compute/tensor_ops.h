// SPDX-License-Identifier: GPL-3.0-or-later
// What an autoencoder computes, as coarse operations on matrices that lie wherever the backend keeps them.
// Both twins (CPU, CUDA) offer exactly these; no CUDA type occurs here.
//
// The contract of all operations:
// - A matrix is float32, row-major, without gaps. A view is a part of a tensor's floats read as rows x
//   columns. Shapes that do not fit are the caller's error (CHECK).
// - Operations run in the order in which they are called, perhaps after the call has returned. One thread
//   calls at a time. A failure (out of memory, device lost) is kept: all that follow do nothing, and the
//   next `download`, `allocate` or `finish` returns it.
// - What is written must not overlap what is read, unless an operation says that it works in place.
// - Same input, same bits, however many threads there are. Backends, and SIMD paths of the CPU, differ from
//   each other by rounding: sums of n products to about 1e-6 times the root of the sum of the squares of the
//   products, times sqrt(n).
// - NaN and infinity in what is read come out of all that depends on them; nothing is hidden, except that a
//   weight of 0 hides the value that it belongs to.
// - Sums over rows or columns are taken in float32, in blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "core/base/check.h"
#include "core/base/result.h"

namespace somnium::compute
{

/// Floats in the memory of a backend; zero when made. Freed with the object, which must not outlive its
/// TensorOps.
class Tensor
{
public:
    Tensor() = default;
    Tensor(const Tensor &) = delete;
    Tensor &operator=(const Tensor &) = delete;
    virtual ~Tensor() = default;
    [[nodiscard]] virtual std::size_t size() const = 0; ///< floats
};

/// A tensor, or a part of one, as a matrix that is written. Valid as long as the tensor.
struct MatrixView
{
    Tensor *tensor = nullptr;
    std::size_t offset = 0; ///< floats from the tensor's first
    std::size_t rows = 0;
    std::size_t columns = 0;

    [[nodiscard]] std::size_t size() const { return rows * columns; }
    /// Rows [first, first + count).
    [[nodiscard]] MatrixView rowRange(std::size_t first, std::size_t count) const
    {
        CHECK(first <= rows && count <= rows - first);
        return {tensor, offset + first * columns, count, columns};
    }
    /// The same floats in rows of another length.
    [[nodiscard]] MatrixView reshaped(std::size_t newRows, std::size_t newColumns) const
    {
        CHECK(newRows * newColumns == size());
        return {tensor, offset, newRows, newColumns};
    }
};

/// The same for what is only read. `tensor` null: there is none, where an operation allows it.
struct ConstMatrixView
{
    const Tensor *tensor = nullptr;
    std::size_t offset = 0;
    std::size_t rows = 0;
    std::size_t columns = 0;

    ConstMatrixView() = default;
    ConstMatrixView(const Tensor *from, std::size_t first, std::size_t rowCount, std::size_t columnCount)
        : tensor(from), offset(first), rows(rowCount), columns(columnCount)
    {}
    // NOLINTNEXTLINE(google-explicit-constructor,hicpp-explicit-conversions): as span<T> to span<const T>
    ConstMatrixView(const MatrixView &view)
        : ConstMatrixView(view.tensor, view.offset, view.rows, view.columns)
    {}

    [[nodiscard]] std::size_t size() const { return rows * columns; }
    [[nodiscard]] ConstMatrixView rowRange(std::size_t first, std::size_t count) const
    {
        CHECK(first <= rows && count <= rows - first);
        return {tensor, offset + first * columns, count, columns};
    }
    [[nodiscard]] ConstMatrixView reshaped(std::size_t newRows, std::size_t newColumns) const
    {
        CHECK(newRows * newColumns == size());
        return {tensor, offset, newRows, newColumns};
    }
};

/// A tensor with a place in main memory to fill it from (page-locked where that helps). Used in turns: a
/// thread fills `host`, then TensorOps::bring makes `device` equal to it. On the CPU both are the same
/// floats.
class StagedTensor
{
public:
    StagedTensor() = default;
    StagedTensor(const StagedTensor &) = delete;
    StagedTensor &operator=(const StagedTensor &) = delete;
    virtual ~StagedTensor() = default;
    [[nodiscard]] virtual std::span<float> host() = 0;
    [[nodiscard]] virtual Tensor &device() = 0;
};

enum class Activation : std::uint8_t
{
    Linear,
    LeakyRelu, ///< x for x > 0, else kLeak x
    Tanh,
    Sigmoid, ///< 1 / (1 + exp(-x))
};
inline constexpr float kLeak = 0.01F;

/// Numbers of rows are floats, which are exact so far.
inline constexpr std::size_t kMostGatherable = std::size_t{1} << 24U;

/// C = op(A) op(B), or C += op(A) op(B); then, if asked for, C = f(C + bias).
struct Product
{
    ConstMatrixView a = {};
    ConstMatrixView b = {};
    MatrixView c = {};
    bool transposeA = false; ///< op(A) is A transposed
    bool transposeB = false;
    bool accumulate = false;   ///< add to what C holds
    ConstMatrixView bias = {}; ///< [1 x columns of C], or none
    Activation activation = Activation::Linear;
};

/// Windows of a strided convolution in two dimensions (one: `rows` = `kernelRows` = `strideRows` = 1).
/// Feature maps are matrices [images x rows columns channels], the channel running fastest. Window (r, c)
/// covers input rows r strideRows - padRows + [0, kernelRows), likewise for columns; outside the map all is
/// 0.
struct ConvolutionShape
{
    std::size_t channels = 1;
    std::size_t rows = 1; ///< of the map that the windows lie on
    std::size_t columns = 1;
    std::size_t windowRows = 1; ///< windows below each other
    std::size_t windowColumns = 1;
    std::size_t kernelRows = 1;
    std::size_t kernelColumns = 1;
    std::size_t strideRows = 1;
    std::size_t strideColumns = 1;
    std::size_t padRows = 0; ///< before the first row
    std::size_t padColumns = 0;

    [[nodiscard]] std::size_t mapSize() const { return channels * rows * columns; }
    [[nodiscard]] std::size_t windows() const { return windowRows * windowColumns; }
    [[nodiscard]] std::size_t windowSize() const { return channels * kernelRows * kernelColumns; }
    friend bool operator==(const ConvolutionShape &, const ConvolutionShape &) = default;
};

/// Adam with bias correction. cite: Kingma & Ba 2015, algorithm 1.
struct AdamStep
{
    double learningRate = 1e-3;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    std::uint64_t step = 1; ///< t, from 1
};

/// Random numbers that depend on nothing but this and the place of the element: Philox 4x32-10 with the key
/// `seed` and the counter (element / 4, stream) gives four words a, b, c, d, and these the deviates r(a)
/// cos(b'), r(a) sin(b'), r(c) cos(d'), r(c) sin(d') with r(a) = sqrt(-2 ln(floor(a / 2^9) / 2^23 + 2^-24))
/// and b' = 2 pi b / 2^32 (Box-Muller). cite: Salmon et al. 2011.
struct NoiseKey
{
    std::uint64_t seed = 0;
    std::uint64_t stream = 0;
};

/// What factors of a product are rounded to before they are multiplied; sums are float32 always. A backend
/// without the units for it takes the next finer one.
enum class ProductPrecision : std::uint8_t
{
    Float32,
    Tf32,     ///< 11 significant bits
    Bfloat16, ///< 8 significant bits
};

struct TensorOptions
{
    unsigned threads = 0; ///< of the processor; 0: all
    ProductPrecision precision = ProductPrecision::Float32;
};

class TensorOps
{
public:
    TensorOps() = default;
    TensorOps(const TensorOps &) = delete;
    TensorOps &operator=(const TensorOps &) = delete;
    virtual ~TensorOps() = default;

    /// Whether operations take the processor's threads, which then are not all free for others.
    [[nodiscard]] virtual bool areOnProcessor() const { return true; }

    /// OutOfMemory, or an earlier failure.
    [[nodiscard]] virtual Result<std::unique_ptr<Tensor>> allocate(std::size_t size) = 0;
    [[nodiscard]] virtual Result<std::unique_ptr<StagedTensor>> allocateStaged(std::size_t size) = 0;

    /// Copies values.size() == to.size() floats; `values` may go when it returns.
    virtual void upload(std::span<const float> values, const MatrixView &to) = 0;
    /// The first `size` floats of `host` become those of `device`. `host` may be filled again after `finish`
    /// or a `download`.
    virtual void bring(StagedTensor &staged, std::size_t size) = 0;
    /// Waits for all before it. values.size() == from.size().
    [[nodiscard]] virtual Result<void> download(const ConstMatrixView &from, std::span<float> values) = 0;
    /// Waits until all is done.
    [[nodiscard]] virtual Result<void> finish() = 0;

    /// Runs `operations`, a sequence of the operations below with the same shapes each time (a training
    /// step): a device may record it and start it as one. They must not wait (download, finish, allocate).
    virtual void step(const std::function<void()> &operations) { operations(); }

    virtual void fill(const MatrixView &to, float value) = 0;
    virtual void copy(const ConstMatrixView &from, const MatrixView &to) = 0; ///< sizes equal
    /// to [n x columns] = the rows of `from`, at most kMostGatherable, whose numbers are `numbers` [n x 1].
    /// NaN where there is no such row.
    virtual void gatherRows(const ConstMatrixView &from, const ConstMatrixView &numbers,
                            const MatrixView &to) = 0;

    virtual void multiply(const Product &product) = 0;

    /// y = f(x + bias), `bias` [1 x columns] or none. In place (y = x) allowed.
    virtual void activate(const ConstMatrixView &x, const ConstMatrixView &bias, Activation activation,
                          const MatrixView &y) = 0;
    /// dy *= f'(x), from y = f(x): what goes into the activation from what comes out of it.
    virtual void activateBackward(const ConstMatrixView &y, Activation activation, const MatrixView &dy) = 0;
    /// sums [1 x columns] = sum over the rows.
    virtual void columnSums(const ConstMatrixView &x, const MatrixView &sums) = 0;

    /// windows [images shape.windows() x shape.windowSize()] from map [images x shape.mapSize()]; a window is
    /// (kernel row, kernel column, channel), the channel fastest.
    virtual void unfold(const ConstMatrixView &map, const ConvolutionShape &shape,
                        const MatrixView &windows) = 0;
    /// The adjoint: every element of the map is the sum of the elements of windows that lie on it.
    virtual void fold(const ConstMatrixView &windows, const ConvolutionShape &shape,
                      const MatrixView &map) = 0;
    /// Each row read as [outer][columns / outer] becomes [columns / outer][outer]: channels first to channels
    /// last, and back.
    virtual void transposeRows(const ConstMatrixView &x, std::size_t outer, const MatrixView &y) = 0;

    /// rowSums [rows x 1] = sum_j w (y - x)^2; gradient = 2 scale w (y - x), or none (its tensor null).
    /// `weights` none: all 1. A weight of 0: no term, whatever x is.
    virtual void squaredError(const ConstMatrixView &x, const ConstMatrixView &y,
                              const ConstMatrixView &weights, float scale, const MatrixView &gradient,
                              const MatrixView &rowSums) = 0;
    /// rowSums [rows x 1] = sum_j |z|; dz += scale sign(z), sign(0) = 0.
    virtual void absolutePenalty(const ConstMatrixView &z, float scale, const MatrixView &dz,
                                 const MatrixView &rowSums) = 0;

    /// Standard normal deviates.
    virtual void normals(const NoiseKey &key, const MatrixView &to) = 0;
    /// y = x + amplitude e / sqrt(w), e standard normal; `weights` none: all 1. A weight of 0: y = x. In
    /// place allowed.
    virtual void addNoise(const ConstMatrixView &x, const ConstMatrixView &weights, float amplitude,
                          const NoiseKey &key, const MatrixView &y) = 0;
    /// `moments` [rows x 2 z] = (mean | log variance), e [rows x z] standard normal: z = mean + exp(logvar /
    /// 2) e.
    virtual void sampleLatent(const ConstMatrixView &moments, const ConstMatrixView &e,
                              const MatrixView &z) = 0;
    /// d moments from dz, with the divergence D = -1/2 sum_j (1 + logvar - mean^2 - exp(logvar)) of each row
    /// from N(0, 1): rowSums [rows x 1] = D; d moments = (dz + scale mean | dz e exp(logvar / 2) / 2 + scale
    /// (exp(logvar) - 1) / 2). cite: Kingma & Welling 2014, appendix B.
    virtual void sampleLatentBackward(const ConstMatrixView &moments, const ConstMatrixView &e,
                                      const ConstMatrixView &dz, float scale, const MatrixView &dMoments,
                                      const MatrixView &rowSums) = 0;

    /// One step on all parameters, first and second moments in place; all four of one size.
    virtual void adam(const ConstMatrixView &gradient, const AdamStep &step, const MatrixView &parameters,
                      const MatrixView &first, const MatrixView &second) = 0;
};

} // namespace somnium::compute
