// SPDX-License-Identifier: GPL-3.0-or-later
// A spectrum of 4,000 pixels through the recipes for stars, and onto another grid alone.
#include <string>

#include <benchmark/benchmark.h>

#include "core/base/random.h"
#include "core/prepare/spectral_recipe.h"
#include "core/prepare/spectral_steps.h"
#include "tests/core/prepare/random_spectra.h"

namespace somnium
{
namespace
{

constexpr std::size_t kPixels = 4000;

data::Spectrum spectrumInAir()
{
    Random random(3);
    data::Spectrum spectrum = prepare::test::randomSpectrum(kPixels, 3800.0, 9200.0, random);
    spectrum.medium = data::WavelengthMedium::Air;
    return spectrum;
}

void BM_Recipe(benchmark::State &state, const std::string &name)
{
    const data::Spectrum spectrum = spectrumInAir();
    const data::SpectralGrid grid = prepare::test::logGrid(3810.0, 9190.0, kPixels);
    for (const prepare::ReadyMadeSpectral &ready : prepare::readyMadeSpectralRecipes())
    {
        if (ready.recipe.name != name)
            continue;
        for (auto _ : state)
            benchmark::DoNotOptimize(prepare::apply(ready.recipe, grid, spectrum, {}));
        state.SetItemsProcessed(state.iterations());
        return;
    }
    state.SkipWithError("no recipe of that name");
}

void BM_Resample(benchmark::State &state)
{
    const prepare::WorkingSpectrum from = prepare::workOn(spectrumInAir(), true).value();
    const data::SpectralGrid grid = prepare::test::logGrid(3810.0, 9190.0, kPixels);
    for (auto _ : state)
        benchmark::DoNotOptimize(prepare::resampled(from, grid));
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(BM_Recipe, stars, std::string("stars"))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Recipe, continuumRemoved, std::string("stars, continuum removed"))
    ->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Resample)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace somnium
