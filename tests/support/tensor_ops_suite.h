// SPDX-License-Identifier: GPL-3.0-or-later
// Every operation of a compute::TensorOps against the naive one in double precision. A program that
// instantiates it with what it has (INSTANTIATE_TEST_SUITE_P) tests that; include it in one source only.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/result.h"
#include "core/compute/tensor_ops.h"
#include "tests/support/naive_tensor_ops.h"
#include "tests/support/tensor_bench.h"

namespace somnium::test
{

/// Operations, and what must live as long as they do.
struct MadeTensorOps
{
    std::shared_ptr<void> owner;
    std::unique_ptr<compute::TensorOps> ops;
};

struct TensorOpsCandidate
{
    std::string name;
    /// Ways to make them, of which each must pass; by name, e.g. the number of threads.
    std::map<std::string, std::function<Result<MadeTensorOps>()>> variants;
    /// Unsupported and NotFound: it is not here, and the tests are skipped, with the reason.
    bool mayBeMissing = false;

    friend std::ostream &operator<<(std::ostream &out, const TensorOpsCandidate &c) { return out << c.name; }
};

class TensorOpsSuite : public testing::TestWithParam<TensorOpsCandidate>
{
protected:
    void SetUp() override
    {
        for (const auto &[name, make] : GetParam().variants)
        {
            auto made = make();
            if (!made && GetParam().mayBeMissing && isMissing(made.error()))
                GTEST_SKIP() << made.error().message;
            ASSERT_TRUE(made.has_value()) << made.error().message;
            m_made.emplace(name, std::move(*made));
        }
    }

    /// What `work` returns is what it returns from the naive operations, wherever the matrices lie.
    void expectAsNaive(const TensorWork &work, double tolerance = 1e-6)
    {
        const auto naive = naiveTensorOps();
        TensorBench oracle(*naive, 0);
        const std::vector<float> expected = work(oracle);
        ASSERT_FALSE(expected.empty());
        for (const auto &[name, made] : m_made)
            for (const std::size_t guard : {std::size_t{5}, std::size_t{64}})
            {
                SCOPED_TRACE(name + ", guards of " + std::to_string(guard));
                TensorBench bench(*made.ops, guard);
                const std::vector<float> found = work(bench);
                ASSERT_EQ(found.size(), expected.size());
                for (std::size_t i = 0; i < found.size(); ++i)
                    ASSERT_TRUE(isClose(found[i], expected[i], tolerance))
                        << "element " << i << ": " << found[i] << ", expected " << expected[i];
            }
    }

    static bool isMissing(const Error &error)
    {
        return error.kind == ErrorKind::Unsupported || error.kind == ErrorKind::NotFound;
    }

