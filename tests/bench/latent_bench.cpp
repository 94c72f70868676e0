// SPDX-License-Identifier: GPL-3.0-or-later
// Training of autoencoders beside the time of their matrix products alone; decoded fields of the plane.
#include <algorithm>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/base/random.h"
#include "core/compute/backend_factory.h"
#include "core/latent/bench.h"
#include "core/latent/decoded_field.h"

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

/// Iso-lines' field of one line's strength on 256 x 256 cells: 64 to 90 pixels of the model's last layer.
/// Sources all over the plane, so that every cell is decoded.
void BM_DecodedField(benchmark::State &state)
{
    const auto backend = std::move(compute::chooseBackend("cpu").value().backend);
    latent::AutoencoderParams params;
    const data::ImageShape shape{1, 1, static_cast<std::size_t>(state.range(0))};
    const auto model =
        latent::Autoencoder::create(params, shape, {std::vector<float>(shape.size(), 1.0F), 0.1F},
                                    latent::makeLayers(params, shape))
            .value();
    Random random(1);
    std::vector<float> places(static_cast<std::size_t>(2 * state.range(1)));
    for (float &place : places)
        place = static_cast<float>(random.uniform(-3.0, 3.0));
    const latent::LatentPlane plane = latent::coordinatePlane(places, 2, 0, 1);
    const std::vector<float> x = plane.xOf(places);
    const std::vector<float> y = plane.yOf(places);
    latent::SampleMeasure measure;
    for (std::size_t pixel = 0; pixel < 90; ++pixel)
        measure.pixels.push_back(pixel + shape.columns / 2);
    measure.measure = [](std::span<const float> values) {
        double sum = 0.0;
        for (const float value : values)
            sum += 1.0 - static_cast<double>(value);
        return sum;
    };
    latent::FieldParams field;
    field.side = static_cast<std::size_t>(state.range(2));
    for (auto unused : state) // NOLINT
    {
        auto made = latent::decodedField(model, measure, {&plane, places, {x, y}}, {-3.0, 3.0, -3.0, 3.0},
                                         field, *backend, {});
        benchmark::DoNotOptimize(made);
    }
    state.SetLabel(backend->device());
}
BENCHMARK(BM_DecodedField)
    ->ArgNames({"pixels", "sources", "side"})
    ->Args({4000, 300'000, 256})
    ->Args({200, 1000, 32})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

} // namespace
} // namespace somnium

BENCHMARK_MAIN();
