// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/cpu/cpu_tensor_ops.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <new>
#include <string>

#include "core/base/check.h"
#include "core/compute/cpu/flush_tiny.h"
#include "core/compute/cpu/window_runs.h"

namespace somnium::compute::cpu
{

namespace
{

/// Elements that one thread takes at a time: fewer are not worth waking another.
constexpr std::size_t kGrain = std::size_t{1} << 16U;
/// Rows and columns whose sums one thread takes.
constexpr std::size_t kSumRows = 2048;
constexpr std::size_t kSumColumns = 512;

class CpuTensor final : public Tensor
{
public:
    explicit CpuTensor(std::size_t size) : m_values(size) {}
    [[nodiscard]] std::size_t size() const override { return m_values.size(); }
    [[nodiscard]] float *data() { return m_values.data(); }
    [[nodiscard]] const float *data() const { return m_values.data(); }

private:
    AlignedFloats m_values;
};

class CpuStaged final : public StagedTensor
{
public:
    explicit CpuStaged(std::size_t size) : m_tensor(size) {}
    [[nodiscard]] std::span<float> host() override { return {m_tensor.data(), m_tensor.size()}; }
    [[nodiscard]] Tensor &device() override { return m_tensor; }

private:
    CpuTensor m_tensor;
};

float *floats(const MatrixView &view)
{
    auto *const tensor = dynamic_cast<CpuTensor *>(view.tensor);
    CHECK(tensor != nullptr && view.offset <= tensor->size() && view.size() <= tensor->size() - view.offset);
    return tensor->data() + view.offset;
}

const float *floats(const ConstMatrixView &view)
{
    const auto *const tensor = dynamic_cast<const CpuTensor *>(view.tensor);
    CHECK(tensor != nullptr && view.offset <= tensor->size() && view.size() <= tensor->size() - view.offset);
    return tensor->data() + view.offset;
}

/// Null where there is none.
template <class View> auto floatsIfAny(const View &view)
{
    return view.tensor == nullptr ? nullptr : floats(view);
}

ActivationCode codeOf(Activation activation)
{
    return static_cast<ActivationCode>(activation);
}
static_assert(static_cast<int>(Activation::Sigmoid) == static_cast<int>(ActivationCode::Sigmoid) &&
              static_cast<int>(Activation::LeakyRelu) == static_cast<int>(ActivationCode::LeakyRelu) &&
              static_cast<int>(Activation::Tanh) == static_cast<int>(ActivationCode::Tanh));

void checkWindows(const ConvolutionShape &shape, const ConstMatrixView &map, const ConstMatrixView &windows)
{
    CHECK(map.columns == shape.mapSize() && windows.columns == shape.windowSize() &&
          windows.rows == map.rows * shape.windows());
}

} // namespace

CpuTensorOps::CpuTensorOps(const TensorKernels &kernels, unsigned threads)
    : m_kernels(kernels), m_gemm(kernels, threads)
{
    m_context.threads = threads;
}

void CpuTensorOps::guarded(const std::function<void()> &work)
{
    if (!m_state)
        return;
    try
    {
        work();
    }
    catch (const std::bad_alloc &)
    {
        m_state = failure(ErrorKind::OutOfMemory, "not enough memory for this step of an autoencoder");
    }
    catch (const std::exception &problem)
    {
        m_state = failure(ErrorKind::Internal, problem.what());
    }
}

void CpuTensorOps::share(std::size_t count, std::size_t grain,
                         const std::function<void(std::size_t, std::size_t)> &work) const
{
    grain = std::max<std::size_t>(1, grain);
    if (count < 2 * grain)
    {
        const FlushTiny flush;
        if (count > 0)
            work(0, count);
        return;
    }
    parallelKernels((count + grain - 1) / grain, m_context,
                    [&](std::size_t piece) { work(piece * grain, std::min(grain, count - piece * grain)); });
}

Result<std::unique_ptr<Tensor>> CpuTensorOps::allocate(std::size_t size)
{
    std::unique_ptr<Tensor> tensor;
    guarded([&] { tensor = std::make_unique<CpuTensor>(size); });
    if (!m_state)
        return failure(m_state.error());
    return tensor;
}

Result<std::unique_ptr<StagedTensor>> CpuTensorOps::allocateStaged(std::size_t size)
{
    std::unique_ptr<StagedTensor> tensor;
    guarded([&] { tensor = std::make_unique<CpuStaged>(size); });
    if (!m_state)
        return failure(m_state.error());
    return tensor;
}

void CpuTensorOps::upload(std::span<const float> values, const MatrixView &to)
{
    CHECK(values.size() == to.size());
    std::copy(values.begin(), values.end(), floats(to));
}

void CpuTensorOps::bring(StagedTensor &staged, std::size_t size)
{
    CHECK(size <= staged.host().size()); // the same floats
}

Result<void> CpuTensorOps::download(const ConstMatrixView &from, std::span<float> values)
{
    CHECK(values.size() == from.size());
    if (m_state)
        std::copy_n(floats(from), values.size(), values.data());
    return m_state;
}

Result<void> CpuTensorOps::finish()
{
    return m_state;
}

void CpuTensorOps::fill(const MatrixView &to, float value)
{
    std::fill_n(floats(to), to.size(), value);
}

void CpuTensorOps::copy(const ConstMatrixView &from, const MatrixView &to)
{
    CHECK(from.size() == to.size());
    const float *const values = floats(from);
    float *const target = floats(to);
    guarded([&] {
        share(to.size(), 4 * kGrain, [&](std::size_t first, std::size_t count) {
            std::copy_n(values + first, count, target + first);
        });
    });
}

void CpuTensorOps::gatherRows(const ConstMatrixView &from, const ConstMatrixView &numbers,
                              const MatrixView &to)
{
    CHECK(from.rows <= kMostGatherable && numbers.size() == to.rows && from.columns == to.columns);
    const float *const values = floats(from);
    const float *const wanted = floats(numbers);
    float *const target = floats(to);
    const std::size_t columns = to.columns;
    guarded([&] {
        share(to.rows, kGrain / std::max<std::size_t>(1, columns), [&](std::size_t first, std::size_t count) {
            for (std::size_t row = first; row < first + count; ++row)
            {
                const float number = wanted[row];
                if (number >= 0.0F && number < static_cast<float>(from.rows))
                    std::copy_n(values + static_cast<std::size_t>(number) * columns, columns,
                                target + row * columns);
                else
                    std::fill_n(target + row * columns, columns, std::numeric_limits<float>::quiet_NaN());
            }
        });
    });
}

void CpuTensorOps::multiply(const Product &product)
{
    GemmCall call;
    call.rows = product.transposeA ? product.a.columns : product.a.rows;
    call.terms = product.transposeA ? product.a.rows : product.a.columns;
    call.columns = product.transposeB ? product.b.rows : product.b.columns;
    CHECK(call.terms == (product.transposeB ? product.b.columns : product.b.rows) && call.terms > 0);
    CHECK(product.c.rows == call.rows && product.c.columns == call.columns);
    CHECK(product.bias.tensor == nullptr || product.bias.size() == call.columns);
    call.a = floats(product.a);
    call.b = floats(product.b);
    call.c = floats(product.c);
    call.transposeA = product.transposeA;
    call.transposeB = product.transposeB;
    call.accumulate = product.accumulate;
    call.bias = floatsIfAny(product.bias);
    call.activation = codeOf(product.activation);
    guarded([&] { m_gemm.multiply(call); });
}

void CpuTensorOps::activate(const ConstMatrixView &x, const ConstMatrixView &bias, Activation activation,
                            const MatrixView &y)
{
    CHECK(x.rows == y.rows && x.columns == y.columns);
    CHECK(bias.tensor == nullptr || bias.size() == x.columns);
    const float *const from = floats(x);
    const float *const added = floatsIfAny(bias);
    float *const to = floats(y);
    guarded([&] {
        if (added == nullptr)
            return share(x.size(), kGrain, [&](std::size_t first, std::size_t count) {
                m_kernels.activate(from + first, nullptr, count, codeOf(activation), to + first);
            });
        share(x.rows, kGrain / x.columns, [&](std::size_t first, std::size_t count) {
            for (std::size_t i = first * x.columns; i < (first + count) * x.columns; i += x.columns)
                m_kernels.activate(from + i, added, x.columns, codeOf(activation), to + i);
        });
    });
}

void CpuTensorOps::activateBackward(const ConstMatrixView &y, Activation activation, const MatrixView &dy)
{
    CHECK(y.size() == dy.size());
    if (activation == Activation::Linear)
        return;
    const float *const from = floats(y);
    float *const to = floats(dy);
    guarded([&] {
        share(y.size(), kGrain, [&](std::size_t first, std::size_t count) {
            m_kernels.activateBackward(from + first, count, codeOf(activation), to + first);
        });
    });
}

void CpuTensorOps::columnSums(const ConstMatrixView &x, const MatrixView &sums)
{
    CHECK(sums.size() == x.columns);
    const float *const from = floats(x);
    float *const to = floats(sums);
    guarded([&] {
        const std::size_t below = std::max<std::size_t>(1, (x.rows + kSumRows - 1) / kSumRows);
        const std::size_t beside = (x.columns + kSumColumns - 1) / kSumColumns;
        m_scratch.assign(below * x.columns, 0.0F);
        share(below * beside, x.size() < 2 * kGrain ? below * beside : 1,
              [&](std::size_t first, std::size_t count) {
                  for (std::size_t block = first; block < first + count; ++block)
                  {
                      const std::size_t row = block / beside * kSumRows;
                      const std::size_t column = block % beside * kSumColumns;
                      m_kernels.addRows(from + row * x.columns + column, std::min(kSumRows, x.rows - row),
                                        std::min(kSumColumns, x.columns - column), x.columns,
                                        m_scratch.data() + block / beside * x.columns + column);
                  }
              });
        std::fill_n(to, x.columns, 0.0F);
        m_kernels.addRows(m_scratch.data(), below, x.columns, x.columns, to);
    });
}

void CpuTensorOps::unfold(const ConstMatrixView &map, const ConvolutionShape &shape,
                          const MatrixView &windows)
{
    checkWindows(shape, map, windows);
    const float *const from = floats(map);
    float *const to = floats(windows);
    const std::size_t size = shape.windows() * shape.windowSize();
    guarded([&] {
        share(map.rows, kGrain / size, [&](std::size_t first, std::size_t count) {
            for (std::size_t image = first; image < first + count; ++image)
            {
                const float *const pixels = from + image * map.columns;
                float *const window = to + image * size;
                std::fill_n(window, size, 0.0F);
                forWindowRuns(shape, [&](std::size_t mapAt, std::size_t windowAt, std::size_t n) {
                    std::copy_n(pixels + mapAt, n, window + windowAt);
                });
            }
        });
    });
}

void CpuTensorOps::fold(const ConstMatrixView &windows, const ConvolutionShape &shape, const MatrixView &map)
{
    checkWindows(shape, map, windows);
    const float *const from = floats(windows);
    float *const to = floats(map);
    const std::size_t size = shape.windows() * shape.windowSize();
    guarded([&] {
        share(map.rows, kGrain / size, [&](std::size_t first, std::size_t count) {
            for (std::size_t image = first; image < first + count; ++image)
            {
                float *const pixels = to + image * map.columns;
                const float *const window = from + image * size;
                std::fill_n(pixels, map.columns, 0.0F);
                forWindowRuns(shape, [&](std::size_t mapAt, std::size_t windowAt, std::size_t n) {
                    for (std::size_t i = 0; i < n; ++i)
                        pixels[mapAt + i] += window[windowAt + i];
                });
            }
        });
    });
}

void CpuTensorOps::transposeRows(const ConstMatrixView &x, std::size_t outer, const MatrixView &y)
{
    CHECK(x.rows == y.rows && x.columns == y.columns && outer > 0 && x.columns % outer == 0);
    const float *const from = floats(x);
    float *const to = floats(y);
    const std::size_t inner = x.columns / outer;
    guarded([&] {
        share(x.rows, kGrain / std::max<std::size_t>(1, x.columns),
              [&](std::size_t first, std::size_t count) {
                  for (std::size_t row = first; row < first + count; ++row)
                      for (std::size_t o = 0; o < outer; ++o)
                          for (std::size_t i = 0; i < inner; ++i)
                              to[row * x.columns + i * outer + o] = from[row * x.columns + o * inner + i];
              });
    });
}

void CpuTensorOps::squaredError(const ConstMatrixView &x, const ConstMatrixView &y,
                                const ConstMatrixView &weights, float scale, const MatrixView &gradient,
                                const MatrixView &rowSums)
{
    CHECK(x.rows == y.rows && x.columns == y.columns && rowSums.size() == x.rows);
    CHECK(weights.tensor == nullptr || weights.size() == x.size());
    CHECK(gradient.tensor == nullptr || gradient.size() == x.size());
    const float *const values = floats(x);
    const float *const rebuilt = floats(y);
    const float *const weight = floatsIfAny(weights);
    float *const slope = floatsIfAny(gradient);
    float *const sums = floats(rowSums);
    guarded([&] {
        share(x.rows, kGrain / std::max<std::size_t>(1, x.columns),
              [&](std::size_t first, std::size_t count) {
                  for (std::size_t row = first; row < first + count; ++row)
                  {
                      const std::size_t at = row * x.columns;
                      sums[row] = m_kernels.squaredError(values + at, rebuilt + at,
                                                         weight == nullptr ? nullptr : weight + at, x.columns,
                                                         scale, slope == nullptr ? nullptr : slope + at);
                  }
              });
    });
}

void CpuTensorOps::absolutePenalty(const ConstMatrixView &z, float scale, const MatrixView &dz,
                                   const MatrixView &rowSums)
{
    CHECK(z.size() == dz.size() && rowSums.size() == z.rows);
    const float *const values = floats(z);
    float *const slope = floats(dz);
    float *const sums = floats(rowSums);
    for (std::size_t row = 0; row < z.rows; ++row)
    {
        float sum = 0.0F;
        for (std::size_t i = row * z.columns; i < (row + 1) * z.columns; ++i)
        {
            sum += std::abs(values[i]);
            slope[i] += values[i] > 0.0F ? scale : values[i] < 0.0F ? -scale : 0.0F * values[i];
        }
        sums[row] = sum;
    }
}

void CpuTensorOps::normals(const NoiseKey &key, const MatrixView &to)
{
    float *const values = floats(to);
    guarded([&] {
        share(to.size(), kGrain / 4, [&](std::size_t first, std::size_t count) {
            m_kernels.normals(key.seed, key.stream, first / 4, count, values + first);
        });
    });
}

void CpuTensorOps::addNoise(const ConstMatrixView &x, const ConstMatrixView &weights, float amplitude,
                            const NoiseKey &key, const MatrixView &y)
{
    CHECK(x.size() == y.size() && (weights.tensor == nullptr || weights.size() == x.size()));
    const float *const from = floats(x);
    const float *const weight = floatsIfAny(weights);
    float *const to = floats(y);
    guarded([&] {
        constexpr std::size_t kPiece = kGrain / 4;
        share(x.size(), kPiece, [&](std::size_t begin, std::size_t all) {
            std::vector<float> deviates(std::min(all, kPiece));
            for (std::size_t first = begin; first < begin + all; first += kPiece)
            {
                const std::size_t count = std::min(kPiece, begin + all - first);
                m_kernels.normals(key.seed, key.stream, first / 4, count, deviates.data());
                m_kernels.addNoise(from + first, weight == nullptr ? nullptr : weight + first,
                                   deviates.data(), count, amplitude, to + first);
            }
        });
    });
}

void CpuTensorOps::sampleLatent(const ConstMatrixView &moments, const ConstMatrixView &e, const MatrixView &z)
{
    CHECK(z.rows == moments.rows && moments.columns == 2 * z.columns && e.size() == z.size());
    const float *const from = floats(moments);
    const float *const deviates = floats(e);
    float *const to = floats(z);
    const std::size_t size = z.columns;
    for (std::size_t row = 0; row < z.rows; ++row)
        for (std::size_t j = 0; j < size; ++j)
            to[row * size + j] = from[row * 2 * size + j] +
                                 std::exp(0.5F * from[row * 2 * size + size + j]) * deviates[row * size + j];
}

void CpuTensorOps::sampleLatentBackward(const ConstMatrixView &moments, const ConstMatrixView &e,
                                        const ConstMatrixView &dz, float scale, const MatrixView &dMoments,
                                        const MatrixView &rowSums)
{
    const std::size_t size = dz.columns;
    CHECK(dz.rows == moments.rows && moments.columns == 2 * size && e.size() == dz.size());
    CHECK(dMoments.size() == moments.size() && rowSums.size() == dz.rows);
    const float *const from = floats(moments);
    const float *const deviates = floats(e);
    const float *const slope = floats(dz);
    float *const to = floats(dMoments);
    float *const sums = floats(rowSums);
    for (std::size_t row = 0; row < dz.rows; ++row)
    {
        float sum = 0.0F;
        for (std::size_t j = 0; j < size; ++j)
        {
            const float mean = from[row * 2 * size + j];
            const float logVariance = from[row * 2 * size + size + j];
            const float deviation = std::exp(0.5F * logVariance);
            const float variance = deviation * deviation;
            const float d = slope[row * size + j];
            sum += -0.5F * (1.0F + logVariance - mean * mean - variance);
            to[row * 2 * size + j] = d + scale * mean;
            to[row * 2 * size + size + j] =
                0.5F * (d * deviates[row * size + j] * deviation + scale * (variance - 1.0F));
        }
        sums[row] = sum;
    }
}

void CpuTensorOps::adam(const ConstMatrixView &gradient, const AdamStep &step, const MatrixView &parameters,
                        const MatrixView &first, const MatrixView &second)
{
    const std::size_t size = parameters.size();
    CHECK(gradient.size() == size && first.size() == size && second.size() == size && step.step > 0);
    const auto t = static_cast<double>(step.step);
    AdamArguments x;
    x.beta1 = static_cast<float>(step.beta1);
    x.beta2 = static_cast<float>(step.beta2);
    x.rest1 = static_cast<float>(1.0 - step.beta1);
    x.rest2 = static_cast<float>(1.0 - step.beta2);
    x.rate = static_cast<float>(step.learningRate / (1.0 - std::pow(step.beta1, t)));
    x.root = static_cast<float>(1.0 / (1.0 - std::pow(step.beta2, t)));
    x.epsilon = static_cast<float>(step.epsilon);
    const float *const slope = floats(gradient);
    float *const values = floats(parameters);
    float *const moment1 = floats(first);
    float *const moment2 = floats(second);
    guarded([&] {
        share(size, kGrain, [&](std::size_t from, std::size_t count) {
            m_kernels.adam(x, slope + from, count, values + from, moment1 + from, moment2 + from);
        });
    });
}

} // namespace somnium::compute::cpu
