// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/bench.h"

#include <gtest/gtest.h>

#include "core/compute/backend_factory.h"

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
    params.images = 0;
    EXPECT_EQ(benchSom(params, *backend, {}).error().kind, ErrorKind::InvalidArgument);
}

TEST(SomBench, ScalesThePinkCase)
{
    const auto backend = std::move(compute::chooseBackend("cpu").value().backend);
    const PinkCaseReport report = benchPinkCase({.images = 50, .distinctImages = 20}, *backend, {}).value();
    EXPECT_EQ(report.neurons, 331U);
    EXPECT_FALSE(report.isStreamed);
    EXPECT_NEAR(report.totalSeconds, (report.transformSeconds + report.epochSeconds) * 176750.0 / 50.0, 1e-6);
}

} // namespace
} // namespace somnium::som
