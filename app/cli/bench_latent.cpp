// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_latent.h"

#include <cmath>

#include "app/cli/lookup.h"
#include "app/device_option.h"
#include "core/latent/bench.h"
#include "core/workflow/explore_bench.h"

namespace somnium::cli
{

namespace
{

nlohmann::json toJson(const workflow::Spread &spread)
{
    return {{"median_ms", spread.median}, {"percentile_99_ms", spread.percentile99}, {"count", spread.count}};
}

std::string toText(const workflow::Spread &spread)
{
    return shortNumber(spread.median) + " ms (99 %: " + shortNumber(spread.percentile99) + " ms)";
}

std::string toText(const workflow::ExploreBenchReport &report)
{
    constexpr double kMegabyte = 1e6;
    return report.device + "\n" + std::to_string(report.count) + " simulated spectra of " +
           std::to_string(report.pixels) + " pixels; medians" + "\n  opening the session    " +
           shortNumber(report.openSeconds) + " s\n  frame, panned, zoomed  " + toText(report.points) +
           "\n  frame, density of all  " + toText(report.density) + "\n  hover                  " +
           toText(report.hover) + "\n  lasso around all       " + toText(report.lasso) +
           "\n  iso-lines of two       " + toText(report.isoLines) + "\n  50 nearest spectra     " +
           toText(report.nearest) + ", recall " + shortNumber(report.recall) + "; the exact scan takes " +
           shortNumber(report.exactSeconds) + " s\n  resident memory        " +
           shortNumber(static_cast<double>(report.residentBytes) / kMegabyte) + " MB, at most " +
           shortNumber(static_cast<double>(report.peakResidentBytes) / kMegabyte) + " MB" +
           (report.wasPrepared ? "" : " (with the training that made the session: run it again)") +
           "\n  frame of 10^6 points   " + toText(report.manyPoints);
}

std::string toText(const latent::LatentBenchReport &report)
{
    return report.device + "\nautoencoder of " + std::to_string(report.parameters) +
           " parameters\n  training             " + shortNumber(report.samplesPerSecond) +
           " samples/s, all told\n  its products alone   " + shortNumber(report.productSamplesPerSecond) +
           " samples/s (" + shortNumber(report.productGflops) + " GFLOP/s); by OpenBLAS for " +
           report.openBlasKernel + " " + shortNumber(report.openBlasSamplesPerSecond) + " samples/s (" +
           shortNumber(report.openBlasGflops) + " GFLOP/s)" +
           (std::isfinite(report.broughtSamplesPerSecond)
                ? "\n  brought at most      " + shortNumber(report.broughtSamplesPerSecond) + " samples/s" +
                      (report.areRowsOnDevice ? ", in the first epoch, which does not count" : "")
                : std::string()) +
           "\n  share of the bound   " + shortNumber(100.0 * report.shareOfBound) +
           " %\n  one spectrum         encoded in " + shortNumber(report.encodeOneMs) + " ms, decoded in " +
           shortNumber(report.decodeOneMs) + " ms";
}

Result<void> runAutoencoder(const latent::LatentBenchParams &params, Console &console)
{
    const auto backend = console.backend();
    if (!backend)
        return failure(backend.error());
    const auto report = latent::benchAutoencoder(params, **backend, console.job());
    if (!report)
        return failure(report.error());
    nlohmann::json json = {{"backend", report->backend},
                           {"device", report->device},
                           {"pixels", params.pixels},
                           {"batch", params.batch},
                           {"parameters", report->parameters},
                           {"samples_per_second", report->samplesPerSecond},
                           {"product_samples_per_second", report->productSamplesPerSecond},
                           {"openblas_samples_per_second", report->openBlasSamplesPerSecond},
                           {"openblas_kernel", report->openBlasKernel},
                           {"product_gflops", report->productGflops},
                           {"openblas_gflops", report->openBlasGflops},
                           {"brought_samples_per_second", finiteOrNull(report->broughtSamplesPerSecond)},
                           {"rows_on_device", report->areRowsOnDevice},
                           {"share_of_bound", report->shareOfBound},
                           {"encode_one_ms", report->encodeOneMs},
                           {"decode_one_ms", report->decodeOneMs}};
    addThreads(json, **backend, report->threads);
    console.print(toText(*report), json);
    return {};
}

void addAutoencoder(CLI::App &bench, Action &action)
{
    CLI::App *verb = bench.add_subcommand(
        "autoencoder", "Training of an autoencoder, beside the bound of its matrix products alone");
    auto params = std::make_shared<latent::LatentBenchParams>();
    verb->add_option("--pixels", params->pixels, "Pixels of a spectrum")
        ->capture_default_str()
        ->check(CLI::Range(16, 1 << 20));
    verb->add_option("--widths", params->model.widths, "Hidden layers of the encoder")
        ->delimiter(',')
        ->default_str("512,128,32");
    verb->add_option("--batch", params->batch, "Spectra of a step")->capture_default_str();
    verb->add_option(
            "--spectra", params->spectra,
            "Spectra that are learned from; 0: 4096, or 64 batches on another device than the processor")
        ->capture_default_str();
    app::addPrecisionOption(*verb, params->model.precision);
    verb->add_flag("--no-weights{false}", params->hasWeights, "Spectra without errors");
    verb->add_option("--repeats", params->repeats, "Every figure is the median of so many")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000));
    verb->callback([&action, params] {
        action = [params](Console &console) { return runAutoencoder(*params, console); };
    });
}

Result<void> runExplore(const workflow::ExploreBenchParams &params, Console &console)
{
    const auto backend = console.backend();
    if (!backend)
        return failure(backend.error());
    const auto report = workflow::benchExplore(params, **backend, console.job());
    if (!report)
        return failure(report.error());
    console.print(toText(*report), {{"device", report->device},
                                    {"count", report->count},
                                    {"pixels", report->pixels},
                                    {"was_prepared", report->wasPrepared},
                                    {"open_seconds", report->openSeconds},
                                    {"frame", toJson(report->points)},
                                    {"density_frame", toJson(report->density)},
                                    {"hover", toJson(report->hover)},
                                    {"lasso", toJson(report->lasso)},
                                    {"iso_lines", toJson(report->isoLines)},
                                    {"nearest", toJson(report->nearest)},
                                    {"recall", report->recall},
                                    {"exact_seconds", report->exactSeconds},
                                    {"many_points_frame", toJson(report->manyPoints)},
                                    {"resident_bytes", report->residentBytes},
                                    {"peak_resident_bytes", report->peakResidentBytes}});
    return {};
}

} // namespace

void addBenchLatent(CLI::App &bench, Action &action)
{
    addAutoencoder(bench, action);
    CLI::App *explore = bench.add_subcommand(
        "explore", "How long one waits while exploring a survey of spectra; makes it the first time");
    auto params = std::make_shared<workflow::ExploreBenchParams>();
    explore->add_option("--session", params->session, "Session file of the simulated survey; made if missing")
        ->required();
    explore->add_option("--count", params->count, "Spectra, when it is made")
        ->capture_default_str()
        ->check(CLI::Range(100, 100'000'000));
    explore->add_option("--pixels", params->pixels, "Pixels of each, when it is made")
        ->capture_default_str()
        ->check(CLI::Range(64, 1 << 20));
    explore->add_option("--epochs", params->epochs, "Of its autoencoder, when it is made")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000));
    explore->add_option("--repeats", params->repeats, "Every figure is of so many")
        ->capture_default_str()
        ->check(CLI::Range(1, 100'000));
    explore->callback(
        [&action, params] { action = [params](Console &console) { return runExplore(*params, console); }; });
}

} // namespace somnium::cli
