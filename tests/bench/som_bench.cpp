// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/compute/backend_factory.h"
#include "core/som/neighbourhood.h"
#include "core/som/reference_matcher.h"
#include "tests/support/blob_images.h"

namespace somnium
{
namespace
{

/// Images and prototypes of one size, in the backend.
struct Setting
{
    std::unique_ptr<compute::Backend> backend = std::move(compute::chooseBackend().value().backend);
    Random random{1};
    som::MapLayout layout;
    data::MemorySamples samples;
    std::unique_ptr<compute::Spectra> images;
    std::unique_ptr<compute::Spectra> prototypes;

    explicit Setting(const benchmark::State &state)
        : layout(som::MapLayout::rectangular(static_cast<std::size_t>(state.range(1)),
                                             static_cast<std::size_t>(state.range(1)))
                     .value()),
          samples(test::blobSamples(
              {1, static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(0))}, 480,
              random))
    {
        images = transform();
        prototypes = backend->transform(samples, 0, layout.neuronCount(), images->grid(), {}).value();
    }

    std::unique_ptr<compute::Spectra> transform()
    {
        const auto grid = compute::polarGridFor(samples.shape(), compute::MatchPrecision::Standard).value();
        return backend->transform(samples, 0, samples.count(), grid, {}).value();
    }

    void count(benchmark::State &state) const
    {
        state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(samples.count()));
        state.SetLabel(backend->device());
    }
};

void BM_Transform(benchmark::State &state)
{
    Setting setting(state);
    for (auto unused : state) // NOLINT
        benchmark::DoNotOptimize(setting.transform());
    setting.count(state);
}

void BM_Match(benchmark::State &state)
{
    Setting setting(state);
    for (auto unused : state) // NOLINT
        benchmark::DoNotOptimize(setting.backend->match(*setting.images, *setting.prototypes, {}, {}));
    setting.count(state);
}

void BM_Update(benchmark::State &state)
{
    Setting setting(state);
    const double sigma = static_cast<double>(state.range(2)) / 10.0;
    const std::vector<float> weights =
        som::neighbourhoodWeights(setting.layout, som::Neighbourhood::Gaussian, sigma);
    compute::UpdateOptions options;
    options.neighbourhood = weights;
    for (auto unused : state) // NOLINT
        benchmark::DoNotOptimize(setting.backend->update(*setting.images, *setting.prototypes, options, {}));
    setting.count(state);
}

BENCHMARK(BM_Transform)->ArgNames({"side", "map"})->Args({32, 4})->Args({64, 10})->UseRealTime();
BENCHMARK(BM_Match)
    ->ArgNames({"side", "map"})
    ->Args({32, 4})
    ->Args({64, 10})
    ->Args({64, 20})
    ->Args({128, 10})
    ->UseRealTime();
BENCHMARK(BM_Update)
    ->ArgNames({"side", "map", "sigma10"})
    ->Args({32, 4, 10})
    ->Args({64, 10, 50})
    ->Args({64, 10, 6})
    ->Args({128, 10, 50})
    ->UseRealTime();

} // namespace
} // namespace somnium

BENCHMARK_MAIN();
