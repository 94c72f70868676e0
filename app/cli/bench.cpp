// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>

#include "app/cli/bench_latent.h"
#include "app/cli/bench_nearest.h"
#include "app/cli/console.h"
#include "app/cli/lookup.h"
#include "core/som/bench.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    som::SomBenchParams params;
    std::vector<std::string> layouts = {"10x10"};
};

nlohmann::json toJson(const som::SomBenchReport &report)
{
    nlohmann::json simd = nlohmann::json::object();
    for (const som::SimdRate &rate : report.simdRates)
        simd[rate.simd] = rate.distanceImagesPerSecond;
    return {{"backend", report.backend},
            {"device", report.device},
            {"simd", report.simd},
            {"size", report.side},
            {"map", report.layout},
            {"images", report.images},
            {"half_precision", report.isHalf},
            {"repeats", report.repeats},
            {"rings", report.rings},
            {"angles", report.angles},
            {"harmonics", report.harmonics},
            {"transform_images_per_second", report.transformImagesPerSecond},
            {"distance_images_per_second", report.distanceImagesPerSecond},
            {"training_images_per_second", report.trainingImagesPerSecond},
            {"training_streamed_images_per_second", report.streamedImagesPerSecond},
            {"training_first_epoch_images_per_second", report.trainingWideImagesPerSecond},
            {"distance_gflops", report.distanceGflops},
            {"copy_gbytes_per_second", report.copyGbytes},
            {"product_gflops", report.productGflops},
            {"memory_bound_images_per_second", report.memoryBoundImagesPerSecond},
            {"arithmetic_bound_images_per_second", report.arithmeticBoundImagesPerSecond},
            {"share_of_bound", report.shareOfBound},
            {"sgemm_gflops", report.sgemmGflops},
            {"sgemm_kernel", report.sgemmKernel},
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

/// OpenBLAS is measured on the processor only.
std::string sgemmText(const som::SomBenchReport &report)
{
    if (report.sgemmKernel.empty())
        return {};
    return ", " + shortNumber(100.0 * report.fractionOfSgemm) + " % of sgemm's " +
           shortNumber(report.sgemmGflops) + ", OpenBLAS for " + report.sgemmKernel;
}

std::string toText(const som::SomBenchReport &report)
{
    return report.device + "\n" + std::to_string(report.images) + " images of " +
           std::to_string(report.side) + " x " + std::to_string(report.side) + ", map " + report.layout +
           ", all rotations and both flips" +
           (report.isHalf ? ", coefficients in half precision" : std::string()) + "; medians of " +
           std::to_string(report.repeats) + "\n  polar transform  " +
           shortNumber(report.transformImagesPerSecond) + " images/s\n  distances        " +
           shortNumber(report.distanceImagesPerSecond) + " images/s (" + shortNumber(report.distanceGflops) +
           " GFLOP/s" + sgemmText(report) + ")\n  their bounds     " +
           shortNumber(report.memoryBoundImagesPerSecond) +
           " images/s by memory (copies: " + shortNumber(report.copyGbytes) + " GB/s), " +
           shortNumber(report.arithmeticBoundImagesPerSecond) +
           " by arithmetic (products of matrices: " + shortNumber(report.productGflops) +
           " GFLOP/s): " + shortNumber(100.0 * report.shareOfBound) +
           " % of the smaller\n  training         " + shortNumber(report.trainingImagesPerSecond) +
           " images/s over all epochs, " + shortNumber(report.trainingWideImagesPerSecond) +
           " in the first\n  training, half precision from a file " +
           shortNumber(report.streamedImagesPerSecond) + " images/s\n  reference metric " +
           shortNumber(report.referenceImagesPerSecond) + " images/s: the distances are " +
           shortNumber(report.ratioToReference) + " times faster" + simdText(report);
}

/// One report as it is; several in a list.
Result<void> run(Options options, Console &console)
{
    const auto backend = console.backend();
    if (!backend)
        return failure(backend.error());
    if (options.params.allSimd && !compute::isProcessor(**backend))
        return failure(ErrorKind::InvalidArgument, "--simd measures the paths of the processor, but " +
                                                       compute::deviceName(**backend) +
                                                       " computes: expected --device cpu with it");
    std::string text;
    nlohmann::json reports = nlohmann::json::array();
    for (const std::string &name : options.layouts)
    {
        const auto layout = som::MapLayout::parse(name);
        if (!layout)
            return failure(layout.error());
        options.params.layout = *layout;
        const auto report = som::benchSom(options.params, **backend, console.job());
        if (!report)
            return failure(report.error());
        text += (text.empty() ? "" : "\n") + toText(*report);
        reports.push_back(toJson(*report));
        addThreads(reports.back(), **backend, report->threads);
    }
    console.print(text, reports.size() == 1 ? reports.front() : nlohmann::json({{"maps", reports}}));
    return {};
}

std::string toText(const som::PinkCaseReport &report)
{
    constexpr double kMegabyte = 1e6;
    return report.device + "\nPINK's published case: 176,750 images of 124 x 124, hexagonal map of " +
           std::to_string(report.neurons) +
           " neurons of 64 x 64, all rotations and both flips, one epoch\n  " +
           std::to_string(report.images) + " images measured: polar transform " +
           shortNumber(report.transformSeconds) + " s, epoch " + shortNumber(report.epochSeconds) +
           " s\n  all 176,750: " + shortNumber(report.totalSeconds) + " s" +
           (report.images < 176750 ? " (scaled)" : "") + "; an epoch takes at least " +
           shortNumber(report.arithmeticBoundSeconds) + " s by arithmetic, " +
           shortNumber(report.memoryBoundSeconds) + " s by memory, the transform " +
           shortNumber(report.bringBoundSeconds) + " s to bring the pixels; peak resident " +
           shortNumber(static_cast<double>(report.peakResidentBytes) / kMegabyte) +
           " MB\n  PINK: 35,373 s on 24 cores, 909 s on a Tesla P40, 673 s on an RTX 2080 (its authors)";
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
                                    {"total_seconds", report->totalSeconds},
                                    {"bring_bound_seconds", report->bringBoundSeconds},
                                    {"memory_bound_seconds", report->memoryBoundSeconds},
                                    {"arithmetic_bound_seconds", report->arithmeticBoundSeconds},
                                    {"peak_resident_bytes", report->peakResidentBytes}});
    return {};
}

