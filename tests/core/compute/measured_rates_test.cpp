// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/measured_rates.h"

#include <cmath>
#include <cstddef>
#include <functional>
#include <stop_token>
#include <vector>

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

/// The sides that are tried where a product takes `seconds(side)`.
std::vector<std::size_t> sidesTried(const std::function<double(double side)> &seconds)
{
    std::vector<std::size_t> sides;
    const auto rate = compute::bestProductRate([&](std::size_t side) -> Result<double> {
        sides.push_back(side);
        return seconds(static_cast<double>(side));
    });
    EXPECT_TRUE(rate);
    return sides;
}

TEST(MeasuredRates, ProductsAreMadeLargerWhileThatHelpsAndTakesNotLong)
{
    using Sides = std::vector<std::size_t>;
    const auto work = [](double side) { return 2.0 * side * side * side; };
    EXPECT_EQ(sidesTried([&](double side) { return work(side) / 1e11; }), (Sides{512, 1024}));
    EXPECT_EQ(sidesTried([&](double side) { return work(side) / (1e11 * side); }),
              (Sides{512, 1024, 2048, 4096, 8192}));
    // Seeming to be faster each time, at some 5e9 operations a second.
    EXPECT_EQ(sidesTried([&](double side) { return work(side) / (1e7 * side); }), (Sides{512}));
    EXPECT_EQ(sidesTried([&](double side) { return work(side) / (1e8 * side); }), (Sides{512, 1024, 2048}));
}

TEST(MeasuredRates, TheBestRateOfProductsIsTakenAndAnErrorIsGivenOn)
{
    const auto best =
        compute::bestProductRate([](std::size_t side) -> Result<double> { return side == 512 ? 1e-4 : 1.0; });
    EXPECT_DOUBLE_EQ(best.value(), 2.0 * 512.0 * 512.0 * 512.0 / 1e-4);
    const auto lost = compute::bestProductRate(
        [](std::size_t) -> Result<double> { return failure(ErrorKind::DeviceLost, "gone"); });
    EXPECT_EQ(lost.error().kind, ErrorKind::DeviceLost);
}

} // namespace
} // namespace somnium::test
