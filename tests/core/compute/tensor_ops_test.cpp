// SPDX-License-Identifier: GPL-3.0-or-later
// Every operation on every SIMD path against the naive one.
#include <cctype>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/compute/cpu/cpu_tensor_ops.h"
#include "core/compute/cpu/kernel_choice.h"
#include "tests/support/tensor_ops_suite.h"

namespace somnium::test
{
namespace
{

std::vector<TensorOpsCandidate> simdPaths()
{
    std::vector<TensorOpsCandidate> candidates;
    for (const compute::cpu::Kernels *const kernels : compute::cpu::usableKernels())
    {
        TensorOpsCandidate path;
        for (const char letter : std::string(kernels->name))
            if (std::isalnum(static_cast<unsigned char>(letter)) != 0)
                path.name += letter;
        for (const unsigned threads : {1U, 3U})
            path.variants["threads " + std::to_string(threads)] = [=]() -> Result<MadeTensorOps> {
                return MadeTensorOps{nullptr, std::make_unique<compute::cpu::CpuTensorOps>(
                                                  compute::cpu::tensorKernelsFor(*kernels), threads)};
            };
        candidates.push_back(path);
    }
    return candidates;
}

INSTANTIATE_TEST_SUITE_P(Cpu, TensorOpsSuite, testing::ValuesIn(simdPaths()), nameOf);

TEST(TensorOps, ProductsHaveTheSameBitsForAnyNumberOfThreads)
{
    for (const ProductSizes &s :
         {ProductSizes{300, 500, 700}, ProductSizes{3000, 40, 50}, ProductSizes{30, 40, 20000}})
        for (const compute::cpu::Kernels *kernels : compute::cpu::usableKernels())
        {
            compute::cpu::CpuTensorOps one(compute::cpu::tensorKernelsFor(*kernels), 1);
            compute::cpu::CpuTensorOps four(compute::cpu::tensorKernelsFor(*kernels), 4);
            TensorBench benchOne(one, 5);
            TensorBench benchFour(four, 5);
            const TensorWork work = productOf(s, true, false, false, compute::Activation::Linear, true);
            EXPECT_EQ(work(benchOne), work(benchFour));
        }
}

TEST(TensorOps, PhiloxGivesTheNumbersThatItsAuthorsPublish)
{
    // Random123's known answers for counter 0, key 0: 6627e8d5 e169c58d bc57ac4c 9b00dbd8.
    const auto naive = naiveTensorOps();
    TensorBench bench(*naive, 0);
    const compute::MatrixView to = bench.make(1, 4);
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

} // namespace
} // namespace somnium::test
