// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/bench.h"
#include "app/cli/bench_latent.h"
#include "app/cli/console.h"
#include "app/cli/lookup.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    som::SomBenchParams params;
    std::string layout = "10x10";
};

nlohmann::json toJson(const som::SomBenchReport &report)
{
    nlohmann::json simd = nlohmann::json::object();
    for (const som::SimdRate &rate : report.simdRates)
        simd[rate.simd] = rate.distanceImagesPerSecond;
    return {{"backend", report.backend},
            {"device", report.device},
            {"simd", report.simd},
            {"threads", report.threads},
            {"size", report.side},
            {"map", report.layout},
            {"images", report.images},
            {"repeats", report.repeats},
            {"rings", report.rings},
            {"angles", report.angles},
            {"harmonics", report.harmonics},
            {"transform_images_per_second", report.transformImagesPerSecond},
            {"distance_images_per_second", report.distanceImagesPerSecond},
            {"training_images_per_second", report.trainingImagesPerSecond},
            {"training_streamed_images_per_second", report.streamedImagesPerSecond},
            {"training_first_epoch_images_per_second", report.trainingWideImagesPerSecond},
            {"sgemm_gflops", report.sgemmGflops},
            {"sgemm_kernel", report.sgemmKernel},
            {"distance_gflops", report.distanceGflops},
            {"fraction_of_sgemm", report.fractionOfSgemm},
            {"reference_images_per_second", report.referenceImagesPerSecond},
            {"ratio_to_reference", report.ratioToReference},
            {"simd_distance_images_per_second", simd}};
}

std::string simdText(const som::SomBenchReport &report)
{
    std::string text;
    for (const som::SimdRate &rate : report.simdRates)
        text +=
            "\n  distances, " + rate.simd + ": " + shortNumber(rate.distanceImagesPerSecond) + " images/s";
    return text;
}

std::string toText(const som::SomBenchReport &report)
{
    return report.device + "\n" + std::to_string(report.images) + " images of " +
           std::to_string(report.side) + " x " + std::to_string(report.side) + ", map " + report.layout +
           ", all rotations and both flips; medians of " + std::to_string(report.repeats) +
           "\n  polar transform  " + shortNumber(report.transformImagesPerSecond) +
           " images/s\n  distances        " + shortNumber(report.distanceImagesPerSecond) + " images/s (" +
           shortNumber(report.distanceGflops) + " GFLOP/s, " + shortNumber(100.0 * report.fractionOfSgemm) +
           " % of sgemm's " + shortNumber(report.sgemmGflops) + ", OpenBLAS for " + report.sgemmKernel +
           ")\n  training         " + shortNumber(report.trainingImagesPerSecond) +
           " images/s over all epochs, " + shortNumber(report.trainingWideImagesPerSecond) +
           " in the first\n  training, half precision from a file " +
           shortNumber(report.streamedImagesPerSecond) + " images/s\n  reference metric " +
           shortNumber(report.referenceImagesPerSecond) + " images/s: the distances are " +
           shortNumber(report.ratioToReference) + " times faster" + simdText(report);
}

Result<void> run(Options options, Console &console)
{
    const auto layout = som::MapLayout::parse(options.layout);
    if (!layout)
        return failure(layout.error());
    options.params.layout = *layout;
    const auto backend = console.backend();
    if (!backend)
        return failure(backend.error());
    const auto report = som::benchSom(options.params, **backend, console.job());
    if (!report)
        return failure(report.error());
    console.print(toText(*report), toJson(*report));
    return {};
}

std::string toText(const som::PinkCaseReport &report)
{
    constexpr double kMegabyte = 1e6;
    return report.device + "\nPINK's published case: 176,750 images of 124 x 124, hexagonal map of " +
           std::to_string(report.neurons) +
           " neurons of 64 x 64, all rotations and both flips, one epoch\n  " +
           std::to_string(report.images) + " images measured: polar transform " +
           shortNumber(report.transformSeconds) + " s, epoch " + shortNumber(report.epochSeconds) + " s" +
           (report.isStreamed ? ", spectra streamed from a file" : ", spectra in memory") +
           "\n  all 176,750: " + shortNumber(report.totalSeconds) + " s" +
           (report.images < 176750 ? " (scaled)" : "") + "; peak resident " +
           shortNumber(static_cast<double>(report.peakResidentBytes) / kMegabyte) +
           " MB\n  PINK: 35,373 s on 24 cores, 673 s on an RTX 2080 (its authors)";
}

Result<void> runPinkCase(const som::PinkCaseParams &params, Console &console)
{
    const auto backend = console.backend();
    if (!backend)
        return failure(backend.error());
    const auto report = som::benchPinkCase(params, **backend, console.job());
    if (!report)
        return failure(report.error());
    console.print(toText(*report), {{"device", report->device},
                                    {"images", report->images},
                                    {"neurons", report->neurons},
                                    {"transform_seconds", report->transformSeconds},
                                    {"epoch_seconds", report->epochSeconds},
                                    {"streamed", report->isStreamed},
                                    {"total_seconds", report->totalSeconds},
                                    {"peak_resident_bytes", report->peakResidentBytes}});
    return {};
}

} // namespace

void addBench(CLI::App &app, Action &action)
{
    CLI::App *bench = app.add_subcommand("bench", "Measure how fast this machine is");
    bench->require_subcommand(1);
    addBenchOddities(*bench, action);
    addBenchLatent(*bench, action);
    CLI::App *som =
        bench->add_subcommand("som", "Maps: distances and training, beside sgemm and the reference metric");
    auto options = std::make_shared<Options>();
    som->add_option("--map", options->layout, "Width x height of the map [neurons]")->capture_default_str();
    som->add_option("--size", options->params.side, "Side of an image [pixels]")
        ->capture_default_str()
        ->check(CLI::Range(8, 1024));
    som->add_option("--count", options->params.images, "Images")
        ->capture_default_str()
        ->check(CLI::Range(1, 10000000));
    som->add_option("--repeats", options->params.repeats, "Every figure is the median of so many")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000));
    som->add_flag("--simd", options->params.allSimd,
                  "The distances with every SIMD path of this processor, too");
    CLI::App *pink =
        bench->add_subcommand("pink-case", "One epoch of the case that PINK's authors published");
    auto pinkParams = std::make_shared<som::PinkCaseParams>();
    pink->add_option("--count", pinkParams->images, "Images; fewer than 176,750 are scaled up")
        ->capture_default_str()
        ->check(CLI::Range(1, 10000000));
    pink->callback([&action, pinkParams] {
        action = [pinkParams](Console &console) { return runPinkCase(*pinkParams, console); };
    });
    som->callback(
        [&action, options] { action = [options](Console &console) { return run(*options, console); }; });
}

} // namespace somnium::cli
