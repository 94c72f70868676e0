// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/bench.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "core/compute/backend_factory.h"
#include "core/som/bench_parts.h"

namespace somnium::som
{
namespace
{

TEST(SomBench, MeasuresEveryFigure)
{
    SomBenchParams params;
    params.side = 24;
    params.layout = MapLayout::rectangular(3, 3).value();
    params.images = 50;
    params.referenceImages = 1;
    params.repeats = 2;
    params.allSimd = true;
    const auto backend = std::move(compute::chooseBackend("cpu").value().backend);
    const SomBenchReport report = benchSom(params, *backend, {}).value();
    EXPECT_EQ(report.backend, "cpu");
    EXPECT_FALSE(report.simd.empty());
    EXPECT_EQ(report.layout, "3x3");
    EXPECT_GT(report.transformImagesPerSecond, 0.0);
    EXPECT_GT(report.distanceImagesPerSecond, 0.0);
    EXPECT_GT(report.trainingImagesPerSecond, 0.0);
    EXPECT_GT(report.trainingWideImagesPerSecond, 0.0);
    EXPECT_GT(report.streamedImagesPerSecond, 0.0);
    ASSERT_FALSE(report.simdRates.empty());
    EXPECT_EQ(report.simdRates.back().simd, "plain");
    EXPECT_GT(report.simdRates.back().distanceImagesPerSecond, 0.0);
    EXPECT_GT(report.sgemmGflops, 0.0);
    EXPECT_FALSE(report.sgemmKernel.empty());
    EXPECT_GT(report.fractionOfSgemm, 0.0);
    EXPECT_GT(report.ratioToReference, 1.0);
    EXPECT_FALSE(report.isHalf);
    EXPECT_GT(report.copyGbytes, 0.0);
    EXPECT_GT(report.productGflops, 0.0);
    EXPECT_GT(report.shareOfBound, 0.0);
    EXPECT_NEAR(report.distanceGflops / report.productGflops,
                report.distanceImagesPerSecond / report.arithmeticBoundImagesPerSecond, 1e-6);
    params.repeats = 0;
    EXPECT_EQ(benchSom(params, *backend, {}).error().kind, ErrorKind::InvalidArgument);
}

TEST(SomBench, MeasuresImagesInHalfPrecision)
{
    SomBenchParams params;
    params.side = 24;
    params.layout = MapLayout::rectangular(3, 3).value();
    params.images = 9000; // more than differ
    params.referenceImages = 1;
    params.repeats = 1;
    params.coefficients = Coefficients::Half;
    const auto backend = std::move(compute::chooseBackend("cpu").value().backend);
    const SomBenchReport report = benchSom(params, *backend, {}).value();
    EXPECT_TRUE(report.isHalf);
    EXPECT_EQ(report.images, 9000U);
    EXPECT_GT(report.transformImagesPerSecond, 0.0);
    EXPECT_GT(report.distanceImagesPerSecond, 0.0);
    EXPECT_GT(report.trainingImagesPerSecond, 0.0);
}

TEST(SomBench, ScalesThePinkCase)
{
    const auto backend = std::move(compute::chooseBackend("cpu").value().backend);
    const PinkCaseReport report = benchPinkCase({.images = 50}, *backend, {}).value();
    EXPECT_EQ(report.neurons, 331U);
    EXPECT_NEAR(report.totalSeconds, (report.transformSeconds + report.epochSeconds) * 176750.0 / 50.0, 1e-6);
    EXPECT_GT(report.arithmeticBoundSeconds, 0.0);
    EXPECT_GT(report.memoryBoundSeconds, 0.0);
}

TEST(SomBench, ImagesOfTheSurveyDifferAndAreTheSameInAnyBlock)
{
    const std::vector<float> all = makeBlobImages(0, 20, 16, 3, {});
    const std::vector<float> part = makeBlobImages(12, 4, 16, 3, {});
    EXPECT_TRUE(std::equal(part.begin(), part.end(), all.begin() + 12 * 256));
    EXPECT_FALSE(std::equal(part.begin(), part.begin() + 256, part.begin() + 256));
    for (std::size_t i = 0; i < 20; ++i)
        EXPECT_GT(*std::max_element(all.begin() + static_cast<std::ptrdiff_t>(i) * 256,
                                    all.begin() + static_cast<std::ptrdiff_t>(i + 1) * 256),
                  0.1F);
}

} // namespace
} // namespace somnium::som
