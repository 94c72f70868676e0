// SPDX-License-Identifier: GPL-3.0-or-later
// Training of autoencoders beside the time of their matrix products alone.
#include <algorithm>
#include <utility>

#include <benchmark/benchmark.h>

#include "core/compute/backend_factory.h"
#include "core/latent/bench.h"

namespace somnium
{
namespace
{

/// One run is a whole measurement, in turns with that of its bound.
void BM_TrainSpectra(benchmark::State &state)
{
    const auto backend = std::move(compute::chooseBackend().value().backend);
    latent::LatentBenchParams params;
    params.pixels = static_cast<std::size_t>(state.range(0));
    params.spectra = static_cast<std::size_t>(state.range(1));
    params.batch = static_cast<std::size_t>(std::min<std::int64_t>(512, state.range(1)));
    params.repeats = static_cast<std::size_t>(state.range(2));
    latent::LatentBenchReport report;
    for (auto unused : state) // NOLINT
        report = latent::benchAutoencoder(params, *backend, {}).value();
    state.counters["samples/s"] = report.samplesPerSecond;
    state.counters["bound/s"] = std::max(report.productSamplesPerSecond, report.openBlasSamplesPerSecond);
    state.counters["share"] = report.shareOfBound;
    state.counters["own_Gflops"] = report.productGflops;
    state.counters["blas_Gflops"] = report.openBlasGflops;
    state.counters["encode_ms"] = report.encodeOneMs;
    state.counters["decode_ms"] = report.decodeOneMs;
    state.SetLabel(report.device + ", OpenBLAS " + report.openBlasKernel);
}
BENCHMARK(BM_TrainSpectra)
    ->ArgNames({"pixels", "spectra", "repeats"})
    ->Args({4000, 4096, 5})
    ->Args({200, 512, 1})
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1);

} // namespace
} // namespace somnium

BENCHMARK_MAIN();