void addSom(CLI::App &bench, Action &action)
{
    CLI::App *som = bench.add_subcommand(
        "som", "Maps: distances and training, beside their bounds by memory and by arithmetic");
    auto options = std::make_shared<Options>();
    som->add_option("--map", options->layouts,
                    "Width x height of the map [neurons]; several, separated by commas")
        ->delimiter(',')
        ->capture_default_str();
    som->add_option("--size", options->params.side, "Side of an image [pixels]")
        ->capture_default_str()
        ->check(CLI::Range(8, 1024));
    som->add_option("--count", options->params.images, "Images; 0: 2,000 on the processor, 131,072 elsewhere")
        ->capture_default_str()
        ->check(CLI::Range(0, 10000000));
    const std::map<std::string, som::Coefficients> coefficients = {{"auto", som::Coefficients::Automatic},
                                                                   {"full", som::Coefficients::Full},
                                                                   {"half", som::Coefficients::Half}};
    som->add_option("--coefficients", options->params.coefficients,
                    "Of the images: full precision, half, or auto: full on the processor, half elsewhere")
        ->transform(CLI::CheckedTransformer(coefficients, CLI::ignore_case))
        ->default_str("auto");
    som->add_option("--repeats", options->params.repeats, "Every figure is the median of so many")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000));
    som->add_flag("--simd", options->params.allSimd,
                  "The distances with every SIMD path of this processor, too; not on another device");
    som->callback(
        [&action, options] { action = [options](Console &console) { return run(*options, console); }; });
}

void addPinkCase(CLI::App &bench, Action &action)
{
    CLI::App *pink = bench.add_subcommand("pink-case", "One epoch of the case that PINK's authors published");
    auto params = std::make_shared<som::PinkCaseParams>();
    pink->add_option("--count", params->images, "Images; fewer than 176,750 are scaled up")
        ->capture_default_str()
        ->check(CLI::Range(1, 10000000));
    pink->callback(
        [&action, params] { action = [params](Console &console) { return runPinkCase(*params, console); }; });
}

} // namespace

void addBench(CLI::App &app, Action &action)
{
    CLI::App *bench = app.add_subcommand("bench", "Measure how fast this machine, or a device, is");
    bench->require_subcommand(1);
    addBenchOddities(*bench, action);
    addBenchLatent(*bench, action);
    addBenchNearest(*bench, action);
    addSom(*bench, action);
    addPinkCase(*bench, action);
}

} // namespace somnium::cli
