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
    const auto backend = std::move(compute::chooseBackend("cpu").value().backend);
    const SomBenchReport report = benchSom(params, *backend, {}).value();
    EXPECT_EQ(report.backend, "cpu");
    EXPECT_FALSE(report.simd.empty());
    EXPECT_EQ(report.layout, "3x3");
    EXPECT_GT(report.transformImagesPerSecond, 0.0);
    EXPECT_GT(report.distanceImagesPerSecond, 0.0);
    EXPECT_GT(report.trainingImagesPerSecond, 0.0);
    EXPECT_GT(report.trainingWideImagesPerSecond, 0.0);
    EXPECT_GT(report.sgemmGflops, 0.0);
    EXPECT_GT(report.fractionOfSgemm, 0.0);
    EXPECT_GT(report.ratioToReference, 1.0);
    params.images = 0;
    EXPECT_EQ(benchSom(params, *backend, {}).error().kind, ErrorKind::InvalidArgument);
}

} // namespace
} // namespace somnium::som
