// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/principal_subspace.h"

#include <cmath>

#include <gtest/gtest.h>

#include "core/compute/eigensystem.h"
#include "tests/support/cpu_tensor_ops.h"
#include "tests/support/property.h"

namespace somnium::compute
{
namespace
{

/// Rows of mean 0 that differ by `scales` along random directions, and a little everywhere.
std::vector<float> randomRows(std::size_t count, std::size_t width, const std::vector<double> &scales,
                              double noise, Random &random)
{
    std::vector<double> directions(scales.size() * width);
    for (double &value : directions)
        value = random.normal() / std::sqrt(static_cast<double>(width));
    std::vector<double> rows(count * width);
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t s = 0; s <= scales.size(); ++s)
        {
            const double place = random.normal();
            for (std::size_t p = 0; p < width; ++p)
                rows[i * width + p] += s < scales.size() ? scales[s] * place * directions[s * width + p]
                                                         : noise * random.normal();
        }
    for (std::size_t p = 0; p < width; ++p)
    {
        double mean = 0.0;
        for (std::size_t i = 0; i < count; ++i)
            mean += rows[i * width + p] / static_cast<double>(count);
        for (std::size_t i = 0; i < count; ++i)
            rows[i * width + p] -= mean;
    }
    return {rows.begin(), rows.end()};
}

TEST(PrincipalSubspace, IsThatOfTheCovarianceMatrix)
{
    test::forAll(5, [](Random &random) {
        const std::size_t width = 20 + random.below(30);
        const std::size_t count = 1500 + random.below(100);
        const std::vector<float> rows = randomRows(count, width, {8.0, 5.0, 3.0, 2.0}, 0.1, random);
        const test::CpuTensorOps ops;
        const auto found = principalSubspace(rowsOf(rows, width), {.axes = 3}, *ops, {});
        ASSERT_TRUE(found) << found.error().message;
        ASSERT_EQ(found->count(), 3U);
        std::vector<double> covariance(width * width);
        double total = 0.0;
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t p = 0; p < width; ++p)
                for (std::size_t q = 0; q < width; ++q)
                    covariance[p * width + q] += double{rows[i * width + p]} * double{rows[i * width + q]} /
                                                 static_cast<double>(count);
        for (std::size_t p = 0; p < width; ++p)
            total += covariance[p * width + p];
        const Eigensystem expected = eigensystemOf(covariance, width);
        EXPECT_NEAR(found->totalVariance, total, 1e-4 * total);
        for (std::size_t k = 0; k < 3; ++k)
        {
            EXPECT_NEAR(found->variance[k], expected.values[k], 1e-4 * expected.values[0]);
            double cosine = 0.0;
            float largest = 0.0F;
            for (std::size_t p = 0; p < width; ++p)
            {
                const float value = found->axes[k * width + p];
                cosine += double{value} * expected.vectors[k * width + p];
                largest = std::abs(value) > std::abs(largest) ? value : largest;
            }
            EXPECT_NEAR(std::abs(cosine), 1.0, 1e-4);
            EXPECT_GT(largest, 0.0F);
        }
    });
}

TEST(PrincipalSubspace, HasNoMoreAxesThanTheRowsHaveDirections)
{
    Random random(3);
    const test::CpuTensorOps ops;
    const std::vector<float> rows = randomRows(50, 30, {2.0, 1.0}, 0.0, random);
    EXPECT_EQ(principalSubspace(rowsOf(rows, 30), {.axes = 8}, *ops, {})->count(), 2U);
    const std::vector<float> zeros(90);
    EXPECT_EQ(principalSubspace(rowsOf(zeros, 30), {.axes = 8}, *ops, {})->count(), 0U);
    EXPECT_EQ(principalSubspace(rowsOf({}, 30), {}, *ops, {}).error().kind, ErrorKind::InvalidArgument);
}

TEST(PrincipalSubspace, HasTheSameBitsForAnyNumberOfThreadsAndStopsWhenTold)
{
    Random random(4);
    const std::vector<float> rows = randomRows(1200, 40, {3.0, 2.0, 1.0}, 0.3, random);
    const auto of = [&](unsigned threads) {
        JobContext context;
        context.threads = threads;
        const test::CpuTensorOps ops(threads);
        return principalSubspace(rowsOf(rows, 40), {.axes = 4}, *ops, context)->axes;
    };
    EXPECT_EQ(of(1), of(2));
    std::stop_source source;
    source.request_stop();
    JobContext stopped;
    stopped.stop = source.get_token();
    const test::CpuTensorOps ops;
    EXPECT_EQ(principalSubspace(rowsOf(rows, 40), {}, *ops, stopped).error().kind, ErrorKind::Cancelled);
}

} // namespace
} // namespace somnium::compute
