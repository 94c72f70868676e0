// SPDX-License-Identifier: GPL-3.0-or-later
// Matrices of any compute::TensorOps, each between guards, and the naive operations beside them: what the
// tests of tensor operations are written with.
#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/compute/tensor_ops.h"

namespace somnium::test
{

inline constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

class TensorBench
{
public:
    /// `guardFloats`: before and after each matrix. Of an odd number, no matrix is aligned.
    TensorBench(compute::TensorOps &operations, std::size_t guardFloats)
        : ops(operations), m_guard(guardFloats)
    {}

    /// Without values: NaN, for what is written must not depend on what was there.
    compute::MatrixView make(std::size_t rows, std::size_t columns, const std::vector<float> &values = {})
    {
        auto tensor = ops.allocate(rows * columns + 2 * m_guard);
        EXPECT_TRUE(tensor.has_value());
        ops.fill({tensor->get(), 0, 1, (*tensor)->size()}, kGuard);
        const compute::MatrixView view = {tensor->get(), m_guard, rows, columns};
        if (values.empty())
            ops.fill(view, kNan);
        else
            ops.upload(values, view);
        m_tensors.push_back(std::move(*tensor));
        return view;
    }

    /// The values of a matrix; its guards must be whole.
    std::vector<float> get(const compute::MatrixView &view)
    {
        std::vector<float> all(view.size() + 2 * m_guard);
        EXPECT_TRUE(ops.download({view.tensor, 0, 1, all.size()}, all).has_value());
        for (std::size_t i = 0; i < m_guard; ++i)
        {
            EXPECT_EQ(all[i], kGuard);
            EXPECT_EQ(all[all.size() - 1 - i], kGuard);
        }
        const auto guard = static_cast<std::ptrdiff_t>(m_guard);
        return {all.begin() + guard, all.end() - guard};
    }

    compute::TensorOps &ops;

private:
    static constexpr float kGuard = 12345.0F;

    std::size_t m_guard;
    std::vector<std::unique_ptr<compute::Tensor>> m_tensors;
};

using TensorWork = std::function<std::vector<float>(TensorBench &)>;

inline bool isClose(float found, float expected, double tolerance)
{
    if (std::isnan(found) || std::isnan(expected))
        return std::isnan(found) && std::isnan(expected);
    if (found == expected)
        return true; // also infinities
    return std::abs(double{found} - double{expected}) <= tolerance * (1.0 + std::abs(double{expected}));
}

inline std::vector<float> randomValues(std::size_t count, std::uint64_t seed, double scale = 1.0)
{
    Random random(seed);
    std::vector<float> values(count);
    for (float &value : values)
        value = static_cast<float>(scale * random.normal());
    return values;
}

inline std::vector<float> joined(std::vector<float> a, const std::vector<float> &b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

struct ProductSizes
{
    std::size_t rows = 1;
    std::size_t columns = 1;
    std::size_t terms = 1;
};

/// A product of random matrices.
inline TensorWork productOf(const ProductSizes &s, bool transposeA, bool transposeB, bool accumulate,
                            compute::Activation activation, bool hasBias)
{
    return [=](TensorBench &bench) {
        compute::Product p;
        const auto a = randomValues(s.rows * s.terms, 1);
        const auto b = randomValues(s.terms * s.columns, 2);
        p.a = transposeA ? bench.make(s.terms, s.rows, a) : bench.make(s.rows, s.terms, a);
        p.b = transposeB ? bench.make(s.columns, s.terms, b) : bench.make(s.terms, s.columns, b);
        p.c = bench.make(s.rows, s.columns,
                         accumulate ? randomValues(s.rows * s.columns, 3) : std::vector<float>());
        p.transposeA = transposeA;
        p.transposeB = transposeB;
        p.accumulate = accumulate;
        p.activation = activation;
        if (hasBias)
            p.bias = bench.make(1, s.columns, randomValues(s.columns, 4));
        bench.ops.multiply(p);
        return bench.get(p.c);
    };
}

} // namespace somnium::test
