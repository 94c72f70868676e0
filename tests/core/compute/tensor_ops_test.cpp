// SPDX-License-Identifier: GPL-3.0-or-later
// Every operation on every SIMD path against the naive one in double precision; views lie between guards.
#include "core/compute/tensor_ops.h"

#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/compute/backend.h"
#include "core/compute/cpu/cpu_tensor_ops.h"
#include "core/compute/cpu/kernel_choice.h"
#include "tests/support/naive_tensor_ops.h"

namespace somnium::compute
{
namespace
{

constexpr float kGuard = 12345.0F;
constexpr std::size_t kGuardSize = 5; // odd: views are not aligned
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// Matrices of one TensorOps, each between guards.
class Bench
{
public:
    explicit Bench(TensorOps &operations) : ops(operations) {}

    MatrixView make(std::size_t rows, std::size_t columns, const std::vector<float> &values = {})
    {
        auto tensor = ops.allocate(rows * columns + 2 * kGuardSize);
        EXPECT_TRUE(tensor.has_value());
        ops.fill({tensor->get(), 0, 1, (*tensor)->size()}, kGuard);
        const MatrixView view = {tensor->get(), kGuardSize, rows, columns};
        if (values.empty())
            ops.fill(view, kNan); // what is written must not depend on what was there
        else
            ops.upload(values, view);
        m_tensors.push_back(std::move(*tensor));
        return view;
    }

    std::vector<float> get(const MatrixView &view)
    {
        std::vector<float> all(view.size() + 2 * kGuardSize);
        EXPECT_TRUE(ops.download({view.tensor, 0, 1, all.size()}, all).has_value());
        for (std::size_t i = 0; i < kGuardSize; ++i)
        {
            EXPECT_EQ(all[i], kGuard);
            EXPECT_EQ(all[all.size() - 1 - i], kGuard);
        }
        return {all.begin() + kGuardSize, all.end() - kGuardSize};
    }

