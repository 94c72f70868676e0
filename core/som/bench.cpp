// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/bench.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include <cblas.h>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/base/timing.h"
#include "core/compute/cpu/cpu_backend.h"
#include "core/compute/cpu/kernel_choice.h"
#include "core/compute/measured_rates.h"
#include "core/data/sample_store.h"
#include "core/som/bench_parts.h"
#include "core/som/neighbourhood.h"
#include "core/som/prototypes.h"
#include "core/som/reference_matcher.h"
#include "core/som/spectra_blocks.h"
#include "core/som/trainer.h"

namespace somnium::som
{

namespace
{

constexpr const char *kProcessor = "cpu";

/// 1e9 operations a second of single precision matrix products, one product on each thread.
double sgemmGflops(const JobContext &context)
{
    constexpr int kSide = 768;
    constexpr std::size_t kSize = static_cast<std::size_t>(kSide) * kSide;
    constexpr std::size_t kProducts = 8;
    // Our own threads do the sharing out: OpenBLAS must not start some in each of them.
    openblas_set_num_threads(1);
    const std::vector<float> a(kSize, 0.5F);
    const std::vector<float> b(kSize, 0.25F);
    const unsigned threads = context.threadCount();
    std::vector<std::vector<float>> c(threads, std::vector<float>(kSize));
    const double seconds = secondsOf([&] {
        parallelFor(threads, context, [&](std::size_t thread) {
            for (std::size_t i = 0; i < kProducts; ++i)
                cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, kSide, kSide, kSide, 1.0F, a.data(),
                            kSide, b.data(), kSide, 0.0F, c[thread].data(), kSide);
        });
    });
    const double operations = 2.0 * std::pow(kSide, 3.0) * static_cast<double>(kProducts) * threads;
    return operations / seconds / 1e9;
}

/// What the measurements work on.
struct Bench
{
    SomBenchParams params;
    compute::Backend &backend;
    const JobContext &context;
    std::vector<float> pixels; ///< of as many images as differ
    compute::PolarGrid grid;
    std::unique_ptr<compute::Spectra> images;
    std::unique_ptr<compute::Spectra> prototypes;

