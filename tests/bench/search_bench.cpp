// SPDX-License-Identifier: GPL-3.0-or-later
// What a person waits for in the Outliers tab: the ranking after another mark, and the neighbours in shape.
#include <cstddef>
#include <memory>
#include <numeric>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/base/random.h"
#include "core/search/relevance.h"
#include "core/search/shape_features.h"

namespace somnium::search
{
namespace
{

ShapeFeatures randomFeatures(std::size_t sources)
{
    Random random(4);
    ShapeFeatures features;
    features.dimensions = 2 * kComponentsOfAKind;
    features.energy.assign(sources, 1.0F);
    features.signalToNoise.assign(sources, 1.0F);
    features.values.resize(sources * features.dimensions);
    for (float &value : features.values)
        value = static_cast<float>(random.normal());
    return features;
}

void BM_LearnedRanking(benchmark::State &state)
{
    const auto sources = static_cast<std::size_t>(state.range(0));
    const auto marks = static_cast<std::size_t>(state.range(1));
    std::vector<float> scores(sources);
    std::iota(scores.rbegin(), scores.rend(), 0.0F);
    const Relevance relevance(std::make_shared<const ShapeFeatures>(randomFeatures(sources)), scores);
    std::vector<Opinion> opinions;
    for (std::size_t i = 0; i < marks; ++i)
        opinions.push_back({i * (sources / marks), i % 3 == 0 ? 1.0 : 0.0});
    for (auto _ : state)
        benchmark::DoNotOptimize(relevance.ranking(opinions, {}));
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void BM_NeighbourDistances(benchmark::State &state)
{
    const ShapeFeatures features = randomFeatures(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state)
        benchmark::DoNotOptimize(neighbourDistances(features, 5, {}));
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK(BM_LearnedRanking)
    ->ArgNames({"sources", "marks"})
    ->Args({1000, 20})
    ->Args({100'000, 100})
    ->Args({1'000'000, 100})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(BM_NeighbourDistances)
    ->ArgName("sources")
    ->Arg(1000)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

} // namespace
} // namespace somnium::search

BENCHMARK_MAIN();
