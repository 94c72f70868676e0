// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/measured_rates.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/parallel.h"
#include "core/base/timing.h"
#include "core/compute/cpu/cpu_backend.h"
#include "tests/support/faulty_backend.h"

namespace somnium::test
{
namespace
{

constexpr std::size_t kMebibyte = std::size_t{1} << 20U;

/// Others may need the machine while a rate is measured: what holds in one of some attempts does hold.
bool holdsOnce(const std::function<bool()> &claim)
{
    constexpr int kAttempts = 8;
    for (int attempt = 0; attempt < kAttempts; ++attempt)
        if (claim())
            return true;
    return false;
}

double medianSeconds(const std::function<void()> &work)
{
    std::vector<double> seconds(7);
    for (double &one : seconds)
        one = secondsOf(work);
    return medianOf(seconds);
}

/// Bytes a second of memory of so many bytes whose first half is copied to the second.
double naiveRate(std::size_t bytes, unsigned threads)
{
    JobContext context;
    context.threads = threads;
    std::vector<char> memory(bytes, 'a');
    const std::size_t share = bytes / 2 / threads;
    const double seconds = medianSeconds([&] {
        parallelFor(threads, context, [&](std::size_t thread) {
            char *const from = memory.data() + thread * share;
            std::memcpy(from + bytes / 2, from, share);
        });
    });
    return static_cast<double>(bytes) / seconds;
}

TEST(MeasuredRates, AsManyBytesAreReadAboutAsFastAsTheyAreCopied)
{
    const auto processor = compute::cpu::CpuBackend::create().value();
    JobContext context;
    for (const unsigned threads : {1U, 2U})
    {
        context.threads = threads;
        double ratio = 0.0;
        EXPECT_TRUE(holdsOnce([&] {
            const auto rate = compute::measureReadRate(*processor, 64 * kMebibyte, context);
            if (!rate)
                return false;
            ratio = *rate / naiveRate(64 * kMebibyte, threads);
            return ratio > 0.7 && ratio < 3.0;
        })) << threads
            << " threads, ratio " << ratio;
    }
}

TEST(MeasuredRates, NoScanOfAsManyBytesBeatsThem)
{
    constexpr std::size_t kRows = 200'000;
    constexpr std::size_t kWidth = 128;
    const auto rows = std::make_shared<compute::HalfRows>(kRows, kWidth);
    const auto processor = compute::cpu::CpuBackend::create().value();
    const auto kept = processor->keepRows(rows);
    ASSERT_TRUE(kept) << kept.error().message;
    const std::vector<float> query(kWidth, 0.5F);
    const std::size_t bytes = rows->halves().size_bytes();
    double scans = 0.0;
    double reads = 0.0;
    EXPECT_TRUE(holdsOnce([&] {
        scans = static_cast<double>(bytes) /
                medianSeconds([&] { EXPECT_TRUE((*kept)->nearest(query, 10, JobContext{})); });
        reads = compute::measureReadRate(*processor, bytes, JobContext{}).value_or(0.0);
        return scans <= reads;
    })) << scans / 1e9
        << " GB/s by scans, " << reads / 1e9 << " read";
}

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