    std::map<std::string, MadeTensorOps> m_made;
};

inline std::string nameOf(const testing::TestParamInfo<TensorOpsCandidate> &info)
{
    return info.param.name;
}

TEST_P(TensorOpsSuite, ProductsOfAllShapesAndTransposesAreTheNaiveOnes)
{
    for (const ProductSizes &s :
         {ProductSizes{1, 1, 1}, ProductSizes{1, 7, 3}, ProductSizes{13, 1, 9}, ProductSizes{12, 32, 16},
          ProductSizes{25, 67, 31}, ProductSizes{130, 259, 300}, ProductSizes{97, 33, 513}})
        for (const bool transposeA : {false, true})
            for (const bool transposeB : {false, true})
                for (const bool accumulate : {false, true})
                {
                    SCOPED_TRACE(std::to_string(s.rows) + " x " + std::to_string(s.columns) + " x " +
                                 std::to_string(s.terms));
                    expectAsNaive(productOf(s, transposeA, transposeB, accumulate,
                                            compute::Activation::LeakyRelu, accumulate),
                                  1e-4);
                }
}

TEST_P(TensorOpsSuite, ProductsThatAreSharedOutInOtherWaysAreTheNaiveOnes)
{
    // Many rows; many terms; more terms or columns than are packed at once.
    for (const ProductSizes &s : {ProductSizes{2051, 17, 9}, ProductSizes{7, 5, 8200},
                                  ProductSizes{150, 130, 2100}, ProductSizes{40, 4200, 20}})
        for (const bool transpose : {false, true})
            expectAsNaive(productOf(s, transpose, !transpose, transpose, compute::Activation::Tanh, true),
                          1e-5 * std::sqrt(static_cast<double>(s.terms))); // 1e-5 of a sum's usual size
}

TEST_P(TensorOpsSuite, ProductsHideNoNan)
{
    expectAsNaive(
        [](TensorBench &bench) {
            auto a = randomValues(20 * 30, 1);
            a[33] = kNan;
            const compute::MatrixView c = bench.make(20, 40);
            bench.ops.multiply(
                {.a = bench.make(20, 30, a), .b = bench.make(30, 40, randomValues(1200, 2)), .c = c});
            return bench.get(c);
        },
        1e-5);
}

TEST_P(TensorOpsSuite, ActivationsAndTheirSlopesAreTheNaiveOnes)
{
    std::vector<float> x = randomValues(3 * 71, 5, 4.0);
    x[0] = 0.0F;
    x[1] = kNan;
    x[2] = 100.0F;
    x[3] = -100.0F;
    x[4] = std::numeric_limits<float>::infinity();
    x[5] = -std::numeric_limits<float>::infinity();
    x[6] = 1e-6F;
    for (const compute::Activation activation : {compute::Activation::Linear, compute::Activation::LeakyRelu,
                                                 compute::Activation::Tanh, compute::Activation::Sigmoid})
        for (const bool hasBias : {false, true})
            expectAsNaive(
                [&](TensorBench &bench) {
                    const compute::MatrixView y = bench.make(3, 71);
                    const compute::ConstMatrixView bias =
                        hasBias ? compute::ConstMatrixView(bench.make(1, 71, randomValues(71, 6)))
                                : compute::ConstMatrixView();
                    bench.ops.activate(bench.make(3, 71, x), bias, activation, y);
                    const compute::MatrixView dy = bench.make(3, 71, randomValues(3 * 71, 7));
                    bench.ops.activateBackward(y, activation, dy);
                    return joined(bench.get(y), bench.get(dy));
                },
                2e-6);
}

TEST_P(TensorOpsSuite, ColumnSumsAreTheNaiveOnes)
{
    for (const ProductSizes &s :
         {ProductSizes{1, 1, 0}, ProductSizes{5000, 3, 0}, ProductSizes{37, 4001, 0},
          ProductSizes{2049, 513, 0}, ProductSizes{20000, 33, 0}, ProductSizes{140000, 1, 0}})
        expectAsNaive(
            [&](TensorBench &bench) {
                const compute::MatrixView sums = bench.make(1, s.columns);
                bench.ops.columnSums(bench.make(s.rows, s.columns, randomValues(s.rows * s.columns, 8)),
                                     sums);
                return bench.get(sums);
            },
            1e-4);
}

TEST_P(TensorOpsSuite, GatheredRowsAreThoseThatWereAskedFor)
{
    for (const std::size_t columns : {std::size_t{1}, std::size_t{3}, std::size_t{64}, std::size_t{1001}})
        expectAsNaive(
            [&](TensorBench &bench) {
                const compute::MatrixView from = bench.make(37, columns, randomValues(37 * columns, 25));
                const compute::MatrixView to = bench.make(7, columns);
                bench.ops.gatherRows(from, bench.make(7, 1, {36.0F, 0.0F, 5.0F, 5.0F, 37.0F, -1.0F, kNan}),
                                     to);
                return bench.get(to);
            },
            0.0);
}

inline std::vector<compute::ConvolutionShape> someConvolutions()
{
    return {{.channels = 1,
             .columns = 9,
             .windowColumns = 5,
             .kernelColumns = 5,
             .strideColumns = 2,
             .padColumns = 2},
            {.channels = 3,
             .rows = 7,
             .columns = 10,
             .windowRows = 4,
             .windowColumns = 5,
             .kernelRows = 4,
             .kernelColumns = 3,
             .strideRows = 2,
             .strideColumns = 2,
             .padRows = 1},
            {.channels = 2,
             .rows = 3,
             .columns = 2,
             .windowRows = 3,
             .windowColumns = 2,
             .kernelRows = 5,
             .kernelColumns = 5,
             .padRows = 2,
             .padColumns = 2},
            {.channels = 4,
             .rows = 40,
             .columns = 50,
             .windowRows = 20,
             .windowColumns = 25,
             .kernelRows = 5,
             .kernelColumns = 5,
             .strideRows = 2,
             .strideColumns = 2,
             .padRows = 1,
             .padColumns = 1}};
}

TEST_P(TensorOpsSuite, UnfoldingAndFoldingAreTheNaiveOnes)
{
    for (const compute::ConvolutionShape &shape : someConvolutions())
        expectAsNaive(
            [&](TensorBench &bench) {
                constexpr std::size_t kImages = 3;
                const compute::MatrixView windows = bench.make(kImages * shape.windows(), shape.windowSize());
                bench.ops.unfold(
                    bench.make(kImages, shape.mapSize(), randomValues(kImages * shape.mapSize(), 9)), shape,
                    windows);
                const compute::MatrixView map = bench.make(kImages, shape.mapSize());
                bench.ops.fold(bench.make(windows.rows, windows.columns, randomValues(windows.size(), 10)),
                               shape, map);
                return joined(bench.get(windows), bench.get(map));
            },
            3e-6);
}

TEST_P(TensorOpsSuite, SquaredErrorsAreTheNaiveOnesAndAWeightOfZeroHidesTheValue)
{
    constexpr std::size_t kRows = 4;
    for (const std::size_t columns :
         {std::size_t{1}, std::size_t{31}, std::size_t{64}, std::size_t{4001}, std::size_t{4096}})
        for (const bool hasWeights : {false, true})
            for (const bool wantsGradient : {false, true})
                expectAsNaive(
                    [&](TensorBench &bench) {
                        const std::size_t size = kRows * columns;
                        std::vector<float> x = randomValues(size, 12);
                        std::vector<float> weights = randomValues(size, 13);
                        for (float &w : weights)
                            w = std::abs(w);
                        weights[0] = 0.0F;
                        if (hasWeights)
                            x[0] = kNan;
                        const compute::MatrixView sums = bench.make(kRows, 1);
                        const compute::MatrixView gradient =
                            wantsGradient ? bench.make(kRows, columns) : compute::MatrixView();
                        bench.ops.squaredError(
                            bench.make(kRows, columns, x), bench.make(kRows, columns, randomValues(size, 14)),
                            hasWeights ? compute::ConstMatrixView(bench.make(kRows, columns, weights))
                                       : compute::ConstMatrixView(),
                            0.3F, gradient, sums);
                        return wantsGradient ? joined(bench.get(sums), bench.get(gradient)) : bench.get(sums);
                    },
                    3e-6);
}

TEST_P(TensorOpsSuite, PenaltiesOfTheLatentSpaceAreTheNaiveOnes)
{
    expectAsNaive([](TensorBench &bench) {
        std::vector<float> z = randomValues(5 * 3, 15);
        z[4] = 0.0F;
        const compute::MatrixView dz = bench.make(5, 3, randomValues(15, 16));
        const compute::MatrixView sums = bench.make(5, 1);
        bench.ops.absolutePenalty(bench.make(5, 3, z), 0.7F, dz, sums);
        return joined(bench.get(dz), bench.get(sums));
    });
}

TEST_P(TensorOpsSuite, SamplesOfTheLatentSpaceAreTheNaiveOnes)
{
    expectAsNaive(
        [](TensorBench &bench) {
            const compute::MatrixView moments = bench.make(5, 6, randomValues(30, 17));
            const compute::MatrixView e = bench.make(5, 3, randomValues(15, 18));
            const compute::MatrixView z = bench.make(5, 3);
            bench.ops.sampleLatent(moments, e, z);
            const compute::MatrixView dMoments = bench.make(5, 6);
            const compute::MatrixView sums = bench.make(5, 1);
            bench.ops.sampleLatentBackward(moments, e, bench.make(5, 3, randomValues(15, 19)), 0.4F, dMoments,
                                           sums);
            return joined(bench.get(z), joined(bench.get(dMoments), bench.get(sums)));
        },
        2e-6);
}

TEST_P(TensorOpsSuite, NormalDeviatesAreTheNaiveOnesAndNormal)
{
    constexpr std::size_t kCount = 70001; // more than two pieces, and not a multiple of 4
    const TensorWork deviates = [](TensorBench &bench) {
        const compute::MatrixView to = bench.make(1, kCount);
        bench.ops.normals({.seed = 0x123456789ABCULL, .stream = 7}, to);
        return bench.get(to);
    };
    expectAsNaive(deviates, 3e-6);
    const auto naive = naiveTensorOps();
    TensorBench bench(*naive, 0);
    double sum = 0.0;
    double squares = 0.0;
    double fourths = 0.0;
    for (const float x : deviates(bench))
    {
        sum += x;
        squares += double{x} * x;
        fourths += std::pow(x, 4.0);
    }
    EXPECT_NEAR(sum / kCount, 0.0, 0.02);
    EXPECT_NEAR(squares / kCount, 1.0, 0.03);
    EXPECT_NEAR(fourths / kCount, 3.0, 0.2);
}

TEST_P(TensorOpsSuite, NoiseFollowsTheWeights)
{
    for (const bool hasWeights : {false, true})
        expectAsNaive(
            [&](TensorBench &bench) {
                std::vector<float> weights = randomValues(3 * 20000, 20);
                for (float &w : weights)
                    w = std::max(0.0F, w); // half of them 0
                const compute::MatrixView y = bench.make(3, 20000);
                bench.ops.addNoise(bench.make(3, 20000, randomValues(60000, 21)),
                                   hasWeights ? compute::ConstMatrixView(bench.make(3, 20000, weights))
                                              : compute::ConstMatrixView(),
                                   0.5F, {.seed = 3, .stream = 4}, y);
                return bench.get(y);
            },
            5e-6);
}

TEST_P(TensorOpsSuite, AdamStepsAreTheNaiveOnes)
{
    expectAsNaive(
        [](TensorBench &bench) {
            constexpr std::size_t kSize = 1001;
            const compute::MatrixView parameters = bench.make(1, kSize, randomValues(kSize, 22));
            const compute::MatrixView first = bench.make(1, kSize, std::vector<float>(kSize, 0.0F));
            const compute::MatrixView second = bench.make(1, kSize, std::vector<float>(kSize, 0.0F));
            for (std::uint64_t t = 1; t <= 3; ++t)
                bench.ops.adam(bench.make(1, kSize, randomValues(kSize, 22 + t)),
                               {.learningRate = 0.01, .step = t}, parameters, first, second);
            return joined(bench.get(parameters), joined(bench.get(first), bench.get(second)));
        },
        3e-6);
}

TEST_P(TensorOpsSuite, TransposingRowsTwiceGivesThemBack)
{
    struct Shape
    {
        std::size_t outer;
        std::size_t inner;
    };
    for (const Shape &s :
         {Shape{2, 35}, Shape{35, 2}, Shape{1, 7}, Shape{3, 1500}, Shape{1500, 3}, Shape{40, 70}})
    {
        const std::size_t columns = s.outer * s.inner;
        const auto values = randomValues(3 * columns, 11);
        const TensorWork there = [&](TensorBench &bench) {
            const compute::MatrixView y = bench.make(3, columns);
            bench.ops.transposeRows(bench.make(3, columns, values), s.outer, y);
            return bench.get(y);
        };
        expectAsNaive(there);
        expectAsNaive([&](TensorBench &bench) {
            std::vector<float> turned = there(bench);
            EXPECT_EQ(turned == values, s.outer == 1);
            const compute::MatrixView back = bench.make(3, columns);
            bench.ops.transposeRows(bench.make(3, columns, turned), s.inner, back);
            EXPECT_EQ(bench.get(back), values);
            return turned;
        });
    }
}

TEST_P(TensorOpsSuite, CopiesAndFillsAreWhatWasAskedFor)
{
    expectAsNaive([](TensorBench &bench) {
        const compute::MatrixView x = bench.make(7, 9, randomValues(63, 23));
        const compute::MatrixView y = bench.make(9, 7);
        bench.ops.copy(x.rowRange(1, 2), y.reshaped(7, 9).rowRange(4, 2)); // the rest stays NaN
        bench.ops.fill(y.rowRange(0, 2), -0.5F);
        return bench.get(y);
    });
}

TEST_P(TensorOpsSuite, TensorsAreZeroWhenMade)
{
    for (const auto &[name, made] : m_made)
    {
        auto tensor = made.ops->allocate(1001);
        auto staged = made.ops->allocateStaged(5);
        ASSERT_TRUE(tensor.has_value() && staged.has_value());
        std::vector<float> found(1001, kNan);
        ASSERT_TRUE(made.ops->download({tensor->get(), 0, 1, 1001}, found).has_value());
        EXPECT_EQ(found, std::vector<float>(1001, 0.0F)) << name;
        ASSERT_TRUE(
            made.ops->download({&(*staged)->device(), 0, 1, 5}, std::span(found).first(5)).has_value());
        EXPECT_EQ(found, std::vector<float>(1001, 0.0F)) << name;
    }
}

TEST_P(TensorOpsSuite, StagedFloatsReachTheDeviceInTurns)
{
    for (const auto &[name, made] : m_made)
    {
        SCOPED_TRACE(name);
        compute::TensorOps &ops = *made.ops;
        auto even = ops.allocateStaged(10);
        auto odd = ops.allocateStaged(10);
        auto kept = ops.allocate(60);
        ASSERT_TRUE(even.has_value() && odd.has_value() && kept.has_value());
        // The next is brought while this one is computed with; a download frees both for the reader.
        std::vector<float> none(1);
        const auto bring = [&](std::size_t turn) {
            compute::StagedTensor &next = turn % 2 == 0 ? **even : **odd;
            std::ranges::fill(next.host(), static_cast<float>(turn));
            ops.bring(next, 10);
        };
        bring(0);
        for (std::size_t turn = 0; turn < 6; ++turn)
        {
            ops.step([&] {
                ops.activate({&(turn % 2 == 0 ? **even : **odd).device(), 0, 1, 10}, {},
                             compute::Activation::Linear, {kept->get(), 10 * turn, 1, 10});
            });
            bring(turn + 1);
            ASSERT_TRUE(ops.download({kept->get(), 0, 1, 1}, none).has_value());
        }
        std::vector<float> found(60);
        ASSERT_TRUE(ops.download({kept->get(), 0, 1, 60}, found).has_value());
        for (std::size_t i = 0; i < 60; ++i)
            EXPECT_EQ(found[i], std::floor(static_cast<float>(i) / 10.0F));
    }
}

TEST_P(TensorOpsSuite, ATensorThatIsBroughtAnewGivesWhatItHeldToTheOperationsBefore)
{
    for (const auto &[name, made] : m_made)
    {
        SCOPED_TRACE(name);
        auto staged = made.ops->allocateStaged(3);
        auto kept = made.ops->allocate(3);
        ASSERT_TRUE(staged.has_value() && kept.has_value());
        std::ranges::fill((*staged)->host(), 1.0F);
        made.ops->bring(**staged, 3);
        ASSERT_TRUE(made.ops->finish().has_value());
        made.ops->copy({&(*staged)->device(), 0, 1, 3}, {kept->get(), 0, 1, 3});
        std::ranges::fill((*staged)->host(), 2.0F);
        made.ops->bring(**staged, 3);
        std::vector<float> found(3);
        ASSERT_TRUE(made.ops->download({kept->get(), 0, 1, 3}, found).has_value());
        EXPECT_EQ(found, std::vector<float>(3, 1.0F));
        ASSERT_TRUE(made.ops->download({&(*staged)->device(), 0, 1, 3}, found).has_value());
        EXPECT_EQ(found, std::vector<float>(3, 2.0F));
    }
}

TEST_P(TensorOpsSuite, TooMuchMemoryIsAnErrorThatStays)
{
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "the address sanitizer ends a program that asks for so much, before it can be told";
#endif
    for (const auto &[name, made] : m_made)
    {
        SCOPED_TRACE(name);
        const auto tensor = made.ops->allocate(std::size_t{1} << 58U);
        ASSERT_FALSE(tensor.has_value());
        EXPECT_EQ(tensor.error().kind, ErrorKind::OutOfMemory);
        EXPECT_EQ(made.ops->finish().error(), tensor.error());
        EXPECT_FALSE(made.ops->allocate(1).has_value());
    }
}

} // namespace somnium::test
