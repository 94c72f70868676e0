// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compute/measured_rates.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <vector>

#include "core/base/timing.h"

namespace somnium::compute
{

namespace
{

constexpr std::size_t kCopiedFloats = std::size_t{1} << 25U; // 128 MiB
constexpr std::size_t kFewestRead = std::size_t{16} << 20U;
constexpr std::size_t kMostRead = std::size_t{1} << 30U;
constexpr std::size_t kRepeats = 5;
constexpr double kLeastSeconds = 0.01; ///< of one measurement

/// Seconds that one call of `work` takes, by as many as fill some time; median of some such runs.
Result<double> secondsEach(TensorOps &ops, const JobContext &context, const std::function<void()> &work)
{
    std::size_t calls = 1;
    std::vector<double> each;
    work(); // a first call may have something to set up
    if (const auto done = ops.finish(); !done)
        return failure(done.error());
    while (each.size() < kRepeats)
    {
        if (context.shouldStop())
            return failure(ErrorKind::Cancelled, "stopped");
        Result<void> done;
        const double seconds = secondsOf([&] {
            for (std::size_t i = 0; i < calls; ++i)
                work();
            done = ops.finish();
        });
        if (!done)
            return failure(done.error());
        if (seconds < kLeastSeconds && calls < (std::size_t{1} << 16U))
            calls *= 2;
        else
            each.push_back(seconds / static_cast<double>(calls));
    }
    return medianOf(each);
}

/// Of a product of side x side matrices.
Result<double> secondsOfProduct(TensorOps &ops, std::size_t side, const JobContext &context)
{
    std::vector<std::unique_ptr<Tensor>> matrices;
    for (const float value : {0.5F, 0.25F, 0.0F})
    {
        auto made = ops.allocate(side * side);
        if (!made)
            return failure(made.error());
        ops.fill({made->get(), 0, 1, side * side}, value);
        matrices.push_back(std::move(*made));
    }
    Product product;
    product.a = {matrices[0].get(), 0, side, side};
    product.b = {matrices[1].get(), 0, side, side};
    product.c = {matrices[2].get(), 0, side, side};
    return secondsEach(ops, context, [&] { ops.multiply(product); });
}

} // namespace

Result<double> measureCopyRate(Backend &backend, const JobContext &context)
{
    const auto ops = backend.tensorOps(context.threads);
    if (!ops)
        return failure(ops.error());
    const auto from = (*ops)->allocate(kCopiedFloats);
    const auto to = (*ops)->allocate(kCopiedFloats);
    if (!from || !to)
        return failure(from ? to.error() : from.error());
    const auto seconds = secondsEach(**ops, context, [&] {
        (*ops)->copy({from->get(), 0, 1, kCopiedFloats}, {to->get(), 0, 1, kCopiedFloats});
    });
    if (!seconds)
        return failure(seconds.error());
    return 2.0 * static_cast<double>(kCopiedFloats * sizeof(float)) / *seconds;
}

Result<double> measureReadRate(Backend &backend, std::size_t bytes, const JobContext &context)
{
    constexpr std::size_t kColumns = 4096;
    constexpr std::size_t kTwoRows = 2 * kColumns * sizeof(float);
    const std::size_t half = std::clamp(bytes, kFewestRead, kMostRead) / kTwoRows; // rows of it
    const auto ops = backend.tensorOps(context.threads);
    if (!ops)
        return failure(ops.error());
    const auto values = (*ops)->allocate(2 * half * kColumns);
    const auto sums = (*ops)->allocate(half);
    if (!values || !sums)
        return failure(values ? sums.error() : values.error());
    const MatrixView whole = {values->get(), 0, 2 * half, kColumns};
    const MatrixView first = whole.rowRange(0, half);
    const MatrixView second = whole.rowRange(half, half);
    (*ops)->fill(whole, 0.5F);
    const auto read = secondsEach(**ops, context, [&] {
        (*ops)->squaredError(first, second, {}, 0.0F, {}, {sums->get(), 0, half, 1});
    });
    const auto copied = secondsEach(**ops, context, [&] { (*ops)->copy(first, second); });
    if (!read || !copied)
        return failure(read ? copied.error() : read.error());
    return static_cast<double>(whole.size() * sizeof(float)) / std::min(*read, *copied);
}

Result<double> measureBringRate(Backend &backend, const JobContext &context)
{
    const auto ops = backend.tensorOps(context.threads);
    if (!ops)
        return failure(ops.error());
    const auto staged = (*ops)->allocateStaged(kCopiedFloats);
    if (!staged)
        return failure(staged.error());
    const auto seconds = secondsEach(**ops, context, [&] { (*ops)->bring(**staged, kCopiedFloats); });
    if (!seconds)
        return failure(seconds.error());
    constexpr double kNothingMoves = 1e-6; // 128 MiB at 100 TB/s
    if (*seconds < kNothingMoves)
        return std::numeric_limits<double>::infinity();
    return static_cast<double>(kCopiedFloats * sizeof(float)) / *seconds;
}

Result<double> measureProductRate(Backend &backend, ProductPrecision precision, const JobContext &context)
{
    const auto ops = backend.makeTensorOps({.threads = context.threads, .precision = precision});
    if (!ops)
        return failure(ops.error());
    return bestProductRate([&](std::size_t side) { return secondsOfProduct(**ops, side, context); });
}

Result<double> bestProductRate(const std::function<Result<double>(std::size_t side)> &secondsOfProduct)
{
    constexpr std::size_t kFirstSide = 512;
    constexpr std::size_t kLastSide = 8192;
    constexpr double kHelps = 1.1;
    constexpr double kLongest = 0.3; // seconds of a product
    double best = 0.0;
    for (std::size_t side = kFirstSide; side <= kLastSide; side *= 2)
    {
        const auto seconds = secondsOfProduct(side);
        if (!seconds)
            return failure(seconds.error());
        const auto n = static_cast<double>(side);
        const double rate = 2.0 * n * n * n / *seconds;
        const bool isBetter = rate > kHelps * best;
        best = std::max(best, rate);
        if (!isBetter || 8.0 * *seconds > kLongest)
            break;
    }
    return best;
}

} // namespace somnium::compute
