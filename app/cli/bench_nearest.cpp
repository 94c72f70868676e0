// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_nearest.h"

#include "app/cli/lookup.h"
#include "core/search/bench.h"

namespace somnium::cli
{

namespace
{

std::string toText(const search::NearestBenchReport &report, const search::NearestBenchParams &params)
{
    return report.device + "\nthe " + std::to_string(params.neighbours) + " nearest of " +
           std::to_string(params.rows) + " rows of " + std::to_string(params.width) +
           " numbers in half precision, exact; medians of " + std::to_string(params.repeats) +
           "\n  rows brought         in " + shortNumber(report.keepSeconds) + " s (" +
           shortNumber(static_cast<double>(report.bytes) / 1e6) + " MB)\n  one query            " +
           shortNumber(report.oneQueryMs) + " ms, " + shortNumber(100.0 * report.oneQueryShare) +
           " % of the bound\n  " + std::to_string(params.queries) + " queries at once   " +
           shortNumber(report.queriesPerSecond) + " queries/s, " + shortNumber(report.queriesPerScan) +
           " in the time of a scan at the bound\n  bound by memory      " +
           shortNumber(report.scansPerSecond) + " scans/s, since as many bytes are read at " +
           shortNumber(report.readGbytes) + " GB/s";
}

Result<void> run(const search::NearestBenchParams &params, Console &console)
{
    const auto backend = console.backend();
    if (!backend)
        return failure(backend.error());
    const auto report = search::benchNearest(params, **backend, console.job());
    if (!report)
        return failure(report.error());
    nlohmann::json json = {{"backend", report->backend},
                           {"device", report->device},
                           {"rows", params.rows},
                           {"width", params.width},
                           {"queries", params.queries},
                           {"neighbours", params.neighbours},
                           {"keep_seconds", report->keepSeconds},
                           {"bytes", report->bytes},
                           {"queries_per_second", report->queriesPerSecond},
                           {"one_query_ms", report->oneQueryMs},
                           {"read_gbytes_per_second", report->readGbytes},
                           {"bound_scans_per_second", report->scansPerSecond},
                           {"one_query_share_of_bound", report->oneQueryShare},
                           {"queries_per_scan", report->queriesPerScan}};
    addThreads(json, **backend, report->threads);
    console.print(toText(*report, params), json);
    return {};
}

} // namespace

void addBenchNearest(CLI::App &bench, Action &action)
{
    CLI::App *verb = bench.add_subcommand(
        "nearest", "The nearest of many rows in half precision, beside the memory traffic of a scan");
    auto params = std::make_shared<search::NearestBenchParams>();
    verb->add_option("--rows", params->rows, "Rows")
        ->capture_default_str()
        ->check(CLI::Range(1, 200'000'000));
    verb->add_option("--width", params->width, "Numbers of a row")
        ->capture_default_str()
        ->check(CLI::Range(1, 65536));
    verb->add_option("--queries", params->queries, "Rows that are asked for at once")
        ->capture_default_str()
        ->check(CLI::Range(1, 100'000));
    verb->add_option("--neighbours", params->neighbours, "Nearest rows of each")->capture_default_str();
    verb->add_option("--repeats", params->repeats, "Every figure is the median of so many")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000));
    verb->callback(
        [&action, params] { action = [params](Console &console) { return run(*params, console); }; });
}

} // namespace somnium::cli