    [[nodiscard]] data::ImageShape shape() const { return {1, params.side, params.side}; }
    [[nodiscard]] bool isOnProcessor() const { return backend.name() == kProcessor; }
    [[nodiscard]] bool isHalf() const { return params.coefficients == Coefficients::Half; }
};

/// Images to spectra, where the backend keeps them, several times.
Result<void> prepareImages(Bench &bench, const data::Samples &samples, SomBenchReport &report)
{
    const auto transform =
        bench.isHalf() ? &compute::Backend::transformAndKeep : &compute::Backend::transform;
    std::vector<double> rates;
    for (std::size_t repeat = 0; repeat < bench.params.repeats; ++repeat)
    {
        bench.images.reset();
        Result<std::unique_ptr<compute::Spectra>> spectra;
        const double seconds = secondsOf([&] {
            spectra = (bench.backend.*transform)(samples, 0, samples.count(), bench.grid, bench.context);
        });
        if (!spectra)
            return failure(spectra.error());
        bench.images = std::move(*spectra);
        rates.push_back(static_cast<double>(samples.count()) / seconds);
    }
    report.transformImagesPerSecond = medianOf(rates);
    return {};
}

Result<void> prepare(Bench &bench, SomBenchReport &report)
{
    constexpr std::size_t kDistinct = 4096; // the time does not depend on what they show
    const auto grid = compute::polarGridFor(bench.shape(), compute::MatchPrecision::Standard);
    if (!grid)
        return failure(grid.error());
    bench.grid = *grid;
    Random random(bench.params.seed);
    const std::size_t neurons = bench.params.layout.neuronCount();
    bench.pixels.resize(std::max(std::min(bench.params.images, kDistinct), neurons) * bench.shape().size());
    std::generate(bench.pixels.begin(), bench.pixels.end(),
                  [&] { return static_cast<float>(random.uniform()); });
    const ImagesAsSamples distinct(bench.pixels, bench.shape());
    const RepeatedSamples samples(distinct, bench.params.images);
    if (auto done = prepareImages(bench, samples, report); !done)
        return done;
    auto prototypes = bench.backend.transform(distinct, 0, neurons, bench.grid, bench.context);
    if (!prototypes)
        return failure(prototypes.error());
    bench.prototypes = std::move(*prototypes);
    return {};
}

Result<void> measureDistances(Bench &bench, SomBenchReport &report)
{
    std::vector<double> rates;
    std::vector<double> peaks;
    for (std::size_t repeat = 0; repeat < bench.params.repeats; ++repeat)
    {
        Result<compute::MatchResult> match;
        const double seconds = secondsOf(
            [&] { match = bench.backend.match(*bench.images, *bench.prototypes, {}, bench.context); });
        if (!match)
            return failure(match.error());
        rates.push_back(static_cast<double>(bench.params.images) / seconds);
        if (bench.isOnProcessor()) // in turns with the distances, so that both see the same load of the
                                   // machine
            peaks.push_back(sgemmGflops(bench.context));
    }
    report.distanceImagesPerSecond = medianOf(rates);
    report.distanceGflops = report.distanceImagesPerSecond *
                            static_cast<double>(bench.params.layout.neuronCount()) *
                            operationsPerPair(bench.grid) / 1e9;
    if (bench.isOnProcessor())
    {
        report.sgemmGflops = medianOf(peaks);
        report.sgemmKernel = openblas_get_corename();
        report.fractionOfSgemm = report.distanceGflops / report.sgemmGflops;
    }
    return {};
}

Result<void> measureBounds(Bench &bench, SomBenchReport &report)
{
    const auto copied = compute::measureCopyRate(bench.backend, bench.context);
    const auto multiplied =
        compute::measureProductRate(bench.backend, compute::ProductPrecision::Float32, bench.context);
    if (!copied || !multiplied)
        return failure(copied ? multiplied.error() : copied.error());
    const std::size_t bytes =
        bytesPerImage(bench.grid, bench.isHalf() ? sizeof(std::uint16_t) : sizeof(float));
    const double operations =
        static_cast<double>(bench.params.layout.neuronCount()) * operationsPerPair(bench.grid);
    report.copyGbytes = *copied / 1e9;
    report.productGflops = *multiplied / 1e9;
    report.memoryBoundImagesPerSecond = *copied / static_cast<double>(bytes);
    report.arithmeticBoundImagesPerSecond = *multiplied / operations;
    report.shareOfBound = report.distanceImagesPerSecond /
                          std::min(report.memoryBoundImagesPerSecond, report.arithmeticBoundImagesPerSecond);
    return {};
}

/// Images a second of a training with the default schedule, each epoch by `epoch(options)`; the first epoch's
/// too.
Result<std::pair<double, double>>
trainingRates(const Bench &bench, const std::function<Result<void>(const compute::UpdateOptions &)> &epoch)
{
    TrainingParams params;
    params.layout = bench.params.layout;
    std::vector<double> rates;
    std::vector<double> wideRates;
    for (std::size_t repeat = 0; repeat < bench.params.repeats; ++repeat)
    {
        double seconds = 0.0;
        for (std::size_t number = 0; number < params.epochs; ++number)
        {
            const std::vector<float> weights =
                neighbourhoodWeights(params.layout, params.neighbourhood, sigmaOf(params, number));
            compute::UpdateOptions options;
            options.neighbourhood = weights;
            Result<void> done;
            const double epochSeconds = secondsOf([&] { done = epoch(options); });
            if (!done)
                return failure(done.error());
            seconds += epochSeconds;
            if (number == 0)
                wideRates.push_back(static_cast<double>(bench.params.images) / epochSeconds);
        }
        rates.push_back(static_cast<double>(bench.params.images * params.epochs) / seconds);
    }
    return std::pair(medianOf(rates), medianOf(wideRates));
}

/// As a training has its images: block by block.
Result<std::pair<double, double>> trainingRatesFrom(const SpectraStorage &storage, Coefficients coefficients,
                                                    const Bench &bench)
{
    const ImagesAsSamples distinct(bench.pixels, bench.shape());
    const RepeatedSamples samples(distinct, bench.params.images);
    const auto images =
        SpectraBlocks::create(samples, bench.grid, bench.backend, coefficients, storage, bench.context);
    if (!images)
        return failure(images.error());
    return trainingRates(bench, [&](const compute::UpdateOptions &options) {
        const auto forEach = [&](const TakeSpectra &take) {
            return (*images)->forEach(
                bench.context, [&](std::size_t, const compute::Spectra &block) { return take(block); });
        };
        return learnOnce(forEach, *bench.prototypes, options, bench.backend, bench.context);
    });
}

Result<void> measureTraining(Bench &bench, SomBenchReport &report)
{
    SpectraStorage storage;
    storage.memoryBytes = std::numeric_limits<std::size_t>::max();
    const auto rates = trainingRatesFrom(storage, bench.params.coefficients, bench);
    if (!rates)
        return failure(rates.error());
    report.trainingImagesPerSecond = rates->first;
    report.trainingWideImagesPerSecond = rates->second;
    return {};
}

Result<void> measureStreamed(Bench &bench, SomBenchReport &report)
{
    SpectraStorage storage;
    storage.memoryBytes = 1; // nothing fits
    const auto rates = trainingRatesFrom(storage, Coefficients::Half, bench);
    if (!rates)
        return failure(rates.error());
    report.streamedImagesPerSecond = rates->first;
    return {};
}

Result<void> measureSimd(Bench &bench, SomBenchReport &report)
{
    if (!bench.params.allSimd)
        return {};
    const ImagesAsSamples samples(bench.pixels, bench.shape());
    for (const compute::cpu::Kernels *kernels : compute::cpu::usableKernels())
    {
        compute::cpu::CpuBackend backend(*kernels);
        const std::size_t count = std::min<std::size_t>(bench.params.images, 1000); // the plain path is slow
        const auto images = backend.transform(samples, 0, count, bench.grid, bench.context);
        const auto prototypes =
            backend.transform(samples, 0, bench.params.layout.neuronCount(), bench.grid, bench.context);
        if (!images || !prototypes)
            return failure(images ? prototypes.error() : images.error());
        std::vector<double> rates;
        for (std::size_t repeat = 0; repeat < bench.params.repeats; ++repeat)
        {
            Result<compute::MatchResult> match;
            const double seconds =
                secondsOf([&] { match = backend.match(**images, **prototypes, {}, bench.context); });
            if (!match)
                return failure(match.error());
            rates.push_back(static_cast<double>(count) / seconds);
        }
        report.simdRates.push_back({kernels->name, medianOf(rates)});
    }
    return {};
}

Result<void> measureReference(Bench &bench, SomBenchReport &report)
{
    const data::ImageShape shape = bench.shape();
    const std::size_t neurons = bench.params.layout.neuronCount();
    const auto matcher = ReferenceMatcher::create(std::span(bench.pixels).first(neurons * shape.size()),
                                                  shape, {.window = ReferenceWindow::Disc});
    if (!matcher)
        return failure(matcher.error());
    const ImagesAsSamples samples(bench.pixels, shape);
    const std::size_t count = std::min(bench.params.referenceImages, samples.count());
    std::vector<double> rates;
    for (std::size_t repeat = 0; repeat < bench.params.repeats; ++repeat)
    {
        Result<FullMapping> mapping;
        const double seconds = secondsOf([&] { mapping = matcher->match(samples, 0, count, bench.context); });
        if (!mapping)
            return failure(mapping.error());
        rates.push_back(static_cast<double>(count) / seconds);
    }
    report.referenceImagesPerSecond = medianOf(rates);
    report.ratioToReference = report.distanceImagesPerSecond / report.referenceImagesPerSecond;
    return {};
}

} // namespace

