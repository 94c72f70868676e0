// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/cpu/flush_tiny.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "core/compute/cpu/cpu_backend.h"

namespace somnium::compute
{
namespace
{

/// 10^-40, which is not normal, computed now.
float tiny()
{
    const volatile float factor = 1e-20F;
    return factor * factor;
}

bool isSubnormal(float value)
{
    return std::fpclassify(value) == FP_SUBNORMAL;
}

#if defined(__SSE__) || defined(__aarch64__)

TEST(FlushTiny, IsSoAsLongAsItLives)
{
    EXPECT_TRUE(isSubnormal(tiny()));
    {
        const cpu::FlushTiny flush;
        EXPECT_EQ(tiny(), 0.0F);
        {
            const cpu::FlushTiny again;
        }
        EXPECT_EQ(tiny(), 0.0F);
    }
    EXPECT_TRUE(isSubnormal(tiny()));
}

TEST(FlushTiny, EveryThreadOfKernelsDoesSoAndIsAsBeforeAfterwards)
{
    JobContext context;
    context.threads = 4;
    std::vector<float> values(64, 1.0F);
    EXPECT_TRUE(cpu::parallelKernels(values.size(), context, [&](std::size_t i) { values[i] = tiny(); }));
    EXPECT_EQ(values, std::vector<float>(64, 0.0F));
    EXPECT_THROW(cpu::parallelKernels(4, context, [](std::size_t) { throw std::runtime_error("work"); }),
                 std::runtime_error);
    EXPECT_TRUE(parallelFor(values.size(), context, [&](std::size_t i) { values[i] = tiny(); }));
    EXPECT_TRUE(std::all_of(values.begin(), values.end(), isSubnormal));
}

TEST(FlushTiny, SpectraOfSmoothImagesHaveNoTinyNumbers)
{
    const data::ImageShape shape = {1, 64, 64};
    std::vector<float> pixels;
    for (std::size_t row = 0; row < shape.rows; ++row)
        for (std::size_t column = 0; column < shape.columns; ++column)
        {
            const double x = (static_cast<double>(column) - 31.5) / 2.2;
            const double y = (static_cast<double>(row) - 31.5) / 2.2;
            pixels.push_back(static_cast<float>(std::exp(-0.5 * (x * x + y * y))));
        }
    ASSERT_TRUE(std::any_of(pixels.begin(), pixels.end(), isSubnormal));
    const data::MemorySamples samples(shape, pixels);
    const PolarGrid grid = polarGridFor(shape, MatchPrecision::Standard).value();
    const auto backend = cpu::CpuBackend::create().value();
    const auto spectra = backend->transform(samples, 0, 1, grid, {}).value();
    const std::vector<float> values = backend->download(*spectra).value();
    EXPECT_TRUE(std::none_of(values.begin(), values.end(), isSubnormal));
}

#endif

} // namespace
} // namespace somnium::compute
