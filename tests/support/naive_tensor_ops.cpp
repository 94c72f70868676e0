// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/naive_tensor_ops.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "core/base/check.h"

namespace somnium::test
{

namespace
{

using compute::Activation;
using compute::ConstMatrixView;
using compute::ConvolutionShape;
using compute::MatrixView;

class NaiveTensor final : public compute::Tensor
{
public:
    explicit NaiveTensor(std::size_t size) : values(size) {}
    [[nodiscard]] std::size_t size() const override { return values.size(); }
    std::vector<double> values;
};

class NaiveStaged final : public compute::StagedTensor
{
public:
    explicit NaiveStaged(std::size_t size) : m_host(size), m_device(size) {}
    [[nodiscard]] std::span<float> host() override { return m_host; }
    [[nodiscard]] compute::Tensor &device() override { return m_device; }

private:
    std::vector<float> m_host;
    NaiveTensor m_device;
};

std::span<double> of(const MatrixView &view)
{
    auto *const tensor = dynamic_cast<NaiveTensor *>(view.tensor);
    CHECK(tensor != nullptr && view.offset + view.size() <= tensor->size());
    return std::span(tensor->values).subspan(view.offset, view.size());
}

std::span<const double> of(const ConstMatrixView &view)
{
    if (view.tensor == nullptr)
        return {};
    const auto *const tensor = dynamic_cast<const NaiveTensor *>(view.tensor);
    CHECK(tensor != nullptr && view.offset + view.size() <= tensor->size());
    return std::span(tensor->values).subspan(view.offset, view.size());
}

double activated(double x, Activation activation)
{
    switch (activation)
    {
    case Activation::Linear: return x;
    case Activation::LeakyRelu: return x > 0.0 ? x : double{compute::kLeak} * x;
    case Activation::Tanh: return std::tanh(x);
    case Activation::Sigmoid: return 1.0 / (1.0 + std::exp(-x));
    }
    return x;
}

double slopeFrom(double y, Activation activation)
{
    switch (activation)
    {
    case Activation::Linear: return 1.0;
    case Activation::LeakyRelu: return y > 0.0 ? 1.0 : double{compute::kLeak};
    case Activation::Tanh: return 1.0 - y * y;
    case Activation::Sigmoid: return y * (1.0 - y);
    }
    return 1.0;
}

std::array<std::uint32_t, 4> philox(compute::NoiseKey key, std::uint64_t counter)
{
    const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
    const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32U); };
    std::array<std::uint32_t, 4> c = {low(counter), high(counter), low(key.stream), high(key.stream)};
    std::array<std::uint32_t, 2> k = {low(key.seed), high(key.seed)};
    for (int round = 0; round < 10; ++round)
    {
        const std::uint64_t a = 0xD2511F53ULL * c[0];
        const std::uint64_t b = 0xCD9E8D57ULL * c[2];
        c = {high(b) ^ c[1] ^ k[0], low(b), high(a) ^ c[3] ^ k[1], low(a)};
        k = {k[0] + 0x9E3779B9U, k[1] + 0xBB67AE85U};
    }
    return c;
}

double deviate(compute::NoiseKey key, std::size_t element)
{
    const auto words = philox(key, element / 4);
    const std::size_t pair = element % 4 / 2;
    const double radius = std::sqrt(-2.0 * std::log((words[2 * pair] >> 9U) * 0x1p-23 + 0x1p-24));
    const double angle = 2.0 * std::numbers::pi * words[2 * pair + 1] * 0x1p-32;
    return radius * (element % 2 == 0 ? std::cos(angle) : std::sin(angle));
}

/// Calls take(map element, window element) for every element of a window that lies on the map, of one image.
template <class Take> void forShared(const ConvolutionShape &s, const Take &take)
{
    for (std::size_t r = 0; r < s.windowRows; ++r)
        for (std::size_t c = 0; c < s.windowColumns; ++c)
            for (std::size_t i = 0; i < s.kernelRows; ++i)
                for (std::size_t j = 0; j < s.kernelColumns; ++j)
                    for (std::size_t q = 0; q < s.channels; ++q)
                    {
                        const auto row =
                            static_cast<long>(r * s.strideRows + i) - static_cast<long>(s.padRows);
                        const auto column =
                            static_cast<long>(c * s.strideColumns + j) - static_cast<long>(s.padColumns);
                        if (row < 0 || column < 0 || row >= static_cast<long>(s.rows) ||
                            column >= static_cast<long>(s.columns))
                            continue;
                        const std::size_t window = r * s.windowColumns + c;
                        const std::size_t inWindow = (i * s.kernelColumns + j) * s.channels + q;
                        take((static_cast<std::size_t>(row) * s.columns + static_cast<std::size_t>(column)) *
                                     s.channels +
                                 q,
                             window * s.windowSize() + inWindow);
                    }
}

