// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/measured_rates.h"

#include <cmath>
#include <cstddef>
#include <stop_token>

#include <gtest/gtest.h>

#include "core/compute/cpu/cpu_backend.h"
#include "tests/support/faulty_backend.h"

namespace somnium::test
{
namespace
{

constexpr std::size_t kMebibyte = std::size_t{1} << 20U;

TEST(MeasuredRates, AreFiniteForAnyNumberOfBytes)
{
    const auto processor = compute::cpu::CpuBackend::create().value();
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, 16 * kMebibyte + 12345})
    {
        const auto rate = compute::measureReadRate(*processor, bytes, JobContext{});
        ASSERT_TRUE(rate) << rate.error().message;
        EXPECT_GT(*rate, 0.0) << bytes;
        EXPECT_TRUE(std::isfinite(*rate)) << bytes;
    }
}

TEST(MeasuredRates, OfADeviceThatIsLostAreAnError)
{
    const auto processor = compute::cpu::CpuBackend::create().value();
    for (std::size_t call = 1; call <= 12; ++call)
    {
        FaultyBackend device(*processor, {.atCall = call});
        const auto rate = compute::measureReadRate(device, kMebibyte, JobContext{});
        ASSERT_FALSE(rate) << "call " << call;
        EXPECT_EQ(rate.error().kind, ErrorKind::DeviceLost) << "call " << call;
    }
}

TEST(MeasuredRates, EndWhenTheyAreStopped)
{
    const auto processor = compute::cpu::CpuBackend::create().value();
    std::stop_source source;
    source.request_stop();
    JobContext context;
    context.stop = source.get_token();
    const auto rate = compute::measureReadRate(*processor, kMebibyte, context);
    ASSERT_FALSE(rate);
    EXPECT_EQ(rate.error().kind, ErrorKind::Cancelled);
}

} // namespace
} // namespace somnium::test
