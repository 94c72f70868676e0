// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/som/bench.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <cblas.h>

#include "core/base/parallel.h"
#include "core/base/platform.h"
#include "core/base/random.h"
#include "core/compute/cpu/cpu_backend.h"
#include "core/compute/cpu/kernel_choice.h"
#include "core/data/sample_store.h"
#include "core/som/neighbourhood.h"
#include "core/som/prototypes.h"
#include "core/som/reference_matcher.h"
#include "core/som/spectra_blocks.h"
#include "core/som/trainer.h"

namespace somnium::som
{

namespace
{

using Clock = std::chrono::steady_clock;

double secondsOf(const std::function<void()> &work)
{
    const Clock::time_point start = Clock::now();
    work();
    return std::max(1e-9, std::chrono::duration<double>(Clock::now() - start).count());
}

double median(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

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

/// Operations of one pair: 4 multiply-adds for each coefficient that its ring carries, and a complex
/// transform.
double operationsPerPair(const compute::PolarGrid &grid)
{
    double coefficients = 0.0;
    for (std::size_t ring = 0; ring < grid.rings; ++ring)
        coefficients += static_cast<double>(grid.channels * grid.ringHarmonics(ring));
    const auto angles = static_cast<double>(grid.angles);
    return 8.0 * coefficients + 5.0 * angles * std::log2(angles);
}

/// What the measurements work on.
struct Bench
{
    SomBenchParams params;
    compute::Backend &backend;
    const JobContext &context;
    std::vector<float> pixels;
    compute::PolarGrid grid;
    std::unique_ptr<compute::Spectra> images;
    std::unique_ptr<compute::Spectra> prototypes;
};

Result<void> prepare(Bench &bench, SomBenchReport &report)
{
    const data::ImageShape shape = {1, bench.params.side, bench.params.side};
    const auto grid = compute::polarGridFor(shape, compute::MatchPrecision::Standard);
    if (!grid)
        return failure(grid.error());
    bench.grid = *grid;
    Random random(bench.params.seed);
    const std::size_t neurons = bench.params.layout.neuronCount();
    bench.pixels.resize(std::max(bench.params.images, neurons) * shape.size());
    std::generate(bench.pixels.begin(), bench.pixels.end(),
                  [&] { return static_cast<float>(random.uniform()); });
    const ImagesAsSamples samples(bench.pixels, shape);

    std::vector<double> rates;
    for (std::size_t repeat = 0; repeat < bench.params.repeats; ++repeat)
    {
        Result<std::unique_ptr<compute::Spectra>> spectra;
        const double seconds = secondsOf([&] {
            spectra = bench.backend.transform(samples, 0, bench.params.images, bench.grid, bench.context);
        });
        if (!spectra)
            return failure(spectra.error());
        bench.images = std::move(*spectra);
        rates.push_back(static_cast<double>(bench.params.images) / seconds);
    }
    report.transformImagesPerSecond = median(rates);
    auto prototypes = bench.backend.transform(samples, 0, neurons, bench.grid, bench.context);
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
        // In turns with the distances, so that both see the same load of the machine.
        peaks.push_back(sgemmGflops(bench.context));
    }
    report.distanceImagesPerSecond = median(rates);
    report.sgemmGflops = median(peaks);
    report.sgemmKernel = openblas_get_corename();
    report.distanceGflops = report.distanceImagesPerSecond *
                            static_cast<double>(bench.params.layout.neuronCount()) *
                            operationsPerPair(bench.grid) / 1e9;
    report.fractionOfSgemm = report.distanceGflops / report.sgemmGflops;
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
    return std::pair(median(rates), median(wideRates));
}

/// One epoch over blocks of images.
Result<void> learn(const SpectraBlocks &images, const compute::Spectra &prototypes,
                   const compute::UpdateOptions &options, compute::Backend &backend,
                   const JobContext &context)
{
    const auto batch = backend.beginUpdate(prototypes, options);
    if (!batch)
        return failure(batch.error());
    auto done = images.forEach(context, [&](std::size_t, const compute::Spectra &block) -> Result<void> {
        if (const auto match = (*batch)->add(block, context); !match)
            return failure(match.error());
        return {};
    });
    if (!done)
        return done;
    if (const auto updated = (*batch)->finish(); !updated)
        return failure(updated.error());
    return {};
}

Result<void> measureTraining(Bench &bench, SomBenchReport &report)
{
    const auto rates = trainingRates(bench, [&](const compute::UpdateOptions &options) -> Result<void> {
        if (const auto update =
                bench.backend.update(*bench.images, *bench.prototypes, options, bench.context);
            !update)
            return failure(update.error());
        return {};
    });
    if (!rates)
        return failure(rates.error());
    report.trainingImagesPerSecond = rates->first;
    report.trainingWideImagesPerSecond = rates->second;
    return {};
}

Result<void> measureStreamed(Bench &bench, SomBenchReport &report)
{
    const ImagesAsSamples samples(
        std::span(bench.pixels).first(bench.params.images * bench.params.side * bench.params.side),
        {1, bench.params.side, bench.params.side});
    SpectraStorage storage;
    storage.memoryBytes = 1; // nothing fits
    const auto images =
        SpectraBlocks::create(samples, bench.grid, bench.backend, Coefficients::Half, storage, bench.context);
    if (!images)
        return failure(images.error());
    const auto rates = trainingRates(bench, [&](const compute::UpdateOptions &options) {
        return learn(**images, *bench.prototypes, options, bench.backend, bench.context);
    });
    if (!rates)
        return failure(rates.error());
    report.streamedImagesPerSecond = rates->first;
    return {};
}

Result<void> measureSimd(Bench &bench, SomBenchReport &report)
{
    if (!bench.params.allSimd)
        return {};
    const ImagesAsSamples samples(bench.pixels, {1, bench.params.side, bench.params.side});
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
        report.simdRates.push_back({kernels->name, median(rates)});
    }
    return {};
}

Result<void> measureReference(Bench &bench, SomBenchReport &report)
{
    const data::ImageShape shape = {1, bench.params.side, bench.params.side};
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
    report.referenceImagesPerSecond = median(rates);
    report.ratioToReference = report.distanceImagesPerSecond / report.referenceImagesPerSecond;
    return {};
}

/// A few images as many.
class RepeatedSamples final : public data::Samples
{
public:
    RepeatedSamples(const data::Samples &images, std::size_t count) : m_images(images), m_count(count) {}
    [[nodiscard]] std::size_t count() const override { return m_count; }
    [[nodiscard]] data::ImageShape shape() const override { return m_images.shape(); }
    [[nodiscard]] data::ImageView sample(std::size_t index) const override
    {
        return m_images.sample(index % m_images.count());
    }

private:
    const data::Samples &m_images;
    std::size_t m_count = 0;
};

} // namespace

