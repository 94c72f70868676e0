// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/bench.h"
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
            {"training_first_epoch_images_per_second", report.trainingWideImagesPerSecond},
            {"sgemm_gflops", report.sgemmGflops},
            {"distance_gflops", report.distanceGflops},
            {"fraction_of_sgemm", report.fractionOfSgemm},
            {"reference_images_per_second", report.referenceImagesPerSecond},
            {"ratio_to_reference", report.ratioToReference}};
}

std::string toText(const som::SomBenchReport &report)
{
    return report.device + "\n" + std::to_string(report.images) + " images of " +
           std::to_string(report.side) + " x " + std::to_string(report.side) + ", map " + report.layout +
           ", all rotations and both flips; medians of " + std::to_string(report.repeats) +
           "\n  polar transform  " + shortNumber(report.transformImagesPerSecond) +
           " images/s\n  distances        " + shortNumber(report.distanceImagesPerSecond) + " images/s (" +
           shortNumber(report.distanceGflops) + " GFLOP/s, " + shortNumber(100.0 * report.fractionOfSgemm) +
           " % of sgemm's " + shortNumber(report.sgemmGflops) + ")\n  training         " +
           shortNumber(report.trainingImagesPerSecond) + " images/s over all epochs, " +
           shortNumber(report.trainingWideImagesPerSecond) + " in the first\n  reference metric " +
           shortNumber(report.referenceImagesPerSecond) + " images/s: the distances are " +
           shortNumber(report.ratioToReference) + " times faster";
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

} // namespace

void addBench(CLI::App &app, Action &action)
{
    CLI::App *bench = app.add_subcommand("bench", "Measure how fast this machine is");
    bench->require_subcommand(1);
    addBenchOddities(*bench, action);
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
    som->callback(
        [&action, options] { action = [options](Console &console) { return run(*options, console); }; });
}

} // namespace somnium::cli