class NaiveTensorOps final : public compute::TensorOps
{
public:
    Result<std::unique_ptr<compute::Tensor>> allocate(std::size_t size) override
    {
        return std::make_unique<NaiveTensor>(size);
    }
    Result<std::unique_ptr<compute::StagedTensor>> allocateStaged(std::size_t size) override
    {
        return std::make_unique<NaiveStaged>(size);
    }
    void upload(std::span<const float> values, const MatrixView &to) override
    {
        std::copy(values.begin(), values.end(), of(to).begin());
    }
    void bring(compute::StagedTensor &staged, std::size_t size) override
    {
        std::copy_n(staged.host().begin(), size, numbersOf(staged.device()).begin());
    }
    Result<void> download(const ConstMatrixView &from, std::span<float> values) override
    {
        std::transform(of(from).begin(), of(from).end(), values.begin(),
                       [](double x) { return static_cast<float>(x); });
        return {};
    }
    Result<void> finish() override { return {}; }
    void fill(const MatrixView &to, float value) override
    {
        std::fill(of(to).begin(), of(to).end(), double{value});
    }
    void copy(const ConstMatrixView &from, const MatrixView &to) override
    {
        std::copy(of(from).begin(), of(from).end(), of(to).begin());
    }

    void gatherRows(const ConstMatrixView &from, const ConstMatrixView &numbers,
                    const MatrixView &to) override
    {
        for (std::size_t i = 0; i < to.size(); ++i)
        {
            const double number = of(numbers)[i / to.columns];
            const bool isThere = number >= 0.0 && number < static_cast<double>(from.rows);
            const std::size_t row = isThere ? static_cast<std::size_t>(number) : 0;
            of(to)[i] = isThere ? of(from)[row * from.columns + i % to.columns]
                                : std::numeric_limits<double>::quiet_NaN();
        }
    }
    void multiply(const compute::Product &p) override
    {
        const std::size_t terms = p.transposeA ? p.a.rows : p.a.columns;
        const auto a = of(p.a);
        const auto b = of(p.b);
        const auto c = of(p.c);
        const auto bias = of(p.bias);
        for (std::size_t i = 0; i < p.c.rows; ++i)
            for (std::size_t j = 0; j < p.c.columns; ++j)
            {
                double sum = p.accumulate ? c[i * p.c.columns + j] : 0.0;
                for (std::size_t t = 0; t < terms; ++t)
                    sum += a[p.transposeA ? t * p.a.columns + i : i * p.a.columns + t] *
                           b[p.transposeB ? j * p.b.columns + t : t * p.b.columns + j];
                c[i * p.c.columns + j] = activated(sum + (bias.empty() ? 0.0 : bias[j]), p.activation);
            }
    }
    void activate(const ConstMatrixView &x, const ConstMatrixView &bias, Activation activation,
                  const MatrixView &y) override
    {
        for (std::size_t i = 0; i < x.size(); ++i)
            of(y)[i] =
                activated(of(x)[i] + (bias.tensor == nullptr ? 0.0 : of(bias)[i % x.columns]), activation);
    }
    void activateBackward(const ConstMatrixView &y, Activation activation, const MatrixView &dy) override
    {
        for (std::size_t i = 0; i < y.size(); ++i)
            of(dy)[i] *= slopeFrom(of(y)[i], activation);
    }
    void columnSums(const ConstMatrixView &x, const MatrixView &sums) override
    {
        fill(sums, 0.0F);
        for (std::size_t i = 0; i < x.size(); ++i)
            of(sums)[i % x.columns] += of(x)[i];
    }
    void unfold(const ConstMatrixView &map, const ConvolutionShape &shape, const MatrixView &windows) override
    {
        fill(windows, 0.0F);
        const std::size_t size = windows.size() / map.rows;
        for (std::size_t image = 0; image < map.rows; ++image)
            forShared(shape, [&](std::size_t at, std::size_t window) {
                of(windows)[image * size + window] = of(map)[image * map.columns + at];
            });
    }
    void fold(const ConstMatrixView &windows, const ConvolutionShape &shape, const MatrixView &map) override
    {
        fill(map, 0.0F);
        const std::size_t size = windows.size() / map.rows;
        for (std::size_t image = 0; image < map.rows; ++image)
            forShared(shape, [&](std::size_t at, std::size_t window) {
                of(map)[image * map.columns + at] += of(windows)[image * size + window];
            });
    }
    void transposeRows(const ConstMatrixView &x, std::size_t outer, const MatrixView &y) override
    {
        const std::size_t inner = x.columns / outer;
        for (std::size_t i = 0; i < x.size(); ++i)
        {
            const std::size_t row = i / x.columns;
            const std::size_t o = i % x.columns / inner;
            of(y)[row * x.columns + i % inner * outer + o] = of(x)[i];
        }
    }
    void squaredError(const ConstMatrixView &x, const ConstMatrixView &y, const ConstMatrixView &weights,
                      float scale, const MatrixView &gradient, const MatrixView &rowSums) override
    {
        fill(rowSums, 0.0F);
        for (std::size_t i = 0; i < x.size(); ++i)
        {
            const double w = weights.tensor == nullptr ? 1.0 : of(weights)[i];
            const double d = w == 0.0 ? 0.0 : of(y)[i] - of(x)[i];
            of(rowSums)[i / x.columns] += w * d * d;
            if (gradient.tensor != nullptr)
                of(gradient)[i] = 2.0 * scale * w * d;
        }
    }
    void absolutePenalty(const ConstMatrixView &z, float scale, const MatrixView &dz,
                         const MatrixView &rowSums) override
    {
        fill(rowSums, 0.0F);
        for (std::size_t i = 0; i < z.size(); ++i)
        {
            of(rowSums)[i / z.columns] += std::abs(of(z)[i]);
            of(dz)[i] += scale * (of(z)[i] > 0.0 ? 1.0 : of(z)[i] < 0.0 ? -1.0 : 0.0);
        }
    }
    void normals(const compute::NoiseKey &key, const MatrixView &to) override
    {
        for (std::size_t i = 0; i < to.size(); ++i)
            of(to)[i] = deviate(key, i);
    }
    void addNoise(const ConstMatrixView &x, const ConstMatrixView &weights, float amplitude,
                  const compute::NoiseKey &key, const MatrixView &y) override
    {
        for (std::size_t i = 0; i < x.size(); ++i)
        {
            const double w = weights.tensor == nullptr ? 1.0 : of(weights)[i];
            of(y)[i] = of(x)[i] + (w > 0.0 ? amplitude * deviate(key, i) / std::sqrt(w) : 0.0);
        }
    }
    void sampleLatent(const ConstMatrixView &moments, const ConstMatrixView &e, const MatrixView &z) override
    {
        for (std::size_t i = 0; i < z.size(); ++i)
        {
            const std::size_t at = i / z.columns * moments.columns + i % z.columns;
            of(z)[i] = of(moments)[at] + std::exp(0.5 * of(moments)[at + z.columns]) * of(e)[i];
        }
    }
    void sampleLatentBackward(const ConstMatrixView &moments, const ConstMatrixView &e,
                              const ConstMatrixView &dz, float scale, const MatrixView &dMoments,
                              const MatrixView &rowSums) override
    {
        fill(rowSums, 0.0F);
        for (std::size_t i = 0; i < dz.size(); ++i)
        {
            const std::size_t at = i / dz.columns * moments.columns + i % dz.columns;
            const double mean = of(moments)[at];
            const double logVariance = of(moments)[at + dz.columns];
            of(rowSums)[i / dz.columns] += -0.5 * (1.0 + logVariance - mean * mean - std::exp(logVariance));
            of(dMoments)[at] = of(dz)[i] + scale * mean;
            of(dMoments)[at + dz.columns] = of(dz)[i] * of(e)[i] * 0.5 * std::exp(0.5 * logVariance) +
                                            scale * 0.5 * (std::exp(logVariance) - 1.0);
        }
    }
    void adam(const ConstMatrixView &gradient, const compute::AdamStep &step, const MatrixView &parameters,
              const MatrixView &first, const MatrixView &second) override
    {
        const auto t = static_cast<double>(step.step);
        for (std::size_t i = 0; i < gradient.size(); ++i)
        {
            const double g = of(gradient)[i];
            double &m = of(first)[i];
            double &v = of(second)[i];
            m = step.beta1 * m + (1.0 - step.beta1) * g;
            v = step.beta2 * v + (1.0 - step.beta2) * g * g;
            const double mHat = m / (1.0 - std::pow(step.beta1, t));
            const double vHat = v / (1.0 - std::pow(step.beta2, t));
            of(parameters)[i] -= step.learningRate * mHat / (std::sqrt(vHat) + step.epsilon);
        }
    }
};

} // namespace

std::unique_ptr<compute::TensorOps> naiveTensorOps()
{
    return std::make_unique<NaiveTensorOps>();
}

std::span<double> numbersOf(compute::Tensor &tensor)
{
    auto *const mine = dynamic_cast<NaiveTensor *>(&tensor);
    CHECK(mine != nullptr);
    return mine->values;
}

std::span<const double> numbersOf(const ConstMatrixView &view)
{
    return of(view);
}

} // namespace somnium::test
