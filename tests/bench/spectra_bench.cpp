// SPDX-License-Identifier: GPL-3.0-or-later
// Many spectra: an epoch of a map of vectors beside the products of matrices that it cannot do without, and
// the nearest spectra.
#include <memory>
#include <numeric>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/base/random.h"
#include "core/compute/backend_factory.h"
#include "core/search/spectral_index.h"
#include "core/search/spectral_outliers.h"
#include "core/som/vector_matcher.h"

namespace somnium
{
namespace
{

constexpr std::size_t kPixels = 1000;
constexpr std::size_t kNeurons = 400; ///< 20 x 20

/// Sums of a few shapes, with noise.
std::unique_ptr<data::MemorySpectra> randomSpectra(std::size_t count, std::size_t pixels, bool hasWeights)
{
    constexpr std::size_t kShapes = 8;
    Random random(5);
    std::vector<float> shapes(kShapes * pixels);
    for (float &value : shapes)
        value = static_cast<float>(random.normal());
    std::vector<float> noise(std::size_t{1} << 20U);
    for (float &value : noise)
        value = static_cast<float>(random.normal());
    std::vector<float> values(count * pixels);
    for (std::size_t i = 0; i < count; ++i)
    {
        const std::size_t first = random.below(static_cast<std::uint32_t>(noise.size() - pixels));
        std::copy_n(noise.begin() + static_cast<std::ptrdiff_t>(first), pixels,
                    values.begin() + static_cast<std::ptrdiff_t>(i * pixels));
        for (std::size_t k = 0; k < kShapes; ++k)
        {
            const auto place = static_cast<float>(random.normal());
            for (std::size_t p = 0; p < pixels; ++p)
                values[i * pixels + p] += place * shapes[k * pixels + p];
        }
    }
    std::vector<float> weights(hasWeights ? values.size() : 0, 1.0F);
    return std::make_unique<data::MemorySpectra>(
        data::SpectralGrid{data::SpectralGrid::Scale::Index, 0.0, 1.0, pixels}, std::move(values),
        std::move(weights));
}

std::unique_ptr<compute::Backend> cpu()
{
    return std::move(compute::chooseBackend("cpu").value().backend);
}

void BM_VectorEpoch(benchmark::State &state)
{
    const auto count = static_cast<std::size_t>(state.range(0));
    const auto spectra = randomSpectra(count, kPixels, state.range(1) != 0);
    const auto backend = cpu();
    const auto matcher = som::VectorMatcher::create(*spectra, kNeurons, *backend, {}).value();
    std::vector<float> prototypes(kNeurons * kPixels);
    for (std::size_t k = 0; k < kNeurons; ++k)
        spectra->read(k, std::span(prototypes).subspan(k * kPixels, kPixels), {});
    const std::vector<float> neighbourhood(kNeurons * kNeurons, 0.01F);
    std::vector<std::size_t> indices(count);
    std::iota(indices.begin(), indices.end(), std::size_t{0});
    for (auto _ : state)
    {
        matcher->setPrototypes(prototypes);
        matcher->clearSums();
        constexpr std::size_t kBlock = som::VectorMatcher::kBlockVectors;
        for (std::size_t first = 0; first < count; first += kBlock)
        {
            const auto done =
                matcher->match(std::span(indices).subspan(first, std::min(kBlock, count - first)), {});
            if (!done)
                state.SkipWithError(done.error().message.c_str());
            matcher->addToSums();
        }
        benchmark::DoNotOptimize(matcher->learned(neighbourhood, {}));
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void BM_ItsProducts(benchmark::State &state)
{
    const auto count = static_cast<std::size_t>(state.range(0));
    const auto backend = cpu();
    const auto ops = backend->tensorOps(0).value();
    const auto vectors = ops->allocate(count * kPixels).value();
    const auto prototypes = ops->allocate(kNeurons * kPixels).value();
    const auto products = ops->allocate(count * kNeurons).value();
    for (auto _ : state)
    {
        for (std::int64_t i = 0; i <= state.range(1); ++i)
            ops->multiply({.a = {vectors.get(), 0, count, kPixels},
                           .b = {prototypes.get(), 0, kNeurons, kPixels},
                           .c = {products.get(), 0, count, kNeurons},
                           .transposeB = true,
                           .bias = {}});
        if (const auto done = ops->finish(); !done)
            state.SkipWithError(done.error().message.c_str());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

/// An index is made of spectra in memory, so of fewer pixels than those of a survey.
struct IndexedSpectra
{
    explicit IndexedSpectra(std::size_t count) : spectra(randomSpectra(count, 256, false))
    {
        const auto backend = cpu();
        const auto ops = backend->tensorOps(0).value();
        search::SpectralIndexParams params;
        params.leastComponents = params.mostComponents;
        params.trainingRows = 2000;
        index = search::SpectralIndex::build(*spectra, params, *ops, {}).value();
    }
    std::unique_ptr<data::MemorySpectra> spectra;
    search::SpectralIndex index;
};

void BM_ComponentScan(benchmark::State &state)
{
    const auto count = static_cast<std::size_t>(state.range(0));
    const compute::HalfRows rows(count, 129);
    const std::vector<float> row(129, 1.0F);
    std::vector<float> distances(rows.blockCount() * compute::HalfRows::kBlockRows);
    for (auto _ : state)
    {
        rows.squaredDistances(row, 0, distances);
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(2 * rows.halves().size()));
}

void BM_FiftyNearest(benchmark::State &state)
{
    const IndexedSpectra indexed(static_cast<std::size_t>(state.range(0)));
    std::size_t source = 0;
    for (auto _ : state)
    {
        benchmark::DoNotOptimize(indexed.index.nearest(*indexed.spectra, source, 50, {}));
        source = (source + 7919) % indexed.spectra->count();
    }
}

void BM_NeighbourDistances(benchmark::State &state)
{
    const IndexedSpectra indexed(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state)
        benchmark::DoNotOptimize(search::neighbourDistances(indexed.index, 5, {}));
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK(BM_VectorEpoch)
    ->ArgNames({"vectors", "weights"})
    ->ArgsProduct({{1000, 20000}, {0, 1}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(BM_ItsProducts)
    ->ArgNames({"vectors", "weights"})
    ->ArgsProduct({{1000, 20000}, {0, 1}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(BM_ComponentScan)
    ->ArgNames({"vectors"})
    ->Arg(1000)
    ->Arg(300000)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(BM_FiftyNearest)
    ->ArgNames({"vectors"})
    ->Arg(1000)
    ->Arg(300000)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(BM_NeighbourDistances)
    ->ArgNames({"vectors"})
    ->Arg(1000)
    ->Arg(20000)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

} // namespace
} // namespace somnium