    TensorOps &ops;

private:
    std::vector<std::unique_ptr<Tensor>> m_tensors;
};

using Work = std::function<std::vector<float>(Bench &)>;

bool isClose(float found, float expected, double tolerance)
{
    if (std::isnan(found) || std::isnan(expected))
        return std::isnan(found) && std::isnan(expected);
    if (found == expected)
        return true; // also infinities
    return std::abs(double{found} - double{expected}) <= tolerance * (1.0 + std::abs(double{expected}));
}

/// What `work` returns from the CPU is what it returns from the naive operations.
void expectAsNaive(const Work &work, double tolerance = 1e-6)
{
    const auto naive = test::naiveTensorOps();
    Bench oracle(*naive);
    const std::vector<float> expected = work(oracle);
    ASSERT_FALSE(expected.empty());
    for (const cpu::Kernels *kernels : cpu::usableKernels())
        for (const unsigned threads : {1U, 3U})
        {
            SCOPED_TRACE(std::string(kernels->name) + ", threads " + std::to_string(threads));
            cpu::CpuTensorOps ops(cpu::tensorKernelsFor(*kernels), threads);
            Bench bench(ops);
            const std::vector<float> found = work(bench);
            ASSERT_EQ(found.size(), expected.size());
            for (std::size_t i = 0; i < found.size(); ++i)
                ASSERT_TRUE(isClose(found[i], expected[i], tolerance))
                    << "element " << i << ": " << found[i] << ", expected " << expected[i];
        }
}

std::vector<float> randomValues(std::size_t count, std::uint64_t seed, double scale = 1.0)
{
    Random random(seed);
    std::vector<float> values(count);
    for (float &value : values)
        value = static_cast<float>(scale * random.normal());
    return values;
}

std::vector<float> joined(std::vector<float> a, const std::vector<float> &b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

struct Sizes
{
    std::size_t rows;
    std::size_t columns;
    std::size_t terms;
};

Work productOf(const Sizes &s, bool transposeA, bool transposeB, bool accumulate, Activation activation,
               bool hasBias)
{
    return [=](Bench &bench) {
        Product p;
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

TEST(TensorOps, ProductsOfAllShapesAndTransposesAreTheNaiveOnes)
{
    for (const Sizes &s : {Sizes{1, 1, 1}, Sizes{1, 7, 3}, Sizes{13, 1, 9}, Sizes{12, 32, 16},
                           Sizes{25, 67, 31}, Sizes{130, 259, 300}, Sizes{97, 33, 513}})
        for (const bool transposeA : {false, true})
            for (const bool transposeB : {false, true})
                for (const bool accumulate : {false, true})
                {
                    SCOPED_TRACE(std::to_string(s.rows) + " x " + std::to_string(s.columns) + " x " +
                                 std::to_string(s.terms));
                    expectAsNaive(
                        productOf(s, transposeA, transposeB, accumulate, Activation::LeakyRelu, accumulate),
                        1e-4);
                }
}

TEST(TensorOps, ProductsThatAreSharedOutInOtherWaysAreTheNaiveOnes)
{
    // Many rows; many terms; more terms or columns than are packed at once.
    for (const Sizes &s : {Sizes{2051, 17, 9}, Sizes{7, 5, 8200}, Sizes{300, 250, 4300}, Sizes{40, 4200, 20}})
        for (const bool transpose : {false, true})
            expectAsNaive(productOf(s, transpose, !transpose, transpose, Activation::Tanh, true), 1e-4);
}

TEST(TensorOps, ProductsHideNoNan)
{
    expectAsNaive(
        [](Bench &bench) {
            auto a = randomValues(20 * 30, 1);
            a[33] = kNan;
            const MatrixView c = bench.make(20, 40);
            bench.ops.multiply(
                {.a = bench.make(20, 30, a), .b = bench.make(30, 40, randomValues(1200, 2)), .c = c});
            return bench.get(c);
        },
        1e-5);
}

TEST(TensorOps, ProductsHaveTheSameBitsForAnyNumberOfThreads)
{
    for (const Sizes &s : {Sizes{300, 500, 700}, Sizes{3000, 40, 50}, Sizes{30, 40, 20000}})
        for (const cpu::Kernels *kernels : cpu::usableKernels())
        {
            cpu::CpuTensorOps one(cpu::tensorKernelsFor(*kernels), 1);
            cpu::CpuTensorOps four(cpu::tensorKernelsFor(*kernels), 4);
            Bench benchOne(one);
            Bench benchFour(four);
            const Work work = productOf(s, true, false, false, Activation::Linear, true);
            EXPECT_EQ(work(benchOne), work(benchFour));
        }
}

TEST(TensorOps, ActivationsAndTheirSlopesAreTheNaiveOnes)
{
    std::vector<float> x = randomValues(3 * 71, 5, 4.0);
    x[0] = 0.0F;
    x[1] = kNan;
    x[2] = 100.0F;
    x[3] = -100.0F;
    x[4] = std::numeric_limits<float>::infinity();
    x[5] = -std::numeric_limits<float>::infinity();
    x[6] = 1e-6F;
    for (const Activation activation :
         {Activation::Linear, Activation::LeakyRelu, Activation::Tanh, Activation::Sigmoid})
        for (const bool hasBias : {false, true})
            expectAsNaive(
                [&](Bench &bench) {
                    const MatrixView y = bench.make(3, 71);
                    const ConstMatrixView bias =
                        hasBias ? ConstMatrixView(bench.make(1, 71, randomValues(71, 6))) : ConstMatrixView();
                    bench.ops.activate(bench.make(3, 71, x), bias, activation, y);
                    const MatrixView dy = bench.make(3, 71, randomValues(3 * 71, 7));
                    bench.ops.activateBackward(y, activation, dy);
                    return joined(bench.get(y), bench.get(dy));
                },
                2e-6);
}

TEST(TensorOps, ColumnSumsAreTheNaiveOnes)
{
    for (const Sizes &s : {Sizes{1, 1, 0}, Sizes{5000, 3, 0}, Sizes{37, 4001, 0}, Sizes{2049, 513, 0}})
        expectAsNaive(
            [&](Bench &bench) {
                const MatrixView sums = bench.make(1, s.columns);
                bench.ops.columnSums(bench.make(s.rows, s.columns, randomValues(s.rows * s.columns, 8)),
                                     sums);
                return bench.get(sums);
            },
            1e-4);
}

std::vector<ConvolutionShape> someConvolutions()
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

TEST(TensorOps, UnfoldingAndFoldingAreTheNaiveOnes)
{
    for (const ConvolutionShape &shape : someConvolutions())
        expectAsNaive(
            [&](Bench &bench) {
                constexpr std::size_t kImages = 3;
                const MatrixView windows = bench.make(kImages * shape.windows(), shape.windowSize());
                bench.ops.unfold(
                    bench.make(kImages, shape.mapSize(), randomValues(kImages * shape.mapSize(), 9)), shape,
                    windows);
                const MatrixView map = bench.make(kImages, shape.mapSize());
                bench.ops.fold(bench.make(windows.rows, windows.columns, randomValues(windows.size(), 10)),
                               shape, map);
                return joined(bench.get(windows), bench.get(map));
            },
            3e-6);
}

TEST(TensorOps, TransposingRowsTwiceGivesThemBack)
{
    const auto values = randomValues(3 * 2 * 35, 11);
    const Work there = [&](Bench &bench) {
        const MatrixView y = bench.make(3, 70);
        bench.ops.transposeRows(bench.make(3, 70, values), 2, y);
        return bench.get(y);
    };
    expectAsNaive(there);
    const auto naive = test::naiveTensorOps();
    Bench bench(*naive);
    const std::vector<float> turned = there(bench);
    EXPECT_NE(turned, values);
    const MatrixView back = bench.make(3, 70);
    bench.ops.transposeRows(bench.make(3, 70, turned), 35, back);
    EXPECT_EQ(bench.get(back), values);
}

TEST(TensorOps, SquaredErrorsAreTheNaiveOnesAndAWeightOfZeroHidesTheValue)
{
    constexpr std::size_t kRows = 4;
    for (const std::size_t columns : {std::size_t{1}, std::size_t{31}, std::size_t{4001}})
        for (const bool hasWeights : {false, true})
            for (const bool wantsGradient : {false, true})
                expectAsNaive(
                    [&](Bench &bench) {
                        const std::size_t size = kRows * columns;
                        std::vector<float> x = randomValues(size, 12);
                        std::vector<float> weights = randomValues(size, 13);
                        for (float &w : weights)
                            w = std::abs(w);
                        weights[0] = 0.0F;
                        if (hasWeights)
                            x[0] = kNan;
                        const MatrixView sums = bench.make(kRows, 1);
                        const MatrixView gradient = wantsGradient ? bench.make(kRows, columns) : MatrixView();
                        bench.ops.squaredError(
                            bench.make(kRows, columns, x), bench.make(kRows, columns, randomValues(size, 14)),
                            hasWeights ? ConstMatrixView(bench.make(kRows, columns, weights))
                                       : ConstMatrixView(),
                            0.3F, gradient, sums);
                        return wantsGradient ? joined(bench.get(sums), bench.get(gradient)) : bench.get(sums);
                    },
                    3e-6);
}

TEST(TensorOps, PenaltiesOfTheLatentSpaceAreTheNaiveOnes)
{
    expectAsNaive([](Bench &bench) {
        std::vector<float> z = randomValues(5 * 3, 15);
        z[4] = 0.0F;
        const MatrixView dz = bench.make(5, 3, randomValues(15, 16));
        const MatrixView sums = bench.make(5, 1);
        bench.ops.absolutePenalty(bench.make(5, 3, z), 0.7F, dz, sums);
        return joined(bench.get(dz), bench.get(sums));
    });
}

TEST(TensorOps, SamplesOfTheLatentSpaceAreTheNaiveOnes)
{
    expectAsNaive(
        [](Bench &bench) {
            const MatrixView moments = bench.make(5, 6, randomValues(30, 17));
            const MatrixView e = bench.make(5, 3, randomValues(15, 18));
            const MatrixView z = bench.make(5, 3);
            bench.ops.sampleLatent(moments, e, z);
            const MatrixView dMoments = bench.make(5, 6);
            const MatrixView sums = bench.make(5, 1);
            bench.ops.sampleLatentBackward(moments, e, bench.make(5, 3, randomValues(15, 19)), 0.4F, dMoments,
                                           sums);
            return joined(bench.get(z), joined(bench.get(dMoments), bench.get(sums)));
        },
        2e-6);
}

TEST(TensorOps, NormalDeviatesAreTheNaiveOnesAndNormal)
{
    constexpr std::size_t kCount = 70001; // more than two pieces, and not a multiple of 4
    const Work deviates = [](Bench &bench) {
        const MatrixView to = bench.make(1, kCount);
        bench.ops.normals({.seed = 0x123456789ABCULL, .stream = 7}, to);
        return bench.get(to);
    };
    expectAsNaive(deviates, 3e-6);
    const auto naive = test::naiveTensorOps();
    Bench bench(*naive);
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

TEST(TensorOps, PhiloxGivesTheNumbersThatItsAuthorsPublish)
{
    // Random123's known answers for counter 0, key 0: 6627e8d5 e169c58d bc57ac4c 9b00dbd8.
    const auto naive = test::naiveTensorOps();
    Bench bench(*naive);
    const MatrixView to = bench.make(1, 4);
    bench.ops.normals({}, to);
    const std::vector<float> found = bench.get(to);
    const double turn = 2.0 * std::acos(-1.0) * 0x1p-32;
    const double first = std::sqrt(-2.0 * std::log(double{0x6627e8d5U >> 9U} * 0x1p-23 + 0x1p-24));
    const double second = std::sqrt(-2.0 * std::log(double{0xbc57ac4cU >> 9U} * 0x1p-23 + 0x1p-24));
    EXPECT_NEAR(found[0], first * std::cos(double{0xe169c58dU} * turn), 1e-6);
    EXPECT_NEAR(found[1], first * std::sin(double{0xe169c58dU} * turn), 1e-6);
    EXPECT_NEAR(found[2], second * std::cos(double{0x9b00dbd8U} * turn), 1e-6);
    EXPECT_NEAR(found[3], second * std::sin(double{0x9b00dbd8U} * turn), 1e-6);
}

TEST(TensorOps, NoiseFollowsTheWeights)
{
    for (const bool hasWeights : {false, true})
        expectAsNaive(
            [&](Bench &bench) {
                std::vector<float> weights = randomValues(3 * 20000, 20);
                for (float &w : weights)
                    w = std::max(0.0F, w); // half of them 0
                const MatrixView y = bench.make(3, 20000);
                bench.ops.addNoise(bench.make(3, 20000, randomValues(60000, 21)),
                                   hasWeights ? ConstMatrixView(bench.make(3, 20000, weights))
                                              : ConstMatrixView(),
                                   0.5F, {.seed = 3, .stream = 4}, y);
                return bench.get(y);
            },
            5e-6);
}

TEST(TensorOps, AdamStepsAreTheNaiveOnes)
{
    expectAsNaive(
        [](Bench &bench) {
            constexpr std::size_t kSize = 1001;
            const MatrixView parameters = bench.make(1, kSize, randomValues(kSize, 22));
            const MatrixView first = bench.make(1, kSize, std::vector<float>(kSize, 0.0F));
            const MatrixView second = bench.make(1, kSize, std::vector<float>(kSize, 0.0F));
            for (std::uint64_t t = 1; t <= 3; ++t)
                bench.ops.adam(bench.make(1, kSize, randomValues(kSize, 22 + t)),
                               {.learningRate = 0.01, .step = t}, parameters, first, second);
            return joined(bench.get(parameters), joined(bench.get(first), bench.get(second)));
        },
        3e-6);
}

TEST(TensorOps, StagedFloatsReachTheDevice)
{
    for (const cpu::Kernels *kernels : cpu::usableKernels())
    {
        cpu::CpuTensorOps ops(cpu::tensorKernelsFor(*kernels), 1);
        auto staged = ops.allocateStaged(10);
        ASSERT_TRUE(staged.has_value());
        (*staged)->host()[3] = 5.0F;
        ops.bring(**staged, 10);
        std::vector<float> found(10);
        ASSERT_TRUE(ops.download({&(*staged)->device(), 0, 1, 10}, found).has_value());
        EXPECT_EQ(found[3], 5.0F);
    }
}

TEST(TensorOps, TooMuchMemoryIsAnErrorThatStays)
{
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "the address sanitizer ends a program that asks for so much, before it can be told";
#endif
    cpu::CpuTensorOps ops(cpu::tensorKernelsFor(*cpu::usableKernels().front()), 1);
    const auto tensor = ops.allocate(std::size_t{1} << 58U);
    ASSERT_FALSE(tensor.has_value());
    EXPECT_EQ(ops.finish().error().kind, tensor.error().kind);
    EXPECT_FALSE(ops.allocate(1).has_value());
}

} // namespace
} // namespace somnium::compute
