// SPDX-License-Identifier: GPL-3.0-or-later
// What the Latent tab draws and works out between two frames, and a spectrum with its reconstruction, without
// a display.
#include <QApplication>
#include <QImage>

#include <benchmark/benchmark.h>

#include "tests/ui/support/synthetic_plane.h"
#include "ui/models/iso_layers.h"
#include "ui/views/latent_look.h"
#include "ui/views/latent_painter.h"
#include "ui/views/spectrum_plot.h"

namespace somnium::ui
{
namespace
{

struct Plane
{
    explicit Plane(benchmark::State &state)
        : data(test::syntheticPlane(static_cast<std::size_t>(state.range(0)))),
          columns(test::syntheticColumns(*data))
    {
        question.data = data;
        question.columns = columns;
        question.settings.fields[0].column = columns[0].name;
        question.settings.fields[1].column = columns[1].name;
        scene.data = data;
        scene.colour = colourOf(columns[0], QStringLiteral("viridis"));
    }
    LatentPointer data;
    std::vector<LatentColumn> columns;
    IsoQuestion question;
    LatentScene scene;
};

void BM_LatentFrame(benchmark::State &state)
{
    Plane plane(state);
    if (state.range(1) != 0)
        plane.scene.layers = isoLayers(plane.question, {}).layers;
    for (auto _ : state)
        benchmark::DoNotOptimize(
            renderLatentFrame(QSizeF(760.0, 520.0), 1.0, plane.data->bounds, plane.scene));
}

void BM_IsoLinesOfTwo(benchmark::State &state)
{
    const Plane plane(state);
    for (auto _ : state)
        benchmark::DoNotOptimize(isoLayers(plane.question, {}));
}

void BM_PointUnderTheCursor(benchmark::State &state)
{
    const Plane plane(state);
    for (auto _ : state)
        benchmark::DoNotOptimize(plane.data->index.nearest({0.3, 0.1}, {0.01, 0.01}, 14.0));
}

/// Three curves with errors and residuals.
void BM_SpectrumPlot(benchmark::State &state)
{
    SpectrumPlot plot;
    plot.resize(900, 420);
    plot.setSpectra(test::syntheticSpectra(static_cast<std::size_t>(state.range(0))));
    QImage image(plot.size(), QImage::Format_RGB32);
    for (auto _ : state)
        plot.render(&image);
}

BENCHMARK(BM_LatentFrame)
    ->ArgNames({"points", "lines"})
    ->ArgsProduct({{1'000, 300'000, 1'000'000}, {0, 1}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(BM_IsoLinesOfTwo)
    ->ArgNames({"points"})
    ->Arg(1'000)
    ->Arg(300'000)
    ->Arg(1'000'000)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(BM_PointUnderTheCursor)->ArgNames({"points"})->Arg(1'000)->Arg(300'000)->Arg(1'000'000);
BENCHMARK(BM_SpectrumPlot)
    ->ArgNames({"pixels"})
    ->Arg(1'000)
    ->Arg(4'000)
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond);

} // namespace
} // namespace somnium::ui

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
