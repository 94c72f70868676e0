// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/bench.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/base/timing.h"
#include "core/compute/measured_rates.h"
#include "core/compute/row_distances.h"

namespace somnium::search
{

namespace
{

std::vector<float> randomRow(std::size_t width, std::uint64_t seed, std::size_t row)
{
    Random random(seed, row);
    std::vector<float> values(width);
    std::generate(values.begin(), values.end(), [&] { return static_cast<float>(random.uniform()); });
    return values;
}

Result<std::shared_ptr<const compute::HalfRows>> makeRows(const NearestBenchParams &params,
                                                          const JobContext &context)
{
    constexpr std::size_t kShare = 1024; // rows that a thread makes in one go
    auto rows = std::make_shared<compute::HalfRows>(params.rows, params.width);
    const bool isWhole = parallelFor((params.rows + kShare - 1) / kShare, context, [&](std::size_t share) {
        for (std::size_t row = share * kShare; row < std::min(params.rows, (share + 1) * kShare); ++row)
            rows->set(row, randomRow(params.width, params.seed, row));
    });
    if (!isWhole)
        return failure(ErrorKind::Cancelled, "stopped");
    return rows;
}

/// Median seconds of a call with all of `queries`.
Result<double> secondsToFind(compute::NearestRows &rows, std::span<const float> queries,
                             const NearestBenchParams &params, const JobContext &context)
{
    std::vector<double> seconds;
    for (std::size_t repeat = 0; repeat <= params.repeats; ++repeat)
    {
        Result<std::vector<compute::NearRow>> found;
        const double taken = secondsOf([&] { found = rows.nearest(queries, params.neighbours, context); });
        if (!found)
            return failure(found.error());
        if (repeat > 0) // the first call has something to set up
            seconds.push_back(taken);
    }
    return medianOf(seconds);
}

} // namespace

Result<NearestBenchReport> benchNearest(const NearestBenchParams &params, compute::Backend &backend,
                                        const JobContext &context)
{
    if (params.rows == 0 || params.width == 0 || params.queries == 0 || params.repeats == 0)
        return failure(ErrorKind::InvalidArgument, "rows, width, queries and repeats must be at least 1");
    const auto rows = makeRows(params, context);
    if (!rows)
        return failure(rows.error());
    NearestBenchReport report;
    Result<std::unique_ptr<compute::NearestRows>> kept;
    report.keepSeconds = secondsOf([&] { kept = backend.keepRows(*rows); });
    if (!kept)
        return failure(kept.error());

    std::vector<float> queries;
    for (std::size_t query = 0; query < params.queries; ++query)
    {
        const std::vector<float> one = randomRow(params.width, params.seed, params.rows + query);
        queries.insert(queries.end(), one.begin(), one.end());
    }
    const auto together = secondsToFind(**kept, queries, params, context);
    const auto alone = secondsToFind(**kept, std::span(queries).first(params.width), params, context);
    kept->reset(); // a device needs room for what it reads next
    const auto read = compute::measureReadRate(backend, (*rows)->halves().size_bytes(), context);
    if (!together || !alone || !read)
        return failure(!together ? together.error() : !alone ? alone.error() : read.error());
    report.backend = backend.name();
    report.device = backend.device();
    report.threads = context.threadCount();
    report.bytes = (*rows)->halves().size_bytes();
    report.queriesPerSecond = static_cast<double>(params.queries) / *together;
    report.oneQueryMs = 1e3 * *alone;
    report.readGbytes = *read / 1e9;
    report.scansPerSecond = *read / static_cast<double>(report.bytes);
    report.oneQueryShare = 1.0 / (*alone * report.scansPerSecond);
    report.queriesPerScan = report.queriesPerSecond / report.scansPerSecond;
    return report;
}

} // namespace somnium::search