Result<SomBenchReport> benchSom(const SomBenchParams &params, compute::Backend &backend,
                                const JobContext &context)
{
    if (params.repeats == 0 || params.referenceImages == 0)
        return failure(ErrorKind::InvalidArgument, "reference images and repeats must be at least 1");
    constexpr std::size_t kImagesOfProcessor = 2000;
    constexpr std::size_t kImagesElsewhere = 131072;
    SomBenchReport report;
    Bench bench{params, backend, context, {}, {}, {}, {}};
    if (params.images == 0)
        bench.params.images = bench.isOnProcessor() ? kImagesOfProcessor : kImagesElsewhere;
    if (params.coefficients == Coefficients::Automatic)
        bench.params.coefficients = bench.isOnProcessor() ? Coefficients::Full : Coefficients::Half;
    using Step = Result<void> (*)(Bench &, SomBenchReport &);
    constexpr std::array<Step, 7> kSteps = {&prepare,         &measureDistances, &measureBounds,
                                            &measureTraining, &measureStreamed,  &measureReference,
                                            &measureSimd};
    for (std::size_t step = 0; step < kSteps.size(); ++step)
    {
        if (const auto done = kSteps[step](bench, report); !done)
            return failure(done.error());
        context.report({step + 1, kSteps.size(), "measuring"});
    }
    report.backend = backend.name();
    report.device = backend.device();
    if (const auto kernels = compute::cpu::chooseKernels(); kernels && bench.isOnProcessor())
        report.simd = (*kernels)->name;
    report.threads = context.threadCount();
    report.side = params.side;
    report.layout = params.layout.toString();
    report.images = bench.params.images;
    report.isHalf = bench.isHalf();
    report.repeats = params.repeats;
    report.rings = bench.grid.rings;
    report.angles = bench.grid.angles;
    report.harmonics = bench.grid.harmonics;
    return report;
}

} // namespace somnium::som