Result<PinkCaseReport> benchPinkCase(const PinkCaseParams &params, compute::Backend &backend,
                                     const JobContext &context)
{
    constexpr std::size_t kImageSide = 124;
    constexpr std::size_t kNeuronSide = 64;
    constexpr std::size_t kMapSide = 21;
    constexpr double kImages = 176750.0;
    if (params.images == 0 || params.distinctImages == 0)
        return failure(ErrorKind::InvalidArgument, "images must be at least 1");
    TrainingParams training;
    const auto layout = MapLayout::hexagonal(kMapSide);
    const auto grid = compute::polarGridFor({1, kNeuronSide, kNeuronSide}, compute::MatchPrecision::Standard);
    if (!layout || !grid)
        return failure(layout ? grid.error() : layout.error());
    training.layout = *layout;
    Random random(params.seed);
    std::vector<float> pixels(params.distinctImages * kImageSide * kImageSide);
    std::generate(pixels.begin(), pixels.end(), [&] { return static_cast<float>(random.uniform()); });
    const ImagesAsSamples distinct(pixels, {1, kImageSide, kImageSide});
    const RepeatedSamples samples(distinct, params.images);
    const RepeatedSamples first(distinct, layout->neuronCount());
    const auto prototypes = backend.transform(first, 0, first.count(), *grid, context);
    if (!prototypes)
        return failure(prototypes.error());

    PinkCaseReport report;
    Result<std::unique_ptr<SpectraBlocks>> images;
    report.transformSeconds = secondsOf(
        [&] { images = SpectraBlocks::create(samples, *grid, backend, Coefficients::Half, {}, context); });
    if (!images)
        return failure(images.error());
    const std::vector<float> weights =
        neighbourhoodWeights(training.layout, training.neighbourhood, sigmaOf(training, 0));
    compute::UpdateOptions options;
    options.neighbourhood = weights;
    Result<void> learnt;
    report.epochSeconds =
        secondsOf([&] { learnt = learn(**images, **prototypes, options, backend, context); });
    if (!learnt)
        return failure(learnt.error());
    report.device = backend.device();
    report.images = params.images;
    report.neurons = layout->neuronCount();
    report.isStreamed = (*images)->isStreamed();
    report.totalSeconds =
        (report.transformSeconds + report.epochSeconds) * kImages / static_cast<double>(params.images);
    report.peakResidentBytes = peakResidentBytes();
    return report;
}

Result<SomBenchReport> benchSom(const SomBenchParams &params, compute::Backend &backend,
                                const JobContext &context)
{
    if (params.images == 0 || params.repeats == 0 || params.referenceImages == 0)
        return failure(ErrorKind::InvalidArgument, "images, reference images and repeats must be at least 1");
    SomBenchReport report;
    Bench bench{params, backend, context, {}, {}, {}, {}};
    using Step = Result<void> (*)(Bench &, SomBenchReport &);
    constexpr std::array<Step, 6> kSteps = {&prepare,         &measureDistances, &measureTraining,
                                            &measureStreamed, &measureReference, &measureSimd};
    for (std::size_t step = 0; step < kSteps.size(); ++step)
    {
        if (const auto done = kSteps[step](bench, report); !done)
            return failure(done.error());
        context.report({step + 1, kSteps.size(), "measuring"});
    }
    report.backend = backend.name();
    report.device = backend.device();
    if (const auto kernels = compute::cpu::chooseKernels(); kernels && report.backend == "cpu")
        report.simd = (*kernels)->name;
    report.threads = context.threadCount();
    report.side = params.side;
    report.layout = params.layout.toString();
    report.images = params.images;
    report.repeats = params.repeats;
    report.rings = bench.grid.rings;
    report.angles = bench.grid.angles;
    report.harmonics = bench.grid.harmonics;
    return report;
}

} // namespace somnium::som
